//! The two ceremonies of WebAuthn: making a key, and signing in with one. What the browser is asked
//! lies in the database until it answers, once.
use chrono::Duration;
use crier_schema::Timestamp;
use crier_schema::ids::MemberId;
use crier_schema::tables::ceremonies;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder,
    WebauthnError,
};

use super::{credentials, find, insert, touch};
use crate::App;
use crate::error::{Denial, Error, OrMissing, Result};
use crate::mails::{Language, SignInChange};
use crate::mint::{fingerprint, token};
use crate::sessions::Session;
use crate::tx::Tx;
use crate::vault::{Vault, mac};
use crate::{recovery_codes, second_steps};

/// How long a browser may take.
const LIFETIME: Duration = Duration::minutes(10);

/// What a sign-in by passkey is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Instead of a password: whoever the key is of.
    SignIn,
    /// After this member's password.
    SecondStep(MemberId),
}

/// What a browser is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Names the question; sent back with the answer.
    pub ceremony: String,
    /// What `navigator.credentials` is called with.
    pub options: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Making(PasskeyRegistration),
    SignIn(DiscoverableAuthentication),
    SecondStep(PasskeyAuthentication),
}

/// This installation, as keys are bound to it.
///
/// # Errors
/// `passkeys_need_a_name`: it is reached by an address without a name, which no browser makes keys
/// for.
pub fn relying_party(public_url: &str) -> Result<Webauthn> {
    let origin = url::Url::parse(public_url).map_err(|_| nameless())?;
    let host = origin.domain().ok_or_else(nameless)?;
    let built = WebauthnBuilder::new(host, &origin).and_then(|it| it.rp_name("Crier").build());
    built.map_err(|_| nameless())
}

fn nameless() -> Error {
    Error::Conflict("passkeys_need_a_name")
}

/// What a device knows the member by: says nothing to others.
fn handle(vault: &Vault, member: MemberId) -> Uuid {
    let mac = mac(&vault.derive("passkeys"), &member.0.to_be_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac[..16]);
    Uuid::from_bytes(bytes)
}

/// A browser that answers wrongly is told no more than that.
fn refused(_: WebauthnError) -> Error {
    Error::invalid("passkey", "was not accepted")
}

fn keep(tx: &mut Tx<'_>, member: Option<MemberId>, state: &State) -> Result<String> {
    let secret = token();
    diesel::insert_into(ceremonies::table)
        .values((
            ceremonies::token_hash.eq(fingerprint(&secret)),
            ceremonies::member_id.eq(member),
            ceremonies::state.eq(serde_json::to_string(state)?),
            ceremonies::expires_at.eq(tx.now.plus(LIFETIME)),
        ))
        .execute(tx.conn)?;
    Ok(secret)
}

/// Takes what was asked: an answer counts once.
fn take(tx: &mut Tx<'_>, ceremony: &str, member: Option<MemberId>) -> Result<State> {
    let hash = fingerprint(ceremony);
    let found: Option<(Option<MemberId>, String, Timestamp)> = ceremonies::table
        .find(&hash)
        .select((ceremonies::member_id, ceremonies::state, ceremonies::expires_at))
        .get_result(tx.conn)
        .optional()?;
    let gone = diesel::delete(ceremonies::table.find(&hash)).execute(tx.conn)?;
    let fits = |(of, _, until): &(Option<MemberId>, String, Timestamp)| {
        gone == 1 && *of == member && *until > tx.now
    };
    let state = Ok(found.filter(fits).map(|(_, state, _)| state)).or_missing("ceremony")?;
    Ok(serde_json::from_str(&state)?)
}

/// Removes up to `limit` questions that nobody answered, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<String> = ceremonies::table
        .filter(ceremonies::expires_at.le(tx.now))
        .limit(limit)
        .select(ceremonies::token_hash)
        .load(tx.conn)?;
    let rows = ceremonies::table.filter(ceremonies::token_hash.eq_any(ended));
    Ok(diesel::delete(rows).execute(tx.conn)?)
}

impl App {
    /// Whether keys can be made for this installation.
    pub fn has_passkeys(&self) -> bool {
        relying_party(&self.public_url).is_ok()
    }

    /// Asks a member's browser to make a key.
    ///
    /// # Errors
    /// `passkeys_need_a_name`; [`Denial::Role`] in a session that a brand's provider vouched for.
    pub async fn ask_for_new_passkey(&self, session: &Session) -> Result<Asked> {
        session.check_own()?;
        let party = relying_party(&self.public_url)?;
        let (member, user) = (session.member.clone(), handle(&self.vault, session.member.id));
        self.write(move |tx| {
            let known = credentials(tx.conn, member.id)?;
            let known = known.iter().map(|one| one.cred_id().clone()).collect();
            let (asked, state) = party
                .start_passkey_registration(user, &member.email, &member.name, Some(known))
                .map_err(refused)?;
            let ceremony = keep(tx, Some(member.id), &State::Making(state))?;
            let mut options = serde_json::to_value(asked)?;
            // A key that the device lists by itself needs no e-mail typed; the library leaves it to
            // the device, which then mostly does not.
            if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
                selection["residentKey"] = "preferred".into();
            }
            Ok(Asked { ceremony, options })
        })
        .await
    }

    /// Keeps the key a browser has made. Gives recovery codes if it is the member's first second
    /// step.
    ///
    /// # Errors
    /// `NotFound("ceremony")`; [`Error::Invalid`] for `passkey` or `name`; `passkey_known`;
    /// `too_many_passkeys`; as [`App::ask_for_new_passkey`].
    pub async fn add_passkey(
        &self,
        session: &Session,
        ceremony: &str,
        answer: serde_json::Value,
        name: &str,
        language: Language,
    ) -> Result<Vec<String>> {
        session.check_own()?;
        let party = relying_party(&self.public_url)?;
        let (member, vault) = (session.member.clone(), self.vault.clone());
        let (ceremony, name) = (ceremony.to_owned(), name.to_owned());
        let answer: RegisterPublicKeyCredential = read(answer)?;
        self.write(move |tx| {
            let State::Making(state) = take(tx, &ceremony, Some(member.id))? else {
                return Err(Error::NotFound("ceremony"));
            };
            let made = party.finish_passkey_registration(&answer, &state).map_err(refused)?;
            let first = !second_steps::of(tx.conn, member.id)?.is_on();
            insert(tx, member.id, &name, &made)?;
            second_steps::tell(tx, &member, SignInChange::PasskeyAdded, language)?;
            if first { recovery_codes::renew(tx, &vault, member.id) } else { Ok(Vec::new()) }
        })
        .await
    }

    /// Asks a browser to sign in with a key.
    ///
    /// # Errors
    /// `passkeys_need_a_name`; `NotFound("passkey")` for a second step of a member without any;
    /// [`Error::Limited`] after too many from the address.
    pub async fn ask_for_passkey(&self, purpose: Purpose, address: &str) -> Result<Asked> {
        self.limits.sign_in.check(&format!("address:{address}")).await?;
        let party = relying_party(&self.public_url)?;
        self.write(move |tx| {
            let (asked, member, state) = match purpose {
                Purpose::SignIn => {
                    let started = party.start_discoverable_authentication();
                    let (mut asked, state) = started.map_err(refused)?;
                    // Asked for by a button, not by the field of the e-mail.
                    asked.mediation = None;
                    (asked, None, State::SignIn(state))
                }
                Purpose::SecondStep(member) => {
                    let known = credentials(tx.conn, member)?;
                    if known.is_empty() {
                        return Err(Error::NotFound("passkey"));
                    }
                    let started = party.start_passkey_authentication(&known);
                    let (asked, state) = started.map_err(refused)?;
                    (asked, Some(member), State::SecondStep(state))
                }
            };
            let ceremony = keep(tx, member, &state)?;
            Ok(Asked { ceremony, options: serde_json::to_value(asked)? })
        })
        .await
    }

    /// Whose key answered.
    ///
    /// # Errors
    /// [`Denial::Credentials`] whatever is wrong with the answer.
    pub(crate) async fn passkey_of(
        &self,
        purpose: Purpose,
        ceremony: &str,
        answer: serde_json::Value,
    ) -> Result<MemberId> {
        let party = relying_party(&self.public_url)?;
        let (vault, ceremony) = (self.vault.clone(), ceremony.to_owned());
        let answer: PublicKeyCredential = read(answer)?;
        let seen = self.write(move |tx| {
            let of = match purpose {
                Purpose::SignIn => None,
                Purpose::SecondStep(member) => Some(member),
            };
            let state = take(tx, &ceremony, of)?;
            // Committed also when the answer is wrong: it was the one there was.
            Ok(verify(tx, &party, &vault, of, state, &answer))
        });
        seen.await?.map_err(|_| Denial::Credentials.into())
    }
}

fn verify(
    tx: &mut Tx<'_>,
    party: &Webauthn,
    vault: &Vault,
    of: Option<MemberId>,
    state: State,
    answer: &PublicKeyCredential,
) -> Result<MemberId> {
    let id = answer.get_credential_id().to_vec();
    let (member, mut credential) = find(tx.conn, &id)?.ok_or(Denial::Credentials)?;
    let result = match state {
        State::SecondStep(state) if of == Some(member) => {
            party.finish_passkey_authentication(answer, &state)
        }
        State::SignIn(state) => {
            let known = party.identify_discoverable_authentication(answer).map_err(refused)?;
            if known.0 != handle(vault, member) {
                return Err(Denial::Credentials.into());
            }
            let key = DiscoverableKey::from(&credential);
            party.finish_discoverable_authentication_v2(answer, state, &key)
        }
        _ => return Err(Denial::Credentials.into()),
    };
    let result = result.map_err(refused)?;
    credential.update_credential(&result);
    touch(tx, &credential)?;
    Ok(member)
}

fn read<T: serde::de::DeserializeOwned>(answer: serde_json::Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|_| Error::invalid("passkey", "was not accepted"))
}
