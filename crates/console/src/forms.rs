//! Forms: read here and nowhere else, because here is checked that the browser that sends one also
//! asked for it.
use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use crier_core::mint::fingerprint;
use futures_util::StreamExt as _;
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

/// Bytes of a form with a file: the largest that is sent, and what is beside it.
const MAX_FILE: usize = 11 * 1024 * 1024;

/// A form with a file that carried this browser's token.
pub struct FileForm {
    /// The file's name.
    pub name: String,
    /// Its content; empty when none was chosen.
    pub bytes: Vec<u8>,
    fields: BTreeMap<String, String>,
}

impl FileForm {
    /// What else was filled in; empty where nothing was.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl FromRequest for FileForm {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::of(req);
        let parts = Multipart::new(req.headers(), payload.take());
        async move {
            let visit = visit?;
            let (csrf, file) = parts_of(parts).await?;
            if fingerprint(&csrf) != fingerprint(&visit.csrf) {
                return Err(Failure::StaleForm);
            }
            Ok(file)
        }
        .boxed_local()
    }
}

async fn parts_of(mut parts: Multipart) -> Result<(String, FileForm), Failure> {
    let mut file = FileForm { name: String::new(), bytes: Vec::new(), fields: BTreeMap::new() };
    let mut left = MAX_FILE;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| Failure::Unreadable)?;
        let field = part.name().unwrap_or_default().to_owned();
        let said = part.content_disposition().and_then(|said| said.get_filename());
        let name = said.map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| Failure::Unreadable)?;
            left = left.checked_sub(chunk.len()).ok_or(Failure::Unreadable)?;
            bytes.extend_from_slice(&chunk);
        }
        if let Some(name) = name {
            file = FileForm { name, bytes, ..file };
        } else {
            let said = String::from_utf8(bytes).map_err(|_| Failure::Unreadable)?;
            file.fields.insert(field, said);
        }
    }
    Ok((file.fields.remove("csrf").unwrap_or_default(), file))
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    let read = web::Query::<T>::from_query(body).map_err(|_| Failure::Unreadable)?;
    Ok(read.into_inner())
}
