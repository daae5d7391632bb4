use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use crier_core::messages::{self, Span};
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

const SEND: &str = "/cgi-bin/message/custom/send";

#[test]
fn a_message_reaches_a_follower_who_wrote() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let body = json!({
            "touser": ada.openid, "msgtype": "text", "text": { "content": "你好" },
            "aimsgcontext": { "is_ai_msg": 1 },
        });
        assert_eq!(bot.post(SEND, &body).await, json!({ "errcode": 0, "errmsg": "ok" }));
        let read = app.read(move |conn| Ok(messages::page(conn, ada.id, Span::After(1), 9)?)).await;
        assert_eq!(read.unwrap()[0].content, Content::text("你好"));
    });
}

#[test]
fn the_window_is_kept() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let body = json!({ "touser": ada.openid, "msgtype": "text", "text": { "content": "hi" } });
        for _ in 0..5 {
            assert_eq!(code(&bot.post(SEND, &body).await), 0);
        }
        assert_eq!(code(&bot.post(SEND, &body).await), 45047);
        clock.advance(49 * 3600);
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let bot = Bot { token, ..bot };
        assert_eq!(code(&bot.post(SEND, &body).await), 45015);
    });
}

#[test]
fn what_is_wrong_is_refused_before_anything_is_stored() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let card = json!({ "title": "t", "description": "d", "url": "https://x.example/" });
        let sly = json!({ "title": "t", "url": "javascript:alert(1)" });
        let rows = [
            (json!({ "msgtype": "text", "text": { "content": "" } }), 44004),
            (json!({ "msgtype": "text", "text": { "content": "x".repeat(2049) } }), 45002),
            (json!({ "msgtype": "text" }), 44004),
            (json!({ "msgtype": "dance", "dance": {} }), 40008),
            (json!({ "text": { "content": "x" } }), 40008),
            (json!({ "msgtype": "image", "image": {} }), 41006),
            (json!({ "msgtype": "image", "image": { "media_id": "nothing" } }), 40007),
            (json!({ "msgtype": "mpnews", "mpnews": { "media_id": "nothing" } }), 40007),
            (json!({ "msgtype": "news", "news": { "articles": [] } }), 44003),
            (json!({ "msgtype": "news", "news": { "articles": [card, card] } }), 45008),
            (json!({ "msgtype": "news", "news": { "articles": [sly] } }), 40048),
            (json!({ "msgtype": "wxcard", "wxcard": { "card_id": "c" } }), 48008),
        ];
        for (mut body, wanted) in rows {
            body["touser"] = json!(ada.openid);
            let answer = bot.post(SEND, &body).await;
            assert_eq!(code(&answer), wanted, "{body}");
        }
        let stranger =
            json!({ "touser": "oNobody", "msgtype": "text", "text": { "content": "x" } });
        assert_eq!(code(&bot.post(SEND, &stranger).await), 40003);
        let read = app.read(move |conn| Ok(messages::page(conn, ada.id, Span::After(0), 9)?)).await;
        assert_eq!(read.unwrap().len(), 1);
    });
}

#[test]
fn every_sendable_type_is_taken() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let menu = json!({
            "head_content": "?", "list": [{ "id": 101, "content": "yes" }], "tail_content": "",
        });
        let rows = [
            json!({ "msgtype": "news", "news": { "articles": [{ "title": "t" }] } }),
            json!({ "msgtype": "music", "music": { "musicurl": "http://x.example/a.mp3" } }),
            json!({ "msgtype": "msgmenu", "msgmenu": menu }),
            json!({ "msgtype": "miniprogrampage", "miniprogrampage": { "appid": "wx1" } }),
        ];
        for mut body in rows {
            body["touser"] = json!(ada.openid);
            assert_eq!(code(&bot.post(SEND, &body).await), 0, "{body}");
        }
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        let bob = daily.writer("bob").await;
        let body = json!({ "touser": bob.openid, "msgtype": "msgmenu", "msgmenu": {} });
        assert_eq!(code(&daily.post(SEND, &body).await), 40200);
    });
}

/// A voice recording as far as its first bytes tell.
fn voice() -> Vec<u8> {
    let mut bytes = b"#!AMR\n".to_vec();
    bytes.resize(512, 0x3c);
    bytes
}

async fn upload(bot: &Bot, path: &str, form_fields: &str, bytes: &[u8]) -> Value {
    let head = format!(
        "{form_fields}--B\r\nContent-Disposition: form-data; name=\"media\"; \
         filename=\"%2Ftmp%2Fa.amr\"\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--B--\r\n"].concat();
    let glue = if path.contains('?') { '&' } else { '?' };
    let request = TestRequest::post()
        .uri(&format!("{path}{glue}access_token={}", bot.token))
        .insert_header((CONTENT_TYPE, "multipart/form-data; boundary=B"))
        .set_payload(body);
    json(send(&bot.app, request).await).await
}

#[test]
fn files_go_up_and_come_down() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let up = upload(&bot, "/cgi-bin/media/upload?type=voice", "", &voice()).await;
        assert_eq!(up["type"], "voice", "{up}");
        assert!(up["created_at"].is_i64());
        let in_form = "--B\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nvoice\r\n";
        let again = upload(&bot, "/cgi-bin/media/upload", in_form, &voice()).await;
        assert_eq!(again["type"], "voice", "{again}");
        let id = up["media_id"].as_str().unwrap();
        let uri = format!("/cgi-bin/media/get?media_id={id}&access_token={}", bot.token);
        let down = send(&app, TestRequest::get().uri(&uri)).await;
        let said = down.headers().get(CONTENT_DISPOSITION).unwrap().to_str().unwrap().to_owned();
        assert!(said.starts_with("attachment; filename=\""), "{said}");
        assert_eq!(read_body(down).await, voice());
        assert_eq!(code(&bot.get("/cgi-bin/media/get", "&media_id=nothing").await), 40007);
        let kept = upload(&bot, "/cgi-bin/material/add_material?type=voice", "", &voice()).await;
        let body = json!({ "media_id": kept["media_id"] });
        let uri = format!("/cgi-bin/material/get_material?access_token={}", bot.token);
        let down = send(&app, TestRequest::post().uri(&uri).set_payload(body.to_string())).await;
        assert_eq!(read_body(down).await, voice());
        let passing = json!({ "media_id": id });
        assert_eq!(code(&bot.post("/cgi-bin/material/get_material", &passing).await), 40007);
        let count = bot.get("/cgi-bin/material/get_materialcount", "").await;
        assert_eq!((&count["voice_count"], &count["image_count"]), (&json!(1), &json!(0)));
        let ask = json!({ "type": "voice", "offset": 0, "count": 20 });
        let page = bot.post("/cgi-bin/material/batchget_material", &ask).await;
        assert_eq!(page["item"][0]["media_id"], kept["media_id"]);
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &body).await), 0);
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &body).await), 40007);
        assert_eq!(code(&upload(&bot, "/cgi-bin/media/upload?type=news", "", b"x").await), 40004);
        assert_eq!(code(&upload(&bot, "/cgi-bin/media/upload?type=image", "", b"x").await), 40005);
        assert_eq!(code(&upload(&bot, "/cgi-bin/media/uploadimg", "", &voice()).await), 40005);
        assert_eq!(code(&bot.post("/cgi-bin/media/upload", &json!({})).await), 41005);
    });
}
