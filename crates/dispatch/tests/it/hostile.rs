//! Answers that are meant to hurt, or merely odd: each ends with a verdict, within the time and
//! with little read.
use std::time::{Duration, Instant};

use crier_dispatch::MAX_ANSWER;
use crier_dispatch::verdicts;
use futures_util::future::join_all;
use tokio::net::TcpListener;

use crate::raw::{AMPLE, Endpoint, Trick, get, meet, once, sender};

/// What an endpoint may get rid of, at most: what is read (400 KB of a head), and what both
/// kernels' buffers take of the rest.
const READ_AND_BUFFERED: usize = 12 * 1024 * 1024;

/// The time that slow endpoints are given.
const SHORT: Duration = Duration::from_millis(400);

const OK: &str = "HTTP/1.1 200 OK\r\n";

#[tokio::test]
async fn endless_answers_are_not_read_on() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let trailers = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";
    let extension = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;";
    let long = "HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n";
    for (first, more, verdict) in [
        ("", "\r\n", verdicts::TOO_LARGE),
        (OK, "x-header: value\r\n", verdicts::TOO_LARGE),
        ("HTTP/1.1 200 OK\r\nx-header: ", "value", verdicts::TOO_LARGE),
        ("HTTP/1.1 200 ", "reason", verdicts::TOO_LARGE),
        ("HTTP/1.1 200 OK\r\n\r\n", "x", verdicts::TOO_LARGE),
        (long, "x", verdicts::TOO_LARGE),
        (chunked, "5\r\nhello\r\n", verdicts::TOO_LARGE),
        (chunked, "1\r\nx\r\n", verdicts::TOO_LARGE),
        (chunked, "1;extension=x\r\nx\r\n", verdicts::MALFORMED),
        (extension, "x", verdicts::MALFORMED),
        (trailers, "x-trailer: value\r\n", verdicts::MALFORMED),
    ] {
        let endpoint = Endpoint::start(Trick::Endless(first, more)).await;
        let fault = sender().send(&get(&endpoint.url()), AMPLE).await.unwrap_err();
        assert_eq!(fault.verdict, verdict, "{first:?} {more:?}: {fault:?}");
        assert!(endpoint.written() < READ_AND_BUFFERED, "{more:?}: {}", endpoint.written());
    }
}

#[tokio::test]
async fn heads_have_a_hundred_headers_and_400_kilobytes_at_most() {
    let head = |headers: String| once(&format!("{OK}{headers}\r\nbody"));
    assert!(meet(head("x: y\r\n".repeat(100))).await.is_ok());
    assert!(meet(head(format!("x: {}\r\n", "y".repeat(300_000)))).await.is_ok());
    for headers in ["x: y\r\n".repeat(101), format!("x: {}\r\n", "y".repeat(1024 * 1024))] {
        assert_eq!(meet(head(headers)).await.unwrap_err().verdict, verdicts::TOO_LARGE);
    }
}

#[tokio::test]
async fn a_body_has_64_kilobytes_at_most() {
    let body = |size| once(&format!("{OK}\r\n{}", "x".repeat(size)));
    assert_eq!(meet(body(MAX_ANSWER)).await.unwrap().body.len(), MAX_ANSWER);
    assert_eq!(meet(body(MAX_ANSWER + 1)).await.unwrap_err().verdict, verdicts::TOO_LARGE);
}

#[tokio::test]
async fn slow_answers_end_with_the_time() {
    let tricks = [
        Trick::Hang(""),
        Trick::Hang("HTTP/1.1 200 OK\r\nx-he"),
        Trick::Hang("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
        Trick::Drip("", "HTTP/1.1 200 OK and a reason that goes on and on"),
        Trick::Drip(OK, "x-header: value\r\n"),
        Trick::Drip("HTTP/1.1 200 OK\r\n\r\n", "x"),
        Trick::Drip("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        Trick::Endless("", "HTTP/1.1 100 Continue\r\n\r\n"),
        Trick::Endless("", "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
    ];
    join_all(tricks.map(|trick| async move {
        let endpoint = Endpoint::start(trick.clone()).await;
        let began = Instant::now();
        let fault = sender().send(&get(&endpoint.url()), SHORT).await.unwrap_err();
        assert_eq!(fault.verdict, verdicts::TIMEOUT, "{trick:?}: {fault:?}");
        assert!(began.elapsed() < SHORT + Duration::from_secs(3), "{trick:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_refusal_is_one_however_its_body_goes_on() {
    let refusal = "HTTP/1.1 503 X\r\nretry-after: 60\r\ncontent-length: 9999999\r\n\r\n";
    let closed = once("HTTP/1.1 410 X\r\ncontent-length: 9\r\n\r\nhalf");
    for (trick, verdict, retry_after) in [
        (Trick::Endless(refusal, "x"), verdicts::BAD_STATUS, Some(60)),
        (Trick::Drip(refusal, "x"), verdicts::BAD_STATUS, Some(60)),
        (Trick::Hang(refusal), verdicts::BAD_STATUS, Some(60)),
        (Trick::Endless("HTTP/1.1 410 Gone\r\n\r\n", "x"), verdicts::GONE, None),
        (Trick::Hang("HTTP/1.1 302 X\r\nlocation: /\r\n\r\n"), verdicts::REDIRECT, None),
        (closed, verdicts::GONE, None),
    ] {
        let endpoint = Endpoint::start(trick.clone()).await;
        let fault = sender().send(&get(&endpoint.url()), SHORT).await.unwrap_err();
        assert_eq!(fault.verdict, verdict, "{trick:?}");
        assert_eq!(fault.retry_after, retry_after.map(Duration::from_secs), "{trick:?}");
        assert!(fault.detail.starts_with("HTTP ") && fault.detail.len() < 600, "{fault:?}");
    }
}

#[tokio::test]
async fn an_endpoint_may_ask_for_a_pause() {
    for (status, header, wanted) in [
        (429, "retry-after: 7", Some(7)),
        (502, "Retry-After: 8", Some(8)),
        (503, "retry-after: 999999999", Some(86_400)),
        (504, "retry-after: -1", Some(0)),
        (
            503,
            "date: Sun, 22 Nov 2026 12:00:00 GMT\r\nretry-after: Sun, 22 Nov 2026 12:01:30 GMT",
            Some(90),
        ),
        (503, "retry-after: later", None),
        (503, "x: y", None),
        (500, "retry-after: 7", None),
        (404, "retry-after: 7", None),
        (301, "retry-after: 7", None),
    ] {
        let head = format!("HTTP/1.1 {status} X\r\n{header}\r\ncontent-length: 0\r\n\r\n");
        let fault = meet(once(&head)).await.unwrap_err();
        assert_eq!(fault.retry_after, wanted.map(Duration::from_secs), "{status} {header}");
        assert_eq!(fault.detail, format!("HTTP {status}\n"));
    }
}

#[tokio::test]
async fn broken_answers_are_faults() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for (answer, verdict) in [
        (String::new(), verdicts::UNREACHABLE),
        ("HTTP/1.1 200 OK\r\nx-head".into(), verdicts::UNREACHABLE),
        (format!("{OK}content-length: 10\r\n\r\nhalf"), verdicts::UNREACHABLE),
        (format!("{chunked}5\r\nhel"), verdicts::UNREACHABLE),
        (format!("{chunked}5\r\nhello\r\n"), verdicts::UNREACHABLE),
        (format!("{chunked}zz\r\nhello\r\n0\r\n\r\n"), verdicts::MALFORMED),
        (format!("{chunked}fffffffffffffffff\r\nhello"), verdicts::MALFORMED),
        (format!("{OK}content-length: -1\r\n\r\n"), verdicts::MALFORMED),
        (format!("{OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab"), verdicts::MALFORMED),
        (format!("{OK}x: \0\r\n\r\n"), verdicts::MALFORMED),
        ("HTTP/1.1 20 OK\r\n\r\n".into(), verdicts::MALFORMED),
        ("HTTP/2.0 200 OK\r\n\r\n".into(), verdicts::MALFORMED),
        ("SSH-2.0-OpenSSH_9.9\r\n".into(), verdicts::MALFORMED),
        ("<html>no head</html>".into(), verdicts::MALFORMED),
        (
            "HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n".into(),
            verdicts::BAD_STATUS,
        ),
        ("HTTP/1.1 999 X\r\n\r\n".into(), verdicts::BAD_STATUS),
    ] {
        let fault = meet(once(&answer)).await.unwrap_err();
        assert_eq!(fault.verdict, verdict, "{answer:?}: {fault:?}");
    }
}

#[tokio::test]
async fn odd_answers_are_taken_for_what_they_say() {
    let continued = "HTTP/1.1 100 Continue\r\n\r\n".repeat(50);
    for (answer, status, body) in [
        ("HTTP/1.0 200 OK\r\n\r\nold".to_owned(), 200, "old"),
        ("HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nold".to_owned(), 200, "old"),
        (format!("{OK}\r\nno length"), 200, "no length"),
        (format!("{continued}{OK}content-length: 2\r\n\r\nok"), 200, "ok"),
        ("HTTP/1.1 204 No Content\r\n\r\nbody".to_owned(), 204, ""),
        ("HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nbody".to_owned(), 204, ""),
        ("HTTP/1.1 299\r\ncontent-length: 2\r\n\r\nokay".to_owned(), 299, "ok"),
    ] {
        let taken = meet(once(&answer)).await.unwrap();
        let said = String::from_utf8(taken.body).unwrap();
        assert_eq!((taken.status, said.as_str()), (status, body), "{answer:?}");
    }
}

/// A second answer behind the first is no answer to the next request on that connection.
#[tokio::test]
async fn an_answer_nobody_asked_for_is_dropped_with_its_connection() {
    for first in ["HTTP/1.1 204 X\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"] {
        let forged: &'static str =
            format!("{first}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged").leak();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::on(listener, move |number| match number {
            0 => Trick::Hang(forged),
            _ => once("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nreal"),
        });
        let sender = sender();
        assert!(sender.send(&get(&endpoint.url()), AMPLE).await.is_ok());
        let next = sender.send(&get(&endpoint.url()), AMPLE).await.unwrap();
        assert_eq!(next.body, b"real");
    }
}

/// Nothing is unpacked, so nothing grows: what is read is what counts.
#[tokio::test]
async fn compressed_answers_are_not_unpacked() {
    // `gzip` of "unpacked".
    let packed = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x2b, 0xcd, 0x2b, 0x48, 0x4c, 0xce, 0x4e, 0x4d, 1, 0,
        0x96, 0x62, 0x2f, 0xca, 8, 0, 0, 0,
    ];
    for encoding in ["gzip", "br", "deflate", "zstd", "gzip, gzip", "x-bomb"] {
        let mut answer = format!("{OK}content-encoding: {encoding}\r\n\r\n").into_bytes();
        answer.extend(packed);
        let endpoint = Endpoint::start(Trick::Once(answer)).await;
        let taken = sender().send(&get(&endpoint.url()), AMPLE).await.unwrap();
        assert_eq!(taken.body, packed, "{encoding}");
        assert!(!endpoint.heard()[0].to_lowercase().contains("accept-encoding"));
    }
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let inside = Endpoint::start(once("HTTP/1.1 200 OK\r\n\r\nsecret")).await;
    for status in [300, 301, 302, 303, 305, 307, 308] {
        let url = inside.url();
        let target = url.trim_start_matches("http:");
        for location in [url.as_str(), target, "//169.254.169.254/", "file:///etc/passwd"] {
            let head = format!("HTTP/1.1 {status} X\r\nlocation: {location}\r\n\r\n");
            let endpoint = Endpoint::start(once(&head)).await;
            let fault = sender().send(&get(&endpoint.url()), AMPLE).await.unwrap_err();
            assert_eq!(fault.verdict, verdicts::REDIRECT, "{status} {location}: {fault:?}");
            assert_eq!(endpoint.heard().len(), 1);
        }
    }
    let refresh =
        "HTTP/1.1 200 OK\r\nrefresh: 0;url=http://127.0.0.1/\r\nalt-svc: h2=\":1\"\r\n\r\n";
    assert!(meet(once(refresh)).await.is_ok());
    assert!(inside.heard().is_empty());
}
