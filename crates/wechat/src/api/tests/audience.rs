//! Tags, remarks and the blocked (`reference/wechat-api.md` 2.9).
use crier_core::content::Content;
use crier_testing::both_engines;
use serde_json::json;

use super::*;

const CREATE: &str = "/cgi-bin/tags/create";
const UPDATE: &str = "/cgi-bin/tags/update";
const DELETE: &str = "/cgi-bin/tags/delete";
const MEMBERS: &str = "/cgi-bin/user/tag/get";
const GIVE: &str = "/cgi-bin/tags/members/batchtagging";
const TAKE: &str = "/cgi-bin/tags/members/batchuntagging";
const BLOCK: &str = "/cgi-bin/tags/members/batchblacklist";
const UNBLOCK: &str = "/cgi-bin/tags/members/batchunblacklist";
const BLOCKED: &str = "/cgi-bin/tags/members/getblacklist";
const CUSTOM: &str = "/cgi-bin/message/custom/send";

async fn refuses(bot: &Bot, path: &str, body: Value, wanted: i64) {
    let answer = bot.post(path, &body).await;
    assert_eq!(code(&answer), wanted, "{path} {body}: {answer}");
}

async fn does(bot: &Bot, path: &str, body: Value) {
    let answer = bot.post(path, &body).await;
    assert!(answer["errcode"] == json!(0) && answer["errmsg"] == json!("ok"), "{path}: {answer}");
}

#[test]
fn a_tag_is_made_listed_renamed_and_removed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let made = bot.post(CREATE, &json!({ "tag": { "name": "广东" } })).await;
        assert_eq!(made, json!({ "tag": { "id": 100, "name": "广东" } }));
        refuses(&bot, CREATE, json!({ "tag": { "name": "广东" } }), 45157).await;
        refuses(&bot, CREATE, json!({ "tag": { "name": "长".repeat(31) } }), 45158).await;
        refuses(&bot, CREATE, json!({ "tag": { "name": " " } }), 40035).await;
        refuses(&bot, CREATE, json!({ "tag": "x" }), 40035).await;
        does(&bot, UPDATE, json!({ "tag": { "id": "100", "name": "广东人" } })).await;
        refuses(&bot, UPDATE, json!({ "tag": { "id": 999, "name": "x" } }), 45159).await;
        refuses(&bot, UPDATE, json!({ "tag": { "id": 2, "name": "x" } }), 45058).await;
        let list = bot.get("/cgi-bin/tags/get", "").await;
        let star = json!({ "id": 2, "name": "星标组", "count": 0 });
        assert_eq!(list, json!({ "tags": [star, { "id": 100, "name": "广东人", "count": 0 }] }));
        refuses(&bot, DELETE, json!({ "tag": { "id": 1 } }), 45058).await;
        does(&bot, DELETE, json!({ "tag": { "id": 100 } })).await;
        refuses(&bot, DELETE, json!({ "tag": { "id": 100 } }), 45159).await;
        for n in 0..100 {
            bot.post(CREATE, &json!({ "tag": { "name": format!("t{n}") } })).await;
        }
        refuses(&bot, CREATE, json!({ "tag": { "name": "one more" } }), 45056).await;
    });
}

#[test]
fn a_tag_followed_by_too_many_is_not_removed_at_once() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.post(CREATE, &json!({ "tag": { "name": "all" } })).await;
        crier_testing::pretend_tagged(&app, bot.account.id, 100, 100_001).await;
        refuses(&bot, DELETE, json!({ "tag": { "id": 100 } }), 45057).await;
    });
}

#[test]
fn followers_are_tagged_listed_and_known_by_their_tags() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "silk").await;
        let (ada, eve) = (bot.follower("ada").await, other.follower("eve").await);
        bot.post(CREATE, &json!({ "tag": { "name": "VIP" } })).await;
        let tag = |openids: &[&str], tag: Value| json!({ "openid_list": openids, "tagid": tag });
        does(&bot, GIVE, tag(&[&ada.openid], json!("100"))).await;
        does(&bot, GIVE, tag(&[&ada.openid], json!(2))).await;
        let known = bot.get("/cgi-bin/user/info", &format!("&openid={}", ada.openid)).await;
        assert_eq!((&known["tagid_list"], &known["groupid"]), (&json!([2, 100]), &json!(2)));
        let ids = bot.post("/cgi-bin/tags/getidlist", &json!({ "openid": ada.openid })).await;
        assert_eq!(ids, json!({ "tagid_list": [2, 100] }));
        let first = bot.post(MEMBERS, &json!({ "tagid": 100, "next_openid": "" })).await;
        let data = json!({ "openid": [ada.openid] });
        assert_eq!(first, json!({ "count": 1, "data": data, "next_openid": ada.openid }));
        let asked = format!("&tagid=100&next_openid={}", ada.openid);
        let last = bot.get(MEMBERS, &asked).await;
        assert_eq!(last, json!({ "count": 0, "next_openid": "" }));
        refuses(&bot, GIVE, tag(&[&ada.openid], json!(999)), 45159).await;
        refuses(&bot, GIVE, tag(&[&ada.openid], json!(1)), 45159).await;
        refuses(&bot, GIVE, tag(&[], json!(100)), 40032).await;
        refuses(&bot, GIVE, tag(&["x"; 51], json!(100)), 40032).await;
        refuses(&bot, GIVE, json!({ "tagid": 100 }), 40031).await;
        refuses(&bot, GIVE, tag(&["oNobody"], json!(100)), 40003).await;
        refuses(&bot, GIVE, tag(&[&eve.openid], json!(100)), 49003).await;
        for n in 0..18 {
            let made = bot.post(CREATE, &json!({ "tag": { "name": format!("t{n}") } })).await;
            does(&bot, GIVE, tag(&[&ada.openid], made["tag"]["id"].clone())).await;
        }
        let made = bot.post(CREATE, &json!({ "tag": { "name": "21st" } })).await;
        refuses(&bot, GIVE, tag(&[&ada.openid], made["tag"]["id"].clone()), 45059).await;
        does(&bot, TAKE, tag(&[&ada.openid], json!(100))).await;
        refuses(&bot, TAKE, tag(&["oNobody"], json!(100)), 40003).await;
    });
}

#[test]
fn a_remark_is_kept() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let path = "/cgi-bin/user/info/updateremark";
        does(&bot, path, json!({ "openid": ada.openid, "remark": "备注 1" })).await;
        let known = bot.get("/cgi-bin/user/info", &format!("&openid={}", ada.openid)).await;
        assert_eq!(known["remark"], "备注 1");
        let long = "长".repeat(30);
        refuses(&bot, path, json!({ "openid": ada.openid, "remark": long }), 40035).await;
        refuses(&bot, path, json!({ "openid": "oNobody", "remark": "x" }), 40003).await;
        refuses(&bot, path, json!({ "remark": "x" }), 41009).await;
        does(&bot, path, json!({ "openid": ada.openid, "remark": "" })).await;
    });
}

#[test]
fn the_blocked_are_listed_and_nothing_is_sent_to_them() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.writer("ada").await, bot.writer("bob").await);
        let none = bot.post(BLOCKED, &json!({})).await;
        assert_eq!(none, json!({ "total": 0, "count": 0, "next_openid": "" }));
        let both = json!({ "openid_list": [ada.openid, bob.openid] });
        does(&bot, BLOCK, both).await;
        let list = bot.post(BLOCKED, &json!({ "begin_openid": null })).await;
        assert_eq!((&list["total"], &list["count"]), (&json!(2), &json!(2)));
        assert_eq!(list["data"]["openid"], json!([ada.openid, bob.openid]));
        let rest = bot.post(BLOCKED, &json!({ "begin_openid": ada.openid })).await;
        assert_eq!(rest["data"]["openid"], json!([bob.openid]));
        let hello = json!({ "touser": ada.openid, "msgtype": "text", "text": { "content": "x" } });
        refuses(&bot, CUSTOM, hello.clone(), 43019).await;
        let write = Append::inbound(ada.id, Content::text("hi"), None);
        assert!(app.append(write).await.is_err());
        does(&bot, UNBLOCK, json!({ "openid_list": [ada.openid] })).await;
        does(&bot, CUSTOM, hello).await;
        refuses(&bot, BLOCK, json!({ "openid_list": ["oNobody"] }), 40003).await;
        refuses(&bot, BLOCK, json!({ "openid_list": vec!["x"; 21] }), 40032).await;
        refuses(&bot, UNBLOCK, json!({}), 40031).await;
    });
}
