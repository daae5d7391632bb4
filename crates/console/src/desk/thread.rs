//! What stands in a conversation: messages, with the notes between them, and what is planned.
use askama::Template;
use askama::filters::HtmlSafe;
use crier_core::conversations::Opened;
use crier_core::notes::Note;
use crier_core::scheduled_replies::ScheduledReply;
use crier_core::search::searchable;

use crate::bubbles::{self, Bubble};
use crate::calendar::{Calendar, Moment};
use crate::words::Speech;

/// A note in a conversation.
#[derive(Template)]
#[template(path = "console/note.html")]
pub struct NoteItem {
    id: i64,
    /// What kind of note it is, and who wrote it.
    head: String,
    body: String,
    time: Moment,
    is_failure: bool,
}

/// It escapes what is in it itself.
impl HtmlSafe for NoteItem {}

/// One item of a conversation.
pub enum Entry {
    /// A message.
    Said(Bubble),
    /// A note.
    Noted(NoteItem),
}

/// A reply whose time has not come.
pub struct Planned {
    pub id: i64,
    pub text: String,
    pub when: String,
}

/// Messages and notes in their order; `hit` is a message that was searched for.
pub fn entries(
    speech: &Speech,
    calendar: &Calendar,
    opened: &Opened,
    hit: Option<i64>,
) -> Vec<Entry> {
    let mut notes = opened.notes.iter().peekable();
    let mut entries = Vec::with_capacity(opened.messages.len() + opened.notes.len());
    for bubble in bubbles::all(speech, calendar, opened, hit) {
        while let Some(note) = notes.next_if(|note| note.after_seq < bubble.seq()) {
            entries.push(Entry::Noted(item(speech, calendar, opened, note)));
        }
        entries.push(Entry::Said(bubble));
    }
    entries.extend(notes.map(|note| Entry::Noted(item(speech, calendar, opened, note))));
    entries
}

fn item(speech: &Speech, calendar: &Calendar, opened: &Opened, note: &Note) -> NoteItem {
    let writer = note.member_id.and_then(|id| {
        let (_, name) = opened.writers.iter().find(|(writer, _)| *writer == id)?;
        Some(name.clone())
    });
    let head = match &note.failure {
        Some(word) => {
            let why = speech.say(&format!("later-failed-{word}"));
            speech.with("later-failed", &[("why", why.into())])
        }
        None => speech.with("note-by", &[("name", writer.unwrap_or_default().into())]),
    };
    NoteItem {
        id: note.id.0,
        head,
        body: note.body.clone(),
        time: calendar.full(note.created_at),
        is_failure: note.failure.is_some(),
    }
}

/// Replies whose time has not come.
pub fn planned(speech: &Speech, calendar: &Calendar, replies: &[ScheduledReply]) -> Vec<Planned> {
    let one = |reply: &ScheduledReply| {
        let text = searchable(&reply.content);
        let when = calendar.full(reply.send_at).shown;
        let type_name = format!("type-{}", reply.content.type_name());
        Planned {
            id: reply.id.0,
            text: if text.is_empty() { speech.say(&type_name) } else { text },
            when: speech.with("later-at", &[("when", when.into())]),
        }
    };
    replies.iter().map(one).collect()
}
