//! Light or dark: as the system has it, unless the visitor chose.
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::forms::Form;

const COOKIE: &str = "crier_theme";
/// What follows the system.
pub const SYSTEM: &str = "system";
/// What can be chosen; each has a message `theme-NAME`.
pub const ALL: [&str; 3] = [SYSTEM, "light", "dark"];

/// `light`, `dark`, or empty to follow the system.
pub fn of(req: &HttpRequest) -> &'static str {
    let chosen = req.cookie(COOKIE);
    let known = |theme: &&&str| chosen.as_ref().is_some_and(|cookie| cookie.value() == **theme);
    ALL[1..].iter().find(known).copied().unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Choice {
    theme: String,
    #[serde(default)]
    back: String,
}

/// Keeps the chosen theme in the browser.
pub async fn choose(Form(choice): Form<Choice>) -> Answer {
    let mut answer = answers::see_other(answers::inside(&choice.back));
    // A script changes it without a reload, so it is no secret of the server's.
    let chosen = ALL[1..].iter().find(|theme| **theme == choice.theme);
    let mut cookie = Cookie::build(COOKIE, chosen.copied().unwrap_or_default())
        .path("/")
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(Duration::days(if chosen.is_some() { 365 } else { 0 }));
    answer.add_cookie(&cookie).map_err(answers::unsent)?;
    Ok(answer)
}
