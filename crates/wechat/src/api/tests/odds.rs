//! Short keys, callback checks, automatic replies, and how followers came.
use crier_core::auto_replies::{self, Draft, Keyword, Match, Picks};
use crier_core::endpoints::{self, Dialect};
use crier_core::media::{MediaKind, Owner, Upload};
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

#[test]
fn a_long_address_becomes_a_short_one_of_ours() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ask = |link: &str| json!({ "action": "long2short", "long_url": link });
        let path = "/cgi-bin/shorturl";
        let made = bot.post(path, &ask("https://tea.example/a?b=1")).await;
        assert_eq!((code(&made), &made["errmsg"]), (0, &json!("ok")));
        let short = made["short_url"].as_str().unwrap();
        assert!(short.starts_with("http://crier.test/w/"), "{short}");
        assert_eq!(bot.post(path, &ask("https://tea.example/a?b=1")).await, made, "the same again");
        for (body, wanted) in [
            (json!({ "long_url": "https://tea.example/" }), 40035),
            (ask("javascript:alert(1)"), 40048),
            (ask(""), 40048),
            (ask(&format!("https://tea.example/{}", "x".repeat(2_048))), 45005),
        ] {
            assert_eq!(code(&bot.post(path, &body).await), wanted, "{body}");
        }
        let small = Bot::new(&app, Kind::Subscription, "daily").await;
        assert_eq!(code(&small.post(path, &ask("https://tea.example/")).await), 48001);
    });
}

#[test]
fn data_is_kept_under_a_short_key_until_it_ends() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "ferry").await;
        let (gen_key, fetch) = ("/cgi-bin/shorten/gen", "/cgi-bin/shorten/fetch");
        let made =
            bot.post(gen_key, &json!({ "long_data": "泡茶", "expire_seconds": "100" })).await;
        assert_eq!(code(&made), 0);
        let key = json!({ "short_key": made["short_key"] });
        clock.advance(40);
        let found = bot.post(fetch, &key).await;
        assert_eq!(found["long_data"], "泡茶");
        assert_eq!(
            (&found["create_time"], &found["expire_seconds"]),
            (&json!(1_767_225_600), &json!(60))
        );
        assert_eq!(code(&other.post(fetch, &key).await), 40035);
        clock.advance(60);
        assert_eq!(code(&bot.post(fetch, &key).await), 40035);
        for (body, wanted) in [
            (json!({}), 44004),
            (json!({ "long_data": "x".repeat(4_097) }), 45002),
            (json!({ "long_data": "x", "expire_seconds": 2_592_001 }), 40035),
            (json!({ "long_data": "x", "expire_seconds": 0 }), 40035),
            (json!({ "long_data": "x", "expire_seconds": "soon" }), 40035),
        ] {
            assert_eq!(code(&bot.post(gen_key, &body).await), wanted, "{body}");
        }
        assert_eq!(code(&bot.post(gen_key, &json!({ "long_data": "x" })).await), 0);
        assert_eq!(app.write(|tx| crier_core::short_keys::sweep(tx, 10)).await.unwrap(), 1);
    });
}

#[test]
fn addresses_are_told_and_a_check_wants_an_endpoint() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        app.set_sources(vec!["203.0.113.7".parse().unwrap()]);
        let told = bot.get("/cgi-bin/getcallbackip", "").await;
        assert_eq!(told, json!({ "ip_list": ["203.0.113.7"] }));
        assert_eq!(bot.get("/cgi-bin/get_api_domain_ip", "").await, json!({ "ip_list": [] }));
        let check = "/cgi-bin/callback/check";
        for (body, wanted) in [
            (json!({ "action": "all", "check_operator": "DEFAULT" }), 40201),
            (json!({ "action": "some" }), 40202),
            (json!({ "action": "dns", "check_operator": "SELF" }), 40203),
        ] {
            assert_eq!(code(&bot.post(check, &body).await), wanted, "{body}");
        }
        let (vault, id) = (app.vault.clone(), bot.account.id);
        let draft = endpoints::Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/hook");
        app.write(move |tx| endpoints::add(tx, &vault, id, &draft, false)).await.unwrap();
        app.set_checker(Arc::new(Prober));
        let all = bot.post(check, &json!({ "action": "all" })).await;
        assert_eq!(
            all,
            json!({
                "dns": [{ "ip": "192.0.2.1", "real_operator": "DEFAULT" }],
                "ping": [{ "ip": "192.0.2.1", "from_operator": "DEFAULT", "package_loss": "33%",
                    "time": "1.500ms" }],
            })
        );
        let dns = bot.post(check, &json!({ "action": "dns", "check_operator": "CAP" })).await;
        assert!(dns.get("ping").is_none() && dns["dns"].is_array());
    });
}

/// Reaches one address two times out of three.
struct Prober;

impl crier_core::checks::EndpointCheck for Prober {
    fn check(
        &self,
        _: endpoints::Draft,
    ) -> futures_util::future::BoxFuture<'_, crier_core::checks::CheckReport> {
        unreachable!("nothing is checked")
    }

    fn probe(
        &self,
        _: String,
        connect: bool,
    ) -> futures_util::future::BoxFuture<'_, Vec<crier_core::checks::Reached>> {
        let reached = crier_core::checks::Reached {
            address: "192.0.2.1".parse().unwrap(),
            tries: if connect { 3 } else { 0 },
            connected: if connect { 2 } else { 0 },
            mean: connect.then_some(std::time::Duration::from_micros(1_500)),
        };
        Box::pin(std::future::ready(vec![reached]))
    }
}

fn rule(kind: auto_replies::Kind, words: &[&str], replies: Vec<Content>) -> Draft {
    let word = |text: &&str| Keyword { match_mode: Match::Contain, text: (*text).to_owned() };
    Draft {
        kind,
        name: format!("{kind} rule"),
        keywords: words.iter().map(word).collect(),
        hours: None,
        picks: Picks::All,
        replies,
    }
}

#[test]
fn automatic_replies_are_shown_as_the_console_has_them() {
    both_engines_by_hand(|app, _| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let path = "/cgi-bin/get_current_autoreply_info";
        let none = json!({ "is_add_friend_reply_open": 0, "is_autoreply_open": 0 });
        assert_eq!(bot.get(path, "").await, none);
        let upload = Upload {
            owner: Owner::Account(bot.account.id),
            kind: Some(MediaKind::Image),
            name: "cup.png".into(),
            bytes: png(),
            permanent: true,
            title: None,
            introduction: None,
        };
        let key = app.store_media(upload).await.unwrap().media_key;
        let picture = Content::Image { media_id: key.clone(), width: None, height: None };
        let id = bot.account.id;
        let words =
            rule(auto_replies::Kind::Keyword, &["tea"], vec![Content::text("Yes"), picture]);
        let welcome = rule(auto_replies::Kind::Welcome, &[], vec![Content::text("Welcome")]);
        let rule = app.write(move |tx| auto_replies::add(tx, id, words)).await.unwrap();
        app.write(move |tx| auto_replies::add(tx, id, welcome)).await.unwrap();
        let shown = bot.get(path, "").await;
        assert_eq!(
            shown,
            json!({
                "is_add_friend_reply_open": 1,
                "is_autoreply_open": 1,
                "add_friend_autoreply_info": { "type": "text", "content": "Welcome" },
                "keyword_autoreply_info": { "list": [{
                    "rule_name": "keyword rule",
                    "create_time": 1_767_225_600,
                    "reply_mode": "reply_all",
                    "keyword_list_info":
                        [{ "type": "text", "match_mode": "contain", "content": "tea" }],
                    "reply_list_info":
                        [{ "type": "text", "content": "Yes" }, { "type": "img", "content": key }],
                }] },
            })
        );
        let remove = json!({ "media_id": key });
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &remove).await), 48005);
        app.write(move |tx| auto_replies::remove(tx, id, rule)).await.unwrap();
        let menu = json!({ "button": [{ "type": "media_id", "name": "Cup", "media_id": key }] });
        assert_eq!(code(&bot.post("/cgi-bin/menu/create", &menu).await), 0);
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &remove).await), 48005);
        assert_eq!(code(&bot.get("/cgi-bin/menu/delete", "").await), 0);
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &remove).await), 0);
    });
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(2, 2);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn how_a_follower_came_is_told_by_the_kind_of_their_code() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let rows = [
            ("QR_SCENE", json!({ "scene_id": 7 }), json!([7, ""])),
            ("QR_STR_SCENE", json!({ "scene_str": "123" }), json!([0, "123"])),
            ("QR_LIMIT_SCENE", json!({ "scene_id": "100000" }), json!([100_000, ""])),
            ("QR_LIMIT_STR_SCENE", json!({ "scene_str": "台7" }), json!([0, "台7"])),
        ];
        for (index, (action, scene, wanted)) in rows.into_iter().enumerate() {
            let body = json!({ "action_name": action, "action_info": { "scene": scene } });
            let made = bot.post("/cgi-bin/qrcode/create", &body).await;
            assert!(made.get("errmsg").is_none(), "T3");
            assert_eq!(made.get("expire_seconds").is_some(), !action.contains("LIMIT"));
            let ticket = made["ticket"].as_str().unwrap().to_owned();
            let user = crier_testing::user(&app, &format!("user-{index}")).await;
            let (vault, roster, of) = (app.vault.clone(), app.roster.clone(), bot.account.clone());
            let follower = app
                .write(move |tx| {
                    crier_core::followers::follow(tx, &vault, &roster, &of, user, Some(&ticket))
                })
                .await
                .unwrap();
            let info = bot.get("/cgi-bin/user/info", &format!("&openid={}", follower.openid)).await;
            assert_eq!(info["subscribe_scene"], "ADD_SCENE_QR_CODE");
            assert_eq!(json!([info["qr_scene"], info["qr_scene_str"]]), wanted, "{action}");
        }
        let found = bot.follower("sought").await;
        let info = bot.get("/cgi-bin/user/info", &format!("&openid={}", found.openid)).await;
        assert_eq!(info["subscribe_scene"], "ADD_SCENE_SEARCH");
        for (action, scene) in [
            ("QR_SCENE", json!({ "scene_id": 0 })),
            ("QR_SCENE", json!({ "scene_id": 4_294_967_296_i64 })),
            ("QR_SCENE", json!({ "scene_str": "a" })),
            ("QR_LIMIT_SCENE", json!({ "scene_id": 100_001 })),
            ("QR_LIMIT_SCENE", json!({ "scene_id": -1 })),
            ("QR_STR_SCENE", json!({ "scene_str": "" })),
            ("QR_STR_SCENE", json!({ "scene_str": "x".repeat(65) })),
            ("QR_LIMIT_STR_SCENE", json!({ "scene_str": "a\nb" })),
            ("QR_OTHER", json!({ "scene_id": 1 })),
        ] {
            let body = json!({ "action_name": action, "action_info": { "scene": scene } });
            assert_eq!(code(&bot.post("/cgi-bin/qrcode/create", &body).await), 40053, "{body}");
        }
    });
}
