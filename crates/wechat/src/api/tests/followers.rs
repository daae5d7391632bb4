use crier_core::followers::unfollow;
use crier_testing::both_engines;
use serde_json::json;

use super::*;

#[test]
fn followers_are_told_apart_and_paged() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        assert_eq!(
            bot.get("/cgi-bin/user/get", "").await,
            json!({ "total": 0, "count": 0, "next_openid": "" })
        );
        let (ada, bob) = (bot.follower("ada").await, bot.follower("bob").await);
        let page = bot.get("/cgi-bin/user/get", "").await;
        assert_eq!(page["total"], 2);
        assert_eq!(page["data"]["openid"], json!([ada.openid, bob.openid]));
        assert_eq!(page["next_openid"], json!(bob.openid));
        let rest = bot.get("/cgi-bin/user/get", &format!("&next_openid={}", ada.openid)).await;
        assert_eq!(rest["data"]["openid"], json!([bob.openid]));
        let end = bot.get("/cgi-bin/user/get", &format!("&next_openid={}", bob.openid)).await;
        assert_eq!(end, json!({ "total": 2, "count": 0, "next_openid": "" }));
        assert_eq!(code(&bot.get("/cgi-bin/user/get", "&next_openid=oNobody").await), 40003);
    });
}

#[test]
fn a_follower_is_described_and_one_who_left_is_not() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let info = bot.get("/cgi-bin/user/info", &format!("&openid={}&lang=en", ada.openid)).await;
        assert_eq!(info["subscribe"], 1);
        assert_eq!(info["subscribe_time"], json!(ada.followed_at.seconds()));
        assert_eq!(info["tagid_list"], json!([]));
        assert_eq!(info["qr_scene"], 0);
        let list = json!({ "user_list": [{ "openid": ada.openid }, { "openid": ada.openid }] });
        let many = bot.post("/cgi-bin/user/info/batchget", &list).await;
        assert_eq!(many["user_info_list"].as_array().unwrap().len(), 2);
        let (roster, account, user) = (app.roster.clone(), bot.account.id, ada.user_id);
        app.write(move |tx| unfollow(tx, &roster, account, user)).await.unwrap();
        let info = bot.get("/cgi-bin/user/info", &format!("&openid={}", ada.openid)).await;
        assert_eq!(info, json!({ "subscribe": 0, "openid": ada.openid }));
        assert_eq!(code(&bot.get("/cgi-bin/user/info", "").await), 41009);
        assert_eq!(code(&bot.get("/cgi-bin/user/info", "&openid=oNobody").await), 40003);
        let none = json!({ "user_list": [] });
        assert_eq!(code(&bot.post("/cgi-bin/user/info/batchget", &none).await), 40032);
        let body = json!({ "touser": ada.openid, "msgtype": "text", "text": { "content": "x" } });
        assert_eq!(code(&bot.post("/cgi-bin/message/custom/send", &body).await), 45015);
    });
}

#[test]
fn scene_codes_are_made_and_drawn() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let bot = &bot;
        let create = |body: Value| async move { bot.post("/cgi-bin/qrcode/create", &body).await };
        let scene = |scene: Value| json!({ "scene": scene });
        let made = create(json!({
            "action_name": "QR_SCENE", "expire_seconds": "604800",
            "action_info": scene(json!({ "scene_id": 123 })),
        }))
        .await;
        assert!(made.get("errmsg").is_none(), "T3: {made}");
        assert_eq!(made["expire_seconds"], 604_800);
        let url = made["url"].as_str().unwrap();
        assert!(url.starts_with("http://crier.test/app?account=harbour&scene="), "{url}");
        for (action, wanted) in [
            ("QR_SCENE", json!({ "scene_id": 0 })),
            ("QR_LIMIT_SCENE", json!({ "scene_id": 100_001 })),
            ("QR_LIMIT_STR_SCENE", json!({ "scene_str": "" })),
            ("QR_STR_SCENE", json!({ "scene_str": "x".repeat(65) })),
            ("QR_DANCE", json!({ "scene_id": 1 })),
        ] {
            let body = json!({ "action_name": action, "action_info": scene(wanted) });
            assert_eq!(code(&create(body).await), 40053, "{action}");
        }
        let kept = create(json!({
            "action_name": "QR_LIMIT_STR_SCENE", "action_info": scene(json!({ "scene_str": "t" })),
        }))
        .await;
        assert!(kept.get("expire_seconds").is_none());
        let ticket = kept["ticket"].as_str().unwrap();
        let uri = format!("/cgi-bin/showqrcode?ticket={ticket}");
        let picture = send(&app, TestRequest::get().uri(&uri)).await;
        assert_eq!(picture.headers().get(CONTENT_TYPE).unwrap(), "image/jpg");
        assert!(read_body(picture).await.starts_with(&[0xff, 0xd8]));
        let nothing = TestRequest::get().uri("/cgi-bin/showqrcode?ticket=nothing");
        assert_eq!(send(&app, nothing).await.status(), 404);
    });
}
