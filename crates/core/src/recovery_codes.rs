//! Recovery codes: for whom the phone or the key is lost. Each counts once; stored is a keyed hash
//! whose key is not in the database.
use crier_schema::AnyConnection;
use crier_schema::ids::MemberId;
use crier_schema::tables::recovery_codes;
use diesel::prelude::*;

use crate::clock::random;
use crate::error::Result;
use crate::tx::Tx;
use crate::vault::{Vault, mac};

/// How many there are at a time.
pub const COUNT: usize = 10;
/// Characters of one: 60 bits of chance.
const LENGTH: usize = 12;
/// Letters and digits that no one takes for one another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Makes new codes in place of all there were. They are said this once.
pub fn renew(tx: &mut Tx<'_>, vault: &Vault, member: MemberId) -> Result<Vec<String>> {
    remove(tx, member)?;
    let codes: Vec<String> = (0..COUNT).map(|_| code()).collect();
    for code in &codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::member_id.eq(member),
                recovery_codes::code_hash.eq(hash(vault, code)),
            ))
            .execute(tx.conn)?;
    }
    Ok(codes)
}

/// Uses a code up: whether it was one.
pub fn spend(tx: &mut Tx<'_>, vault: &Vault, member: MemberId, code: &str) -> Result<bool> {
    let row = recovery_codes::table.find((member, hash(vault, code)));
    Ok(diesel::delete(row).execute(tx.conn)? == 1)
}

/// How many are left.
pub fn left(conn: &mut AnyConnection, member: MemberId) -> Result<i64> {
    let of = recovery_codes::table.filter(recovery_codes::member_id.eq(member));
    Ok(of.count().get_result(conn)?)
}

/// Forgets them all.
pub fn remove(tx: &mut Tx<'_>, member: MemberId) -> Result<()> {
    let of = recovery_codes::table.filter(recovery_codes::member_id.eq(member));
    diesel::delete(of).execute(tx.conn)?;
    Ok(())
}

fn code() -> String {
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
    let letters: Vec<char> = random::<LENGTH>().into_iter().map(letter).collect();
    let parts = letters.chunks(4).map(|part| part.iter().collect::<String>());
    parts.collect::<Vec<_>>().join("-")
}

/// However it was typed.
fn hash(vault: &Vault, code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hex::encode(mac(&vault.derive("recovery-codes"), plain.to_ascii_lowercase().as_bytes()))
}
