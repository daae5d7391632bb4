//! What an account chose for its broadcasts.
use crier_schema::ids::AccountId;
use crier_schema::tables::broadcast_settings;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::tx::Tx;

/// The slowest speed; 0 is the fastest (`reference/wechat-api.md` 2.3).
pub const MAX_SPEED: i32 = 4;

/// The speed the account chose. A broadcast is stored once and read by each follower, so it takes no
/// time whatever the speed; tools that set one read it back.
pub fn speed(conn: &mut AnyConnection, account: AccountId) -> Result<i32> {
    let row = broadcast_settings::table.find(account).select(broadcast_settings::speed);
    Ok(row.get_result(conn).optional()?.unwrap_or_default())
}

/// Chooses a speed.
///
/// # Errors
/// [`Error::Invalid`] when it is not 0 to [`MAX_SPEED`].
pub fn set_speed(tx: &mut Tx<'_>, account: AccountId, speed: i32) -> Result<()> {
    if !(0..=MAX_SPEED).contains(&speed) {
        return Err(Error::invalid("speed", "must be 0 to 4"));
    }
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(broadcast_settings::table)
            .values((
                broadcast_settings::account_id.eq(account),
                broadcast_settings::speed.eq(speed),
            ))
            .on_conflict(broadcast_settings::account_id)
            .do_update()
            .set(broadcast_settings::speed.eq(speed))
            .execute(conn)
    )?;
    Ok(())
}
