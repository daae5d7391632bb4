//! Every route and every role: let in or refused as the table of roles says, whatever ids are asked
//! for. Rows that are added to the routes are walked as well.
use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App as Routes, web};
use crier_console::{Row, Who};
use crier_core::brands::Brand;
use crier_core::members::{self, Role, allows};
use crier_core::rights::Kind;
use crier_core::{App, accounts, sessions};
use crier_testing::{account, both_engines, draft, follower, member_brand};

/// Somebody who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Person {
    Of(Role),
    Admin,
    /// Owner of another brand.
    Stranger,
    /// A member of no brand.
    Homeless,
    SignedOut,
}

/// What a route answers them with.
#[derive(PartialEq, Eq, Debug)]
enum Answer {
    LetIn,
    Login,
    Forbidden,
    Missing,
}

fn people() -> Vec<Person> {
    let roles = Role::ALL.iter().map(|role| Person::Of(*role));
    roles.chain([Person::Admin, Person::Stranger, Person::Homeless, Person::SignedOut]).collect()
}

fn expected(row: &Row, person: Person) -> Answer {
    use Person::{Admin, Homeless, Of, SignedOut, Stranger};
    let by = |allowed| if allowed { Answer::LetIn } else { Answer::Forbidden };
    match (row.who, person) {
        (Who::Anyone, _) => Answer::LetIn,
        (_, SignedOut) => Answer::Login,
        (Who::Admin, person) => by(person == Admin),
        (Who::Brand(permission) | Who::Account(permission), Of(role)) => {
            by(allows(role, permission))
        }
        (Who::Brand(_), person) => by(person != Homeless),
        (Who::Account(_), Stranger | Homeless) => Answer::Missing,
        _ => Answer::LetIn,
    }
}

/// What was answered. A page of ours that leads on is let in; only the sign-in page is not.
fn answered(status: u16, location: &str) -> Answer {
    match status {
        303 if location.starts_with("/console/login?next=") || location == "/console/login" => {
            Answer::Login
        }
        403 => Answer::Forbidden,
        404 => Answer::Missing,
        _ => Answer::LetIn,
    }
}

struct World {
    app: Arc<App>,
    other: Brand,
    /// Ids of another brand's, for the names in paths; others are made up.
    foreign: Vec<(&'static str, String)>,
}

impl World {
    async fn new(app: &Arc<App>) -> Self {
        let (own, other) = (member_brand(app, "Test").await, member_brand(app, "Other").await);
        account(app, "harbour").await;
        let vault = app.vault.clone();
        let quay = draft(&other, Kind::Service, "quay");
        let quay = app.write(move |tx| accounts::add(tx, &vault, &quay)).await.unwrap();
        let quay = Arc::new(quay.0);
        let foreign = vec![("follower", follower(app, &quay, "u1").await.id.to_string())];
        for person in people() {
            join(app, &own, &other, person).await;
        }
        Self { app: app.clone(), other, foreign }
    }

    /// The row's path, at our account or the other's.
    fn path(&self, row: &Row, handle: &str) -> String {
        let mut path = "/console".to_owned();
        for part in row.path.split('{') {
            let Some((name, rest)) = part.split_once('}') else {
                path += part;
                continue;
            };
            let name = name.split(':').next().unwrap_or(name);
            let foreign = self.foreign.iter().find(|(known, _)| *known == name);
            match foreign {
                _ if name == "handle" => path += handle,
                Some((_, id)) => path += id,
                None => path += "1",
            }
            path += rest;
        }
        path
    }

    /// The cookie and form token of a session of its own.
    async fn enter(&self, person: Person) -> Option<(String, String)> {
        let email = email(person)?;
        let begin = move |tx: &mut crier_core::tx::Tx<'_>| {
            let member = members::find(tx.conn, &email)?.unwrap();
            sessions::begin(tx, member.id, "")
        };
        let token = self.app.write(begin).await.unwrap();
        let csrf = self.app.session(&token).await.unwrap().unwrap().csrf;
        Some((token, csrf))
    }
}

fn email(person: Person) -> Option<String> {
    let name = match person {
        Person::SignedOut => return None,
        Person::Of(role) => role.to_string(),
        other => format!("{other:?}").to_lowercase(),
    };
    Some(format!("{name}@example.com"))
}

async fn join(app: &Arc<App>, own: &Brand, other: &Brand, person: Person) {
    let Some(email) = email(person) else { return };
    let (own, other) = (own.id, other.id);
    app.write(move |tx| {
        let member = members::create(tx, &email, "Somebody", "none", person == Person::Admin)?;
        match person {
            Person::Of(role) => members::join(tx, own, member.id, role),
            Person::Stranger => members::join(tx, other, member.id, Role::Owner),
            _ => Ok(()),
        }
    })
    .await
    .unwrap();
}

fn request(row: &Row, path: &str, entry: Option<&(String, String)>) -> TestRequest {
    let request = if row.changes { TestRequest::post() } else { TestRequest::get() };
    let request = request.uri(path).insert_header(("accept-language", "en"));
    match entry {
        Some((token, _)) => request.cookie(Cookie::new("crier_session", token.clone())),
        None => request,
    }
}

/// A server that says the status and where to look. Only heads are read: a stream has no end.
async fn server(app: &Arc<App>) -> impl AsyncFn(TestRequest) -> (u16, String) {
    let routes =
        Routes::new().app_data(web::Data::from(app.clone())).configure(crier_console::configure);
    let service = init_service(routes).await;
    async move |request: TestRequest| {
        let answer = call_service(&service, request.to_request()).await;
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        (answer.status().as_u16(), location.unwrap_or_default().to_owned())
    }
}

#[test]
fn each_route_lets_in_whom_its_row_names() {
    both_engines(|app| async move {
        let world = World::new(&app).await;
        let ask = server(&app).await;
        let rows = crier_console::rows();
        assert!(rows.len() > 70, "the table is read");
        let pairs = || rows.iter().flat_map(|row| people().into_iter().map(move |who| (row, who)));
        let refused = |(row, who): &(&Row, Person)| expected(row, *who) != Answer::LetIn;
        // Those who are let in may change what the others are tested with.
        let (first, then): (Vec<_>, Vec<_>) = pairs().partition(refused);
        for (row, person) in first.into_iter().chain(then) {
            let (entry, path) = (world.enter(person).await, world.path(row, "harbour"));
            let csrf = entry.as_ref().map_or("", |(_, csrf)| csrf);
            let mut request = request(row, &path, entry.as_ref());
            if row.changes {
                request = request.set_form([("csrf", csrf)]);
            }
            let (status, location) = ask(request).await;
            let case = format!("{person:?} at {path} ({:?}): {status} {location}", row.who);
            assert!(status < 500, "{case}");
            match expected(row, person) {
                // What is made up is not there; a visitor's token is another.
                Answer::LetIn if person == Person::SignedOut => {}
                // Some lead whoever has not begun there to the beginning.
                Answer::LetIn if row.who == Who::Anyone => {
                    assert_ne!(answered(status, &location), Answer::Forbidden, "{case}");
                }
                Answer::LetIn => {
                    let seen = answered(status, &location);
                    assert!(matches!(seen, Answer::LetIn | Answer::Missing), "{case}");
                }
                wanted => assert_eq!(answered(status, &location), wanted, "{case}"),
            }
        }
    });
}

#[test]
fn another_brand_s_things_are_missing_at_every_route() {
    both_engines(|app| async move {
        let world = World::new(&app).await;
        let ask = server(&app).await;
        let of_accounts = |row: &Row| matches!(row.who, Who::Account(_));
        for row in crier_console::rows().iter().filter(|row| of_accounts(row)) {
            let owner = world.enter(Person::Of(Role::Owner)).await;
            let csrf = owner.as_ref().map_or("", |(_, csrf)| csrf);
            let asked = |handle| {
                let request = request(row, &world.path(row, handle), owner.as_ref());
                if row.changes { request.set_form([("csrf", csrf)]) } else { request }
            };
            let (status, _) = ask(asked("quay")).await;
            assert_eq!(status, 404, "{} at {}'s account", row.path, world.other.name);
            // Nor by way of an account of one's own.
            if world.foreign.iter().any(|(name, _)| row.path.contains(&format!("{{{name}}}"))) {
                let (status, _) = ask(asked("harbour")).await;
                assert!([400, 404].contains(&status), "{}: {status}", row.path);
            }
        }
    });
}

#[test]
fn no_form_is_taken_without_the_browser_s_token() {
    both_engines(|app| async move {
        let world = World::new(&app).await;
        let ask = server(&app).await;
        for row in crier_console::rows().iter().filter(|row| row.changes) {
            let who = if row.who == Who::Admin { Person::Admin } else { Person::Of(Role::Owner) };
            let owner = world.enter(who).await;
            let path = world.path(row, "harbour");
            let plain = request(row, &path, owner.as_ref()).set_form([("name", "x")]);
            let made_up = request(row, &path, owner.as_ref()).set_form([("csrf", "made up")]);
            let parts = request(row, &path, owner.as_ref())
                .insert_header(("content-type", "multipart/form-data; boundary=b"))
                .set_payload(
                    "--b\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\nx\r\n--b--\r\n",
                );
            let seen = [ask(plain).await.0, ask(made_up).await.0, ask(parts).await.0];
            // A form with a file is read as one, and others as what they are.
            assert!(seen.iter().all(|status| [400, 403].contains(status)), "{path}: {seen:?}");
            assert!(seen.contains(&403), "{path}: {seen:?}");
        }
    });
}
