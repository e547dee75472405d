//! Patterns of `*` and `?`.

use super::query::Case;

/// A pattern that a whole text has to match.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Exactly(char),
}

impl Pattern {
    /// `*` is any text, `?` any character, `\` takes the next character as it is.
    pub(super) fn read(pattern: &str, case: Case) -> Self {
        let mut parts = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => Part::Any,
                '?' => Part::One,
                '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
                other => Part::Exactly(other),
            });
        }
        Self { parts, case }
    }

    /// `*` is any text; no other character stands for another.
    pub(super) fn simple(pattern: &str, case: Case) -> Self {
        let part = |character| if character == '*' { Part::Any } else { Part::Exactly(character) };
        Self { parts: pattern.chars().map(part).collect(), case }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at_part, mut at_text) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while let Some(character) = text.get(at_text) {
            match self.parts.get(at_part) {
                Some(Part::Any) => {
                    star = Some((at_part, at_text));
                    at_part += 1;
                }
                Some(part) if self.takes(*part, *character) => {
                    at_part += 1;
                    at_text += 1;
                }
                _ => match &mut star {
                    Some((star_part, star_text)) => {
                        *star_text += 1;
                        at_part = *star_part + 1;
                        at_text = *star_text;
                    }
                    None => return false,
                },
            }
        }
        self.parts.get(at_part..).unwrap_or_default().iter().all(|part| *part == Part::Any)
    }

    /// Whether the pattern matches a text that begins like this.
    pub(super) fn may_begin_with(&self, start: &str) -> bool {
        let mut places = self.without_any(&[0]);
        for character in start.chars() {
            let mut next = Vec::new();
            for place in places {
                match self.parts.get(place) {
                    Some(Part::Any) => next.push(place),
                    Some(part) if self.takes(*part, character) => next.push(place + 1),
                    _ => {}
                }
            }
            places = self.without_any(&next);
        }
        !places.is_empty()
    }

    /// These places of the pattern, and those behind them that need no character.
    fn without_any(&self, places: &[usize]) -> Vec<usize> {
        let mut all = Vec::new();
        for place in places {
            let mut place = *place;
            while !all.contains(&place) {
                all.push(place);
                if self.parts.get(place) != Some(&Part::Any) {
                    break;
                }
                place += 1;
            }
        }
        all
    }

    fn takes(&self, part: Part, character: char) -> bool {
        match part {
            Part::Any => false,
            Part::One => true,
            Part::Exactly(expected) => match self.case {
                Case::Sensitive => expected == character,
                Case::Insensitive => expected.eq_ignore_ascii_case(&character),
            },
        }
    }
}
