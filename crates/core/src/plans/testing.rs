//! As which follower a member tries what they send.
use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::testers;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::error::Result;
use crate::followers;
use crate::tx::Tx;

/// The openid under which a member gets what they try, if they said it.
pub fn tester(
    conn: &mut AnyConnection,
    account: AccountId,
    member: MemberId,
) -> Result<Option<String>> {
    let row = testers::table.find((member, account)).select(testers::openid);
    Ok(row.get_result(conn).optional()?)
}

/// Remembers it.
///
/// # Errors
/// `NotFound("openid")` when nobody of the account has it.
pub fn set_tester(
    tx: &mut Tx<'_>,
    account: AccountId,
    member: MemberId,
    openid: &str,
) -> Result<()> {
    let openid = followers::by_openid(tx.conn, account, openid)?.openid;
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(testers::table)
            .values((
                testers::member_id.eq(member),
                testers::account_id.eq(account),
                testers::openid.eq(&openid),
            ))
            .on_conflict((testers::member_id, testers::account_id))
            .do_update()
            .set(testers::openid.eq(&openid))
            .execute(conn)
    )?;
    Ok(())
}
