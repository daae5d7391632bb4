mod events;

use crier_core::content::Content;
use crier_core::endpoints::Mode;
use crier_core::facts::{Fact, NoticeAnswer, Scene, Tap};
use crier_core::grants::Scope;
use crier_core::ids::{BroadcastId, MessageId};

use super::fixtures::{APP_ID, KEY, OLD_KEY, OPENID, SALT, push, target};
use super::*;

fn hello() -> Fact {
    said(Content::text("hi ]]> <b>"))
}

fn said(content: Content) -> Fact {
    Fact::Message { id: MessageId(9), seq: 1, content }
}

fn body(push: &Push) -> String {
    String::from_utf8(Wechat.render(push, &SALT).unwrap().body.into()).unwrap()
}

fn parsed(text: &str) -> xml::Element {
    xml::read(text).unwrap()
}

fn query(url: &str) -> Vec<(String, String)> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

fn read(push: &Push, answer: &str) -> Result<Reply, Fault> {
    Wechat.read(push, &Answer { status: 200, body: answer.as_bytes().to_vec() })
}

fn answer(kind: &str, rest: &str) -> String {
    format!(
        "\n  <xml><MsgType>{kind}</MsgType><ToUserName><![CDATA[{OPENID}]]></ToUserName>\
         <FromUserName>gh_0123456789ab</FromUserName><CreateTime>1700000000123</CreateTime>\
         <FuncFlag>0</FuncFlag>{rest}</xml>"
    )
}

#[test]
fn a_plain_push_is_signed_and_holds_the_message() {
    let push = push(hello(), Mode::Plain);
    let request = Wechat.render(&push, &SALT).unwrap();
    let sent = query(&request.url);
    assert_eq!(sent[0], ("a".into(), "1+1".into()), "its own query is kept");
    let signature = "1224ee560df62329b43aeee20636a0defb583ee4".to_owned();
    assert!(sent.contains(&("signature".into(), signature)));
    assert!(sent.contains(&("openid".into(), OPENID.into())));
    assert!(!sent.iter().any(|(name, _)| name == "encrypt_type"));
    let read = parsed(&body(&push));
    for (name, value) in [
        ("ToUserName", "gh_0123456789ab"),
        ("FromUserName", OPENID),
        ("CreateTime", "1700000000"),
        ("MsgType", "text"),
        ("Content", "hi ]]> <b>"),
        ("MsgId", "9"),
        ("CrierEventId", "77"),
    ] {
        assert_eq!(read.value(name), value, "{name}");
    }
}

#[test]
fn a_safe_push_shows_only_its_recipient() {
    let push = push(hello(), Mode::Safe);
    let request = Wechat.render(&push, &SALT).unwrap();
    let outer = parsed(&body(&push));
    let names: Vec<&str> = outer.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["ToUserName", "Encrypt"]);
    let sealed = outer.value("Encrypt");
    let signed = sign(&["testtoken", "1700000000", "123456789", sealed]);
    assert!(query(&request.url).contains(&("msg_signature".into(), signed)));
    let inner = Envelope::new(KEY, "wx0123456789abcdef").unwrap().open(sealed).unwrap();
    assert_eq!(parsed(&inner).value("Content"), "hi ]]> <b>");
}

#[test]
fn a_compatible_push_has_both() {
    let outer = parsed(&body(&push(hello(), Mode::Compatible)));
    assert_eq!(outer.value("MsgType"), "text");
    assert!(!outer.value("Encrypt").is_empty());
}

#[test]
fn messages_have_the_fields_of_the_table() {
    let image = Content::Image { media_id: "KEY".into(), width: None, height: None };
    let video = Content::Video {
        media_id: "KEY".into(),
        thumbnail_id: Some("THUMB".into()),
        title: None,
        description: None,
    };
    let place =
        Content::Location { latitude: 23.5, longitude: 113.25, scale: 20, label: "Pier".into() };
    let link =
        Content::Link { title: "T".into(), description: "D".into(), url: "http://x/?a&b".into() };
    let rows: [(Content, &[(&str, &str)]); 5] = [
        (image, &[("MsgType", "image"), ("PicUrl", "http://crier.example/media/KEY")]),
        (
            Content::Voice { media_id: "KEY".into(), format: "amr".into() },
            &[("MsgType", "voice"), ("MediaId", "KEY"), ("Format", "amr")],
        ),
        (video, &[("MsgType", "video"), ("ThumbMediaId", "THUMB")]),
        (place, &[("Location_X", "23.5"), ("Location_Y", "113.25"), ("Scale", "20")]),
        (link, &[("Title", "T"), ("Description", "D"), ("Url", "http://x/?a&b")]),
    ];
    for (content, fields) in rows {
        let read = parsed(&body(&push(said(content), Mode::Plain)));
        for (name, value) in fields {
            assert_eq!(read.value(name), *value, "{name}");
        }
    }
}

#[test]
fn nothing_is_said_by_success_and_silence() {
    let push = push(hello(), Mode::Safe);
    for silent in ["", "success", " success\n", "\u{feff}success"] {
        assert_eq!(read(&push, silent), Ok(Reply::Nothing), "{silent:?}");
    }
}

#[test]
fn replies_become_content() {
    let push = push(hello(), Mode::Plain);
    let said = |kind: &str, rest: &str| read(&push, &answer(kind, rest)).unwrap();
    let text = said("text", "<Content><![CDATA[你好]]></Content>");
    assert_eq!(text, Reply::Say(Content::text("你好")));
    let image = said("image", "<Image><MediaId>M</MediaId></Image>");
    let wanted = Content::Image { media_id: "M".into(), width: None, height: None };
    assert_eq!(image, Reply::Say(wanted));
    let handed =
        said("transfer_customer_service", "<TransInfo><KfAccount>a@b</KfAccount></TransInfo>");
    assert_eq!(handed, Reply::HandOver(Some("a@b".into())));
    assert_eq!(said("transfer_customer_service", ""), Reply::HandOver(None));
    let Reply::Say(Content::Music { url, thumbnail_id, .. }) =
        said("music", "<Music><Title>t</Title><MusicUrl>u</MusicUrl></Music>")
    else {
        panic!("no music");
    };
    assert_eq!((url.as_str(), thumbnail_id), ("u", None));
}

#[test]
fn news_is_cut() {
    let item = "<item><Title>t</Title><Url>u</Url></item>";
    let news = answer("news", &format!("<Articles>{}</Articles>", item.repeat(10)));
    let cards = |push: &Push| match read(push, &news) {
        Ok(Reply::Say(Content::News { articles })) => articles.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(cards(&push(hello(), Mode::Plain)), 1);
    assert_eq!(cards(&push(Fact::Followed { scene: None }, Mode::Plain)), 8);
}

#[test]
fn faults_have_their_verdicts() {
    let plain = push(hello(), Mode::Plain);
    let safe = push(hello(), Mode::Safe);
    let elsewhere = answer("text", "<Content>x</Content>").replace(OPENID, "oSomebodyElse");
    let text = answer("text", "<Content>x</Content>");
    let rows = [
        (&plain, "<html><body>502</body></html>".to_owned(), verdicts::MALFORMED),
        (&plain, "{\"errcode\":0}".to_owned(), verdicts::MALFORMED),
        (&plain, answer("text", ""), verdicts::MALFORMED),
        (
            &plain,
            answer("text", &format!("<Content>{}</Content>", "x".repeat(2049))),
            verdicts::MALFORMED,
        ),
        (&plain, answer("hologram", ""), verdicts::MALFORMED),
        (&plain, answer("image", ""), verdicts::MALFORMED),
        (&plain, answer("news", "<Articles/>"), verdicts::MALFORMED),
        (&plain, elsewhere, verdicts::WRONG_RECIPIENT),
        (&safe, text, verdicts::MALFORMED),
        (&safe, "<xml><Encrypt>x</Encrypt></xml>".to_owned(), verdicts::BAD_SIGNATURE),
    ];
    for (push, answer, verdict) in rows {
        assert_eq!(read(push, &answer).unwrap_err().verdict, verdict, "{answer}");
    }
}

#[test]
fn an_encrypted_answer_is_verified_with_its_own_stamp() {
    let push = push(hello(), Mode::Safe);
    let text = answer("text", "<Content>x</Content>");
    let with = |key: &str, app_id: &str| {
        let sealed = Envelope::new(key, app_id).unwrap().seal(&text, [7; 16]);
        // Milliseconds and a nonce with a point, as npm wechat makes them.
        let signed = sign(&["testtoken", "1700000000999", "0.42", &sealed]);
        format!(
            "<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]>\
             </MsgSignature><TimeStamp>1700000000999</TimeStamp><Nonce>0.42</Nonce></xml>"
        )
    };
    let said = Ok(Reply::Say(Content::text("x")));
    assert_eq!(read(&push, &with(KEY, "wx0123456789abcdef")), said);
    assert_eq!(read(&push, &with(OLD_KEY, "wx0123456789abcdef")), said, "the previous key");
    let other = read(&push, &with(&"C".repeat(43), "wx0123456789abcdef"));
    assert_eq!(other.unwrap_err().verdict, verdicts::BAD_SIGNATURE);
    let other = read(&push, &with(KEY, "wxffffffffffffffff"));
    assert_eq!(other.unwrap_err().verdict, verdicts::BAD_SIGNATURE);
}

#[test]
fn events_that_take_no_answer_get_none() {
    let push = push(Fact::Unfollowed, Mode::Plain);
    assert_eq!(read(&push, &answer("text", "<Content>x</Content>")), Ok(Reply::Nothing));
}

#[test]
fn a_url_check_wants_exactly_its_echo() {
    let target = target(Mode::Safe);
    let request = Wechat.check(&target, &SALT);
    assert!(!request.post);
    let sent = query(&request.url);
    let echo = sent.iter().find(|(name, _)| name == "echostr").unwrap().1.clone();
    assert!(sent.iter().any(|(name, _)| name == "signature"));
    let said = |body: String| {
        Wechat.checked(&target, &SALT, &Answer { status: 200, body: body.into_bytes() })
    };
    assert_eq!(said(echo.clone()), Ok(()));
    assert_eq!(said(format!("{echo}\n")).unwrap_err().verdict, verdicts::WRONG_ECHO);
    assert_eq!(said("success".into()).unwrap_err().verdict, verdicts::WRONG_ECHO);
}
