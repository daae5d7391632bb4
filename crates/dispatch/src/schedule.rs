//! The long schedule: when a delivery that failed at once is tried again.
use std::time::Duration;

/// The longest wait that an endpoint may ask for with `Retry-After`, and the longest step.
const DAY: Duration = Duration::from_hours(24);
/// Steps that a schedule may have.
const STEPS: usize = 20;

/// Waits between attempts, each lengthened or shortened by up to a fifth, so that what failed
/// together does not come back together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Default for Schedule {
    /// Eight attempts over about a day and three quarters.
    fn default() -> Self {
        Self(vec![
            Duration::from_secs(5),
            Duration::from_mins(1),
            Duration::from_mins(5),
            Duration::from_mins(30),
            Duration::from_hours(2),
            Duration::from_hours(5),
            Duration::from_hours(10),
            DAY,
        ])
    }
}

impl Schedule {
    /// A schedule with these waits.
    ///
    /// # Errors
    /// Half a sentence, when there is none or too many, or one is not 1 s to a day.
    pub fn new(waits: Vec<Duration>) -> Result<Self, &'static str> {
        if waits.is_empty() || waits.len() > STEPS {
            return Err("must have 1 to 20 steps");
        }
        if waits.iter().any(|wait| *wait < Duration::from_secs(1) || *wait > DAY) {
            return Err("must have steps of 1 s to 1 day");
        }
        Ok(Self(waits))
    }

    /// How long to wait after `retries` attempts by the schedule; `None` when it is over. An
    /// endpoint that asks for more time gets it, up to a day. `roll` is any random number.
    pub fn wait(&self, retries: i32, retry_after: Option<Duration>, roll: u16) -> Option<Duration> {
        let step = *self.0.get(usize::try_from(retries).ok()?)?;
        let fifth = step / 5;
        let jittered =
            step.saturating_sub(fifth) + fifth * 2 * u32::from(roll) / u32::from(u16::MAX);
        Some(jittered.max(retry_after.unwrap_or_default().min(DAY)))
    }
}

impl std::str::FromStr for Schedule {
    type Err = &'static str;

    /// `5s,1m,30m,2h,1d`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wait = |step: &str| {
            let step = step.trim();
            let (number, unit) = step.split_at_checked(step.len().checked_sub(1)?)?;
            let seconds = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 60 * 60,
                "d" => 24 * 60 * 60,
                _ => return None,
            };
            Some(Duration::from_secs(number.parse::<u32>().ok().map(u64::from)? * seconds))
        };
        let waits: Option<Vec<Duration>> = text.split(',').map(wait).collect();
        Self::new(waits.ok_or("must be waits such as 5s,1m,2h,1d")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u16 = u16::MAX / 2;

    #[test]
    fn waits_grow_and_end() {
        let schedule = Schedule::default();
        let waits: Vec<u64> = (0..9)
            .map_while(|retries| schedule.wait(retries, None, MIDDLE))
            .map(|wait| (wait + Duration::from_millis(500)).as_secs())
            .collect();
        assert_eq!(waits, [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 86_400]);
        assert_eq!(schedule.wait(8, None, 0), None);
    }

    #[test]
    fn jitter_is_a_fifth_either_way() {
        let schedule = Schedule::default();
        assert_eq!(schedule.wait(0, None, 0), Some(Duration::from_secs(4)));
        assert_eq!(schedule.wait(0, None, u16::MAX), Some(Duration::from_secs(6)));
    }

    #[test]
    fn an_endpoint_gets_the_time_it_asks_for_up_to_a_day() {
        let schedule = Schedule::default();
        let asked = |seconds| schedule.wait(0, Some(Duration::from_secs(seconds)), 0);
        assert_eq!(asked(1), Some(Duration::from_secs(4)));
        assert_eq!(asked(600), Some(Duration::from_mins(10)));
        assert_eq!(asked(10_000_000), Some(DAY));
    }

    #[test]
    fn settings_are_read_and_refused() {
        let schedule: Schedule = "5s, 1m,2h,1d".parse().unwrap();
        assert_eq!(schedule.wait(2, None, 0), Some(Duration::from_mins(96)));
        for wrong in ["", "5", "s", "5x", "0s", "2d", "5s,,1m", "-5s", "五s"] {
            assert!(wrong.parse::<Schedule>().is_err(), "{wrong}");
        }
    }
}
