//! The routes, beneath `/console`: method, path, who may, handler.
use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{Any, Get, Guard, Head, Post};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Responder, web};
use crier_core::members::Permission::{
    Accounts, CreateAccount, Deliveries, Developer, Inbox, Invite, Team,
};

use crate::gate::Who::{self, Account, Admin, Anyone, Brand, Member};
use crate::{
    accounts, conversations, deliveries, developer, gate, home, inbox, invitations, languages,
    login, overview, settings, streams, team, webhooks,
};

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
        .service(post("/brand", Member, home::choose_brand))
        .service(get ("/brands/new", Admin, home::new_brand))
        .service(post("/brands/new", Admin, home::create_brand))
        .service(get ("/settings", Member, settings::show))
        .service(post("/settings/name", Member, settings::rename))
        .service(post("/settings/password", Member, settings::change_password))

        .service(get ("/team", Brand(Team), team::show))
        .service(post("/team/invitations", Brand(Invite), team::invite))
        .service(post("/team/invitations/{invitation}/withdraw", Brand(Invite), team::withdraw))
        .service(post("/team/members/{member}/role", Brand(Invite), team::change_role))
        .service(get ("/team/members/{member}/remove", Brand(Invite), team::confirm_remove))
        .service(post("/team/members/{member}/remove", Brand(Invite), team::remove))

        .service(get ("/accounts/new", Brand(CreateAccount), accounts::new))
        .service(post("/accounts/new", Brand(CreateAccount), accounts::create))
        .service(get ("/accounts/{handle}", Account(Accounts), overview::show))
        .service(get ("/accounts/{handle}/stream", Account(Accounts), streams::open))
        .service(get ("/accounts/{handle}/inbox", Account(Inbox), inbox::show))
        .service(get ("/accounts/{handle}/inbox/{follower}", Account(Inbox), conversations::show))
        .service(post("/accounts/{handle}/inbox/{follower}", Account(Inbox), conversations::reply))
        .service(get ("/accounts/{handle}/deliveries", Account(Deliveries), deliveries::list))
        .service(get ("/accounts/{handle}/deliveries/{delivery}", Account(Deliveries), deliveries::show))
        .service(post("/accounts/{handle}/deliveries/{delivery}/resend", Account(Deliveries), deliveries::resend))
        .service(get ("/accounts/{handle}/developer", Account(Developer), developer::show))
        .service(get ("/accounts/{handle}/developer/secret", Account(Developer), developer::confirm_reset))
        .service(post("/accounts/{handle}/developer/secret", Account(Developer), developer::reset_secret))
        .service(post("/accounts/{handle}/developer/webhook", Account(Developer), webhooks::change))
        .service(post("/accounts/{handle}/developer/webhook/switch", Account(Developer), webhooks::switch));
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
