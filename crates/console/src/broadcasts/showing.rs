//! The page of a broadcast on its way: what followers will see, what would happen, and what can be
//! done with it.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::ids::MemberId;
use crier_core::members::{self, Colleague, Permission};
use crier_core::plans::{self, Outlook, Plan, State, Whom};
use crier_core::tags::{self, Tag};

use super::composing::shown;
use super::remarks::{self, Remark};
use super::{Badge, Path, badge, one, page};
use crate::answers::{self, Answer};
use crate::bubbles::{self, Bubble};
use crate::calendar::Calendar;
use crate::calendar::Moment;
use crate::failures::Failure;
use crate::gate::Desk;
use crate::pages::Page;
use crate::segments::counts::{self, Asks, Count, Standing};
use crate::segments::rules;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/broadcast.html")]
struct One {
    page: Page,
    name: String,
    href: String,
    badge: Badge,
    /// What happened to it, for those that ended or were given back.
    told: Option<String>,
    error: Option<String>,
    kind: String,
    whom: String,
    /// The rule of a segment.
    sentence: Option<String>,
    count: Count,
    at: Option<Moment>,
    bubble: Option<Bubble>,
    remarks: Vec<Remark>,
    has_links: bool,
    people: Vec<(String, String)>,
    /// How far its audience is listed.
    listed: Option<String>,
    tester: String,
    results: Option<String>,
    seen: String,
    can: Can,
    input_at: String,
}

/// What whoever looks may do with it.
pub struct Can {
    pub edit: bool,
    pub schedule: bool,
    pub ask: bool,
    pub approve: bool,
    /// It waits for somebody else than whoever looks.
    pub waits: bool,
    pub pause: bool,
    pub resume: bool,
    pub cancel: bool,
    pub reschedule: bool,
    pub test: bool,
}

/// Read together.
struct Read {
    tags: Vec<Tag>,
    outlook: Outlook,
    content: Option<crier_core::content::Content>,
    colleagues: Vec<Colleague>,
    tester: Option<String>,
    approval: bool,
}

async fn read(app: &App, desk: &Desk, plan: &Plan) -> crier_core::Result<Read> {
    let (account, brand) = (desk.account.id, desk.account.brand_id);
    let (plan, now, member) = (plan.clone(), app.clock.now(), desk.staff.member.id);
    app.read(move |conn| {
        Ok(Read {
            tags: tags::all(conn, account)?,
            outlook: plans::outlook(conn, &plan, now)?,
            content: shown(conn, &plan.body.0, account, now)?,
            colleagues: members::of_brand(conn, brand)?,
            tester: plans::tester(conn, account, member)?,
            approval: plans::approval_required(conn, brand)?,
        })
    })
    .await
}

fn can(desk: &Desk, plan: &Plan, approval: bool) -> Can {
    let send = desk.staff.may(Permission::Send);
    let (draft, own) = (
        matches!(plan.state, State::Draft | State::Failed),
        plan.changed_by == Some(desk.staff.member.id),
    );
    let waits = plan.state == State::Awaiting;
    Can {
        edit: plan.is_open(),
        schedule: draft && send && !approval,
        ask: draft && (approval || !send),
        approve: waits && send && !own,
        waits: waits && (!send || own),
        pause: send && matches!(plan.state, State::Scheduled | State::Preparing),
        resume: send && plan.state == State::Paused,
        cancel: match plan.state {
            State::Draft | State::Awaiting | State::Failed => true,
            State::Scheduled | State::Preparing | State::Paused => send,
            State::Sent | State::Cancelled => false,
        },
        reschedule: matches!(plan.state, State::Scheduled | State::Paused | State::Awaiting),
        test: send && plan.is_open(),
    }
}

/// The page of a plan.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    standing: web::Query<Standing>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    answers::page(&build(&visit, &desk, &app, plan, (None, *standing)).await?)
}

/// The same, with what went wrong.
pub async fn again(visit: &Visit, desk: &Desk, app: &App, plan: Plan, fault: &Fault) -> Answer {
    answers::again(&build(visit, desk, app, plan, (Some(fault), Standing::default())).await?)
}

async fn build(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    plan: Plan,
    (fault, standing): (Option<&Fault>, Standing),
) -> Result<One, Failure> {
    let (speech, href, base) = (&visit.speech, page(desk, plan.id), desk.path(""));
    let calendar = Calendar::of(visit, desk, app);
    let read = read(app, desk, &plan).await?;
    let (whom, asked) = (plan.whom.0.clone(), format!("{href}/count"));
    let asks = (Asks::Page, asked.as_str());
    let count = counts::count(app, speech, desk.account.id, whom, standing, asks).await?;
    let sentence = match &plan.whom.0 {
        Whom::Segment { rule, .. } => Some(rules::sentence(speech, &calendar, &read.tags, rule)),
        _ => None,
    };
    let listed = plan.list().map(|list| speech.count("plan-listed", list.listed));
    let now = app.clock.now();
    let remarks = if plan.is_open() {
        remarks::all(speech, &calendar, &base, &plan, &read.outlook)
    } else {
        Vec::new()
    };
    Ok(One {
        page: visit.page_of(desk, "nav-broadcasts").titled(plan.name.clone()),
        name: desk.account.name.clone(),
        badge: badge(speech, plan.state),
        told: told(visit, &plan),
        error: fault.map(|fault| fault.text.clone()),
        kind: speech.say(&format!("plan-type-{}", plan.body.0.type_name())),
        whom: super::whom(speech, &read.tags, &plan.whom.0),
        sentence,
        count,
        at: plan.send_at.map(|at| calendar.full(at)),
        input_at: plan.send_at.map(|at| calendar.input(at)).unwrap_or_default(),
        bubble: read.content.map(|content| bubbles::alone(speech, &calendar, &content, now)),
        remarks,
        has_links: plan.is_open() && !read.outlook.links.is_empty(),
        people: people(visit, &plan, &read.colleagues),
        listed,
        tester: read.tester.unwrap_or_default(),
        results: plan.broadcast_id.map(|id| format!("{base}/broadcasts/sent/{id}")),
        seen: plan.updated_at.micros().to_string(),
        can: can(desk, &plan, read.approval),
        href,
    })
}

fn told(visit: &Visit, plan: &Plan) -> Option<String> {
    if let Some(why) = &plan.failure {
        return Some(visit.speech.say(&format!("plan-failure-{why}")));
    }
    if plan.state == State::Draft && !plan.note.is_empty() {
        let note = [("note", plan.note.clone().into())];
        return Some(visit.speech.with("plan-sent-back", &note));
    }
    None
}

/// Who did what.
fn people(visit: &Visit, plan: &Plan, colleagues: &[Colleague]) -> Vec<(String, String)> {
    let name = |id: MemberId| {
        let found = colleagues.iter().find(|one| one.member.id == id);
        found.map_or_else(|| visit.speech.say("plan-somebody"), |one| one.member.name.clone())
    };
    let did = [
        ("plan-created-by", plan.created_by),
        ("plan-changed-by", plan.changed_by),
        ("plan-approved-by", plan.approved_by),
    ];
    did.into_iter().filter_map(|(key, who)| Some((visit.speech.say(key), name(who?)))).collect()
}

/// The rest of the count of whom it goes to.
pub async fn count(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    standing: web::Query<Standing>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let href = format!("{}/count", page(&desk, plan.id));
    let (account, whom) = (desk.account.id, plan.whom.0);
    counts::count(&app, &visit.speech, account, whom, *standing, (Asks::Page, &href))
        .await?
        .answer()
}
