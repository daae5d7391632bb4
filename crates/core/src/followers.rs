//! Followers: users following one account, under an openid that only that account knows.
mod finding;
mod indexing;
mod known;
mod lists;
mod portraits;
mod walking;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crier_schema::ids::{AccountId, FollowerId, UserId};
use crier_schema::tables::{accounts, conversations, followers};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

use crate::App;
use crate::accounts::{Account, has_control};
use crate::agents;
use crate::arrivals::{Arrival, How, Source};
use crate::conversations::{Append, Conversation, append_one};
use crate::error::{Error, OrMissing, Result};
use crate::facts::Fact;
use crate::followings;
use crate::roster::Roster;
use crate::scene_codes;
use crate::tags;
use crate::tallies::Noun;
use crate::tx::{Live, News, Tx};
use crate::vault::{Vault, mac};
use crate::windows::{BY_TAP, Effect};

pub use crate::arrivals::follow;
pub use finding::{Found, LOOK, Page, Standing as Stands, Wanted, search};
pub(crate) use indexing::user_stale;
pub use indexing::{index, index_all, keep_indexed, unindex};
pub use known::Known;
pub use lists::{of_openids, page, profiles};
pub use portraits::{Portrait, RECEIVED, portrait};
pub use walking::WALKS;

/// Characters a remark must stay below (`reference/wechat-api.md` 2.9).
const MAX_REMARK: usize = 30;

/// A user following, or having followed, one account.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = followers)]
pub struct Follower {
    /// Their id; also their conversation's key.
    pub id: FollowerId,
    /// The account.
    pub account_id: AccountId,
    /// The user.
    pub user_id: UserId,
    /// Their name to the account: 28 characters.
    pub openid: String,
    /// When they last followed.
    pub followed_at: Timestamp,
    /// When they left, if they have.
    pub unfollowed_at: Option<Timestamp>,
    /// The scene they came by.
    pub scene: Option<String>,
    /// How they came.
    pub source: Source,
    /// Whether the scene they came by is a number.
    pub scene_numeric: bool,
    /// The ticket of the code they came by.
    pub scene_ticket: Option<String>,
    /// The account's note on them: at most 29 characters.
    pub remark: String,
    /// Since when the account has blocked them, if it has.
    pub blocked_at: Option<Timestamp>,
}

/// The openid of a user at an account: a keyed hash, so that two accounts cannot tell that it is
/// the same person, and following again gives the same.
fn openid(vault: &Vault, account: &Account, user: UserId) -> Result<String> {
    let key = vault.open(&account.sealed_openid_key)?;
    let hash = mac(key.as_bytes(), &user.0.to_be_bytes());
    let mut openid = URL_SAFE_NO_PAD.encode(hash);
    openid.truncate(27);
    Ok(format!("o{openid}"))
}

/// As [`follow`], by whatever way.
pub fn follow_by(
    tx: &mut Tx<'_>,
    vault: &Vault,
    roster: &Roster,
    account: &Account,
    user: UserId,
    how: How<'_>,
) -> Result<Follower> {
    // Whoever follows already stays: only who would come anew is turned away.
    if let Err(stopped) = account.state.check() {
        let known = find(tx.conn, account.id, user)?;
        let follows = known.is_some_and(|known| known.unfollowed_at.is_none());
        if !follows {
            return Err(stopped);
        }
    }
    let arrival = Arrival::resolve(tx, account.id, how)?;
    let (follower, new) = known_or_entered(tx, vault, account, user, &arrival, None)?;
    if new {
        announce(tx, roster, follower.id, account.id, user, arrival)?;
        return Ok(follower);
    }
    if follower.unfollowed_at.is_some() && come_back(tx, &follower, &arrival)? {
        if follower.blocked_at.is_some() {
            tags::come_back(tx, account.id, follower.id)?;
        }
        announce(tx, roster, follower.id, account.id, user, arrival)?;
        return get(tx.conn, follower.id);
    }
    if let Some(scene) = arrival.scene {
        if let Some(ticket) = &scene.ticket {
            scene_codes::count(tx, account.id, ticket, Noun::Scanned)?;
        }
        let append = Append::event(follower.id, Fact::Scanned { scene }, Effect::Open(BY_TAP));
        append_one(tx, roster, append)?;
    }
    Ok(follower)
}

/// The follower a user is at an account, and whether they were entered just now.
fn known_or_entered(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: &Account,
    user: UserId,
    arrival: &Arrival,
    unfollowed_at: Option<Timestamp>,
) -> Result<(Follower, bool)> {
    if let Some(known) = find(tx.conn, account.id, user)? {
        return Ok((known, false));
    }
    let openid = openid(vault, account, user)?;
    let new = enter(tx, &openid, account.id, user, arrival, unfollowed_at)?;
    // Another node may have entered them since they were looked for: theirs is then the row.
    let follower = find(tx.conn, account.id, user)?;
    let lost = || Error::Internal("a follower was neither entered nor found".into());
    Ok((follower.ok_or_else(lost)?, new))
}

/// Enters a follower, unless another node does at this moment: `false`.
fn enter(
    tx: &mut Tx<'_>,
    openid: &str,
    account: AccountId,
    user: UserId,
    arrival: &Arrival,
    unfollowed_at: Option<Timestamp>,
) -> Result<bool> {
    let id: FollowerId = tx.ids.next();
    let (conn, now) = (&mut *tx.conn, tx.now);
    // No one constraint is named: of two at once either the pair or the openid may be found taken.
    let entered = on_each!(
        conn,
        diesel::insert_into(followers::table)
            .values((
                followers::id.eq(id),
                followers::account_id.eq(account),
                followers::user_id.eq(user),
                followers::openid.eq(openid),
                followers::followed_at.eq(now),
                followers::unfollowed_at.eq(unfollowed_at),
                followers::scene.eq(arrival.value()),
                followers::source.eq(arrival.source),
                followers::remark.eq(""),
                followers::scene_numeric.eq(arrival.numeric),
                followers::scene_ticket.eq(arrival.ticket()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    if entered == 0 {
        return Ok(false);
    }
    diesel::insert_into(conversations::table)
        .values(&Conversation::new(id, account, user, tx.now))
        .execute(tx.conn)?;
    indexing::stale(tx, id)?;
    Ok(true)
}

/// Whether they came back by this: another node may have done the same a moment ago, and only one
/// of both may count and tell it.
fn come_back(tx: &mut Tx<'_>, follower: &Follower, arrival: &Arrival) -> Result<bool> {
    let gone = followers::table
        .filter(followers::id.eq(follower.id).and(followers::unfollowed_at.is_not_null()));
    let changed = diesel::update(gone)
        .set((
            followers::followed_at.eq(tx.now),
            followers::unfollowed_at.eq(None::<Timestamp>),
            followers::scene.eq(arrival.value()),
            followers::source.eq(arrival.source),
            followers::scene_numeric.eq(arrival.numeric),
            followers::scene_ticket.eq(arrival.ticket()),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

fn announce(
    tx: &mut Tx<'_>,
    roster: &Roster,
    follower: FollowerId,
    account: AccountId,
    user: UserId,
    arrival: Arrival,
) -> Result<()> {
    followings::add(tx, account, follower, true, arrival.source)?;
    if let Some(ticket) = arrival.ticket() {
        scene_codes::count(tx, account, ticket, Noun::Gained)?;
    }
    let scene = arrival.scene;
    append_one(
        tx,
        roster,
        Append::event(follower, Fact::Followed { scene }, Effect::Open(BY_TAP)),
    )?;
    let news = News::Following { follower };
    tx.effects.live.push(Live { account, user: Some(user), news });
    Ok(())
}

/// The follower a user is, or would be, at an account: who only signs in on its web pages has an
/// openid too, without following.
pub fn acquaint(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: &Account,
    user: UserId,
) -> Result<Follower> {
    let left = Some(tx.now);
    Ok(known_or_entered(tx, vault, account, user, &Arrival::stranger(), left)?.0)
}

/// Leaves. Leaving again changes nothing.
pub fn unfollow(tx: &mut Tx<'_>, roster: &Roster, account: AccountId, user: UserId) -> Result<()> {
    let Some(follower) = find(tx.conn, account, user)? else { return Ok(()) };
    let present = followers::table
        .filter(followers::id.eq(follower.id).and(followers::unfollowed_at.is_null()));
    let left =
        diesel::update(present).set(followers::unfollowed_at.eq(Some(tx.now))).execute(tx.conn)?;
    if left != 1 {
        return Ok(());
    }
    followings::add(tx, account, follower.id, false, follower.source)?;
    if let Some(ticket) = &follower.scene_ticket {
        scene_codes::count(tx, account, ticket, Noun::Lost)?;
    }
    agents::end(tx, roster, account, follower.id)?;
    tags::leave(tx, account, follower.id)?;
    append_one(tx, roster, Append::event(follower.id, Fact::Unfollowed, Effect::None))?;
    let news = News::Following { follower: follower.id };
    tx.effects.live.push(Live { account, user: Some(user), news });
    Ok(())
}

/// The follower of this id.
pub fn get(conn: &mut AnyConnection, id: FollowerId) -> Result<Follower> {
    Follower::query().find(id).get_result(conn).optional().or_missing("follower")
}

/// A user's following of an account, also when they have left.
pub fn find(
    conn: &mut AnyConnection,
    account: AccountId,
    user: UserId,
) -> Result<Option<Follower>> {
    Ok(Follower::query()
        .filter(followers::account_id.eq(account).and(followers::user_id.eq(user)))
        .get_result(conn)
        .optional()?)
}

/// The accounts a user follows, with the follower they are there.
pub fn of_user(conn: &mut AnyConnection, user: UserId) -> Result<Vec<(Follower, Account)>> {
    Ok(followers::table
        .inner_join(accounts::table.on(accounts::id.eq(followers::account_id)))
        .filter(followers::user_id.eq(user).and(followers::unfollowed_at.is_null()))
        .order(followers::id.asc())
        .select((Follower::as_select(), Account::as_select()))
        .load(conn)?)
}

/// How far everything is that a user follows or once followed: where their streams stand.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The user at the account.
    pub follower: Follower,
    /// The account.
    pub account: Account,
    /// The newest message between them.
    pub last_seq: i64,
}

/// A user's standings, by follower.
pub fn standings(conn: &mut AnyConnection, user: UserId) -> Result<Vec<Standing>> {
    let rows: Vec<(Follower, Account, i64)> = followers::table
        .inner_join(accounts::table.on(accounts::id.eq(followers::account_id)))
        .inner_join(conversations::table.on(conversations::follower_id.eq(followers::id)))
        .filter(followers::user_id.eq(user))
        .order(followers::id.asc())
        .select((Follower::as_select(), Account::as_select(), conversations::last_seq))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(follower, account, last_seq)| Standing { follower, account, last_seq })
        .collect())
}

/// An account's follower of this openid, also when they have left.
///
/// # Errors
/// `NotFound("openid")`.
pub fn by_openid(conn: &mut AnyConnection, account: AccountId, openid: &str) -> Result<Follower> {
    Follower::query()
        .filter(followers::openid.eq(openid).and(followers::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("openid")
}

/// Notes something about a follower.
///
/// # Errors
/// [`Error::Invalid`] for a remark of 30 characters or more; `NotFound("openid")`.
pub fn set_remark(tx: &mut Tx<'_>, account: AccountId, openid: &str, remark: &str) -> Result<()> {
    if remark.chars().count() >= MAX_REMARK || has_control(remark) {
        return Err(Error::invalid("remark", "must have less than 30 characters"));
    }
    let follower = by_openid(tx.conn, account, openid)?;
    diesel::update(followers::table.find(follower.id))
        .set(followers::remark.eq(remark))
        .execute(tx.conn)?;
    indexing::stale(tx, follower.id)
}

impl App {
    /// The follower a user is at an account, also after they left.
    ///
    /// # Errors
    /// `Denied(NotFollowing)` when they never followed.
    pub async fn follower(&self, account: AccountId, user: UserId) -> Result<FollowerId> {
        if let Some(known) = self.known.followers.get(&(account, user)) {
            return Ok(known);
        }
        let found = self.read(move |conn| find(conn, account, user)).await?;
        let id = found.ok_or(Error::Denied(crate::error::Denial::NotFollowing))?.id;
        self.known.followers.insert((account, user), id);
        Ok(id)
    }
}
