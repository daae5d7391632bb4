//! The menu beneath a conversation: what is on show to whom, what is being designed, what comes out
//! when, what was tapped, and what was on show before.
mod describing;
pub mod designing;
mod editing;
mod forms;
pub mod publishing;

use actix_web::web;
use askama::Template;
use chrono::Duration;
use crier_core::menus::{self, Button, Conditional, Draft, Menu, Past, Viewer};
use crier_core::rights::Right;
use crier_core::tallies::{self, Noun};
use crier_core::{AnyConnection, App, Timestamp};

use self::describing::{Groups, Phone, audience, does};
use self::forms::{Who, WhoInput};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

#[derive(Template)]
#[template(path = "console/menu.html")]
struct Overview {
    page: Page,
    base: String,
    error: Option<String>,
    /// What everybody else sees.
    phone: Option<Phone>,
    /// Whether menus for some may be made.
    some: bool,
    buttons: Vec<Tapped>,
    variants: Vec<Variant>,
    drafts: Vec<Design>,
    history: Vec<Before>,
    who: Who,
    /// What somebody like that sees.
    seen: Option<Seen>,
}

/// A button with its taps.
struct Tapped {
    name: String,
    beneath: bool,
    does: String,
    week: String,
    month: String,
}

/// A menu for some.
struct Variant {
    id: i64,
    name: String,
    who: String,
    buttons: String,
    taps: String,
    is_first: bool,
    is_last: bool,
}

/// A menu that is being designed.
struct Design {
    href: String,
    name: String,
    who: String,
    planned: Option<Moment>,
    failure: Option<String>,
}

/// A menu of before.
struct Before {
    id: i64,
    at: Moment,
    who: String,
    buttons: String,
    /// Whether it is on show now.
    on_show: bool,
}

/// What somebody sees.
struct Seen {
    name: String,
    phone: Option<Phone>,
}

/// All of it, as it is stored.
struct Stored {
    menu: Option<Menu>,
    variants: Vec<Conditional>,
    drafts: Vec<Draft>,
    history: Vec<Past>,
    groups: Groups,
    /// Taps of the last 7 and 30 days, for each button of the menu for everybody.
    taps: Vec<[i64; 2]>,
    /// Taps of the last 30 days, for each menu for some.
    some_taps: Vec<i64>,
}

impl Stored {
    fn read(
        conn: &mut AnyConnection,
        account: crier_core::ids::AccountId,
        now: Timestamp,
    ) -> crier_core::Result<Self> {
        let begins = [now.plus(-Duration::days(7)), now.plus(-Duration::days(30))];
        let taps = |conn: &mut AnyConnection, button: &Button| {
            tallies::totals(conn, account, Noun::Tapped, &button.tally(), begins)
        };
        let menu = menus::find(conn, account)?;
        let variants = menus::conditionals(conn, account)?;
        let mut own = Vec::new();
        for button in menu.iter().flat_map(|menu| menus::flat(&menu.buttons)) {
            own.push(taps(conn, button)?);
        }
        let mut some_taps = Vec::new();
        for variant in &variants {
            let mut sum = 0;
            for button in menus::flat(&variant.menu.buttons) {
                sum += taps(conn, button)?[1];
            }
            some_taps.push(sum);
        }
        Ok(Self {
            drafts: menus::drafts(conn, account)?,
            history: menus::history(conn, account)?,
            groups: Groups::read(conn, account)?,
            taps: own,
            some_taps,
            menu,
            variants,
        })
    }
}

/// The page; with a kind of follower in its address also what they see.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    like: web::Query<WhoInput>,
) -> Answer {
    answers::page(&overview(&app, &visit, &desk, &like, None).await?)
}

/// The page again, because what was asked for could not be done.
async fn again(app: &App, visit: &Visit, desk: &Desk, error: String) -> Answer {
    let like = WhoInput::default();
    answers::again(&overview(app, visit, desk, &like, Some(error)).await?)
}

async fn overview(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    like: &WhoInput,
    error: Option<String>,
) -> crier_core::Result<Overview> {
    let (account, now) = (desk.account.id, app.clock.now());
    let stored = app.read(move |conn| Stored::read(conn, account, now)).await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let rule = like.rule();
    let is_asked = rule != menus::Rule::default();
    let phone = |menu: &Menu| Phone::new(&desk.account.name, &menu.buttons, None);
    let who = Who::new(speech, "", &rule, &stored.groups);
    Ok(Overview {
        page: visit.page_of(desk, "nav-menu"),
        base: desk.path(""),
        error,
        phone: stored.menu.as_ref().map(phone),
        some: desk.account.may(Right::ConditionalMenus).is_ok() && stored.menu.is_some(),
        buttons: tapped(speech, &stored),
        variants: variants(speech, &stored),
        drafts: stored
            .drafts
            .iter()
            .map(|it| design(speech, desk, &calendar, &stored, it))
            .collect(),
        history: stored.history.iter().map(|it| before(speech, &calendar, &stored, it)).collect(),
        seen: is_asked.then(|| seen(speech, desk, &stored, &rule)),
        who,
    })
}

fn tapped(speech: &Speech, stored: &Stored) -> Vec<Tapped> {
    let Some(menu) = &stored.menu else { return Vec::new() };
    let rows = menu.flat().into_iter().zip(&stored.taps);
    rows.map(|((at, button), [week, month])| {
        let opens = matches!(button.action, menus::Action::Open { .. });
        let count = |count: &i64| if opens { String::new() } else { grouped(*count) };
        Tapped {
            name: button.name.clone(),
            beneath: at.contains('.'),
            does: does(speech, button),
            week: count(week),
            month: count(month),
        }
    })
    .collect()
}

fn names(buttons: &[Button]) -> String {
    buttons.iter().map(|button| button.name.as_str()).collect::<Vec<_>>().join(" · ")
}

fn variants(speech: &Speech, stored: &Stored) -> Vec<Variant> {
    let last = stored.variants.len().saturating_sub(1);
    let rows = stored.variants.iter().zip(&stored.some_taps).enumerate();
    rows.map(|(place, (one, taps))| {
        let who = audience(speech, &one.rule, &stored.groups);
        Variant {
            id: one.menu.id,
            name: if one.name.is_empty() { who.clone() } else { one.name.clone() },
            who,
            buttons: names(&one.menu.buttons),
            taps: grouped(*taps),
            is_first: place == 0,
            is_last: place == last,
        }
    })
    .collect()
}

fn for_whom(speech: &Speech, rule: Option<&menus::Rule>, stored: &Stored) -> String {
    rule.map_or_else(|| speech.say("menu-who-all"), |rule| audience(speech, rule, &stored.groups))
}

fn design(
    speech: &Speech,
    desk: &Desk,
    calendar: &Calendar,
    stored: &Stored,
    draft: &Draft,
) -> Design {
    let name = names(&draft.buttons.0);
    Design {
        href: designing::path(desk, draft.id),
        name: match (draft.name.as_str(), name.as_str()) {
            ("", "") => speech.say("menu-empty"),
            ("", _) => name,
            (called, _) => called.to_owned(),
        },
        who: for_whom(speech, draft.rule.as_ref(), stored),
        planned: draft.publish_at.map(|at| calendar.full(at)),
        failure: draft.failure.as_deref().map(|word| designing::failed(speech, word)),
    }
}

fn before(speech: &Speech, calendar: &Calendar, stored: &Stored, past: &Past) -> Before {
    let shown = stored.menu.iter().chain(stored.variants.iter().map(|one| &one.menu));
    Before {
        id: past.id,
        at: calendar.full(past.published_at),
        who: for_whom(speech, past.rule.as_ref(), stored),
        buttons: names(&past.buttons.0),
        on_show: shown.into_iter().any(|menu| menu.id == past.id),
    }
}

/// What somebody sees of whom that is true.
fn seen(speech: &Speech, desk: &Desk, stored: &Stored, like: &menus::Rule) -> Seen {
    let locale = like.language.clone().unwrap_or_default();
    let viewer = Viewer { follower: None, platform: like.platform, locale };
    let tags: Vec<i64> = like.tag.into_iter().collect();
    let found = menus::shown_to(&stored.variants, &viewer, &tags, like.segment);
    let menu = found.map(|one| &one.menu).or(stored.menu.as_ref());
    Seen {
        name: match found {
            Some(one) if !one.name.is_empty() => one.name.clone(),
            Some(one) => audience(speech, &one.rule, &stored.groups),
            None => speech.say("menu-who-all"),
        },
        phone: menu.map(|menu| Phone::new(&desk.account.name, &menu.buttons, None)),
    }
}
