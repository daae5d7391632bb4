//! One follower: all that the account knows of them, its remark and its tags.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::followers::{self, Portrait, RECEIVED};
use crier_core::ids::FollowerId;
use crier_core::members::Permission;
use crier_core::permits::Standing;
use crier_core::tags::{self, Tag};
use crier_core::templates::{self, Kind};
use serde::Deserialize;

use super::asking::language;
use super::{choice, named, source};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::{Failure, missing};
use crate::fields::{Choice, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Handle and follower.
pub type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "console/follower.html")]
struct Shown {
    page: Page,
    base: String,
    here: String,
    error: Option<String>,
    initial: String,
    name: String,
    openid: String,
    /// Whether they follow: the word of it.
    standing: &'static str,
    source: String,
    language: String,
    since: Moment,
    left: Option<Moment>,
    last: Moment,
    received: String,
    /// Where the conversation is, for whoever may read it.
    conversation: Option<String>,
    remark: Field,
    own: Vec<Choice>,
    tags: Vec<Choice>,
    history: Vec<Event>,
    consents: Vec<Consent>,
}

/// A coming or going.
struct Event {
    at: Moment,
    gained: bool,
    source: String,
}

/// What they agreed to, or not.
struct Consent {
    what: String,
    accepted: bool,
    detail: String,
    at: Moment,
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    answers::page(&shown(&app, &visit, &desk, id(&path)?, None).await?)
}

fn id(path: &Path) -> Result<FollowerId, Failure> {
    path.1.parse().map_err(|_| missing("follower"))
}

async fn shown(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    id: FollowerId,
    fault: Option<&Fault>,
) -> crier_core::Result<Shown> {
    let (account, now) = (desk.account.id, app.clock.now());
    let read = app.read(move |conn| {
        let known = followers::portrait(conn, account, id, now)?;
        Ok((known, tags::all(conn, account)?, templates::all(conn, account, Kind::ALL)?))
    });
    let (known, all, templates) = read.await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let name = named(speech, &known.user.name);
    let follower = &known.follower;
    let has = |tag: &&Tag| known.tags.contains(&tag.number);
    let title_of = |key: &str| {
        let found = templates.iter().find(|template| template.template_key == key);
        found.map_or_else(|| key.to_owned(), |template| template.title.clone())
    };
    let remark = Field::new(speech, "text", "remark")
        .value(&follower.remark)
        .hint(speech.say("follower-remark-hint"))
        .with(r#"maxlength="29" autocomplete="off""#)
        .fault(fault);
    let received = known.received;
    Ok(Shown {
        page: visit.page_of(desk, "nav-followers").titled(name.clone()),
        base: desk.path(""),
        here: desk.path(&format!("/followers/{id}")),
        error: fault.filter(|fault| fault.field != Some("remark")).map(|it| it.text.clone()),
        initial: initial(&name),
        name,
        openid: follower.openid.clone(),
        standing: standing(&known),
        source: source(speech, follower),
        language: language(&known.user.locale),
        since: calendar.full(follower.followed_at),
        left: follower.unfollowed_at.map(|at| calendar.full(at)),
        last: calendar.full(known.conversation.last_at),
        received: if received >= RECEIVED { format!("{received}+") } else { received.to_string() },
        conversation: desk.staff.may(Permission::Inbox).then(|| desk.path(&format!("/inbox/{id}"))),
        remark,
        own: all.iter().filter(has).map(|tag| choice(speech, tag)).collect(),
        tags: all.iter().filter(|tag| !has(tag)).map(|tag| choice(speech, tag)).collect(),
        history: history(speech, &calendar, &known),
        consents: consents(speech, &calendar, &known, title_of),
    })
}

fn standing(known: &Portrait) -> &'static str {
    match (known.follower.unfollowed_at, known.follower.blocked_at) {
        (Some(_), _) => "left",
        (None, Some(_)) => "blocked",
        (None, None) => "following",
    }
}

fn history(speech: &Speech, calendar: &Calendar, known: &Portrait) -> Vec<Event> {
    let event = |one: &crier_core::followings::Following| Event {
        at: calendar.full(one.created_at),
        gained: one.gained,
        source: speech.say(&format!("source-{}", one.source)),
    };
    known.history.iter().map(event).collect()
}

fn consents(
    speech: &Speech,
    calendar: &Calendar,
    known: &Portrait,
    title_of: impl Fn(&str) -> String,
) -> Vec<Consent> {
    let pages = known.consents.iter().map(|consent| Consent {
        what: speech.say(&format!("consent-{}", consent.scope)),
        accepted: true,
        detail: speech.with("consent-until", &[("day", calendar.date(consent.expires_at).into())]),
        at: calendar.full(consent.granted_at),
    });
    let notices = known.permits.iter().map(|permit| Consent {
        what: title_of(&permit.template_key),
        accepted: permit.standing == Standing::Accepted,
        detail: match permit.remaining {
            0 => String::new(),
            left => speech.count("consent-left", left.into()),
        },
        at: calendar.full(permit.updated_at),
    });
    pages.chain(notices).collect()
}

/// A remark.
#[derive(Deserialize)]
pub struct Noted {
    remark: String,
}

/// Notes something about a follower.
pub async fn note(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(noted): Form<Noted>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    let known = one(&app, &desk, id).await?;
    let remark = noted.remark.trim().to_owned();
    let done = app.write(move |tx| followers::set_remark(tx, account, &known, &remark)).await;
    after(&visit, &desk, &app, id, done, "saved").await
}

/// The openid of an account's follower.
async fn one(app: &App, desk: &Desk, id: FollowerId) -> Result<String, Failure> {
    let account = desk.account.id;
    let follower = app.read(move |conn| followers::get(conn, id)).await?;
    let own = Some(follower).filter(|follower| follower.account_id == account);
    Ok(own.ok_or_else(|| missing("follower"))?.openid)
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    id: FollowerId,
    done: crier_core::Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/followers/{id}?done={word}")))),
        Err(crier_core::Error::NotFound("openid")) => {
            let fault = Fault { field: None, text: visit.speech.say("followers-gone") };
            answers::again(&shown(app, visit, desk, id, Some(&fault)).await?)
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&shown(app, visit, desk, id, Some(&fault)).await?)
        }
    }
}

/// A tag to give or to take.
#[derive(Deserialize)]
pub struct Tagged {
    #[serde(default)]
    give: Option<i64>,
    #[serde(default)]
    take: Option<i64>,
}

/// Gives a tag to a follower, or takes it.
pub async fn tag(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(tagged): Form<Tagged>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    let openid = [one(&app, &desk, id).await?];
    let done = app.write(move |tx| match (tagged.take, tagged.give) {
        (Some(number), _) => tags::take(tx, account, number, &openid),
        (None, number) => tags::give(tx, account, number.unwrap_or_default(), &openid),
    });
    let word = if tagged.take.is_some() { "untagged" } else { "tagged" };
    after(&visit, &desk, &app, id, done.await, word).await
}
