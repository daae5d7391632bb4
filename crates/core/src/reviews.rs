//! What the platform decided about accounts, step by step. Their owners and the platform read the same
//! history, and owners are mailed each step.
use crier_schema::ids::{AccountId, ApplicationId, BrandId, MemberId, ReviewId};
use crier_schema::tables::{account_reviews, accounts, members as staff};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::accounts::{self as all, Account, State, has_control};
use crate::closures;
use crate::error::{Error, Result};
use crate::installations::{self, APPROVE_ACCOUNTS};
use crate::mails::{self, Language, Mail, Topic};
use crate::members::{self, Member, Role};
use crate::tx::Tx;

/// Characters of a reason.
const MAX_REASON: usize = 500;
/// Steps of one account that are shown.
const SHOWN: i64 = 200;

text_enum! {
    /// One step.
    pub enum Step {
        /// The account was made and waits.
        Held = "held",
        /// Its owner applied.
        Submitted = "submitted",
        /// Its owner appealed.
        Appealed = "appealed",
        /// Its owner took the application back.
        Withdrawn = "withdrawn",
        /// The platform asks for more.
        Asked = "asked",
        /// The platform approved.
        Approved = "approved",
        /// The platform rejected.
        Rejected = "rejected",
        /// The platform suspended the account.
        Suspended = "suspended",
        /// The platform opened it again.
        Reopened = "reopened",
        /// Its owner closed the account.
        Closed = "closed",
        /// Its owner opened it again.
        Opened = "opened",
    }
}

impl Step {
    /// What its owners are mailed, if they are.
    const fn topic(self) -> Option<Topic> {
        match self {
            Self::Asked => Some(Topic::Asked),
            Self::Approved => Some(Topic::Approved),
            Self::Rejected => Some(Topic::Rejected),
            Self::Suspended => Some(Topic::Suspended),
            Self::Reopened => Some(Topic::Reopened),
            Self::Closed => Some(Topic::Closed),
            Self::Held | Self::Submitted | Self::Appealed | Self::Withdrawn | Self::Opened => None,
        }
    }

    /// The account's page that tells more.
    const fn page(self) -> &'static str {
        if matches!(self, Self::Closed) { "close" } else { "verification" }
    }
}

/// One step of an account's history.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = account_reviews, treat_none_as_default_value = false)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// Whose.
    pub account_id: AccountId,
    /// Of which application, if of one.
    pub application_id: Option<ApplicationId>,
    /// What.
    pub step: Step,
    /// By whom.
    pub member_id: Option<MemberId>,
    /// Why, or what was said.
    pub reason: String,
    /// When.
    pub created_at: Timestamp,
}

/// Puts a step into the account's history, and mails its owners.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    account: &Account,
    application: Option<ApplicationId>,
    step: Step,
    by: Option<MemberId>,
    reason: &str,
) -> Result<()> {
    let review = Review {
        id: tx.ids.next(),
        account_id: account.id,
        application_id: application,
        step,
        member_id: by,
        reason: reason.to_owned(),
        created_at: tx.now,
    };
    diesel::insert_into(account_reviews::table).values(&review).execute(tx.conn)?;
    let Some(topic) = step.topic() else { return Ok(()) };
    let mail = Mail::News {
        topic,
        name: account.name.clone(),
        reason: reason.to_owned(),
        path: format!("/console/accounts/{}/{}", account.handle, step.page()),
        sealed_token: None,
        language: language(account),
    };
    for owner in owners(tx.conn, account.brand_id)? {
        mails::queue(tx, &owner.email, &mail)?;
    }
    Ok(())
}

/// The language an account's owners are written to in.
pub(crate) fn language(account: &Account) -> Language {
    Language::parse(&account.language).unwrap_or_else(|| Language::of_zone(&account.time_zone))
}

/// A brand's owners.
pub(crate) fn owners(conn: &mut AnyConnection, brand: BrandId) -> Result<Vec<Member>> {
    let all = members::of_brand(conn, brand)?.into_iter();
    Ok(all.filter(|one| one.role == Role::Owner).map(|one| one.member).collect())
}

/// Who looks after the installation.
pub(crate) fn administrators(conn: &mut AnyConnection) -> Result<Vec<Member>> {
    Ok(Member::query().filter(staff::platform_admin.eq(true)).load(conn)?)
}

/// An account's history, newest first, with who did each step.
pub fn of_account(
    conn: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<(Review, Option<String>)>> {
    Ok(account_reviews::table
        .left_join(staff::table.on(account_reviews::member_id.eq(staff::id.nullable())))
        .filter(account_reviews::account_id.eq(account))
        .order(account_reviews::id.desc())
        .limit(SHOWN)
        .select((Review::as_select(), staff::name.nullable()))
        .load(conn)?)
}

/// A reason as it is stored.
///
/// # Errors
/// [`Error::Invalid`] for one of none or more than 500 characters.
pub(crate) fn clean_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_REASON || has_control(reason) {
        return Err(Error::invalid("reason", "must have 1 to 500 characters"));
    }
    Ok(reason)
}

/// Holds an account that was just made until the platform approves it, where the installation wants
/// that. Says whether it does.
pub fn hold(tx: &mut Tx<'_>, account: &Account, by: MemberId) -> Result<bool> {
    if !installations::is_on(tx.conn, APPROVE_ACCOUNTS)? {
        return Ok(false);
    }
    set_state(tx, account.id, State::Pending, "")?;
    set_verified(tx, account.id, false)?;
    note(tx, account, None, Step::Held, Some(by), "")?;
    Ok(true)
}

/// Stops an account: it reaches nobody, and nobody can follow it. What followers write is kept. A closed
/// one is stopped once it is opened again.
///
/// # Errors
/// [`Error::Invalid`] for the reason; `account_suspended` when it is already.
pub fn suspend(tx: &mut Tx<'_>, by: &Member, id: AccountId, reason: &str) -> Result<Account> {
    let reason = clean_reason(reason)?;
    let account = all::get(tx.conn, id)?;
    if closures::standing(tx.conn, &account)? == State::Suspended {
        return Err(Error::Conflict("account_suspended"));
    }
    closures::set_standing(tx, id, State::Suspended, reason)?;
    note(tx, &account, None, Step::Suspended, Some(by.id), reason)?;
    Ok(account)
}

/// Opens a suspended account again; a closed one stands open once its owner opens it.
///
/// # Errors
/// `account_open` when it is not suspended.
pub fn reopen(tx: &mut Tx<'_>, by: &Member, id: AccountId, reason: &str) -> Result<Account> {
    let account = all::get(tx.conn, id)?;
    if closures::standing(tx.conn, &account)? != State::Suspended {
        return Err(Error::Conflict("account_open"));
    }
    closures::set_standing(tx, id, State::Open, "")?;
    note(tx, &account, None, Step::Reopened, Some(by.id), reason.trim())?;
    Ok(account)
}

pub(crate) fn set_state(tx: &mut Tx<'_>, id: AccountId, state: State, reason: &str) -> Result<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::state.eq(state), accounts::state_reason.eq(reason)))
        .execute(tx.conn)?;
    tx.effects.stale.push(id);
    Ok(())
}

/// Says whether the platform has verified who is behind an account.
pub(crate) fn set_verified(tx: &mut Tx<'_>, id: AccountId, verified: bool) -> Result<()> {
    let row = accounts::table.find(id);
    diesel::update(row).set(accounts::verified.eq(verified)).execute(tx.conn)?;
    tx.effects.stale.push(id);
    Ok(())
}
