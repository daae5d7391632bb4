//! The routes, beneath `/console`: method, path, who may, handler.
use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{Any, Get, Guard, Head, Post};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Responder, web};
use crier_core::members::Permission::{
    Accounts, Agents, Articles, AutoReplies, Comments, CreateAccount, Deliveries, Developer, Inbox,
    Invite, Team,
};

use crate::agents::{attending, changing, showing as agents};
use crate::articles::{comments, published};
use crate::auto_replies::actions as replying;
use crate::deliveries::{detail, log};
use crate::endpoints::{actions, adding, recovering, showing};
use crate::gate::Who::{self, Account, Admin, Anyone, Brand, Member};
use crate::{
    accounts, auto_replies, conversations, developer, gate, home, inbox, invitations, languages,
    login, overview, settings, streams, team, templates,
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
        .configure(of_agents)
        .configure(of_contents)
        .service(get ("/accounts/{handle}/deliveries", Account(Deliveries), log::list))
        .service(get ("/accounts/{handle}/deliveries/{delivery}", Account(Deliveries), detail::show))
        .service(post("/accounts/{handle}/deliveries/{delivery}/resend", Account(Deliveries), detail::resend))
        .service(get ("/accounts/{handle}/developer", Account(Developer), developer::show))
        .service(get ("/accounts/{handle}/developer/secret", Account(Developer), developer::confirm_reset))
        .service(post("/accounts/{handle}/developer/secret", Account(Developer), developer::reset_secret))

        .service(get ("/accounts/{handle}/endpoints/new", Account(Developer), adding::show))
        .service(post("/accounts/{handle}/endpoints/new", Account(Developer), adding::create))
        .service(get ("/accounts/{handle}/endpoints/{endpoint}", Account(Developer), showing::show))
        .service(post("/accounts/{handle}/endpoints/{endpoint}", Account(Developer), actions::change))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/verify", Account(Developer), actions::verify))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/switch", Account(Developer), actions::switch))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/answer", Account(Developer), actions::answer))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/rotate", Account(Developer), actions::rotate))
        .service(get ("/accounts/{handle}/endpoints/{endpoint}/remove", Account(Developer), actions::confirm_remove))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/remove", Account(Developer), actions::remove))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/recover", Account(Deliveries), recovering::start))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/recoveries/{recovery}/stop", Account(Deliveries), recovering::stop));
}

/// The routes of what an account says: articles, comments, templates and automatic replies.
#[rustfmt::skip]
fn of_contents(cfg: &mut web::ServiceConfig) {
    cfg
        .service(get ("/accounts/{handle}/articles", Account(Articles), published::list))
        .service(post("/accounts/{handle}/articles/{publication}/withdraw", Account(Articles), published::withdraw))
        .service(get ("/accounts/{handle}/comments", Account(Comments), comments::list))
        .service(get ("/accounts/{handle}/comments/{article}", Account(Comments), comments::under))
        .service(post("/accounts/{handle}/comments/{article}", Account(Comments), comments::change))
        .service(post("/accounts/{handle}/comments/{article}/open", Account(Comments), comments::set_open))
        .service(get ("/accounts/{handle}/templates", Account(Developer), templates::show))
        .service(post("/accounts/{handle}/templates", Account(Developer), templates::adopt))
        .service(get ("/accounts/{handle}/templates/{template}/remove", Account(Developer), templates::confirm_remove))
        .service(post("/accounts/{handle}/templates/{template}/remove", Account(Developer), templates::remove))
        .service(get ("/accounts/{handle}/auto-replies", Account(AutoReplies), auto_replies::show))
        .service(get ("/accounts/{handle}/auto-replies/new", Account(AutoReplies), replying::new))
        .service(post("/accounts/{handle}/auto-replies/new", Account(AutoReplies), replying::create))
        .service(get ("/accounts/{handle}/auto-replies/{rule}", Account(AutoReplies), replying::show))
        .service(post("/accounts/{handle}/auto-replies/{rule}", Account(AutoReplies), replying::change))
        .service(post("/accounts/{handle}/auto-replies/{rule}/switch", Account(AutoReplies), replying::switch))
        .service(get ("/accounts/{handle}/auto-replies/{rule}/remove", Account(AutoReplies), replying::confirm_remove))
        .service(post("/accounts/{handle}/auto-replies/{rule}/remove", Account(AutoReplies), replying::remove));
}

/// The routes of agents and their work in the inbox.
#[rustfmt::skip]
fn of_agents(cfg: &mut web::ServiceConfig) {
    cfg
        .service(post("/accounts/{handle}/inbox/{follower}/agent", Account(Inbox), attending::act))
        .service(get ("/accounts/{handle}/agents", Account(Inbox), agents::list))
        .service(post("/accounts/{handle}/agents", Account(Agents), agents::add))
        .service(post("/accounts/{handle}/agents/online", Account(Inbox), attending::set_online))
        .service(get ("/accounts/{handle}/agents/{agent}", Account(Agents), changing::show))
        .service(post("/accounts/{handle}/agents/{agent}", Account(Agents), changing::rename))
        .service(post("/accounts/{handle}/agents/{agent}/picture", Account(Agents), changing::set_picture))
        .service(post("/accounts/{handle}/agents/{agent}/invite", Account(Agents), changing::invite))
        .service(post("/accounts/{handle}/agents/{agent}/bind", Account(Agents), changing::bind))
        .service(post("/accounts/{handle}/agents/{agent}/unbind", Account(Agents), changing::unbind))
        .service(get ("/accounts/{handle}/agents/{agent}/remove", Account(Agents), changing::confirm_remove))
        .service(post("/accounts/{handle}/agents/{agent}/remove", Account(Agents), changing::remove))
        .service(post("/accounts/{handle}/agents/{agent}/accept", Account(Inbox), changing::accept))
        .service(post("/accounts/{handle}/agents/{agent}/decline", Account(Inbox), changing::decline));
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
