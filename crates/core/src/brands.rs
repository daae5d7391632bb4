//! Brands: the organisations that own accounts.
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::tables::{brands, memberships};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::accounts::{lower, patterns};
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// An organisation that owns accounts.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = brands)]
pub struct Brand {
    /// Its id.
    pub id: BrandId,
    /// Its name, unique in the installation.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The brand of this id.
pub fn get(conn: &mut AnyConnection, id: BrandId) -> Result<Brand> {
    Brand::query().find(id).get_result(conn).optional().or_missing("brand")
}

/// The brand of this name, made if it is not there.
pub fn ensure(tx: &mut Tx<'_>, name: &str) -> Result<Brand> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("brand", "must have 1 to 60 characters"));
    }
    if let Some(brand) =
        Brand::query().filter(brands::name.eq(name)).get_result(tx.conn).optional()?
    {
        return Ok(brand);
    }
    let brand = Brand { id: tx.ids.next(), name: name.to_owned(), created_at: tx.now };
    diesel::insert_into(brands::table)
        .values((
            brands::id.eq(brand.id),
            brands::name.eq(&brand.name),
            brands::created_at.eq(brand.created_at),
        ))
        .execute(tx.conn)?;
    Ok(brand)
}

/// The brand of this id, if it is there.
pub fn find(conn: &mut AnyConnection, id: BrandId) -> Result<Option<Brand>> {
    Ok(Brand::query().find(id).get_result(conn).optional()?)
}

/// The first brands by name with these words in it; of all brands, if there are no words.
pub fn page(conn: &mut AnyConnection, words: &str, limit: i64) -> Result<Vec<Brand>> {
    let mut query = Brand::query().order(brands::name.asc()).limit(limit).into_boxed();
    if !words.is_empty() {
        let (folded, as_written) = patterns(words);
        let named = lower(brands::name).like(folded).escape('\\');
        query = query.filter(named.or(brands::name.like(as_written).escape('\\')));
    }
    Ok(query.load(conn)?)
}

/// The names of these brands.
pub fn names(conn: &mut AnyConnection, ids: &[BrandId]) -> Result<Vec<(BrandId, String)>> {
    let of = brands::table.filter(brands::id.eq_any(ids));
    Ok(of.select((brands::id, brands::name)).load(conn)?)
}

/// The brands a member belongs to, by name.
pub fn of_member(conn: &mut AnyConnection, member: MemberId) -> Result<Vec<Brand>> {
    Ok(brands::table
        .inner_join(memberships::table.on(memberships::brand_id.eq(brands::id)))
        .filter(memberships::member_id.eq(member))
        .order(brands::name.asc())
        .select(Brand::as_select())
        .load(conn)?)
}
