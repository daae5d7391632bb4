//! `docs/EVENTS.md` is the snapshot: its examples are what is sent, letter for letter.
mod answers;
mod documented;
mod facts;
mod requests;

use std::sync::Arc;

use crier_core::Timestamp;
use crier_core::accounts;
use crier_core::endpoints::{Draft, Endpoint, Secrets};
use crier_core::facts::Fact;
use crier_core::rights::Kind;

use super::*;

/// The secret of the specification's own examples.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: Timestamp = Timestamp::from_micros(1_795_341_600_250_000);
const SALT: Salt = Salt { now: NOW, nonce: 123_456_789, noise: *b"0123456789abcdef" };

fn account() -> accounts::Account {
    accounts::Account {
        id: 1.into(),
        brand_id: 1.into(),
        kind: Kind::Service,
        verified: true,
        handle: "harbour".into(),
        name: "Harbour".into(),
        description: String::new(),
        app_id: "wx0123456789abcdef".into(),
        secret_hash: String::new(),
        original_id: "gh_0123456789ab".into(),
        sealed_openid_key: String::new(),
        time_zone: "UTC".into(),
        follower_count: 1,
        last_broadcast_seq: 0,
        created_at: NOW,
        state: accounts::State::Open,
        state_reason: String::new(),
        picture_key: None,
        language: String::new(),
    }
}

fn target() -> Target {
    let mut draft = Draft::fresh(endpoints::Dialect::Native, "https://backend.example/events?a=1");
    draft.token = SECRET.into();
    draft.check().unwrap();
    let (endpoint, secrets) = Endpoint::unstored(draft, NOW);
    Target { endpoint, secrets }
}

fn push(fact: Fact) -> Push {
    let of_account = matches!(fact, Fact::BroadcastFinished { .. } | Fact::Published { .. });
    let event = crier_core::events::Event {
        id: 7_120_934_055_936.into(),
        account: 1.into(),
        follower: (!of_account).then(|| 5.into()),
        openid: (!of_account).then(|| "oABCDEFGHIJKLMNOPQRSTUVWXYZ0".into()),
        fact,
        created_at: NOW,
    };
    Push {
        event: Arc::new(event),
        account: Arc::new(account()),
        target: Arc::new(target()),
        public_url: "https://crier.example".into(),
        attempt: 1,
        replay: false,
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut named = request.headers.iter().filter(|(other, _)| other == name);
    let found = named.next().map(|(_, value)| value.as_str());
    assert!(named.next().is_none(), "{name} is there twice");
    found
}
