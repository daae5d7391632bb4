//! What keeps articles from coming out, all of it at once: people who write want a list, not the
//! first refusal.
use crier_schema::ids::AccountId;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use url::Url;

use super::checks::{self, MAX_HTML, MAX_PICTURES, MAX_SHOWN, MAX_URL};
use super::{MAX_AUTHOR, MAX_DIGEST, MAX_PIECES, MAX_TITLE, MAX_WORDS, Piece, PieceKind};
use crate::articles::html;
use crate::error::{Error, Result};
use crate::media;

/// Characters of a heading, a name or a digest that are kept while somebody writes.
const MAX_KEPT: usize = 500;

text_enum! {
    /// What is wrong with an article.
    pub enum Fault {
        /// It has no heading.
        NoTitle = "no_title",
        /// Its heading is too long.
        LongTitle = "long_title",
        /// Its author's name is too long.
        LongAuthor = "long_author",
        /// Its digest is too long.
        LongDigest = "long_digest",
        /// It has no cover.
        NoCover = "no_cover",
        /// Its cover is gone.
        LostCover = "lost_cover",
        /// It says nothing.
        NoContent = "no_content",
        /// It says too much.
        LongContent = "long_content",
        /// It shows too many pictures, or as an article of pictures none.
        Pictures = "pictures",
        /// It shows pictures of ours that are gone.
        LostPictures = "lost_pictures",
        /// The original's address is none.
        SourceUrl = "source_url",
    }
}

impl Fault {
    /// The field it is mended in, as the console names it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoTitle | Self::LongTitle => "title",
            Self::LongAuthor => "author",
            Self::LongDigest => "digest",
            Self::NoCover | Self::LostCover => "cover",
            Self::NoContent | Self::LongContent | Self::Pictures | Self::LostPictures => "content",
            Self::SourceUrl => "source_url",
        }
    }
}

/// Something that is wrong with one of the articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// Which article: 1, 2, ...
    pub place: usize,
    /// What.
    pub fault: Fault,
}

/// Articles as they may be stored while somebody writes: lines without ends, clean HTML, and nothing
/// of a size that could hurt. Takes milliseconds: call it before the transaction that stores them.
///
/// # Errors
/// [`Error::Invalid`] for `articles` (0, or more than [`MAX_PIECES`]), `title`, `author`, `digest`,
/// `source_url` (longer than anybody means), `content` (over a megabyte) or `body` (too many tags).
pub fn tidy(pieces: Vec<Piece>, public_url: &str) -> Result<Vec<Piece>> {
    if pieces.is_empty() || pieces.len() > MAX_PIECES {
        return Err(Error::invalid("articles", "must be 1 to 8"));
    }
    pieces.into_iter().map(|piece| tidied(piece, public_url)).collect()
}

fn tidied(piece: Piece, public_url: &str) -> Result<Piece> {
    if piece.content.len() > MAX_HTML {
        return Err(Error::invalid("content", "must have at most one megabyte"));
    }
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let content: String = piece.content.chars().filter(|c| !control(*c)).collect();
    let content = html::clean(content.trim(), public_url)?;
    let picture = |key: &String| key.len() == 64;
    Ok(Piece {
        title: line("title", &piece.title)?,
        author: line("author", &piece.author)?,
        digest: line("digest", &piece.digest)?,
        source_url: line("source_url", &piece.source_url)?,
        content: if is_empty(&content) { String::new() } else { content },
        cover: piece.cover.filter(picture),
        pictures: piece.pictures.into_iter().filter(picture).take(MAX_PICTURES).collect(),
        crops: piece.crops,
        ..piece
    })
}

/// An editor's empty page is a paragraph without anything in it.
fn is_empty(content: &str) -> bool {
    html::words(content).is_empty() && !content.contains("<img") && !content.contains("<hr")
}

fn line(field: &'static str, text: &str) -> Result<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let most = if field == "source_url" { MAX_URL } else { MAX_KEPT };
    if text.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    Ok(text.trim().to_owned())
}

/// Everything that keeps these articles from coming out, by place.
///
/// # Errors
/// When the database cannot be read.
pub fn flaws(
    conn: &mut AnyConnection,
    account: AccountId,
    pieces: &[Piece],
    now: Timestamp,
) -> Result<Vec<Flaw>> {
    let mut flaws = Vec::new();
    for (place, piece) in (1..).zip(pieces) {
        let mut faults = piece.faults();
        let keys = piece.cover.iter().chain(&piece.pictures);
        for key in keys {
            match checks::own_picture(conn, account, key, now) {
                Ok(()) => {}
                Err(Error::Invalid { .. }) => faults.push(Fault::LostCover),
                Err(error) => return Err(error),
            }
        }
        if !media::all_there(conn, &html::own_pictures(&piece.content), now)? {
            faults.push(Fault::LostPictures);
        }
        faults.dedup();
        flaws.extend(faults.into_iter().map(|fault| Flaw { place, fault }));
    }
    Ok(flaws)
}

impl Piece {
    /// What can be told without asking the database.
    fn faults(&self) -> Vec<Fault> {
        let words = html::words(&self.content).chars().count();
        let shown = html::own_pictures(&self.content).len();
        let is_news = self.kind == PieceKind::News;
        let too_long = |text: &str, most: usize| text.chars().count() > most;
        let checks = [
            (self.title.is_empty(), Fault::NoTitle),
            (too_long(&self.title, MAX_TITLE), Fault::LongTitle),
            (too_long(&self.author, MAX_AUTHOR), Fault::LongAuthor),
            (too_long(&self.digest, MAX_DIGEST), Fault::LongDigest),
            (is_news && self.cover.is_none(), Fault::NoCover),
            (is_news && words == 0 && !self.content.contains("<img"), Fault::NoContent),
            (words >= MAX_WORDS, Fault::LongContent),
            (shown > MAX_SHOWN || (!is_news && self.pictures.is_empty()), Fault::Pictures),
            (!self.source_url.is_empty() && !is_web(&self.source_url), Fault::SourceUrl),
        ];
        checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
    }
}

fn is_web(address: &str) -> bool {
    address.len() <= MAX_URL
        && Url::parse(address)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
