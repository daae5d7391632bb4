//! Calls that were refused, kept for a week so that an operator who has only a number from a log
//! can see what was asked and what was answered. Faces mask secrets before they hand one in.
use chrono::Duration;
use crier_schema::ids::AccountId;
use crier_schema::tables::refusals;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::App;
use crate::accounts::Account;
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// How long one is kept.
const KEPT: Duration = Duration::days(7);
/// Kept of one account in a day: about 5 MB. A bot that fails all day tells no more after that.
const A_DAY: i64 = 1_000;
/// Bytes of each text.
const MOST: usize = 2_048;

/// A call that was refused.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = refusals)]
pub struct Refused {
    /// The number its answer carried.
    pub rid: String,
    /// Whose call it was.
    pub account_id: AccountId,
    /// When it came.
    pub invoked_at: Timestamp,
    /// Milliseconds until it was answered.
    pub cost_ms: i32,
    /// The address that was asked.
    pub url: String,
    /// What was sent.
    pub request_body: String,
    /// What was answered.
    pub response_body: String,
    /// Where it came from.
    pub client_ip: String,
}

/// The call of this number, whoever's it was.
///
/// # Errors
/// `NotFound("rid")`.
pub fn get(conn: &mut AnyConnection, rid: &str) -> Result<Refused> {
    Refused::query().find(rid).get_result(conn).optional().or_missing("rid")
}

/// Which of an account's refused calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of the address or of the answer, such as an error code; empty is all.
    pub part: String,
}

/// An account's refused calls, newest first; `before` is the last one of the page before.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    search: &Search,
    before: Option<&Refused>,
    limit: i64,
) -> QueryResult<Vec<Refused>> {
    let mut query = Refused::query()
        .filter(refusals::account_id.eq(account))
        .order((refusals::invoked_at.desc(), refusals::rid.desc()))
        .limit(limit)
        .into_boxed();
    if let Some(last) = before {
        let earlier = refusals::invoked_at.lt(last.invoked_at);
        let same = refusals::invoked_at.eq(last.invoked_at).and(refusals::rid.lt(&last.rid));
        query = query.filter(earlier.or(same));
    }
    if !search.part.is_empty() {
        // At most seven thousand are kept of an account, so that looking through them is quick.
        let escaped = search.part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = format!("%{escaped}%");
        let in_url = refusals::url.like(like.clone()).escape('\\');
        query = query.filter(in_url.or(refusals::response_body.like(like).escape('\\')));
    }
    query.load(conn)
}

/// One of an account's refused calls.
///
/// # Errors
/// `NotFound("rid")`, also for another account's.
pub fn get_of(conn: &mut AnyConnection, account: AccountId, rid: &str) -> Result<Refused> {
    let found = get(conn, rid)?;
    if found.account_id == account { Ok(found) } else { Err(Error::NotFound("rid")) }
}

/// Removes up to `limit` of more than a week ago, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let old: Vec<String> = refusals::table
        .filter(refusals::invoked_at.lt(tx.now.plus(-KEPT)))
        .order(refusals::invoked_at.asc())
        .limit(limit)
        .select(refusals::rid)
        .load(tx.conn)?;
    Ok(diesel::delete(refusals::table.filter(refusals::rid.eq_any(old))).execute(tx.conn)?)
}

/// The beginning of a text, without what no database takes.
fn cut(text: &str) -> String {
    let end = (0..=MOST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text[..end.unwrap_or_default()].replace('\0', "\u{fffd}")
}

impl App {
    /// Keeps a refused call, each text cut to 2 KB. At most a thousand of an account in a day are
    /// kept and no more than one a second for long; the others, and those that cannot be stored,
    /// are let go.
    pub async fn keep_refused(&self, account: &Account, refused: Refused) {
        if self.limits.refusals.check(&account.app_id).await.is_err()
            || self.count_call(account, "refusals", A_DAY).await.is_err()
        {
            return;
        }
        let row = Refused {
            url: cut(&refused.url),
            request_body: cut(&refused.request_body),
            response_body: cut(&refused.response_body),
            ..refused
        };
        let kept = self.write(move |tx| {
            Ok(diesel::insert_into(refusals::table).values(&row).execute(tx.conn)?)
        });
        if let Err(error) = kept.await {
            tracing::debug!(%error, "a refused call was not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("a\0b"), "a\u{fffd}b");
        let cut = cut(&"€".repeat(1_000));
        assert!(cut.len() <= MOST && cut.len() > MOST - 3);
        assert_eq!(super::cut(""), "");
    }
}
