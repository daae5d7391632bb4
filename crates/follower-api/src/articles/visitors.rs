//! Who looks at a page: a follower by the cookie of our own sign-in, anybody else by a random name
//! that means nothing but "the same browser".
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration as Age;
use actix_web::cookie::{Cookie, SameSite};
use crier_core::App;
use crier_core::articles::Reader;
use crier_core::error::{Denial, Error};
use crier_core::ids::UserId;
use crier_core::mint::{fingerprint, hex_token};
use crier_core::vault::mac;

/// Where a follower token is kept.
const FOLLOWER: &str = "crier_follower";
/// Where a browser's name is kept.
const VISITOR: &str = "crier_visitor";
/// How long it is.
const DAYS: i64 = 365;

/// Who looks.
pub(super) struct Visitor {
    /// The user, if they are signed in.
    pub(super) user: Option<UserId>,
    /// Their name.
    pub(super) name: String,
    /// The browser's name.
    browser: String,
    /// Whether the browser has been given that name just now.
    pub(super) is_new: bool,
    /// What forms are bound to.
    secret: String,
}

impl Visitor {
    /// Reads the cookies.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn of(app: &App, request: &HttpRequest) -> crier_core::Result<Self> {
        let known = request.cookie(VISITOR).map(|cookie| cookie.value().to_owned());
        let known = known
            .filter(|name| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let is_new = known.is_none();
        let browser = known.unwrap_or_else(hex_token::<16>);
        let secret = browser.clone();
        let nobody = Self { user: None, name: String::new(), browser, is_new, secret };
        let Some(token) = request.cookie(FOLLOWER).map(|cookie| cookie.value().to_owned()) else {
            return Ok(nobody);
        };
        match app.verify_follower_token(&token).await {
            Ok((host_app, claims)) => {
                let user = Some(app.user(&host_app, &claims).await?);
                let name = claims.name.unwrap_or(claims.sub);
                Ok(Self { user, name, secret: token, ..nobody })
            }
            Err(Error::Denied(Denial::Credentials)) => Ok(nobody),
            Err(error) => Err(error),
        }
    }

    /// As figures count them.
    pub(super) fn reader(&self) -> Reader {
        self.user.map_or_else(|| Reader::Visitor(self.browser.clone()), Reader::User)
    }

    /// The cookie with the browser's name.
    pub(super) fn cookie(&self, app: &App) -> Cookie<'static> {
        Cookie::build(VISITOR, self.browser.clone())
            .path("/s")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(app.public_url.starts_with("https:"))
            .max_age(Age::days(DAYS))
            .finish()
    }

    /// Binds a form to this visitor and this article, so that no other site can send it.
    pub(super) fn seal(&self, app: &App, key: &str) -> String {
        let bound = format!("{}\n{key}", fingerprint(&self.secret));
        hex::encode(mac(&app.vault.derive("article-forms"), bound.as_bytes()))
    }

    /// Whether a form is one of theirs. Compared by fingerprints, so that the time it takes tells
    /// nothing.
    pub(super) fn sealed(&self, app: &App, key: &str, seal: &str) -> bool {
        !self.is_signed_out_and_new() && fingerprint(&self.seal(app, key)) == fingerprint(seal)
    }

    /// Whoever comes without any cookie cannot have been given a form.
    fn is_signed_out_and_new(&self) -> bool {
        self.is_new && self.user.is_none()
    }
}
