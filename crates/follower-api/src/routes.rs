//! Every call: method, path, who may, handler.
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use crier_http::inputs;

use crate::{
    accounts, articles, consents, conversations, description, following, links, locations, media,
    menus, messages, notices, page, short, sign_in, stream, timeline, typing, web_pages,
};

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Who has a follower token; the handler's `Identity` sees to it.
    Follower,
}

/// One call.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    handler: fn() -> actix_web::Route,
}

const fn route(
    method: Method,
    path: &'static str,
    who: Who,
    handler: fn() -> actix_web::Route,
) -> Route {
    Route { method, path, who, handler }
}

use Method as M;
use Who::{Anyone, Follower};

/// Every call there is.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    route(M::GET,    "/app",                             Anyone,   || web::to(page::show)),
    route(M::POST,   "/app/sign-in",                     Anyone,   || web::to(sign_in::sign_in)),
    route(M::GET,    "/w/{key}",                         Anyone,   || web::to(short::open)),
    route(M::GET,    "/l/{token}",                       Anyone,   || web::to(links::follow)),
    route(M::GET,    "/openapi.json",                    Anyone,   || web::to(description::document)),
    route(M::GET,    "/docs",                            Anyone,   || web::to(description::docs)),
    route(M::GET,    "/s/{key}",                         Anyone,   || web::to(articles::show)),
    route(M::GET,    "/s/{key}/style.css",               Anyone,   || web::to(articles::sheet)),
    route(M::GET,    "/s/{key}/source",                  Anyone,   || web::to(articles::source)),
    route(M::POST,   "/s/{key}/comments",                Anyone,   || web::to(articles::comment)),
    route(M::POST,   "/s/{key}/share",                   Anyone,   || web::to(articles::share)),
    route(M::POST,   "/s/{key}/favourite",               Anyone,   || web::to(articles::favourite)),
    route(M::GET,    "/s/draft/{key}/{place}",           Anyone,   || web::to(articles::draft)),
    route(M::GET,    "/s/draft/{key}/{place}/style.css", Anyone,   || web::to(articles::draft_sheet)),
    route(M::GET,    "/v1/accounts",                     Follower, || web::to(accounts::search)),
    route(M::GET,    "/v1/accounts/{account}",           Follower, || web::to(accounts::card)),
    route(M::PUT,    "/v1/accounts/{account}/follow",    Follower, || web::to(following::follow)),
    route(M::DELETE, "/v1/accounts/{account}/follow",    Follower, || web::to(following::unfollow)),
    route(M::GET,    "/v1/accounts/{account}/messages",  Follower, || web::to(messages::page)),
    route(M::POST,   "/v1/accounts/{account}/messages",  Follower, || web::to(messages::send)),
    route(M::POST,   "/v1/accounts/{account}/read",      Follower, || web::to(messages::read)),
    route(M::POST,   "/v1/accounts/{account}/typing",    Follower, || web::to(typing::tell)),
    route(M::GET,    "/v1/accounts/{account}/menu",      Follower, || web::to(menus::menu)),
    route(M::POST,   "/v1/accounts/{account}/menu/tap",  Follower, || web::to(menus::tap)),
    route(M::GET,    "/v1/accounts/{account}/notices",   Follower, || web::to(notices::list)),
    route(M::POST,   "/v1/accounts/{account}/notices",   Follower, || web::to(notices::answer)),
    route(M::PUT,    "/v1/accounts/{account}/notices/{template}", Follower, || web::to(notices::set)),
    route(M::GET,    "/v1/articles/{key}",               Follower, || web::to(articles::read)),
    route(M::GET,    "/v1/articles/{key}/comments",      Follower, || web::to(articles::list_comments)),
    route(M::POST,   "/v1/articles/{key}/comments",      Follower, || web::to(articles::add_comment)),
    route(M::POST,   "/v1/articles/{key}/share",         Follower, || web::to(articles::say_shared)),
    route(M::PUT,    "/v1/articles/{key}/favourite",     Follower, || web::to(articles::keep)),
    route(M::DELETE, "/v1/articles/{key}/favourite",     Follower, || web::to(articles::unkeep)),
    route(M::POST,   "/v1/accounts/{account}/location",  Follower, || web::to(locations::report)),
    route(M::GET,    "/v1/accounts/{account}/consents",  Follower, || web::to(consents::list)),
    route(M::DELETE, "/v1/accounts/{account}/consents",  Follower, || web::to(consents::withdraw)),
    route(M::POST,   "/v1/accounts/{account}/page-config/check", Follower, || web::to(web_pages::check)),
    route(M::POST,   "/v1/media",                        Follower, || web::to(media::upload)),
    route(M::GET,    "/v1/conversations",                Follower, || web::to(conversations::list)),
    route(M::GET,    "/v1/timeline",                     Follower, || web::to(timeline::list)),
    route(M::GET,    "/v1/stream",                       Follower, || web::to(stream::open)),
];

/// Enters every call of the table. Needs `web::Data<App>`.
pub fn configure(cfg: &mut ServiceConfig) {
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.dedup();
    let (calls, pages): (Vec<&str>, Vec<&str>) =
        paths.into_iter().partition(|path| path.starts_with("/v1/"));
    for path in pages {
        cfg.service(resource(path, path));
    }
    let scope = calls.into_iter().fold(web::scope("/v1"), |scope, path| {
        scope.service(resource(path, path.trim_start_matches("/v1")))
    });
    cfg.service(scope.configure(inputs::configure).default_service(web::to(inputs::nowhere)));
}

fn resource(path: &str, within: &str) -> actix_web::Resource {
    ROUTES
        .iter()
        .filter(|route| route.path == path)
        .fold(web::resource(within), |resource, route| {
            let resource = resource.route((route.handler)().method(route.method.clone()));
            // Monitors ask for pages by HEAD; a HEAD of the stream would only hold a seat.
            if route.who == Anyone && route.method == M::GET {
                return resource.route((route.handler)().method(M::HEAD));
            }
            resource
        })
        .default_service(web::to(inputs::other_method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_one_path_stand_together() {
        let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
        paths.dedup();
        let grouped = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), grouped, "a path that stands twice would hide its second half");
    }
}
