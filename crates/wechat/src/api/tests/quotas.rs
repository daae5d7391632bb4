use std::collections::BTreeMap;

use actix_web::http::header::CONTENT_TYPE;
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;

use super::*;

const PAGE: &str = "/cgi-bin/user/get";
const QUOTA: &str = "/cgi-bin/openapi/quota/get";
const CLEAR: &str = "/cgi-bin/clear_quota";
const CLEAR_BY_SECRET: &str = "/cgi-bin/clear_quota/v2";
const CLEAR_ONE: &str = "/cgi-bin/openapi/quota/clear";

fn limit(app: &App, limits: &[(&str, i64)]) {
    let limits: BTreeMap<String, i64> =
        limits.iter().map(|(path, most)| ((*path).to_owned(), *most)).collect();
    app.quotas.set_limits(limits);
}

#[test]
fn a_day_has_so_many_calls_and_begins_at_midnight_of_the_account() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        limit(&app, &[(PAGE, 2)]);
        for _ in 0..2 {
            assert!(bot.get(PAGE, "").await.get("errcode").is_none());
        }
        assert_eq!(code(&bot.get(PAGE, "").await), 45009);
        // A refused call is not counted, others are untouched, and so are other accounts.
        let quota = bot.post(QUOTA, &json!({ "cgi_path": PAGE })).await;
        assert_eq!(quota["quota"], json!({ "daily_limit": 2, "used": 2, "remain": 0 }));
        assert_eq!(code(&bot.get("/cgi-bin/menu/get", "").await), 46003);
        let other = Bot::new(&app, Kind::Service, "ferry").await;
        assert!(other.get(PAGE, "").await.get("errcode").is_none());
        // The clock starts at eight in the morning where the account is.
        clock.advance(57_500);
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let uri = format!("{PAGE}?access_token={token}");
        assert_eq!(code(&get(&app, &uri).await), 45009);
        clock.advance(101);
        assert!(get(&app, &uri).await.get("errcode").is_none());
        app.store_calls().await.unwrap();
        app.forget_old_calls();
    });
}

#[test]
fn what_was_counted_outlives_the_process_and_is_shared() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        limit(&app, &[(PAGE, 3)]);
        bot.get(PAGE, "").await;
        app.store_calls().await.unwrap();
        // As a change elsewhere: the next call asks the database.
        let id = bot.account.id;
        app.write(move |tx| {
            tx.effects.stale.push(id);
            Ok(())
        })
        .await
        .unwrap();
        bot.get(PAGE, "").await;
        bot.get(PAGE, "").await;
        assert_eq!(code(&bot.get(PAGE, "").await), 45009);
        assert_eq!(app.calls_made(&bot.account, PAGE).await.unwrap(), 3);
    });
}

#[test]
fn quotas_are_told_in_numbers_and_only_of_calls_there_are() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.get(PAGE, "").await;
        let told = bot.post(QUOTA, &json!({ "cgi_path": PAGE })).await;
        assert_eq!((code(&told), &told["errmsg"]), (0, &json!("ok")));
        assert_eq!(told["quota"], json!({ "daily_limit": 500, "used": 1, "remain": 499 }));
        assert_eq!(told["rate_limit"], json!({ "call_count": 1_000, "refresh_second": 1 }));
        assert!(told["component_rate_limit"].is_object());
        let mass = bot.post(QUOTA, &json!({ "cgi_path": "/cgi-bin/message/mass/sendall" })).await;
        assert_eq!(mass["rate_limit"], json!({ "call_count": 60, "refresh_second": 60 }));
        let free = bot.post(QUOTA, &json!({ "cgi_path": QUOTA })).await;
        assert_eq!(free["quota"]["daily_limit"], i32::MAX);
        assert_eq!(free["quota"]["used"], 3, "calls without a limit are counted too");
        for (path, wanted) in [
            ("/cgi-bin/none", 76021),
            ("", 76021),
            ("cgi-bin/user/get", 76021),
            ("/card/create", 76022),
        ] {
            for call in [QUOTA, CLEAR_ONE] {
                let answer = bot.post(call, &json!({ "cgi_path": path })).await;
                assert_eq!(code(&answer), wanted, "{call} {path}");
            }
        }
        assert_eq!(code(&bot.post(QUOTA, &json!({})).await), 76021);
        let small = Bot::new(&app, Kind::Subscription, "daily").await;
        let template = json!({ "cgi_path": "/cgi-bin/message/template/send" });
        assert_eq!(code(&small.post(QUOTA, &template).await), 76022);
    });
}

#[test]
fn counts_are_cleared_ten_times_a_month() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        limit(&app, &[(PAGE, 1)]);
        let me = json!({ "appid": bot.account.app_id });
        for (body, wanted) in [(json!({}), 41002), (json!({ "appid": "wxother" }), 40013)] {
            assert_eq!(code(&bot.post(CLEAR, &body).await), wanted, "{body}");
        }
        for round in 0..10 {
            bot.get(PAGE, "").await;
            assert_eq!(code(&bot.get(PAGE, "").await), 45009, "{round}");
            if round == 5 {
                app.store_calls().await.unwrap();
            }
            let cleared = if round % 2 == 0 {
                bot.post(CLEAR, &me).await
            } else {
                bot.post(CLEAR_ONE, &json!({ "cgi_path": PAGE })).await
            };
            assert_eq!((code(&cleared), &cleared["errmsg"]), (0, &json!("ok")));
        }
        assert!(bot.get(PAGE, "").await.get("errcode").is_none());
        assert_eq!(code(&bot.post(CLEAR, &me).await), 48006);
        assert_eq!(code(&bot.post(CLEAR_ONE, &json!({ "cgi_path": PAGE })).await), 48006);
        assert_eq!(code(&bot.get(PAGE, "").await), 45009, "nothing was cleared");
        clock.advance(32 * 86_400);
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let uri = format!("{CLEAR}?access_token={token}");
        assert_eq!(code(&post(&app, &uri, me.to_string()).await), 0, "another month");
    });
}

#[test]
fn counts_are_cleared_with_the_secret_wherever_it_stands() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (id, secret) = (&bot.account.app_id, &bot.secret);
        let token =
            format!("/cgi-bin/token?grant_type=client_credential&appid={id}&secret={secret}");
        limit(&app, &[("/cgi-bin/token", 2)]);
        get(&app, &token).await;
        // The bot's own token, taken past the face, is one of the two that the tokens' rule counts.
        assert_eq!(code(&get(&app, &token).await), 45009);
        let pair = format!("appid={id}&appsecret={secret}");
        let empty = post(&app, &format!("{CLEAR_BY_SECRET}?{pair}"), String::new()).await;
        assert_eq!(code(&empty), 0, "{empty}");
        assert!(get(&app, &token).await["access_token"].is_string());
        assert!(get(&app, &token).await["access_token"].is_string());
        assert_eq!(code(&get(&app, &token).await), 45009);
        let body = json!({ "appid": id, "appsecret": secret }).to_string();
        assert_eq!(code(&post(&app, CLEAR_BY_SECRET, body).await), 0);
        let form = TestRequest::post()
            .uri(CLEAR_BY_SECRET)
            .insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .set_payload(pair);
        assert_eq!(code(&json(send(&app, form).await).await), 0);
        for (query, wanted) in [
            (String::new(), 41002),
            (format!("appid={id}"), 41004),
            (format!("appid={id}&appsecret=wrong"), 40125),
            (format!("appid=wxnobody&appsecret={secret}"), 40013),
        ] {
            let answer = post(&app, &format!("{CLEAR_BY_SECRET}?{query}"), String::new()).await;
            assert_eq!(code(&answer), wanted, "{query}");
        }
        assert_eq!(code(&get(&app, CLEAR_BY_SECRET).await), 43002);
    });
}

#[test]
fn sending_to_an_audience_has_sixty_a_minute() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let mut codes = Vec::new();
        for _ in 0..62 {
            codes.push(code(&bot.post("/cgi-bin/message/mass/sendall", &json!({})).await));
        }
        assert_ne!(codes[0], 45011);
        assert!(codes.contains(&45011), "{codes:?}");
        assert_eq!(code(&bot.get("/cgi-bin/menu/get", "").await), 46003, "others go on");
    });
}

#[test]
fn a_refused_call_is_looked_up_by_its_number() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let other = Bot::new(&app, Kind::Service, "ferry").await;
        let lookup = "/cgi-bin/openapi/rid/get";
        let uri = format!("/cgi-bin/menu/create?access_token={}&x=1", bot.token);
        let body = json!({ "button": [], "secret": "hidden", "note": "n".repeat(3_000) });
        let asked = TestRequest::post()
            .uri(&uri)
            .peer_addr("127.0.0.1:9".parse().unwrap())
            .insert_header(("x-forwarded-for", "198.51.100.7"))
            .set_payload(body.to_string());
        let refused = json(send(&app, asked).await).await;
        assert_eq!(code(&refused), 40016);
        let rid = refused["errmsg"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        let found = bot.post(lookup, &json!({ "rid": rid })).await;
        assert_eq!(code(&found), 0, "{found}");
        let request = &found["request"];
        assert_eq!(request["invoke_time"], 1_767_225_600);
        assert!(request["cost_in_ms"].is_i64());
        let url = "http://crier.test/cgi-bin/menu/create?access_token=***&x=1";
        assert_eq!(request["request_url"], url);
        assert_eq!(request["client_ip"], "198.51.100.7");
        let sent = request["request_body"].as_str().unwrap();
        assert!(sent.starts_with("{\"button\":[]") && !sent.contains("hidden"), "{sent}");
        assert!(sent.len() <= 2_048);
        assert_eq!(
            serde_json::from_str::<Value>(request["response_body"].as_str().unwrap()).unwrap(),
            refused
        );
        for (asked, wanted) in
            [("nonsense", 76002), ("", 76002), ("0000aaaa-0000aaaa-0000aaaa", 76001)]
        {
            assert_eq!(code(&bot.post(lookup, &json!({ "rid": asked })).await), wanted, "{asked}");
        }
        assert_eq!(code(&other.post(lookup, &json!({ "rid": rid })).await), 76003);
        // A method that is not the call's is looked up like any other refusal.
        let refused = bot.get("/cgi-bin/menu/create", "").await;
        let rid_of = |answer: &Value| {
            answer["errmsg"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned()
        };
        let found = bot.post(lookup, &json!({ "rid": rid_of(&refused) })).await;
        assert_eq!(code(&found), 0);
        clock.advance(8 * 86_400);
        app.write(|tx| crier_core::refusals::sweep(tx, 100)).await.unwrap();
        let token = app.issue_access_token(bot.account.id).await.unwrap().token;
        let uri = format!("{lookup}?access_token={token}");
        let gone = post(&app, &uri, json!({ "rid": rid }).to_string()).await;
        assert_eq!(code(&gone), 76001);
    });
}

#[test]
fn a_broken_bot_does_not_fill_the_disk() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let mut kept = 0;
        for _ in 0..130 {
            let refused = bot.get("/cgi-bin/menu/create", "").await;
            let rid = refused["errmsg"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
            let found = app.read(move |conn| Ok(crier_core::refusals::get(conn, &rid).is_ok()));
            kept += usize::from(found.await.unwrap());
        }
        assert!((100..125).contains(&kept), "{kept} were kept");
    });
}
