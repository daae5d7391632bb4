//! Links of broadcasts: short addresses that count and lead on.
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, LOCATION, REFERRER_POLICY, USER_AGENT};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use crier_core::App;
use crier_core::broadcasts::{self, Link};
use crier_http::{Answer, Client};

/// What programs that look at links before anybody follows them call themselves, in small letters.
/// Some phones are called "cubot": a bot says more than that.
const LOOKERS: [&str; 9] = [
    "bot/",
    "bot-",
    "telegrambot",
    "crawl",
    "spider",
    "preview",
    "facebookexternalhit",
    "whatsapp",
    "embedly",
];

/// Leads on, and counts it. Each click comes here: browsers must not remember the way.
pub async fn follow(
    app: Data<App>,
    client: Client,
    request: HttpRequest,
    token: Path<String>,
) -> Answer {
    let token = token.into_inner();
    let link = app.read(move |conn| broadcasts::link(conn, &token)).await?;
    let target = link.target();
    if request.method() == Method::GET && !only_looks(request.headers()) {
        count(&app, client, link).await;
    }
    Ok(HttpResponse::Found()
        .insert_header((LOCATION, target))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish())
}

/// Whether this is a program that looks ahead, as far as it says so.
fn only_looks(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let ahead = ["purpose", "sec-purpose", "x-moz"].map(says);
    let agent = says(USER_AGENT.as_str()).to_ascii_lowercase();
    ahead.iter().any(|purpose| purpose.contains("prefetch") || purpose.contains("preview"))
        || LOOKERS.iter().any(|looker| agent.contains(looker))
}

/// That it cannot be counted keeps nobody from going on.
async fn count(app: &App, client: Client, link: Link) {
    if app.limits.messages.check(&format!("click:{}", client.key())).await.is_err() {
        return;
    }
    if let Err(error) = app.write(move |tx| broadcasts::click(tx, &link)).await {
        tracing::warn!(%error, "a click was not counted");
    }
}
