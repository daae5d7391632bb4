//! The log itself: newest first, narrowed down, page by page.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::deliveries::{self, LogPage, State};
use crier_core::endpoints;
use crier_core::mint::minted_at;

use super::search::{Filters, Input};
use super::{Row, row};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Deliveries on a page.
const PAGE: i64 = 40;

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct Log {
    page: Page,
    base: String,
    path: String,
    stream: String,
    tabs: Vec<Tab>,
    filters: Filters,
    rows: Vec<Row>,
    /// Whether this is the newest page, which changes.
    is_live: bool,
    /// Where it stands still, or goes on.
    pause: Option<String>,
    /// Where a range of it is sent again.
    again: String,
    newest: Option<String>,
    older: Option<String>,
    /// How far back a search that found little has come.
    searched: Option<String>,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// The log.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let (id, before) = (desk.account.id, input.before());
    let calendar = Calendar::of(&visit, &desk, &app);
    let known = app.read(move |conn| Ok(endpoints::all(conn, id)?)).await?;
    let search = match input.search(&calendar) {
        Ok(search) => search,
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let filters = Filters::new(&visit.speech, &input, &known, Some(&fault));
            let none = LogPage { found: Vec::new(), next: None };
            let page = shown(&visit, &desk, &calendar, &input, filters, none);
            return answers::again(&Log { is_live: false, ..page });
        }
    };
    let found =
        app.read(move |conn| Ok(deliveries::page(conn, id, &search, before, PAGE)?)).await?;
    let filters = Filters::new(&visit.speech, &input, &known, None);
    answers::page(&shown(&visit, &desk, &calendar, &input, filters, found))
}

fn shown(
    visit: &Visit,
    desk: &Desk,
    calendar: &Calendar,
    input: &Input,
    filters: Filters,
    found: LogPage,
) -> Log {
    let (speech, log) = (&visit.speech, desk.path("/deliveries"));
    let is_short = found.found.len() < usize::try_from(PAGE).unwrap_or_default();
    let reached = found.next.filter(|_| is_short).map(|next| minted_at(next.0));
    let searched = |at| speech.with("searched-to", &[("when", calendar.full(at).shown.into())]);
    Log {
        page: visit.page_of(desk, "nav-deliveries"),
        path: visit.path.clone(),
        stream: desk.path("/stream"),
        tabs: tabs(speech, &log, input),
        filters,
        rows: found.found.iter().map(|logged| row(speech, calendar, desk, logged)).collect(),
        is_live: input.is_live(),
        pause: input.is_newest().then(|| format!("{log}{}", input.paused(input.is_live()))),
        again: format!("{log}/again{}", input.newest()),
        newest: input.before().map(|_| format!("{log}{}", input.newest())),
        older: found.next.map(|last| format!("{log}{}", input.after(last))),
        searched: reached.map(searched),
        base: log,
    }
}

fn tabs(speech: &Speech, log: &str, input: &Input) -> Vec<Tab> {
    let here = input.newest();
    let tab = |state: Option<State>, word: &str| {
        let query = input.in_state(state);
        Tab {
            href: format!("{log}{query}"),
            label: speech.say(&format!("state-{word}")),
            current: query == here,
        }
    };
    let each = State::ALL.iter().map(|state| tab(Some(*state), state.as_str()));
    std::iter::once(tab(None, "all")).chain(each).collect()
}
