//! Who else has the draft open. The page asks every few seconds, and says by asking that somebody is
//! there.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::drafts::{self, Here};

use super::{Path, Seen, page};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Speech;

#[derive(Template)]
#[template(path = "console/draft_here.html")]
struct Others {
    /// Whether it is this member's turn to write.
    writes: bool,
    text: String,
    /// What was saved since the page was opened, and when.
    newer: Option<(String, Moment)>,
    reload: String,
    take_over: Option<(String, String)>,
    csrf: String,
    action: String,
}

/// Says that the member is there, and who else is.
pub async fn beat(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(seen): Form<Seen>,
) -> Answer {
    let (account, key, member) = (desk.account.id, path.1.clone(), desk.staff.member.id);
    let here = app.write(move |tx| drafts::beat(tx, account, &key, member)).await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let writes = here.writes == member;
    let newer = here.draft.revision > seen.revision && here.draft.changed_by != Some(member);
    answers::page(&Others {
        writes,
        text: said(&visit.speech, &here, writes),
        newer: newer
            .then(|| (visit.speech.say("draft-newer"), calendar.time(here.draft.updated_at))),
        reload: visit.speech.say("draft-reload"),
        take_over: (!writes).then(|| {
            (visit.speech.say("draft-take-over"), visit.speech.say("draft-take-over-hint"))
        }),
        csrf: visit.csrf.clone(),
        action: page(&desk, &path.1, "/take-over"),
    })
}

fn said(speech: &Speech, here: &Here, writes: bool) -> String {
    let names: Vec<&str> = here.others.iter().map(|(_, name)| name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        _ if writes => speech.with("draft-others", &[("names", names.join("、").into())]),
        [first, ..] => speech.with("draft-editing", &[("name", (*first).into())]),
    }
}

/// Takes the turn to write, and opens what is stored.
pub async fn take_over(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, key, member) = (desk.account.id, path.1.clone(), desk.staff.member.id);
    app.write(move |tx| drafts::take_over(tx, account, &key, member)).await?;
    Ok(answers::see_other(page(&desk, &path.1, "/articles/1?done=draft-taken")))
}
