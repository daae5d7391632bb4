//! The routes, beneath `/console`: method, path, who may, handler. A room for each part.
mod brand;
mod building;
mod publishing;
mod talking;

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{Any, Get, Guard, Head, Post};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Responder, web};
use crier_core::members::Permission::Accounts;

use crate::gate;
use crate::gate::Who::{self, Account, Anyone, Member};
use crate::home;
use crate::invitations;
use crate::languages;
use crate::login;
use crate::overview;
use crate::settings;
use crate::streams;

/// Registers every route.
#[rustfmt::skip]
pub fn table(cfg: &mut web::ServiceConfig) {
    cfg
        .service(get ("/login", Anyone, login::show))
        .service(post("/login", Anyone, login::sign_in))
        .service(post("/logout", Anyone, login::sign_out))
        .service(post("/language", Anyone, languages::choose))
        .service(get ("/invitations/{token}", Anyone, invitations::show))
        .service(post("/invitations/{token}", Anyone, invitations::accept_as_new))
        .service(post("/invitations/{token}/join", Member, invitations::accept))
        .service(get ("", Member, home::show))
        .service(get ("/", Member, home::show))
        .service(get ("/settings", Member, settings::show))
        .service(post("/settings/name", Member, settings::rename))
        .service(post("/settings/password", Member, settings::change_password))
        // Before the next, which would take `new` for a handle.
        .configure(brand::table)
        .service(get ("/accounts/{handle}", Account(Accounts), overview::show))
        .service(get ("/accounts/{handle}/stream", Account(Accounts), streams::open))
        .configure(talking::table)
        .configure(publishing::table)
        .configure(building::table);
}

fn get<F, A>(path: &'static str, who: Who, handler: F) -> impl HttpServiceFactory
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    route(Any(Get()).or(Head()), path, who, handler)
}

fn post<F, A>(path: &'static str, who: Who, handler: F) -> impl HttpServiceFactory
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    route(Post(), path, who, handler)
}

fn route<F, A>(
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
