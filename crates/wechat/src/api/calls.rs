//! A call: what was asked, whatever the client's habits (T2).
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::http::header::HeaderMap;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest as _, HttpRequest, error::PayloadError};
use crier_core::App;
use crier_core::accounts::Account;
use crier_http::clients::Client;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;
use super::routes::Route;

/// Bytes of a form field beside the file.
const MAX_FIELD: usize = 64 * 1024;
/// Parts of a form.
const MAX_PARTS: usize = 16;

/// One call.
pub(crate) struct Call {
    /// The application.
    pub(crate) app: Arc<App>,
    /// Query parameters, in any order.
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
    path: &'static str,
    seen: Rc<Seen>,
    /// The caller's address.
    pub(crate) client: String,
}

/// What is known of a call by the time that it is answered.
#[derive(Default)]
pub(crate) struct Seen {
    /// Whose it is, once that is proven.
    pub(crate) account: OnceCell<Arc<Account>>,
    /// What came with it, once that is read.
    pub(crate) body: OnceCell<Bytes>,
}

/// A form with a file.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    /// The file's name and content.
    pub(crate) file: Option<(String, Vec<u8>)>,
}

impl Form {
    /// The field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        find(&self.fields, name)
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Call {
    /// Reads a request of a route, which says how many bytes its body may have.
    pub(crate) async fn read(
        app: Arc<App>,
        request: &HttpRequest,
        mut payload: web::Payload,
        route: &Route,
        seen: Rc<Seen>,
    ) -> Result<Self, Refusal> {
        let query = url::form_urlencoded::parse(request.query_string().as_bytes());
        let query: Vec<(String, String)> = query.into_owned().collect();
        if query.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Refusal::new(code::BAD_PARAMETER));
        }
        let mut body = web::BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Refusal::new(code::BAD_JSON))?;
            if body.len() + chunk.len() > route.limit {
                let detail = format!("a request has at most {} bytes", route.limit);
                return Err(Refusal::about(code::TOO_LARGE, detail));
            }
            body.extend_from_slice(&chunk);
        }
        let (headers, body, path) = (request.headers().clone(), body.freeze(), route.path);
        // Set once: this is the only reader.
        drop(seen.body.set(body.clone()));
        let client = Client::extract(request).await.map(|client| client.0.to_string());
        let client = client.unwrap_or_default();
        Ok(Self { app, query, headers, body, path, seen, client })
    }

    /// Counts a call that proved itself in its own way as one of this account.
    pub(crate) async fn admit(&self, account: &Arc<Account>) -> Result<(), Refusal> {
        drop(self.seen.account.set(account.clone()));
        super::admit(&self.app, account, self.path).await
    }

    /// What a call without a token has under this name, wherever clients put it: the body as JSON
    /// or as a form, or the query. Empty is absent.
    pub(crate) fn anywhere(&self, name: &str) -> Option<String> {
        let from_body = if let Ok(body) = self.json() {
            fields::some(&body, name)
        } else {
            let mut form = url::form_urlencoded::parse(&self.body);
            form.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        from_body.or_else(|| self.query(name).map(str::to_owned)).filter(|value| !value.is_empty())
    }

    /// The query parameter of this name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// The query parameter of this name, which must be there and not empty.
    pub(crate) fn need(&self, name: &str, code: i32) -> Result<&str, Refusal> {
        self.query(name).filter(|value| !value.is_empty()).ok_or_else(|| Refusal::new(code))
    }

    /// Whether there is no body.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// The body as a JSON object, whatever it is called: half of the clients give no type (T2).
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        let body = self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body);
        if body.trim_ascii().is_empty() {
            return Err(Refusal::new(code::NO_BODY));
        }
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| Refusal::about(code::BAD_JSON, error.to_string()))?;
        if !value.is_object() || fields::has_nul(&value) {
            return Err(Refusal::new(code::BAD_JSON));
        }
        Ok(value)
    }

    /// The body as a form with a file: the part called `media`, or else the first that has a file
    /// name.
    pub(crate) async fn form(&self) -> Result<Form, Refusal> {
        let refuse = |error: &dyn std::fmt::Display| {
            Refusal::about(code::NO_MEDIA, format!("the form cannot be read: {error}"))
        };
        let whole = stream::once(std::future::ready(Ok::<Bytes, PayloadError>(self.body.clone())));
        let mut parts = Multipart::new(&self.headers, whole);
        let mut form = Form::default();
        for _ in 0..MAX_PARTS {
            let Some(part) = parts.next().await else { return Ok(form) };
            let mut part = part.map_err(|error| refuse(&error))?;
            let name = part.name().unwrap_or_default().to_owned();
            let disposition = part.content_disposition();
            let file_name = disposition.and_then(|said| said.get_filename()).map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = part.next().await {
                bytes.extend_from_slice(&chunk.map_err(|error| refuse(&error))?);
            }
            form.take(name, file_name, bytes);
        }
        Err(refuse(&"too many parts"))
    }
}

impl Form {
    fn take(&mut self, name: String, file_name: Option<String>, bytes: Vec<u8>) {
        if name == "media" || (file_name.is_some() && self.file.is_none()) {
            self.file = Some((file_name.unwrap_or_else(|| "media".to_owned()), bytes));
        } else if bytes.len() <= MAX_FIELD
            && let Ok(text) = String::from_utf8(bytes)
        {
            self.fields.push((name, text));
        }
    }
}
