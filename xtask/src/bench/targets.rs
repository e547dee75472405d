//! What the mock server is to reach, and whether it does.

use std::fmt;

use super::{
    figures::Figures,
    pair::{Comparison, Pair, compare},
};

/// A target and what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    name: &'static str,
    bound: Bound,
    /// What was measured, if it could be.
    value: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    /// A target that is met by what is not larger.
    pub(super) const fn at_most(name: &'static str, bound: f64, value: Option<f64>) -> Self {
        Self { name, bound: Bound::AtMost(bound), value }
    }

    /// A target that is met by what is not smaller.
    pub(super) const fn at_least(name: &'static str, bound: f64, value: Option<f64>) -> Self {
        Self { name, bound: Bound::AtLeast(bound), value }
    }

    /// Whether it was measured and not reached.
    pub(super) fn is_missed(self) -> bool {
        match (self.value, self.bound) {
            (None, _) => false,
            (Some(value), Bound::AtLeast(bound)) => value < bound,
            (Some(value), Bound::AtMost(bound)) => value > bound,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, bound) = match self.bound {
            Bound::AtLeast(bound) => ("at least", bound),
            Bound::AtMost(bound) => ("at most", bound),
        };
        write!(f, "{}, {words} {bound:.2}: ", self.name)?;
        match self.value {
            None => write!(f, "n/a"),
            Some(value) if self.is_missed() => write!(f, "{value:.2}, MISSED"),
            Some(value) => write!(f, "{value:.2}, met"),
        }
    }
}

/// All targets.
pub(super) fn targets(figures: &Figures) -> [Target; 4] {
    use Bound::{AtLeast, AtMost};
    let target = |name, bound, pairs: &[Pair<f64>], value: fn(Comparison) -> f64| Target {
        name,
        bound,
        value: compare(pairs).map(value),
    };
    let ratio = |found: Comparison| found.ratio;
    [
        target("GET rate, ratio", AtLeast(0.75), &figures.get_rate, ratio),
        target("PUT rate, ratio", AtLeast(0.70), &figures.put_rate, ratio),
        target("cold start, ms more", AtMost(2.0), &figures.cold_start, |found| found.difference),
        target("idle memory, MB", AtMost(8.0), &figures.idle, |found| found.median.mock),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::sample;

    fn check(figures: &Figures, expected: [&str; 4]) {
        assert_eq!(targets(figures).map(|target| target.to_string()), expected);
        let missed = expected.map(|line| line.ends_with("MISSED"));
        assert_eq!(targets(figures).map(Target::is_missed), missed);
    }

    #[test]
    fn a_target_is_met_at_its_bound_and_missed_beyond() {
        let met = [
            "GET rate, ratio, at least 0.75: 0.90, met",
            "PUT rate, ratio, at least 0.70: 0.70, met",
            "cold start, ms more, at most 2.00: 2.00, met",
            "idle memory, MB, at most 8.00: 8.00, met",
        ];
        check(&sample((1.0, 3.0), Some((2.0, 8.0))), met);
        let missed = [
            "GET rate, ratio, at least 0.75: 0.60, MISSED",
            "PUT rate, ratio, at least 0.70: 0.50, MISSED",
            "cold start, ms more, at most 2.00: 2.50, MISSED",
            "idle memory, MB, at most 8.00: 9.00, MISSED",
        ];
        let slow = |ratio| vec![Pair { bare: 100.0, mock: 100.0 * ratio }];
        let figures = sample((1.0, 3.5), Some((2.0, 9.0)));
        check(&Figures { get_rate: slow(0.6), put_rate: slow(0.5), ..figures }, missed);
    }

    #[test]
    fn what_cannot_be_measured_is_not_missed() {
        let idle = targets(&sample((1.0, 1.0), None))[3];
        assert_eq!(idle.to_string(), "idle memory, MB, at most 8.00: n/a");
        assert!(!idle.is_missed());
    }
}
