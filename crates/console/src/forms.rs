//! Forms: read here and nowhere else, because here is checked that the browser that sends one also
//! asked for it.
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use crier_core::mint::fingerprint;
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::failures::Failure;
use crate::visits::Visit;

/// A form that carried this browser's token.
pub struct Form<T>(pub T);

/// For forms that say nothing but that they were sent.
#[derive(Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct Token {
    csrf: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(req);
        let body = String::from_request(req, payload);
        async move {
            let (visit, body) = (visit?, body.await.map_err(|_| Failure::Unreadable)?);
            let token: Token = read(&body).map_err(|_| Failure::StaleForm)?;
            // Fingerprints compare without telling by their time where they differ.
            if fingerprint(&token.csrf) != fingerprint(&visit.csrf) {
                return Err(Failure::StaleForm);
            }
            read(&body).map(Self)
        }
        .boxed_local()
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    let read = web::Query::<T>::from_query(body).map_err(|_| Failure::Unreadable)?;
    Ok(read.into_inner())
}
