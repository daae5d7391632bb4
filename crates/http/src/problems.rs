//! What goes wrong, as RFC 9457 problems with a stable code. `docs/API.md` lists every code.
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use crier_core::Error;
use crier_core::error::Denial;
use serde::Serialize;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:ident, $title:literal;)+) => {
        /// What a client can tell problems apart by. The words never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name),+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The status it comes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// What it means, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

codes! {
    /// A field is wrong; `field` names it.
    Invalid = "invalid", BAD_REQUEST, "A field is wrong";
    /// The body is no JSON.
    MalformedJson = "malformed_json", BAD_REQUEST, "The body is no JSON";
    /// A body cannot be read.
    MalformedBody = "malformed_body", BAD_REQUEST, "The body cannot be read";
    /// A cursor was made up or has been damaged.
    BadCursor = "bad_cursor", BAD_REQUEST, "The cursor is none of ours";
    /// The token or password is missing, wrong or expired.
    Unauthorized = "unauthorized", UNAUTHORIZED, "Not signed in";
    /// The user does not follow the account.
    NotFollowing = "not_following", FORBIDDEN, "The account is not followed";
    /// The account has blocked the user.
    Blocked = "blocked", FORBIDDEN, "The account has blocked the user";
    /// The reply window has closed.
    WindowClosed = "window_closed", FORBIDDEN, "The reply window has closed";
    /// The reply window's messages are used up.
    WindowSpent = "window_spent", FORBIDDEN, "The reply window's messages are used up";
    /// The account's kind or verification does not give the right.
    RightMissing = "right_missing", FORBIDDEN, "The account has not got this right";
    /// The broadcast quota is used up.
    QuotaUsedUp = "quota_used_up", FORBIDDEN, "The broadcast quota is used up";
    /// The member's role does not allow it.
    RoleMissing = "role_missing", FORBIDDEN, "The role does not allow it";
    /// The platform has not approved the account yet.
    AccountPending = "account_pending", FORBIDDEN, "The account waits for approval";
    /// The platform has suspended the account.
    AccountSuspended = "account_suspended", FORBIDDEN, "The account is suspended";
    /// Its owner has closed the account.
    AccountClosed = "account_closed", FORBIDDEN, "The account is closed";
    /// There is no such thing.
    NotFound = "not_found", NOT_FOUND, "There is no such thing";
    /// There is such an address, but not with this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Not with this method";
    /// It clashes with what is there.
    Conflict = "conflict", CONFLICT, "It clashes with what is there";
    /// The body or file is larger than is taken.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "Too large";
    /// The body is of a type that is not taken.
    UnsupportedType = "unsupported_type", UNSUPPORTED_MEDIA_TYPE, "A type that is not taken";
    /// Too fast; `Retry-After` says how long to wait.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too fast";
    /// The user has too many streams open.
    TooManyStreams = "too_many_streams", TOO_MANY_REQUESTS, "Too many streams are open";
    /// Nothing is lost; the same request may succeed after `Retry-After`.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Temporarily unavailable";
    /// A fault of ours; the log has it under the request's id.
    Internal = "internal", INTERNAL_SERVER_ERROR, "A fault of ours";
}

/// One problem, on its way to the client.
#[derive(Debug)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// What exactly, for the one who called.
    pub detail: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// How long to wait at the least.
    pub retry_after: Option<Duration>,
    /// For the log alone.
    cause: Option<Error>,
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// Where this kind of problem is described.
    #[serde(rename = "type")]
    kind: String,
    /// What this kind of problem is called.
    title: String,
    /// The status again.
    status: u16,
    /// What exactly is wrong.
    detail: String,
    /// The word to tell problems apart by.
    code: String,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), field: None, retry_after: None, cause: None }
    }

    /// A wrong field.
    pub fn invalid(field: &str, problem: impl fmt::Display) -> Self {
        let detail = format!("{field}: {problem}");
        Self { field: Some(field.to_owned()), ..Self::new(Code::Invalid, detail) }
    }

    /// Something that is not there: a noun.
    pub fn not_found(noun: &str) -> Self {
        Self::new(Code::NotFound, format!("no such {noun}"))
    }

    /// No valid token.
    pub fn unauthorized(detail: &str) -> Self {
        Self::new(Code::Unauthorized, detail)
    }

    /// Too much at the moment.
    pub fn unavailable(detail: &str) -> Self {
        Self::new(Code::Unavailable, detail).retry_after(Duration::from_secs(1))
    }

    /// With the least time to wait.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    fn caused(code: Code, detail: &str, cause: Error) -> Self {
        Self { cause: Some(cause), ..Self::new(code, detail) }
    }

    /// As it is sent.
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:crier:problem:{}", self.code.word()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            code: self.code.word().to_owned(),
            field: self.field.clone(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(noun) => Self::not_found(noun),
            Error::Conflict(word) => Self::new(Code::Conflict, format!("conflict: {word}")),
            Error::Invalid { field, problem } => Self::invalid(field, problem),
            Error::Denied(denial) => Self::of_denial(denial),
            Error::Limited { retry_after } => {
                Self::new(Code::RateLimited, "the rate limit is reached").retry_after(retry_after)
            }
            Error::Unavailable(_) => {
                let busy = Self::unavailable("too busy at the moment, or a store is away");
                Self { cause: Some(error), ..busy }
            }
            Error::Database(_) | Error::Internal(_) => {
                Self::caused(Code::Internal, "the log has it under this request's id", error)
            }
        }
    }
}

impl Problem {
    fn of_denial(denial: Denial) -> Self {
        let (code, detail) = match denial {
            Denial::NotFollowing => (Code::NotFollowing, "the user does not follow the account"),
            Denial::Blocked => (Code::Blocked, "the account takes nothing from the user"),
            Denial::WindowClosed => (Code::WindowClosed, "the follower has not written in time"),
            Denial::WindowSpent => (Code::WindowSpent, "wait for the follower to write again"),
            Denial::Right(right) => {
                return Self::new(Code::RightMissing, format!("the right is {right}"));
            }
            Denial::Quota => (Code::QuotaUsedUp, "no broadcast is left in this period"),
            Denial::Role => (Code::RoleMissing, "ask a member who may"),
            Denial::Credentials => (Code::Unauthorized, "the credentials do not hold"),
            Denial::Pending => (Code::AccountPending, "the platform has not approved it yet"),
            Denial::Suspended => (Code::AccountSuspended, "the platform has stopped it"),
            Denial::Closed => (Code::AccountClosed, "its owner has closed it"),
        };
        Self::new(code, detail)
    }
}

/// For the log: with the cause.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.word(), self.detail)?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.code.status());
        if let Some(wait) = self.retry_after {
            // Whole seconds, and never "at once".
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            answer.insert_header((RETRY_AFTER, seconds.max(1).to_string()));
        }
        if self.code == Code::Unauthorized {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"crier\""));
        }
        let text = serde_json::to_string(&self.body()).unwrap_or_default();
        answer.content_type("application/problem+json").body(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_book_lists_every_code() {
        let book = include_str!("../../../docs/API.md");
        for code in Code::ALL {
            let row = format!("| `{}` | {} |", code.word(), code.status().as_u16());
            assert!(book.contains(&row), "docs/API.md lacks {row}");
        }
    }

    #[test]
    fn waiting_is_told_in_whole_seconds() {
        let limited = Problem::from(Error::Limited { retry_after: Duration::from_millis(1_200) });
        assert_eq!(limited.error_response().headers().get(RETRY_AFTER).unwrap(), "2");
        let busy = Problem::from(Error::Unavailable("a secret place".into()));
        assert_eq!(busy.error_response().headers().get(RETRY_AFTER).unwrap(), "1");
        assert!(!busy.body().detail.contains("secret"));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let body = Problem::from(Error::invalid("text", "must not be empty")).body();
        let text = serde_json::to_string(&body).unwrap();
        assert_eq!(
            text,
            r#"{"type":"urn:crier:problem:invalid","title":"A field is wrong","status":400,"detail":"text: must not be empty","code":"invalid","field":"text"}"#
        );
    }
}
