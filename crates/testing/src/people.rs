//! Ready-made brands, accounts, users and followers.
use std::sync::Arc;

use chrono::Duration;
use crier_core::App;
use crier_core::accounts::{self, Account, Draft};
use crier_core::brands::{self, Brand};
use crier_core::followers::{self, Follower};
use crier_core::host_apps::{self, Told};
use crier_core::ids::{AccountId, UserId};
use crier_core::rights::Kind;

/// What a test account is made of.
pub fn draft(brand: &Brand, kind: Kind, handle: &str) -> Draft {
    Draft {
        brand: brand.id,
        kind,
        verified: true,
        handle: Some(handle.to_owned()),
        name: format!("Account {handle}"),
        description: String::new(),
        time_zone: "Asia/Shanghai".into(),
    }
}

/// The brand of this name.
pub async fn member_brand(app: &App, name: &str) -> Brand {
    let name = name.to_owned();
    app.write(move |tx| brands::ensure(tx, &name)).await.expect("a brand")
}

/// A verified service account of the brand "Test".
pub async fn account(app: &App, handle: &str) -> Arc<Account> {
    account_of(app, Kind::Service, handle).await.0
}

/// A verified account of the brand "Test", with its app secret.
pub async fn account_of(app: &App, kind: Kind, handle: &str) -> (Arc<Account>, String) {
    let brand = member_brand(app, "Test").await;
    let (draft, vault) = (draft(&brand, kind, handle), app.vault.clone());
    let made = app.write(move |tx| accounts::add(tx, &vault, &draft)).await.expect("an account");
    (Arc::new(made.0), made.1)
}

/// A follower token for a user of the local host app.
pub fn token(app: &App, user: &str) -> String {
    host_apps::local_token(&app.vault, user, Told::default(), app.clock.now(), Duration::hours(1))
        .expect("a token")
        .0
}

/// A user of the local host app.
pub async fn user(app: &App, name: &str) -> UserId {
    let (host, claims) = app.verify_follower_token(&token(app, name)).await.expect("it verifies");
    app.user(&host, &claims).await.expect("a user")
}

/// The user as a follower of the account.
pub async fn follower(app: &App, account: &Arc<Account>, name: &str) -> Follower {
    let user = user(app, name).await;
    let (account, vault, roster) = (account.clone(), app.vault.clone(), app.roster.clone());
    app.write(move |tx| followers::follow(tx, &vault, &roster, &account, user, None))
        .await
        .expect("a follower")
}

/// Says of a tag that so many followers have it, without giving it to anybody.
pub async fn pretend_tagged(app: &App, account: AccountId, number: i64, count: i64) {
    use crier_schema::tables::tags::dsl;
    use diesel::prelude::*;
    app.write(move |tx| {
        diesel::update(dsl::tags.filter(dsl::account_id.eq(account).and(dsl::number.eq(number))))
            .set(dsl::follower_count.eq(count))
            .execute(tx.conn)?;
        Ok(())
    })
    .await
    .expect("a count");
}
