//! Samples: an event of each kind that never happened, told to an endpoint as those that do, so that
//! a backend can be tried without a follower. Nothing of it is put on record, and no reply is sent.
use std::sync::Arc;

use crate::App;
use crate::accounts::Account;
use crate::content::Content;
use crate::endpoints;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::facts::{Fact, NoticeAnswer, Scene, Tap};
use crate::grants::Scope;
use crier_schema::ids::{EndpointId, EventId};

/// Whom a sample is about: nobody has this openid.
pub const OPENID: &str = "oSAMPLEsampleSAMPLEsample000";

/// What came of telling a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// Whether the endpoint took it.
    pub passed: bool,
    /// What the answer shows, in a stable word (that of a delivery's attempt).
    pub verdict: String,
    /// The answer's HTTP status, if there was one.
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The request: its first line, its headers, and its body.
    pub request: String,
    /// The answer's beginning, or what went wrong on the way.
    pub answer: String,
}

/// A fact of this kind, one of [`Fact::NAMES`].
pub fn fact(kind: &str) -> Option<Fact> {
    let scene = || Scene { value: "sample".into(), ticket: None };
    let answers = || vec![NoticeAnswer { template_id: "sample-template".into(), accepted: true }];
    let agent = || "kf2001@sample".to_owned();
    Some(match kind {
        "message" => Fact::Message { id: 1.into(), seq: 1, content: Content::text("A sample") },
        "followed" => Fact::Followed { scene: Some(scene()) },
        "unfollowed" => Fact::Unfollowed,
        "scanned" => Fact::Scanned { scene: scene() },
        "tapped" => Fact::Tapped(Tap::Click { key: "SAMPLE".into() }),
        "located" => Fact::Located { latitude: 31.23, longitude: 121.47, precision: 40.0 },
        "profile_changed" => Fact::ProfileChanged,
        "consent_withdrawn" => Fact::ConsentWithdrawn { scopes: vec![Scope::Profile] },
        "broadcast_finished" => Fact::BroadcastFinished {
            id: 1.into(),
            total: 100,
            filtered: 90,
            sent: 90,
            failed: 0,
            articles: Vec::new(),
        },
        "template_finished" => Fact::TemplateFinished { id: 1.into(), delivered: true },
        "session_opened" => Fact::SessionOpened { agent: agent() },
        "session_closed" => Fact::SessionClosed { agent: agent() },
        "session_switched" => {
            Fact::SessionSwitched { from: agent(), to: "kf2002@sample".to_owned() }
        }
        "notices_answered" => Fact::NoticesAnswered { answers: answers(), scene: 1 },
        "notices_changed" => Fact::NoticesChanged { answers: answers() },
        "notice_sent" => {
            Fact::NoticeSent { id: 1.into(), template: "sample-template".into(), delivered: true }
        }
        "published" => Fact::Published {
            id: 1.into(),
            articles: vec![(1, "sample-article".into())],
            article_id: "sample".into(),
            failed: Vec::new(),
            failure: None,
        },
        _ => return None,
    })
}

/// Whether it is about nobody.
const fn is_of_account(fact: &Fact) -> bool {
    matches!(fact, Fact::BroadcastFinished { .. } | Fact::Published { .. })
}

impl App {
    /// Tells one of the account's endpoints a sample of this kind.
    ///
    /// # Errors
    /// `NotFound("endpoint")`, also for another account's; [`Error::Invalid`] `kind`;
    /// [`Error::Unavailable`] when nobody tells endpoints anything here.
    pub async fn tell_sample(
        &self,
        account: Arc<Account>,
        endpoint: EndpointId,
        kind: &str,
    ) -> Result<Sampled> {
        let fact = fact(kind).ok_or_else(|| Error::invalid("kind", "must be a kind of event"))?;
        let id = account.id;
        self.read(move |conn| endpoints::get_of(conn, id, endpoint)).await?;
        let checker = self.checker.read().clone();
        let checker = checker
            .ok_or_else(|| Error::Unavailable("nobody tells endpoints anything here".into()))?;
        let now = self.clock.now();
        let event = Event {
            id: EventId(crate::mint::floor_id(now)),
            account: id,
            follower: (!is_of_account(&fact)).then(|| 1.into()),
            openid: (!is_of_account(&fact)).then(|| OPENID.into()),
            fact,
            created_at: now,
        };
        checker.sample(endpoint, account, event).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_sample_of_every_kind() {
        for kind in Fact::NAMES {
            assert_eq!(fact(kind).map(|fact| fact.name()), Some(kind));
        }
        assert_eq!(fact("nothing"), None);
        assert_eq!(OPENID.len(), 28);
    }
}
