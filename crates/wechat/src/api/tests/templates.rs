use crier_core::followers;
use crier_core::templates;
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

const ADOPT: &str = "/cgi-bin/template/api_add_template";
const SEND: &str = "/cgi-bin/message/template/send";
const SET: &str = "/cgi-bin/template/api_set_industry";
const INDUSTRY: &str = "/cgi-bin/template/get_industry";
const LIST: &str = "/cgi-bin/template/get_all_private_template";

async fn adopted(bot: &Bot, short: &str) -> String {
    let made = bot.post(ADOPT, &json!({ "template_id_short": short })).await;
    assert_eq!(code(&made), 0, "{made}");
    made["template_id"].as_str().unwrap().to_owned()
}

/// A notice of `CR00001`.
fn notice(to: &str, template: &str, id: &str) -> Value {
    json!({
        "touser": to, "template_id": template, "url": "https://x.example/", "client_msg_id": id,
        "topcolor": "#FF0000", "color": "#FF0000",
        "miniprogram": { "appid": "mp-ferry", "pagepath": "pages/order?id=7" },
        "data": {
            "keyword1": { "value": "A-17", "color": "#173177" },
            "keyword2": { "value": "tea" }, "keyword3": { "value": 3 },
        },
    })
}

#[test]
fn industries_are_set_once_a_month() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let empty = json!({ "first_class": "", "second_class": "" });
        let none = bot.get(INDUSTRY, "").await;
        assert_eq!(none, json!({ "primary_industry": empty, "secondary_industry": empty }));
        for bad in [
            json!({}),
            json!({ "industry_id1": 0, "industry_id2": 1 }),
            json!({ "industry_id1": 1, "industry_id2": 42 }),
            json!({ "industry_id1": "x" }),
        ] {
            assert_eq!(code(&bot.post(SET, &bad).await), 40102, "{bad}");
        }
        let both = json!({ "industry_id1": "14", "industry_id2": 27 });
        assert_eq!(bot.post(SET, &both).await, json!({ "errcode": 0, "errmsg": "ok" }));
        let wanted = json!({
            "primary_industry": { "first_class": "运输与仓储", "second_class": "物流" },
            "secondary_industry": { "first_class": "交通工具", "second_class": "火车相关" },
        });
        assert_eq!(bot.get(INDUSTRY, "").await, wanted);
        assert_eq!(bot.post(INDUSTRY, &json!({})).await, wanted, "T7");
        assert_eq!(code(&bot.post(SET, &both).await), 43100);
        clock.advance(32 * 86_400);
        let bot = Bot { token: app.issue_access_token(bot.account.id).await.unwrap().token, ..bot };
        assert_eq!(code(&bot.post(SET, &both).await), 0, "a new month");
    });
}

#[test]
fn templates_of_other_trades_are_refused() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let parcel = adopted(&bot, "CR00003").await;
        let set = |first: i32| json!({ "industry_id1": first, "industry_id2": 41 });
        assert_eq!(code(&bot.post(SET, &set(14)).await), 0);
        adopted(&bot, "CR00003").await;
        adopted(&bot, "CR00001").await;
        let hotel = json!({ "template_id_short": "CR00032" });
        assert_eq!(code(&bot.post(ADOPT, &hotel).await), 45027);
        clock.advance(32 * 86_400);
        let bot = Bot { token: app.issue_access_token(bot.account.id).await.unwrap().token, ..bot };
        assert_eq!(code(&bot.post(SET, &set(11)).await), 0);
        assert_eq!(code(&bot.post(ADOPT, &hotel).await), 0);
        let late = bot.post(SEND, &notice(&ada.openid, &parcel, "n")).await;
        assert_eq!(code(&late), 45027, "the account left the template's trade");
        let list = bot.post(LIST, &json!({})).await;
        let first = &list["template_list"][0];
        assert_eq!(first["primary_industry"], "运输与仓储");
        assert_eq!(first["deputy_industry"], "物流");
        assert_eq!(list["template_list"].as_array().unwrap().len(), 4);
        assert!(list.get("errcode").is_none(), "data alone");
    });
}

#[test]
fn an_account_has_twenty_five_templates() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        for _ in 0..25 {
            adopted(&bot, "CR00001").await;
        }
        assert_eq!(code(&bot.post(ADOPT, &json!({ "template_id_short": "CR00001" })).await), 45026);
        assert_eq!(code(&bot.post(ADOPT, &json!({ "template_id_short": "TM00015" })).await), 40037);
        assert_eq!(code(&bot.post(ADOPT, &json!({})).await), 40037);
        let odd = json!({ "template_id_short": "CR00001", "keyword_name_list": ["无"] });
        assert_eq!(code(&bot.post(ADOPT, &odd).await), 40035);
    });
}

#[test]
fn what_stands_in_the_way_of_a_notice_has_its_code() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "museum").await;
        let (ada, id) = (bot.follower("ada").await, adopted(&bot, "CR00001").await);
        let foreign = adopted(&other, "CR00001").await;
        let good = notice(&ada.openid, &id, "n1");
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            changed
        };
        let rows = [
            (with("touser", json!("oNobody")), 40003),
            (with("touser", json!("")), 40003),
            (with("template_id", json!(foreign)), 40037),
            (with("template_id", json!("x")), 40037),
            (with("data", json!({})), 47003),
            (with("data", json!("text")), 47003),
            (with("data", json!({ "keyword1": { "value": "\u{7}" } })), 47003),
            (with("url", json!("javascript:alert(1)")), 40048),
            (with("miniprogram", json!({ "appid": "a\nb" })), 40035),
            (with("client_msg_id", json!("c".repeat(65))), 45067),
        ];
        for (body, wanted) in rows {
            assert_eq!(code(&bot.post(SEND, &body).await), wanted, "{body}");
        }
        let sent = bot.post(SEND, &good).await;
        assert_eq!((code(&sent), sent["errmsg"].as_str()), (0, Some("ok")));
        assert!(sent["msgid"].is_i64() && sent["errcode"].is_i64(), "T4, T5");
        assert_eq!(bot.post(SEND, &good).await["msgid"], sent["msgid"], "a repeat");
        assert_eq!(bot.notices(&ada).await, 1);
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        assert_eq!(code(&daily.post(SEND, &good).await), 48001);
        bot.answer(&ada, &id, false).await;
        assert_eq!(code(&bot.post(SEND, &with("client_msg_id", json!("n2"))).await), 43101);
        bot.answer(&ada, &id, true).await;
        assert_eq!(code(&bot.post(SEND, &with("client_msg_id", json!("n2"))).await), 0);
        let bob = bot.follower("bob").await;
        let block = json!({ "openid_list": [bob.openid] });
        assert_eq!(code(&bot.post("/cgi-bin/tags/members/batchblacklist", &block).await), 0);
        assert_eq!(code(&bot.post(SEND, &notice(&bob.openid, &id, "n1")).await), 43019);
        bot.answer(&bob, &id, false).await;
        let (account, key) = (bot.account.id, id.clone());
        app.write(move |tx| templates::set_banned(tx, account, &key, true)).await.unwrap();
        assert_eq!(code(&bot.post(SEND, &with("client_msg_id", json!("n3"))).await), 43116);
        let key = id.clone();
        app.write(move |tx| templates::set_banned(tx, account, &key, false)).await.unwrap();
        let (roster, user) = (app.roster.clone(), ada.user_id);
        app.write(move |tx| followers::unfollow(tx, &roster, account, user)).await.unwrap();
        assert_eq!(code(&bot.post(SEND, &with("client_msg_id", json!("n4"))).await), 43004);
    });
}

#[test]
fn one_follower_gets_one_template_only_so_often() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.follower("ada").await, bot.follower("bob").await);
        let id = adopted(&bot, "CR00001").await;
        let burst = crier_core::app::Rates::default().notices.burst.get();
        let mut last = 0;
        for number in 0..burst * 2 {
            last = code(&bot.post(SEND, &notice(&ada.openid, &id, &number.to_string())).await);
            if last != 0 {
                break;
            }
        }
        assert_eq!(last, 43117);
        assert_eq!(code(&bot.post(SEND, &notice(&bob.openid, &id, "n")).await), 0);
    });
}

#[test]
fn the_mini_program_is_kept_for_the_follower() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, id) = (bot.follower("ada").await, adopted(&bot, "CR00001").await);
        bot.post(SEND, &notice(&ada.openid, &id, "n1")).await;
        let mut other = notice(&ada.openid, &id, "n2");
        other["miniprogram"] = json!({ "appid": "mp-ferry", "path": "index" });
        bot.post(SEND, &other).await;
        let mut none = notice(&ada.openid, &id, "n3");
        none["miniprogram"] = json!({ "appid": "", "pagepath": "" });
        assert_eq!(code(&bot.post(SEND, &none).await), 0);
        let paths: Vec<Option<String>> = bot
            .received(&ada)
            .await
            .into_iter()
            .map(|content| match content {
                Content::Template { mini_program, .. } => mini_program.map(|page| page.path),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(paths, [Some("pages/order?id=7".into()), Some("index".into()), None]);
    });
}
