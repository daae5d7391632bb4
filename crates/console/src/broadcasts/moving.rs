//! What is done with a broadcast on its way. Each answer leads back to its page.
use actix_web::web;
use crier_core::broadcasts;
use crier_core::ids::PlanId;
use crier_core::plans::{self, Plan};
use crier_core::tx::Tx;
use crier_core::{App, Error, Timestamp};
use serde::Deserialize;

use super::{Path, by, one, page, showing};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Fault;

/// What was pressed, on a page that was seen as it was then.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pressed {
    /// When it had last changed, in microseconds.
    seen: String,
    note: String,
    send_at: String,
    openid: String,
    /// Where to go afterwards: `calendar`, or nothing.
    back: String,
}

impl Pressed {
    fn seen(&self) -> Timestamp {
        Timestamp::from_micros(self.seen.parse().unwrap_or_default())
    }
}

/// The page again: with a word of what was done, or of what was wrong.
async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    plan: Plan,
    (done, word): (crier_core::Result<()>, &str),
) -> Answer {
    let Err(error) = done else {
        return Ok(answers::see_other(format!("{}?done={word}", page(desk, plan.id))));
    };
    let fault = match error {
        Error::NotFound("openid") => {
            Fault { field: None, text: visit.speech.say("invalid-openid") }
        }
        error => visit.speech.fault(error)?,
    };
    // What was wrong may be that it is not any more what was seen.
    let id = plan.id;
    let account = desk.account.id;
    let plan = app.read(move |conn| plans::get(conn, account, id)).await?;
    showing::again(visit, desk, app, plan, &fault).await
}

/// One step of a plan, and its page again.
async fn step(
    (visit, desk, app): (&Visit, &Desk, &App),
    path: &Path,
    word: &str,
    work: impl FnOnce(&mut Tx<'_>, PlanId) -> crier_core::Result<()> + Send + 'static,
) -> Answer {
    let plan = one(app, desk, path).await?;
    let id = plan.id;
    let done = app.write(move |tx| work(tx, id)).await;
    after(visit, desk, app, plan, (done, word)).await
}

/// Schedules it, or sends it now if it has no time.
pub async fn schedule(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let (account, id, by, seen) = (desk.account.id, plan.id, by(&desk), pressed.seen());
    let done = app.write(move |tx| plans::schedule(tx, account, id, by, seen)).await;
    let word = if plan.send_at.is_some() { "plan-scheduled" } else { "plan-sending" };
    after(&visit, &desk, &app, plan, (done, word)).await
}

/// Asks for an approval.
pub async fn ask(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let (account, by, seen) = (desk.account.id, by(&desk), pressed.seen());
    step((&visit, &desk, &app), &path, "plan-asked", move |tx, id| {
        plans::ask(tx, account, id, by, seen)
    })
    .await
}

/// Approves it.
pub async fn approve(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let (account, by, seen) = (desk.account.id, by(&desk), pressed.seen());
    step((&visit, &desk, &app), &path, "plan-approved", move |tx, id| {
        plans::approve(tx, account, id, by, seen)
    })
    .await
}

/// Gives it back.
pub async fn send_back(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let (account, by) = (desk.account.id, by(&desk));
    let send_back = move |tx: &mut Tx<'_>, id| plans::send_back(tx, account, id, by, &pressed.note);
    step((&visit, &desk, &app), &path, "plan-sent-back", send_back).await
}

/// Stops it.
pub async fn pause(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, by) = (desk.account.id, by(&desk));
    step((&visit, &desk, &app), &path, "plan-paused", move |tx, id| {
        plans::pause(tx, account, id, by)
    })
    .await
}

/// Lets it go on.
pub async fn resume(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, by) = (desk.account.id, by(&desk));
    step((&visit, &desk, &app), &path, "plan-resumed", move |tx, id| {
        plans::resume(tx, account, id, by)
    })
    .await
}

/// Gives it another time.
pub async fn reschedule(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let (account, id, by, seen) = (desk.account.id, plan.id, by(&desk), pressed.seen());
    let calendar = Calendar::of(&visit, &desk, &app);
    let done = match calendar.parse(&pressed.send_at) {
        Some(at) => {
            app.write(move |tx| plans::reschedule(tx, account, id, by, seen, at).map(drop)).await
        }
        None => Err(Error::invalid("send_at", "must be a time")),
    };
    if done.is_ok() && pressed.back == "calendar" {
        let month: String = pressed.send_at.chars().take(7).collect();
        let from = plan.send_at.map(|at| calendar.input(at)).unwrap_or_default();
        let moved = format!("month={month}&moved={id}&from={from}&done=plan-rescheduled");
        return Ok(answers::see_other(desk.path(&format!("/calendar?{moved}"))));
    }
    after(&visit, &desk, &app, plan, (done, "plan-rescheduled")).await
}

/// Asks before it is given up.
pub async fn confirm_cancel(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    answers::page(&Confirm {
        page: visit.page_of(&desk, "plan-cancel-title"),
        text: visit.speech.with("plan-cancel-text", &[("name", plan.name.into())]),
        action: visit.speech.say("plan-cancel"),
        back: page(&desk, plan.id),
    })
}

/// Gives it up.
pub async fn cancel(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, by) = (desk.account.id, by(&desk));
    step((&visit, &desk, &app), &path, "plan-cancelled", move |tx, id| {
        plans::cancel(tx, account, id, by)
    })
    .await
}

/// Begins another that says the same.
pub async fn copy(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let (account, id, by) = (desk.account.id, plan.id, by(&desk));
    let made: PlanId = app.write(move |tx| plans::copy(tx, account, id, by)).await?;
    Ok(answers::see_other(format!("{}/edit?done=plan-copied", page(&desk, made))))
}

/// Shows it to one follower: the member themselves, as they say.
pub async fn test(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(pressed): Form<Pressed>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let (account, member) = (desk.account.clone(), desk.staff.member.id);
    let (body, roster) = (plan.body.0.clone(), app.roster.clone());
    let openid = pressed.openid.trim().to_owned();
    let done = app.write(move |tx| {
        body.shown(tx.conn, account.id, tx.now)?;
        plans::set_tester(tx, account.id, member, &openid)?;
        broadcasts::preview(tx, &roster, &account, &openid, body.what()).map(drop)
    });
    let done = done.await;
    after(&visit, &desk, &app, plan, (done, "plan-tested")).await
}
