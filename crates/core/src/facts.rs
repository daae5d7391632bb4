//! What an operator backend is told: the facts behind events, free of any dialect.
use crier_schema::ids::{BroadcastId, MessageId, PublicationId};
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::grants::Scope;

/// A fact about one account, usually about one follower of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The follower wrote.
    Message {
        /// The message.
        id: MessageId,
        /// Its place in the conversation.
        seq: i64,
        /// What it says.
        content: Content,
    },
    /// A user followed the account, perhaps through a scene code.
    Followed {
        /// The scene they came by.
        scene: Option<Scene>,
    },
    /// The follower left.
    Unfollowed,
    /// A follower scanned a scene code.
    Scanned {
        /// Its scene.
        scene: Scene,
    },
    /// The follower tapped a menu button.
    Tapped(Tap),
    /// The host app says where the follower is, who allows it.
    Located {
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Metres by which it may be wrong.
        precision: f64,
    },
    /// The name or picture of somebody changed who lets the account know them.
    ProfileChanged,
    /// Somebody no longer lets the account know who they are.
    ConsentWithdrawn {
        /// What it could know.
        scopes: Vec<Scope>,
    },
    /// A broadcast has been sent.
    BroadcastFinished {
        /// Which one.
        id: BroadcastId,
        /// Followers in the audience.
        total: i64,
        /// Those left after filters.
        filtered: i64,
        /// Those it was sent to.
        sent: i64,
        /// Those it could not be sent to.
        failed: i64,
        /// The places and page keys of its articles, if it is of articles.
        #[serde(default)]
        articles: Vec<(i32, String)>,
    },
    /// An agent has the follower from now on.
    SessionOpened {
        /// The agent's name at the account.
        agent: String,
    },
    /// The agent who had the follower has them no longer.
    SessionClosed {
        /// The agent's name at the account.
        agent: String,
    },
    /// One agent gave the follower to another.
    SessionSwitched {
        /// Who had them.
        from: String,
        /// Who has them.
        to: String,
    },
    /// A template message has been handled.
    TemplateFinished {
        /// The message.
        id: MessageId,
        /// Whether it reached the follower.
        delivered: bool,
    },
    /// Publishing a draft has come to its end.
    Published {
        /// The publication.
        id: PublicationId,
        /// Its articles by their places, each with the key of its page; none when it failed.
        articles: Vec<(i32, String)>,
        /// The set's key; empty when it failed.
        article_id: String,
        /// The places of articles that kept it from being published: 1, 2, ...
        failed: Vec<i32>,
        /// Why it failed, as a sentence.
        failure: Option<String>,
    },
    /// The follower was asked whether they want notices, and answered.
    NoticesAnswered {
        /// What they said to each.
        answers: Vec<NoticeAnswer>,
        /// Where they were asked, as the web page or the host app numbers its places.
        scene: i32,
    },
    /// The follower changed in their settings which notices they want.
    NoticesChanged {
        /// What they said to each.
        answers: Vec<NoticeAnswer>,
    },
    /// A subscription notice has been handled.
    NoticeSent {
        /// The message.
        id: MessageId,
        /// Key of its template.
        template: String,
        /// Whether it reached the follower.
        delivered: bool,
    },
}

/// What a follower said to a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeAnswer {
    /// Key of its template.
    pub template_id: String,
    /// Whether they want it.
    pub accepted: bool,
}

/// Where a follower came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// The scene's value: a number or 1 to 64 characters.
    pub value: String,
    /// The ticket of the code that carried it, if there is one.
    pub ticket: Option<String>,
}

/// What a tap on a menu button tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "tap", rename_all = "snake_case")]
pub enum Tap {
    /// A plain button.
    Click {
        /// The button's key.
        key: String,
    },
    /// A link was opened.
    View {
        /// Where it led.
        url: String,
        /// The menu it stands in.
        menu_id: i64,
    },
    /// A mini program was opened.
    MiniProgram {
        /// The page in it.
        path: String,
        /// The menu it stands in.
        menu_id: i64,
    },
    /// A code was scanned from a button.
    ScanCode {
        /// Whether the account is expected to answer.
        waits: bool,
        /// The button's key.
        key: String,
        /// `qrcode` or `barcode`.
        scan_type: String,
        /// What was in it.
        result: String,
    },
    /// Pictures were chosen from a button; they follow as messages.
    Pictures {
        /// How they are chosen: `pic_sysphoto`, `pic_photo_or_album` or `pic_weixin`.
        how: String,
        /// The button's key.
        key: String,
        /// MD5 of each picture, as hex.
        md5: Vec<String>,
    },
    /// A place was chosen from a button; it follows as a message.
    Location {
        /// The button's key.
        key: String,
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Map zoom.
        scale: u32,
        /// The place's name.
        label: String,
        /// The point of interest's name.
        poi: String,
    },
}

impl Fact {
    /// Every word that [`Fact::name`] gives.
    pub const NAMES: [&'static str; 17] = [
        "message",
        "followed",
        "unfollowed",
        "scanned",
        "tapped",
        "located",
        "profile_changed",
        "consent_withdrawn",
        "broadcast_finished",
        "template_finished",
        "session_opened",
        "session_closed",
        "session_switched",
        "notices_answered",
        "notices_changed",
        "notice_sent",
        "published",
    ];

    /// A short stable word for logs and lists.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Message { .. } => "message",
            Self::Followed { .. } => "followed",
            Self::Unfollowed => "unfollowed",
            Self::Scanned { .. } => "scanned",
            Self::Tapped(_) => "tapped",
            Self::Located { .. } => "located",
            Self::ProfileChanged => "profile_changed",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::BroadcastFinished { .. } => "broadcast_finished",
            Self::TemplateFinished { .. } => "template_finished",
            Self::SessionOpened { .. } => "session_opened",
            Self::SessionClosed { .. } => "session_closed",
            Self::SessionSwitched { .. } => "session_switched",
            Self::NoticesAnswered { .. } => "notices_answered",
            Self::NoticesChanged { .. } => "notices_changed",
            Self::NoticeSent { .. } => "notice_sent",
            Self::Published { .. } => "published",
        }
    }

    /// Whether an answer to it may carry a message. Views, leaves and finish reports take none
    /// (`reference/wechat-api.md` 5.1).
    pub const fn takes_answer(&self) -> bool {
        match self {
            Self::Message { .. }
            | Self::Followed { .. }
            | Self::Scanned { .. }
            | Self::Located { .. } => true,
            Self::Tapped(tap) => !matches!(tap, Tap::View { .. } | Tap::MiniProgram { .. }),
            Self::Unfollowed
            | Self::ProfileChanged
            | Self::ConsentWithdrawn { .. }
            | Self::BroadcastFinished { .. }
            | Self::TemplateFinished { .. }
            | Self::SessionOpened { .. }
            | Self::SessionClosed { .. }
            | Self::SessionSwitched { .. }
            | Self::NoticesAnswered { .. }
            | Self::NoticesChanged { .. }
            | Self::NoticeSent { .. }
            | Self::Published { .. } => false,
        }
    }

    /// Whether it is told of somebody who does not follow: that they left, that their session ended,
    /// and what becomes of what they let the account know, for which nobody need follow.
    pub const fn outlives_following(&self) -> bool {
        matches!(
            self,
            Self::Unfollowed
                | Self::SessionClosed { .. }
                | Self::ProfileChanged
                | Self::ConsentWithdrawn { .. }
        )
    }
}
