//! Two numbers of the same kind, one of each server, and what many such pairs say.

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Hyper with a constant answer.
    Bare,
    /// The mock server.
    Mock,
}

impl Subject {
    /// The one that is measured first in that round: they take turns, so that neither gains from
    /// a machine that gets slower or faster.
    pub(super) const fn first_in(round: u32) -> Self {
        if round.is_multiple_of(2) { Self::Bare } else { Self::Mock }
    }
}

/// The same thing of both servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<T> {
    pub(super) bare: T,
    pub(super) mock: T,
}

impl<T> Pair<T> {
    /// Measures both, one after the other.
    pub(super) fn measure(
        first: Subject,
        mut one: impl FnMut(Subject) -> anyhow::Result<T>,
    ) -> anyhow::Result<Self> {
        match first {
            Subject::Bare => {
                let bare = one(Subject::Bare)?;
                Ok(Self { bare, mock: one(Subject::Mock)? })
            }
            Subject::Mock => {
                let mock = one(Subject::Mock)?;
                Ok(Self { bare: one(Subject::Bare)?, mock })
            }
        }
    }

    /// The one of that server.
    pub(super) const fn of(&self, subject: Subject) -> &T {
        match subject {
            Subject::Bare => &self.bare,
            Subject::Mock => &self.mock,
        }
    }

    /// Both, by reference.
    pub(super) const fn as_ref(&self) -> Pair<&T> {
        Pair { bare: &self.bare, mock: &self.mock }
    }

    /// The same step for both.
    pub(super) fn map<U>(self, mut step: impl FnMut(T) -> U) -> Pair<U> {
        Pair { bare: step(self.bare), mock: step(self.mock) }
    }
}

impl<T> Pair<Option<T>> {
    /// Both, if both are there.
    pub(super) fn whole(self) -> Option<Pair<T>> {
        Some(Pair { bare: self.bare?, mock: self.mock? })
    }
}

/// What many pairs say. The ratio is that of the mock server to the bare one, pair by pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comparison {
    /// The median of each server.
    pub(super) median: Pair<f64>,
    /// The median of the ratios.
    pub(super) ratio: f64,
    /// The least and the greatest ratio.
    pub(super) ratio_range: (f64, f64),
    /// The median of the differences, mock less bare.
    pub(super) difference: f64,
}

/// Compares; nothing can be said of no pairs.
pub(super) fn compare(pairs: &[Pair<f64>]) -> Option<Comparison> {
    let each = |value: fn(&Pair<f64>) -> f64| pairs.iter().map(value).collect::<Vec<_>>();
    let ratios = each(|pair| pair.mock / pair.bare);
    Some(Comparison {
        median: Pair {
            bare: median(each(|pair| pair.bare))?,
            mock: median(each(|pair| pair.mock))?,
        },
        ratio_range: (
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
        ratio: median(ratios)?,
        difference: median(each(|pair| pair.mock - pair.bare))?,
    })
}

/// The middle value; of an even number, the mean of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let above = *values.get(values.len() / 2)?;
    let below = *values.get((values.len() - 1) / 2)?;
    Some(f64::midpoint(below, above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![7.0]), Some(7.0));
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 100.0, 1.0, 2.0]), Some(3.0));
    }

    #[test]
    fn ratios_and_differences_are_of_pairs_not_of_medians() {
        let pairs = [(10.0, 5.0), (20.0, 18.0), (40.0, 30.0)];
        let pairs = pairs.map(|(bare, mock)| Pair { bare, mock });
        let expected = Comparison {
            median: Pair { bare: 20.0, mock: 18.0 },
            ratio: 0.75,
            ratio_range: (0.5, 0.9),
            difference: -5.0,
        };
        assert_eq!(compare(&pairs), Some(expected));
        assert_eq!(compare(&[]), None);
    }

    #[test]
    fn the_servers_take_turns_in_being_the_first() {
        let order = |round| {
            let mut order = Vec::new();
            let pair = Pair::measure(Subject::first_in(round), |subject| {
                order.push(subject);
                Ok(subject)
            });
            assert_eq!(pair.unwrap(), Pair { bare: Subject::Bare, mock: Subject::Mock });
            order
        };
        assert_eq!(order(0), [Subject::Bare, Subject::Mock]);
        assert_eq!(order(1), [Subject::Mock, Subject::Bare]);
    }
}
