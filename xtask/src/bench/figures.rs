//! The figures: what was measured, as series of pairs.

use super::{
    pair::Pair,
    rounds::{Loaded, Round, Rounds},
    starts::Start,
};

/// The series by their names, in the units in which they are shown. A series is empty where its
/// figure cannot be had.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figures {
    /// Answers in a second.
    pub(super) get_rate: Vec<Pair<f64>>,
    /// Answers in a second.
    pub(super) put_rate: Vec<Pair<f64>>,
    /// Milliseconds.
    pub(super) get_p99: Vec<Pair<f64>>,
    /// Milliseconds.
    pub(super) put_p99: Vec<Pair<f64>>,
    /// Microseconds for an answer.
    pub(super) get_processor: Vec<Pair<f64>>,
    /// Microseconds for an answer.
    pub(super) put_processor: Vec<Pair<f64>>,
    /// Milliseconds.
    pub(super) cold_start: Vec<Pair<f64>>,
    /// Millions of bytes.
    pub(super) idle: Vec<Pair<f64>>,
    /// Millions of bytes.
    pub(super) peak: Vec<Pair<f64>>,
}

const MILLI: f64 = 1e3;
const MICRO: f64 = 1e6;
const MEGA: f64 = 1e-6;

impl Figures {
    /// Puts together what was measured.
    pub(super) fn new(starts: &[Pair<Start>], rounds: &Rounds) -> Self {
        let all = |kind: fn(&Round) -> Pair<Loaded>, value: fn(Loaded) -> Option<f64>| {
            let pairs = rounds.rounds.iter().map(|round| kind(round).map(value).whole());
            pairs.flatten().collect::<Vec<_>>()
        };
        let get = |round: &Round| round.get;
        let put = |round: &Round| round.put;
        let rate = |it: Loaded| Some(it.load.rate);
        let p99 = |it: Loaded| Some(it.load.p99 * MILLI);
        let processor = |it: Loaded| Some(it.processor_time? * MICRO);
        let of_starts = |value: fn(&Start) -> Option<f64>| {
            starts.iter().filter_map(|pair| pair.as_ref().map(value).whole()).collect::<Vec<_>>()
        };
        let peak = rounds.peak.map(|peak| peak.map(|bytes| bytes * MEGA));
        Self {
            get_rate: all(get, rate),
            put_rate: all(put, rate),
            get_p99: all(get, p99),
            put_p99: all(put, p99),
            get_processor: all(get, processor),
            put_processor: all(put, processor),
            cold_start: of_starts(|start| Some(start.first_answer.as_secs_f64() * MILLI)),
            idle: of_starts(|start| Some(start.idle? * MEGA)),
            peak: peak.whole().into_iter().collect(),
        }
    }
}

/// Figures to try a report on: each series is one pair, the numbers as given.
#[cfg(test)]
pub(super) fn sample(cold_start: (f64, f64), idle: Option<(f64, f64)>) -> Figures {
    let one = |(bare, mock)| vec![Pair { bare, mock }];
    Figures {
        get_rate: one((100_000.0, 90_000.0)),
        put_rate: vec![
            Pair { bare: 100_000.0, mock: 60_000.0 },
            Pair { bare: 100_000.0, mock: 80_000.0 },
            Pair { bare: 90_000.0, mock: 63_000.0 },
        ],
        get_p99: one((1.0, 1.25)),
        put_p99: one((1.0, 1.5)),
        get_processor: one((10.0, 11.0)),
        put_processor: one((10.0, 12.0)),
        cold_start: one(cold_start),
        idle: idle.map_or_else(Vec::new, one),
        peak: idle.map_or_else(Vec::new, one),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::load::Load;

    #[test]
    fn series_are_in_their_units_and_empty_where_nothing_is_known() {
        let load = Load { answers: 9.0, rate: 100.0, p99: 0.002 };
        let loaded =
            |processor_time| Pair { bare: 1, mock: 2 }.map(|_| Loaded { load, processor_time });
        let round = Round { get: loaded(Some(0.00001)), put: loaded(None) };
        let start = |idle| Start { first_answer: Duration::from_micros(1500), idle };
        let starts = [Pair { bare: start(Some(4e6)), mock: start(None) }];
        let peak = Pair { bare: Some(2e6), mock: Some(6e6) };
        let figures = Figures::new(&starts, &Rounds { rounds: vec![round, round], peak });
        let pair = |bare, mock| Pair { bare, mock };
        assert_eq!(figures.get_rate, [pair(100.0, 100.0); 2]);
        assert_eq!(figures.put_p99, [pair(2.0, 2.0); 2]);
        assert_eq!(figures.get_processor.len(), 2);
        assert!((figures.get_processor[0].mock - 10.0).abs() < 1e-9);
        assert_eq!(figures.put_processor, []);
        assert_eq!(figures.cold_start, [pair(1.5, 1.5)]);
        assert_eq!(figures.idle, []);
        assert_eq!(figures.peak, [pair(2.0, 6.0)]);
    }
}
