use actix_web::cookie::Cookie;
use actix_web::http::header::LOCATION;
use crier_core::one_time;
use crier_testing::both_engines;
use serde_json::json;
use url::Url;

use super::*;

const SEND: &str = "/cgi-bin/message/template/subscribe";

fn key(bot: &Bot) -> String {
    one_time::template_key(&bot.app.vault, bot.account.id)
}

fn asking(bot: &Bot, template: &str) -> String {
    format!(
        "/mp/subscribemsg?action=get_confirm&appid={}&scene=7&template_id={template}\
         &redirect_url=http%3A%2F%2Fbot.example%2Fcb%3Fa%3D1&reserved=R1",
        bot.account.app_id
    )
}

fn cookie(bot: &Bot) -> Cookie<'static> {
    Cookie::new("crier_follower", crier_testing::token(&bot.app, "ada"))
}

async fn page(bot: &Bot, uri: &str) -> String {
    let answer = send(&bot.app, TestRequest::get().uri(uri).cookie(cookie(bot))).await;
    assert_eq!(answer.status(), 200, "{uri}");
    String::from_utf8(read_body(answer).await.to_vec()).unwrap()
}

fn seal(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"seal\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn press(bot: &Bot, uri: &str, form: &[(&str, &str)]) -> ServiceResponse {
    send(&bot.app, TestRequest::post().uri(uri).cookie(cookie(bot)).set_form(form)).await
}

async fn decide(bot: &Bot, uri: &str, choice: &str, more: &[(&str, &str)]) -> Url {
    let seal = seal(&page(bot, uri).await);
    let form = [&[("seal", seal.as_str()), ("choice", choice)], more].concat();
    let answer = press(bot, uri, &form).await;
    assert_eq!(answer.status(), 302);
    Url::parse(answer.headers().get(LOCATION).unwrap().to_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn message(openid: &str, template: &str) -> Value {
    json!({
        "touser": openid, "template_id": template, "url": "https://x.example/", "scene": "7",
        "title": "渡轮已到港", "data": { "content": { "value": "七号码头上船", "color": "#173177" } },
    })
}

#[test]
fn leave_for_one_message_is_used_up_by_one_of_two_at_once() {
    both_engines(|app| async move {
        // A subscription account may do this too, and nobody follows it.
        let bot = Bot::new(&app, Kind::Subscription, "daily").await;
        let (key, uri) = (key(&bot), asking(&bot, &key(&bot)));
        assert_eq!(key.len(), 43);
        let html = page(&bot, &uri).await;
        assert!(html.contains("bot.example") && html.contains("ask"), "{html}");
        let refused = decide(&bot, &uri, "refuse", &[]).await;
        assert_eq!(parameter(&refused, "action").as_deref(), Some("cancel"));
        let openid = parameter(&refused, "openid").unwrap();
        assert_eq!(code(&bot.post(SEND, &message(&openid, &key)).await), 43101);
        let allowed = decide(&bot, &uri, "allow", &[]).await;
        let wanted = [
            ("a", "1"),
            ("openid", &openid),
            ("template_id", &key),
            ("action", "confirm"),
            ("scene", "7"),
            ("reserved", "R1"),
        ];
        for (name, value) in wanted {
            assert_eq!(parameter(&allowed, name).as_deref(), Some(value), "{name}");
        }
        let body = message(&openid, &key);
        let mut elsewhere = body.clone();
        elsewhere["scene"] = json!(8);
        assert_eq!(code(&bot.post(SEND, &elsewhere).await), 43101, "another scene");
        let (one, other) = futures_util::join!(bot.post(SEND, &body), bot.post(SEND, &body));
        let mut codes = [code(&one), code(&other)];
        codes.sort_unstable();
        assert_eq!(codes, [0, 43101]);
        let info = bot.get("/cgi-bin/user/info", &format!("&openid={openid}")).await;
        assert_eq!(info["subscribe"], 0, "agreeing is not following");
    });
}

#[test]
fn a_one_time_message_is_checked_before_leave_is_used_up() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let key = key(&bot);
        let back = decide(&bot, &asking(&bot, &key), "allow", &[]).await;
        let openid = parameter(&back, "openid").unwrap();
        let with = |name: &str, value: Value| {
            let mut changed = message(&openid, &key);
            changed[name] = value;
            changed
        };
        for (body, wanted) in [
            (with("touser", json!("oNobody")), 40003),
            (with("template_id", json!("x")), 40037),
            (with("scene", json!(10_001)), 40035),
            (with("scene", json!(null)), 40035),
            (with("title", json!("题".repeat(16))), 45003),
            (with("title", json!("")), 45003),
            (with("data", json!({})), 47003),
            (with("data", json!({ "content": { "value": "" } })), 47003),
            (with("data", json!({ "content": { "value": "x".repeat(201) } })), 47003),
            (with("url", json!("ftp://x")), 40048),
        ] {
            assert_eq!(code(&bot.post(SEND, &body).await), wanted, "{body}");
        }
        let sent = bot.post(SEND, &message(&openid, &key)).await;
        assert_eq!(sent, json!({ "errcode": 0, "errmsg": "ok" }));
    });
}

#[test]
fn made_up_questions_and_forms_are_refused() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "museum").await;
        let uri = asking(&bot, &key(&bot));
        for bad in [
            uri.replace("get_confirm", "confirm"),
            uri.replace("appid=wx", "appid=no"),
            uri.replace("scene=7", "scene=10001"),
            uri.replace("scene=7", "scene=x"),
            uri.replace("http%3A%2F%2Fbot.example", "javascript%3Aalert(1)"),
            uri.replace("http%3A%2F%2Fbot.example", "weixin%3A%2F%2Fbot"),
            uri.replace("reserved=R1", &format!("reserved={}", "r".repeat(129))),
            asking(&bot, &key(&other)),
            asking(&bot, ""),
        ] {
            let answer = send(&app, TestRequest::get().uri(&bad).cookie(cookie(&bot))).await;
            assert_eq!(answer.status(), 400, "{bad}");
        }
        let good = seal(&page(&bot, &uri).await);
        let moved = uri.replace("bot.example", "evil.example");
        for (uri, seal) in [(&uri, "forged"), (&moved, good.as_str()), (&uri, "")] {
            let answer = press(&bot, uri, &[("seal", seal), ("choice", "allow")]).await;
            assert_eq!(answer.status(), 400, "{uri} {seal}");
        }
        let strange = TestRequest::post().uri(&uri).set_form([("seal", good.as_str())]);
        assert_eq!(send(&app, strange).await.status(), 400, "nobody is signed in");
        let html = read_body(send(&app, TestRequest::get().uri(&uri)).await).await;
        assert!(String::from_utf8_lossy(&html).contains("action=\"/app/sign-in\""));
    });
}

#[test]
fn a_web_page_asks_for_notices() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.listens().await;
        let adopt = async |tid: i64| {
            let body = json!({ "tid": tid, "kidList": [1, 2], "sceneDesc": "" });
            let made = bot.post("/wxaapi/newtmpl/addtemplate", &body).await;
            made["priTmplId"].as_str().unwrap().to_owned()
        };
        let (one, two) = (adopt(1001).await, adopt(1040).await);
        let ask = |ids: &str| {
            format!(
                "/mp/subscribenotice?appid={}&template_id={ids}&redirect_url=http://bot.example/",
                bot.account.app_id
            )
        };
        let uri = ask(&format!("{one},{two}"));
        let html = page(&bot, &uri).await;
        assert!(html.contains("订单状态更新") && html.contains("列车晚点通知"), "{html}");
        let more = [("accept", two.as_str()), ("accept", "made-up")];
        let back = decide(&bot, &uri, "allow", &more).await;
        assert_eq!(parameter(&back, "action").as_deref(), Some("confirm"));
        assert_eq!(parameter(&back, "accepted").as_deref(), Some(two.as_str()));
        let told = bot.facts().await;
        let Some(Fact::NoticesAnswered { answers, scene: 1 }) = told.last() else {
            panic!("{told:?}")
        };
        let said: Vec<bool> = answers.iter().map(|answer| answer.accepted).collect();
        assert_eq!(said, [false, true]);
        let none = decide(&bot, &uri, "refuse", &more).await;
        assert_eq!(parameter(&none, "action").as_deref(), Some("cancel"));
        let four = ask("a,b,c,d");
        for bad in [ask(""), ask("unknown"), four] {
            let answer = send(&app, TestRequest::get().uri(&bad).cookie(cookie(&bot))).await;
            assert_eq!(answer.status(), 400, "{bad}");
        }
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        let uri = uri.replace(&bot.account.app_id, &daily.account.app_id);
        let answer = send(&app, TestRequest::get().uri(&uri).cookie(cookie(&bot))).await;
        assert_eq!(answer.status(), 400, "no right");
    });
}
