//! What the API shows: the domain's things as JSON, with links made of media keys.
use std::borrow::Cow;
use std::sync::Arc;

use crier_core::Timestamp;
use crier_core::accounts::{Account, State};
use crier_core::agents::Shown;
use crier_core::content::{Choice, Content, Line, MiniProgram, NewsCard, Sender};
use crier_core::messages::Message;
use serde::Serialize;
use utoipa::ToSchema;

/// A message as it is read back.
#[derive(Serialize, ToSchema)]
pub struct MessageView<'a> {
    id: i64,
    /// Its place in the conversation: 1, 2, 3, … without a gap.
    seq: i64,
    /// The account's handle.
    account: &'a str,
    /// `follower` or `account`.
    from: &'static str,
    /// The id its writer gave it, if it was the follower.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(flatten)]
    body: Body<'a>,
    /// Who wrote it in the account's name, where somebody did under a name of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<AgentView<'a>>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Somebody who answers followers in the account's name.
#[derive(Serialize, ToSchema)]
pub struct AgentView<'a> {
    name: &'a str,
    avatar_url: Option<String>,
}

impl<'a> AgentView<'a> {
    /// The view of the message's agent, who is one of these. What the follower wrote has none.
    fn of(message: &Message, agents: &'a [Arc<Shown>], public_url: &str) -> Option<Self> {
        let id = message.agent_id.filter(|_| message.sender == Sender::Account)?;
        let agent = agents.iter().find(|agent| agent.id == id)?;
        let avatar_url = agent.avatar_key.as_deref().map(|key| media_url(public_url, key));
        Some(Self { name: &agent.nickname, avatar_url })
    }
}

impl<'a> MessageView<'a> {
    /// The view of a message with the account of this handle. `agents` has who wrote it, if an
    /// agent did.
    pub fn of(
        message: &'a Message,
        account: &'a str,
        agents: &'a [Arc<Shown>],
        public_url: &str,
    ) -> Self {
        let client_id = message.client_id.as_deref();
        Self {
            id: message.id.0,
            seq: message.seq,
            account,
            from: message.sender.as_str(),
            client_id: client_id.filter(|_| message.sender.as_str() == "follower"),
            body: Body::of(&message.content, public_url),
            agent: AgentView::of(message, agents, public_url),
            created_at: message.created_at,
        }
    }
}

/// What a message or broadcast says, by its type.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        menu_item: Option<&'a str>,
    },
    Image {
        media_id: &'a str,
        url: String,
        thumbnail_url: String,
        width: Option<i32>,
        height: Option<i32>,
    },
    Voice {
        media_id: &'a str,
        url: String,
        format: &'a str,
    },
    Video {
        media_id: &'a str,
        url: String,
        thumbnail_url: Option<String>,
        title: Option<&'a str>,
        description: Option<&'a str>,
    },
    Music {
        title: &'a str,
        description: &'a str,
        url: &'a str,
        hq_url: &'a str,
        thumbnail_url: Option<String>,
    },
    Location {
        latitude: f64,
        longitude: f64,
        scale: u32,
        label: &'a str,
    },
    Link {
        title: &'a str,
        description: &'a str,
        url: &'a str,
    },
    News {
        /// What a published set of articles is known by; absent where the cards are of no set.
        #[serde(skip_serializing_if = "Option::is_none")]
        article_id: Option<&'a str>,
        #[schema(value_type = Vec<NewsView>)]
        articles: Cow<'a, [NewsCard]>,
    },
    Menu {
        head: &'a str,
        #[schema(value_type = Vec<ChoiceView>)]
        items: &'a [Choice],
        tail: &'a str,
    },
    Template {
        template_id: &'a str,
        title: &'a str,
        #[schema(value_type = Vec<LineView>)]
        lines: &'a [Line],
        url: Option<&'a str>,
        /// What a tap opens instead of the link, where the host app has it.
        #[schema(value_type = Option<MiniProgramView>)]
        #[serde(skip_serializing_if = "Option::is_none")]
        mini_program: Option<&'a MiniProgram>,
    },
    MiniProgram {
        title: &'a str,
        app_id: &'a str,
        path: &'a str,
        thumbnail_url: Option<String>,
    },
}

/// A linked card.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the domain's own card")]
pub struct NewsView {
    title: String,
    description: String,
    url: String,
    picture_url: String,
}

/// One choice; send its text with its id as `menu_item`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the domain's own choice")]
pub struct ChoiceView {
    id: String,
    text: String,
}

/// One line of a notice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the domain's own line")]
pub struct LineView {
    text: String,
    /// `#rrggbb`.
    color: Option<String>,
}

/// A page of a mini program.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the domain's own")]
pub struct MiniProgramView {
    app_id: String,
    path: String,
}

/// The link to a stored file.
pub fn media_url(public_url: &str, key: &str) -> String {
    format!("{public_url}/media/{key}")
}

/// Where an account's picture is, if it has one.
pub fn picture_url(account: &Account, public_url: &str) -> Option<String> {
    account.picture_key.as_deref().map(|key| media_url(public_url, key))
}

impl<'a> Body<'a> {
    /// The view of a content.
    pub fn of(content: &'a Content, public_url: &str) -> Self {
        let link = |key: &str| media_url(public_url, key);
        let cover = |key: &Option<String>| key.as_deref().map(link);
        match content {
            Content::Text { text, menu_item } => {
                Self::Text { text, menu_item: menu_item.as_deref() }
            }
            Content::Image { media_id, width, height } => Self::Image {
                media_id,
                url: link(media_id),
                thumbnail_url: format!("{}/thumbnail", link(media_id)),
                width: *width,
                height: *height,
            },
            Content::Voice { media_id, format } => {
                Self::Voice { media_id, url: link(media_id), format }
            }
            Content::Video { media_id, thumbnail_id, title, description } => Self::Video {
                media_id,
                url: link(media_id),
                thumbnail_url: cover(thumbnail_id),
                title: title.as_deref(),
                description: description.as_deref(),
            },
            Content::Music { title, description, url, hq_url, thumbnail_id } => {
                let thumbnail_url = cover(thumbnail_id);
                Self::Music { title, description, url, hq_url, thumbnail_url }
            }
            Content::Location { latitude, longitude, scale, label } => {
                let (latitude, longitude, scale) = (*latitude, *longitude, *scale);
                Self::Location { latitude, longitude, scale, label }
            }
            Content::Link { title, description, url } => Self::Link { title, description, url },
            Content::News { articles } => {
                Self::News { article_id: None, articles: articles.into() }
            }
            Content::Articles { article_id, articles } => Self::News {
                article_id: Some(article_id.as_str()).filter(|id| !id.is_empty()),
                articles: articles.iter().map(|card| card.linked(public_url)).collect(),
            },
            Content::Menu { head, items, tail } => Self::Menu { head, items, tail },
            Content::Template { template_id, title, lines, url, mini_program } => {
                let (url, mini_program) = (url.as_deref(), mini_program.as_ref());
                Self::Template { template_id, title, lines, url, mini_program }
            }
            Content::MiniProgram { title, app_id, path, thumbnail_id } => {
                Self::MiniProgram { title, app_id, path, thumbnail_url: cover(thumbnail_id) }
            }
        }
    }
}

/// An account's card.
#[derive(Serialize, ToSchema)]
pub struct AccountView {
    /// Its handle.
    account: String,
    app_id: String,
    name: String,
    /// `subscription` or `service`.
    kind: &'static str,
    description: String,
    avatar_url: Option<String>,
    verified: bool,
    /// Whether the caller follows it.
    following: bool,
    /// Who the caller is to it, while they follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// That its owner has closed it: nobody can follow it or write to it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
}

impl AccountView {
    /// The card of an account for a user, who has this openid there if they follow it.
    pub fn of(account: &Account, openid: Option<String>, public_url: &str) -> Self {
        Self {
            account: account.handle.clone(),
            app_id: account.app_id.clone(),
            name: account.name.clone(),
            kind: account.kind.as_str(),
            description: account.description.clone(),
            avatar_url: picture_url(account, public_url),
            verified: account.verified,
            following: openid.is_some(),
            openid,
            closed: account.state == State::Closed,
        }
    }
}
