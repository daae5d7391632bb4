//! What a draft was, what changed since, and the way back.
use actix_web::web;
use askama::Template;
use crier_core::drafts::{self, Draft, VersionEntry};
use crier_core::ids::MemberId;
use crier_core::{App, members};
use serde::Deserialize;

use super::differences::{self, Difference};
use super::{Path, heading, page};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Handle, key and number.
pub type NumberPath = web::Path<(String, String, i32)>;

#[derive(Template)]
#[template(path = "console/draft_versions.html")]
struct Versions {
    page: Page,
    draft: String,
    title: String,
    rows: Vec<Row>,
    is_frozen: bool,
}

struct Row {
    number: i32,
    href: String,
    who: String,
    why: String,
    is_conflict: bool,
    time: Moment,
    is_now: bool,
}

#[derive(Template)]
#[template(path = "console/draft_version.html")]
struct Compare {
    page: Page,
    draft: String,
    title: String,
    number: i32,
    who: String,
    time: Moment,
    with: String,
    others: Vec<Other>,
    differences: Vec<Difference>,
    is_same: bool,
    restore: Option<String>,
}

/// A version to compare with.
struct Other {
    value: String,
    label: String,
    chosen: bool,
}

struct Known {
    draft: Draft,
    entries: Vec<VersionEntry>,
    names: Vec<(MemberId, String)>,
}

impl Known {
    async fn read(app: &App, desk: &Desk, key: &str) -> crier_core::Result<Self> {
        let draft = super::one(app, desk, key).await?;
        let id = draft.id;
        app.read(move |conn| {
            let entries = drafts::versions(conn, id)?;
            let who: Vec<MemberId> = entries.iter().filter_map(|entry| entry.made_by).collect();
            let names = members::names(conn, &who)?;
            Ok(Self { draft, entries, names })
        })
        .await
    }

    fn who(&self, speech: &Speech, entry: &VersionEntry) -> String {
        let own = entry.made_by.and_then(|id| self.names.iter().find(|(known, _)| *known == id));
        own.map_or_else(|| speech.say("draft-by-api"), |(_, name)| name.clone())
    }

    fn title(&self, speech: &Speech) -> String {
        heading(speech, self.draft.titles.split('\n').next().unwrap_or_default())
    }
}

/// The list.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let known = Known::read(&app, &desk, &path.1).await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(&visit, &desk, &app);
    let newest = known.entries.iter().find(|entry| entry.cause != drafts::Cause::Conflict);
    let newest = newest.map(|entry| entry.number);
    let row = |entry: &VersionEntry| Row {
        number: entry.number,
        href: page(&desk, &path.1, &format!("/versions/{}", entry.number)),
        who: known.who(speech, entry),
        why: speech.say(&format!("draft-cause-{}", entry.cause)),
        is_conflict: entry.cause == drafts::Cause::Conflict,
        time: calendar.exact(entry.made_at),
        is_now: newest == Some(entry.number),
    };
    answers::page(&Versions {
        page: visit.page_of(&desk, "draft-versions"),
        draft: page(&desk, &path.1, ""),
        title: known.title(speech),
        rows: known.entries.iter().map(row).collect(),
        is_frozen: known.draft.due_at.is_some(),
    })
}

/// What to compare with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A number; what is stored now where it is none.
    with: String,
}

/// A version beside another, or beside what is stored now.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: NumberPath,
    asked: web::Query<Asked>,
) -> Answer {
    let known = Known::read(&app, &desk, &path.1).await?;
    let (number, id) = (path.2, known.draft.id);
    let with = asked.with.parse::<i32>().ok();
    let current = known.draft.articles.clone();
    let compared = app.read(move |conn| {
        let this = drafts::version(conn, id, number)?;
        let other = match with {
            Some(with) => drafts::version(conn, id, with)?.articles,
            None => current,
        };
        Ok((drafts::compare(&this.articles, &other), this.entry))
    });
    let (compared, entry) = compared.await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(&visit, &desk, &app);
    let differences = differences::of(speech, &compared);
    let now =
        Other { value: String::new(), label: speech.say("draft-now"), chosen: with.is_none() };
    let others = known.entries.iter().filter(|entry| entry.number != number).map(|entry| Other {
        value: entry.number.to_string(),
        label: format!("{} · {}", entry.number, calendar.full(entry.made_at).shown),
        chosen: with == Some(entry.number),
    });
    let values = [("count", i64::from(number).into())];
    let frozen = known.draft.due_at.is_some();
    answers::page(&Compare {
        page: visit
            .page_of(&desk, "draft-versions")
            .titled(speech.with("draft-version-number", &values)),
        draft: page(&desk, &path.1, ""),
        title: known.title(speech),
        number,
        who: known.who(speech, &entry),
        time: calendar.exact(entry.made_at),
        with: asked.with.clone(),
        others: std::iter::once(now).chain(others).collect(),
        is_same: differences.is_empty(),
        differences,
        restore: (!frozen).then(|| page(&desk, &path.1, &format!("/versions/{number}/restore"))),
    })
}

/// Makes the draft what it was.
pub async fn restore(
    desk: Desk,
    app: web::Data<App>,
    path: NumberPath,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, key, member) = (desk.account.id, path.1.clone(), desk.staff.member.id);
    let number = path.2;
    let done = app.write(move |tx| drafts::restore(tx, account, &key, number, member)).await;
    match done {
        Ok(_) => {}
        // A version that never was the draft may hold one article too many.
        Err(crier_core::Error::Conflict(_)) => {
            return Ok(answers::see_other(page(&desk, &path.1, "/versions")));
        }
        Err(crier_core::Error::Invalid { .. }) => return Err(missing("version")),
        Err(error) => return Err(error.into()),
    }
    Ok(answers::see_other(format!("{}?done=draft-restored", super::article(&desk, &path.1, 1))))
}
