//! App secrets that change without a gap: the one before holds on for hours, so that every process
//! of a backend can be given the new one.
use chrono::Duration;
use crier_schema::ids::AccountId;
use crier_schema::tables::previous_secrets;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use subtle::ConstantTimeEq as _;

use crate::App;
use crate::accounts;
use crate::error::{Error, Result};
use crate::mint::fingerprint;
use crate::tx::Tx;

/// Hours that the secret before may hold on, at most.
pub const MOST_HOURS: i64 = 7 * 24;

/// The secret before the one that counts, while it holds. It is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// When the new one took its place.
    pub replaced_at: Timestamp,
    /// Until when it holds.
    pub ends_at: Timestamp,
}

/// Replaces the app secret and says the new one, which is not stored. The one before holds for so
/// many hours more; the one before that ends at once.
///
/// # Errors
/// [`Error::Invalid`] `overlap` unless 0 to [`MOST_HOURS`]; `NotFound("account")`.
pub fn rotate(tx: &mut Tx<'_>, account: AccountId, hours: i64) -> Result<String> {
    if !(0..=MOST_HOURS).contains(&hours) {
        return Err(Error::invalid("overlap", format!("must be 0 to {MOST_HOURS} hours")));
    }
    let before = accounts::get(tx.conn, account)?.secret_hash;
    end(tx, account)?;
    if hours > 0 {
        diesel::insert_into(previous_secrets::table)
            .values((
                previous_secrets::account_id.eq(account),
                previous_secrets::secret_hash.eq(before),
                previous_secrets::replaced_at.eq(tx.now),
                previous_secrets::ends_at.eq(tx.now.plus(Duration::hours(hours))),
            ))
            .execute(tx.conn)?;
    }
    accounts::reset_secret(tx, account)
}

/// Ends the secret before, now. One that has ended is as good as ended.
pub fn end(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(previous_secrets::table.find(account)).execute(tx.conn)?;
    Ok(())
}

/// The secret before, if it holds.
pub fn previous(
    conn: &mut AnyConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Previous>> {
    let found: Option<(Timestamp, Timestamp)> = previous_secrets::table
        .find(account)
        .filter(previous_secrets::ends_at.gt(now))
        .select((previous_secrets::replaced_at, previous_secrets::ends_at))
        .get_result(conn)
        .optional()?;
    Ok(found.map(|(replaced_at, ends_at)| Previous { replaced_at, ends_at }))
}

impl App {
    /// Whether this is the app secret before the one that counts, and it holds. In constant time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn held_secret(&self, account: AccountId, secret: &str) -> Result<bool> {
        let (now, given) = (self.clock.now(), fingerprint(secret));
        self.read(move |conn| {
            let held: Option<String> = previous_secrets::table
                .find(account)
                .filter(previous_secrets::ends_at.gt(now))
                .select(previous_secrets::secret_hash)
                .get_result(conn)
                .optional()?;
            Ok(held.is_some_and(|held| held.as_bytes().ct_eq(given.as_bytes()).into()))
        })
        .await
    }
}
