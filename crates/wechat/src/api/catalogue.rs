//! The calls of this face as data, each with an example: what an explorer lists. The examples are
//! the rows that a test walks, so that they are true.
use std::collections::BTreeSet;

use serde_json::Value;

use super::routes::{Handler, TABLE};

const ROWS: &str = include_str!("rows.json");

/// What followers receive when it is called.
const SENDS: [&str; 9] = [
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/custom/typing",
    "/cgi-bin/message/mass/send",
    "/cgi-bin/message/mass/sendall",
    "/cgi-bin/message/mass/preview",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/template/subscribe",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/freepublish/submit",
];
/// How the last part of a path begins whose call changes nothing.
const READS: [&str; 10] = [
    "get", "batchget", "list", "count", "fetch", "trymatch", "info", "check", "ticket", "datacube",
];

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes what is stored.
    Changes,
    /// Followers receive something.
    Sends,
}

/// One call, with an example of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path.
    pub path: &'static str,
    /// What follows the `?` beside the token.
    pub query: String,
    /// Its body; empty where it has none, or is a form with a file.
    pub body: String,
    /// The field of the form that its file goes into.
    pub file: Option<&'static str>,
    /// What it does.
    pub effect: Effect,
}

/// Every call that is made with an access token, in the order of their table.
pub fn catalogue() -> Vec<Listed> {
    let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let listed = rows.iter().filter_map(listed).filter(|one| seen.insert(one.path));
    let listed: Vec<Listed> = listed.collect();
    let place = |one: &Listed| TABLE.iter().position(|route| route.path == one.path);
    let mut placed: Vec<_> = listed.into_iter().map(|one| (place(&one), one)).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, one)| one).collect()
}

fn listed(row: &Value) -> Option<Listed> {
    let (method, address) = row["call"].as_str()?.split_once(' ')?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let route = TABLE.iter().find(|route| route.path == path)?;
    if matches!(route.handler, Handler::Open(_)) {
        return None;
    }
    let method = if method == "GET" { "GET" } else { "POST" };
    let body = row.get("body").filter(|body| !body.is_null());
    let body = body.and_then(|body| serde_json::to_string_pretty(body).ok()).unwrap_or_default();
    Some(Listed {
        method,
        path: route.path,
        query: plain(query),
        body: plain(&body),
        file: row.get("file").map(|_| "media"),
        effect: effect(method, route.path),
    })
}

fn effect(method: &str, path: &str) -> Effect {
    let last = path.rsplit('/').next().unwrap_or_default();
    if SENDS.contains(&path) {
        Effect::Sends
    } else if method == "GET" && last != "delete" && last != "del"
        || READS.iter().any(|word| last.starts_with(word))
        || path.starts_with("/datacube")
    {
        Effect::Reads
    } else {
        Effect::Changes
    }
}

/// `OPENID` instead of `{openid}`, which nobody could tell from JSON.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        match after.split_once('}') {
            Some((name, behind))
                if !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
            {
                plain.push_str(&name.to_ascii_uppercase());
                rest = behind;
            }
            _ => {
                plain.push('{');
                rest = after;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_listed_with_examples_that_are_json() {
        let all = catalogue();
        assert!(all.len() > 70, "{}", all.len());
        for one in &all {
            let is_json = one.body.is_empty() || serde_json::from_str::<Value>(&one.body).is_ok();
            assert!(is_json && !one.query.contains('{'), "{one:?}");
        }
        let send = all.iter().find(|one| one.path == "/cgi-bin/message/custom/send").unwrap();
        assert!(send.effect == Effect::Sends && send.body.contains("\"OPENID\""), "{send:?}");
        let info = all.iter().find(|one| one.path == "/cgi-bin/user/info").unwrap();
        assert_eq!((info.effect, info.query.as_str()), (Effect::Reads, "openid=OPENID&lang=zh_CN"));
        let upload = all.iter().find(|one| one.path == "/cgi-bin/media/upload").unwrap();
        let said = (upload.effect, upload.query.as_str(), upload.file);
        assert_eq!(said, (Effect::Changes, "type=image", Some("media")));
        let delete = all.iter().find(|one| one.path == "/cgi-bin/tags/delete").unwrap();
        assert_eq!(delete.effect, Effect::Changes);
    }
}
