//! Signing in on the follower page: a name makes a guest of the `local` host app.
use actix_web::cookie::time::Duration as Age;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use crier_core::host_apps::{Told, local_token};
use crier_core::mint::hex_token;
use crier_core::{App, Timestamp};
use crier_http::inputs::{optional_json, too_large};
use crier_http::{Answer, Client, Problem};
use serde::{Deserialize, Serialize};

use crate::fields::{Fields, required};

/// The cookie that other pages of ours know a follower by.
const COOKIE: &str = "crier_follower";
/// How long a guest stays signed in.
const DAYS: i64 = 30;
const MAX_BODY: usize = 8 << 10;

#[derive(Deserialize)]
struct PlainForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    next: String,
}

#[derive(Serialize)]
struct SignedIn {
    token: String,
    expires_at: Timestamp,
}

/// Makes a guest, from JSON or from a plain form.
pub async fn sign_in(app: Data<App>, client: Client, req: HttpRequest, body: Bytes) -> Answer {
    if body.len() > MAX_BODY {
        return Err(too_large(MAX_BODY));
    }
    app.limits.sign_in.check(&format!("guest:{}", client.key())).await?;
    if !is_form(&req) {
        let name = required("name", optional_json::<Fields>(&body)?.text("name", 1, 64)?)?;
        let done = guest(&app, &name)?;
        return Ok(HttpResponse::Ok().cookie(cookie(&app, &done)).json(done));
    }
    let text = std::str::from_utf8(&body).unwrap_or_default();
    let form = Query::<PlainForm>::from_query(text)
        .map_err(|error| Problem::invalid("name", error))?
        .into_inner();
    let done = guest(&app, &form.name)?;
    Ok(HttpResponse::SeeOther()
        .cookie(cookie(&app, &done))
        .insert_header((LOCATION, local(&form.next)))
        .finish())
}

fn is_form(req: &HttpRequest) -> bool {
    let kind = req.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn guest(app: &App, name: &str) -> Answer<SignedIn> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(Problem::invalid("name", "must have 1 to 64 characters"));
    }
    let user = format!("guest-{}", hex_token::<16>());
    let (now, lasts) = (app.clock.now(), Duration::days(DAYS));
    let (token, expires_at) = local_token(&app.vault, &user, Told::name(name), now, lasts)?;
    Ok(SignedIn { token, expires_at })
}

fn cookie(app: &App, done: &SignedIn) -> Cookie<'static> {
    Cookie::build(COOKIE, done.token.clone())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.public_url.starts_with("https:"))
        .max_age(Age::days(DAYS))
        .finish()
}

/// An address on this server, or the follower page: anything else would send people away with our
/// good name.
fn local(next: &str) -> String {
    let plain = next.bytes().all(|byte| (0x21..0x7F).contains(&byte) && byte != b'\\');
    if plain && next.starts_with('/') && !next.starts_with("//") {
        return next.to_owned();
    }
    "/app".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_away() {
        assert_eq!(local("/connect/oauth2/authorize?a=1"), "/connect/oauth2/authorize?a=1");
        for next in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb"] {
            assert_eq!(local(next), "/app", "{next}");
        }
    }
}
