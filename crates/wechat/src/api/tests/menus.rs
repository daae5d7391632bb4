use crier_core::ids::UserId;
use crier_core::users::{self, Platform};
use crier_testing::both_engines;
use serde_json::json;

use super::*;

const CREATE: &str = "/cgi-bin/menu/create";
const ADD: &str = "/cgi-bin/menu/addconditional";
const TRY: &str = "/cgi-bin/menu/trymatch";

fn click(name: &str) -> Value {
    json!({ "type": "click", "name": name, "key": name })
}

fn view(url: &str) -> Value {
    json!({ "type": "view", "name": "Site", "url": url })
}

fn ruled(name: &str, rule: Value) -> Value {
    json!({ "button": [click(name)], "matchrule": rule })
}

async fn is_on(app: &App, user: UserId, platform: Platform) {
    app.write(move |tx| users::set_platform(tx, user, platform)).await.unwrap();
}

#[test]
fn every_fault_of_a_button_has_its_code() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let beneath = |one: Value| json!([{ "name": "More", "sub_button": [one] }]);
        let mini = |app_id: &str| json!({ "type": "miniprogram", "name": "M", "url": "https://x.example/", "appid": app_id, "pagepath": "p" });
        let long = format!("https://x.example/{}", "x".repeat(1_024));
        let six: Vec<Value> = (0..6).map(|n| click(&n.to_string())).collect();
        for (button, wanted) in [
            (json!("no list"), 40015),
            (json!(null), 40016),
            (json!([]), 40016),
            (json!([click("1"), click("2"), click("3"), click("4")]), 40016),
            (json!(["click"]), 40017),
            (json!([{ "name": "A", "key": "K" }]), 40017),
            (json!([{ "type": "dance", "name": "A", "key": "K" }]), 40017),
            (json!([{ "type": "click", "name": "a name of 17 byte", "key": "K" }]), 40018),
            (json!([{ "type": "click", "name": "A\u{7}", "key": "K" }]), 40018),
            (json!([{ "type": "click", "name": "A", "key": "" }]), 40019),
            (json!([{ "type": "pic_weixin", "name": "A", "key": "k".repeat(129) }]), 40019),
            (json!([view("")]), 40020),
            (json!([view(&long)]), 40020),
            (json!([view("javascript:alert(1)")]), 40055),
            (
                json!([{ "name": "A", "sub_button": [{ "name": "B", "sub_button": [click("C")] }] }]),
                40022,
            ),
            (json!([{ "name": "A", "sub_button": six }]), 40023),
            (json!([{ "name": "A", "sub_button": "x" }]), 40023),
            (beneath(json!({ "type": "dance", "name": "A" })), 40024),
            (beneath(json!({ "type": "click", "name": "n".repeat(61), "key": "K" })), 40025),
            (beneath(json!({ "type": "click", "name": "A", "key": "k".repeat(129) })), 40026),
            (beneath(view(&long)), 40027),
            (beneath(view("file:///x")), 40054),
            (json!([mini("")]), 45064),
            (json!([mini("a b")]), 45064),
            (json!([{ "type": "media_id", "name": "A", "media_id": "nothing" }]), 40007),
            (json!([{ "type": "media_id", "name": "A" }]), 41006),
            (json!([{ "type": "article_id", "name": "A" }]), 53600),
        ] {
            let answer = bot.post(CREATE, &json!({ "button": button })).await;
            assert_eq!(code(&answer), wanted, "{button}");
        }
        assert_eq!(code(&bot.get("/cgi-bin/menu/get", "").await), 46003, "nothing was set");
    });
}

#[test]
fn every_type_of_button_is_read_back_as_it_was_set() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let asking = ["scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album"];
        let asking =
            asking.map(|kind| json!({ "type": kind, "name": kind, "key": "K", "sub_button": [] }));
        let mut others = vec![
            json!({ "type": "pic_weixin", "name": "W", "key": "K" }),
            json!({ "type": "location_select", "name": "L", "key": 7 }),
            json!({ "type": "miniprogram", "name": "M", "url": "https://x.example/", "appid": "wx286b93c14bbf93aa", "pagepath": "pages/lunar/index" }),
        ];
        let menu = json!({ "button": [
            { "name": "Ask", "sub_button": asking },
            { "name": "Others", "sub_button": others },
            view("https://x.example/"),
        ] });
        assert_eq!(code(&bot.post(CREATE, &menu).await), 0);
        let read = bot.get("/cgi-bin/menu/get", "").await;
        assert!(read.get("errcode").is_none() && read.get("conditionalmenu").is_none(), "{read}");
        assert_eq!(read["menu"]["button"][0]["sub_button"], json!(asking));
        others[1]["key"] = json!("7");
        for one in &mut others {
            one["sub_button"] = json!([]);
        }
        assert_eq!(read["menu"]["button"][1]["sub_button"], json!(others));
        assert!(read["menu"]["menuid"].is_i64());
        let shown = bot.get("/cgi-bin/get_current_selfmenu_info", "").await;
        assert_eq!(shown["is_menu_open"], 1);
        let first = &shown["selfmenu_info"]["button"][0];
        assert_eq!(
            first["sub_button"]["list"][0],
            json!({ "type": "scancode_push", "name": "scancode_push", "key": "K" })
        );
        assert_eq!(
            shown["selfmenu_info"]["button"][2],
            json!({ "type": "view", "name": "Site", "url": "https://x.example/" })
        );
        // What is on show may be set again as it was read.
        assert_eq!(code(&bot.post(CREATE, &shown["selfmenu_info"]).await), 0);
        assert_eq!(code(&bot.get("/cgi-bin/menu/delete", "").await), 0);
        let shown = bot.get("/cgi-bin/get_current_selfmenu_info", "").await;
        assert_eq!(shown, json!({ "is_menu_open": 0, "selfmenu_info": { "button": [] } }));
        assert_eq!(
            code(&post(&app, "/cgi-bin/get_current_selfmenu_info", "{}".into()).await),
            43001
        );
        let head = TestRequest::default()
            .method("HEAD".parse().unwrap())
            .uri(&format!("//cgi-bin//menu/get?access_token={}", bot.token));
        assert_eq!(send(&app, head).await.status(), 200);
    });
}

#[test]
fn the_newest_rule_that_a_follower_meets_decides() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let sees = || async {
            let seen = bot.post(TRY, &json!({ "user_id": ada.openid })).await;
            assert!(seen.get("errcode").is_none() && seen.get("menu").is_none(), "{seen}");
            seen["button"][0]["name"].as_str().unwrap().to_owned()
        };
        assert_eq!(code(&bot.post(TRY, &json!({ "user_id": ada.openid })).await), 46003);
        assert_eq!(code(&bot.post(ADD, &ruled("X", json!({ "tag_id": 2 }))).await), 65303);
        bot.post(CREATE, &json!({ "button": [click("all")] })).await;
        assert_eq!(sees().await, "all");
        let chinese = bot.post(ADD, &ruled("zh", json!({ "language": "zh_CN" }))).await;
        assert!(chinese["menuid"].is_i64() && chinese.as_object().unwrap().len() == 1, "{chinese}");
        assert_eq!(sees().await, "zh");
        bot.post(ADD, &ruled("ios", json!({ "client_platform_type": "1", "sex": 1 }))).await;
        assert_eq!(sees().await, "zh", "what they are on was never said");
        is_on(&app, ada.user_id, Platform::Ios).await;
        assert_eq!(sees().await, "ios");
        let both = json!({ "client_platform_type": 1, "language": "en", "tag_id": "" });
        bot.post(ADD, &ruled("both", both)).await;
        assert_eq!(sees().await, "ios", "each thing that a rule says must be met");
        is_on(&app, ada.user_id, Platform::Android).await;
        assert_eq!(sees().await, "zh");

        let read = bot.get("/cgi-bin/menu/get", "").await;
        assert_eq!(read["menu"]["button"][0]["name"], "all");
        let rules: Vec<&Value> = read["conditionalmenu"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["matchrule"])
            .collect();
        assert_eq!(
            rules,
            [
                &json!({ "client_platform_type": 1, "language": "en" }),
                &json!({ "client_platform_type": 1 }),
                &json!({ "language": "zh_CN" }),
            ]
        );
        let id = chinese["menuid"].as_i64().unwrap();
        assert_eq!(read["conditionalmenu"][2]["menuid"], id);
        let remove = async |id: Value| {
            let body = json!({ "menuid": id });
            code(&bot.post("/cgi-bin/menu/delconditional", &body).await)
        };
        assert_eq!(remove(json!(id.to_string())).await, 0);
        assert_eq!(remove(json!(id)).await, 65301);
        assert_eq!(remove(json!("x")).await, 65301);
        assert_eq!(sees().await, "all");
        bot.post(CREATE, &json!({ "button": [click("new")] })).await;
        let read = bot.get("/cgi-bin/menu/get", "").await;
        assert_eq!(read["conditionalmenu"].as_array().unwrap().len(), 2, "they stay");
        bot.get("/cgi-bin/menu/delete", "").await;
        bot.post(CREATE, &json!({ "button": [click("new")] })).await;
        assert!(bot.get("/cgi-bin/menu/get", "").await.get("conditionalmenu").is_none());
        for stranger in [json!({ "user_id": "oNobody" }), json!({})] {
            assert_eq!(code(&bot.post(TRY, &stranger).await), 65302);
        }
    });
}

#[test]
fn every_fault_of_a_conditional_menu_has_its_code() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.post(CREATE, &json!({ "button": [click("all")] })).await;
        let ios = json!({ "client_platform_type": 1 });
        let with = |button: Value| json!({ "button": button, "matchrule": ios });
        for (body, wanted) in [
            (json!({ "button": [click("A")] }), 65304),
            (ruled("A", json!({})), 65304),
            (ruled("A", json!({ "tag_id": "", "language": "" })), 65304),
            (ruled("A", json!({ "sex": "1", "country": "中国" })), 65320),
            (ruled("A", json!({ "client_platform_type": 4 })), 40035),
            (ruled("A", json!({ "language": "tlh" })), 40035),
            (ruled("A", json!({ "tag_id": "x" })), 40035),
            (ruled("A", json!({ "group_id": 4_000 })), 45159),
            (with(json!([])), 65307),
            (with(json!([{ "name": "A" }])), 65308),
            (with(json!([{ "name": "A", "sub_button": [{ "name": "B" }] }])), 65308),
            (with(json!([view("javascript:alert(1)")])), 65317),
            (with(json!([{ "type": "dance", "name": "A" }])), 40017),
            (
                with(json!([
                    view("https://a.example/"),
                    view("https://b.example/"),
                    view("https://c.example/")
                ])),
                0,
            ),
            (with(json!([view("https://d.example/")])), 65316),
            (with(json!([view("https://a.example/other")])), 0),
        ] {
            let answer = bot.post(ADD, &body).await;
            assert_eq!(answer["errcode"].as_i64().unwrap_or(0), wanted, "{body}");
        }
        for n in 2..100 {
            let answer = bot.post(ADD, &with(json!([click(&n.to_string())]))).await;
            assert!(answer["menuid"].is_i64(), "{answer}");
        }
        assert_eq!(code(&bot.post(ADD, &with(json!([click("more")]))).await), 65305);
        let other = Bot::new(&app, Kind::Service, "other").await;
        let read = bot.get("/cgi-bin/menu/get", "").await;
        let id = &read["conditionalmenu"][0]["menuid"];
        let theirs = other.post("/cgi-bin/menu/delconditional", &json!({ "menuid": id })).await;
        assert_eq!(code(&theirs), 65301);
    });
}

#[test]
fn an_account_needs_the_right() {
    both_engines(|app| async move {
        for (kind, handle, menu, conditional) in
            [(Kind::Service, "new", 0, 65306), (Kind::Subscription, "fresh", 48001, 48001)]
        {
            let bot = Bot::unverified(&app, kind, handle).await;
            let body = json!({ "button": [click("all")] });
            assert_eq!(code(&bot.post(CREATE, &body).await), menu, "{handle}");
            let body = ruled("A", json!({ "tag_id": 2 }));
            assert_eq!(code(&bot.post(ADD, &body).await), conditional, "{handle}");
        }
    });
}

#[test]
fn a_tag_decides_too() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let sees = async || {
            let seen = bot.post(TRY, &json!({ "user_id": ada.openid })).await;
            seen["button"][0]["name"].as_str().unwrap().to_owned()
        };
        bot.post(CREATE, &json!({ "button": [click("all")] })).await;
        let tag = bot.post("/cgi-bin/tags/create", &json!({ "tag": { "name": "guests" } })).await;
        let tag = &tag["tag"]["id"];
        bot.post(ADD, &ruled("guests", json!({ "tag_id": tag }))).await;
        assert_eq!(sees().await, "all");
        let body = json!({ "tagid": tag, "openid_list": [ada.openid] });
        assert_eq!(code(&bot.post("/cgi-bin/tags/members/batchtagging", &body).await), 0);
        assert_eq!(sees().await, "guests");
        let read = bot.get("/cgi-bin/menu/get", "").await;
        let rule = &read["conditionalmenu"][0]["matchrule"];
        assert_eq!(*rule, json!({ "group_id": tag, "tag_id": tag }));
    });
}
