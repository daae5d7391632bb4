use crier_core::{broadcasts, followers};
use crier_testing::both_engines;
use serde_json::json;

use super::*;

const ALL: &str = "/cgi-bin/message/mass/sendall";
const LIST: &str = "/cgi-bin/message/mass/send";

fn to_all(text: &str, client_id: &str) -> Value {
    json!({
        "filter": { "is_to_all": true }, "msgtype": "text", "text": { "content": text },
        "send_ignore_reprint": false, "clientmsgid": client_id,
    })
}

#[test]
fn a_broadcast_is_sent_once_and_read_by_who_followed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Subscription, "daily").await;
        let ada = bot.follower("ada").await;
        let sent = bot.post(ALL, &to_all("one", "c1")).await;
        assert_eq!(sent["errmsg"], "send job submission success", "{sent}");
        assert!(sent["msg_id"].is_i64());
        let again = bot.post(ALL, &to_all("one", "c1")).await;
        assert_eq!(code(&again), 45065);
        assert_eq!(again["msg_id"], sent["msg_id"]);
        assert_eq!(code(&bot.post(ALL, &to_all("two", "c2")).await), 45028, "one a day");
        assert_eq!(code(&bot.post(LIST, &json!({ "touser": ["o"] })).await), 48001);
        let late = bot.follower("late").await;
        let seen = |follower: Follower| {
            app.read(move |conn| {
                let timeline = broadcasts::timeline(conn, follower.user_id, None, 9)?;
                Ok((timeline.len(), broadcasts::after(conn, &follower, 0, 9)?.len()))
            })
        };
        assert_eq!(seen(ada).await.unwrap(), (1, 1));
        assert_eq!(seen(late).await.unwrap(), (0, 0));
    });
}

#[test]
fn a_list_is_counted_for_each_follower() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.follower("ada").await, bot.follower("bob").await);
        let to = |openids: &[&str]| {
            json!({
                "touser": openids, "msgtype": "text", "text": { "content": "hi" },
            })
        };
        for _ in 0..4 {
            assert_eq!(code(&bot.post(LIST, &to(&[&ada.openid])).await), 0);
        }
        assert_eq!(code(&bot.post(LIST, &to(&[&ada.openid])).await), 45028);
        assert_eq!(code(&bot.post(LIST, &to(&[&ada.openid, &bob.openid])).await), 0);
        let read = app.read(move |conn| {
            let newest = broadcasts::page(conn, ada.account_id, None, 1)?.remove(0);
            let seqs = broadcasts::after(conn, &ada, 0, 9)?.iter().map(|one| one.seq).collect();
            Ok((broadcasts::recipients(conn, newest.id)?, newest.seq, seqs))
        });
        let (recipients, newest, seqs): (_, _, Vec<i64>) = read.await.unwrap();
        assert_eq!(recipients, [bob.id], "who has had four is left out");
        assert_eq!((newest, seqs), (5, vec![1, 2, 3, 4]));
        assert_eq!(code(&bot.post(LIST, &to(&["oNobody"])).await), 40003);
        let tagged = json!({
            "filter": { "tag_id": "777" }, "msgtype": "text", "text": { "content": "x" },
        });
        assert_eq!(code(&bot.post(ALL, &tagged).await), 45159);
        let long = to_all("x", &"c".repeat(65));
        assert_eq!(code(&bot.post(ALL, &long).await), 45067);
    });
}

#[test]
fn a_template_is_adopted_sent_and_given_up() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let adopt = "/cgi-bin/template/api_add_template";
        assert_eq!(code(&bot.post(adopt, &json!({ "template_id_short": "TM1" })).await), 40037);
        let made = bot.post(adopt, &json!({ "template_id_short": "CR00001" })).await;
        assert_eq!(code(&made), 0, "T4");
        let id = made["template_id"].as_str().unwrap();
        let list = bot.get("/cgi-bin/template/get_all_private_template", "").await;
        assert_eq!(list["template_list"][0]["template_id"], json!(id));
        let value = json!({ "value": "A-17", "color": "#173177" });
        let notice = |to: &str| {
            json!({
                "touser": to, "template_id": id, "url": "https://x.example/", "client_msg_id": "n1",
                "data": { "keyword1": value, "keyword2": value, "keyword3": { "value": 3 } },
            })
        };
        let send = "/cgi-bin/message/template/send";
        let sent = bot.post(send, &notice(&ada.openid)).await;
        assert_eq!(code(&sent), 0, "{sent}");
        assert!(sent["msgid"].is_i64());
        assert_eq!(bot.post(send, &notice(&ada.openid)).await["msgid"], sent["msgid"]);
        assert_eq!(code(&bot.post(send, &notice("oNobody")).await), 40003);
        let empty = json!({ "touser": ada.openid, "template_id": id, "data": {} });
        assert_eq!(code(&bot.post(send, &empty).await), 47003);
        let (roster, account, user) = (app.roster.clone(), bot.account.id, ada.user_id);
        app.write(move |tx| followers::unfollow(tx, &roster, account, user)).await.unwrap();
        let mut other = notice(&ada.openid);
        other["client_msg_id"] = json!("n2");
        assert_eq!(code(&bot.post(send, &other).await), 43004);
        let remove = "/cgi-bin/template/del_private_template";
        assert_eq!(code(&bot.post(remove, &json!({ "template_id": id })).await), 0);
        assert_eq!(code(&bot.post(remove, &json!({ "template_id": id })).await), 40037);
    });
}

#[test]
fn a_broadcast_goes_to_a_tag_is_previewed_asked_for_and_withdrawn() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.follower("ada").await, bot.follower("bob").await);
        bot.post("/cgi-bin/tags/create", &json!({ "tag": { "name": "VIP" } })).await;
        let tagging = json!({ "openid_list": [ada.openid], "tagid": 100 });
        bot.post("/cgi-bin/tags/members/batchtagging", &tagging).await;
        let tagged = |tag: Value| json!({ "filter": tag, "msgtype": "text", "text": { "content": "for some" } });
        let sent = bot.post(ALL, &tagged(json!({ "is_to_all": "false", "tag_id": "100" }))).await;
        assert_eq!(code(&sent), 0, "{sent}");
        assert_eq!(code(&bot.post(ALL, &tagged(json!({ "group_id": "x" }))).await), 45159);
        assert_eq!(code(&bot.post(ALL, &tagged(json!({}))).await), 40035);
        let status = "/cgi-bin/message/mass/get";
        let id = sent["msg_id"].as_i64().unwrap();
        let wanted = json!({ "msg_id": id, "msg_status": "SEND_SUCCESS" });
        assert_eq!(bot.post(status, &json!({ "msg_id": id.to_string() })).await, wanted);
        assert_eq!(code(&bot.post(status, &json!({ "msg_id": 1 })).await), 40035);
        let withdraw = "/cgi-bin/message/mass/delete";
        assert_eq!(code(&bot.post(withdraw, &json!({ "msg_id": id })).await), 40008);
        let preview = "/cgi-bin/message/mass/preview";
        let shown = |to: Value| {
            let mut body = json!({ "msgtype": "text", "text": { "content": "so it will look" } });
            body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
            body
        };
        let to_bob = shown(json!({ "touser": bob.openid, "towxname": null }));
        assert_eq!(code(&bot.post(preview, &to_bob).await), 0);
        let by_name = shown(json!({ "touser": null, "towxname": "bob" }));
        assert_eq!(code(&bot.post(preview, &by_name).await), 40132);
        assert_eq!(code(&bot.post(preview, &shown(json!({ "touser": "oNobody" }))).await), 40003);
        assert_eq!(code(&bot.post(preview, &shown(json!({}))).await), 40003);
    });
}

#[test]
fn a_speed_is_chosen_and_read_back() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (get, set) = ("/cgi-bin/message/mass/speed/get", "/cgi-bin/message/mass/speed/set");
        assert_eq!(bot.post(get, &json!({})).await, json!({ "speed": 0, "realspeed": 80 }));
        assert_eq!(code(&bot.post(set, &json!({ "speed": "3" })).await), 0);
        assert_eq!(bot.post(get, &json!({})).await, json!({ "speed": 3, "realspeed": 30 }));
        assert_eq!(code(&bot.post(set, &json!({ "speed": 5 })).await), 45083);
        assert_eq!(code(&bot.post(set, &json!({ "speed": -1 })).await), 45083);
        assert_eq!(code(&bot.post(set, &json!({})).await), 45084);
    });
}

#[test]
fn several_pictures_are_sent_as_an_article_of_them() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        let (one, two) = (articles::picture(&bot, true).await, articles::picture(&bot, true).await);
        let mass = |images: Value| json!({ "filter": { "is_to_all": true }, "msgtype": "image", "images": images });
        let images = json!({
            "media_ids": [one, two], "recommend": "Two <boats>", "need_open_comment": 1,
        });
        let sent = bot.post(ALL, &mass(images)).await;
        assert_eq!(code(&sent), 0, "{sent}");
        assert!(sent["msg_data_id"].is_i64(), "{sent}");
        let read = app.read(move |conn| broadcasts::timeline(conn, ada.user_id, None, 9));
        let (broadcast, _) = read.await.unwrap().remove(0);
        let Content::Articles { articles, .. } = &broadcast.content else {
            panic!("{broadcast:?}")
        };
        assert_eq!((articles.len(), articles[0].title.as_str()), (1, "Two <boats>"));
        assert_eq!(articles[0].cover, Some(one.clone()));
        assert_eq!(code(&bot.post(ALL, &mass(json!({ "media_ids": [one] }))).await), 0);
        assert_eq!(code(&bot.post(ALL, &mass(json!({ "media_ids": [] }))).await), 41006);
        assert_eq!(code(&bot.post(ALL, &mass(json!({ "media_ids": [1, 2] }))).await), 40007);
        assert_eq!(code(&bot.post(ALL, &mass(json!({ "media_ids": [one, "x"] }))).await), 40007);
    });
}
