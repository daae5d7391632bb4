use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

#[test]
fn tokens_are_given_for_app_id_and_secret() {
    both_engines_by_hand(|app, _| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (id, secret) = (&bot.account.app_id, &bot.secret);
        let classic = "/cgi-bin/token?grant_type=client_credential";
        let rows = [
            (format!("/cgi-bin/token?appid={id}&secret={secret}"), 40002),
            (format!("{classic}&secret={secret}"), 41002),
            (format!("{classic}&appid={id}"), 41004),
            (format!("{classic}&appid=wxnobody&secret={secret}"), 40013),
            (format!("{classic}&appid=harbour&secret={secret}"), 40013),
            (format!("{classic}&appid={id}&secret=wrong"), 40125),
        ];
        for (uri, wanted) in rows {
            let answer = get(&app, &uri).await;
            assert_eq!(code(&answer), wanted, "{uri}");
            assert!(answer["errmsg"].as_str().unwrap().contains(" rid: "));
        }
        // Slashes are merged (T20), the order of parameters is free.
        let uri =
            format!("//cgi-bin/token?secret={secret}&appid={id}&grant_type=client_credential");
        let answer = get(&app, &uri).await;
        assert_eq!(answer["expires_in"], 7200);
        assert!(answer.get("errcode").is_none());
    });
}

#[test]
fn a_classic_token_outlives_its_successor_by_five_minutes() {
    both_engines_by_hand(|app, clock| async move {
        let mut bot = Bot::new(&app, Kind::Service, "harbour").await;
        let first = bot.token.clone();
        let second = app.issue_access_token(bot.account.id).await.unwrap().token;
        assert!(bot.get("/cgi-bin/user/get", "").await.get("errcode").is_none());
        clock.advance(301);
        assert_eq!(code(&bot.get("/cgi-bin/user/get", "").await), 40001);
        assert_ne!(first, second);
        bot.token = second;
        assert!(bot.get("/cgi-bin/user/get", "").await.get("errcode").is_none());
        clock.advance(7200);
        let answer = bot.get("/cgi-bin/user/get", "").await;
        assert_eq!(code(&answer), 42001);
        assert!(answer["errmsg"].as_str().unwrap().starts_with("access_token expired"), "T16");
    });
}

#[test]
fn a_stable_token_stays_until_it_is_forced() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ask = |force: bool| {
            let body = json!({
                "grant_type": "client_credential", "appid": bot.account.app_id,
                "secret": bot.secret, "force_refresh": force,
            });
            post(&app, "/cgi-bin/stable_token", body.to_string())
        };
        let first = ask(false).await;
        clock.advance(6_000);
        let same = ask(false).await;
        assert_eq!(same["access_token"], first["access_token"]);
        assert_eq!(same["expires_in"], 1_200);
        clock.advance(1_000);
        assert_ne!(ask(false).await["access_token"], first["access_token"], "near its end");
        let forced = ask(true).await;
        assert_eq!(ask(true).await["access_token"], forced["access_token"], "within 30 s");
        for _ in 1..20 {
            clock.advance(31);
            assert!(ask(true).await.get("errcode").is_none());
        }
        clock.advance(31);
        assert_eq!(code(&ask(true).await), 45009);
    });
}

#[test]
fn calls_are_refused_by_method_path_token_and_right() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Subscription, "daily").await;
        for path in ["/cgi-bin/nothing", "/cgi-bin/message/nothing", "/connect/nothing"] {
            assert_eq!(code(&get(&app, path).await), 40066, "{path}");
        }
        for path in ["/card/create", "/cgi-bin/poi/addpoi", "/wxa/getwxacode", "/tcb/x"] {
            assert_eq!(code(&post(&app, path, "{}".into()).await), 48001, "{path}");
        }
        assert_eq!(code(&get(&app, "/cgi-bin/menu/create").await), 43002);
        assert_eq!(code(&post(&app, "/cgi-bin/user/get", String::new()).await), 43001);
        assert_eq!(code(&get(&app, "/cgi-bin/user/get").await), 41001);
        assert_eq!(code(&get(&app, "/cgi-bin/user/get?access_token=a%20b").await), 40014);
        assert_eq!(code(&get(&app, "/cgi-bin/user/get?access_token=nobody").await), 40001);
        let body = json!({ "touser": "o", "template_id": "t", "data": {} });
        assert_eq!(code(&bot.post("/cgi-bin/message/template/send", &body).await), 48001);
        let menu = "/cgi-bin/menu/create";
        assert_eq!(
            code(&post(&app, &format!("{menu}?access_token={}", bot.token), String::new()).await),
            44002
        );
        assert_eq!(
            code(&post(&app, &format!("{menu}?access_token={}", bot.token), "[".into()).await),
            47001
        );
        let nul = "{\"button\":\"\\u0000\"}".to_owned();
        assert_eq!(
            code(&post(&app, &format!("{menu}?access_token={}", bot.token), nul).await),
            47001
        );
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1_100_000));
        assert_eq!(
            code(&post(&app, &format!("{menu}?access_token={}", bot.token), large).await),
            45001
        );
    });
}

#[test]
fn a_menu_is_set_read_and_removed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        assert_eq!(code(&bot.get("/cgi-bin/menu/get", "").await), 46003);
        let click = json!({ "type": "click", "name": "Today", "key": "K" });
        let view = json!({ "type": "view", "name": "Site", "url": "https://x.example/" });
        let menu = json!({ "button": [click, { "name": "More", "sub_button": [view] }] });
        assert_eq!(code(&bot.post("/cgi-bin/menu/create", &menu).await), 0);
        let read = bot.get("/cgi-bin/menu/get", "").await;
        assert_eq!(read["menu"]["button"][0]["key"], "K");
        assert_eq!(read["menu"]["button"][1]["sub_button"][0]["url"], "https://x.example/");
        assert!(read["menu"]["menuid"].is_i64());
        for (button, wanted) in [
            (json!([]), 40016),
            (json!([click, click, click, click]), 40016),
            (json!([{ "type": "dance", "name": "A", "key": "K" }]), 40017),
            (json!([{ "type": "click", "name": "a name of 17 byte", "key": "K" }]), 40018),
            (json!([{ "type": "click", "name": "A", "key": "k".repeat(129) }]), 40019),
            (json!([{ "type": "view", "name": "A", "url": "" }]), 40020),
            (
                json!([{ "name": "A", "sub_button": [click, click, click, click, click, click] }]),
                40023,
            ),
            (json!([{ "type": "media_id", "name": "A", "media_id": "nothing" }]), 40007),
        ] {
            let answer = bot.post("/cgi-bin/menu/create", &json!({ "button": button })).await;
            assert_eq!(code(&answer), wanted, "{button}");
        }
        assert_eq!(code(&bot.get("/cgi-bin/menu/delete", "").await), 0);
        assert_eq!(code(&bot.get("/cgi-bin/menu/get", "").await), 46003);
    });
}

#[test]
fn a_page_ticket_stays_the_same() {
    both_engines_by_hand(|app, _| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let first = bot.get("/cgi-bin/ticket/getticket", "&type=jsapi").await;
        assert_eq!(code(&first), 0);
        assert!(first["expires_in"].as_i64().unwrap() <= 7200);
        assert_eq!(bot.get("/cgi-bin/ticket/getticket", "").await["ticket"], first["ticket"]);
        assert_eq!(code(&bot.get("/cgi-bin/ticket/getticket", "&type=wx_card").await), 48001);
    });
}
