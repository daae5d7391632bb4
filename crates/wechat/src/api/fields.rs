//! Fields of a JSON body, read the way clients send them: numbers as text, text as numbers, flags
//! as either (`reference/wechat-api.md` 1).
use serde_json::Value;
use url::Url;

use super::errcodes as code;
use super::refusals::Refusal;

/// Bytes of a link.
const MAX_URL: usize = 1024;

/// The field as text; a number becomes its digits.
pub(crate) fn text(body: &Value, name: &str) -> Option<String> {
    match body.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The field as text, empty if absent.
pub(crate) fn words(body: &Value, name: &str) -> String {
    text(body, name).unwrap_or_default()
}

/// The field as text that is not empty.
pub(crate) fn some(body: &Value, name: &str) -> Option<String> {
    text(body, name).filter(|text| !text.is_empty())
}

/// The field as text that must be there.
pub(crate) fn need(body: &Value, name: &str, code: i32) -> Result<String, Refusal> {
    some(body, name).ok_or_else(|| Refusal::new(code))
}

/// The field as a whole number.
pub(crate) fn integer(body: &Value, name: &str) -> Option<i64> {
    match body.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The field as a flag: `true`, `1` and their texts.
pub(crate) fn flag(body: &Value, name: &str) -> bool {
    match body.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
        _ => false,
    }
}

/// The field as a list, empty if absent.
pub(crate) fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The field as a list of texts; one alone may stand there by itself.
pub(crate) fn texts(body: &Value, name: &str) -> Option<Vec<String>> {
    match body.get(name)? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(many) => many.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// The field as a link, empty if absent. Followers tap links, so only those of the web are taken.
pub(crate) fn link(body: &Value, name: &str) -> Result<String, Refusal> {
    let link = words(body, name);
    if link.len() > MAX_URL {
        return Err(Refusal::about(code::URL_TOO_LONG, name));
    }
    let web = |url: &Url| matches!(url.scheme(), "http" | "https");
    if link.is_empty() || Url::parse(&link).is_ok_and(|url| web(&url)) {
        return Ok(link);
    }
    Err(Refusal::about(code::BAD_URL_DOMAIN, format!("{name} must be a web address")))
}

/// Whether a NUL stands anywhere in the strings: no database column here takes one.
pub(crate) fn has_nul(body: &Value) -> bool {
    match body {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.values().any(has_nul),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let body = json!({"a": 7, "b": "7", "c": true, "d": "1", "e": [1], "f": null});
        assert_eq!(text(&body, "a").as_deref(), Some("7"));
        assert_eq!(integer(&body, "b"), Some(7));
        assert!(flag(&body, "c") && flag(&body, "d") && !flag(&body, "f"));
        assert_eq!(list(&body, "e").len(), 1);
        assert!(list(&body, "f").is_empty());
    }

    #[test]
    fn only_web_links_pass() {
        let body = json!({"a": "https://x.example/?q=1", "b": "javascript:alert(1)", "c": ""});
        assert!(link(&body, "a").is_ok());
        assert!(link(&body, "b").is_err());
        assert_eq!(link(&body, "c").unwrap(), "");
    }
}
