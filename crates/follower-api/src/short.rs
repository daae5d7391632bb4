//! Short addresses: whoever opens one is sent where it leads.
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use actix_web::web::{Data, Path};
use crier_core::App;
use crier_core::short_keys::{self, Kind};
use crier_http::Answer;

/// Sends the browser on. No page says where to: an account vouches for the link, as in a message.
pub async fn open(app: Data<App>, key: Path<String>) -> Answer {
    let (key, now) = (key.into_inner(), app.clock.now());
    let found = app.read(move |conn| short_keys::get(conn, &key, Kind::Link, now)).await?;
    Ok(HttpResponse::Found()
        .insert_header((LOCATION, found.content))
        .insert_header((CACHE_CONTROL, "private, max-age=300"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish())
}
