//! Follower tokens of host apps.
use crier_core::App;
use crier_core::error::{Denial, Error};
use crier_core::host_apps::Claims;
use crier_core::ids::HostAppId;
use crier_schema::tables::host_apps;
use crier_testing::{both_engines, eventually};
use diesel::prelude::*;
use jsonwebtoken::{EncodingKey, Header};

const KEY: &str = "a key of the host app, 32 or more";

fn token(app: &App, issuer: &str) -> String {
    let claims = Claims {
        iss: issuer.into(),
        sub: "u1".into(),
        exp: app.clock.now().seconds() + 60,
        name: None,
        picture: None,
        locale: None,
        platform: None,
    };
    let key = EncodingKey::from_secret(KEY.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

async fn enter(app: &App, issuer: &'static str) {
    let sealed = app.vault.seal(KEY).unwrap();
    app.write(move |tx| {
        let row = (
            host_apps::id.eq(tx.ids.next::<HostAppId>()),
            host_apps::issuer.eq(issuer),
            host_apps::sealed_key.eq(sealed),
            host_apps::created_at.eq(tx.now),
        );
        diesel::insert_into(host_apps::table).values(row).execute(tx.conn)?;
        Ok(())
    })
    .await
    .unwrap();
}

#[test]
fn an_unknown_issuer_is_remembered_for_a_moment() {
    both_engines(|app| async move {
        let token = token(&app, "harbour");
        let denied = async || {
            let verified = app.verify_follower_token(&token).await;
            matches!(verified, Err(Error::Denied(Denial::Credentials)))
        };
        assert!(denied().await);
        enter(&app, "harbour").await;
        assert!(denied().await, "it was not asked for again");
        eventually("a new host app is let in", async || (!denied().await).then_some(())).await;
    });
}
