//! What must hold of any bytes at all. The tests below run it for a moment, the targets in
//! `dispatch/fuzz` for as long as they are told to; each function panics where it does not hold.
use crier_core::accounts::has_control;
use crier_core::content::{Content, MAX_TEXT};
use serde_json::{Value, json};

use super::{Event, answers};
use crate::dialect::Reply;
use crate::verdicts;

/// What is no event is refused; what is one is told and read back as it is, but for its time, of
/// which whole milliseconds are told.
pub fn read_event(bytes: &[u8]) {
    let Ok(event) = Event::read(bytes) else { return };
    let told = event.json();
    match Event::read(told.as_bytes()) {
        Ok(again) => {
            assert_eq!(again.json(), told);
            assert_eq!(again, Event { timestamp: again.timestamp, ..event }, "{told}");
        }
        Err(error) => panic!("{error}: {told}"),
    }
}

/// An answer is a fault or a reply within limits, whatever stands around it; and a reply that was
/// taken is taken again.
pub fn read_answer(bytes: &[u8]) {
    let said = answers::read(bytes);
    let around = [b"\xef\xbb\xbf\r\n\t ", bytes, b"\n\n"].concat();
    if !bytes.starts_with(b"\xef\xbb\xbf") {
        assert_eq!(answers::read(&around), said);
    }
    match &said {
        Ok(Reply::Nothing) => {}
        Ok(Reply::Say(content)) => {
            judge(content, bytes.len());
            let told = json!({ "reply": asked(content) }).to_string();
            assert_eq!(answers::read(told.as_bytes()), said, "{told}");
        }
        Ok(Reply::HandOver(_)) => panic!("there is no word for {said:?}"),
        Err(fault) => assert_eq!(fault.verdict, verdicts::MALFORMED),
    }
}

fn judge(content: &Content, size: usize) {
    each_text(&json!(content), &|text| {
        assert!(text.len() <= size && text.len() <= MAX_TEXT && !has_control(text), "{text:?}");
    });
    match content {
        Content::Text { text, .. } => assert!(!text.is_empty()),
        Content::News { articles } => assert!((1..=8).contains(&articles.len())),
        _ => assert!(content.media().all(|key| key.len() <= 128)),
    }
}

fn each_text(value: &Value, holds: &impl Fn(&str)) {
    match value {
        Value::String(text) => holds(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, holds)),
        Value::Object(fields) => fields.values().for_each(|field| each_text(field, holds)),
        _ => {}
    }
}

/// Content as a reply asks for it: without what is not asked.
fn asked(content: &Content) -> Value {
    let mut reply = json!(content);
    if let Value::Object(fields) = &mut reply {
        fields.retain(|name, value| !value.is_null() && name != "format");
    }
    reply
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    /// All that the fuzz targets found worth keeping.
    #[test]
    fn all_hold_for_the_corpus() {
        type Holds = fn(&[u8]);
        let properties: [(&str, Holds); 2] = [("event", read_event), ("answer", read_answer)];
        for (name, holds) in properties {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
            assert!((1..=32).contains(&files.len()), "{} in {name}", files.len());
            for file in files {
                holds(&fs::read(file.unwrap().path()).unwrap());
            }
        }
    }

    /// An event with one of its parts replaced by any JSON.
    fn event() -> impl Strategy<Value = String> {
        let whole = json!({
            "id": "evt_1", "version": "1", "timestamp": "2026-11-22T10:00:00.250Z",
            "account": {"handle": "harbour", "app_id": "wx1", "original_id": "gh_1"},
            "follower": {"openid": "o1"}, "type": "message.received",
            "data": {"id": 9, "seq": 1, "type": "location", "latitude": 30.25, "longitude": 120.5,
                "scale": 16, "label": "West Lake"}
        });
        let paths = [
            "/id",
            "/version",
            "/timestamp",
            "/account",
            "/account/handle",
            "/follower",
            "/type",
            "/data",
            "/data/id",
            "/data/seq",
            "/data/type",
            "/data/latitude",
            "/data/longitude",
            "/data/scale",
            "/data/label",
        ];
        (proptest::sample::select(paths.to_vec()), value()).prop_map(move |(path, value)| {
            let mut event = whole.clone();
            *event.pointer_mut(path).unwrap() = value;
            event.to_string()
        })
    }

    fn reply() -> impl Strategy<Value = String> {
        let kind = "(text|image|voice|video|music|news|[a-z]{0,3})";
        let name = "(text|media_id|title|description|thumbnail_id|url|hq_url|articles)";
        let fields = proptest::collection::btree_map(name, value(), 0..4);
        (kind, fields).prop_map(|(kind, fields)| {
            let mut reply = json!(fields);
            reply["type"] = kind.into();
            json!({ "reply": reply }).to_string()
        })
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,9}".prop_map(Value::from),
            "https://[a-z]{1,9}\\.example/".prop_map(Value::from),
            Just(json!([{"title": "T", "url": "https://a.example"}])),
            Just(json!({"openid": "o", "handle": "h"})),
        ]
    }

    proptest! {
        #[test]
        fn events_read_back_as_they_are(text in event(), bytes: Vec<u8>) {
            read_event(text.as_bytes());
            read_event(&bytes);
        }

        #[test]
        fn answers_are_replies_or_faults(text in reply(), bytes: Vec<u8>) {
            read_answer(text.as_bytes());
            read_answer(&bytes);
        }
    }
}
