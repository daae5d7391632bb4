//! Events as the native dialect tells them: `docs/EVENTS.md`, and its schema beside it.
//!
//! What is here is a promise. Within a version fields and types are added; none is removed, renamed
//! or given another meaning.
use std::borrow::Cow;

use crier_core::Timestamp;
use crier_core::facts::{Fact, NoticeAnswer, Scene, Tap};
use crier_core::grants::Scope;
use crier_core::ids::{BroadcastId, EventId, MessageId, PublicationId};
use serde::{Deserialize, Serialize};

use super::messages::{Body, Message};
use crate::dialect::{Push, Salt};

/// An event, as it is told and as it is read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event<'a> {
    /// Its id, the same in every attempt and replay: `evt_` and digits; of a URL check `chk_` and
    /// digits.
    pub id: Cow<'a, str>,
    /// Which version of the schema it is written in.
    pub version: Version,
    /// When it happened.
    pub timestamp: Timestamp,
    /// To which account; `null` in a URL check alone.
    pub account: Option<Account<'a>>,
    /// The follower it is about, if it is about one.
    pub follower: Option<Follower<'a>>,
    /// What happened: `type` and `data`.
    #[serde(flatten)]
    pub happening: Happening<'a>,
}

/// Versions of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// The first.
    #[serde(rename = "1")]
    One,
}

/// The account of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account<'a> {
    /// Its short name in addresses.
    pub handle: Cow<'a, str>,
    /// Its id for operator backends.
    pub app_id: Cow<'a, str>,
    /// Its id in the pushes of other dialects.
    pub original_id: Cow<'a, str>,
}

/// The follower of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower<'a> {
    /// Who they are to this account.
    pub openid: Cow<'a, str>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Happening<'a> {
    /// The follower wrote.
    #[serde(rename = "message.received")]
    Message(Message<'a>),
    /// A user followed the account.
    #[serde(rename = "follower.followed")]
    Followed {
        /// The scene they came by.
        scene: Option<Cow<'a, Scene>>,
    },
    /// The follower left.
    #[serde(rename = "follower.unfollowed")]
    Unfollowed {},
    /// A follower scanned a scene code.
    #[serde(rename = "scene.scanned")]
    Scanned {
        /// Its scene.
        scene: Cow<'a, Scene>,
    },
    /// The follower tapped a menu button.
    #[serde(rename = "menu.tapped")]
    Tapped(Cow<'a, Tap>),
    /// The host app says where the follower is.
    #[serde(rename = "follower.located")]
    Located {
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Metres by which it may be wrong.
        precision: f64,
    },
    /// The name or picture changed of somebody who lets the account know them.
    #[serde(rename = "follower.profile_changed")]
    ProfileChanged {},
    /// Somebody no longer lets the account know who they are.
    #[serde(rename = "follower.consent_withdrawn")]
    ConsentWithdrawn {
        /// What it could know.
        scopes: Cow<'a, [Scope]>,
    },
    /// A broadcast has been sent.
    #[serde(rename = "broadcast.finished")]
    BroadcastFinished {
        /// Which one.
        broadcast_id: BroadcastId,
        /// Followers in the audience.
        total: i64,
        /// Those left after filters.
        filtered: i64,
        /// Those it was sent to.
        sent: i64,
        /// Those it could not be sent to.
        failed: i64,
        /// Its articles, if it is of articles.
        articles: Vec<Page>,
    },
    /// A template message has been handled.
    #[serde(rename = "template.finished")]
    TemplateFinished {
        /// The message.
        message_id: MessageId,
        /// Whether it reached the follower.
        delivered: bool,
    },
    /// An agent has the follower from now on.
    #[serde(rename = "session.opened")]
    SessionOpened {
        /// The agent's name at the account.
        agent: Cow<'a, str>,
    },
    /// The agent who had the follower has them no longer.
    #[serde(rename = "session.closed")]
    SessionClosed {
        /// The agent's name at the account.
        agent: Cow<'a, str>,
    },
    /// One agent gave the follower to another.
    #[serde(rename = "session.switched")]
    SessionSwitched {
        /// Who had them.
        from: Cow<'a, str>,
        /// Who has them.
        to: Cow<'a, str>,
    },
    /// The follower was asked whether they want notices, and answered.
    #[serde(rename = "notices.answered")]
    NoticesAnswered {
        /// What they said to each.
        answers: Cow<'a, [NoticeAnswer]>,
        /// Where they were asked.
        scene: i32,
    },
    /// The follower changed in their settings which notices they want.
    #[serde(rename = "notices.changed")]
    NoticesChanged {
        /// What they said to each.
        answers: Cow<'a, [NoticeAnswer]>,
    },
    /// A subscription notice has been handled.
    #[serde(rename = "notice.sent")]
    NoticeSent {
        /// The message.
        message_id: MessageId,
        /// Key of its template.
        template_id: Cow<'a, str>,
        /// Whether it reached the follower.
        delivered: bool,
    },
    /// Publishing a draft has come to its end.
    #[serde(rename = "publication.finished")]
    PublicationFinished {
        /// Which publication.
        publication_id: PublicationId,
        /// Whether its articles are out.
        published: bool,
        /// What the set is known by, once it is out.
        article_id: Option<Cow<'a, str>>,
        /// Its articles; none when it failed.
        articles: Vec<Page>,
        /// The places of articles that kept it from being published.
        failed: Cow<'a, [i32]>,
        /// Why it failed, as a sentence.
        failure: Option<Cow<'a, str>>,
    },
    /// A member asked whether the endpoint listens; nothing happened.
    #[serde(rename = "endpoint.check")]
    Check {
        /// Random hex, so that no two checks are alike.
        challenge: String,
    },
}

/// The page of a published article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The article's place: 1, 2, …
    pub index: i32,
    /// Where it is.
    pub url: String,
}

impl Page {
    /// The pages of articles, by their places and keys.
    fn all(articles: &[(i32, String)], public_url: &str) -> Vec<Self> {
        let page = |(index, key): &(i32, String)| Self {
            index: *index,
            url: format!("{public_url}/s/{key}"),
        };
        articles.iter().map(page).collect()
    }
}

impl Event<'_> {
    /// Every type there is, as `type` has it.
    pub const TYPES: [&'static str; 18] = [
        "message.received",
        "follower.followed",
        "follower.unfollowed",
        "scene.scanned",
        "menu.tapped",
        "follower.located",
        "follower.profile_changed",
        "follower.consent_withdrawn",
        "broadcast.finished",
        "template.finished",
        "session.opened",
        "session.closed",
        "session.switched",
        "notices.answered",
        "notices.changed",
        "notice.sent",
        "publication.finished",
        "endpoint.check",
    ];
}

impl<'a> Event<'a> {
    /// The event of a push, or `None` when the dialect has no words for it.
    pub fn of(push: &'a Push) -> Option<Self> {
        let (event, account) = (&push.event, &push.account);
        Some(Self {
            id: id(event.id).into(),
            version: Version::One,
            timestamp: event.created_at,
            account: Some(Account {
                handle: (&account.handle).into(),
                app_id: (&account.app_id).into(),
                original_id: (&account.original_id).into(),
            }),
            follower: event.openid.as_deref().map(|openid| Follower { openid: openid.into() }),
            happening: Happening::of(&event.fact, &push.public_url)?,
        })
    }

    /// The event of a URL check.
    pub(super) fn check(salt: &Salt) -> Self {
        Self {
            id: format!("chk_{}", salt.nonce).into(),
            version: Version::One,
            timestamp: salt.now,
            account: None,
            follower: None,
            happening: Happening::Check {
                challenge: format!("{:032x}", u128::from_be_bytes(salt.noise)),
            },
        }
    }

    /// Reads an event back.
    ///
    /// # Errors
    /// What is wrong and where: no JSON, a field that is missing or of another type, a type or
    /// version that this build does not know. Fields that it does not know are passed over.
    pub fn read(body: &[u8]) -> Result<Event<'static>, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// The body that tells it.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| {
            // Only maps with odd keys and failing writers have no JSON, and there is neither.
            tracing::error!(%error, event.id = %self.id, "an event has no JSON form");
            String::new()
        })
    }
}

/// What stands for an event in the header `webhook-id` and in the body.
fn id(event: EventId) -> String {
    format!("evt_{event}")
}

impl<'a> Happening<'a> {
    fn of(fact: &'a Fact, public_url: &str) -> Option<Self> {
        Some(match fact {
            Fact::Message { id, seq, content } => {
                let body = Body::of(content, public_url)?;
                Self::Message(Message { id: *id, seq: *seq, body })
            }
            Fact::Followed { scene } => Self::Followed { scene: scene.as_ref().map(Cow::Borrowed) },
            Fact::Unfollowed => Self::Unfollowed {},
            Fact::Scanned { scene } => Self::Scanned { scene: Cow::Borrowed(scene) },
            Fact::Tapped(tap) => Self::Tapped(Cow::Borrowed(tap)),
            Fact::Located { latitude, longitude, precision } => {
                let (latitude, longitude, precision) = (*latitude, *longitude, *precision);
                Self::Located { latitude, longitude, precision }
            }
            Fact::ProfileChanged => Self::ProfileChanged {},
            Fact::ConsentWithdrawn { scopes } => {
                Self::ConsentWithdrawn { scopes: Cow::Borrowed(scopes) }
            }
            Fact::BroadcastFinished { id, total, filtered, sent, failed, articles } => {
                let (broadcast_id, total, filtered) = (*id, *total, *filtered);
                Self::BroadcastFinished {
                    broadcast_id,
                    total,
                    filtered,
                    sent: *sent,
                    failed: *failed,
                    articles: Page::all(articles, public_url),
                }
            }
            Fact::TemplateFinished { id, delivered } => {
                Self::TemplateFinished { message_id: *id, delivered: *delivered }
            }
            Fact::SessionOpened { agent } => Self::SessionOpened { agent: agent.into() },
            Fact::SessionClosed { agent } => Self::SessionClosed { agent: agent.into() },
            Fact::SessionSwitched { from, to } => {
                Self::SessionSwitched { from: from.into(), to: to.into() }
            }
            Fact::NoticesAnswered { answers, scene } => {
                Self::NoticesAnswered { answers: answers.into(), scene: *scene }
            }
            Fact::NoticesChanged { answers } => Self::NoticesChanged { answers: answers.into() },
            Fact::NoticeSent { id, template, delivered } => {
                let (message_id, delivered) = (*id, *delivered);
                Self::NoticeSent { message_id, template_id: template.into(), delivered }
            }
            Fact::Published { id, articles, article_id, failed, failure } => {
                Self::PublicationFinished {
                    publication_id: *id,
                    published: !articles.is_empty(),
                    article_id: Some(article_id.into()).filter(|_| !articles.is_empty()),
                    articles: Page::all(articles, public_url),
                    failed: failed.into(),
                    failure: failure.as_deref().map(Cow::Borrowed),
                }
            }
        })
    }
}
