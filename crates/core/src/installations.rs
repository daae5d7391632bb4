//! What platform administrators decide for the whole installation, kept in the database so that every
//! node sees it at once.
use crier_schema::tables::installation_settings;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::error::Result;
use crate::tx::Tx;

/// New accounts of owners wait until they are approved. Off until it is switched on.
pub const APPROVE_ACCOUNTS: &str = "approve_accounts";

/// Whether a switch is on.
pub fn is_on(conn: &mut AnyConnection, name: &str) -> Result<bool> {
    let row = installation_settings::table.find(name).select(installation_settings::value);
    let value: Option<String> = row.get_result(conn).optional()?;
    Ok(value.as_deref() == Some("on"))
}

/// Switches something on or off.
pub fn switch(tx: &mut Tx<'_>, name: &str, on: bool) -> Result<()> {
    let (conn, now, value) = (&mut *tx.conn, tx.now, if on { "on" } else { "off" });
    on_each!(
        conn,
        diesel::insert_into(installation_settings::table)
            .values((
                installation_settings::name.eq(name),
                installation_settings::value.eq(value),
                installation_settings::updated_at.eq(now),
            ))
            .on_conflict(installation_settings::name)
            .do_update()
            .set((
                installation_settings::value.eq(value),
                installation_settings::updated_at.eq(now),
            ))
            .execute(conn)
    )?;
    Ok(())
}
