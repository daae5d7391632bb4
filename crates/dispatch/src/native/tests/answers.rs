//! Replies: what is taken, and what a refusal names.
use crier_core::content::{Content, MAX_TEXT, NewsCard};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::answers::read;
use super::*;

fn said(reply: Value) -> Result<Reply, Fault> {
    read(json!({ "reply": reply }).to_string().as_bytes())
}

#[track_caller]
fn refused(reply: Value, names: &str) {
    let fault = said(reply).unwrap_err();
    assert_eq!(fault.verdict, verdicts::MALFORMED);
    assert!(fault.detail.starts_with(names), "{:?} does not begin with {names:?}", fault.detail);
}

#[test]
fn what_is_no_object_and_what_has_no_reply_says_nothing() {
    let nothing = [
        "",
        " \n",
        "ok",
        "success",
        "null",
        "[]",
        "<html>",
        "\"{\"",
        "{}",
        " {}\n",
        "\u{feff}{}",
        r#"{"reply":null}"#,
        r#"{"ok":true,"received":["x"]}"#,
    ];
    for body in nothing {
        assert_eq!(read(body.as_bytes()), Ok(Reply::Nothing), "{body}");
    }
    assert_eq!(read(&[0xff, 0xfe, b'{']), Ok(Reply::Nothing));
}

#[test]
fn a_broken_object_is_a_fault() {
    for body in ["{", "{\"reply\"}", "{} {}", "{'reply': null}", r#"{"reply":null,"reply":null}"#] {
        let fault = read(body.as_bytes()).unwrap_err();
        assert_eq!(fault.verdict, verdicts::MALFORMED, "{body}");
        assert!(fault.detail.starts_with("the answer is no JSON object"), "{}", fault.detail);
    }
    let deep = format!("{{\"reply\":{}", "[".repeat(10_000));
    assert!(read(deep.as_bytes()).is_err());
}

#[test]
fn every_type_becomes_content() {
    let link = "https://harbour.example/?a=1&b=2";
    let rows = [
        (json!({"type": "text", "text": "until 18:00 😀"}), Content::text("until 18:00 😀")),
        (
            json!({"type": "image", "media_id": "m-1"}),
            Content::Image { media_id: "m-1".into(), width: None, height: None },
        ),
        (
            json!({"type": "voice", "media_id": "m-1"}),
            Content::Voice { media_id: "m-1".into(), format: String::new() },
        ),
        (
            json!({"type": "video", "media_id": "m-1", "title": "T", "description": null}),
            Content::Video {
                media_id: "m-1".into(),
                thumbnail_id: None,
                title: Some("T".into()),
                description: None,
            },
        ),
        (
            json!({"type": "music", "title": "T", "url": link, "thumbnail_id": "m-2"}),
            Content::Music {
                title: "T".into(),
                description: String::new(),
                url: link.into(),
                hq_url: link.into(),
                thumbnail_id: Some("m-2".into()),
            },
        ),
        (
            json!({"type": "news", "articles": [{"title": "T", "url": link}]}),
            Content::News {
                articles: vec![NewsCard {
                    title: "T".into(),
                    description: String::new(),
                    url: link.into(),
                    picture_url: String::new(),
                }],
            },
        ),
    ];
    for (reply, content) in rows {
        assert_eq!(said(reply.clone()), Ok(Reply::Say(content)), "{reply}");
    }
}

#[test]
fn a_refusal_names_the_field() {
    let link = "https://harbour.example/";
    let card = json!({"title": "T", "url": link});
    refused(json!("hello"), "reply must be an object or null");
    refused(json!(["hello"]), "reply must be an object or null");
    refused(json!({}), "reply.type is missing");
    refused(json!({"type": 1}), "reply.type must be text");
    refused(json!({"type": "menu"}), "reply.type \"menu\" is none of text");
    refused(json!({"type": "text"}), "reply: missing field `text`");
    refused(json!({"type": "text", "text": 5}), "reply.text: invalid type: integer");
    refused(json!({"type": "text", "text": ""}), "reply.text must have 1 to 2048 bytes");
    refused(json!({"type": "text", "text": "a\u{0}b"}), "reply.text has control characters");
    refused(json!({"type": "text", "text": "x", "txt": "y"}), "reply.txt: unknown field `txt`");
    refused(json!({"type": "image", "media_id": ""}), "reply.media_id must have 1 to 128");
    refused(json!({"type": "voice", "media_id": null}), "reply.media_id: invalid type: null");
    refused(json!({"type": "video", "media_id": "m", "title": 1}), "reply.title: invalid type");
    refused(json!({"type": "music", "title": "T"}), "reply: missing field `url`");
    refused(
        json!({"type": "music", "title": "T", "url": "javascript:alert(1)"}),
        "reply.url must be an http or https address",
    );
    refused(json!({"type": "news", "articles": []}), "reply.articles must have 1 to 8");
    refused(json!({"type": "news", "articles": vec![&card; 9]}), "reply.articles must have 1 to 8");
    refused(
        json!({"type": "news", "articles": [card, {"title": "T"}]}),
        "reply.articles[1]: missing field `url`",
    );
    refused(
        json!({"type": "news", "articles": [{"title": "T", "url": link, "picture_url": "/x"}]}),
        "reply.articles[0].picture_url must be an http or https address",
    );
}

#[test]
fn text_is_bounded_in_bytes() {
    assert!(said(json!({"type": "text", "text": "é".repeat(MAX_TEXT / 2)})).is_ok());
    refused(json!({"type": "text", "text": "é".repeat(MAX_TEXT / 2) + "!"}), "reply.text must");
}

#[test]
fn an_answer_to_what_takes_none_is_not_looked_at() {
    let answer = Answer { status: 200, body: br#"{"reply":{"type":"text","text":"stay"}}"#.into() };
    assert_eq!(Native.read(&push(Fact::Unfollowed), &answer), Ok(Reply::Nothing));
    let said = Native.read(&push(Fact::Followed { scene: None }), &answer);
    assert_eq!(said, Ok(Reply::Say(Content::text("stay"))));
    let broken = Answer { status: 200, body: b"{".into() };
    assert_eq!(Native.read(&push(Fact::Unfollowed), &broken), Ok(Reply::Nothing));
}

proptest! {
    #[test]
    fn any_bytes_are_a_reply_or_a_fault(body in any::<Vec<u8>>()) {
        drop(read(&body));
    }

    #[test]
    fn no_text_is_taken_that_a_store_would_refuse(text in ".*") {
        if let Ok(Reply::Say(Content::Text { text, .. })) = said(json!({"type": "text", "text": text})) {
            prop_assert!(!text.contains('\0') && !text.is_empty() && text.len() <= MAX_TEXT);
        }
    }
}
