//! Who else is at a conversation, whether the follower writes, and what the follower sees of who
//! writes.
use actix_web::{HttpResponse, web};
use askama::Template;
use askama::filters::HtmlSafe;
use crier_core::ids::FollowerId;
use crier_core::presences::Doing;
use crier_core::{App, Error, conversations};
use serde::Deserialize;

use super::follower_of;
use crate::agents::attending::Shift;
use crate::answers::{self, Answer};
use crate::forms::Form;
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Speech;

/// Who else is at a conversation.
#[derive(Template)]
#[template(path = "console/presence.html")]
pub struct Others {
    path: String,
    follower: i64,
    lines: Vec<String>,
}

/// It escapes what is in it itself.
impl HtmlSafe for Others {}

impl Others {
    /// Those beside the member at the desk.
    pub fn new(app: &App, speech: &Speech, desk: &Desk, shift: &Shift, of: FollowerId) -> Self {
        let line = |(member, doing): (_, Doing)| {
            let name = shift.member_name(member).filter(|_| member != shift.member)?;
            let key = if doing == Doing::Writes { "present-writes" } else { "present-looks" };
            Some(speech.with(key, &[("name", name.to_owned().into())]))
        };
        let members = app.hub.presences.at(of).into_iter().filter_map(line);
        let follower = app.hub.presences.writes(of).then(|| speech.say("present-follower"));
        Self {
            path: desk.path(&format!("/inbox/{of}/presence")),
            follower: of.0,
            lines: follower.into_iter().chain(members).collect(),
        }
    }
}

/// Who else is there.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let follower = own(&app, &desk, follower_of(&path)?).await?;
    let shift = Shift::load(&app, &desk).await?;
    answers::page(&Others::new(&app, &visit.speech, &desk, &shift, follower))
}

async fn own(app: &App, desk: &Desk, follower: FollowerId) -> crier_core::Result<FollowerId> {
    let account = desk.account.id;
    app.read(move |conn| match conversations::get(conn, follower)?.account_id {
        of if of == account => Ok(follower),
        _ => Err(Error::NotFound("conversation")),
    })
    .await
}

/// What somebody does.
#[derive(Deserialize)]
pub struct Does {
    doing: String,
}

/// Says what the member at the desk does. While they write the follower sees it, where the platform
/// shows it.
pub async fn tell(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(does): Form<Does>,
) -> Answer {
    let follower = own(&app, &desk, follower_of(&path)?).await?;
    let doing = match does.doing.as_str() {
        "writes" => Doing::Writes,
        "leaves" => Doing::Leaves,
        _ => Doing::Looks,
    };
    app.attend(desk.account.id, follower, desk.staff.member.id, doing);
    if doing == Doing::Writes {
        match app.write(move |tx| conversations::set_typing(tx, follower, true)).await {
            // Shown already, or the follower wrote too long ago.
            Ok(()) | Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(HttpResponse::NoContent().finish())
}
