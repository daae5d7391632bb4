//! The composer, as it looks.
use crier_core::drafts::{self, DraftKind};
use crier_core::ids::AccountId;
use crier_core::media::{self, Media, MediaKind};
use crier_core::segments::{self, Segment};
use crier_core::tags::{self, Tag};
use crier_core::{App, Result};

use super::input::{Input, TYPES};
use crate::fields::{self, Choice, Field};
use crate::words::{Fault, Speech};

/// Files of each kind, and drafts, to choose from: the newest.
const OFFERED: i64 = 100;

/// What there is to choose from.
pub struct Offer {
    pub files: Vec<Media>,
    /// Keys and headings of drafts.
    pub drafts: Vec<Choice>,
    pub tags: Vec<Tag>,
    pub segments: Vec<Segment>,
}

/// Reads it.
pub async fn offer(app: &App, account: AccountId) -> Result<Offer> {
    app.read(move |conn| {
        let mut files = Vec::new();
        for kind in [MediaKind::Image, MediaKind::Voice, MediaKind::Video] {
            files.extend(media::permanent(conn, account, kind, 0, OFFERED)?);
        }
        let kept = drafts::page(conn, account, DraftKind::Draft, 0, OFFERED)?;
        let draft = |draft: drafts::Draft| Choice {
            label: draft.articles.first().map(|piece| piece.title.clone()).unwrap_or_default(),
            value: draft.media_key,
        };
        Ok(Offer {
            files,
            drafts: kept.into_iter().map(draft).collect(),
            tags: tags::all(conn, account)?,
            segments: segments::all(conn, account)?,
        })
    })
    .await
}

/// The form.
pub struct Composer {
    /// Where it is sent.
    pub action: String,
    /// The fault of the form as a whole.
    pub error: Option<String>,
    pub name: Field,
    /// Types, by word, and whether it is this one.
    pub types: Vec<(Choice, bool)>,
    pub kind: &'static str,
    /// The fields of the type.
    pub fields: Vec<Field>,
    /// Whether it may have links, and whether clicks on them are counted.
    pub has_links: bool,
    pub clicks: bool,
    /// Whether a file can be uploaded for it.
    pub takes_file: bool,
    /// Ways to say to whom.
    pub to: Vec<(Choice, bool)>,
    pub tag: Field,
    pub segment: Field,
    /// The fault of whom it goes to.
    pub to_error: Option<String>,
    pub when: Vec<(Choice, bool)>,
    pub send_at: Field,
    pub seen: String,
}

impl Composer {
    /// The form with `input` in it.
    pub fn new(
        speech: &Speech,
        action: String,
        input: &Input,
        offer: &Offer,
        fault: Option<&Fault>,
    ) -> Self {
        let label = |key: &str| speech.say(&format!("plan-{key}"));
        let name = Field::new(speech, "text", "plan_name")
            .labelled(label("name"))
            .hint(label("name-hint"))
            .with(r#"required maxlength="60" autocomplete="off""#)
            .value(&input.plan_name)
            .fault(fault);
        let fields = fields(speech, input, offer, fault);
        let send_at = Field::new(speech, "datetime-local", "send_at")
            .labelled(label("send-at"))
            .value(&input.send_at)
            .fault(fault);
        let placed: Vec<&Field> = fields.iter().chain([&name, &send_at]).collect();
        let audience = fault.filter(|fault| fault.field == Some("audience"));
        let error = if audience.is_some() { None } else { fields::whole(fault, &placed) };
        Self {
            action,
            error,
            types: words(speech, "plan-type", &TYPES, input.kind()),
            kind: input.kind(),
            has_links: ["text", "video"].contains(&input.kind()),
            clicks: input.clicks == "yes",
            takes_file: ["image", "voice", "video"].contains(&input.kind()),
            to: words(speech, "plan-to", &["all", "tag", "segment"], &or(&input.to, "all")),
            tag: choice(speech, "tag", tags_of(offer), &input.tag).labelled(label("tag")),
            segment: choice(speech, "segment", segments_of(offer), &input.segment)
                .labelled(label("segment")),
            to_error: audience.map(|fault| fault.text.clone()),
            when: words(speech, "plan-when", &["now", "at"], &or(&input.when, "now")),
            seen: input.seen.clone(),
            name,
            fields,
            send_at,
        }
    }
}

fn or(value: &str, other: &str) -> String {
    if value.is_empty() { other.to_owned() } else { value.to_owned() }
}

fn words(speech: &Speech, key: &str, all: &[&str], current: &str) -> Vec<(Choice, bool)> {
    let word = |word: &&str| {
        let label = speech.say(&format!("{key}-{word}"));
        (Choice { value: (*word).to_owned(), label }, *word == current)
    };
    all.iter().map(word).collect()
}

fn choice(speech: &Speech, name: &'static str, choices: Vec<Choice>, value: &str) -> Field {
    let none = Choice { value: String::new(), label: speech.say("plan-choose") };
    let all = std::iter::once(none).chain(choices).collect();
    Field::new(speech, "select", name).choices(all).value(value)
}

fn tags_of(offer: &Offer) -> Vec<Choice> {
    let tag = |tag: &Tag| Choice {
        value: tag.number.to_string(),
        label: format!("{} ({})", tag.name, tag.follower_count),
    };
    offer.tags.iter().map(tag).collect()
}

fn segments_of(offer: &Offer) -> Vec<Choice> {
    let one = |one: &Segment| Choice { value: one.id.to_string(), label: one.name.clone() };
    offer.segments.iter().map(one).collect()
}

fn fields(speech: &Speech, input: &Input, offer: &Offer, fault: Option<&Fault>) -> Vec<Field> {
    let label = |key: &str| speech.say(&format!("plan-{key}"));
    let files = |kind: MediaKind| {
        let own = offer.files.iter().filter(|file| file.kind == kind);
        own.map(|file| Choice { value: file.media_key.clone(), label: file.name.clone() }).collect()
    };
    let file = |kind| {
        let field = choice(speech, "file", files(kind), &input.file).labelled(label("file"));
        field.hint(label("file-hint")).fault(fault)
    };
    match input.kind() {
        "image" => vec![file(MediaKind::Image)],
        "voice" => vec![file(MediaKind::Voice)],
        "video" => {
            let line = |name, value: &str| {
                Field::new(speech, "text", name)
                    .with(r#"maxlength="200""#)
                    .value(value)
                    .fault(fault)
            };
            vec![
                file(MediaKind::Video),
                line("title", &input.title).labelled(label("title")),
                line("description", &input.description).labelled(label("description")),
            ]
        }
        "articles" => {
            let field = choice(speech, "article", offer.drafts.clone(), &input.article);
            vec![field.labelled(label("article")).hint(label("article-hint")).fault(fault)]
        }
        _ => {
            let field = Field::new(speech, "area", "text").value(&input.text).fault(fault);
            vec![field.labelled(label("text")).with(r#"maxlength="2048""#)]
        }
    }
}
