//! What is said of several measurements: the median with its spread, and shares of latencies.
use std::time::Duration;

/// The middle of some figures, with the least and the most of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The least.
    pub least: f64,
    /// The middle one; of an even number, the mean of the two middle ones.
    pub median: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// Of some figures; `None` of none.
    pub fn of(figures: &[f64]) -> Option<Self> {
        let mut sorted = figures.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Self { least, median, most })
    }

    /// The median with the spread in brackets; a single figure stands alone.
    pub fn show(self, digits: usize) -> String {
        let Self { least, median, most } = self;
        if least.to_bits() == most.to_bits() {
            return format!("{median:.digits$}");
        }
        format!("{median:.digits$} ({least:.digits$} to {most:.digits$})")
    }
}

/// The latency that this share of all (0 to 1) does not exceed, in milliseconds, by nearest rank.
/// `None` of none.
pub fn percentile(sorted: &[Duration], share: f64) -> Option<f64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank lies between 0 and the count, which is far below 2^52"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    let at = rank.clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).map(|latency| latency.as_secs_f64() * 1_000.0)
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts of messages are far below 2^52")]
pub fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_the_middle_and_both_ends() {
        assert_eq!(Spread::of(&[]), None);
        let spread = Spread::of(&[3.0, 1.0, 2.0]).unwrap();
        assert_eq!(spread, Spread { least: 1.0, median: 2.0, most: 3.0 });
        assert_eq!(Spread::of(&[4.0, 1.0]).map(|spread| spread.median), Some(2.5));
        assert_eq!(spread.show(1), "2.0 (1.0 to 3.0)");
        assert_eq!(Spread::of(&[5.0]).unwrap().show(0), "5");
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let hundred: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        let at = |share| percentile(&hundred, share);
        assert_eq!((at(0.5), at(0.99), at(1.0)), (Some(50.0), Some(99.0), Some(100.0)));
        assert_eq!(percentile(&hundred[..1], 0.99), Some(1.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
