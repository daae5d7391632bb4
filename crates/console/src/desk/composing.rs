//! Replies of every type: what is filled in, and the message it makes.
use actix_web::web;
use crier_core::canned_answers::{CannedAnswer, Names};
use crier_core::content::{Choice as Item, Content, NewsCard};
use crier_core::conversations::Reply;
use crier_core::ids::FollowerId;
use crier_core::media::{Media, MediaKind, Owner, Upload};
use crier_core::rights::Right;
use crier_core::scheduled_replies::FURTHEST;
use crier_core::templates::Template;
use crier_core::{App, Error, Timestamp, mint};
use serde::Deserialize;

use super::follower_of;
use super::notices::{self, Offered, Written};
use crate::agents::attending::Shift;
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::conversations::{Which, view};
use crate::fields::Choice;
use crate::forms::{FileForm, Form};
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// What is filled in of a card, a question, a place or articles.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Card {
    pub kind: String,
    pub title: String,
    pub note: String,
    pub url: String,
    /// One a line.
    pub choices: String,
    pub latitude: String,
    pub longitude: String,
    /// A link to a picture.
    pub picture: String,
    /// A mini program, and the page in it.
    pub app_id: String,
    pub path: String,
    /// The key of what was published.
    pub article: String,
    pub client_id: String,
}

impl Card {
    /// The message it makes; checked where it is sent.
    fn content(&self) -> crier_core::Result<Content> {
        let title = self.title.trim().to_owned();
        let description = self.note.trim().to_owned();
        let url = self.url.trim().to_owned();
        match self.kind.as_str() {
            "music" => Ok(Content::Music {
                title,
                description,
                hq_url: url.clone(),
                url,
                thumbnail_id: None,
            }),
            "news" => {
                let picture_url = self.picture.trim().to_owned();
                let card = NewsCard { title, description, url, picture_url };
                Ok(Content::News { articles: vec![card] })
            }
            "mini_program" => Ok(Content::MiniProgram {
                title,
                app_id: self.app_id.trim().to_owned(),
                path: self.path.trim().to_owned(),
                thumbnail_id: None,
            }),
            "place" => Ok(Content::Location {
                latitude: degrees(&self.latitude)?,
                longitude: degrees(&self.longitude)?,
                scale: 15,
                label: title,
            }),
            "menu" => Ok(Content::Menu { head: title, items: self.items(), tail: description }),
            "article" => {
                Ok(Content::Articles { article_id: self.article.clone(), articles: Vec::new() })
            }
            _ => Ok(Content::Link { title, description, url }),
        }
    }

    fn items(&self) -> Vec<Item> {
        let lines = self.choices.lines().map(str::trim).filter(|line| !line.is_empty());
        let item = |(index, line): (usize, &str)| Item {
            id: (index + 1).to_string(),
            text: line.to_owned(),
        };
        lines.enumerate().map(item).collect()
    }
}

fn degrees(text: &str) -> crier_core::Result<f64> {
    let wrong = || Error::invalid("place", "must be degrees such as 35.681");
    text.trim().parse().ok().filter(|degrees: &f64| degrees.is_finite()).ok_or_else(wrong)
}

/// What was written and not taken.
#[derive(Default)]
pub struct Refused {
    /// The text.
    pub text: String,
    /// When it should have been sent.
    pub later: String,
    /// The note.
    pub note: String,
    /// What else was filled in.
    pub card: Card,
    /// What was filled into a notice.
    pub notice: Written,
    /// What is wrong, and in which part of the composer: `text`, `note`, `file`, `notice`, or a
    /// card's kind.
    pub fault: Option<(String, Fault)>,
}

/// The composer, as the page shows it.
pub struct Composer {
    pub client_id: String,
    pub text: String,
    pub later: String,
    /// The earliest moment that can be chosen.
    pub soonest: String,
    pub latest: String,
    pub note: String,
    pub card: Card,
    pub canned: Vec<Canned>,
    pub articles: Vec<Choice>,
    /// Notices that can be made from the account's templates.
    pub notices: Vec<Offered>,
    pub may_ask: bool,
    /// Whom a note can mention.
    pub colleagues: Vec<String>,
    written: Written,
    part: String,
    error: Option<String>,
}

/// A canned answer, filled in.
pub struct Canned {
    pub id: i64,
    pub shortcut: String,
    pub text: String,
}

impl Composer {
    /// What was wrong in a part of it.
    pub fn error(&self, part: &str) -> Option<&str> {
        self.error.as_deref().filter(|_| self.part == part)
    }

    /// Whether a part of it is open.
    pub fn opens(&self, part: &str) -> bool {
        self.error(part).is_some()
    }

    /// Of what was refused, if anything was.
    pub fn new(refused: Refused) -> Self {
        let (part, error) = match refused.fault {
            Some((part, fault)) => (part, Some(fault.text)),
            None => (String::new(), None),
        };
        Self {
            client_id: mint::hex_token::<8>(),
            text: refused.text,
            later: refused.later,
            soonest: String::new(),
            latest: String::new(),
            note: refused.note,
            card: refused.card,
            canned: Vec::new(),
            articles: Vec::new(),
            notices: Vec::new(),
            written: refused.notice,
            may_ask: false,
            colleagues: Vec::new(),
            part,
            error,
        }
    }

    /// With the account's own: its canned answers with these names in them, and what it published.
    #[must_use]
    pub fn with(
        self,
        desk: &Desk,
        (canned, articles): (&[CannedAnswer], Vec<Choice>),
        (follower, agent): (&str, &str),
    ) -> Self {
        let names = Names { follower, account: &desk.account.name, agent };
        let filled = |one: &CannedAnswer| Canned {
            id: one.id.0,
            shortcut: one.shortcut.clone(),
            text: one.filled(names),
        };
        Self {
            canned: canned.iter().map(filled).collect(),
            articles,
            may_ask: desk.account.may(Right::ChoiceMenu).is_ok(),
            ..self
        }
    }

    /// With the notices that can be made from these templates.
    #[must_use]
    pub fn noticing(self, templates: &[Template]) -> Self {
        Self { notices: notices::offered(templates, &self.written), ..self }
    }

    /// With the moments that can be chosen, and whom a note can mention.
    #[must_use]
    pub fn between(self, calendar: &Calendar, now: Timestamp, shift: &Shift) -> Self {
        let colleagues = shift.colleagues.iter().filter(|(id, _)| *id != shift.member);
        Self {
            soonest: calendar.input(now.plus(chrono::Duration::minutes(1))),
            latest: calendar.input(now.plus(FURTHEST)),
            colleagues: colleagues.map(|(_, name)| name.clone()).collect(),
            ..self
        }
    }

    /// With this canned answer in the reply, if there is one.
    #[must_use]
    pub fn choosing(mut self, canned: Option<i64>) -> Self {
        let chosen = self.canned.iter().find(|one| Some(one.id) == canned);
        if let Some(text) = chosen.map(|one| one.text.clone()) {
            self.text = text;
        }
        self
    }
}

/// Sends a card, a question, a place or articles.
pub async fn card(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(card): Form<Card>,
) -> Answer {
    let follower = follower_of(&path)?;
    let sent = match card.content() {
        Ok(content) => send(&app, &desk, follower, content, &card.client_id).await,
        Err(error) => Err(error),
    };
    let part = card.kind.clone();
    after(&visit, &desk, &app, follower, (sent, part), Refused { card, ..Refused::default() }).await
}

/// Sends a picture, a voice recording or a film.
pub async fn file(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    file: FileForm,
) -> Answer {
    let follower = follower_of(&path)?;
    let client_id = file.field("client_id").to_owned();
    let sent = match stored(&app, &desk, file).await {
        Ok(media) => send(&app, &desk, follower, of_media(&media), &client_id).await,
        Err(Error::Invalid { .. }) => Err(Error::invalid("file", "must be of a type that is sent")),
        Err(error) => Err(error),
    };
    after(&visit, &desk, &app, follower, (sent, "file".into()), Refused::default()).await
}

async fn stored(app: &web::Data<App>, desk: &Desk, file: FileForm) -> crier_core::Result<Media> {
    let upload = Upload {
        owner: Owner::Account(desk.account.id),
        kind: None,
        name: file.name,
        bytes: file.bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    app.clone().into_inner().store_media(upload).await
}

fn of_media(media: &Media) -> Content {
    let media_id = media.media_key.clone();
    match media.kind {
        MediaKind::Voice => Content::Voice { media_id, format: String::new() },
        MediaKind::Video => {
            Content::Video { media_id, thumbnail_id: None, title: None, description: None }
        }
        MediaKind::Image | MediaKind::Thumb => {
            Content::Image { media_id, width: None, height: None }
        }
    }
}

/// Sends a message as the member at the desk.
pub async fn send(
    app: &App,
    desk: &Desk,
    follower: FollowerId,
    content: Content,
    client_id: &str,
) -> crier_core::Result<()> {
    app.reply(reply(desk, follower, content, client_id)).await.map(drop)
}

/// A message of the member at the desk.
pub fn reply(desk: &Desk, follower: FollowerId, content: Content, client_id: &str) -> Reply {
    Reply {
        account: desk.account.id,
        follower,
        member: desk.staff.member.id,
        content,
        client_id: client_id.chars().take(32).collect(),
    }
}

/// The conversation again, or the page with what is wrong in its composer.
pub async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    follower: FollowerId,
    (done, part): (crier_core::Result<()>, String),
    refused: Refused,
) -> Answer {
    let Err(error) = done else {
        return Ok(answers::see_other(desk.path(&format!("/inbox/{follower}"))));
    };
    let fault = fault(&visit.speech, error)?;
    let refused = Refused { fault: Some((part, fault)), ..refused };
    answers::again(&view(visit, desk, app, follower, Which::default(), refused).await?)
}

/// What has a message of its own here: the fields of a card are not those of other forms.
fn fault(speech: &Speech, error: Error) -> Result<Fault, crate::failures::Failure> {
    match error {
        Error::Invalid {
            field:
                field @ ("title" | "note" | "url" | "choices" | "place" | "picture" | "app_id" | "path"
                | "data"),
            ..
        } => {
            Ok(Fault { field: Some(field), text: speech.say(&format!("compose-invalid-{field}")) })
        }
        Error::NotFound("article" | "publication") => {
            Ok(Fault { field: None, text: speech.say("compose-invalid-article") })
        }
        error => speech.fault(error),
    }
}
