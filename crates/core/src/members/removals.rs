//! Who was taken out of a brand: no newcomer, whatever the brand's provider says of them.
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::tables::removed_members;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::error::Result;
use crate::tx::Tx;

pub(super) fn remember(tx: &mut Tx<'_>, brand: BrandId, member: MemberId) -> Result<()> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    on_each!(
        conn,
        diesel::insert_into(removed_members::table)
            .values((
                removed_members::brand_id.eq(brand),
                removed_members::member_id.eq(member),
                removed_members::removed_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(())
}

pub(super) fn forget(tx: &mut Tx<'_>, brand: BrandId, member: MemberId) -> Result<()> {
    diesel::delete(removed_members::table.find((brand, member))).execute(tx.conn)?;
    Ok(())
}

/// Whether somebody took this member out of the brand and nobody has invited them since.
pub(crate) fn was_removed(
    conn: &mut AnyConnection,
    brand: BrandId,
    member: MemberId,
) -> Result<bool> {
    let row = removed_members::table.find((brand, member)).select(removed_members::removed_at);
    Ok(row.get_result::<crier_schema::Timestamp>(conn).optional()?.is_some())
}
