//! Text in columns.

/// Lines the rows up, two blanks between columns; columns that are numbers stand to the right.
pub(crate) fn aligned(rows: &[Vec<String>], is_number: &[bool]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let is_number = is_number.get(column).copied().unwrap_or_default();
            let cell =
                if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            line.push_str(&cell);
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right_and_no_line_ends_with_blanks() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["gate", "seconds", "note"]), row(["clippy", "1.5", ""])];
        let expected = "gate    seconds  note\nclippy      1.5\n";
        assert_eq!(aligned(&rows, &[false, true, false]), expected);
    }
}
