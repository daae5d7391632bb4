//! Files: up, sent, and down again.
use std::io::Cursor;

use crier_core::media;
use crier_testing::{account, both_engines, both_engines_by_hand};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;

use crate::{Got, Person, ask};

fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(40, 30)).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn upload(who: &Person, name: &str, content: &[u8]) -> Got {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--edge--\r\n"].concat();
    let request = who.request("POST", "/v1/media");
    let kind = "multipart/form-data; boundary=edge";
    ask(&who.app, request.insert_header(("content-type", kind)).set_payload(body)).await
}

#[test]
fn a_picture_goes_the_whole_way() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let up = upload(&ann, "图 1.png", &picture()).await;
        assert_eq!(up.status, 201);
        let up = up.json();
        let key = up["media_id"].as_str().unwrap();
        assert_eq!((key.len(), &up["type"], &up["width"]), (64, &json!("image"), &json!(40)));

        let message = json!({"type": "image", "media_id": key});
        let sent = ann.call("POST", "/v1/accounts/harbour/messages", message).await;
        assert_eq!(sent.status, 201);
        let page = ann.get("/v1/accounts/harbour/messages").await.json();
        let shown = &page["messages"][0];
        assert_eq!(shown["url"], format!("http://crier.test/media/{key}"));
        assert_eq!(shown["thumbnail_url"], format!("http://crier.test/media/{key}/thumbnail"));
        assert_eq!((&shown["width"], &shown["height"]), (&json!(40), &json!(30)));
        let voice = json!({"type": "voice", "media_id": key});
        let wrong = ann.call("POST", "/v1/accounts/harbour/messages", voice).await;
        assert_eq!(wrong.problem(400).1, "media_id");

        let down = ann.get(&format!("/media/{key}")).await;
        assert_eq!((&down.bytes[..], down.header("content-type")), (&picture()[..], "image/png"));
        assert!(down.header("content-security-policy").starts_with("sandbox"));
        assert!(down.header("content-disposition").starts_with("inline; filename*=UTF-8''"));
        assert!(down.header("cache-control").ends_with("immutable"));
        assert_eq!(down.header("x-content-type-options"), "nosniff");
        let known = ann.request("GET", &format!("/media/{key}"));
        let known = known.insert_header(("if-none-match", down.header("etag")));
        assert_eq!(ask(&app, known).await.status, 304);
        let small = ann.get(&format!("/media/{key}/thumbnail")).await;
        assert_eq!(small.header("content-type"), "image/jpeg");
    });
}

#[test]
fn files_that_lie_or_are_too_large_are_refused() {
    both_engines(|app| async move {
        let ann = Person::new(&app, "ann");
        let page = b"<!doctype html><html><script>alert(1)</script></html>";
        assert_eq!(upload(&ann, "picture.png", page).await.problem(400).1, "file");
        assert_eq!(upload(&ann, "voice.mp3", &picture()).await.problem(400).1, "file");
        assert_eq!(upload(&ann, "picture.png", b"").await.problem(400).1, "file");
        let voice = [b"#!AMR\n".to_vec(), vec![4; 2 << 20]].concat();
        assert_eq!(upload(&ann, "voice.amr", &voice).await.problem(413).0, "too_large");
        let huge = vec![0; (10 << 20) + 1];
        assert_eq!(upload(&ann, "film.mp4", &huge).await.problem(413).0, "too_large");
        let no_form = ann.request("POST", "/v1/media").set_payload("file");
        assert_eq!(ask(&app, no_form).await.problem(400).0, "malformed_body");
        for path in ["/media/nothing", "/media/..%2F..%2Fcrier.db", "/media/nothing/thumbnail"] {
            assert_eq!(ann.get(path).await.problem(404).0, "not_found", "{path}");
        }
    });
}

#[test]
fn what_is_not_permanent_is_gone_after_three_days() {
    both_engines_by_hand(|app, clock| async move {
        let ann = Person::new(&app, "ann");
        let up = upload(&ann, "one.png", &picture()).await.json();
        let path = format!("/media/{}", up["media_id"].as_str().unwrap());
        clock.advance(3 * 86_400 - 1);
        assert_eq!(media::sweep(&app).await.unwrap(), 0);
        assert_eq!(ann.get_openly(&path).await.status, 200);
        clock.advance(2);
        assert_eq!(ann.get_openly(&path).await.status, 404);
        assert_eq!(media::sweep(&app).await.unwrap(), 1);
        assert_eq!(media::sweep(&app).await.unwrap(), 0);
    });
}

impl Person {
    /// Without a token: media is read by its key alone.
    async fn get_openly(&self, path: &str) -> Got {
        ask(&self.app, actix_web::test::TestRequest::with_uri(path)).await
    }
}
