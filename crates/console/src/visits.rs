//! Who asks, in which language: found out once for each request, before any handler.
use std::cell::OnceCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, VARY,
};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::ids::BrandId;
use crier_core::members::Seat;
use crier_core::mint;
use crier_core::sessions::{LIFETIME, Session};

use crate::answers;
use crate::failures::{Failure, First, Shown, comes_first};
use crate::languages;
use crate::sign_in_methods;
use crate::themes;
use crate::words::{Speech, Words};

const SESSION: &str = "crier_session";
const GUEST: &str = "crier_guest";
const BRAND: &str = "crier_brand";

/// One request's visitor.
#[derive(Clone)]
pub struct Visit(Rc<Inner>);

/// What [`Visit`] gives.
pub struct Inner {
    /// The language to speak.
    pub speech: Speech,
    /// `light`, `dark`, or empty to follow the system.
    pub theme: &'static str,
    /// What forms must carry.
    pub csrf: String,
    /// Who is signed in.
    pub session: Option<Session>,
    /// The address of the page, to come back to.
    pub path: String,
    /// What was done before coming here, as the address says it.
    pub done: Option<String>,
    /// What they are in the brand being looked at.
    seat: Option<Seat>,
    secure: bool,
    /// Accounts of the brand that the page is about, for the switcher; the door finds them.
    neighbours: OnceCell<Vec<Account>>,
}

impl std::ops::Deref for Visit {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// The brand being looked at: the one chosen, else the first.
    pub fn seat(&self) -> Option<&Seat> {
        self.seat.as_ref()
    }

    /// The first accounts of the brand that the page is about.
    pub fn neighbours(&self) -> &[Account] {
        self.neighbours.get().map_or(&[], Vec::as_slice)
    }

    /// Whether they were looked for.
    pub fn has_neighbours(&self) -> bool {
        self.neighbours.get().is_some()
    }

    /// Keeps them. What was kept before stays.
    pub fn keep_neighbours(&self, accounts: Vec<Account>) {
        self.neighbours.get_or_init(|| accounts);
    }

    /// A cookie for the console alone, out of scripts' reach.
    pub fn cookie<'c>(&self, mut cookie: Cookie<'c>) -> Cookie<'c> {
        cookie.set_path("/console");
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_secure(self.secure);
        cookie
    }

    /// The same, kept for days.
    pub fn lasting<'c>(&self, cookie: Cookie<'c>, days: i64) -> Cookie<'c> {
        let mut cookie = self.cookie(cookie);
        cookie.set_max_age(Duration::days(days));
        cookie
    }

    /// The cookie that signs a browser in.
    pub fn signed_in(&self, token: String) -> Cookie<'static> {
        self.lasting(Cookie::new(SESSION, token), LIFETIME.num_days())
    }

    /// The cookie that signs it out.
    pub fn signed_out(&self) -> Cookie<'static> {
        self.lasting(Cookie::new(SESSION, ""), 0)
    }

    /// The cookie that keeps the chosen brand.
    pub fn chosen_brand(&self, brand: i64) -> Cookie<'static> {
        self.lasting(Cookie::new(BRAND, brand.to_string()), 365)
    }
}

impl FromRequest for Visit {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

impl Visit {
    /// The visit of a request that came through [`welcome`].
    pub fn of(req: &HttpRequest) -> Result<Self, Failure> {
        let fault = || crier_core::Error::Internal("a request came past the door".into());
        req.extensions().get::<Self>().cloned().ok_or_else(|| fault().into())
    }

    async fn begin(req: &HttpRequest) -> Result<Beginning, Failure> {
        let fault = || crier_core::Error::Internal("the console is not wired".into());
        let app = req.app_data::<web::Data<App>>().ok_or_else(fault)?;
        let words = req.app_data::<web::Data<Words>>().ok_or_else(fault)?;
        let cookie = |name| req.cookie(name).map(|cookie| cookie.value().to_owned());
        let token = cookie(SESSION).filter(|token| !token.is_empty());
        let chosen = cookie(BRAND).and_then(|id| id.parse().ok()).map(BrandId);
        let (found, failure) = match signed_in(app, token.as_deref(), chosen).await {
            Ok(found) => (found, None),
            Err(error) => (None, Some(error.into())),
        };
        let (session, seat) = found.unzip();
        let known = cookie(GUEST).filter(|guest| guest.len() == 43);
        let guest = known.clone().unwrap_or_else(mint::token);
        let query = web::Query::<Done>::from_query(req.query_string()).ok();
        let inner = Inner {
            speech: Speech::new(words.clone().into_inner(), languages::of(req)),
            theme: themes::of(req),
            csrf: session.as_ref().map_or_else(|| guest.clone(), |session| session.csrf.clone()),
            path: req.uri().path_and_query().map_or("/console", |path| path.as_str()).to_owned(),
            done: query.and_then(|query| query.0.done),
            seat: seat.flatten(),
            secure: app.public_url.starts_with("https:"),
            neighbours: OnceCell::new(),
            session,
        };
        let mut cookies = Vec::new();
        if known.is_none() && inner.session.is_none() {
            cookies.push(inner.cookie(Cookie::new(GUEST, guest)));
        }
        // The stored session's end has just moved; the browser's must follow.
        if let (Some(session), Some(token)) = (&inner.session, token)
            && session.is_stale(app.clock.now())
        {
            cookies.push(inner.signed_in(token));
        }
        Ok(Beginning { visit: Self(Rc::new(inner)), cookies, failure })
    }
}

/// Whose token it is, and what they are in the brand they have chosen, else in their first.
async fn signed_in(
    app: &App,
    token: Option<&str>,
    chosen: Option<BrandId>,
) -> crier_core::Result<Option<(Session, Option<Seat>)>> {
    let Some(token) = token else { return Ok(None) };
    let Some(session) = app.session(token).await? else { return Ok(None) };
    let seat = match chosen {
        Some(brand) => seat(app, &session, brand).await?,
        None => None,
    };
    let seat = seat.or_else(|| session.seats.first().cloned());
    Ok(Some((session, seat)))
}

/// What a session's member is in this brand, if the session sees it.
pub async fn seat(
    app: &App,
    session: &Session,
    brand: BrandId,
) -> crier_core::Result<Option<Seat>> {
    let known = session.seats.iter().find(|seat| seat.brand.id == brand);
    if known.is_some() {
        return Ok(known.cloned());
    }
    let session = session.clone();
    app.read(move |conn| session.seat(conn, brand)).await
}

struct Beginning {
    visit: Visit,
    cookies: Vec<Cookie<'static>>,
    /// Whether somebody is signed in could not be found out.
    failure: Option<Failure>,
}

#[derive(serde::Deserialize)]
struct Done {
    done: Option<String>,
}

/// The door: finds out who asks, and turns what went wrong into pages.
pub async fn welcome(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Beginning { visit, cookies, failure } = Visit::begin(req.request()).await?;
    req.extensions_mut().insert(visit.clone());
    let answer = match failure {
        Some(failure) => ServiceResponse::from_err(failure, req.into_parts().0),
        None => next.call(req).await?.map_into_boxed_body(),
    };
    let mut answer = match answer.response().error().map(|error| shown(error, &answer, &visit)) {
        Some(page) => answer.into_response(page),
        None => answer,
    };
    let headers = answer.headers_mut();
    set(headers, CACHE_CONTROL, "no-store");
    set(headers, VARY, "Cookie, Accept-Language");
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(SET_COOKIE, value);
        }
    }
    Ok(answer)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn shown(error: &actix_web::Error, answer: &ServiceResponse, visit: &Visit) -> HttpResponse {
    let Some(first) = comes_first(error) else {
        return HttpResponse::from_error(Shown::of(error, answer.request(), visit));
    };
    let login = match (first, answer.request().method()) {
        (First::SecondStep, _) => sign_in_methods::HOME.to_owned(),
        (First::SignIn, &Method::GET) => {
            format!("/console/login?next={}", encoded(&visit.path))
        }
        (First::SignIn, _) => "/console/login".to_owned(),
    };
    // A redirect would be followed out of sight, and the sign-in page swapped into this one.
    if answer.request().headers().contains_key("hx-request") {
        return HttpResponse::Unauthorized().insert_header(("HX-Redirect", login)).finish();
    }
    answers::see_other(login)
}

/// A path as a value in another address.
pub fn encoded(path: &str) -> String {
    url::form_urlencoded::byte_serialize(path.as_bytes()).collect()
}
