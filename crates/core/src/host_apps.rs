//! Host apps: whose users become followers. Each signs its users' tokens (JWT, HS256).
use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use crier_schema::ids::HostAppId;
use crier_schema::tables::host_apps;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::App;
use crate::error::{Denial, Error, Result};
use crate::mint::fingerprint;
use crate::tx::Tx;
use crate::vault::Vault;

/// The host app of installations without one: Crier's own page and the command line sign for it.
pub const LOCAL: &str = "local";
/// The longest user name a host app may give, in bytes.
const MAX_SUBJECT: usize = 200;
/// The longest language tag, in bytes (RFC 5646, 4.4.1).
const MAX_LOCALE: usize = 35;

/// What a follower token says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claims {
    /// The host app.
    pub iss: String,
    /// The user, as the host app names them.
    pub sub: String,
    /// Valid until: seconds since 1970.
    pub exp: i64,
    /// The user's display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's picture, as a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The user's language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// What the user is on: `ios`, `android` or `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
}

/// What a token says beside whom it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The user's display name.
    pub name: Option<String>,
    /// The user's picture, as a link.
    pub picture: Option<String>,
    /// The user's language (BCP 47).
    pub locale: Option<String>,
    /// What the user is on.
    pub platform: Option<String>,
}

impl Told {
    /// A name and no more.
    pub fn name(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }
}

/// A host app whose tokens are taken.
#[derive(Clone)]
pub struct HostApp {
    /// Its id.
    pub id: HostAppId,
    key: Arc<[u8]>,
}

/// Host apps asked for a moment ago: tokens are checked without a query.
pub struct HostApps {
    known: Cache<String, HostApp>,
    /// Fingerprints of issuers that are none: whoever sends the same unsigned token again and again
    /// must not cost a query each time. Short, so that a new host app is soon let in.
    unknown: Cache<String, ()>,
}

impl Default for HostApps {
    fn default() -> Self {
        let (while_known, while_unknown) = (Duration::from_secs(10), Duration::from_secs(1));
        Self {
            known: Cache::builder().max_capacity(1_000).time_to_live(while_known).build(),
            unknown: Cache::builder().max_capacity(10_000).time_to_live(while_unknown).build(),
        }
    }
}

/// Enters the `local` host app if it is not there. Its key is derived, so that every node and
/// command signs alike.
pub fn ensure_local(tx: &mut Tx<'_>, vault: &Vault) -> Result<()> {
    if find(tx.conn, vault, LOCAL)?.is_some() {
        return Ok(());
    }
    diesel::insert_into(host_apps::table)
        .values((
            host_apps::id.eq(tx.ids.next::<HostAppId>()),
            host_apps::issuer.eq(LOCAL),
            host_apps::sealed_key.eq(vault.seal(&local_key(vault))?),
            host_apps::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn local_key(vault: &Vault) -> String {
    hex::encode(vault.derive("host-app:local"))
}

fn find(conn: &mut AnyConnection, vault: &Vault, issuer: &str) -> Result<Option<HostApp>> {
    let row: Option<(HostAppId, String)> = host_apps::table
        .filter(host_apps::issuer.eq(issuer))
        .select((host_apps::id, host_apps::sealed_key))
        .get_result(conn)
        .optional()?;
    row.map(|(id, sealed)| Ok(HostApp { id, key: vault.open(&sealed)?.into_bytes().into() }))
        .transpose()
}

/// A token for a user of the `local` host app.
///
/// # Errors
/// [`Error::Invalid`] for an empty or overlong user, name, picture or locale.
pub fn local_token(
    vault: &Vault,
    user: &str,
    told: Told,
    now: Timestamp,
    lasts: Span,
) -> Result<(String, Timestamp)> {
    let expires_at = Timestamp::from_seconds(now.plus(lasts).seconds());
    let Told { name, picture, locale, platform } = told;
    let claims = Claims {
        iss: LOCAL.into(),
        sub: user.to_owned(),
        exp: expires_at.seconds(),
        name,
        picture,
        locale,
        platform,
    };
    check(&claims)?;
    if claims.picture.is_some() && claims.web_picture().is_none() {
        return Err(Error::invalid("picture", "must be a web address of at most 1024 bytes"));
    }
    if claims.locale.is_some() && claims.plain_locale().is_none() {
        return Err(Error::invalid("locale", "must have 1 to 35 printable characters"));
    }
    let key = EncodingKey::from_secret(local_key(vault).as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|error| Error::Internal(format!("a token could not be signed: {error}")))?;
    Ok((token, expires_at))
}

fn check(claims: &Claims) -> Result<()> {
    if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT || !plain(&claims.sub) {
        return Err(Error::invalid("user", "must have 1 to 200 printable characters"));
    }
    if claims.name.as_ref().is_some_and(|name| name.chars().count() > 100 || !plain(name)) {
        return Err(Error::invalid("name", "must have at most 100 printable characters"));
    }
    Ok(())
}

impl Claims {
    /// The picture, where it is one that pages can show: a web address of at most 1024 bytes.
    pub(crate) fn web_picture(&self) -> Option<&str> {
        let web = |url: &url::Url| matches!(url.scheme(), "http" | "https");
        let shown =
            |link: &&str| link.len() <= 1_024 && url::Url::parse(link).is_ok_and(|u| web(&u));
        self.picture.as_deref().filter(shown)
    }

    /// The language tag, where it can be one.
    pub(crate) fn plain_locale(&self) -> Option<&str> {
        let tag = |locale: &&str| (1..=MAX_LOCALE).contains(&locale.len()) && plain(locale);
        self.locale.as_deref().filter(tag)
    }
}

fn plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

impl App {
    /// Checks a follower token and says who it is for.
    ///
    /// # Errors
    /// `Denied(Credentials)` for any token that does not hold.
    pub async fn verify_follower_token(&self, token: &str) -> Result<(HostApp, Claims)> {
        let denied = || Error::Denied(Denial::Credentials);
        if token.len() > 4_096 {
            return Err(denied());
        }
        let unchecked =
            jsonwebtoken::dangerous::insecure_decode::<Issuer>(token).map_err(|_| denied())?;
        let host_app = self.host_app(&unchecked.claims.iss).await?.ok_or_else(denied)?;
        let mut rules = Validation::new(Algorithm::HS256);
        // The library reads the machine's clock; expiry is checked below with the one handed in.
        rules.validate_exp = false;
        rules.validate_aud = false;
        let key = DecodingKey::from_secret(&host_app.key);
        let claims: Claims =
            jsonwebtoken::decode(token, &key, &rules).map_err(|_| denied())?.claims;
        if claims.exp <= self.clock.now().seconds() {
            return Err(denied());
        }
        check(&claims).map_err(|_| denied())?;
        Ok((host_app, claims))
    }

    async fn host_app(&self, issuer: &str) -> Result<Option<HostApp>> {
        if let Some(known) = self.host_apps.known.get(issuer) {
            return Ok(Some(known));
        }
        let print = fingerprint(issuer);
        if self.host_apps.unknown.contains_key(&print) {
            return Ok(None);
        }
        let (wanted, vault) = (issuer.to_owned(), self.vault.clone());
        let found = self.read(move |conn| find(conn, &vault, &wanted)).await?;
        match &found {
            Some(found) => self.host_apps.known.insert(issuer.to_owned(), found.clone()),
            None => self.host_apps.unknown.insert(print, ()),
        }
        Ok(found)
    }
}
