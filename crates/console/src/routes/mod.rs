//! The routes, beneath `/console`: method, path, who may, handler. A room for each part.
mod audience;
mod brand;
mod building;
mod owning;
mod publishing;
mod sending;
mod signing;
mod talking;
mod writing;

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{Any, Get, Guard, Head, Post};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Responder, web};
use crier_core::members::Permission::{Accounts, Figures};

use crate::gate;
use crate::gate::Who::{self, Account, Anyone, Member};
use crate::go;
use crate::home;
use crate::invitations;
use crate::languages;
use crate::login;
use crate::overview;
use crate::streams;
use crate::themes;

/// Every route.
#[rustfmt::skip]
fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/login", Anyone, login::show))
        .service(post("/login", Anyone, login::sign_in))
        .service(post("/logout", Anyone, login::sign_out))
        .service(post("/language", Anyone, languages::choose))
        .service(get ("/invitations/{token}", Anyone, invitations::show))
        .service(post("/invitations/{token}", Anyone, invitations::accept_as_new))
        .service(post("/invitations/{token}/join", Member, invitations::accept))
        .service(post("/theme", Anyone, themes::choose))
        .service(get ("/go", Member, go::show))
        .service(get ("", Member, home::show))
        .service(get ("/", Member, home::show))
        .configure(signing::table)
        // Before the next, which would take `new` for a handle.
        .configure(brand::table)
        .configure(owning::table)
        .service(get ("/accounts/{handle}", Account(Accounts), overview::show))
        .service(get ("/accounts/{handle}/figures.csv", Account(Figures), overview::download))
        .service(get ("/accounts/{handle}/stream", Account(Accounts), streams::open))
        .configure(talking::table)
        .configure(audience::table)
        .configure(publishing::table)
        .configure(writing::table)
        .configure(sending::table)
        .configure(building::table);
}

/// Registers every route.
pub fn configure(cfg: &mut web::ServiceConfig) {
    table(&mut Table { cfg, rows: Vec::new() });
}

/// Every route as data, in the order they are asked: what may be used by whom is tested for all of
/// them, also for those that are added later.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let keep = |cfg: &mut web::ServiceConfig| {
        let mut all = Table { cfg, rows: Vec::new() };
        table(&mut all);
        rows = all.rows;
    };
    drop(actix_web::App::new().configure(keep));
    rows
}

/// One route.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whether it changes something (`POST`), or only shows (`GET`).
    pub changes: bool,
    /// Its path beneath `/console`, with names in braces.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
}

/// A table being registered.
pub struct Table<'a> {
    cfg: &'a mut web::ServiceConfig,
    rows: Vec<Row>,
}

impl Table<'_> {
    /// Registers a route.
    fn service(&mut self, route: Route<impl HttpServiceFactory + 'static>) -> &mut Self {
        self.rows.push(route.row);
        self.cfg.service(route.service);
        self
    }

    /// Registers the routes of a room.
    fn configure(&mut self, room: impl FnOnce(&mut Self)) -> &mut Self {
        room(self);
        self
    }
}

struct Route<S> {
    row: Row,
    service: S,
}

fn get<F, A>(path: &'static str, who: Who, handler: F) -> Route<impl HttpServiceFactory>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let service = service(Any(Get()).or(Head()), path, who, handler);
    Route { row: Row { changes: false, path, who }, service }
}

fn post<F, A>(path: &'static str, who: Who, handler: F) -> Route<impl HttpServiceFactory>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let service = service(Post(), path, who, handler);
    Route { row: Row { changes: true, path, who }, service }
}

/// Bytes of a form with an article: a megabyte of HTML, each byte of it written as three.
const MAX_LONG: usize = 4 << 20;

/// A form with an article in it.
fn post_long<F, A>(path: &'static str, who: Who, handler: F) -> Route<impl HttpServiceFactory>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let admit = from_fn(move |req, next| gate::admit(who, req, next));
    let long = web::PayloadConfig::new(MAX_LONG);
    let service = web::resource(path).guard(Post()).app_data(long).to(handler).wrap(admit);
    Route { row: Row { changes: true, path, who }, service }
}

fn service<F, A>(
    method: impl Guard + 'static,
    path: &'static str,
    who: Who,
    handler: F,
) -> impl HttpServiceFactory
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let admit = from_fn(move |req, next| gate::admit(who, req, next));
    web::resource(path).guard(method).to(handler).wrap(admit)
}
