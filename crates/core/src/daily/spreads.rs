//! How long things took, as counts of bands: counts of days add up, and medians of them do not.

/// Up to here each value has a band of its own.
const EXACT: i64 = 60;
/// Bands beyond: each ends a twentieth above the one before. Half a band is the error, 2.5 %.
const BANDS: usize = 400;
const GROWTH: f64 = 1.05;

/// How often something took how long.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spread {
    /// Bands in ascending order, and how many were in each.
    counts: std::collections::BTreeMap<i64, i64>,
}

impl Spread {
    /// Counts so many of this band, as [`band`] numbers them.
    pub fn add(&mut self, band: i64, count: i64) {
        *self.counts.entry(band).or_default() += count;
    }

    /// Adds another to it.
    pub fn extend(&mut self, other: &Self) {
        for (band, count) in &other.counts {
            self.add(*band, *count);
        }
    }

    /// How many there were.
    pub fn count(&self) -> i64 {
        self.counts.values().sum()
    }

    /// What `percent` of a hundred took at most, in the unit that was counted; `None` of nothing.
    /// Within 2.5 %.
    pub fn percentile(&self, percent: i64) -> Option<f64> {
        let wanted =
            (self.count() * percent).div_euclid(100) + i64::from(self.count() * percent % 100 > 0);
        let mut seen = 0;
        self.counts.iter().find_map(|(band, count)| {
            seen += count;
            (seen >= wanted.max(1)).then(|| middle(*band))
        })
    }
}

/// The number of the band that a value is in; what is below nought counts as nought.
pub fn band(value: i64) -> i64 {
    if value < EXACT {
        return value.max(0);
    }
    let mut end = 60.0;
    let beyond = (0..BANDS).take_while(|_| {
        end *= GROWTH;
        end <= real(value)
    });
    EXACT + i64::try_from(beyond.count()).unwrap_or_default()
}

fn middle(band: i64) -> f64 {
    if band < EXACT {
        return real(band);
    }
    let power = i32::try_from(band - EXACT).unwrap_or_default();
    real(EXACT) * GROWTH.powi(power) * f64::midpoint(1.0, GROWTH)
}

/// What took longer than 68 years took 68 years.
fn real(value: i64) -> f64 {
    f64::from(i32::try_from(value).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_tells_its_values_within_a_fortieth() {
        for value in [0, 1, 30, 59, 60, 61, 90, 600, 3_600, 86_400, 604_800, 10_000_000] {
            let told = middle(band(value));
            assert!(
                (told - real(value)).abs() <= real(value) * 0.0255,
                "{value} is told as {told}"
            );
        }
        assert_eq!(band(-5), 0);
        assert!((0..100_000).all(|value| band(value) <= band(value + 1)));
    }

    #[test]
    fn percentiles_are_those_of_all() {
        let mut spread = Spread::default();
        assert_eq!(spread.percentile(50), None);
        for value in 1..=50 {
            spread.add(band(value), 1);
        }
        assert_eq!(spread.percentile(50), Some(25.0));
        assert_eq!(spread.percentile(90), Some(45.0));
        assert_eq!(spread.percentile(100), Some(50.0));
        let mut twice = spread.clone();
        twice.extend(&spread);
        assert_eq!((twice.count(), twice.percentile(50)), (100, Some(25.0)));
    }
}
