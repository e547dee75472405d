//! Pieces of Markdown.

/// A table; `|` within a cell is escaped.
pub(crate) fn table<R: AsRef<[String]>>(
    head: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> String {
    let line = |cells: &mut dyn Iterator<Item = String>| {
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut text = line(&mut head.iter().map(|&cell| cell.to_owned()));
    text.push_str(&line(&mut head.iter().map(|_| "---".to_owned())));
    for row in rows {
        text.push_str(&line(&mut row.as_ref().iter().map(|cell| cell.replace('|', "\\|"))));
    }
    text
}

/// Text in the letters of code.
pub(crate) fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

/// The sentence that a generated page has below its title.
pub(super) fn notice() -> &'static str {
    "This page is generated from the code: `cargo xtask docs` writes it, do not edit it.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_head_a_rule_and_escaped_cells() {
        let text = table(&["a", "b"], [["x|y".to_owned(), "z".to_owned()]]);
        assert_eq!(text, "| a | b |\n| --- | --- |\n| x\\|y | z |\n");
    }
}
