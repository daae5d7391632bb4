//! Signing in: with a password and what else the member has set up, with a passkey alone, or by the
//! word of a brand's provider.
use chrono::Duration;
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::{AnyConnection, Timestamp};
use serde::{Deserialize, Serialize};

use crate::App;
use crate::activities::{self, Chain, Deed};
use crate::error::{Denial, Error, Result};
use crate::mails::{Language, SignInChange};
use crate::members::{self, Member};
use crate::mint::fingerprint;
use crate::passkeys::Purpose;
use crate::second_steps::{self, SecondSteps};
use crate::sessions::{self, Session, Visitor};
use crate::sign_in_rules::{self, Vouched};
use crate::tx::Tx;
use crate::vault::Vault;
use crate::{authenticators, passkeys, recovery_codes};

/// How long the second step may take.
const STEP: Duration = Duration::minutes(10);

/// How far a sign-in has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// All the way: the session's token.
    In(String),
    /// A second step is wanted: what to come back with.
    Step(String),
}

/// Who has given their password, sealed until they give the second step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ticket {
    member: MemberId,
    /// Fingerprint of the password's hash: a new password makes the ticket void.
    password: String,
    until: Timestamp,
}

impl App {
    /// Signs a member in.
    ///
    /// # Errors
    /// [`Error::Limited`] after too many tries from the address or for the e-mail;
    /// [`Denial::Credentials`], after the same time whether or not the e-mail is known;
    /// `single_sign_on_only` for whoever has brands, none of which a password opens.
    pub async fn sign_in(&self, email: &str, password: &str, from: Visitor) -> Result<Entry> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let email = email.trim().to_lowercase();
        self.limits.sign_in.check(&format!("email:{email}")).await?;
        let known = self.read(move |conn| credentials(conn, &email)).await?;
        let (member, hash) = known.unzip();
        let fits = self.password_is(hash.clone(), password.to_owned()).await?;
        let Some(member) = member.clone().filter(|_| fits) else {
            self.note_failure(member, from).await?;
            return Err(Denial::Credentials.into());
        };
        let (vault, hash) = (self.vault.clone(), hash.unwrap_or_default());
        self.write(move |tx| {
            sessions::check_open(tx.conn, &member)?;
            if !second_steps::of(tx.conn, member.id)?.is_on() {
                return Ok(Entry::In(sessions::enter(tx, member.id, &from, None)?));
            }
            let until = tx.now.plus(STEP);
            let ticket = Ticket { member: member.id, password: fingerprint(&hash), until };
            Ok(Entry::Step(vault.seal(&serde_json::to_string(&ticket)?)?))
        })
        .await
    }

    /// Puts on record that a password was wrong. Who is unknown is put on record too: both must take the
    /// same time.
    async fn note_failure(&self, member: Option<Member>, from: Visitor) -> Result<()> {
        self.write(move |tx| {
            let Some(member) = member else {
                let deed = Deed { action: "sign-in-unknown".into(), ..Deed::from(&*from.address) };
                return activities::record(tx, Chain::INSTALLATION, &deed);
            };
            let deed = Deed::of(&member, &from.address, "sign-in-failed");
            activities::record_everywhere(tx, member.id, &deed)
        })
        .await
    }

    /// What a member may give for the second step.
    ///
    /// # Errors
    /// `NotFound("sign_in")` for a ticket that is past its time or made up.
    pub async fn step_of(&self, ticket: &str) -> Result<SecondSteps> {
        let ticket = open(&self.vault, ticket, self.clock.now())?;
        self.read(move |conn| second_steps::of(conn, ticket.member)).await
    }

    /// Finishes a sign-in with a code: the session's token.
    ///
    /// # Errors
    /// `NotFound("sign_in")`; [`Error::Invalid`] for the code; [`Error::Limited`] after too many.
    pub async fn step_with_code(&self, ticket: &str, code: &str, from: Visitor) -> Result<String> {
        let ticket = open(&self.vault, ticket, self.clock.now())?;
        self.limits.codes.check(&format!("member:{}", ticket.member)).await?;
        let (vault, code) = (self.vault.clone(), code.to_owned());
        self.write(move |tx| {
            check(tx, &ticket)?;
            second_steps::spend(tx, &vault, ticket.member, &code)?;
            sessions::enter(tx, ticket.member, &from, None)
        })
        .await
    }

    /// Asks the browser for one of the member's passkeys.
    ///
    /// # Errors
    /// `NotFound("sign_in")`; those of [`App::ask_for_passkey`].
    pub async fn ask_for_step(&self, ticket: &str, address: &str) -> Result<passkeys::Asked> {
        let ticket = open(&self.vault, ticket, self.clock.now())?;
        self.ask_for_passkey(Purpose::SecondStep(ticket.member), address).await
    }

    /// Finishes a sign-in with a passkey: the session's token.
    ///
    /// # Errors
    /// `NotFound("sign_in")`; [`Denial::Credentials`].
    pub async fn step_with_passkey(
        &self,
        ticket: &str,
        ceremony: &str,
        answer: serde_json::Value,
        from: Visitor,
    ) -> Result<String> {
        let ticket = open(&self.vault, ticket, self.clock.now())?;
        self.passkey_of(Purpose::SecondStep(ticket.member), ceremony, answer).await?;
        self.write(move |tx| {
            check(tx, &ticket)?;
            sessions::enter(tx, ticket.member, &from, None)
        })
        .await
    }

    /// Signs in with a passkey and nothing else: the session's token. A device shows its key only to
    /// whom it knows, by a finger or a number, so that it is two steps in one.
    ///
    /// # Errors
    /// [`Denial::Credentials`]; `single_sign_on_only`; [`Error::Limited`].
    pub async fn sign_in_with_passkey(
        &self,
        ceremony: &str,
        answer: serde_json::Value,
        from: Visitor,
    ) -> Result<String> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let id = self.passkey_of(Purpose::SignIn, ceremony, answer).await?;
        self.write(move |tx| {
            let member = members::get(tx.conn, id)?;
            sessions::check_open(tx.conn, &member)?;
            sessions::enter(tx, id, &from, None)
        })
        .await
    }

    /// Signs in whom a brand's provider vouches for: a session that sees this brand alone.
    ///
    /// # Errors
    /// Those of [`sign_in_rules::vouch`].
    pub async fn sign_in_vouched(
        &self,
        brand: BrandId,
        who: Vouched,
        from: Visitor,
    ) -> Result<String> {
        self.write(move |tx| {
            let member = sign_in_rules::vouch(tx, brand, &who)?;
            sessions::enter(tx, member.id, &from, Some(brand))
        })
        .await
    }

    /// Checks the password of whoever is signed in, before something that matters.
    ///
    /// # Errors
    /// [`Denial::Credentials`]; [`Error::Limited`]; [`Denial::Role`] in a session that a brand's
    /// provider vouched for.
    pub async fn check_own_password(&self, session: &Session, password: &str) -> Result<()> {
        session.check_own()?;
        self.limits.sign_in.check(&format!("email:{}", session.member.email)).await?;
        let id = session.member.id;
        let hash = self.read(move |conn| members::password_hash(conn, id)).await?;
        let fits = self.password_is(Some(hash), password.to_owned()).await?;
        if fits { Ok(()) } else { Err(Denial::Credentials.into()) }
    }

    /// Takes a member's authenticator app away.
    ///
    /// # Errors
    /// Those of [`App::check_own_password`]; [`Error::Invalid`] for the code.
    pub async fn remove_app(
        &self,
        session: &Session,
        password: &str,
        code: &str,
        language: Language,
    ) -> Result<()> {
        self.check_own_password(session, password).await?;
        self.limits.codes.check(&format!("member:{}", session.member.id)).await?;
        let (member, vault, code) = (session.member.clone(), self.vault.clone(), code.to_owned());
        self.write(move |tx| {
            second_steps::spend(tx, &vault, member.id, &code)?;
            authenticators::remove(tx, member.id)?;
            second_steps::tidy(tx, member.id)?;
            second_steps::tell(tx, &member, SignInChange::AppRemoved, language)
        })
        .await
    }

    /// Gives a member new recovery codes; the old ones are void.
    ///
    /// # Errors
    /// Those of [`App::check_own_password`]; `no_second_step`.
    pub async fn renew_codes(
        &self,
        session: &Session,
        password: &str,
        language: Language,
    ) -> Result<Vec<String>> {
        self.check_own_password(session, password).await?;
        let (member, vault) = (session.member.clone(), self.vault.clone());
        self.write(move |tx| {
            if !second_steps::of(tx.conn, member.id)?.is_on() {
                return Err(Error::Conflict("no_second_step"));
            }
            second_steps::tell(tx, &member, SignInChange::CodesRenewed, language)?;
            recovery_codes::renew(tx, &vault, member.id)
        })
        .await
    }

    /// Changes the password of whoever is signed in, and ends their other sessions.
    ///
    /// # Errors
    /// [`Denial::Credentials`] when `current` is wrong; those of
    /// [`members::check_password`]; [`Error::Limited`] after too many tries.
    pub async fn change_password(
        &self,
        session: &Session,
        current: &str,
        wanted: &str,
    ) -> Result<()> {
        members::check_password(wanted)?;
        self.check_own_password(session, current).await?;
        let hash = self.hash_password(wanted.to_owned()).await?;
        let (id, keep) = (session.member.id, session.token_hash.clone());
        self.write(move |tx| {
            members::set_password(tx, id, &hash)?;
            sessions::end_others(tx, id, &keep)
        })
        .await
    }
}

fn open(vault: &Vault, ticket: &str, now: Timestamp) -> Result<Ticket> {
    let gone = || Error::NotFound("sign_in");
    let text = vault.open(ticket).map_err(|_| gone())?;
    let ticket: Ticket = serde_json::from_str(&text).map_err(|_| gone())?;
    if ticket.until > now { Ok(ticket) } else { Err(gone()) }
}

/// The password may have changed since it was given.
fn check(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<()> {
    let hash = members::password_hash(tx.conn, ticket.member)?;
    let same = fingerprint(&hash) == ticket.password;
    if same { Ok(()) } else { Err(Error::NotFound("sign_in")) }
}

fn credentials(conn: &mut AnyConnection, email: &str) -> Result<Option<(Member, String)>> {
    let Some(member) = members::find(conn, email)? else { return Ok(None) };
    let hash = members::password_hash(conn, member.id)?;
    Ok(Some((member, hash)))
}
