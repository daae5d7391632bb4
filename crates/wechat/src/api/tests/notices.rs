use crier_core::facts::{Fact, NoticeAnswer};
use crier_core::templates;
use crier_testing::both_engines;
use serde_json::json;

use super::*;

const ADOPT: &str = "/wxaapi/newtmpl/addtemplate";
const SEND: &str = "/cgi-bin/message/subscribe/bizsend";
const TITLES: &str = "/wxaapi/newtmpl/getpubtemplatetitles";
const KEYWORDS: &str = "/wxaapi/newtmpl/getpubtemplatekeywords";

async fn adopted(bot: &Bot, tid: i64) -> String {
    let body = json!({ "tid": tid, "kidList": [1, 3], "sceneDesc": "测试" });
    let made = bot.post(ADOPT, &body).await;
    assert_eq!(code(&made), 0, "{made}");
    made["priTmplId"].as_str().unwrap().to_owned()
}

#[test]
fn titles_and_keywords_are_read_by_category() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let categories = bot.get("/wxaapi/newtmpl/getcategory", "").await;
        assert_eq!(code(&categories), 0);
        let list = categories["data"].as_array().unwrap();
        assert_eq!((list.len(), &list[26]), (42, &json!({ "id": 27, "name": "火车相关" })));
        let page = bot.get(TITLES, "&ids=27,100&start=0&limit=3").await;
        assert!(page.get("errcode").is_none(), "data alone");
        assert_eq!(page["data"].as_array().unwrap().len(), 3);
        let rest = bot.get(TITLES, "&ids=27&start=1&limit=30").await;
        assert_eq!((&rest["count"], rest["data"].as_array().unwrap().len()), (&json!(2), 1));
        let wanted = json!({ "tid": 1041, "title": "车票预订成功", "type": 3, "categoryId": "27" });
        assert_eq!(rest["data"][0], wanted);
        for (query, wanted) in [
            ("&start=0&limit=1", 200_018),
            ("&ids=999&start=0&limit=1", 200_019),
            ("&ids=1&limit=1", 200_016),
            ("&ids=1&start=-1&limit=1", 200_016),
            ("&ids=1&start=0&limit=31", 200_017),
            ("&ids=1&start=0&limit=0", 200_017),
        ] {
            assert_eq!(code(&bot.get(TITLES, query).await), wanted, "{query}");
        }
        let keywords = bot.get(KEYWORDS, "&tid=1001").await;
        assert_eq!(keywords["count"], 3);
        let phrase = json!({ "kid": 3, "name": "状态", "example": "已发货", "rule": "phrase" });
        assert_eq!(keywords["data"][2], phrase);
        assert_eq!(code(&bot.get(KEYWORDS, "&tid=1").await), 200_014);
        assert_eq!(code(&bot.get(KEYWORDS, "").await), 200_014);
    });
}

#[test]
fn a_title_is_adopted_listed_and_given_up() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let id = adopted(&bot, 1001).await;
        let own = bot.get("/wxaapi/newtmpl/gettemplate", "").await;
        let wanted = json!({
            "priTmplId": id, "title": "订单状态更新", "type": 2,
            "content": "订单号:{{character_string1.DATA}}\n状态:{{phrase3.DATA}}",
            "example": "订单号:20261122001\n状态:已发货",
        });
        assert_eq!(own, json!({ "data": [wanted] }));
        let messages = bot.get("/cgi-bin/template/get_all_private_template", "").await;
        assert_eq!(messages["template_list"], json!([]), "the two are apart");
        let row = |tid: Value, kids: Value, purpose: &str| json!({ "tid": tid, "kidList": kids, "sceneDesc": purpose });
        for (body, wanted) in [
            (row(json!(9), json!([1, 2]), "x"), 200_014),
            (row(json!("?"), json!([1, 2]), "x"), 200_014),
            (row(json!("1001"), json!([1]), "x"), 200_020),
            (row(json!(1001), json!([1, 1]), "x"), 200_020),
            (row(json!(1001), json!([1, 4]), "x"), 200_020),
            (row(json!(1001), json!([1, {}]), "x"), 200_020),
            (row(json!(1001), json!(["1", "2"]), &"字".repeat(16)), 200_021),
        ] {
            assert_eq!(code(&bot.post(ADOPT, &body).await), wanted, "{body}");
        }
        let remove = "/wxaapi/newtmpl/deltemplate";
        let it = json!({ "priTmplId": id });
        assert_eq!(
            code(
                &bot.post("/cgi-bin/template/del_private_template", &json!({ "template_id": id }))
                    .await
            ),
            40037
        );
        assert_eq!(bot.post(remove, &it).await, json!({ "errcode": 0, "errmsg": "ok" }));
        assert_eq!(code(&bot.post(remove, &it).await), 40037);
        for _ in 0..50 {
            adopted(&bot, 1001).await;
        }
        let more = row(json!(1001), json!([1, 2]), "x");
        assert_eq!(code(&bot.post(ADOPT, &more).await), 200_012);
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        assert_eq!(code(&daily.post(ADOPT, &more).await), 48001);
    });
}

#[test]
fn a_notice_takes_a_permit_and_a_lasting_one_none() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.listens().await;
        let (ada, once) = (bot.follower("ada").await, adopted(&bot, 1001).await);
        let long = adopted(&bot, 1040).await;
        let order = json!({
            "touser": ada.openid, "template_id": once, "page": "https://x.example/order",
            "data": { "character_string1": { "value": "A-17" }, "phrase3": { "value": "已发货" } },
        });
        let train = json!({
            "touser": ada.openid, "template_id": long,
            "data": { "character_string1": { "value": "G7301" }, "time3": { "value": "10:42" } },
        });
        assert_eq!(code(&bot.post(SEND, &order).await), 43101, "nobody asked");
        bot.answer_both(&ada, &[(&once, true), (&long, true)]).await;
        let odd = |name: &str, value: Value| {
            let mut changed = order.clone();
            changed[name] = value;
            changed
        };
        let bad =
            json!({ "character_string1": { "value": "订单" }, "phrase3": { "value": "已发货" } });
        for (body, wanted) in [
            (odd("touser", json!("oNobody")), 40003),
            (odd("template_id", json!("x")), 40037),
            (odd("data", json!({ "phrase3": { "value": "已发货" } })), 47003),
            (odd("data", bad), 47003),
            (odd("page", json!("javascript:x")), 40048),
        ] {
            assert_eq!(code(&bot.post(SEND, &body).await), wanted, "{body}");
        }
        let sent = bot.post(SEND, &order).await;
        assert!(sent["errcode"] == 0 && sent["msgid"].is_i64(), "T4: {sent}");
        assert_eq!(code(&bot.post(SEND, &order).await), 43101, "the permit is used up");
        for _ in 0..2 {
            assert_eq!(code(&bot.post(SEND, &train).await), 0);
        }
        let classic = json!({ "touser": ada.openid, "template_id": once, "data": {} });
        assert_eq!(code(&bot.post("/cgi-bin/message/template/send", &classic).await), 40037);
        let facts = bot.facts().await;
        let said = |key: &str| NoticeAnswer { template_id: key.into(), accepted: true };
        let asked = Fact::NoticesAnswered { answers: vec![said(&once), said(&long)], scene: 1 };
        assert_eq!(facts[1], asked);
        assert!(matches!(&facts[2], Fact::NoticeSent { template, delivered: true, .. }
            if *template == once));
        bot.answer(&ada, &long, false).await;
        assert_eq!(code(&bot.post(SEND, &train).await), 43101, "refused in the settings");
        let no = NoticeAnswer { template_id: long.clone(), accepted: false };
        assert_eq!(bot.facts().await.last(), Some(&Fact::NoticesChanged { answers: vec![no] }));
        bot.answer(&ada, &long, true).await;
        let (account, key) = (bot.account.id, long.clone());
        app.write(move |tx| templates::set_banned(tx, account, &key, true)).await.unwrap();
        assert_eq!(code(&bot.post(SEND, &train).await), 43116);
    });
}
