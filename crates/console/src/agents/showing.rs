//! The account's agents, and whoever is invited to be one.
use actix_web::web;
use askama::Template;
use crier_core::agents::{self, Agent};
use crier_core::ids::AgentId;
use crier_core::members::{self, Permission};
use crier_core::rights::Right;
use crier_core::{App, Timestamp};
use serde::Deserialize;

use super::Standing;
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::fields::{self, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/agents.html")]
struct Agents {
    page: Page,
    base: String,
    /// Whether an account of this kind has agents.
    has_right: bool,
    may_manage: bool,
    rows: Vec<Row>,
    offers: Vec<Offer>,
    has_room: bool,
    error: Option<String>,
    agent: Field,
    nickname: Field,
}

/// One agent.
struct Row {
    id: i64,
    number: i32,
    name: String,
    nickname: String,
    initial: String,
    picture: Option<String>,
    standing: Standing,
    /// Who works as it, or is invited to.
    who: String,
    cases: i64,
}

/// An invitation of the member who looks.
pub struct Offer {
    /// Where it is answered.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// What is filled in.
#[derive(Deserialize, Default)]
pub struct Input {
    agent: String,
    nickname: String,
}

/// Everything the list shows.
struct Found {
    all: Vec<Agent>,
    names: Vec<(crier_core::ids::MemberId, String)>,
    cases: Vec<(AgentId, i64)>,
}

async fn find(app: &App, desk: &Desk) -> crier_core::Result<Found> {
    let (id, now) = (desk.account.id, app.clock.now());
    app.read(move |conn| {
        let all = agents::all(conn, id)?;
        let members: Vec<_> = all.iter().filter_map(|agent| agent.member_id).collect();
        let names = members::names(conn, &members)?;
        Ok(Found { all, names, cases: agents::cases(conn, id, now)? })
    })
    .await
}

/// What the member is invited to be.
pub fn offers(visit: &Visit, desk: &Desk, all: &[Agent], now: Timestamp) -> Vec<Offer> {
    let mine = |agent: &&Agent| agent.awaits(now, &desk.staff.member);
    let offer = |agent: &Agent| Offer {
        path: desk.path(&format!("/agents/{}", agent.id)),
        text: visit.speech.with("agent-offer", &[("name", agent.nickname.clone().into())]),
    };
    all.iter().filter(mine).map(offer).collect()
}

fn row(visit: &Visit, calendar: &Calendar, found: &Found, now: Timestamp, agent: &Agent) -> Row {
    let speech = &visit.speech;
    let member = found.names.iter().find(|(id, _)| Some(*id) == agent.member_id);
    let invited = super::invited(speech, calendar, now, agent);
    let cases = found.cases.iter().find(|(id, _)| *id == agent.id);
    Row {
        id: agent.id.0,
        number: agent.number,
        name: agent.name.clone(),
        nickname: agent.nickname.clone(),
        initial: initial(&agent.nickname),
        picture: super::picture(agent),
        standing: super::standing(speech, agent),
        who: member.map(|(_, name)| name.clone()).or(invited).unwrap_or_default(),
        cases: cases.map_or(0, |(_, count)| *count),
    }
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Agents> {
    let (found, now) = (find(app, desk).await?, app.clock.now());
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let agent = Field::new(speech, "text", "agent").value(&input.agent).fault(fault);
    let suffix = format!("@{}", desk.account.handle);
    let agent = agent.hint(speech.with("agent-hint", &[("suffix", suffix.into())]));
    let nickname = Field::new(speech, "text", "nickname").value(&input.nickname).fault(fault);
    let nickname = nickname.hint(speech.say("nickname-hint"));
    Ok(Agents {
        page: visit.page_of(desk, "nav-agents"),
        base: desk.path(""),
        has_right: desk.account.may(Right::Agents).is_ok(),
        may_manage: desk.staff.may(Permission::Agents),
        rows: found.all.iter().map(|one| row(visit, &calendar, &found, now, one)).collect(),
        offers: offers(visit, desk, &found.all, now),
        has_room: (found.all.len() as i64) < agents::MAX_AGENTS,
        error: fields::whole(fault, &[&agent, &nickname]),
        agent: agent
            .with(r#"required maxlength="10" autocapitalize="none" spellcheck="false" autocomplete="off""#),
        nickname: nickname.with(r#"required maxlength="16" autocomplete="off""#),
    })
}

/// The page.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&view(&visit, &desk, &app, &Input::default(), None).await?)
}

/// Makes one.
pub async fn add(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let account = desk.account.clone();
    let name = format!("{}@{}", input.agent.trim(), account.handle);
    let nickname = input.nickname.clone();
    let added = match account.may(Right::Agents) {
        Ok(()) => app.write(move |tx| agents::add(tx, &account, &name, &nickname)).await,
        Err(denied) => Err(denied),
    };
    match added {
        Ok(agent) => Ok(answers::see_other(desk.path(&format!("/agents/{}?done=agent", agent.id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(&visit, &desk, &app, &input, Some(&fault)).await?)
        }
    }
}
