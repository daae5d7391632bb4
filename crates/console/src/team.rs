//! Who looks after the brand: members, roles, invitations.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::ids::{InvitationId, MemberId};
use crier_core::invitations::{self, Draft, Invitation};
use crier_core::members::{self, Colleague, Permission, Role};
use crier_core::{App, Timestamp};
use serde::Deserialize;

use crate::activities::recording::remark;
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::fields::{self, Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Staff;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/team.html")]
struct Team {
    page: Page,
    brand: String,
    zone: &'static str,
    may_invite: bool,
    people: Vec<Person>,
    invited: Vec<Invited>,
    roles: Vec<RoleChoice>,
    /// What each role may do: the right, and for each role whether it has it.
    rights: Vec<(String, Vec<(String, bool)>)>,
    error: Option<String>,
    email: Field,
    role: Field,
}

struct Person {
    id: i64,
    initial: String,
    name: String,
    email: String,
    role: &'static str,
    role_label: String,
    since: String,
    is_me: bool,
}

struct Invited {
    id: i64,
    email: String,
    role: String,
    until: String,
    is_past: bool,
}

struct RoleChoice {
    word: &'static str,
    label: String,
    hint: String,
}

/// What is filled in.
#[derive(Deserialize, Default)]
pub struct Input {
    email: String,
    role: String,
}

fn role_label(speech: &Speech, role: Role) -> String {
    speech.say(&format!("role-{role}"))
}

fn person(speech: &Speech, calendar: &Calendar, me: MemberId, one: Colleague) -> Person {
    Person {
        id: one.member.id.0,
        initial: initial(&one.member.name),
        role: one.role.as_str(),
        role_label: role_label(speech, one.role),
        since: calendar.date(one.since),
        is_me: one.member.id == me,
        name: one.member.name,
        email: one.member.email,
    }
}

fn invited(speech: &Speech, calendar: &Calendar, now: Timestamp, one: Invitation) -> Invited {
    Invited {
        id: one.id.0,
        role: role_label(speech, one.role),
        until: calendar.date(one.expires_at),
        is_past: one.expires_at <= now,
        email: one.email,
    }
}

async fn team(
    visit: &Visit,
    staff: &Staff,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Team> {
    let (brand, now) = (staff.seat.brand.id, app.clock.now());
    let (people, open) = app
        .read(move |conn| Ok((members::of_brand(conn, brand)?, invitations::pending(conn, brand)?)))
        .await?;
    let speech = &visit.speech;
    let calendar = Calendar::own(visit, app);
    let roles: Vec<RoleChoice> = Role::ALL
        .iter()
        .map(|role| RoleChoice {
            word: role.as_str(),
            label: role_label(speech, *role),
            hint: speech.say(&format!("role-{role}-hint")),
        })
        .collect();
    let choices =
        roles.iter().map(|role| Choice { value: role.word.to_owned(), label: role.label.clone() });
    let email = Field::new(speech, "email", "email").value(&input.email).fault(fault);
    let email = email.with(r#"required autocomplete="off""#);
    let chosen = Role::parse(&input.role).unwrap_or(Role::Agent);
    let role = Field::new(speech, "select", "role").value(chosen.as_str());
    Ok(Team {
        page: visit.page("nav-team"),
        brand: staff.seat.brand.name.clone(),
        zone: calendar.zone_name(),
        may_invite: staff.may(Permission::Invite),
        people: people
            .into_iter()
            .map(|one| person(speech, &calendar, staff.member.id, one))
            .collect(),
        invited: open.into_iter().map(|one| invited(speech, &calendar, now, one)).collect(),
        error: fields::whole(fault, &[&email]),
        role: role.choices(choices.collect()),
        rights: rights(speech),
        email,
        roles,
    })
}

fn rights(speech: &Speech) -> Vec<(String, Vec<(String, bool)>)> {
    let has = |permission: Permission| {
        let one = |role: &Role| (role_label(speech, *role), members::allows(*role, permission));
        Role::ALL.iter().map(one).collect()
    };
    let said = |permission: Permission| {
        speech.say(&format!("may-{}", format!("{permission:?}").to_lowercase()))
    };
    members::permissions().map(|permission| (said(permission), has(permission))).collect()
}

/// The page.
pub async fn show(visit: Visit, staff: Staff, app: web::Data<App>) -> Answer {
    answers::page(&team(&visit, &staff, &app, &Input::default(), None).await?)
}

/// Invites somebody.
pub async fn invite(
    req: HttpRequest,
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let draft = Draft {
        brand: staff.seat.brand.clone(),
        inviter: staff.member.clone(),
        email: input.email.clone(),
        role: Role::parse(&input.role).ok_or_else(|| missing("role"))?,
        language: visit.speech.language,
    };
    remark(&req, format!("{} → {}", draft.email, draft.role));
    let vault = app.vault.clone();
    match app.write(move |tx| invitations::invite(tx, &vault, &draft)).await {
        Ok(_) => Ok(answers::see_other("/console/team?done=invited")),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&team(&visit, &staff, &app, &input, Some(&fault)).await?)
        }
    }
}

/// Takes an invitation back.
pub async fn withdraw(
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let id: InvitationId = path.parse().map_err(|_| missing("invitation"))?;
    let brand = staff.seat.brand.id;
    app.write(move |tx| invitations::withdraw(tx, brand, id)).await?;
    Ok(answers::see_other("/console/team?done=withdrawn"))
}

/// A role to change to.
#[derive(Deserialize)]
pub struct NewRole {
    role: String,
}

/// Changes a member's role.
pub async fn change_role(
    req: HttpRequest,
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(input): Form<NewRole>,
) -> Answer {
    let member = member(&path)?;
    let role = Role::parse(&input.role).ok_or_else(|| missing("role"))?;
    remark(&req, role.as_str());
    let brand = staff.seat.brand.id;
    let done = app.write(move |tx| members::set_role(tx, brand, member, role)).await;
    after(&visit, &staff, &app, done, "role").await
}

/// Which member a path names.
pub fn member(path: &str) -> Result<MemberId, Failure> {
    path.parse().map_err(|_| missing("member"))
}

/// The member of the brand that a path names.
pub async fn colleague(app: &App, staff: &Staff, path: &str) -> Result<Colleague, Failure> {
    let (member, brand) = (member(path)?, staff.seat.brand.id);
    let people = app.read(move |conn| members::of_brand(conn, brand)).await?;
    people.into_iter().find(|one| one.member.id == member).ok_or_else(|| missing("member"))
}

/// Asks before a member is taken out.
pub async fn confirm_remove(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
) -> Answer {
    let person = colleague(&app, &staff, &path).await?;
    let title = [("name", person.member.name.into())];
    answers::page(&Confirm {
        page: visit.page("nav-team").titled(visit.speech.with("remove-title", &title)),
        text: visit.speech.say("remove-text"),
        action: visit.speech.say("remove"),
        back: "/console/team".into(),
    })
}

/// Takes a member out of the brand.
pub async fn remove(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let member = member(&path)?;
    let brand = staff.seat.brand.id;
    let done = app.write(move |tx| members::leave(tx, brand, member)).await;
    after(&visit, &staff, &app, done, "removed").await
}

async fn after(
    visit: &Visit,
    staff: &Staff,
    app: &App,
    done: crier_core::Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(format!("/console/team?done={word}"))),
        Err(error) => refused(visit, staff, app, error).await,
    }
}

/// The page, with what was in the way.
pub async fn refused(visit: &Visit, staff: &Staff, app: &App, error: crier_core::Error) -> Answer {
    let fault = visit.speech.fault(error)?;
    answers::again(&team(visit, staff, app, &Input::default(), Some(&fault)).await?)
}
