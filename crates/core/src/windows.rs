//! The reply window: when, and how often, an account may write unasked
//! (`reference/wechat-api.md` 5.2).
use chrono::Duration;
use crier_schema::Timestamp;

use crate::error::Denial;

/// What an append does to the window of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: answers, templates, reads.
    None,
    /// The follower did something: opens the window, or widens it.
    Open(Opening),
    /// Nothing, and it reaches the user even if they don't follow: they said yes to exactly this.
    Consented,
    /// The account writes unasked: takes one message off, or is refused.
    Spend,
}

/// How far an act of the follower opens the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// Messages the account may send.
    pub messages: i32,
    /// For how many minutes.
    pub minutes: i64,
}

/// A message from the follower: five messages in 48 hours.
pub const BY_MESSAGE: Opening = Opening { messages: 5, minutes: 48 * 60 };
/// A menu tap, a follow or a scan: three messages in one minute.
pub const BY_TAP: Opening = Opening { messages: 3, minutes: 1 };

/// The window of one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Open until then.
    pub until: Timestamp,
    /// Messages left.
    pub left: i32,
}

impl Window {
    /// The window after `effect`. Openings never add up: each raises the count to its own maximum
    /// and the end to its own end, and lowers neither.
    pub fn after(self, effect: Effect, now: Timestamp) -> Result<Self, Denial> {
        match effect {
            Effect::None | Effect::Consented => Ok(self),
            Effect::Open(opening) => {
                let left = if self.until > now { self.left } else { 0 };
                Ok(Self {
                    until: self.until.max(now.plus(Duration::minutes(opening.minutes))),
                    left: left.max(opening.messages),
                })
            }
            Effect::Spend if self.until <= now => Err(Denial::WindowClosed),
            Effect::Spend if self.left <= 0 => Err(Denial::WindowSpent),
            Effect::Spend => Ok(Self { left: self.left - 1, ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOSED: Window = Window { until: Timestamp::from_seconds(0), left: 0 };
    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    #[test]
    fn a_message_opens_five_for_two_days() {
        let mut window = CLOSED.after(Effect::Open(BY_MESSAGE), NOW).unwrap();
        assert_eq!(window.until, NOW.plus(Duration::hours(48)));
        for _ in 0..5 {
            window = window.after(Effect::Spend, NOW).unwrap();
        }
        assert_eq!(window.after(Effect::Spend, NOW), Err(Denial::WindowSpent));
    }

    #[test]
    fn a_tap_raises_but_never_adds() {
        let window = CLOSED.after(Effect::Open(BY_MESSAGE), NOW).unwrap();
        assert_eq!(window.after(Effect::Open(BY_TAP), NOW).unwrap(), window);
        let spent = Window { left: 1, ..window };
        assert_eq!(spent.after(Effect::Open(BY_TAP), NOW).unwrap().left, 3);
    }

    #[test]
    fn a_closed_window_refuses() {
        let later = NOW.plus(Duration::hours(49));
        let window = CLOSED.after(Effect::Open(BY_MESSAGE), NOW).unwrap();
        assert_eq!(window.after(Effect::Spend, later), Err(Denial::WindowClosed));
    }
}
