//! An account's templates, and the library they come from.
use actix_web::web::{Data, Query};
use chrono::Duration;
use crier_core::industries::{self, Industries};
use crier_core::tallies::{self, Noun};
use crier_core::templates::library::{self, GENERAL};
use crier_core::templates::{self, Entry, Kind, Template};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::failures::Failure;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

type Path = actix_web::web::Path<(String, String)>;

#[derive(askama::Template)]
#[template(path = "console/templates.html")]
struct Templates {
    page: Page,
    base: String,
    error: Option<String>,
    own: Vec<Own>,
    trades: Vec<Trade>,
    entries: Vec<Shown>,
}

/// One of the account's own.
struct Own {
    key: String,
    title: String,
    kind: String,
    purpose: String,
    example: Vec<String>,
    banned: bool,
    /// How many were sent in the last 30 days, in words.
    sent: String,
}

/// A choice of what part of the library is shown.
struct Trade {
    number: i32,
    label: String,
    chosen: bool,
}

/// One of the library.
struct Shown {
    short: &'static str,
    title: &'static str,
    keywords: String,
    kind: String,
}

/// Which part of the library is asked for.
#[derive(Deserialize)]
pub struct Wanted {
    trade: Option<i32>,
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: Data<App>, wanted: Query<Wanted>) -> Answer {
    answers::page(&listed(&app, &visit, &desk, wanted.trade, None).await?)
}

async fn listed(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    trade: Option<i32>,
    error: Option<String>,
) -> Result<Templates, Failure> {
    let account = desk.account.id;
    let begin = [app.clock.now().plus(-Duration::days(30))];
    let read = app.read(move |conn| {
        let mut own = Vec::new();
        for template in templates::all(conn, account, Kind::ALL)? {
            let key = &template.template_key;
            let [sent] = tallies::totals(conn, account, Noun::Notice, key, begin)?;
            own.push((template, sent));
        }
        Ok((own, industries::find(conn, account)?))
    });
    let (own, set) = read.await?;
    let chosen = trade.unwrap_or(GENERAL);
    let speech = &visit.speech;
    Ok(Templates {
        page: visit.page_of(desk, "nav-templates"),
        base: desk.path(""),
        error,
        own: own.into_iter().map(|(template, sent)| shown(speech, template, sent)).collect(),
        trades: trades(speech, set, chosen),
        entries: library::all()
            .filter(|entry| entry.industry == chosen)
            .map(|entry| offered(speech, entry))
            .collect(),
    })
}

fn shown(speech: &Speech, template: Template, sent: i64) -> Own {
    Own {
        sent: speech.count("template-sent", sent),
        kind: kind(speech, template.kind),
        example: template.example.lines().map(str::to_owned).collect(),
        key: template.template_key,
        title: template.title,
        purpose: template.purpose,
        banned: template.banned,
    }
}

fn offered(speech: &Speech, entry: &'static Entry) -> Shown {
    let keywords: Vec<&str> = entry.keywords.iter().map(|keyword| keyword.name).collect();
    Shown {
        short: entry.short,
        title: entry.title,
        keywords: keywords.join("、"),
        kind: kind(speech, entry.kind),
    }
}

/// What every trade can use, then the account's own trades, then the others. Once the account has
/// set its own, it cannot adopt of the others.
fn trades(speech: &Speech, set: Option<Industries>, chosen: i32) -> Vec<Trade> {
    let every =
        Trade { number: GENERAL, label: speech.say("trade-every"), chosen: chosen == GENERAL };
    let others = (1..).zip(industries::ALL).map(|(number, (first, second))| Trade {
        number,
        label: if first == second { first.to_owned() } else { format!("{first} · {second}") },
        chosen: chosen == number,
    });
    let allowed = others.filter(|trade| set.is_none_or(|set| set.have(trade.number)));
    [every].into_iter().chain(allowed).collect()
}

fn kind(speech: &Speech, kind: Kind) -> String {
    speech.say(match kind {
        Kind::Message => "template-message",
        Kind::Once => "template-once",
        Kind::Long => "template-long",
    })
}

/// What to adopt, and as what.
#[derive(Deserialize)]
pub struct Adopted {
    short: String,
    /// `message` or `notice`.
    r#as: String,
}

/// Adopts a template of the library.
pub async fn adopt(
    visit: Visit,
    desk: Desk,
    app: Data<App>,
    Form(wanted): Form<Adopted>,
) -> Answer {
    let entry = library::find(&wanted.short).ok_or(Error::NotFound("template"))?;
    let (account, as_notice) = (desk.account.id, wanted.r#as == "notice");
    let adopted = app.write(move |tx| {
        if !as_notice {
            return templates::adopt(tx, account, entry.short, &[]);
        }
        let kids: Vec<i64> = (1..).zip(entry.keywords).map(|(kid, _)| kid).take(5).collect();
        templates::adopt_notice(tx, account, entry.tid, &kids, "")
    });
    match adopted.await {
        Ok(_) => Ok(answers::see_other(desk.path("/templates?done=template"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let page = listed(&app, &visit, &desk, Some(entry.industry), Some(fault.text));
            answers::again(&page.await?)
        }
    }
}

/// Asks before a template is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: Data<App>, path: Path) -> Answer {
    let (account, key) = (desk.account.id, path.1.clone());
    let template = app.read(move |conn| templates::get(conn, account, &key)).await?;
    let speech = &visit.speech;
    let title = speech.with("template-remove-title", &[("name", template.title.into())]);
    answers::page(&Confirm {
        page: visit.page_of(&desk, "template-remove").titled(title),
        text: speech.say("template-remove-text"),
        action: speech.say("template-remove"),
        back: desk.path("/templates"),
    })
}

/// Removes a template.
pub async fn remove(
    desk: Desk,
    app: Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, key) = (desk.account.id, path.1.clone());
    app.write(move |tx| templates::remove(tx, account, &key, Kind::ALL)).await?;
    Ok(answers::see_other(desk.path("/templates?done=template-removed")))
}
