//! Calls of several clients as a picture of letters: a lane for each client, a bar for each call.

use std::fmt::Write as _;

use super::fuzz::{Timeline, TimelineCall};

/// What is in front of an answer.
pub(super) const ANSWERED: &str = "     answered: ";

/// So many letters wide is the time between two instants.
const STEP: usize = 3;

impl Timeline {
    /// The picture, and below it what each call asked and was answered.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if !self.before.is_empty() {
            text.push_str("before, one after the other:\n");
            for line in &self.before {
                let _ = writeln!(text, "     {line}");
            }
        }
        let _ = writeln!(text, "at once, time from left to right:");
        for lane in self.lanes() {
            let _ = writeln!(text, "  {:<10}  {}", self.lane(lane), self.bars(lane).trim_end());
        }
        for (at, call) in self.calls.iter().enumerate() {
            let number = at + 1;
            let _ = writeln!(text, "{number:>3}  {}: {}", self.lane(call.client), call.request);
            let _ = writeln!(text, "{ANSWERED}{}", call.answer);
            let _ = writeln!(text, "     {}", call.told());
        }
        text
    }

    /// The lane of a client: `[1--]   [3]`, with `!` in place of `-` where a call has no place.
    fn bars(&self, lane: usize) -> String {
        let mut bars = String::new();
        for (at, call) in self.calls.iter().enumerate().filter(|(_, call)| call.client == lane) {
            let begin = (call.from - 1) * STEP;
            bars.extend(std::iter::repeat_n(' ', begin.saturating_sub(bars.chars().count())));
            let fill = if call.place.is_some() { '-' } else { '!' };
            let inside = ((call.until.saturating_sub(call.from)) * STEP).saturating_sub(1);
            let number = (at + 1).to_string();
            let rest = inside.saturating_sub(number.len());
            bars.push('[');
            bars.push_str(&number);
            bars.extend(std::iter::repeat_n(fill, rest));
            bars.push(']');
        }
        bars
    }
}

impl TimelineCall {
    /// Where the call stands in the order.
    pub(super) fn told(&self) -> String {
        match (self.place, &self.why) {
            (Some(place), _) => format!("place {place} in the order that explains the most"),
            (None, Some(why)) => format!("cannot come next: {why}"),
            (None, None) => "not placed, because nothing before it could be".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_overlap_are_drawn_over_each_other() {
        let call = |client, from, until, place| TimelineCall {
            client,
            request: "PUT /x".to_owned(),
            answer: "200 {}".to_owned(),
            from,
            until,
            place,
            why: None,
        };
        let timeline = Timeline {
            clients: 2,
            calls: vec![
                call(0, 1, 3, Some(1)),
                call(1, 2, 5, None),
                call(0, 4, 6, None),
                call(2, 7, 8, None),
            ],
            ticks: 8,
            ..Timeline::default()
        };
        assert_eq!(
            [0, 1, 2].map(|lane| timeline.bars(lane)),
            ["[1----]  [3!!!!]", "   [2!!!!!!!]", "                  [4!]",]
        );
        assert_eq!(timeline.lanes().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!([1, 2].map(|lane| timeline.lane(lane)), ["client 2", "at the end"]);
    }
}
