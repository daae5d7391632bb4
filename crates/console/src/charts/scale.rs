//! Where an axis begins and ends, and what stands along it: numbers that people would choose.
use crate::numbers::Unit;

/// Steps of an axis, at most: more would be a ladder.
const STEPS: f64 = 5.0;
/// What people count seconds by.
const SECONDS: [f64; 17] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0,
    10_800.0, 21_600.0, 43_200.0,
];
const DAY: f64 = 86_400.0;

/// An axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Its lower end, a multiple of the step.
    pub low: f64,
    /// Its upper end, likewise, and above the lower.
    pub high: f64,
    /// Between two ticks.
    pub step: f64,
}

impl Scale {
    /// The axis that holds nought and everything between these two.
    pub fn of(low: f64, high: f64, unit: Unit) -> Self {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let step = step(((high - low) / STEPS).max(f64::MIN_POSITIVE), unit);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        let high = if low < high { high } else { low + step };
        Self { low, high, step }
    }

    /// How far from the top a value stands, in parts of a hundred.
    pub fn depth(&self, value: f64) -> f64 {
        (self.high - value) / (self.high - self.low) * 100.0
    }

    /// The values of the ticks, from the top.
    pub fn ticks(&self) -> Vec<f64> {
        let count = crate::numbers::whole((self.high - self.low) / self.step);
        (0..=count).map(|at| self.high - self.step * crate::numbers::real(at)).collect()
    }
}

/// The smallest pleasant step that is at least `least`.
fn step(least: f64, unit: Unit) -> f64 {
    if unit == Unit::Seconds {
        let found = SECONDS.into_iter().find(|step| *step >= least);
        return found.unwrap_or_else(|| (decimal(least / DAY)).max(1.0) * DAY);
    }
    match unit {
        Unit::Percent => decimal(least),
        _ => decimal(least).max(1.0),
    }
}

fn decimal(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let found = [1.0, 2.0, 5.0].into_iter().find(|digit| digit * power >= least * (1.0 - 1e-9));
    found.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(low: f64, high: f64, unit: Unit) -> Vec<f64> {
        Scale::of(low, high, unit).ticks()
    }

    #[test]
    fn ticks_are_numbers_that_people_would_choose() {
        assert_eq!(ticks(0.0, 0.0, Unit::Count), [1.0, 0.0]);
        assert_eq!(ticks(0.0, 3.0, Unit::Count), [3.0, 2.0, 1.0, 0.0]);
        assert_eq!(ticks(0.0, 87.0, Unit::Count), [100.0, 80.0, 60.0, 40.0, 20.0, 0.0]);
        assert_eq!(ticks(-30.0, 95.0, Unit::Count), [100.0, 50.0, 0.0, -50.0]);
        assert_eq!(ticks(0.0, 100.0, Unit::Percent), [100.0, 80.0, 60.0, 40.0, 20.0, 0.0]);
        assert_eq!(ticks(0.0, 400.0, Unit::Seconds), [480.0, 360.0, 240.0, 120.0, 0.0]);
        assert_eq!(ticks(0.0, 200_000.0, Unit::Seconds).first(), Some(&216_000.0));
        assert_eq!(ticks(0.0, 5_000_000.0, Unit::Count).len(), 6);
    }

    #[test]
    fn everything_is_on_the_axis() {
        for (low, high) in [(0.0, 7.0), (-3.0, 0.0), (-1e9, 1e9), (0.0, 0.4), (0.0, 123_456.0)] {
            let scale = Scale::of(low, high, Unit::Count);
            assert!(scale.depth(high) >= 0.0 && scale.depth(low) <= 100.0 + 1e-9, "{low} {high}");
        }
    }
}
