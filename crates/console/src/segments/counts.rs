//! A count that goes on while it is looked at: each answer says how far it is, and asks for the next
//! until all followers were looked at. It keeps nothing: where it stands travels with the page.
use actix_web::HttpResponse;
use askama::Template;
use chrono::TimeDelta;
use crier_core::ids::{AccountId, FollowerId};
use crier_core::plans::Whom;
use crier_core::segments::{self, Tally};
use crier_core::{App, Result};
use serde::Deserialize;

use crate::answers::Answer;
use crate::failures::Failure;
use crate::numbers::grouped;
use crate::words::Speech;

/// After so long an answer looks no further; a look that was begun is finished.
const LOOKS: TimeDelta = TimeDelta::milliseconds(15);

/// Where a count stands.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Standing {
    /// Followers found so far.
    #[serde(default)]
    pub found: i64,
    /// The last that was looked at.
    #[serde(default)]
    pub after: Option<i64>,
}

/// Who asks for the rest of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A page, by its address.
    Page,
    /// A form, by what is filled in.
    Form,
}

/// A count, as it is shown.
#[derive(Template)]
#[template(path = "console/count.html")]
pub struct Count {
    /// What is known.
    pub text: String,
    /// Where to go on, and how it stands there.
    pub next: Option<String>,
    /// What to press to go on, without script; nothing where a form asks.
    pub go_on: String,
}

impl askama::filters::HtmlSafe for Count {}

impl Count {
    /// The page that goes on without script: the address of the rest, without its last part.
    fn plain(&self) -> String {
        self.next.as_ref().map(|next| next.replacen("/count?", "?", 1)).unwrap_or_default()
    }

    /// The fragment alone.
    pub fn answer(&self) -> Answer {
        let html = self.render().map_err(crate::answers::unsent)?;
        Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
    }
}

/// Goes on counting whom is meant. `href` is where the rest is asked for.
pub async fn count(
    app: &App,
    speech: &Speech,
    account: AccountId,
    whom: Whom,
    standing: Standing,
    (asks, href): (Asks, &str),
) -> std::result::Result<Count, Failure> {
    let tally = tally(app, account, whom, standing).await?;
    let values = [("count", tally.found.into()), ("number", grouped(tally.found).into())];
    let key = if tally.after.is_some() { "count-at-least" } else { "count-all" };
    let mark = if href.contains('?') { '&' } else { '?' };
    let next = tally.after.map(|after| format!("{href}{mark}found={}&after={after}", tally.found));
    let go_on = if asks == Asks::Page { speech.say("count-go-on") } else { String::new() };
    Ok(Count { text: speech.with(key, &values), next, go_on })
}

async fn tally(app: &App, account: AccountId, whom: Whom, standing: Standing) -> Result<Tally> {
    let (clock, now) = (app.clock.clone(), app.clock.now());
    app.read(move |conn| {
        let looking = whom.looking(conn, account, now)?;
        let after = standing.after.map(FollowerId);
        let mut tally = Tally { found: standing.found.max(0), after };
        let until = clock.now().plus(LOOKS);
        loop {
            tally = segments::count(conn, &looking, tally)?;
            if tally.after.is_none() || clock.now() >= until {
                return Ok(tally);
            }
        }
    })
    .await
}
