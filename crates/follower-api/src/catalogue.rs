//! The calls of this face as data, each with an example: what an explorer lists. A test walks them,
//! so that they are true.

/// What a call sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sends {
    /// Nothing.
    Nothing,
    /// This, as JSON.
    Json(&'static str),
    /// A form with a file in this field.
    File(&'static str),
}

/// One call, with an example of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Its method.
    pub method: &'static str,
    /// Its path; `{account}` stands for an account's handle.
    pub path: &'static str,
    /// What follows the `?`.
    pub query: &'static str,
    /// What it sends.
    pub sends: Sends,
}

const fn ask(path: &'static str, query: &'static str) -> Listed {
    Listed { method: "GET", path, query, sends: Nothing }
}

const fn tell(method: &'static str, path: &'static str, sends: Sends) -> Listed {
    Listed { method, path, query: "", sends }
}

use Sends::{File, Json, Nothing};

/// What a follower calls about one account. Left out are streams, which do not end, and what is about
/// a part of the account that has a key of its own.
#[rustfmt::skip]
pub const CATALOGUE: &[Listed] = &[
    ask("/v1/accounts/{account}", ""),
    tell("PUT", "/v1/accounts/{account}/follow", Json("{\n  \"scene\": \"poster\"\n}")),
    tell("POST", "/v1/accounts/{account}/messages", Json("{\n  \"type\": \"text\",\n  \"text\": \"Hello!\"\n}")),
    ask("/v1/accounts/{account}/messages", "after=0&limit=20"),
    tell("POST", "/v1/accounts/{account}/read", Json("{\n  \"seq\": 1\n}")),
    tell("POST", "/v1/accounts/{account}/typing", Json("{\n  \"typing\": true\n}")),
    ask("/v1/accounts/{account}/menu", ""),
    tell("POST", "/v1/accounts/{account}/menu/tap", Json("{\n  \"button\": \"0\"\n}")),
    ask("/v1/accounts/{account}/notices", ""),
    tell("POST", "/v1/accounts/{account}/location", Json("{\n  \"latitude\": 31.2304,\n  \"longitude\": 121.4737,\n  \"precision\": 30\n}")),
    ask("/v1/accounts/{account}/consents", ""),
    tell("POST", "/v1/media", File("file")),
    ask("/v1/conversations", ""),
    ask("/v1/timeline", ""),
    tell("DELETE", "/v1/accounts/{account}/follow", Nothing),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ROUTES;

    #[test]
    fn what_is_listed_is_there() {
        for one in CATALOGUE {
            let is_there = |route: &crate::Route| {
                route.path == one.path && route.method.as_str() == one.method
            };
            assert!(ROUTES.iter().any(is_there), "{one:?}");
        }
    }
}
