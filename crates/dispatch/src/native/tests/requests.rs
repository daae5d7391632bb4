//! What stands around the body.
use crier_core::content::Content;
use crier_core::endpoints::Pair;

use super::*;

fn hello() -> Push {
    push(Fact::Message { id: 9.into(), seq: 1, content: Content::text("hi 你好 \"</script>\"") })
}

#[test]
fn a_request_is_whole() {
    let request = Native.render(&hello(), &SALT).unwrap();
    assert!(request.post);
    assert_eq!(request.url, "https://backend.example/events?a=1");
    let body = concat!(
        r#"{"id":"evt_7120934055936","version":"1","timestamp":"2026-11-22T10:00:00.250Z","#,
        r#""account":{"handle":"harbour","app_id":"wx0123456789abcdef","#,
        r#""original_id":"gh_0123456789ab"},"follower":{"openid":"oABCDEFGHIJKLMNOPQRSTUVWXYZ0"},"#,
        r#""type":"message.received","data":{"id":9,"seq":1,"type":"text","#,
        r#""text":"hi 你好 \"</script>\"","menu_item":null}}"#
    );
    assert_eq!(std::str::from_utf8(&request.body).unwrap(), body);
    let signature = signatures::header(&target().secrets, "evt_7120934055936", "1795341600", body);
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (&**name, value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("Content-Type", "application/json; charset=utf-8"),
            ("webhook-id", "evt_7120934055936"),
            ("webhook-timestamp", "1795341600"),
            ("webhook-signature", &signature),
            ("crier-attempt", "1"),
        ]
    );
}

#[test]
fn attempts_and_replays_say_so_and_keep_id_and_body() {
    let first = Native.render(&hello(), &SALT).unwrap();
    let later = Push { attempt: 4, replay: true, ..hello() };
    let salt = Salt { now: NOW.plus(chrono::Duration::seconds(90)), ..SALT };
    let again = Native.render(&later, &salt).unwrap();
    assert_eq!(first.body, again.body);
    assert_eq!(header(&first, "webhook-id"), header(&again, "webhook-id"));
    assert_ne!(header(&first, "webhook-signature"), header(&again, "webhook-signature"));
    assert_eq!(header(&again, "webhook-timestamp"), Some("1795341690"));
    assert_eq!(header(&again, "crier-attempt"), Some("4"));
    assert_eq!(header(&again, "crier-replay"), Some("true"));
    assert_eq!(header(&first, "crier-replay"), None);
}

#[test]
fn both_secrets_sign_while_a_rotation_overlaps() {
    let alone = Native.render(&hello(), &SALT).unwrap();
    let mut target = target();
    let old = std::mem::replace(
        &mut target.secrets.now,
        Pair { token: endpoints::new_secret(), key: String::new() },
    );
    target.secrets.previous = Some(old);
    let both = Native.render(&Push { target: Arc::new(target), ..hello() }, &SALT).unwrap();
    let signatures: Vec<&str> = header(&both, "webhook-signature").unwrap().split(' ').collect();
    assert_eq!(signatures.len(), 2);
    assert_eq!(Some(signatures[1]), header(&alone, "webhook-signature"));
    assert!(signatures.iter().all(|signature| signature.starts_with("v1,")));
}

#[test]
fn a_broken_secret_signs_nothing_and_loses_nothing() {
    let target = Target {
        secrets: Secrets {
            now: Pair { token: "testtoken".into(), key: String::new() },
            ..target().secrets
        },
        ..target()
    };
    let request = Native.render(&Push { target: Arc::new(target), ..hello() }, &SALT).unwrap();
    assert_eq!(header(&request, "webhook-signature"), Some(""));
}

#[test]
fn what_followers_do_not_write_is_not_told() {
    let content = Content::News { articles: Vec::new() };
    let push = push(Fact::Message { id: 9.into(), seq: 1, content });
    assert_eq!(Native.render(&push, &SALT), None);
}

#[test]
fn a_check_is_signed_and_passes_on_any_success() {
    let request = Native.check(&target(), &SALT);
    assert!(request.post);
    let id = header(&request, "webhook-id").unwrap();
    assert_eq!(id, "chk_123456789");
    let body = std::str::from_utf8(&request.body).unwrap();
    let signature = signatures::header(&target().secrets, id, "1795341600", body);
    assert_eq!(header(&request, "webhook-signature"), Some(signature.as_str()));
    assert_eq!(header(&request, "crier-attempt"), None);
    let checked = |status, body: &str| {
        Native.checked(&target(), &SALT, &Answer { status, body: body.as_bytes().to_vec() })
    };
    assert_eq!(checked(200, "whatever {"), Ok(()));
    assert_eq!(checked(204, ""), Ok(()));
    assert_eq!(checked(404, "").unwrap_err().verdict, verdicts::BAD_STATUS);
}
