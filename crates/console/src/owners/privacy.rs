//! One person: found, handed out, forgotten; and how long conversations are kept.
use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, ContentEncoding, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use crier_core::ids::FollowerId;
use crier_core::privacy::{self, Erasure, Person, State};
use crier_core::{App, Error, retentions};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;

use super::keeping::{days_field, days_of, is_about_less};
use super::portable::Reading;
use crate::activities::recording::remark;
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::fields::{self, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Records on a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "console/privacy.html")]
struct View {
    page: Page,
    base: String,
    sought: String,
    was_sought: bool,
    found: Vec<Found>,
    keeping: Field,
    /// Whether it must be said that what is older may go.
    asks: bool,
    error: Option<String>,
    done: Vec<Forgotten>,
}

struct Found {
    id: i64,
    name: String,
    subject: String,
    openid: String,
    since: String,
    has_left: bool,
}

/// A record that somebody was forgotten.
struct Forgotten {
    at: Moment,
    who: String,
    is_running: bool,
    state: String,
    counts: String,
    proof: String,
}

/// Who is looked for.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    q: String,
}

fn found(calendar: &Calendar, person: Person) -> Found {
    Found {
        id: person.follower.id.0,
        name: person.user.name,
        subject: person.user.subject,
        openid: person.follower.openid,
        since: calendar.date(person.follower.followed_at),
        has_left: person.follower.unfollowed_at.is_some(),
    }
}

fn forgotten(speech: &Speech, calendar: &Calendar, erasure: Erasure) -> Forgotten {
    let counts: Vec<String> =
        erasure.counted().iter().map(|(table, count)| format!("{table}: {count}")).collect();
    Forgotten {
        at: calendar.full(erasure.created_at),
        is_running: erasure.state == State::Running,
        state: speech.say(&format!("erasure-{}", erasure.state)),
        counts: counts.join(", "),
        proof: erasure.openid_hash.chars().take(16).collect(),
        who: erasure.asked_name,
    }
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    sought: &str,
    refused: Option<Refused>,
) -> crier_core::Result<View> {
    let (speech, id) = (&visit.speech, desk.account.id);
    let words: String = sought.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let wanted = words.clone();
    let (people, days, done) = app
        .read(move |conn| {
            let people = match privacy::by_openid(conn, id, &wanted) {
                Ok(person) => vec![person],
                Err(Error::NotFound(_)) => privacy::named(conn, id, &wanted)?,
                Err(error) => return Err(error),
            };
            Ok((people, retentions::of_account(conn, id)?, privacy::page(conn, id, None, PAGE)?))
        })
        .await?;
    let calendar = Calendar::of(visit, desk, app);
    let days = refused.as_ref().map_or(days, |it| it.days);
    let fault = refused.as_ref().map(|it| &it.fault);
    let keeping = days_field(speech, "message_days", days, "keep-as-brand").fault(fault);
    Ok(View {
        page: visit.page_of(desk, "nav-privacy"),
        base: desk.path(""),
        was_sought: !words.is_empty(),
        sought: words,
        found: people.into_iter().map(|person| found(&calendar, person)).collect(),
        asks: refused.as_ref().is_some_and(|it| it.asks),
        error: fields::whole(fault, &[&keeping]),
        keeping: keeping.hint(speech.say("keep-messages-hint")),
        done: done.into_iter().map(|one| forgotten(speech, &calendar, one)).collect(),
    })
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    sought: web::Query<Sought>,
) -> Answer {
    answers::page(&view(&visit, &desk, &app, &sought.q, None).await?)
}

/// How long conversations are kept.
#[derive(Deserialize)]
pub struct Keeping {
    message_days: String,
    #[serde(default)]
    sure: String,
}

/// What was chosen and not taken.
struct Refused {
    days: Option<i32>,
    fault: Fault,
    asks: bool,
}

/// Changes that.
pub async fn keep(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Keeping>,
) -> Answer {
    let (id, days) = (desk.account.id, days_of(&input.message_days));
    remark(&req, &input.message_days);
    let sure = !input.sure.is_empty();
    match app.write(move |tx| retentions::set_of_account(tx, id, days, sure)).await {
        Ok(()) => Ok(answers::see_other(desk.path("/privacy?done=saved"))),
        Err(error) => {
            let asks = is_about_less(&error);
            let refused = Refused { days, fault: visit.speech.fault(error)?, asks };
            answers::again(&view(&visit, &desk, &app, "", Some(refused)).await?)
        }
    }
}

async fn person(desk: &Desk, app: &App, path: &(String, String)) -> Result<Person, Failure> {
    let id: FollowerId = path.1.parse().map_err(|_| missing("follower"))?;
    let account = desk.account.id;
    Ok(app.read(move |conn| privacy::get(conn, account, id)).await?)
}

/// Everything that is stored about somebody, as one file. It is a form, so that it is on record.
pub async fn export(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let person = person(&desk, &app, &path).await?;
    let saved = format!("attachment; filename=\"{}-{}.zip\"", desk.account.handle, path.1);
    let app: Arc<App> = app.into_inner();
    let reading = Reading::new(app, &desk.account, person)?;
    let parts = stream::unfold(Some(reading), |reading| async move {
        let (part, rest) = reading?.next().await;
        Some((part, rest))
    });
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        // It is packed already.
        .insert_header(ContentEncoding::Identity)
        .insert_header((CONTENT_DISPOSITION, saved))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(parts.map(|part: Result<Bytes, Error>| part)))
}

/// Asks before somebody is forgotten.
pub async fn confirm(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let person = person(&desk, &app, &path).await?;
    let name = if person.user.name.is_empty() { person.user.subject } else { person.user.name };
    let title = visit.speech.with("forget-title", &[("name", name.into())]);
    answers::page(&Confirm {
        page: visit.page_of(&desk, "nav-privacy").titled(title),
        text: visit.speech.say("forget-text"),
        action: visit.speech.say("forget"),
        back: desk.path("/privacy"),
    })
}

/// Forgets somebody.
pub async fn forget(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let person = person(&desk, &app, &path).await?;
    let (id, account, by) = (person.follower.id, desk.account.id, desk.staff.member.clone());
    let roster = app.roster.clone();
    app.write(move |tx| privacy::erase(tx, &roster, account, id, &by)).await?;
    app.known.forget(account, person.user.id);
    Ok(answers::see_other(desk.path("/privacy?done=forgetting")))
}
