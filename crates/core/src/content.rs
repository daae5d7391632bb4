//! What a message says, in Crier's own words. Dialects translate from and to this.
use crier_schema::text_enum;
use serde::{Deserialize, Serialize};

/// The content of a message. Media is named by its key; faces make links of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Text, at most [`MAX_TEXT`] bytes. `menu_item` is set when a follower chose from a
    /// [`Content::Menu`].
    Text {
        /// What it says.
        text: String,
        /// The chosen item's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        menu_item: Option<String>,
    },
    /// A picture.
    Image {
        /// Key of the stored file.
        media_id: String,
        /// Pixels.
        width: Option<i32>,
        /// Pixels.
        height: Option<i32>,
    },
    /// A voice recording.
    Voice {
        /// Key of the stored file.
        media_id: String,
        /// The file's short type: `amr`, `mp3`.
        format: String,
    },
    /// A video.
    Video {
        /// Key of the stored file.
        media_id: String,
        /// Key of a still picture.
        thumbnail_id: Option<String>,
        /// Heading.
        title: Option<String>,
        /// Text beneath.
        description: Option<String>,
    },
    /// A link to music.
    Music {
        /// Heading.
        title: String,
        /// Text beneath.
        description: String,
        /// Where it plays from.
        url: String,
        /// The same in better quality.
        hq_url: String,
        /// Key of a cover picture.
        thumbnail_id: Option<String>,
    },
    /// A place.
    Location {
        /// Degrees, -90 to 90.
        latitude: f64,
        /// Degrees, -180 to 180.
        longitude: f64,
        /// Map zoom, 1 to 28.
        scale: u32,
        /// The place's name.
        label: String,
    },
    /// A shared web page.
    Link {
        /// Heading.
        title: String,
        /// Text beneath.
        description: String,
        /// Where it leads.
        url: String,
    },
    /// Up to eight linked cards.
    News {
        /// The cards.
        articles: Vec<NewsCard>,
    },
    /// Articles of the account: one published set, or one that is not out yet.
    Articles {
        /// The set's key, empty of one that is not out.
        article_id: String,
        /// Its articles, at most eight.
        articles: Vec<ArticleCard>,
    },
    /// A question with choices.
    Menu {
        /// Text above.
        head: String,
        /// The choices.
        items: Vec<Choice>,
        /// Text beneath.
        tail: String,
    },
    /// A notice made from a template.
    Template {
        /// Which one.
        template_id: String,
        /// The template's title.
        title: String,
        /// Its filled lines.
        lines: Vec<Line>,
        /// Where a tap leads.
        url: Option<String>,
        /// Which mini program a tap opens instead, where the host app has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mini_program: Option<MiniProgram>,
    },
    /// A card that opens a mini program of the host app.
    MiniProgram {
        /// Heading.
        title: String,
        /// Which one.
        app_id: String,
        /// The page in it.
        path: String,
        /// Key of a cover picture.
        thumbnail_id: Option<String>,
    },
}

/// One card of [`Content::News`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewsCard {
    /// Heading.
    pub title: String,
    /// Text beneath.
    pub description: String,
    /// Where it leads.
    pub url: String,
    /// Its picture, as a link.
    pub picture_url: String,
}

/// One card of [`Content::Articles`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleCard {
    /// Names its page: `{public_url}/s/{key}`.
    pub key: String,
    /// Heading.
    pub title: String,
    /// Text beneath.
    pub digest: String,
    /// Key of its cover picture.
    pub cover: Option<String>,
}

impl ArticleCard {
    /// The same as a linked card, for whoever shows it in a conversation.
    pub fn linked(&self, public_url: &str) -> NewsCard {
        let picture = self.cover.as_deref();
        NewsCard {
            title: self.title.clone(),
            description: self.digest.clone(),
            url: format!("{public_url}/s/{}?from=chat", self.key),
            picture_url: picture
                .map_or_else(String::new, |key| format!("{public_url}/media/{key}")),
        }
    }
}

/// One choice of [`Content::Menu`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What comes back when it is chosen.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// One line of [`Content::Template`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// A page of a mini program that a notice opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MiniProgram {
    /// Which one.
    pub app_id: String,
    /// The page in it; may be empty.
    pub path: String,
}

/// Bytes of text in one message: WeChat's own limit (`reference/wechat-api.md` 2.2).
pub const MAX_TEXT: usize = 2048;

impl Content {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), menu_item: None }
    }

    /// The word of its type, as in JSON.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::Music { .. } => "music",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::News { .. } | Self::Articles { .. } => "news",
            Self::Menu { .. } => "menu",
            Self::Template { .. } => "template",
            Self::MiniProgram { .. } => "mini_program",
        }
    }

    /// Keys of the stored files it shows.
    pub fn media(&self) -> impl Iterator<Item = &str> {
        let (file, picture) = match self {
            Self::Image { media_id, .. } | Self::Voice { media_id, .. } => (Some(media_id), None),
            Self::Video { media_id, thumbnail_id, .. } => (Some(media_id), thumbnail_id.as_ref()),
            Self::Music { thumbnail_id, .. } | Self::MiniProgram { thumbnail_id, .. } => {
                (None, thumbnail_id.as_ref())
            }
            _ => (None, None),
        };
        let covers: &[ArticleCard] = match self {
            Self::Articles { articles, .. } => articles,
            _ => &[],
        };
        let covers = covers.iter().filter_map(|card| card.cover.as_ref());
        file.into_iter().chain(picture).chain(covers).map(String::as_str)
    }

    /// One line for lists and notifications: the words in it, or nothing for pure media.
    pub fn summary(&self) -> &str {
        match self {
            Self::Text { text, .. } => text,
            Self::Location { label, .. } => label,
            Self::Music { title, .. }
            | Self::Link { title, .. }
            | Self::Template { title, .. }
            | Self::MiniProgram { title, .. } => title,
            Self::News { articles } => articles.first().map_or("", |card| &card.title),
            Self::Articles { articles, .. } => articles.first().map_or("", |card| &card.title),
            Self::Menu { head, .. } => head,
            Self::Video { title, .. } => title.as_deref().unwrap_or_default(),
            Self::Image { .. } | Self::Voice { .. } => "",
        }
    }
}

text_enum! {
    /// Who wrote a message.
    pub enum Sender {
        /// The follower.
        Follower = "follower",
        /// The account.
        Account = "account",
    }
}

text_enum! {
    /// How a message came to be.
    pub enum Origin {
        /// Written by the follower.
        Follower = "follower",
        /// The answer to a webhook.
        Answer = "answer",
        /// Sent by the operator backend.
        Api = "api",
        /// Written by a member in the console.
        Console = "console",
        /// A notice made from a template.
        Template = "template",
        /// A preview or explicit copy of a broadcast.
        Broadcast = "broadcast",
        /// An automatic reply of the account's own.
        Auto = "auto",
    }
}
