//! What is done with several followers at once: those that are ticked in the list.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::followers::profiles;
use crier_core::tags::{self, MAX_BLOCKED};

use super::asking::Asked;
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

/// Whom, and what: the form says a name several times.
type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "console/followers_block.html")]
struct Sure {
    page: Page,
    text: String,
    action: String,
    /// What the form says when it is sure.
    act: &'static str,
    people: Vec<(String, String)>,
    here: String,
    back: String,
}

struct Chosen {
    openids: Vec<String>,
    act: String,
    tag: Option<i64>,
    asked: Asked,
}

impl Chosen {
    fn of(pairs: Pairs) -> Self {
        let last = |name: &str| {
            let found = pairs.iter().rev().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let openids = pairs.iter().filter(|(key, _)| key == "who").map(|(_, who)| who.clone());
        let asked = web::Query::<Asked>::from_query(&last("here"));
        Self {
            openids: openids.collect(),
            act: last("act"),
            tag: last("give").parse().ok(),
            asked: asked.map(web::Query::into_inner).unwrap_or_default(),
        }
    }
}

/// Gives or takes a tag, blocks or unblocks. To block or unblock is asked for once more.
pub async fn act(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let chosen = Chosen::of(pairs);
    if chosen.openids.is_empty() {
        let error = visit.speech.say("followers-none-chosen");
        return super::again(&app, &visit, &desk, chosen.asked, error).await;
    }
    let done = match chosen.act.as_str() {
        "block" | "unblock" => return sure(&visit, &desk, &app, chosen).await,
        "block-sure" => "blocked",
        "unblock-sure" => "unblocked",
        "take" => "untagged",
        _ => "tagged",
    };
    match apply(&app, &desk, &chosen).await {
        Ok(()) => {
            let here = chosen.asked.query(chosen.asked.after());
            Ok(answers::see_other(desk.path(&format!("/followers?{here}&done={done}"))))
        }
        Err(crier_core::Error::NotFound("openid" | "own_openid")) => {
            let error = visit.speech.say("followers-gone");
            super::again(&app, &visit, &desk, chosen.asked, error).await
        }
        Err(crier_core::Error::NotFound("tag")) => {
            let error = visit.speech.say("followers-no-tag");
            super::again(&app, &visit, &desk, chosen.asked, error).await
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            super::again(&app, &visit, &desk, chosen.asked, fault.text).await
        }
    }
}

async fn apply(app: &App, desk: &Desk, chosen: &Chosen) -> crier_core::Result<()> {
    let (account, openids, tag) = (desk.account.id, chosen.openids.clone(), chosen.tag);
    let act = chosen.act.clone();
    app.write(move |tx| match act.as_str() {
        "block-sure" => {
            openids.chunks(MAX_BLOCKED).try_for_each(|some| tags::block(tx, account, some))
        }
        "unblock-sure" => {
            openids.chunks(MAX_BLOCKED).try_for_each(|some| tags::unblock(tx, account, some))
        }
        "take" => tags::take(tx, account, tag.unwrap_or_default(), &openids),
        _ => tags::give(tx, account, tag.unwrap_or_default(), &openids),
    })
    .await
}

async fn sure(visit: &Visit, desk: &Desk, app: &App, chosen: Chosen) -> Answer {
    let (account, openids) = (desk.account.id, chosen.openids);
    let people = app.read(move |conn| profiles(conn, account, &openids)).await?;
    let blocks = chosen.act == "block";
    let (key, act) = if blocks {
        ("follower-block", "block-sure")
    } else {
        ("follower-unblock", "unblock-sure")
    };
    let speech = &visit.speech;
    let count = people.len() as i64;
    let here = chosen.asked.query(chosen.asked.after());
    let people = people
        .into_iter()
        .map(|(follower, user)| (follower.openid.clone(), super::named(speech, &user.name)));
    let people: Vec<_> = people.collect();
    if people.is_empty() {
        return Err(Failure::from(crier_core::Error::NotFound("openid")));
    }
    answers::page(&Sure {
        page: visit.page_of(desk, key).titled(speech.count(&format!("{key}-title"), count)),
        text: speech.say(&format!("{key}-text")),
        action: speech.say(key),
        act,
        people,
        back: desk.path(&format!("/followers?{here}")),
        here,
    })
}
