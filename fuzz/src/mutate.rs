//! Inputs that are like another one.

use fastrand::Rng;

/// Longer inputs are not made longer still.
const MOST_BYTES: usize = 20_000;

/// An input made of one that is there: changed once to five times.
pub(crate) fn mutated(rng: &mut Rng, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut input = pick(rng, corpus).cloned().unwrap_or_default();
    for _ in 0..rng.usize(1..=5) {
        change(rng, &mut input, corpus, words);
    }
    input
}

fn change(rng: &mut Rng, input: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str]) {
    let at = rng.usize(0..=input.len());
    let range = at..(at + rng.usize(0..16)).min(input.len());
    match rng.u8(..10) {
        0 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << rng.u8(..8);
            }
        }
        1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = rng.u8(..);
            }
        }
        2 => input.truncate(at),
        3 => drop(input.drain(range)),
        4 => repeat(rng, input, range),
        5 => splice(rng, input, at, corpus),
        6 => {
            let byte = rng.u8(..);
            input.insert(at, byte);
        }
        _ => {
            let word = pick(rng, words).map_or(&b""[..], |word| word.as_bytes());
            let replaced = if rng.bool() { at..at } else { range };
            input.splice(replaced, word.iter().copied());
        }
    }
}

/// Puts a piece there again, up to a thousand times.
fn repeat(rng: &mut Rng, input: &mut Vec<u8>, range: std::ops::Range<usize>) {
    let piece = input.get(range.clone()).unwrap_or_default();
    let times = if rng.u8(..16) == 0 { rng.usize(1..1000) } else { rng.usize(1..4) };
    if input.len() + piece.len() * times <= MOST_BYTES {
        let piece = piece.repeat(times);
        input.splice(range.start..range.start, piece);
    }
}

/// Goes on as another input does.
fn splice(rng: &mut Rng, input: &mut Vec<u8>, at: usize, corpus: &[Vec<u8>]) {
    let Some(other) = pick(rng, corpus) else { return };
    let from = rng.usize(0..=other.len());
    input.truncate(at);
    input.extend_from_slice(other.get(from..).unwrap_or_default());
}

fn pick<'a, T>(rng: &mut Rng, all: &'a [T]) -> Option<&'a T> {
    if all.is_empty() { None } else { all.get(rng.usize(..all.len())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_makes_the_same_input_and_another_one_another() {
        let corpus = [b"one two three".to_vec(), b"{\"four\":5}".to_vec()];
        let made = |seed| mutated(&mut Rng::with_seed(seed), &corpus, &["six"]);
        let inputs: Vec<Vec<u8>> = (0..200).map(made).collect();
        assert_eq!(inputs, (0..200).map(made).collect::<Vec<_>>());
        let mut different = inputs.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 150, "{}", different.len());
        assert!(inputs.iter().any(|input| input.windows(3).any(|piece| piece == b"six")));
    }

    #[test]
    fn nothing_can_be_changed_too() {
        for seed in 0..200 {
            mutated(&mut Rng::with_seed(seed), &[], &[]);
        }
    }
}
