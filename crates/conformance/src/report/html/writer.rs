//! Writes HTML. Only literals of this program get in as markup; everything else is text.

use crate::report::text::printable;

/// A page in the making.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup. The lifetime keeps out what was made at run time.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, in an element or in a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escaped(&printable(text)));
        self
    }

    /// A number.
    pub(super) fn number<N: Copy + ToString>(&mut self, number: N) -> &mut Self {
        self.text(&number.to_string())
    }

    /// `<code>text</code>`
    pub(super) fn code(&mut self, text: &str) -> &mut Self {
        self.raw("<code>").text(text).raw("</code>")
    }

    /// A name of this program's that may be broken behind its dots and underscores.
    pub(super) fn breakable(&mut self, name: &'static str) -> &mut Self {
        for part in name.split_inclusive(['.', '_']) {
            self.raw(part).raw("<wbr>");
        }
        self
    }

    /// `<pre>text</pre>`, with the line break that HTML leaves out.
    pub(super) fn pre(&mut self, text: &str) -> &mut Self {
        self.raw("<pre tabindex=\"0\">\n").text(text.trim_end()).raw("</pre>\n")
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// The text with the five characters that mean something in HTML as references.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}
