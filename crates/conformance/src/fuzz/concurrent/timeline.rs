//! A history as a picture: who called what when.

use super::{Event, History, linear::Stuck};

/// A call in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The client, from 0.
    pub client: usize,
    /// What was asked and what was answered.
    pub text: String,
    /// When it began and ended; the whole picture is `0..width`.
    pub from: u64,
    /// When it ended.
    pub until: u64,
    /// Its place in the order that explains the most; `None` if it has none.
    pub place: Option<usize>,
    /// Why it can have no place, if it is one of those that come next.
    pub why: Option<String>,
}

/// The calls of a history as bars.
#[must_use]
pub fn timeline(history: &History, stuck: &Stuck) -> Vec<Bar> {
    let bar = |(at, event): (usize, &Event)| Bar {
        client: event.client,
        text: told(event),
        from: event.began,
        until: event.ended,
        place: stuck.explained.iter().position(|explained| *explained == at),
        why: stuck.next.iter().find(|(next, _)| *next == at).map(|(_, why)| why.clone()),
    };
    history.events.iter().enumerate().map(bar).collect()
}

fn told(event: &Event) -> String {
    let body = event.request.body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
    let answer = String::from_utf8_lossy(&event.answer.body);
    let short: String = answer.chars().take(120).collect();
    let rest = if short.len() < answer.len() { "…" } else { "" };
    let Event { request, answer, .. } = event;
    format!("{} {}{body} → {} {short}{rest}", request.method, request.target, answer.status)
}
