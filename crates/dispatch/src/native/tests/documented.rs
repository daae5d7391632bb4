//! What is sent against what is promised: the document's examples, and the schema.
use boon::{Compiler, SchemaIndex, Schemas};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::facts::{examples, fact};
use super::*;

const DOCUMENT: &str = include_str!("../../../../../docs/EVENTS.md");
const SCHEMA: &str = include_str!("../../../../../docs/events.schema.json");

/// The published schema, closed: it lets receivers pass over what will be added, but whatever is
/// sent today must stand in it.
fn schema() -> (Schemas, SchemaIndex) {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    schema["unevaluatedProperties"] = json!(false);
    for (name, of) in schema["$defs"].as_object_mut().unwrap() {
        // These two are parts of one object each.
        if !name.starts_with("content_") && !name.starts_with("tap_") {
            of["unevaluatedProperties"] = json!(false);
        }
    }
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("urn:crier:events:1", schema).unwrap();
    let index = compiler.compile("urn:crier:events:1", &mut schemas).unwrap();
    (schemas, index)
}

fn body(push: &Push) -> String {
    let request = Native.render(push, &SALT).unwrap();
    String::from_utf8(request.body.to_vec()).unwrap()
}

fn check() -> String {
    String::from_utf8(Native.check(&target(), &SALT).body.to_vec()).unwrap()
}

fn all_bodies() -> Vec<String> {
    examples().into_iter().map(|fact| body(&push(fact))).chain([check()]).collect()
}

/// A body as the document shows it: whole, and its `data` alone.
fn shown(body: &str) -> (String, String) {
    let whole = serde_json::to_string_pretty(&Event::read(body.as_bytes()).unwrap()).unwrap();
    let data = whole.split_once("\n  \"data\": ").unwrap().1;
    let data = data.strip_suffix("\n}").unwrap().replace("\n  ", "\n");
    (whole, data)
}

#[test]
fn every_example_of_the_document_is_what_is_sent() {
    let sent: Vec<(String, String)> = all_bodies().iter().map(|body| shown(body)).collect();
    let blocks = DOCUMENT.split("```json\n").skip(1).filter_map(|text| text.split_once("\n```"));
    let blocks: Vec<&str> = blocks.map(|(block, _)| block).collect();
    for (whole, data) in &sent {
        let there = blocks.iter().any(|block| block == whole || block == data);
        assert!(there, "EVENTS.md lacks\n{whole}");
    }
    for block in blocks.iter().filter(|block| !block.contains(r#""reply""#)) {
        let is_sent = sent.iter().any(|(whole, data)| block == whole || block == data);
        assert!(is_sent, "nothing sends\n{block}");
    }
    for name in Event::TYPES {
        let of = format!("\n  \"type\": \"{name}\",");
        let is_whole = |block: &&str| block.contains(&of) && block.contains("\n  \"version\"");
        assert!(blocks.iter().any(is_whole), "EVENTS.md has no whole {name}");
    }
}

#[test]
fn every_reply_of_the_document_is_taken() {
    let blocks = DOCUMENT.split("```json\n").skip(1).filter_map(|text| text.split_once("\n```"));
    let replies = blocks.map(|(block, _)| block).filter(|block| block.contains(r#""reply""#));
    let read: Vec<Reply> =
        replies.map(|block| super::super::answers::read(block.as_bytes()).unwrap()).collect();
    assert!(read.len() >= 6 && read.iter().all(|reply| matches!(reply, Reply::Say(_))), "{read:?}");
}

#[test]
fn every_type_of_fact_has_an_example() {
    let shown: Vec<&str> = examples().iter().map(Fact::name).collect();
    assert!(Fact::NAMES.iter().all(|name| shown.contains(name)));
}

#[test]
fn the_schema_takes_what_is_sent_and_nothing_else() {
    let (schemas, index) = schema();
    for body in all_bodies() {
        let mut event: Value = serde_json::from_str(&body).unwrap();
        schemas.validate(&event, index).unwrap_or_else(|error| panic!("{error:#}\n{body}"));
        let whole = event.clone();
        event["data"]["more"] = json!(1);
        assert!(schemas.validate(&event, index).is_err(), "an unknown field: {event}");
        for name in whole["data"].as_object().unwrap().keys() {
            let mut less = whole.clone();
            less["data"].as_object_mut().unwrap().remove(name);
            assert!(schemas.validate(&less, index).is_err(), "without {name}: {less}");
        }
    }
}

#[test]
fn the_document_names_every_field_of_the_schema() {
    fn fields(of: &Value, found: &mut Vec<String>) {
        if let Some(properties) = of["properties"].as_object() {
            found.extend(properties.keys().cloned());
        }
        let inner: Vec<&Value> = match of {
            Value::Object(fields) => fields.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        for of in inner {
            fields(of, found);
        }
    }
    let mut found = Vec::new();
    fields(&serde_json::from_str(SCHEMA).unwrap(), &mut found);
    assert!(found.len() > 40);
    for name in found {
        assert!(DOCUMENT.contains(&format!("`{name}`")), "EVENTS.md does not name {name}");
    }
}

proptest! {
    #[test]
    fn every_fact_is_told_by_the_schema_and_reads_back(fact in fact()) {
        let (schemas, index) = schema();
        let push = push(fact);
        let body = body(&push);
        let read = Event::read(body.as_bytes()).unwrap();
        prop_assert_eq!(&read, &Event::of(&push).unwrap());
        prop_assert_eq!(read.json(), body.clone());
        let value: Value = serde_json::from_str(&body).unwrap();
        prop_assert!(schemas.validate(&value, index).is_ok(), "{}", body);
    }

    #[test]
    fn whatever_is_read_is_an_event_or_an_error(body in any::<Vec<u8>>()) {
        if let Ok(event) = Event::read(&body) {
            prop_assert_eq!(Event::read(event.json().as_bytes()).unwrap(), event);
        }
    }
}
