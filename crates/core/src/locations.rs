//! Places: where a follower is when they enter a conversation, if they allow that the account is
//! told (`reference/wechat-api.md` 4.5).
use crier_schema::ids::FollowerId;

use crate::accounts::Account;
use crate::conversations::{Append, append_one};
use crate::error::{Error, Result};
use crate::facts::Fact;
use crate::rights::Right;
use crate::roster::Roster;
use crate::tx::Tx;
use crate::windows::Effect;

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whereabouts {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Metres by which it may be wrong.
    pub precision: f64,
}

/// Seconds between two places of one follower.
pub(crate) const SECONDS: u32 = 5;
/// Metres: half the way around the Earth.
const MAX_PRECISION: f64 = 20_100_000.0;

/// Tells the account where a follower is.
///
/// # Errors
/// `Denied(Right(Location))`; `Denied(NotFollowing)`; [`Error::Invalid`] for a place that is not on
/// the Earth.
pub fn report(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: &Account,
    follower: FollowerId,
    at: Whereabouts,
) -> Result<()> {
    account.may(Right::Location)?;
    within("latitude", at.latitude, -90.0, 90.0)?;
    within("longitude", at.longitude, -180.0, 180.0)?;
    within("precision", at.precision, 0.0, MAX_PRECISION)?;
    let Whereabouts { latitude, longitude, precision } = at;
    let fact = Fact::Located { latitude, longitude, precision };
    append_one(tx, roster, Append::event(follower, fact, Effect::None))?;
    Ok(())
}

fn within(field: &'static str, number: f64, least: f64, most: f64) -> Result<()> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(Error::invalid(field, format!("must be {least} to {most}")))
}
