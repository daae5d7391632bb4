//! The tokens operator backends call with. Only a fingerprint and a sealed copy are stored.
//!
//! Two sorts, as `reference/wechat-api.md` 2.1 has them: a classic one is new with each asking and
//! leaves the one before it five more minutes; a stable one stays the same for whoever asks.
use std::sync::Arc;
use std::time::Duration as Span;

use chrono::Duration;
use crier_schema::ids::AccountId;
use crier_schema::tables::access_tokens;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;
use moka::sync::Cache;

use crate::App;
use crate::accounts::{self, Account};
use crate::activities::{self, Deed};
use crate::error::{Error, Result};
use crate::mint::{fingerprint, token};
use crate::quotas;
use crate::tx::Tx;
use crate::vault::Vault;

text_enum! {
    /// How a token came to be.
    enum Sort {
        /// Asked for, and new each time.
        Classic = "classic",
        /// The same for everybody until it nears its end.
        Stable = "stable",
        /// A stable one somebody insisted on having new.
        Forced = "forced",
    }
}

/// How long a token holds.
pub const LASTS: Duration = Duration::hours(2);
/// How long a classic token holds on after the next has been given out; and how near its end a
/// stable one is replaced.
const OVERLAP: Duration = Duration::minutes(5);
/// New classic tokens in a day (`reference/wechat-api.md` 5.3).
const CLASSIC_A_DAY: i64 = 2_000;
/// New stable tokens that may be insisted on in a day.
const FORCED_A_DAY: i64 = 20;
/// How far apart: sooner, the same is given again.
const FORCED_APART: Duration = Duration::seconds(30);
/// Seconds.
const DAY: i64 = 86_400;
/// Seconds by which China's clocks are ahead of UTC.
const CHINA: i64 = 8 * 3_600;
/// How long ended tokens are kept, so that they can be told from unknown ones.
const KEPT: Duration = Duration::days(2);

/// A token and how long it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The token: 43 characters that are safe in URLs.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Issued {
    /// Seconds from `now` to its end, rounded up: a fresh one has all of its 7200.
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        (self.expires_at.micros() - now.micros() + 999_999).div_euclid(1_000_000).max(0)
    }
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issued(.., {})", self.expires_at)
    }
}

/// What a token is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It holds, for this account.
    Valid(Arc<Account>),
    /// It held until its end.
    Expired,
    /// A newer one has taken its place.
    Superseded,
    /// It was never given out, or long ago.
    Unknown,
}

/// Tokens seen a moment ago: every call names one. One ended on this node is forgotten at once,
/// one ended elsewhere within the cache's two seconds.
pub struct AccessTokens(Cache<String, (AccountId, Timestamp)>);

impl Default for AccessTokens {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_live(Span::from_secs(2)).build())
    }
}

#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = access_tokens)]
struct Row {
    token_hash: String,
    account_id: AccountId,
    sealed_token: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    /// Which of its day a classic one is.
    number: i32,
}

/// A new classic token. The one before it holds five more minutes at the most; those before that
/// one were cut short when it was given out.
fn classic(tx: &mut Tx<'_>, vault: &Vault, account: AccountId, a_day: i64) -> Result<Issued> {
    let overlap = tx.now.plus(OVERLAP);
    let before = newest(tx.conn, account, Sort::Classic)?;
    let number = next_number(before.as_ref(), tx.now, a_day)?;
    if let Some(row) = before.filter(|row| row.expires_at > overlap) {
        diesel::update(access_tokens::table.find(&row.token_hash))
            .set(access_tokens::expires_at.eq(overlap))
            .execute(tx.conn)?;
    }
    add(tx, vault, account, Sort::Classic, number)
}

/// Which of its day the next classic token is. Each is numbered, so that the limit of a day takes
/// one row to check.
fn next_number(before: Option<&Row>, now: Timestamp, a_day: i64) -> Result<i32> {
    let today = china_day(now);
    let Some(before) = before.filter(|row| china_day(row.issued_at) == today) else {
        return Ok(1);
    };
    if a_day == 0 || i64::from(before.number) < a_day {
        return Ok(before.number + 1);
    }
    let midnight = (today + 1) * DAY - CHINA;
    let left = (midnight - now.seconds()).max(1).unsigned_abs();
    Err(Error::Limited { retry_after: Span::from_secs(left) })
}

/// The days that WeChat counts in, whatever time zone an account is in.
fn china_day(at: Timestamp) -> i64 {
    (at.seconds() + CHINA).div_euclid(DAY)
}

/// The next classic token is the first of its day again.
pub(crate) fn start_anew(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let Some(newest) = newest(tx.conn, account, Sort::Classic)? else { return Ok(()) };
    diesel::update(access_tokens::table.find(&newest.token_hash))
        .set(access_tokens::number.eq(0))
        .execute(tx.conn)?;
    Ok(())
}

/// What became of asking for a stable token, and what must be forgotten for it.
struct Stable {
    issued: Issued,
    ended: Option<String>,
}

fn stable(tx: &mut Tx<'_>, vault: &Vault, account: AccountId, force: bool) -> Result<Stable> {
    let newest = newest_stable(tx.conn, account, tx.now)?;
    if force {
        return forced(tx, vault, account, newest);
    }
    match newest {
        Some(row) if row.expires_at > tx.now.plus(OVERLAP) => again(vault, &row),
        _ => Ok(Stable { issued: add(tx, vault, account, Sort::Stable, 0)?, ended: None }),
    }
}

fn again(vault: &Vault, row: &Row) -> Result<Stable> {
    let issued = Issued { token: vault.open(&row.sealed_token)?, expires_at: row.expires_at };
    Ok(Stable { issued, ended: None })
}

fn forced(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    newest: Option<Row>,
) -> Result<Stable> {
    let day = tx.now.plus(Duration::days(-1));
    let lately: Vec<Timestamp> = access_tokens::table
        .filter(access_tokens::account_id.eq(account))
        .filter(access_tokens::kind.eq(Sort::Forced).and(access_tokens::issued_at.gt(day)))
        .order(access_tokens::issued_at.asc())
        .select(access_tokens::issued_at)
        .load(tx.conn)?;
    let just = lately.last().is_some_and(|last| last.plus(FORCED_APART) > tx.now);
    if let (Some(row), true) = (&newest, just) {
        return again(vault, row);
    }
    if lately.len() as i64 >= FORCED_A_DAY {
        let free = lately[0].plus(Duration::days(1)).seconds() - tx.now.seconds();
        let retry_after = Span::from_secs(free.max(1).unsigned_abs());
        return Err(Error::Limited { retry_after });
    }
    if let Some(row) = &newest {
        diesel::update(access_tokens::table.find(&row.token_hash))
            .set(access_tokens::expires_at.eq(tx.now))
            .execute(tx.conn)?;
    }
    let issued = add(tx, vault, account, Sort::Forced, 0)?;
    Ok(Stable { issued, ended: newest.map(|row| row.token_hash) })
}

fn newest_stable(
    conn: &mut AnyConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Row>> {
    let stable = newest(conn, account, Sort::Stable)?;
    let forced = newest(conn, account, Sort::Forced)?;
    let valid = stable.into_iter().chain(forced).filter(|row| row.expires_at > now);
    Ok(valid.max_by_key(|row| row.issued_at))
}

/// The end of an index, however many came before.
fn newest(conn: &mut AnyConnection, account: AccountId, sort: Sort) -> Result<Option<Row>> {
    Ok(Row::query()
        .filter(access_tokens::account_id.eq(account).and(access_tokens::kind.eq(sort)))
        .order((access_tokens::issued_at.desc(), access_tokens::number.desc()))
        .first(conn)
        .optional()?)
}

/// Removes up to `limit` tokens that ended long ago, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let forgotten: Vec<String> = access_tokens::table
        .filter(access_tokens::expires_at.lt(tx.now.plus(-KEPT)))
        .order(access_tokens::expires_at.asc())
        .limit(limit)
        .select(access_tokens::token_hash)
        .load(tx.conn)?;
    let rows = access_tokens::table.filter(access_tokens::token_hash.eq_any(forgotten));
    Ok(diesel::delete(rows).execute(tx.conn)?)
}

fn add(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    sort: Sort,
    number: i32,
) -> Result<Issued> {
    let issued = Issued { token: token(), expires_at: tx.now.plus(LASTS) };
    diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::token_hash.eq(fingerprint(&issued.token)),
            access_tokens::account_id.eq(account),
            access_tokens::kind.eq(sort),
            access_tokens::sealed_token.eq(vault.seal(&issued.token)?),
            access_tokens::issued_at.eq(tx.now),
            access_tokens::expires_at.eq(issued.expires_at),
            access_tokens::number.eq(number),
        ))
        .execute(tx.conn)?;
    Ok(issued)
}

impl Row {
    /// Whether it was cut short rather than ended.
    fn superseded(&self) -> bool {
        self.expires_at < self.issued_at.plus(LASTS)
    }
}

impl App {
    /// A new classic token of the account.
    ///
    /// # Errors
    /// [`Error::Limited`] when it has had too many today.
    pub async fn issue_access_token(&self, account: AccountId) -> Result<Issued> {
        let vault = self.vault.clone();
        let a_day = self.quotas.limit(quotas::TOKEN, CLASSIC_A_DAY);
        self.write(move |tx| classic(tx, &vault, account, a_day)).await
    }

    /// The stable token of the account. Who insists on a new one, from this address, ends the present
    /// one, which is put on record.
    ///
    /// # Errors
    /// [`Error::Limited`] when it has been forced too often today.
    pub async fn stable_access_token(
        &self,
        account: AccountId,
        forced_from: Option<&str>,
    ) -> Result<Issued> {
        let (vault, address) = (self.vault.clone(), forced_from.map(str::to_owned));
        let stable = self.write(move |tx| {
            let stable = stable(tx, &vault, account, address.is_some())?;
            if let Some(address) = address.filter(|_| stable.ended.is_some()) {
                let account = accounts::get(tx.conn, account)?;
                let deed = Deed::of_app(&account, &address, "token");
                activities::record(tx, account.brand_id.into(), &deed)?;
            }
            Ok(stable)
        });
        let stable = stable.await?;
        if let Some(ended) = stable.ended {
            self.access_tokens.0.invalidate(&ended);
        }
        Ok(stable.issued)
    }

    /// What a token is worth now.
    pub async fn access_token_standing(&self, token: &str) -> Result<Standing> {
        let (hash, now) = (fingerprint(token), self.clock.now());
        if let Some((account, end)) = self.access_tokens.0.get(&hash)
            && end > now
        {
            return Ok(Standing::Valid(self.account_by_id(account).await?));
        }
        let wanted = hash.clone();
        let row: Option<Row> = self
            .read(move |conn| Ok(Row::query().find(wanted).get_result(conn).optional()?))
            .await?;
        match row {
            None => Ok(Standing::Unknown),
            Some(row) if row.expires_at > now => {
                self.access_tokens.0.insert(hash, (row.account_id, row.expires_at));
                Ok(Standing::Valid(self.account_by_id(row.account_id).await?))
            }
            Some(row) if row.superseded() => Ok(Standing::Superseded),
            Some(_) => Ok(Standing::Expired),
        }
    }
}
