//! Answers. Two styles, and clients depend on which (T3, T4): an action says `errcode` 0, a read
//! gives its data and no `errcode`.
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use super::errcodes;
use super::refusals::Refusal;

/// What a handler gives back.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// The content type of every JSON answer: one client tells JSON from files by it alone
/// (`reference/wechat-api.md` 1).
const JSON: &str = "application/json; encoding=utf-8";

/// What a call is answered with.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Data alone.
    Data(Value),
    /// `errcode` 0 with these fields beside.
    Done(Value),
    /// A file, under this name if it is a download.
    File {
        /// Its type.
        mime: String,
        /// The name it is saved under.
        name: Option<String>,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A picture that isn't there: HTTP 404, the one status but 200 (2.10).
    Missing,
}

impl Answer {
    /// `errcode` 0 and nothing more.
    pub(crate) fn done() -> Self {
        Self::Done(json!({}))
    }

    /// As HTTP.
    pub(crate) fn into_http(self) -> HttpResponse {
        match self {
            Self::Data(data) => as_json(&data),
            Self::Done(beside) => as_json(&envelope(0, "ok", beside)),
            Self::File { mime, name, bytes } => file(&mime, name.as_deref(), bytes),
            Self::Missing => HttpResponse::NotFound().finish(),
        }
    }
}

/// What a refusal says: the code, its message, and the `rid` that it is logged and kept under.
pub(crate) fn refusal(refusal: Refusal, path: &str, rid: &str) -> String {
    if let Some(fault) = &refusal.fault {
        tracing::error!(rid, path, fault, "a call failed");
    }
    let message = errcodes::message(refusal.code);
    let text = match refusal.detail {
        Some(detail) => format!("{message}: {detail} rid: {rid}"),
        None => format!("{message} rid: {rid}"),
    };
    let beside = refusal.extra.map_or_else(|| json!({}), |(name, value)| json!({ name: value }));
    envelope(refusal.code, &text, beside).to_string()
}

/// JSON as HTTP: status 200, whatever it says.
pub(crate) fn json_text(said: String) -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, JSON)).body(said)
}

/// `errcode` and `errmsg` come first, as clients that look at the text expect. A message among the
/// fields replaces ours: mass send has its own (2.3).
fn envelope(code: i32, message: &str, beside: Value) -> Value {
    let mut body = Map::new();
    body.insert("errcode".to_owned(), code.into());
    body.insert("errmsg".to_owned(), message.into());
    if let Value::Object(beside) = beside {
        body.extend(beside);
    }
    Value::Object(body)
}

fn as_json(body: &Value) -> HttpResponse {
    json_text(body.to_string())
}

/// Downloads carry their name: clients throw without it (T10).
fn file(mime: &str, name: Option<&str>, bytes: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, mime));
    if let Some(name) = name {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
        let value = format!("attachment; filename=\"{name}\"");
        response.insert_header((CONTENT_DISPOSITION, value));
    }
    response.body(bytes)
}
