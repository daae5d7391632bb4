//! An account, an endpoint and a push to it: for tests and fuzz targets.
use std::sync::Arc;

use crier_core::Timestamp;
use crier_core::accounts::Account;
use crier_core::endpoints::{self, Draft, Endpoint, Mode, Pair, Secrets};
use crier_core::events::Event;
use crier_core::facts::Fact;
use crier_core::rights::Kind;
use crier_dispatch::dialect::{Push, Salt, Target};

/// The token of [`target`].
pub(super) const TOKEN: &str = "testtoken";
/// The app id of the account.
pub(super) const APP_ID: &str = "wx0123456789abcdef";
/// The key of [`target`].
pub(super) const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// Its key before.
pub(super) const OLD_KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFA";
/// Whom [`push`] is about.
pub(super) const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0";
/// Of every request.
pub(super) const SALT: Salt = Salt {
    now: Timestamp::from_seconds(1_700_000_000),
    nonce: 123_456_789,
    noise: *b"0123456789abcdef",
};

fn account() -> Account {
    Account {
        id: 1.into(),
        brand_id: 1.into(),
        kind: Kind::Service,
        verified: true,
        handle: "harbour".into(),
        name: "Harbour".into(),
        description: String::new(),
        app_id: APP_ID.into(),
        secret_hash: String::new(),
        original_id: "gh_0123456789ab".into(),
        sealed_openid_key: String::new(),
        time_zone: "UTC".into(),
        follower_count: 1,
        last_broadcast_seq: 0,
        created_at: SALT.now,
        state: crier_core::accounts::State::Open,
        state_reason: String::new(),
        picture_key: None,
        language: String::new(),
    }
}

/// An endpoint amid a change of secrets.
pub(super) fn target(mode: Mode) -> Target {
    let draft = Draft {
        mode,
        token: TOKEN.into(),
        key: KEY.into(),
        ..Draft::fresh(endpoints::Dialect::Wechat, "http://bot.example/hook?a=1%2B1")
    };
    let (endpoint, secrets) = Endpoint::unstored(draft, SALT.now);
    let previous = Some(Pair { token: "before".into(), key: OLD_KEY.into() });
    let secrets = Secrets { previous, ..secrets };
    Target { endpoint, secrets }
}

/// A push of this fact to such an endpoint.
pub(super) fn push(fact: Fact, mode: Mode) -> Push {
    let event = Event {
        id: 77.into(),
        account: 1.into(),
        follower: Some(5.into()),
        openid: Some(OPENID.into()),
        fact,
        created_at: SALT.now,
    };
    Push {
        event: Arc::new(event),
        account: Arc::new(account()),
        target: Arc::new(target(mode)),
        public_url: "http://crier.example".into(),
        attempt: 1,
        replay: false,
    }
}
