//! What an article may be, checked once, before it is stored. Limits are those of
//! `reference/wechat-api.md` 2.8.
use crier_schema::ids::AccountId;
use crier_schema::{AnyConnection, Timestamp};

use super::{Piece, PieceKind};
use crate::articles::html;
use crate::error::{Error, Result};
use crate::media::{self, MediaKind};

/// Articles of one draft.
pub const MAX_PIECES: usize = 8;
/// Characters of a heading.
pub const MAX_TITLE: usize = 64;
/// Characters of an author's name.
pub const MAX_AUTHOR: usize = 16;
/// Characters of a digest.
pub const MAX_DIGEST: usize = 120;
/// Characters that are taken from the text where there is no digest.
const OWN_DIGEST: usize = 54;
/// Characters of text.
pub const MAX_WORDS: usize = 20_000;
/// Bytes of HTML.
pub(super) const MAX_HTML: usize = 1024 * 1024;
/// Bytes of the original's address.
pub(super) const MAX_URL: usize = 1024;
/// Pictures of one article.
pub(super) const MAX_PICTURES: usize = 20;
/// Pictures of ours in one text.
pub(super) const MAX_SHOWN: usize = 300;

/// The articles, checked against the limits and the account's pictures, with clean HTML. Takes
/// milliseconds: call it before the transaction that stores them.
///
/// # Errors
/// [`Error::Invalid`] for `articles` (0, or more than [`MAX_PIECES`]), `title`, `author`, `digest`,
/// `content` (too long), `empty` (no text), `body` (nothing is left of it), `source_url`, `crop`,
/// `pictures` (their number) or `media_id` (no picture of the account's).
pub fn prepare(
    conn: &mut AnyConnection,
    account: AccountId,
    pieces: Vec<Piece>,
    public_url: &str,
    now: Timestamp,
) -> Result<Vec<Piece>> {
    if pieces.is_empty() || pieces.len() > MAX_PIECES {
        return Err(Error::invalid("articles", "must be 1 to 8"));
    }
    let mut ready = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let piece = piece.checked(public_url)?;
        for key in piece.cover.iter().chain(&piece.pictures) {
            own_picture(conn, account, key, now)?;
        }
        ready.push(piece);
    }
    Ok(ready)
}

pub(super) fn own_picture(
    conn: &mut AnyConnection,
    account: AccountId,
    key: &str,
    now: Timestamp,
) -> Result<()> {
    let found = match media::get(conn, key, now) {
        Ok(found) => Some(found),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let own = found.is_some_and(|found| {
        found.account_id == Some(account)
            && matches!(found.kind, MediaKind::Image | MediaKind::Thumb)
    });
    if own { Ok(()) } else { Err(Error::invalid("media_id", "names no picture of the account")) }
}

impl Piece {
    fn checked(mut self, public_url: &str) -> Result<Self> {
        self.title = line("title", &self.title, MAX_TITLE)?;
        self.author = line("author", &self.author, MAX_AUTHOR)?;
        self.digest = line("digest", &self.digest, MAX_DIGEST)?;
        if self.title.is_empty() {
            return Err(Error::invalid("title", "must not be empty"));
        }
        if self.source_url.len() > MAX_URL {
            return Err(Error::invalid("source_url", "must have at most 1024 bytes"));
        }
        for (_, crop) in &self.crops {
            let plain = |byte: u8| byte.is_ascii_digit() || b"._".contains(&byte);
            if crop.len() > 64 || !crop.bytes().all(plain) {
                return Err(Error::invalid("crop", "must be four numbers joined by _"));
            }
        }
        self.check_pictures()?;
        self.clean(public_url)?;
        Ok(self)
    }

    fn check_pictures(&mut self) -> Result<()> {
        match self.kind {
            PieceKind::News => {
                self.pictures.clear();
                if self.cover.as_deref().unwrap_or_default().is_empty() {
                    return Err(Error::invalid("media_id", "must name a cover"));
                }
            }
            PieceKind::Pictures => {
                if self.pictures.is_empty() || self.pictures.len() > MAX_PICTURES {
                    return Err(Error::invalid("pictures", "must be 1 to 20"));
                }
                self.cover = self.pictures.first().cloned();
            }
        }
        Ok(())
    }

    fn clean(&mut self, public_url: &str) -> Result<()> {
        if self.content.len() > MAX_HTML {
            return Err(Error::invalid("content", "must have at most one megabyte"));
        }
        if self.content.trim().is_empty() && self.kind == PieceKind::News {
            return Err(Error::invalid("empty", "content must not be empty"));
        }
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if self.content.contains(control) {
            return Err(Error::invalid("body", "must have no control characters"));
        }
        let had_any = !self.content.trim().is_empty();
        self.content = html::clean(&self.content, public_url)?;
        let words = html::words(&self.content);
        if words.chars().count() >= MAX_WORDS || self.content.len() > MAX_HTML {
            return Err(Error::invalid("content", "must have less than 20000 characters"));
        }
        if had_any && words.is_empty() && !self.content.contains("<img") {
            return Err(Error::invalid("body", "has nothing that can be shown"));
        }
        if html::own_pictures(&self.content).len() > MAX_SHOWN {
            return Err(Error::invalid("body", "must show at most 300 pictures"));
        }
        if self.digest.is_empty() {
            self.digest = first_words(&words);
        }
        Ok(())
    }
}

/// The first words of clean HTML.
pub(super) fn own_digest(content: &str) -> String {
    first_words(&html::words(content))
}

fn first_words(words: &str) -> String {
    words.chars().take(OWN_DIGEST).collect()
}

fn line(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > most || crate::accounts::has_control(text) {
        return Err(Error::invalid(field, format!("must be a line of at most {most} characters")));
    }
    Ok(text.to_owned())
}

/// The places (1, 2, ...) of articles whose covers or own pictures are gone.
pub(crate) fn covers_missing(
    conn: &mut AnyConnection,
    account: AccountId,
    pieces: &[Piece],
    now: Timestamp,
) -> Result<Vec<i32>> {
    missing(pieces, |piece| {
        for key in piece.cover.iter().chain(&piece.pictures) {
            match own_picture(conn, account, key, now) {
                Ok(()) => {}
                Err(Error::Invalid { .. }) => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    })
}

/// The places of articles that show, anywhere, a picture of ours that is gone.
pub(crate) fn pictures_missing(
    conn: &mut AnyConnection,
    account: AccountId,
    pieces: &[Piece],
    now: Timestamp,
) -> Result<Vec<i32>> {
    let covers = covers_missing(conn, account, pieces, now)?;
    let mut inside = missing(pieces, |piece| {
        let shown = html::own_pictures(&piece.content);
        media::all_there(conn, &shown, now).map(|there| !there)
    })?;
    inside.extend(covers);
    inside.sort_unstable();
    inside.dedup();
    Ok(inside)
}

fn missing(
    pieces: &[Piece],
    mut is_missing: impl FnMut(&Piece) -> Result<bool>,
) -> Result<Vec<i32>> {
    let mut places = Vec::new();
    for (place, piece) in (1..).zip(pieces) {
        if is_missing(piece)? {
            places.push(place);
        }
    }
    Ok(places)
}
