//! Where one can go: every page the member may see here, what they may begin, and their accounts.
//! The command palette shows this list; without script it is a page.
use actix_web::web;
use askama::Template;
use crier_core::accounts::{self, Within};
use crier_core::ids::BrandId;
use crier_core::members::Seat;
use crier_core::{App, Error, brands};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::home::initial;
use crate::pages::Page;
use crate::shell::{Group, Link, choice};
use crate::visits::{self, Visit};

/// Accounts and brands that one answer shows.
const FOUND: usize = 12;
/// Letters of a search that count.
const WORDS: usize = 60;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    account: String,
    #[serde(default)]
    q: String,
}

/// A part of the list.
struct Part {
    title: String,
    places: Vec<Place>,
}

/// Somewhere to go.
struct Place {
    href: String,
    /// A path to draw, or the letter of an account.
    icon: &'static str,
    initial: String,
    label: String,
    /// What tells it from others of its name.
    note: String,
    letter: &'static str,
    /// What it is found by, in lower case: its name, and its address beneath the account's.
    words: String,
}

impl Place {
    fn of(link: Link) -> Self {
        let beneath = link.href.trim_start_matches("/console");
        let in_account = beneath.strip_prefix("/accounts/").and_then(|rest| rest.split_once('/'));
        let address = in_account.map_or(beneath, |(_, rest)| rest);
        Self {
            words: format!("{} {address}", link.label).to_lowercase(),
            href: link.href,
            icon: link.icon,
            initial: String::new(),
            label: link.label,
            note: String::new(),
            letter: link.letter,
        }
    }
}

#[derive(Template)]
#[template(path = "console/go.html")]
struct Go {
    page: Page,
    account: String,
    q: String,
    parts: Vec<Part>,
    brands: Vec<Choice>,
    /// What the letters lead to.
    letters: Vec<(&'static str, String)>,
}

/// The list.
pub async fn show(visit: Visit, app: web::Data<App>, asked: web::Query<Asked>) -> Answer {
    let desk = desk(&visit, &app, &asked.account).await?;
    let q: String = asked.q.trim().chars().take(WORDS).collect();
    let words = q.to_lowercase();
    let pages = pages(&visit, desk.as_ref());
    let letters = pages.places.iter().filter(|place| !place.letter.is_empty());
    let letters = letters.map(|place| (place.letter, place.label.clone())).collect();
    let begin = begin(&visit, desk.as_ref());
    let found = found(&visit, &app, q.clone()).await?;
    let parts = [pages, begin].map(|part| Part {
        places: part.places.into_iter().filter(|place| place.words.contains(&words)).collect(),
        ..part
    });
    let named = named(&visit, &app, words).await?;
    let page = match &desk {
        Some(desk) => visit.page_of(desk, "go-title"),
        None => visit.page("go-title"),
    };
    answers::page(&Go {
        page,
        account: desk.map(|desk| desk.account.handle.clone()).unwrap_or_default(),
        q,
        parts: parts.into_iter().chain([found]).filter(|part| !part.places.is_empty()).collect(),
        brands: named.iter().map(choice).collect(),
        letters,
    })
}

/// The member's brands of this name.
async fn named(visit: &Visit, app: &App, words: String) -> Result<Vec<Seat>, Failure> {
    let Some(session) = visit.session.clone() else { return Ok(Vec::new()) };
    Ok(app.read(move |conn| session.named(conn, &words, FOUND as i64)).await?)
}

/// The account one is in, if it is one of the member's.
async fn desk(visit: &Visit, app: &App, handle: &str) -> Result<Option<Desk>, Failure> {
    let Some(session) = visit.session.as_ref().filter(|_| !handle.is_empty()) else {
        return Ok(None);
    };
    let account = match app.account(handle).await {
        Ok(account) => account,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let seat = visits::seat(app, session, account.brand_id).await?;
    Ok(seat.map(|seat| {
        let staff = Staff { member: session.member.clone(), seat };
        Desk { staff, account, unread: 0, mentions: 0 }
    }))
}

fn staff(visit: &Visit, desk: Option<&Desk>) -> Option<Staff> {
    let member = visit.session.as_ref()?.member.clone();
    let own = || visit.seat().map(|seat| Staff { member, seat: seat.clone() });
    desk.map(|desk| desk.staff.clone()).or_else(own)
}

fn pages(visit: &Visit, desk: Option<&Desk>) -> Part {
    let shell = desk.map_or_else(|| visit.shell(), |desk| visit.shell_of(desk));
    let links = shell.groups.into_iter().flat_map(|group| group.links);
    Part { title: visit.speech.say("go-pages"), places: links.map(Place::of).collect() }
}

fn begin(visit: &Visit, desk: Option<&Desk>) -> Part {
    let Group { title, links } = visit.begin_group(staff(visit, desk).as_ref(), desk);
    Part { title, places: links.into_iter().map(Place::of).collect() }
}

/// Accounts of all the member's brands.
async fn found(visit: &Visit, app: &App, words: String) -> Result<Part, Failure> {
    let seats = visit.session.iter().flat_map(|session| &session.seats);
    let is_admin = visit.session.as_ref().is_some_and(|session| session.member.platform_admin);
    let brands = (!is_admin).then(|| seats.map(|seat| seat.brand.id).collect());
    let within = Within { brands, words };
    let (rows, names) = app
        .read(move |conn| {
            let rows = accounts::page(conn, &within, None, FOUND as i64)?;
            let of: Vec<BrandId> = rows.iter().map(|account| account.brand_id).collect();
            Ok((rows, brands::names(conn, &of)?))
        })
        .await?;
    let place = |account: accounts::Account| {
        let brand = names.iter().find(|(id, _)| *id == account.brand_id);
        Place {
            words: format!("{} {}", account.name, account.handle).to_lowercase(),
            href: format!("/console/accounts/{}", account.handle),
            icon: "",
            initial: initial(&account.name),
            label: account.name,
            note: brand.map(|(_, name)| name.clone()).unwrap_or_default(),
            letter: "",
        }
    };
    Ok(Part {
        title: visit.speech.say("nav-accounts"),
        places: rows.into_iter().map(place).collect(),
    })
}
