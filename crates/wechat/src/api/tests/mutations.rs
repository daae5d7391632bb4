//! Requests that were valid once and have been damaged: each has an answer of the protocol, with
//! status 200 and a code, and never a fault of ours.
use crier_testing::both_engines;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::rows::Day;
use super::*;

/// Damaged requests for each row.
const EACH: usize = 6;

/// What stands in the place of a field.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        Just(json!(-1)),
        Just(json!(9_007_199_254_740_993_i64)),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("x\u{0}y")),
        Just(json!("<script>alert(1)</script>")),
        Just(json!("长".repeat(3_000))),
        Just(json!([])),
        Just(json!([[[{}]]])),
        Just(json!({ "a": { "b": [1, null, "c"] } })),
        prop::collection::vec(Just(json!("o")), 0..200).prop_map(Value::from),
    ]
}

/// Every place in a body that something else can stand in.
fn places(body: &Value, at: &str, found: &mut Vec<String>) {
    let mut enter = |name: &str, value: &Value| {
        let at = format!("{at}/{name}");
        places(value, &at, found);
        found.push(at);
    };
    match body {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| enter(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| enter(&at.to_string(), value));
        }
        _ => {}
    }
}

fn damage(body: &mut Value, at: &str, with: Value, take_out: bool) {
    let Some((above, name)) = at.rsplit_once('/') else { return };
    match body.pointer_mut(above) {
        Some(Value::Object(fields)) if take_out => drop(fields.remove(name)),
        _ => {
            if let Some(place) = body.pointer_mut(at) {
                *place = with;
            }
        }
    }
}

async fn answers(day: &Day, call: &str, body: &Value) {
    let answer = day.call(call, body, false).await;
    assert_eq!(answer.status(), 200, "{call} {body}");
    if answer.headers().contains_key("content-disposition") {
        return;
    }
    let answer = json(answer).await;
    assert!(answer.is_object(), "{call} {body}: {answer}");
    if let Some(code) = answer.get("errcode") {
        assert!(code.is_i64() && *code != json!(-1), "{call} {body}: {answer}");
        assert!(answer["errmsg"].is_string(), "{call} {body}: {answer}");
    }
}

#[test]
fn a_damaged_request_is_refused_in_the_protocol() {
    both_engines(|app| async move {
        let day = Day::begin(&app).await;
        let mut runner = TestRunner::default();
        let (odd, chance) = (odd(), (any::<prop::sample::Index>(), any::<bool>()));
        let rows: Vec<Value> = serde_json::from_str(include_str!("../rows.json")).unwrap();
        for row in &rows {
            let (call, body) = (row["call"].as_str().unwrap(), &row["body"]);
            let body = if body.is_null() { &row["refuses"][0][1] } else { body };
            let mut found = Vec::new();
            places(body, "", &mut found);
            for _ in 0..EACH {
                let with = odd.new_tree(&mut runner).unwrap().current();
                let (place, take_out) = chance.new_tree(&mut runner).unwrap().current();
                let mut damaged = day.fill(body);
                if found.is_empty() {
                    damaged = with;
                } else {
                    damage(&mut damaged, &found[place.index(found.len())], with, take_out);
                }
                answers(&day, call, &damaged).await;
            }
        }
    });
}

#[test]
fn what_is_no_json_is_refused_everywhere() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        for route in crate::api::routes::TABLE {
            for body in ["", "{", "[1", "null", "\"x\"", "\u{feff}", "a=b&c=d", "<xml/>"] {
                let uri = format!("{}?access_token={}", route.path, bot.token);
                let request = TestRequest::post().uri(&uri).set_payload(body);
                let answer = send(&app, request).await;
                let status = answer.status().as_u16();
                assert!(status == 200 || status == 404, "{} {body}: {status}", route.path);
                if status == 200 {
                    let answer = json(answer).await;
                    assert_ne!(answer["errcode"], json!(-1), "{} {body}: {answer}", route.path);
                }
            }
        }
    });
}
