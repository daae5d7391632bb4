//! Writing an application and sending it.
use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::applications;
use diesel::prelude::*;

use super::{Application, Kind, State, documents, latest, possible, writable};
use crate::accounts::{self, has_control};
use crate::error::{Error, Result};
use crate::mails::{self, Language, Mail, Topic};
use crate::members::clean_email;
use crate::reviews::{self, Step};
use crate::tx::Tx;

/// Characters of a statement.
const MAX_STATEMENT: usize = 2_000;

/// What an owner writes.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The organisation's name: at most 120 characters.
    pub organisation: String,
    /// The number it is registered under: at most 60 characters.
    pub registration: String,
    /// Who can be asked: at most 60 characters.
    pub contact: String,
    /// Where they are written to.
    pub email: String,
    /// What the account is for, or why the decision is wrong: at most 2,000 characters.
    pub statement: String,
}

impl Words {
    fn check(&self) -> Result<()> {
        short("organisation", &self.organisation, 120)?;
        short("registration", &self.registration, 60)?;
        short("contact", &self.contact, 60)?;
        short("statement", &self.statement, MAX_STATEMENT)?;
        if !self.email.trim().is_empty() {
            clean_email(&self.email)?;
        }
        Ok(())
    }

    /// An appeal says why; who is behind the account is known.
    fn check_whole(&self, kind: Kind) -> Result<()> {
        let wanted: &[(&'static str, &str)] = match kind {
            Kind::Verification => &[
                ("organisation", &self.organisation),
                ("registration", &self.registration),
                ("contact", &self.contact),
                ("email", &self.email),
                ("statement", &self.statement),
            ],
            Kind::Appeal => &[("statement", &self.statement)],
        };
        match wanted.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((field, _)) => Err(Error::invalid(field, "must not be empty")),
            None => Ok(()),
        }
    }
}

fn short(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.trim().chars().count() > most || has_control(text) {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    Ok(())
}

/// Begins the application that the account may make now, or goes on with the one that is open. What
/// was written in the last one is in it already.
///
/// # Errors
/// `nothing_to_apply_for`.
pub fn begin(
    tx: &mut Tx<'_>,
    account: AccountId,
    by: MemberId,
    language: Language,
) -> Result<Application> {
    let row = accounts::get(tx.conn, account)?;
    let before = latest(tx.conn, account)?;
    if let Some(open) = before.clone().filter(|one| one.state.is_open()) {
        return Ok(open);
    }
    let kind = possible(&row, before.as_ref()).ok_or(Error::Conflict("nothing_to_apply_for"))?;
    let words = before.map_or_else(Words::default, |one| Words {
        organisation: one.organisation,
        registration: one.registration,
        contact: one.contact,
        email: one.email,
        statement: String::new(),
    });
    let new = Application {
        id: tx.ids.next(),
        account_id: account,
        kind,
        state: State::Draft,
        organisation: words.organisation,
        registration: words.registration,
        contact: words.contact,
        email: words.email,
        statement: words.statement,
        language,
        made_by: by,
        created_at: tx.now,
        submitted_at: None,
        decided_at: None,
    };
    diesel::insert_into(applications::table).values(&new).execute(tx.conn)?;
    Ok(new)
}

/// Keeps what was written so far.
///
/// # Errors
/// [`Error::Invalid`] for a field; `NotFound("application")` when none is open for writing.
pub fn save(tx: &mut Tx<'_>, account: AccountId, words: &Words) -> Result<Application> {
    words.check()?;
    let open = writable(tx.conn, account)?;
    diesel::update(applications::table.find(open.id))
        .set((
            applications::organisation.eq(words.organisation.trim()),
            applications::registration.eq(words.registration.trim()),
            applications::contact.eq(words.contact.trim()),
            applications::email.eq(words.email.trim()),
            applications::statement.eq(words.statement.trim()),
        ))
        .execute(tx.conn)?;
    Ok(open)
}

/// Sends the application to the platform, whose administrators are mailed.
///
/// # Errors
/// As [`save`]; [`Error::Invalid`] for a field that is empty, and for `documents` without any where
/// the account is to be verified.
pub fn submit(tx: &mut Tx<'_>, account: AccountId, by: MemberId, words: &Words) -> Result<()> {
    let open = save(tx, account, words)?;
    words.check_whole(open.kind)?;
    if open.kind == Kind::Verification && documents(tx.conn, open.id)?.is_empty() {
        return Err(Error::invalid("documents", "at least one is needed"));
    }
    let open_row = applications::table
        .filter(applications::id.eq(open.id))
        .filter(applications::state.eq_any([State::Draft, State::Asked]));
    let sent = diesel::update(open_row)
        .set((
            applications::state.eq(State::Submitted),
            applications::submitted_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    if sent == 0 {
        return Err(Error::NotFound("application"));
    }
    let of = accounts::get(tx.conn, account)?;
    let step = if open.kind == Kind::Appeal { Step::Appealed } else { Step::Submitted };
    reviews::note(tx, &of, Some(open.id), step, Some(by), words.statement.trim())?;
    let mail = Mail::News {
        topic: Topic::Waits,
        name: of.name.clone(),
        reason: words.statement.trim().to_owned(),
        path: format!("/console/platform/applications/{}", open.id),
        sealed_token: None,
        language: reviews::language(&of),
    };
    for admin in reviews::administrators(tx.conn)? {
        mails::queue(tx, &admin.email, &mail)?;
    }
    Ok(())
}

/// Takes the open application back.
///
/// # Errors
/// `NotFound("application")`.
pub fn withdraw(tx: &mut Tx<'_>, account: AccountId, by: MemberId) -> Result<()> {
    let open = latest(tx.conn, account)?.filter(|one| one.state.is_open());
    let open = open.ok_or(Error::NotFound("application"))?;
    let row = applications::table
        .filter(applications::id.eq(open.id))
        .filter(applications::state.eq_any([State::Draft, State::Asked, State::Submitted]));
    let done = diesel::update(row)
        .set((applications::state.eq(State::Withdrawn), applications::decided_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    if done == 0 {
        return Err(Error::NotFound("application"));
    }
    if open.state == State::Draft {
        return Ok(());
    }
    let of = accounts::get(tx.conn, account)?;
    reviews::note(tx, &of, Some(open.id), Step::Withdrawn, Some(by), "")
}
