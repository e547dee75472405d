//! One entry in which something is wrong, told with everything needed to look into it.

use std::fmt::Write as _;

use super::{
    Style,
    model::{Entry, ShownExchange},
    text::{DiffLine, Shown, by_exchange, comparison, diff, one_line, printable},
};

/// Where it is written, why it matters, what is wrong, the request and the answer; lines without
/// indentation.
pub(crate) fn failure(entry: &Entry, style: Style) -> String {
    let mut text = String::new();
    if let Some(place) = &entry.place {
        let _ = writeln!(text, "{}", one_line(&place.to_string()));
    }
    if let Some(because) = &entry.because {
        let _ = writeln!(text, "because: {}", one_line(because));
    }
    let sources = entry.expected_by();
    if !sources.is_empty() {
        let _ = writeln!(text, "expected by: {}", one_line(&sources));
    }
    let mut told_before: Option<&ShownExchange> = None;
    for shown in by_exchange(&entry.problems) {
        problems(&shown, style, &mut text);
        if let Some(exchange) = shown.exchange.filter(|exchange| told_before != Some(exchange)) {
            self::exchange(exchange, style, &mut text);
        }
        told_before = shown.exchange;
    }
    if let Some(reason) = entry.reason.as_deref().filter(|_| entry.problems.is_empty()) {
        let _ = writeln!(text, "{}", printable(reason));
    }
    text
}

fn problems(shown: &Shown<'_>, style: Style, text: &mut String) {
    if let Some(step) = shown.step {
        let place = one_line(&step.place.to_string());
        let within = step
            .precondition
            .as_deref()
            .map(|name| format!("in the precondition [{}], ", one_line(name)));
        let _ = writeln!(text, "{}at {place}", within.unwrap_or_default());
    }
    let mut title = "";
    for problem in &shown.problems {
        if problem.title != title {
            let _ = writeln!(text, "{}", style.bold(&one_line(&problem.title)));
            title = &problem.title;
        }
        if let Some(comparison) = comparison(problem) {
            let _ = writeln!(text, "{} {comparison}", style.red("*"));
        }
    }
}

fn exchange(exchange: &ShownExchange, style: Style, text: &mut String) {
    let sent = exchange.curl.as_deref().unwrap_or(&exchange.request);
    if exchange.curl.is_some() {
        lines(sent, "", text);
    } else {
        let _ = writeln!(text, "{}", style.bold("request:"));
        lines(sent, "  ", text);
    }
    match &exchange.expected {
        Some(expected) => compared(expected, &exchange.answer, style, text),
        None if exchange.answer.is_empty() => {}
        None => {
            let _ = writeln!(text, "{}", style.bold("answer:"));
            lines(&exchange.answer, "  ", text);
        }
    }
}

/// `-` is only expected, `+` only there.
fn compared(expected: &str, actual: &str, style: Style, text: &mut String) {
    let _ = writeln!(text, "{}", style.red("--- expected"));
    let _ = writeln!(text, "{}", style.green("+++ actual"));
    for line in diff(expected, actual) {
        let line = match line {
            DiffLine::Expected(line) => style.red(&format!("-{line}")),
            DiffLine::Actual(line) => style.green(&format!("+{line}")),
            DiffLine::Both(line) => format!(" {line}"),
            DiffLine::Gap => " ...".to_owned(),
        };
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// What was sent or came, line by line, with nothing at the ends of lines.
fn lines(sent: &str, margin: &str, text: &mut String) {
    for line in printable(sent).trim_end().lines() {
        let _ = writeln!(text, "{}", format!("{margin}{line}").trim_end());
    }
}
