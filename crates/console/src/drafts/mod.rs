//! The editor's room: drafts as a list, the page they are written on, what they were, how they will
//! look, and when they come out.
pub mod covers;
pub mod differences;
pub mod editing;
mod form;
pub mod listing;
pub mod presence;
pub mod publishing;
pub mod saving;
pub mod versions;

use actix_web::web;
use crier_core::drafts::{self, Draft, DraftKind, Fault, Flaw};
use crier_core::{App, Result};
use serde::Deserialize;

use crate::gate::Desk;
use crate::words::Speech;

/// Handle and key.
pub type Path = web::Path<(String, String)>;
/// Handle, key, and the article's place: 1, 2, ...
pub type PlacePath = web::Path<(String, String, usize)>;

/// A form that says which revision it is about.
#[derive(Deserialize)]
pub struct Seen {
    revision: i64,
}

/// What people write: finished or not.
const WRITTEN: [DraftKind; 2] = [DraftKind::Draft, DraftKind::Writing];

/// The draft of the address.
async fn one(app: &App, desk: &Desk, key: &str) -> Result<Draft> {
    let (account, key, now) = (desk.account.id, key.to_owned(), app.clock.now());
    app.read(move |conn| drafts::get(conn, account, &WRITTEN, &key, now)).await
}

/// What keeps it from coming out.
async fn flaws_of(app: &App, draft: &Draft) -> Result<Vec<Flaw>> {
    if draft.kind == DraftKind::Draft {
        return Ok(Vec::new());
    }
    let (account, pieces, now) = (draft.account_id, draft.articles.clone(), app.clock.now());
    app.read(move |conn| drafts::flaws(conn, account, &pieces, now)).await
}

/// An address of the draft's pages.
fn page(desk: &Desk, key: &str, beneath: &str) -> String {
    desk.path(&format!("/drafts/{key}{beneath}"))
}

/// The page an article is written on.
fn article(desk: &Desk, key: &str, place: usize) -> String {
    page(desk, key, &format!("/articles/{place}"))
}

/// The heading, or that there is none yet.
fn heading(speech: &Speech, title: &str) -> String {
    if title.is_empty() { speech.say("draft-untitled") } else { title.to_owned() }
}

/// What is wrong with an article, and where it is mended.
struct Wrong {
    href: String,
    text: String,
}

fn wrong(speech: &Speech, desk: &Desk, key: &str, flaw: &Flaw) -> Wrong {
    let field = match flaw.fault {
        Fault::NoContent | Fault::LongContent | Fault::Pictures | Fault::LostPictures => "content",
        other => other.field(),
    };
    Wrong {
        href: format!("{}#{field}", article(desk, key, flaw.place)),
        text: speech.say(&format!("draft-fault-{}", flaw.fault)),
    }
}
