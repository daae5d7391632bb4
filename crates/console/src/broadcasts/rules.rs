//! How a brand sends: whether two look at everything, and when followers are left alone.
use actix_web::web;
use askama::Template;
use crier_core::plans::{self, QuietHours};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::fields::Field;
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/broadcast_rules.html")]
struct Rules {
    page: Page,
    name: String,
    base: String,
    brand: String,
    error: Option<String>,
    approval: bool,
    quiet: bool,
    from: Field,
    until: Field,
}

/// A form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    approval: String,
    quiet: String,
    quiet_from: String,
    quiet_until: String,
}

/// The rules as they are.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let (account, brand) = (desk.account.id, desk.account.brand_id);
    let read = app.read(move |conn| {
        Ok((plans::approval_required(conn, brand)?, plans::quiet_hours(conn, account)?))
    });
    let (approval, quiet) = read.await?;
    let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let yes = |is: bool| if is { "yes" } else { "" }.to_owned();
    let hours = quiet.unwrap_or(QuietHours { from: 22 * 60, until: 8 * 60 });
    let input = Input {
        approval: yes(approval),
        quiet: yes(quiet.is_some()),
        quiet_from: clock(hours.from),
        quiet_until: clock(hours.until),
    };
    answers::page(&rules(&visit, &desk, &input, None))
}

fn rules(visit: &Visit, desk: &Desk, input: &Input, fault: Option<&Fault>) -> Rules {
    let time = |name, value: &str| {
        let field = Field::new(&visit.speech, "time", name).value(value);
        field.labelled(visit.speech.say(&format!("rules-{}", name.replace('_', "-"))))
    };
    Rules {
        page: visit.page_of(desk, "rules-title"),
        name: desk.account.name.clone(),
        base: desk.path(""),
        brand: desk.staff.seat.brand.name.clone(),
        error: fault.map(|fault| fault.text.clone()),
        approval: !input.approval.is_empty(),
        quiet: !input.quiet.is_empty(),
        from: time("quiet_from", &input.quiet_from),
        until: time("quiet_until", &input.quiet_until),
    }
}

/// Changes them.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (account, brand) = (desk.account.id, desk.account.brand_id);
    let approval = !input.approval.is_empty();
    let hours = hours(&input);
    let done = match hours {
        Ok(hours) => {
            let write = app.write(move |tx| {
                plans::set_approval_required(tx, brand, approval)?;
                plans::set_quiet_hours(tx, account, hours)
            });
            write.await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(answers::see_other(desk.path("/broadcasts/rules?done=saved"))),
        Err(error) => {
            let fault: Result<Fault, Failure> = visit.speech.fault(error);
            answers::again(&rules(&visit, &desk, &input, Some(&fault?)))
        }
    }
}

fn hours(input: &Input) -> crier_core::Result<Option<QuietHours>> {
    if input.quiet.is_empty() {
        return Ok(None);
    }
    let minute = |text: &str| -> Option<i32> {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (i32, i32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
    };
    let both = minute(&input.quiet_from).zip(minute(&input.quiet_until));
    let (from, until) = both.ok_or_else(|| Error::invalid("quiet", "must be two times"))?;
    Ok(Some(QuietHours { from, until }))
}
