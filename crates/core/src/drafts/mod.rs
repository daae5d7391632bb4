//! Drafts: articles that are being written, and sets of articles kept to be sent. What is stored
//! has been checked and cleaned, so that whoever shows it need not.
//!
//! People write by and by: a draft they have not finished is kept as [`DraftKind::Writing`], where
//! operators and composers do not find it, and turns into a [`DraftKind::Draft`] with the save that
//! leaves no flaw.
mod changes;
mod checks;
mod differences;
mod flaws;
mod lists;
mod presences;
mod saving;
mod schedule;
mod versions;

use crier_schema::ids::{AccountId, DraftId, MemberId};
use crier_schema::tables::drafts;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use changes::{add, remove, set_piece, sweep};
pub(crate) use changes::{give_back, take_out, used_up};
pub use checks::{MAX_AUTHOR, MAX_DIGEST, MAX_PIECES, MAX_TITLE, MAX_WORDS, prepare};
pub(crate) use checks::{covers_missing, pictures_missing};
pub use differences::{Change as WordChange, Compared, Run, compare};
pub use flaws::{Fault, Flaw, flaws, tidy};
pub use lists::{Listed, ListedState, Wanted, Writer, list};
pub use presences::{Here, PRESENT_FOR, beat, take_over};
pub use saving::{Change, Edit, Saved, begin, delete, save};
pub(crate) use schedule::unschedule_all;
pub use schedule::{
    FAR, at_revision, due_between, keep_publishing, publish_due, schedule, unschedule,
};
pub use versions::{Cause, Version, VersionEntry, restore, version, versions};

use crate::content::{ArticleCard, Content};
use crate::error::{Error, OrMissing, Result};

text_enum! {
    /// What a set of articles is kept as.
    pub enum DraftKind {
        /// In the box of drafts, until it is published.
        Draft = "draft",
        /// Not finished: something it needs to come out is missing still.
        Writing = "writing",
        /// Kept until it is removed.
        Material = "material",
        /// Kept for three days, like other uploads.
        Upload = "upload",
        /// Out of the box: it is being published.
        Publishing = "publishing",
    }
}

text_enum! {
    /// What an article is made of.
    pub enum PieceKind {
        /// Text with pictures in it, under a cover.
        News = "news",
        /// Pictures with a text beneath.
        Pictures = "newspic",
    }
}

/// One article of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is made of.
    pub kind: PieceKind,
    /// Heading: 1 to 64 characters.
    pub title: String,
    /// Who wrote it: at most 16 characters.
    pub author: String,
    /// What lists show of it: at most 120 characters; the first words of the text if empty.
    pub digest: String,
    /// HTML: at most 20,000 characters of text and one megabyte.
    pub content: String,
    /// Where the original is, or nothing.
    pub source_url: String,
    /// Key of its cover; of a [`PieceKind::Pictures`] the first picture's.
    pub cover: Option<String>,
    /// Keys of the pictures of a [`PieceKind::Pictures`]: 1 to 20.
    pub pictures: Vec<String>,
    /// How clients cut the cover, by their own names for it: kept and given back.
    pub crops: Vec<(String, String)>,
    /// Whether the cover stands above the text too.
    pub show_cover: bool,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Whether only followers may.
    pub only_fans: bool,
}

/// A set of articles.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = drafts)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its key: 64 characters that are safe in URLs.
    pub media_key: String,
    /// What it is kept as.
    pub kind: DraftKind,
    /// Its articles: 1 to [`MAX_PIECES`].
    #[diesel(deserialize_as = Json<Vec<Piece>>)]
    pub articles: Vec<Piece>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is removed.
    pub expires_at: Option<Timestamp>,
    /// Counts its changes from 1 on. Whoever saves names the one they began with.
    pub revision: i64,
    /// Its articles' headings, one a line: what lists show of it.
    pub titles: String,
    /// The member who changed it last; nobody where an operator's backend did.
    pub changed_by: Option<MemberId>,
    /// When it is to be published.
    pub due_at: Option<Timestamp>,
    /// Why it was not published when it was due: a word.
    pub failure: Option<String>,
}

impl Piece {
    /// An article nobody has written anything in yet.
    pub fn blank() -> Self {
        Self {
            kind: PieceKind::News,
            title: String::new(),
            author: String::new(),
            digest: String::new(),
            content: String::new(),
            source_url: String::new(),
            cover: None,
            pictures: Vec::new(),
            crops: Vec::new(),
            show_cover: false,
            comments_open: true,
            only_fans: false,
        }
    }

    /// What lists show: the digest, else the first words of the text.
    pub fn shown_digest(&self) -> String {
        if self.digest.is_empty() { checks::own_digest(&self.content) } else { self.digest.clone() }
    }
}

impl Draft {
    /// What followers are shown of it before it is published: each card leads to its preview.
    pub fn content(&self) -> Content {
        let cards = self.articles.iter().enumerate().map(|(at, piece)| ArticleCard {
            key: format!("draft/{}/{}", self.media_key, at + 1),
            title: piece.title.clone(),
            digest: piece.shown_digest(),
            cover: piece.cover.clone(),
        });
        Content::Articles { article_id: String::new(), articles: cards.collect() }
    }
}

/// The account's draft of this key and of one of these kinds, until it has expired.
///
/// # Errors
/// `NotFound("draft")`, also for another account's.
pub fn get(
    conn: &mut AnyConnection,
    account: AccountId,
    kinds: &[DraftKind],
    key: &str,
    now: Timestamp,
) -> Result<Draft> {
    let draft = preview(conn, key, now)?;
    if draft.account_id != account || !kinds.contains(&draft.kind) {
        return Err(Error::NotFound("draft"));
    }
    Ok(draft)
}

/// The draft of this key, whosever it is: knowing the key is the right to look at it.
///
/// # Errors
/// `NotFound("draft")`.
pub fn preview(conn: &mut AnyConnection, key: &str, now: Timestamp) -> Result<Draft> {
    let found = Draft::query().filter(drafts::media_key.eq(key)).get_result(conn).optional();
    let found: Draft = found.or_missing("draft")?;
    if found.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::NotFound("draft"));
    }
    Ok(found)
}

/// What a message of these articles says: of a draft, a material or an upload of the account.
///
/// # Errors
/// `NotFound("draft")`.
pub fn content(
    conn: &mut AnyConnection,
    account: AccountId,
    key: &str,
    now: Timestamp,
) -> Result<Content> {
    const SENT: [DraftKind; 3] = [DraftKind::Draft, DraftKind::Material, DraftKind::Upload];
    Ok(get(conn, account, &SENT, key, now)?.content())
}

/// How many of one kind the account has.
pub fn count(conn: &mut AnyConnection, account: AccountId, kind: DraftKind) -> Result<i64> {
    let of = drafts::account_id.eq(account).and(drafts::kind.eq(kind));
    Ok(drafts::table.filter(of).count().get_result(conn)?)
}

/// Those of one kind, the last changed first.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    kind: DraftKind,
    offset: i64,
    limit: i64,
) -> Result<Vec<Draft>> {
    Ok(Draft::query()
        .filter(drafts::account_id.eq(account).and(drafts::kind.eq(kind)))
        .order((drafts::updated_at.desc(), drafts::id.desc()))
        .offset(offset)
        .limit(limit)
        .load(conn)?)
}
