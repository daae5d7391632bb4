//! The page itself.
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use askama::Template;

/// What the page shows.
pub(crate) enum Step {
    /// A form to sign in with; then it goes on with what was asked.
    SignIn {
        /// Who asks.
        account: String,
        /// Where signing in leads.
        next: String,
    },
    /// The question.
    Consent {
        /// Who asks.
        account: String,
        /// Where the answer goes.
        host: String,
        /// Whether name and picture are asked for.
        profile: bool,
        /// Where the form goes.
        action: String,
        /// What binds the form to the question.
        seal: String,
        /// Who answers.
        name: String,
    },
    /// Whether the account may send one message.
    OneTime {
        /// Who asks.
        account: String,
        /// What the message is about, if that is known.
        title: Option<String>,
        /// How the question goes on.
        form: Form,
    },
    /// Which notices the account may send.
    Notices {
        /// Who asks.
        account: String,
        /// Which.
        notices: Vec<Asked>,
        /// How the question goes on.
        form: Form,
    },
    /// Why there is no question.
    Wrong {
        /// A sentence.
        sentence: &'static str,
    },
}

/// How a question goes on.
pub(crate) struct Form {
    /// Where the answer goes.
    pub(crate) host: String,
    /// Where the form goes.
    pub(crate) action: String,
    /// What binds the form to the question.
    pub(crate) seal: String,
    /// Who answers.
    pub(crate) name: String,
}

/// A notice that is asked about.
pub(crate) struct Asked {
    /// Its key.
    pub(crate) key: String,
    /// Its title.
    pub(crate) title: String,
    /// An example, one line after the other.
    pub(crate) example: String,
    /// Whether a yes is good for as long as it holds, rather than for one.
    pub(crate) lasting: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct Page {
    /// Chinese, or else English.
    pub(crate) zh: bool,
    /// What it shows.
    pub(crate) step: Step,
}

impl Page {
    /// As HTTP. `origin` is where the form's answer is sent on to, which browsers count as part of
    /// the form's own target.
    pub(crate) fn answer(&self, origin: Option<&str>) -> HttpResponse {
        let status = if matches!(self.step, Step::Wrong { .. }) {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        };
        let policy = format!(
            "default-src 'self'; script-src 'none'; frame-ancestors 'none'; base-uri 'none'; \
             form-action 'self' {}",
            origin.unwrap_or_default()
        );
        match self.render() {
            Ok(html) => HttpResponse::build(status)
                .insert_header((CONTENT_SECURITY_POLICY, policy))
                .insert_header((CACHE_CONTROL, "no-store"))
                .content_type("text/html; charset=utf-8")
                .body(html),
            Err(error) => {
                tracing::error!(%error, "the sign-in page was not written");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}
