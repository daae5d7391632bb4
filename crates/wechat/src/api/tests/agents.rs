//! Agents, their sessions and what was said in them.
use crier_core::agents::{self, Agent};
use crier_core::conversations;
use crier_core::ids::MemberId;
use crier_core::members::{self, Role};
use crier_core::messages::{self, Span};
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

const ADD: &str = "/customservice/kfaccount/add";
const UPDATE: &str = "/customservice/kfaccount/update";
const DEL: &str = "/customservice/kfaccount/del";
const INVITE: &str = "/customservice/kfaccount/inviteworker";
const AVATAR: &str = "/customservice/kfaccount/uploadheadimg";
const LIST: &str = "/cgi-bin/customservice/getkflist";
const ONLINE: &str = "/cgi-bin/customservice/getonlinekflist";
const CREATE: &str = "/customservice/kfsession/create";
const CLOSE: &str = "/customservice/kfsession/close";
const SESSION: &str = "/customservice/kfsession/getsession";
const SESSIONS: &str = "/customservice/kfsession/getsessionlist";
const WAITING: &str = "/customservice/kfsession/getwaitcase";
const RECORDS: &str = "/customservice/msgrecord/getmsglist";

async fn member(bot: &Bot, email: &str) -> MemberId {
    let (brand, email) = (bot.account.brand_id, email.to_owned());
    bot.app
        .write(move |tx| {
            let member = members::create(tx, &email, "Lin", "no hash", false)?;
            members::join(tx, brand, member.id, Role::Agent)?;
            Ok(member.id)
        })
        .await
        .unwrap()
}

async fn by_name(bot: &Bot, name: &str) -> Agent {
    let (account, name) = (bot.account.clone(), name.to_owned());
    bot.app.read(move |conn| agents::by_name(conn, &account, &name)).await.unwrap()
}

/// An agent somebody works as, who is there.
async fn there(bot: &Bot, prefix: &str) -> String {
    let name = format!("{prefix}@harbour");
    let body = json!({ "kf_account": name, "nickname": prefix });
    assert_eq!(code(&bot.post(ADD, &body).await), 0);
    let member = member(bot, &format!("{prefix}@example.com")).await;
    let (id, of, roster) = (by_name(bot, &name).await.id, bot.account.id, bot.app.roster.clone());
    bot.app
        .write(move |tx| {
            agents::bind(tx, of, id, member)?;
            agents::set_online(tx, &roster, of, id, true)
        })
        .await
        .unwrap();
    name
}

#[test]
fn agents_are_made_listed_changed_and_removed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let lin = json!({ "kf_account": "lin@harbour", "nickname": "Lin", "password": "d41d8cd9" });
        assert_eq!(bot.post(ADD, &lin).await, json!({ "errcode": 0, "errmsg": "ok" }));
        let rows = [
            (json!({ "nickname": "Lin" }), 61451),
            (json!({ "kf_account": "lin", "nickname": "Lin" }), 61452),
            (json!({ "kf_account": "mia@elsewhere", "nickname": "Mia" }), 61452),
            (lin.clone(), 61453),
            (json!({ "kf_account": "elevenchars@harbour", "nickname": "Mia" }), 61454),
            (json!({ "kf_account": "米亚@harbour", "nickname": "Mia" }), 61455),
            (json!({ "kf_account": "mia@harbour" }), 65403),
            (json!({ "kf_account": "mia@harbour", "nickname": "M".repeat(17) }), 65403),
        ];
        for (body, wanted) in rows {
            assert_eq!(code(&bot.post(ADD, &body).await), wanted, "{body}");
        }
        let body = json!({ "kf_account": "lin@harbour", "nickname": "林" });
        assert_eq!(code(&bot.post(UPDATE, &body).await), 0);
        let list = bot.get(LIST, "").await;
        let wanted = json!({ "kf_list": [{
            "kf_account": "lin@harbour", "kf_nick": "林", "kf_id": 1001, "kf_headimgurl": "",
        }] });
        assert_eq!(list, wanted);
        assert_eq!(bot.get("/customservice/getkflist", "").await, wanted);
        let unknown = json!({ "kf_account": "ann@harbour", "nickname": "Ann" });
        assert_eq!(code(&bot.post(UPDATE, &unknown).await), 61452);
        assert_eq!(code(&bot.get(DEL, "&kf_account=ann%40harbour").await), 61452);
        assert_eq!(code(&bot.get(DEL, "").await), 61451);
        assert_eq!(code(&bot.post(DEL, &json!({})).await), 61451);
        assert_eq!(code(&bot.get(DEL, "&kf_account=lin%40harbour").await), 0);
        let mia =
            json!({ "kf_account": format!("mia@{}", bot.account.original_id), "nickname": "Mia" });
        assert_eq!(code(&bot.post(ADD, &mia).await), 0);
        assert_eq!(bot.get(LIST, "").await["kf_list"][0]["kf_account"], mia["kf_account"]);
        assert_eq!(code(&bot.post(DEL, &json!({ "kf_account": "mia@harbour" })).await), 0);
        assert_eq!(bot.get(LIST, "").await, json!({ "kf_list": [] }));
        let account = bot.account.clone();
        let full = app.write(move |tx| {
            for n in 0..100 {
                agents::add(tx, &account, &format!("a{n}@harbour"), "Ann")?;
            }
            Ok(())
        });
        full.await.unwrap();
        assert_eq!(code(&bot.post(ADD, &mia).await), 61456);
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        assert_eq!(code(&daily.get(LIST, "").await), 48001);
    });
}

#[test]
fn a_member_is_invited_to_work_as_an_agent() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        for prefix in ["lin", "mia"] {
            let body = json!({ "kf_account": format!("{prefix}@harbour"), "nickname": prefix });
            assert_eq!(code(&bot.post(ADD, &body).await), 0);
        }
        let lin = member(&bot, "lin@example.com").await;
        member(&bot, "mia@example.com").await;
        let invite = |who: &'static str, email: &'static str| {
            let body = json!({ "kf_account": who, "invite_wx": email });
            let bot = &bot;
            async move { code(&bot.post(INVITE, &body).await) }
        };
        assert_eq!(invite("ann@harbour", "lin@example.com").await, 65401);
        assert_eq!(invite("lin@harbour", "").await, 61451);
        assert_eq!(invite("lin@harbour", "not an address").await, 65409);
        assert_eq!(invite("lin@harbour", "lin@example.com").await, 0);
        assert_eq!(invite("lin@harbour", "lin@example.com").await, 65408);
        assert_eq!(invite("lin@harbour", "mia@example.com").await, 65411);
        let first = || async { bot.get(LIST, "").await["kf_list"][0].clone() };
        let shown = first().await;
        assert_eq!(
            (&shown["invite_wx"], &shown["invite_status"]),
            (&json!("lin@example.com"), &json!("waiting"))
        );
        assert!(shown["invite_expire_time"].is_i64() && shown["kf_wx"].is_null());
        let (of, id) = (bot.account.id, by_name(&bot, "lin@harbour").await.id);
        app.write(move |tx| {
            let member = members::get(tx.conn, lin)?;
            agents::decline(tx, of, id, &member)
        })
        .await
        .unwrap();
        assert_eq!(first().await["invite_status"], "rejected");
        assert_eq!(invite("lin@harbour", "lin@example.com").await, 0);
        app.write(move |tx| {
            let member = members::get(tx.conn, lin)?;
            agents::accept(tx, of, id, &member)
        })
        .await
        .unwrap();
        let shown = first().await;
        assert_eq!(shown["kf_wx"], "lin@example.com");
        assert!(shown["invite_wx"].is_null());
        assert_eq!(invite("lin@harbour", "mia@example.com").await, 65412);
        assert_eq!(invite("mia@harbour", "lin@example.com").await, 65407);
        assert_eq!(invite("mia@harbour", "mia@example.com").await, 0);
        clock.advance(8 * 86_400);
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let later =
            Bot { app: app.clone(), account: bot.account.clone(), secret: String::new(), token };
        assert_eq!(later.get(LIST, "").await["kf_list"][1]["invite_status"], "expired");
    });
}

#[test]
fn one_person_is_five_agents_at_the_most() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "first").await;
        let lin = member(&bot, "lin@example.com").await;
        let mut last = json!(0);
        for n in 0..6 {
            let (handle, name) = (format!("shop{n}"), format!("lin@shop{n}"));
            let bot = Bot::new(&app, Kind::Service, &handle).await;
            let body = json!({ "kf_account": name, "nickname": "Lin" });
            assert_eq!(code(&bot.post(ADD, &body).await), 0);
            let body = json!({ "kf_account": name, "invite_wx": "lin@example.com" });
            last = bot.post(INVITE, &body).await["errcode"].clone();
            if last == 0 {
                let (of, id) = (bot.account.id, by_name(&bot, &name).await.id);
                app.write(move |tx| agents::bind(tx, of, id, lin)).await.unwrap();
            }
        }
        assert_eq!(last, 65410);
    });
}

/// A picture of two by two pixels.
fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn upload(bot: &Bot, path: &str, bytes: &[u8]) -> Value {
    let head = "--B\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n";
    let glue = if path.contains('?') { '&' } else { '?' };
    let request = TestRequest::post()
        .uri(&format!("{path}{glue}access_token={}", bot.token))
        .insert_header((CONTENT_TYPE, "multipart/form-data; boundary=B"))
        .set_payload([head.as_bytes(), bytes, b"\r\n--B--\r\n"].concat());
    json(send(&bot.app, request).await).await
}

#[test]
fn an_agent_has_a_picture() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let lin = there(&bot, "lin").await;
        let path = format!("{AVATAR}?kf_account={lin}");
        assert_eq!(code(&upload(&bot, &path, b"no picture").await), 61457);
        assert_eq!(code(&upload(&bot, AVATAR, &png()).await), 61451);
        let unknown = format!("{AVATAR}?kf_account=ann%40harbour");
        assert_eq!(code(&upload(&bot, &unknown, &png()).await), 61452);
        for _ in 0..2 {
            assert_eq!(code(&upload(&bot, &path, &png()).await), 0);
        }
        let url = bot.get(LIST, "").await["kf_list"][0]["kf_headimgurl"].clone();
        let key =
            url.as_str().unwrap().strip_prefix("http://crier.test/media/").unwrap().to_owned();
        assert!(app.media(&key).await.unwrap().expires_at.is_none(), "it is kept");
        let count = bot.get("/cgi-bin/material/get_materialcount", "").await;
        assert_eq!(count["image_count"], 0, "it is none of the account's materials");
    });
}

#[test]
fn a_session_opens_is_listed_and_closes() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.writer("ada").await;
        let (lin, mia) = (there(&bot, "lin").await, there(&bot, "mia").await);
        let body = |name: &str| json!({ "kf_account": name, "openid": ada.openid, "text": "VIP" });
        let unbound = json!({ "kf_account": "ann@harbour", "nickname": "Ann" });
        assert_eq!(code(&bot.post(ADD, &unbound).await), 0);
        let nobody = bot.get(SESSION, &format!("&openid={}", ada.openid)).await;
        let wanted = json!({ "errcode": 0, "errmsg": "ok", "kf_account": "", "createtime": 0 });
        assert_eq!(nobody, wanted);
        assert_eq!(code(&bot.post(CREATE, &body("nobody@harbour")).await), 65401);
        assert_eq!(code(&bot.post(CREATE, &body("ann@harbour")).await), 65402);
        assert_eq!(code(&bot.post(CLOSE, &body(&lin)).await), 65413);
        assert_eq!(code(&bot.post(CREATE, &json!({ "openid": ada.openid })).await), 61451);
        assert_eq!(code(&bot.post(CREATE, &json!({ "kf_account": lin })).await), 40003);
        let stranger = json!({ "kf_account": lin, "openid": "oNobody" });
        assert_eq!(code(&bot.post(CREATE, &stranger).await), 40003);
        let long = json!({ "kf_account": lin, "openid": ada.openid, "text": "x".repeat(2049) });
        assert_eq!(code(&bot.post(CREATE, &long).await), 45002);
        let done = json!({ "errcode": 0, "errmsg": "ok" });
        assert_eq!(bot.post(CREATE, &body(&lin)).await, done);
        assert_eq!(bot.post(CREATE, &body(&lin)).await, done, "again changes nothing");
        assert_eq!(code(&bot.post(CREATE, &body(&mia)).await), 65414);
        let session = bot.get(SESSION, &format!("&openid={}", ada.openid)).await;
        assert_eq!(session["kf_account"], json!(lin));
        assert!(session["createtime"].as_i64().unwrap() > 0);
        let list = bot.get(SESSIONS, &format!("&kf_account={lin}")).await;
        let wanted = json!({ "openid": ada.openid, "createtime": session["createtime"] });
        assert_eq!(list, json!({ "sessionlist": [wanted] }));
        let there = bot.get(ONLINE, "").await;
        let wanted = json!({ "kf_online_list": [
            { "kf_account": lin, "status": 1, "kf_id": 1001, "accepted_case": 1 },
            { "kf_account": mia, "status": 1, "kf_id": 1002, "accepted_case": 0 },
        ] });
        assert_eq!(there, wanted);
        assert_eq!(bot.get("/customservice/getonlinekflist", "").await, wanted);
        assert_eq!(code(&bot.post(CLOSE, &body(&mia)).await), 65414);
        assert_eq!(bot.post(CLOSE, &body(&lin)).await, done);
        let list = bot.get(SESSIONS, &format!("&kf_account={lin}")).await;
        assert_eq!(list, json!({ "sessionlist": [] }));
        let (of, roster) = (bot.account.id, app.roster.clone());
        let id = by_name(&bot, &mia).await.id;
        app.write(move |tx| agents::set_online(tx, &roster, of, id, false)).await.unwrap();
        assert_eq!(code(&bot.post(CREATE, &body(&mia)).await), 65415);
    });
}

#[test]
fn who_waits_is_listed() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let empty = json!({ "count": 0, "waitcaselist": [] });
        assert_eq!(bot.get(WAITING, "").await, empty);
        let ada = bot.writer("ada").await;
        let message = Append::hand_over(ada.id, crier_core::ids::EventId(1), None);
        app.append(message).await.unwrap();
        let waiting = bot.get(WAITING, "").await;
        assert_eq!(waiting["count"], 1);
        let one = &waiting["waitcaselist"][0];
        assert_eq!((&one["openid"], &one["kf_account"]), (&json!(ada.openid), &json!("")));
        assert!(one["latest_time"].is_i64() && one["createtime"].is_i64());
    });
}

#[test]
fn a_message_is_sent_as_an_agent_and_recorded() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let lin = there(&bot, "lin").await;
        let ada = bot.writer("ada").await;
        let send = |name: &str| {
            json!({ "touser": ada.openid, "msgtype": "text", "text": { "content": "hello" },
                "customservice": { "kf_account": name } })
        };
        const SEND: &str = "/cgi-bin/message/custom/send";
        assert_eq!(code(&bot.post(SEND, &send("nobody@harbour")).await), 65401);
        assert_eq!(code(&bot.post(SEND, &send(&lin)).await), 0);
        let create = json!({ "kf_account": lin, "openid": ada.openid });
        assert_eq!(code(&bot.post(CREATE, &create).await), 0);
        let place =
            Content::Location { latitude: 1.0, longitude: 1.0, scale: 15, label: "here".into() };
        app.append(Append::inbound(ada.id, place, None)).await.unwrap();
        let agent = by_name(&bot, &lin).await.id;
        let page = app.read(move |conn| Ok(messages::page(conn, ada.id, Span::After(1), 9)?)).await;
        assert!(page.unwrap().iter().all(|message| message.agent_id == Some(agent)));
        let now = app.clock.now().seconds();
        let ask = |msgid: i64, number: i64| json!({ "starttime": now - 3600, "endtime": now + 10, "msgid": msgid, "number": number });
        let first = bot.post(RECORDS, &ask(1, 1)).await;
        assert_eq!(first["number"], 1);
        let row = &first["recordlist"][0];
        let wanted = json!({ "openid": ada.openid, "opercode": 2002, "text": "hello",
            "time": row["time"], "worker": lin });
        assert_eq!(*row, wanted);
        assert!(first["errcode"].is_null());
        let next = bot.post(RECORDS, &ask(first["msgid"].as_i64().unwrap(), 1)).await;
        let row = &next["recordlist"][0];
        assert_eq!((&row["opercode"], &row["text"]), (&json!(2003), &json!("[location]")));
        let end = bot.post(RECORDS, &ask(next["msgid"].as_i64().unwrap(), 10_000)).await;
        assert_eq!(end, json!({ "number": 0, "msgid": next["msgid"], "recordlist": [] }));
        let bad = [
            (json!({ "msgid": 1, "number": 1 }), 65416),
            (ask(1, 10_001), 65416),
            (ask(1, 0), 65416),
            (json!({ "starttime": 2, "endtime": 1, "msgid": 1, "number": 1 }), 65416),
            (json!({ "starttime": 1, "endtime": 90_000, "msgid": 1, "number": 1 }), 65417),
        ];
        for (body, wanted) in bad {
            assert_eq!(code(&bot.post(RECORDS, &body).await), wanted, "{body}");
        }
        const PAGES: &str = "/customservice/msgrecord/getrecord";
        let page = json!({ "starttime": now - 3600, "endtime": now + 10, "pagesize": 1,
            "pageindex": 2, "openid": ada.openid });
        assert_eq!(bot.post(PAGES, &page).await["recordlist"], json!([row]));
        let page = json!({ "starttime": now - 3600, "endtime": now + 10, "pagesize": 51 });
        assert_eq!(code(&bot.post(PAGES, &page).await), 65416);
    });
}

#[test]
fn typing_is_shown() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let ada = bot.follower("ada").await;
        const TYPING: &str = "/cgi-bin/message/custom/typing";
        let body = |command: &str| json!({ "touser": ada.openid, "command": command });
        assert_eq!(code(&bot.post(TYPING, &body("Dancing")).await), 45072);
        assert_eq!(code(&bot.post(TYPING, &json!({ "command": "Typing" })).await), 40003);
        assert_eq!(code(&bot.post(TYPING, &body("Typing")).await), 45080);
        let id = ada.id;
        app.append(Append::inbound(id, Content::text("hi"), None)).await.unwrap();
        let mut news = app.hub.of_user(ada.user_id);
        assert_eq!(
            bot.post(TYPING, &body("Typing")).await,
            json!({ "errcode": 0, "errmsg": "ok" })
        );
        let heard = news.recv().await.unwrap();
        assert!(
            matches!(heard.news, crier_core::tx::News::Typing { follower, typing: true } if follower == id)
        );
        assert_eq!(code(&bot.post(TYPING, &body("Typing")).await), 45081);
        assert_eq!(code(&bot.post(TYPING, &body("CancelTyping")).await), 0);
        clock.advance(31);
        assert_eq!(code(&bot.post(TYPING, &body("Typing")).await), 45080);
        let row = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!(row.last_seq, 1);
    });
}
