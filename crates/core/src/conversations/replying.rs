//! What a member answers, whatever its type.
use crier_schema::ids::{AccountId, FollowerId, MemberId};
use crier_schema::{AnyConnection, Timestamp};
use url::Url;

use super::{Append, Appended, Post, Tell};
use crate::accounts::{self, has_control};
use crate::content::{Choice, Content, MAX_TEXT, NewsCard, Origin, Sender};
use crate::error::{Error, Result};
use crate::rights::Right;
use crate::windows::Effect;
use crate::{App, agents, media, publications, traces};

/// Choices of a question at the most.
pub const MOST_CHOICES: usize = 10;
/// Cards of one message at the most.
const MOST_CARDS: usize = 8;
/// Characters of a title or of a choice.
const MOST_TITLE: usize = 64;
/// Characters of what stands beneath a title, and above or below choices.
const MOST_NOTE: usize = 300;
/// Bytes of an address.
const MOST_URL: usize = 2_000;

/// What a member writes.
#[derive(Debug, Clone)]
pub struct Reply {
    /// In which account's name.
    pub account: AccountId,
    /// To whom.
    pub follower: FollowerId,
    /// Who writes.
    pub member: MemberId,
    /// What it says: text of at most [`MAX_TEXT`] bytes, a stored file, a place, cards, a mini
    /// program, articles that are out (by their key alone), or a question with choices where the
    /// account may ask one. Notices are [`crate::templates::send`]'s.
    pub content: Content,
    /// The form's own id: sent twice, it counts once.
    pub client_id: String,
}

impl App {
    /// Answers a follower in the account's name. Takes one message off the reply window.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `text`, `title`, `note`, `url`, `picture`, `app_id`, `path`, `choices`
    /// or `media_id`;
    /// `NotFound("conversation")`, `NotFound("article")`; the denials of the window, and of a right.
    pub async fn reply(&self, reply: Reply) -> Result<Appended> {
        let now = self.clock.now();
        let client_id = format!("console:{}", reply.client_id);
        let read =
            self.read(move |conn| Reply { client_id, ..reply.ready(conn, now)? }.append(conn));
        self.append(read.await?).await
    }
}

impl Reply {
    /// Checked, and with what only the store knows of what it shows.
    pub(crate) fn ready(self, conn: &mut AnyConnection, now: Timestamp) -> Result<Self> {
        if super::get(conn, self.follower)?.account_id != self.account {
            return Err(Error::NotFound("conversation"));
        }
        let content = checked(conn, self.account, self.content)?;
        let content = media::complete(conn, content, now).map_err(|error| match error {
            Error::NotFound(_) => Error::invalid("media_id", "names no stored file"),
            other => other,
        })?;
        Ok(Self { content, ..self })
    }

    /// As it is added to the conversation: as the agent who the member is.
    pub(crate) fn append(self, conn: &mut AnyConnection) -> Result<Append> {
        let agent = agents::of_member(conn, self.account, self.member)?.map(|agent| agent.id);
        let post = Post {
            sender: Sender::Account,
            origin: Origin::Console,
            content: self.content,
            client_id: Some(self.client_id),
            member: Some(self.member),
            agent,
        };
        let (follower, tell, span) = (self.follower, Tell::Nothing, traces::current());
        Ok(Append { follower, post: Some(post), tell, effect: Effect::Spend, span })
    }
}

fn checked(conn: &mut AnyConnection, account: AccountId, content: Content) -> Result<Content> {
    match content {
        Content::Text { text, .. } => {
            let text = text.trim().replace("\r\n", "\n");
            if text.is_empty() {
                return Err(Error::invalid("text", "must not be empty"));
            }
            if text.len() > MAX_TEXT || has_control(&text) {
                return Err(Error::invalid("text", "must have at most 2048 bytes"));
            }
            Ok(Content::text(text))
        }
        Content::Image { .. } | Content::Voice { .. } | Content::Video { .. } => Ok(content),
        Content::Link { ref title, ref description, ref url }
        | Content::Music { ref title, ref description, ref url, .. } => {
            line("title", title, 1, MOST_TITLE)?;
            line("note", description, 0, MOST_NOTE)?;
            address("url", url)?;
            Ok(content)
        }
        Content::News { ref articles } => {
            if articles.is_empty() || articles.len() > MOST_CARDS {
                return Err(Error::invalid("cards", "must be 1 to 8"));
            }
            articles.iter().try_for_each(card)?;
            Ok(content)
        }
        Content::MiniProgram { ref title, ref app_id, ref path, .. } => {
            line("title", title, 1, MOST_TITLE)?;
            line("app_id", app_id, 1, MOST_TITLE)?;
            line("path", path, 0, MOST_NOTE)?;
            Ok(content)
        }
        Content::Location { latitude, longitude, ref label, .. } => {
            line("title", label, 0, MOST_TITLE)?;
            if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
                return Err(Error::invalid("place", "must be -90 to 90 and -180 to 180 degrees"));
            }
            Ok(content)
        }
        Content::Menu { ref head, ref items, ref tail } => {
            accounts::get(conn, account)?.may(Right::ChoiceMenu)?;
            line("title", head, 1, MOST_NOTE)?;
            line("note", tail, 0, MOST_NOTE)?;
            choices(items)?;
            Ok(content)
        }
        Content::Articles { article_id, .. } => publications::content(conn, account, &article_id),
        Content::Template { .. } => {
            Err(Error::invalid("text", "must be of a type that members send"))
        }
    }
}

fn line(field: &'static str, text: &str, least: usize, most: usize) -> Result<()> {
    let length = text.trim().chars().count();
    if !(least..=most).contains(&length) || has_control(text) {
        return Err(Error::invalid(field, format!("must have {least} to {most} characters")));
    }
    Ok(())
}

fn card(card: &NewsCard) -> Result<()> {
    line("title", &card.title, 1, MOST_TITLE)?;
    line("note", &card.description, 0, MOST_NOTE)?;
    address("url", &card.url)?;
    if card.picture_url.is_empty() { Ok(()) } else { address("picture", &card.picture_url) }
}

fn address(field: &'static str, url: &str) -> Result<()> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if parsed.is_none() || url.len() > MOST_URL {
        return Err(Error::invalid(field, "must be an address that begins with https://"));
    }
    Ok(())
}

fn choices(items: &[Choice]) -> Result<()> {
    let fits = |item: &Choice| {
        (1..=MOST_TITLE).contains(&item.text.trim().chars().count()) && !has_control(&item.text)
    };
    if items.is_empty() || items.len() > MOST_CHOICES || !items.iter().all(fits) {
        return Err(Error::invalid("choices", "must be 1 to 10, of at most 64 characters each"));
    }
    Ok(())
}
