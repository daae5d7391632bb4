//! One agent: its name, its picture, who works as it.
use actix_web::web;
use askama::Template;
use crier_core::agents::{self, Agent};
use crier_core::media::{MediaKind, Owner, Upload};
use crier_core::{App, Error, members};
use serde::Deserialize;

use super::{Standing, of_path};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::fields::{self, Field};
use crate::forms::{FileForm, Form, Nothing};
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/agent.html")]
struct One {
    page: Page,
    path: String,
    name: String,
    number: i32,
    initial: String,
    picture: Option<String>,
    standing: Standing,
    /// Who works as it.
    member: Option<String>,
    invited: Option<String>,
    /// Whether whoever looks could work as it.
    may_be_me: bool,
    error: Option<String>,
    nickname: Field,
    email: Field,
}

/// What is filled in.
#[derive(Default)]
struct Input {
    nickname: Option<String>,
    email: String,
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    agent: &Agent,
    input: Input,
    fault: Option<&Fault>,
) -> crier_core::Result<One> {
    let (speech, now) = (&visit.speech, app.clock.now());
    let (of, me, bound) = (desk.account.id, desk.staff.member.id, agent.member_id);
    let read = app.read(move |conn| {
        let names = members::names(conn, bound.as_slice())?;
        Ok((names, agents::of_member(conn, of, me)?.is_some()))
    });
    let (names, is_agent) = read.await?;
    let calendar = Calendar::of(visit, desk, app);
    let nickname = input.nickname.unwrap_or_else(|| agent.nickname.clone());
    let nickname = Field::new(speech, "text", "nickname").value(nickname).fault(fault);
    let email = Field::new(speech, "email", "email").value(input.email).fault(fault);
    Ok(One {
        page: visit.page_of(desk, "nav-agents").titled(agent.nickname.clone()),
        path: desk.path(&format!("/agents/{}", agent.id)),
        name: agent.name.clone(),
        number: agent.number,
        initial: initial(&agent.nickname),
        picture: super::picture(agent),
        standing: super::standing(speech, agent),
        member: names.into_iter().next().map(|(_, name)| name),
        invited: super::invited(speech, &calendar, now, agent),
        may_be_me: bound.is_none() && !is_agent,
        error: fields::whole(fault, &[&nickname, &email]),
        nickname: nickname
            .hint(speech.say("nickname-hint"))
            .with(r#"required maxlength="16" autocomplete="off""#),
        email: email.hint(speech.say("agent-invite-hint")).with(r#"required autocomplete="off""#),
    })
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    answers::page(&view(&visit, &desk, &app, &agent, Input::default(), None).await?)
}

/// What follows a change: the page, or the form with what is wrong in it.
async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    (agent, input): (&Agent, Input),
    (done, word): (crier_core::Result<()>, &str),
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/agents/{}?done={word}", agent.id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(visit, desk, app, agent, input, Some(&fault)).await?)
        }
    }
}

/// A name to be called.
#[derive(Deserialize)]
pub struct Name {
    nickname: String,
}

/// Changes what followers see it called.
pub async fn rename(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(name): Form<Name>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (of, id, nickname) = (desk.account.id, agent.id, name.nickname.clone());
    let done = app.write(move |tx| agents::rename(tx, of, id, &nickname)).await;
    let input = Input { nickname: Some(name.nickname), ..Input::default() };
    after(&visit, &desk, &app, (&agent, input), (done, "saved")).await
}

/// Gives it a picture.
pub async fn set_picture(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    file: FileForm,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let upload = Upload {
        owner: Owner::Account(desk.account.id),
        kind: Some(MediaKind::Image),
        name: file.name,
        bytes: file.bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    let done = match app.clone().into_inner().store_media(upload).await {
        Ok(media) => {
            let (of, id) = (desk.account.id, agent.id);
            app.write(move |tx| agents::set_avatar(tx, of, id, &media.media_key)).await
        }
        Err(Error::Invalid { .. }) => Err(Error::invalid("picture", "must be a picture")),
        Err(error) => Err(error),
    };
    after(&visit, &desk, &app, (&agent, Input::default()), (done, "saved")).await
}

/// Whom to invite.
#[derive(Deserialize)]
pub struct Invitee {
    email: String,
}

/// Invites a member to work as it.
pub async fn invite(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(invitee): Form<Invitee>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (account, email, invited) = (desk.account.clone(), invitee.email.clone(), agent.clone());
    let done = app.write(move |tx| agents::invite(tx, &account, &invited, &email)).await;
    let done = done.map_err(|error| match error {
        Error::NotFound("invitee") => Error::Conflict("no_invitee"),
        other => other,
    });
    let input = Input { email: invitee.email, ..Input::default() };
    after(&visit, &desk, &app, (&agent, input), (done, "agent-invited")).await
}

/// Lets whoever asks work as it.
pub async fn bind(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (of, id, me) = (desk.account.id, agent.id, desk.staff.member.id);
    let done = app.write(move |tx| agents::bind(tx, of, id, me)).await;
    after(&visit, &desk, &app, (&agent, Input::default()), (done, "agent-bound")).await
}

/// Lets nobody work as it.
pub async fn unbind(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (of, id, roster) = (desk.account.id, agent.id, app.roster.clone());
    let done = app.write(move |tx| agents::unbind(tx, &roster, of, id)).await;
    after(&visit, &desk, &app, (&agent, Input::default()), (done, "agent-unbound")).await
}

/// Asks before it is removed.
pub async fn confirm_remove(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let title = [("name", agent.nickname.into())];
    answers::page(&Confirm {
        page: visit
            .page_of(&desk, "nav-agents")
            .titled(visit.speech.with("agent-remove-title", &title)),
        text: visit.speech.say("agent-remove-text"),
        action: visit.speech.say("remove"),
        back: desk.path(&format!("/agents/{}", agent.id)),
    })
}

/// Removes it.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (of, roster) = (desk.account.id, app.roster.clone());
    app.write(move |tx| agents::remove(tx, &roster, of, agent.id)).await?;
    Ok(answers::see_other(desk.path("/agents?done=agent-removed")))
}

/// Accepts the invitation to work as it.
pub async fn accept(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form<Nothing>,
) -> Answer {
    answer(desk, app, path, form, true).await
}

/// Declines it.
pub async fn decline(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    form: Form<Nothing>,
) -> Answer {
    answer(desk, app, path, form, false).await
}

async fn answer(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
    yes: bool,
) -> Answer {
    let agent = of_path(&app, &desk, &path).await?;
    let (of, member) = (desk.account.id, desk.staff.member.clone());
    let done = app.write(move |tx| {
        let answer = if yes { agents::accept } else { agents::decline };
        answer(tx, of, agent.id, &member)
    });
    match done.await {
        Ok(()) if yes => Ok(answers::see_other(desk.path("/inbox?tab=waiting&done=agent-bound"))),
        Ok(()) => Ok(answers::see_other(desk.path("/agents?done=agent-declined"))),
        // Withdrawn, past or taken meanwhile: the list shows how it stands.
        Err(Error::NotFound(_) | Error::Conflict(_)) => {
            Ok(answers::see_other(desk.path("/agents?done=agent-gone")))
        }
        Err(error) => Err(error.into()),
    }
}
