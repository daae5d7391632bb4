//! The API's description of itself: for machines at `/openapi.json`, for people at `/docs`.
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use askama::Template;
use crier_http::Answer;
use serde_json::Value;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::page::render;
use crate::{
    accounts, articles, consents, conversations, following, locations, media, menus, messages,
    notices, stream, timeline, typing, web_pages,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Crier: the followers' message API", license(name = "Apache-2.0")),
    paths(
        accounts::search, accounts::card, following::follow, following::unfollow,
        messages::send, messages::page, messages::read, typing::tell, menus::menu, menus::tap, notices::list,
        notices::answer, notices::set, media::upload,
        articles::read, articles::list_comments, articles::add_comment, articles::say_shared,
        articles::keep, articles::unkeep,
        locations::report, consents::list, consents::withdraw, web_pages::check,
        conversations::list, timeline::list, stream::open,
    ),
    security(("follower" = [])),
    modifiers(&Bearer),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        bearer.description =
            Some("Signed by the host app: iss, sub, exp, and name, picture, locale".into());
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("follower", SecurityScheme::Http(bearer));
    }
}

/// The OpenAPI document.
pub async fn document() -> Answer {
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).json(Description::openapi()))
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs {
    groups: Vec<Group>,
}

/// The calls of one tag.
struct Group {
    name: String,
    calls: Vec<Call>,
}

struct Call {
    id: String,
    method: String,
    path: String,
    title: String,
    text: String,
    inputs: Vec<Input>,
    answers: Vec<String>,
}

struct Input {
    name: String,
    place: String,
    text: String,
}

/// The document as a page.
pub async fn docs() -> Answer {
    render(&Docs {
        groups: groups(&serde_json::to_value(Description::openapi()).unwrap_or_default()),
    })
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, call) in methods.as_object().into_iter().flatten() {
            let name = word(&call["tags"][0]);
            let call = describe(document, method, path, call);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.calls.push(call),
                None => groups.push(Group { name, calls: vec![call] }),
            }
        }
    }
    groups
}

fn describe(document: &Value, method: &str, path: &str, call: &Value) -> Call {
    let parameters = call["parameters"].as_array().into_iter().flatten().map(|one| Input {
        name: word(&one["name"]),
        place: word(&one["in"]),
        text: word(&one["description"]),
    });
    let mut inputs: Vec<Input> = parameters.collect();
    for body in call["requestBody"]["content"].as_object().into_iter().flatten() {
        body_fields(document, &body.1["schema"], &mut inputs);
    }
    let answers = call["responses"].as_object().into_iter().flatten();
    Call {
        id: word(&call["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        title: word(&call["summary"]),
        text: word(&call["description"]),
        inputs,
        answers: answers.map(|(status, _)| status.clone()).collect(),
    }
}

/// Fields of a body, through references, combinations and alternatives.
fn body_fields(document: &Value, schema: &Value, found: &mut Vec<Input>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return body_fields(document, &document["components"]["schemas"][name], found);
    }
    for parts in ["allOf", "oneOf", "anyOf"] {
        for part in schema[parts].as_array().into_iter().flatten() {
            body_fields(document, part, found);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if !found.iter().any(|one| one.place == "body" && one.name == *name) {
            let text = word(&field["description"]);
            found.push(Input { name: name.clone(), place: "body".into(), text });
        }
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ROUTES;

    #[test]
    fn every_call_is_described_and_nothing_else() {
        let document = serde_json::to_value(Description::openapi()).unwrap();
        let calls = ROUTES.iter().filter(|route| route.path.starts_with("/v1/"));
        let mut expected: Vec<String> = calls
            .map(|route| format!("{} {}", route.method.as_str().to_lowercase(), route.path))
            .collect();
        let mut found: Vec<String> = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            found.extend(
                methods.as_object().unwrap().keys().map(|method| format!("{method} {path}")),
            );
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = serde_json::to_string(&Description::openapi()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        for reference in text.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }

    #[test]
    fn the_page_names_every_call_and_its_fields() {
        let document = serde_json::to_value(Description::openapi()).unwrap();
        let html = Docs { groups: groups(&document) }.render().unwrap();
        for route in ROUTES.iter().filter(|route| route.path.starts_with("/v1/")) {
            assert!(html.contains(route.path), "{}", route.path);
        }
        for word in ["client_id", "latitude", "media_id", "last_event_id", "scan"] {
            assert!(html.contains(word), "{word}");
        }
        assert!(!html.contains("<script"));
    }
}
