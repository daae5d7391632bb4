//! The form of an article: what is filled in, and how it looks.
use crier_core::drafts::{Flaw, MAX_AUTHOR, MAX_DIGEST, MAX_TITLE, Piece};
use serde::Deserialize;

use crate::words::Speech;

/// What is filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    pub revision: i64,
    /// `saved` where somebody asked for it.
    pub cause: String,
    pub title: String,
    pub author: String,
    pub digest: String,
    pub content: String,
    pub source_url: String,
    pub show_cover: Option<String>,
    /// `open`, `followers` or `closed`.
    pub comments: String,
}

impl Input {
    /// The words of an article; it keeps its cover and pictures.
    pub fn piece(self) -> Piece {
        Piece {
            title: self.title,
            author: self.author,
            digest: self.digest,
            content: self.content,
            source_url: self.source_url,
            show_cover: self.show_cover.is_some(),
            comments_open: self.comments != "closed",
            only_fans: self.comments == "followers",
            ..Piece::blank()
        }
    }
}

/// A line with a counter.
pub struct Line {
    pub name: &'static str,
    pub label: String,
    pub value: String,
    pub most: usize,
    pub hint: String,
    pub error: String,
    pub is_long: bool,
}

impl Line {
    pub fn described_by(&self) -> String {
        let parts =
            [(!self.hint.is_empty(), "hint"), (true, "count"), (!self.error.is_empty(), "error")];
        let there = parts.iter().filter(|(there, _)| *there);
        there.map(|(_, part)| format!("{}-{part}", self.name)).collect::<Vec<_>>().join(" ")
    }

    pub fn length(&self) -> usize {
        self.value.chars().count()
    }
}

/// Who may comment, as choices.
pub struct Comments {
    pub value: &'static str,
    pub label: String,
    pub chosen: bool,
}

/// The heading, and the lines beside the text.
pub fn lines(speech: &Speech, piece: &Piece, flaws: &[Flaw]) -> (Line, [Line; 3]) {
    let line = |name, value: &str, most, hint: &str, is_long| Line {
        name,
        label: speech.say(&format!("draft-{name}")),
        value: value.to_owned(),
        most,
        hint: if hint.is_empty() { String::new() } else { speech.say(hint) },
        error: error(speech, flaws, name),
        is_long,
    };
    let title = line("title", &piece.title, MAX_TITLE, "", false);
    let others = [
        line("author", &piece.author, MAX_AUTHOR, "", false),
        line("digest", &piece.digest, MAX_DIGEST, "draft-digest-hint", true),
        line("source_url", &piece.source_url, 1_024, "draft-source-hint", false),
    ];
    (title, others)
}

/// What is wrong with a field, once somebody has asked for it.
pub fn error(speech: &Speech, flaws: &[Flaw], field: &str) -> String {
    let flaw = flaws.iter().find(|flaw| flaw.fault.field() == field);
    flaw.map(|flaw| speech.say(&format!("draft-fault-{}", flaw.fault))).unwrap_or_default()
}

pub fn comments(speech: &Speech, piece: &Piece) -> Vec<Comments> {
    let now = match (piece.comments_open, piece.only_fans) {
        (false, _) => "closed",
        (true, true) => "followers",
        (true, false) => "open",
    };
    let choice = |value: &'static str| Comments {
        value,
        label: speech.say(&format!("draft-comments-{value}")),
        chosen: value == now,
    };
    ["open", "followers", "closed"].map(choice).into()
}
