//! How an account's members answer: how soon, and what rests meanwhile.
use crier_schema::ids::AccountId;
use crier_schema::tables::desk_settings;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::tx::Tx;

/// Minutes within which a follower is to be answered, where the account says nothing else.
pub const FIRST_REPLY: i32 = 60;
/// The longest first reply that can be asked for: what the reply window allows.
pub const MOST_MINUTES: i32 = 48 * 60;

/// How an account's members answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, HasQuery)]
#[diesel(table_name = desk_settings)]
pub struct DeskSettings {
    /// Minutes within which a follower is to be answered.
    pub first_reply_minutes: i32,
    /// Whether what answers by itself rests while a person has a conversation.
    pub bot_rests: bool,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self { first_reply_minutes: FIRST_REPLY, bot_rests: true }
    }
}

/// The account's.
pub fn get(conn: &mut AnyConnection, account: AccountId) -> QueryResult<DeskSettings> {
    let found = DeskSettings::query().find(account).get_result(conn).optional()?;
    Ok(found.unwrap_or_default())
}

/// Sets them. Conversations that a person has stay as they are.
///
/// # Errors
/// [`Error::Invalid`] for `first_reply_minutes`: 1 to [`MOST_MINUTES`].
pub fn set(tx: &mut Tx<'_>, account: AccountId, to: DeskSettings) -> Result<()> {
    if !(1..=MOST_MINUTES).contains(&to.first_reply_minutes) {
        return Err(Error::invalid("first_reply_minutes", "must be 1 to 2880"));
    }
    let values = (
        desk_settings::first_reply_minutes.eq(to.first_reply_minutes),
        desk_settings::bot_rests.eq(to.bot_rests),
    );
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(desk_settings::table)
            .values((desk_settings::account_id.eq(account), values))
            .on_conflict(desk_settings::account_id)
            .do_update()
            .set(values)
            .execute(conn)
    )?;
    Ok(())
}
