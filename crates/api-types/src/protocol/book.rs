//! What is known of things by their ids; of very many, the oldest are forgotten.

use std::collections::{BTreeMap, VecDeque};

/// So many things are remembered.
const MOST: usize = 10_000;

/// Things by their ids.
#[derive(Clone, Debug)]
pub(super) struct Book<T> {
    things: BTreeMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Default for Book<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<T: Default> Book<T> {
    /// The thing of that id, if it is known.
    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.things.get(id)
    }

    /// The thing of that id; a new one if it is not known.
    pub(super) fn entry(&mut self, id: &str) -> &mut T {
        if !self.things.contains_key(id) {
            if self.order.len() >= MOST
                && let Some(oldest) = self.order.pop_front()
            {
                self.things.remove(&oldest);
            }
            self.order.push_back(id.to_owned());
        }
        self.things.entry(id.to_owned()).or_default()
    }

    /// Forgets a thing.
    pub(super) fn remove(&mut self, id: &str) {
        if self.things.remove(id).is_some() {
            self.order.retain(|known| known != id);
        }
    }

    /// Forgets the things that are not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.things.retain(|_, thing| keep(thing));
        self.order.retain(|id| self.things.contains_key(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_the_oldest_are_forgotten() {
        let mut book: Book<usize> = Book::default();
        for number in 0..=MOST {
            *book.entry(&number.to_string()) = number;
        }
        assert_eq!(book.get("0"), None);
        assert_eq!(book.get("1"), Some(&1));
        assert_eq!(book.get(&MOST.to_string()), Some(&MOST));
        book.remove("1");
        book.retain(|number| *number < 10);
        assert_eq!((book.things.len(), book.order.len()), (8, 8));
    }
}
