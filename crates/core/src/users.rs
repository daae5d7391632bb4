//! Users: people in host apps.
use crier_schema::ids::{HostAppId, UserId};
use crier_schema::tables::users;
use crier_schema::{AnyConnection, Timestamp, on_each, text_enum};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::App;
use crate::error::{Error, OrMissing, Result};
use crate::followers;
use crate::grants;
use crate::host_apps::{Claims, HostApp};
use crate::roster::Roster;
use crate::tx::Tx;

text_enum! {
    /// What somebody uses their host app on.
    pub enum Platform {
        /// An iPhone or iPad.
        Ios = "ios",
        /// Android.
        Android = "android",
        /// Anything else.
        Other = "other",
    }
}

impl Platform {
    /// What a host app says of it; a word that is new to us is something else.
    pub fn of_claim(said: &str) -> Self {
        Self::parse(&said.to_ascii_lowercase()).unwrap_or(Self::Other)
    }

    /// What a browser or host app says of itself in `User-Agent`.
    pub fn of_user_agent(said: &str) -> Self {
        if said.contains("Android") {
            return Self::Android;
        }
        let apple = ["iPhone", "iPad", "iPod"].iter().any(|device| said.contains(device));
        if apple { Self::Ios } else { Self::Other }
    }
}

/// A person in a host app.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their host app.
    pub host_app_id: HostAppId,
    /// Their name in it.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// Their picture, as a link.
    pub picture: Option<String>,
    /// Their language (BCP 47).
    pub locale: String,
    /// When they were first seen.
    pub created_at: Timestamp,
    /// What they came on last, if that was ever said.
    pub platform: Option<Platform>,
}

/// The user of this id.
pub fn get(conn: &mut AnyConnection, id: UserId) -> Result<User> {
    User::query().find(id).get_result(conn).optional().or_missing("user")
}

/// The user a token is for: entered at the first call, brought up to date when the token says
/// something new.
fn enter(tx: &mut Tx<'_>, roster: &Roster, host_app: HostAppId, claims: &Claims) -> Result<UserId> {
    let name = claims.name.as_deref().unwrap_or_default();
    let (picture, locale) = (claims.web_picture(), claims.plain_locale().unwrap_or("zh_CN"));
    let platform = claims.platform.as_deref().map(Platform::of_claim);
    let mut known = find(tx.conn, host_app, &claims.sub)?;
    if known.is_none() {
        let id: UserId = tx.ids.next();
        let (conn, now) = (&mut *tx.conn, tx.now);
        let entered = on_each!(
            conn,
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(id),
                    users::host_app_id.eq(host_app),
                    users::subject.eq(&claims.sub),
                    users::name.eq(name),
                    users::picture.eq(picture),
                    users::locale.eq(locale),
                    users::created_at.eq(now),
                    users::platform.eq(platform),
                ))
                .on_conflict((users::host_app_id, users::subject))
                .do_nothing()
                .execute(conn)
        )?;
        if entered == 1 {
            return Ok(id);
        }
        // Another node entered them since they were looked for.
        known = find(tx.conn, host_app, &claims.sub)?;
    }
    let lost = || Error::Internal("a user was neither entered nor found".into());
    let id = known.ok_or_else(lost)?;
    let before = get(tx.conn, id)?;
    diesel::update(users::table.find(id))
        .set((users::name.eq(name), users::picture.eq(picture), users::locale.eq(locale)))
        .execute(tx.conn)?;
    if let Some(platform) = platform {
        set_platform(tx, id, platform)?;
    }
    if before.name != name {
        followers::user_stale(tx, id)?;
    }
    if before.name != name || before.picture.as_deref() != picture {
        grants::tell_changed(tx, roster, id)?;
    }
    Ok(id)
}

/// Remembers what a user comes on.
pub fn set_platform(tx: &mut Tx<'_>, id: UserId, platform: Platform) -> Result<()> {
    diesel::update(users::table.find(id))
        .set(users::platform.eq(Some(platform)))
        .execute(tx.conn)?;
    Ok(())
}

fn find(conn: &mut AnyConnection, host_app: HostAppId, subject: &str) -> Result<Option<UserId>> {
    Ok(users::table
        .filter(users::host_app_id.eq(host_app).and(users::subject.eq(subject)))
        .select(users::id)
        .get_result(conn)
        .optional()?)
}

/// A hash of all a token says but its end: who says it, of whom, and what.
fn said(host_app: HostAppId, claims: &Claims) -> Result<[u8; 32]> {
    let said = (host_app.0, Claims { exp: 0, ..claims.clone() });
    Ok(Sha256::digest(serde_json::to_vec(&said)?).into())
}

impl App {
    /// The user a checked token is for.
    pub async fn user(&self, host_app: &HostApp, claims: &Claims) -> Result<UserId> {
        let key = said(host_app.id, claims)?;
        if let Some(known) = self.known.users.get(&key) {
            return Ok(known);
        }
        let (host, claims, roster) = (host_app.id, claims.clone(), self.roster.clone());
        let id = self.write(move |tx| enter(tx, &roster, host, &claims)).await?;
        self.known.users.insert(key, id);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_said_again_is_known_and_anything_new_is_not() {
        let claims = |sub: &str, name: Option<&str>, exp| Claims {
            iss: "local".into(),
            sub: sub.into(),
            exp,
            name: name.map(str::to_owned),
            picture: None,
            locale: None,
            platform: None,
        };
        let first = said(HostAppId(1), &claims("u1", None, 5)).unwrap();
        assert_eq!(said(HostAppId(1), &claims("u1", None, 6)).unwrap(), first);
        assert_ne!(said(HostAppId(2), &claims("u1", None, 5)).unwrap(), first);
        assert_ne!(said(HostAppId(1), &claims("u2", None, 5)).unwrap(), first);
        assert_ne!(said(HostAppId(1), &claims("u1", Some("Ada"), 5)).unwrap(), first);
    }
}
