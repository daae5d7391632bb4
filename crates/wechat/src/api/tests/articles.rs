//! Drafts, material, publications and comments (`reference/wechat-api.md` 2.7 and 2.8).
use crier_core::media::{Owner, Upload};
use crier_core::messages::{self, Span};
use crier_core::{articles, comments, publications};
use crier_testing::{both_engines, both_engines_by_hand, eventually};
use serde_json::json;

use super::*;

fn pixel() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(1, 1).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

pub(super) async fn picture(bot: &Bot, permanent: bool) -> String {
    let upload = Upload {
        owner: Owner::Account(bot.account.id),
        kind: None,
        name: "cover.png".into(),
        bytes: pixel(),
        permanent,
        title: None,
        introduction: None,
    };
    bot.app.store_media(upload).await.unwrap().media_key
}

fn article(cover: &str) -> Value {
    json!({
        "title": "Opening day", "author": "Ada", "digest": "", "content": "<p>Come <b>in</b></p>",
        "content_source_url": "https://x.example/a", "thumb_media_id": cover,
        "need_open_comment": 1, "only_fans_can_comment": 0, "pic_crop_235_1": "0_0_1_0.5",
    })
}

fn with(one: &Value, field: &str, value: Value) -> Value {
    let mut one = one.clone();
    one[field] = value;
    one
}

async fn drafted(bot: &Bot) -> String {
    let cover = picture(bot, true).await;
    let two = [article(&cover), with(&article(&cover), "title", json!("Second"))];
    let made = bot.post("/cgi-bin/draft/add", &json!({ "articles": two })).await;
    made["media_id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// A draft of two articles that has come out: its answer, and what `freepublish/get` says.
async fn published(bot: &Bot) -> (Value, Value) {
    let key = drafted(bot).await;
    let sent = bot.post("/cgi-bin/freepublish/submit", &json!({ "media_id": key })).await;
    assert_eq!(code(&sent), 0, "{sent}");
    let ask = json!({ "publish_id": sent["publish_id"].to_string() });
    let said = eventually("it is published", async || {
        let said = bot.post("/cgi-bin/freepublish/get", &ask).await;
        (said["publish_status"] != 1).then_some(said)
    });
    (sent, said.await)
}

#[test]
fn a_draft_is_written_read_changed_counted_and_removed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Subscription, "daily").await;
        let key = drafted(&bot).await;
        let get = json!({ "media_id": key });
        let read = bot.post("/cgi-bin/draft/get", &get).await;
        assert!(read.get("errcode").is_none(), "T3: {read}");
        let first = &read["news_item"][0];
        assert_eq!(first["content"], "<p>Come <b>in</b></p>");
        assert_eq!(first["digest"], "Come in");
        assert_eq!(first["pic_crop_235_1"], "0_0_1_0.5");
        assert_eq!((&first["need_open_comment"], &first["show_cover_pic"]), (&json!(1), &json!(0)));
        assert!(first["thumb_url"].as_str().unwrap().starts_with("http://crier.test/media/"));
        assert!(first["url"].as_str().unwrap().contains("/s/draft/"));
        let cover = first["thumb_media_id"].as_str().unwrap();
        let changed = with(&article(cover), "title", json!("Changed"));
        let change = json!({ "media_id": key, "index": "1", "articles": changed });
        let done = bot.post("/cgi-bin/draft/update", &change).await;
        assert_eq!(done, json!({ "errcode": 0, "errmsg": "ok" }), "T4");
        for (no_content, there) in [(json!(0), true), (json!(1), false), (json!(true), false)] {
            let page = json!({ "offset": 0, "count": 20, "no_content": no_content });
            let list = bot.post("/cgi-bin/draft/batchget", &page).await;
            assert_eq!((&list["total_count"], &list["item_count"]), (&json!(1), &json!(1)));
            let items = &list["item"][0]["content"]["news_item"];
            assert_eq!(items[1]["title"], "Changed");
            assert_eq!(items[0].get("content").is_some(), there);
            assert!(list["item"][0]["update_time"].is_i64());
        }
        assert_eq!(bot.get("/cgi-bin/draft/count", "").await, json!({ "total_count": 1 }));
        assert_eq!(bot.post("/cgi-bin/draft/count", &json!({})).await["total_count"], 1, "T7");
        assert_eq!(code(&bot.post("/cgi-bin/draft/delete", &get).await), 0);
        assert_eq!(code(&bot.post("/cgi-bin/draft/delete", &get).await), 40007);
        assert_eq!(code(&bot.post("/cgi-bin/draft/get", &get).await), 40007);
    });
}

#[test]
fn what_is_wrong_with_an_article_is_told_and_stores_nothing() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "other").await;
        let (cover, theirs) = (picture(&bot, true).await, picture(&other, true).await);
        let good = article(&cover);
        let no_pictures = with(&good, "article_type", json!("newspic"));
        let rows = [
            (with(&good, "title", json!("x".repeat(65))), 45003),
            (with(&good, "title", json!("")), 45003),
            (with(&good, "author", json!("x".repeat(17))), 45110),
            (with(&good, "digest", json!("x".repeat(121))), 45004),
            (with(&good, "content", json!("")), 44004),
            (with(&good, "content", json!("<script>alert(1)</script>")), 45166),
            (with(&good, "content", json!("a\u{7}b")), 45166),
            (with(&good, "content", json!("<b>".repeat(20_001))), 45166),
            (with(&good, "content", json!("字".repeat(20_000))), 45002),
            (with(&good, "content", json!(format!("<p>x</p>{}", " ".repeat(1 << 20)))), 45002),
            (with(&good, "content_source_url", json!("javascript:alert(1)")), 40048),
            (
                with(&good, "content_source_url", json!(format!("https://x/{}", "x".repeat(1024)))),
                45005,
            ),
            (with(&good, "thumb_media_id", json!("")), 40007),
            (with(&good, "thumb_media_id", json!("nothing")), 40007),
            (with(&good, "thumb_media_id", json!(theirs)), 40007),
            (with(&good, "pic_crop_1_1", json!("a_b")), 40035),
            (with(&good, "article_type", json!("song")), 40035),
            (no_pictures, 40007),
        ];
        let paths =
            ["/cgi-bin/draft/add", "/cgi-bin/material/add_news", "/cgi-bin/media/uploadnews"];
        for (path, count) in paths.into_iter().zip([rows.len(), rows.len(), 3]) {
            // A day has ten uploads.
            for (bad, expected) in &rows[..count] {
                let said = bot.post(path, &json!({ "articles": [bad] })).await;
                assert_eq!(code(&said), *expected, "{path} {said}");
            }
            assert_eq!(code(&bot.post(path, &json!({ "articles": [] })).await), 44003);
            assert_eq!(code(&bot.post(path, &json!({})).await), 44003);
            assert_eq!(
                code(&bot.post(path, &json!({ "articles": vec![good.clone(); 9] })).await),
                45008
            );
        }
        assert_eq!(bot.get("/cgi-bin/draft/count", "").await["total_count"], 0);
        let key = drafted(&bot).await;
        for (change, expected) in [
            (json!({ "media_id": key, "index": 2, "articles": good }), 40060),
            (json!({ "media_id": key, "index": -1, "articles": good }), 40060),
            (json!({ "media_id": key, "index": 0 }), 44003),
            (json!({ "media_id": "nothing", "index": 0, "articles": good }), 40007),
            (json!({ "index": 0, "articles": good }), 41006),
        ] {
            assert_eq!(code(&bot.post("/cgi-bin/draft/update", &change).await), expected);
        }
        let mine = json!({ "media_id": key });
        assert_eq!(code(&other.post("/cgi-bin/draft/get", &mine).await), 40007);
    });
}

#[test]
fn news_are_material_like_any_other() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let news = json!({ "articles": [article(&picture(&bot, true).await)] });
        let made = bot.post("/cgi-bin/material/add_news", &news).await;
        let key = &made["media_id"];
        let get = json!({ "media_id": key });
        let counted = bot.get("/cgi-bin/material/get_materialcount", "").await;
        assert_eq!((&counted["news_count"], &counted["image_count"]), (&json!(1), &json!(1)));
        let read = bot.post("/cgi-bin/material/get_material", &get).await;
        assert_eq!(read["news_item"][0]["title"], "Opening day");
        assert!(read["create_time"].is_i64() && read["update_time"].is_i64());
        let changed = with(&news["articles"][0], "title", json!("Changed"));
        let change = json!({ "media_id": key, "index": 0, "articles": changed });
        assert_eq!(code(&bot.post("/cgi-bin/material/update_news", &change).await), 0);
        let page = json!({ "type": "news", "offset": 0, "count": 5 });
        let list = bot.post("/cgi-bin/material/batchget_material", &page).await;
        assert_eq!((&list["total_count"], &list["item_count"]), (&json!(1), &json!(1)));
        assert_eq!(list["item"][0]["content"]["news_item"][0]["title"], "Changed");
        assert_eq!(code(&bot.post("/cgi-bin/draft/get", &get).await), 40007, "no draft");
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &get).await), 0);
        assert_eq!(code(&bot.post("/cgi-bin/material/del_material", &get).await), 40007);
        let uploaded = bot.post("/cgi-bin/media/uploadnews", &news).await;
        assert_eq!(uploaded["type"], "news");
        assert!(uploaded["created_at"].is_i64());
        clock.advance(4 * 86_400);
        let swept = app.write(|tx| crier_core::drafts::sweep(tx, 10)).await.unwrap();
        assert_eq!(swept, 1, "uploads are kept for three days");
    });
}

#[test]
fn a_draft_is_published_read_and_taken_back() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (sent, said) = published(&bot).await;
        assert!(sent["publish_id"].is_i64() && sent["msg_data_id"].is_i64(), "T5");
        assert_eq!(said["publish_status"], 0);
        assert_eq!(said["fail_idx"], json!([]));
        assert_eq!(said["article_detail"]["count"], 2);
        assert_eq!(said["article_detail"]["item"][1]["idx"], 2);
        let key = &said["article_id"];
        assert_eq!(bot.get("/cgi-bin/draft/count", "").await["total_count"], 0);
        let list = bot.post("/cgi-bin/freepublish/batchget", &json!({ "no_content": 1 })).await;
        assert_eq!((&list["total_count"], &list["item"][0]["article_id"]), (&json!(1), key));
        assert!(list["item"][0]["content"]["news_item"][0].get("content").is_none());
        let take = |index: i32| json!({ "article_id": key, "index": index });
        assert_eq!(code(&bot.post("/cgi-bin/freepublish/delete", &take(3)).await), 40060);
        let done = bot.post("/cgi-bin/freepublish/delete", &take(1)).await;
        assert_eq!(done, json!({ "errcode": 0, "errmsg": "ok" }), "T4");
        let read = bot.post("/cgi-bin/freepublish/getarticle", &json!({ "article_id": key })).await;
        assert_eq!(read["news_item"][0]["is_deleted"], true);
        assert_eq!(read["news_item"][1]["is_deleted"], false);
        assert_eq!(read["news_item"][1]["url"], said["article_detail"]["item"][1]["article_url"]);
        assert_eq!(code(&bot.post("/cgi-bin/freepublish/delete", &take(0)).await), 0);
        let ask = json!({ "publish_id": sent["publish_id"] });
        assert_eq!(bot.post("/cgi-bin/freepublish/get", &ask).await["publish_status"], 5);
        let gone = json!({ "article_id": key });
        for path in ["/cgi-bin/freepublish/getarticle", "/cgi-bin/freepublish/delete"] {
            assert_eq!(code(&bot.post(path, &gone).await), 53600);
            assert_eq!(code(&bot.post(path, &json!({})).await), 53600);
        }
        let list = bot.post("/cgi-bin/freepublish/batchget", &json!({})).await;
        assert_eq!((&list["total_count"], &list["item"]), (&json!(0), &json!([])));
        for bad in [json!({}), json!({ "publish_id": 5 }), json!({ "publish_id": "x" })] {
            assert_eq!(code(&bot.post("/cgi-bin/freepublish/get", &bad).await), 53502);
        }
    });
}

#[test]
fn a_draft_whose_pictures_are_gone_does_not_come_out() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (cover, short) = (picture(&bot, true).await, picture(&bot, false).await);
        let shows =
            |key: &str| json!(format!("<p>x<img src=\"http://crier.test/media/{key}\"></p>"));
        let second = with(&article(&cover), "content", shows(&short));
        let pair = json!({ "articles": [article(&cover), second] });
        let key = bot.post("/cgi-bin/draft/add", &pair).await["media_id"].clone();
        let covered = json!({ "articles": [article(&short)] });
        let other = bot.post("/cgi-bin/draft/add", &covered).await["media_id"].clone();
        clock.advance(4 * 86_400);
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let bot = Bot { token, ..bot };
        let submit = "/cgi-bin/freepublish/submit";
        assert_eq!(code(&bot.post(submit, &json!({ "media_id": other })).await), 53503);
        assert_eq!(code(&bot.post(submit, &json!({ "media_id": "nothing" })).await), 40007);
        assert_eq!(code(&bot.post(submit, &json!({})).await), 41006);
        let sent = bot.post(submit, &json!({ "media_id": key })).await;
        let ask = json!({ "publish_id": sent["publish_id"] });
        let said = eventually("it has failed", async || {
            let said = bot.post("/cgi-bin/freepublish/get", &ask).await;
            (said["publish_status"] != 1).then_some(said)
        });
        let said = said.await;
        assert_eq!((&said["publish_status"], &said["fail_idx"]), (&json!(3), &json!([2])));
        assert_eq!(bot.get("/cgi-bin/draft/count", "").await["total_count"], 2, "it is back");
    });
}

#[test]
fn too_many_publications_in_a_minute_are_refused() {
    both_engines_by_hand(|app, _| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let news = json!({ "articles": [article(&picture(&bot, true).await)] });
        for round in 0..61 {
            let key = bot.post("/cgi-bin/draft/add", &news).await["media_id"].clone();
            let sent = bot.post("/cgi-bin/freepublish/submit", &json!({ "media_id": key })).await;
            assert_eq!(code(&sent), if round < 60 { 0 } else { 53501 });
        }
    });
}

#[test]
fn articles_are_sent_to_one_follower_and_from_a_menu() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let (draft, said) = (drafted(&bot).await, published(&bot).await.1);
        let key = &said["article_id"];
        let send = "/cgi-bin/message/custom/send";
        for (kind, of) in [
            ("mpnews", json!({ "media_id": draft })),
            ("mpnewsarticle", json!({ "article_id": key })),
        ] {
            let body = json!({ "touser": ada.openid, "msgtype": kind, kind: of });
            assert_eq!(code(&bot.post(send, &body).await), 0, "{kind}");
        }
        let wrong = json!({ "article_id": "nothing" });
        let body =
            json!({ "touser": ada.openid, "msgtype": "mpnewsarticle", "mpnewsarticle": wrong });
        assert_eq!(code(&bot.post(send, &body).await), 53600);
        let menu = |article: &Value| {
            json!({ "button": [
                { "type": "article_id", "name": "Read", "article_id": article },
                { "type": "view_limited", "name": "See", "media_id": draft },
            ]})
        };
        assert_eq!(code(&bot.post("/cgi-bin/menu/create", &menu(&json!("no"))).await), 53600);
        assert_eq!(code(&bot.post("/cgi-bin/menu/create", &menu(key)).await), 0);
        let (account, roster, follower) = (bot.account.id, app.roster.clone(), ada.id);
        let tapped = app.write(move |tx| {
            for name in ["Read", "See"] {
                let done = crier_core::menus::Done::default();
                crier_core::menus::tap(tx, &roster, account, follower, name, &done)?;
            }
            Ok(messages::page(tx.conn, follower, Span::After(1), 9)?)
        });
        let sets: Vec<(bool, usize)> = tapped
            .await
            .unwrap()
            .iter()
            .map(|message| match &message.content {
                Content::Articles { article_id, articles } => {
                    (!article_id.is_empty(), articles.len())
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(sets, [(false, 2), (true, 2), (true, 2), (false, 2)]);
    });
}

async fn commented(bot: &Bot, publication: i64, name: &str, text: &str) -> i32 {
    let user = crier_testing::user(&bot.app, name).await;
    let (account, vault, text) = (bot.account.clone(), bot.app.vault.clone(), text.to_owned());
    let added = bot.app.write(move |tx| {
        let article = articles::at(tx.conn, account.id, publication.into(), 1)?;
        comments::add(tx, &vault, &account, &article, user, &text)
    });
    added.await.unwrap().number
}

#[test]
fn comments_are_listed_elected_answered_and_removed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let id = published(&bot).await.0["msg_data_id"].as_i64().unwrap();
        let ada = bot.follower("ada").await;
        for (number, text) in [(1, "first"), (2, "second"), (3, "third")] {
            assert_eq!(commented(&bot, id, "ada", text).await, number);
        }
        let one = json!({ "msg_data_id": id.to_string(), "user_comment_id": 2 });
        let nobody = json!({ "msg_data_id": id, "user_comment_id": 9 });
        let said = |text: &str| with(&one, "content", json!(text));
        let unrepl = "/cgi-bin/comment/reply/delete";
        let rows = [
            ("/cgi-bin/comment/markelect", one.clone(), 0),
            ("/cgi-bin/comment/markelect", nobody.clone(), 88008),
            (unrepl, one.clone(), 88009),
            ("/cgi-bin/comment/reply/add", said("thanks"), 0),
            ("/cgi-bin/comment/reply/add", said("again"), 88005),
            ("/cgi-bin/comment/reply/add", said(""), 88007),
            ("/cgi-bin/comment/reply/add", said(&"x".repeat(601)), 88007),
            ("/cgi-bin/comment/reply/add", with(&nobody, "content", json!("x")), 88008),
            (unrepl, nobody.clone(), 88008),
        ];
        for (path, body, expected) in rows {
            assert_eq!(code(&bot.post(path, &body).await), expected, "{path} {body}");
        }
        let list = |kind: i32| json!({ "msg_data_id": id, "begin": 0, "count": 50, "type": kind });
        let all = bot.post("/cgi-bin/comment/list", &list(0)).await;
        assert_eq!((code(&all), &all["total"]), (0, &json!(3)));
        let second = &all["comment"][1];
        assert_eq!(second["user_comment_id"], 2);
        assert_eq!(second["openid"], json!(ada.openid));
        assert_eq!(second["comment_type"], 1);
        assert_eq!(second["reply"]["content"], "thanks");
        for (kind, total) in [(1, 2), (2, 1)] {
            let some = bot.post("/cgi-bin/comment/list", &list(kind)).await;
            let there = some["comment"].as_array().unwrap().len();
            assert_eq!((&some["total"], there), (&json!(total), total));
        }
        for path in [unrepl, "/cgi-bin/comment/unmarkelect", "/cgi-bin/comment/delete"] {
            assert_eq!(code(&bot.post(path, &one).await), 0, "{path}");
        }
        assert_eq!(code(&bot.post("/cgi-bin/comment/delete", &one).await), 88008);
        assert_eq!(bot.post("/cgi-bin/comment/list", &list(0)).await["total"], 2);
        for count in [0, 51] {
            let bad = json!({ "msg_data_id": id, "count": count });
            assert_eq!(code(&bot.post("/cgi-bin/comment/list", &bad).await), 88010);
        }
        let bad = with(&list(3), "type", json!(3));
        assert_eq!(code(&bot.post("/cgi-bin/comment/list", &bad).await), 40035);
    });
}

#[test]
fn comments_are_opened_and_closed_and_need_an_article_and_the_right() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let id = published(&bot).await.0["msg_data_id"].as_i64().unwrap();
        let read = async |idx: i32| {
            let account = bot.account.id;
            let read = app.read(move |conn| articles::at(conn, account, id.into(), idx));
            read.await.unwrap().comments_open
        };
        let (open, close) = ("/cgi-bin/comment/open", "/cgi-bin/comment/close");
        assert_eq!(code(&bot.post(close, &json!({ "msg_data_id": id })).await), 0);
        assert_eq!((read(1).await, read(2).await), (false, true), "index defaults to 0");
        let second = json!({ "msg_data_id": id, "index": 1 });
        assert_eq!(code(&bot.post(close, &second).await), 0);
        assert_eq!(code(&bot.post(open, &second).await), 0);
        assert!(read(2).await);
        let paths = ["open", "close", "list", "markelect", "unmarkelect", "delete", "reply/add"];
        for path in paths.map(|path| format!("/cgi-bin/comment/{path}")) {
            for bad in
                [json!({}), json!({ "msg_data_id": 5 }), json!({ "msg_data_id": id, "index": 2 })]
            {
                let bad = with(&with(&bad, "user_comment_id", json!(1)), "count", json!(5));
                let bad = with(&bad, "content", json!("x"));
                assert_eq!(code(&bot.post(&path, &bad).await), 88001, "{path} {bad}");
            }
        }
        let plain = Bot::unverified(&app, Kind::Service, "plain").await;
        assert_eq!(code(&plain.post(open, &second).await), 88000);
        assert_eq!(code(&plain.post("/cgi-bin/draft/add", &json!({})).await), 48001);
    });
}

#[test]
fn a_hundred_comments_are_elected_and_no_more() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let id = published(&bot).await.0["msg_data_id"].as_i64().unwrap();
        let mut last = 0;
        for round in 0..101 {
            clock.advance(7);
            last = commented(&bot, id, &format!("u{}", round % 2), "hi").await;
            let elect = json!({ "msg_data_id": id, "user_comment_id": last });
            let said = bot.post("/cgi-bin/comment/markelect", &elect).await;
            assert_eq!(code(&said), if round < 100 { 0 } else { 88003 }, "{round}");
        }
        let account = bot.account.id;
        let read = app.read(move |conn| articles::at(conn, account, id.into(), 1)).await.unwrap();
        assert_eq!((read.comment_count, read.elected_count, last), (101, 100, 101));
    });
}

#[test]
fn a_broadcast_publishes_at_once_and_its_articles_are_taken_back() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (key, account) = (drafted(&bot).await, bot.account.id);
        let out = app.write(move |tx| publications::publish_now(tx, account, &key)).await.unwrap();
        let Content::Articles { article_id, articles } = &out.content else { panic!("{out:?}") };
        assert_eq!((article_id, articles.len()), (&out.article_key, 2));
        assert_eq!(bot.get("/cgi-bin/draft/count", "").await["total_count"], 0);
        let id = out.publication;
        let left = app.write(move |tx| {
            publications::withdraw(tx, account, id, Some(1))?;
            publications::urls(tx.conn, id)
        });
        assert_eq!(left.await.unwrap().iter().map(|(idx, _)| *idx).collect::<Vec<_>>(), [2]);
    });
}
