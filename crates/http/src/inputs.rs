//! Reading what clients send: bounded, and refused with a problem that says what is wrong.
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::{HttpResponse, web};
use serde::de::DeserializeOwned;

use crate::problems::{Code, Problem};

/// Bytes of a JSON body. The longest message is 2 KB of text.
const MAX_JSON: usize = 64 << 10;

/// Has JSON, queries and paths that cannot be read refused with problems.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.app_data(json_config())
        .app_data(web::PayloadConfig::new(MAX_JSON))
        .app_data(web::QueryConfig::default().error_handler(|error, _| bad_query(&error).into()))
        .app_data(web::PathConfig::default().error_handler(|error, _| bad_path(&error).into()));
}

/// As [`configure`], for JSON alone. A missing content type is forgiven: nothing else is taken.
pub fn json_config() -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(MAX_JSON)
        .content_type_required(false)
        .error_handler(|error, _| bad_json(&error).into())
}

fn bad_json(error: &JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            too_large(MAX_JSON)
        }
        JsonPayloadError::ContentType => {
            Problem::new(Code::UnsupportedType, "the body must be application/json")
        }
        JsonPayloadError::Deserialize(error) => unreadable(error),
        _ => Problem::new(Code::MalformedBody, "the body did not arrive whole"),
    }
}

/// The problem of a body larger than this.
pub fn too_large(limit: usize) -> Problem {
    Problem::new(Code::TooLarge, format!("at most {} KB are taken", limit >> 10))
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let code = if error.is_data() { Code::Invalid } else { Code::MalformedJson };
    Problem::new(code, error.to_string())
}

fn bad_query(error: &QueryPayloadError) -> Problem {
    Problem::new(Code::Invalid, error.to_string())
}

fn bad_path(_: &PathError) -> Problem {
    Problem::not_found("address")
}

/// JSON where nothing at all means the default.
///
/// # Errors
/// `malformed_json`, or `invalid` when it is JSON of another shape.
pub fn optional_json<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Problem> {
    if body.trim_ascii().is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body).map_err(|error| unreadable(&error))
}

/// What answers where nothing else does.
pub async fn nowhere() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found("address"))
}

/// What answers at an address with a method it has not got.
pub async fn other_method() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Code::MethodNotAllowed, "this address has other methods"))
}
