//! Applications: an owner asks the platform to verify an account, or to look at a decision again. One
//! at a time for each account; it is a draft until it is sent.
mod changes;
mod decisions;
mod documents;

use crier_schema::ids::{AccountId, ApplicationId, MemberId};
use crier_schema::tables::{accounts, applications, brands};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

pub use changes::{Words, begin, save, submit, withdraw};
pub use decisions::{Decision, decide};
pub use documents::{Document, MOST as MOST_DOCUMENTS, documents};

use crate::accounts::{Account, State as Standing};
use crate::error::{Error, OrMissing, Result};
use crate::mails::Language;

text_enum! {
    /// What is asked for.
    pub enum Kind {
        /// To be verified, and opened where it waits for that.
        Verification = "verification",
        /// To look at a rejection or a suspension again.
        Appeal = "appeal",
    }
}

text_enum! {
    /// Where an application stands.
    pub enum State {
        /// Being written.
        Draft = "draft",
        /// The platform is to decide.
        Submitted = "submitted",
        /// The owner is to say more.
        Asked = "asked",
        /// The platform said yes.
        Approved = "approved",
        /// The platform said no.
        Rejected = "rejected",
        /// The owner took it back.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Whether its owner may write in it.
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::Draft | Self::Asked)
    }

    /// Whether nothing is decided.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Asked)
    }
}

/// One application.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = applications, treat_none_as_default_value = false)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// For which account.
    pub account_id: AccountId,
    /// What is asked for.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// The organisation's name.
    pub organisation: String,
    /// The number it is registered under.
    pub registration: String,
    /// Who can be asked.
    pub contact: String,
    /// Where they are written to.
    pub email: String,
    /// What the account is for, or why the decision is wrong.
    pub statement: String,
    /// The language of whoever wrote it.
    pub language: Language,
    /// Who made it.
    pub made_by: MemberId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last sent.
    pub submitted_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// An application with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The application.
    pub application: Application,
    /// The account.
    pub account: Account,
    /// The brand's name.
    pub brand: String,
}

/// The application of this id.
///
/// # Errors
/// `NotFound("application")`.
pub fn get(conn: &mut AnyConnection, id: ApplicationId) -> Result<Listed> {
    let row: (Application, Account, String) = applications::table
        .inner_join(accounts::table.on(accounts::id.eq(applications::account_id)))
        .inner_join(brands::table.on(brands::id.eq(accounts::brand_id)))
        .filter(applications::id.eq(id).and(applications::state.ne(State::Draft)))
        .select((Application::as_select(), Account::as_select(), brands::name))
        .get_result(conn)
        .optional()
        .or_missing("application")?;
    let (application, account, brand) = row;
    Ok(Listed { application, account, brand })
}

/// An account's latest application, if it ever had one.
pub fn latest(conn: &mut AnyConnection, account: AccountId) -> Result<Option<Application>> {
    Ok(Application::query()
        .filter(applications::account_id.eq(account))
        .order(applications::id.desc())
        .first(conn)
        .optional()?)
}

/// An account's application that its owner may write in.
///
/// # Errors
/// `NotFound("application")`.
pub fn writable(conn: &mut AnyConnection, account: AccountId) -> Result<Application> {
    let latest = latest(conn, account)?.filter(|one| one.state.is_writable());
    latest.ok_or(Error::NotFound("application"))
}

/// What an account may ask for now: nothing while something is open, or there is nothing to ask.
pub fn possible(account: &Account, latest: Option<&Application>) -> Option<Kind> {
    if latest.is_some_and(|one| one.state.is_open()) || account.state == Standing::Closed {
        return None;
    }
    if account.state == Standing::Suspended {
        return Some(Kind::Appeal);
    }
    let was_rejected = latest.is_some_and(|one| one.state == State::Rejected);
    match account.verified {
        true => None,
        false if was_rejected => Some(Kind::Appeal),
        false => Some(Kind::Verification),
    }
}

/// What the platform has to decide, longest waiting first, after this one.
pub fn waiting(
    conn: &mut AnyConnection,
    after: Option<(Timestamp, ApplicationId)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut query = applications::table
        .inner_join(accounts::table.on(accounts::id.eq(applications::account_id)))
        .inner_join(brands::table.on(brands::id.eq(accounts::brand_id)))
        .filter(applications::state.eq(State::Submitted))
        .order((applications::submitted_at.asc(), applications::id.asc()))
        .select((Application::as_select(), Account::as_select(), brands::name))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        let later = applications::submitted_at.gt(at);
        let same = applications::submitted_at.eq(at).and(applications::id.gt(id));
        query = query.filter(later.or(same));
    }
    Ok(listed(query.load(conn)?))
}

/// What was decided or withdrawn, or waits for its owner, newest first, before this one.
pub fn settled(
    conn: &mut AnyConnection,
    before: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut query = applications::table
        .inner_join(accounts::table.on(accounts::id.eq(applications::account_id)))
        .inner_join(brands::table.on(brands::id.eq(accounts::brand_id)))
        .filter(applications::state.ne_all([State::Draft, State::Submitted]))
        .order(applications::id.desc())
        .select((Application::as_select(), Account::as_select(), brands::name))
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(applications::id.lt(before));
    }
    Ok(listed(query.load(conn)?))
}

fn listed(rows: Vec<(Application, Account, String)>) -> Vec<Listed> {
    let one = |(application, account, brand)| Listed { application, account, brand };
    rows.into_iter().map(one).collect()
}

/// How many wait for the platform, counted up to `most`.
pub fn count_waiting(conn: &mut AnyConnection, most: i64) -> Result<i64> {
    let waiting = applications::table
        .filter(applications::state.eq(State::Submitted))
        .select(applications::id)
        .limit(most)
        .load::<ApplicationId>(conn)?;
    Ok(waiting.len() as i64)
}
