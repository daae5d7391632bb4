//! What is shown exactly once, on the page after a form: it travels in a sealed cookie that goes
//! as soon as it is read.
use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use crier_core::App;
use crier_core::ids::{AccountId, EndpointId, MemberId};
use serde::{Deserialize, Serialize};

use crate::failures::Failure;
use crate::visits::Visit;

const COOKIE: &str = "crier_once";

/// What is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "once", rename_all = "snake_case")]
pub enum Once {
    /// An account's new app secret.
    Secret {
        /// Whose.
        account: AccountId,
        /// The secret.
        secret: String,
    },
    /// A member's new recovery codes.
    Codes {
        /// Whose.
        member: MemberId,
        /// The codes.
        codes: Vec<String>,
    },
    /// A URL check that passed.
    Check {
        /// Whose.
        account: AccountId,
        /// Which endpoint's.
        endpoint: EndpointId,
        /// The answer's status.
        status: Option<u16>,
        /// Milliseconds.
        took_ms: i32,
        /// The answer's beginning.
        answer: String,
    },
}

impl Once {
    /// The cookie that carries it to the next page.
    pub fn cookie(&self, app: &App, visit: &Visit) -> Result<Cookie<'static>, Failure> {
        let text = serde_json::to_string(self).map_err(crier_core::Error::from)?;
        let mut cookie = visit.lasting(Cookie::new(COOKIE, app.vault.seal(&text)?), 1);
        cookie.set_max_age(actix_web::cookie::time::Duration::minutes(2));
        Ok(cookie)
    }
}

/// What the page before left, if it is still good.
pub fn take(req: &HttpRequest, app: &App) -> Option<Once> {
    let sealed = req.cookie(COOKIE)?;
    serde_json::from_str(&app.vault.open(sealed.value()).ok()?).ok()
}

/// The cookie that removes it.
pub fn gone(visit: &Visit) -> Cookie<'static> {
    visit.lasting(Cookie::new(COOKIE, ""), 0)
}
