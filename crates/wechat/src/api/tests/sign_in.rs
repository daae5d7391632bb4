use actix_web::cookie::Cookie;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::grants;
use crier_testing::{both_engines, both_engines_by_hand};
use serde_json::json;
use url::Url;

use super::*;

fn asking(bot: &Bot, scope: &str) -> String {
    format!(
        "/connect/oauth2/authorize?appid={}&redirect_uri=http%3A%2F%2Fbot.example%2Fcb\
         &response_type=code&scope={scope}&state=S",
        bot.account.app_id
    )
}

fn cookie(bot: &Bot) -> Cookie<'static> {
    Cookie::new("crier_follower", crier_testing::token(&bot.app, "ada"))
}

async fn page(bot: &Bot, uri: &str) -> String {
    let answer = send(&bot.app, TestRequest::get().uri(uri).cookie(cookie(bot))).await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers().get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://bot.example"), "{policy}");
    String::from_utf8(read_body(answer).await.to_vec()).unwrap()
}

async fn decide(bot: &Bot, uri: &str, choice: &str) -> Url {
    let html = page(bot, uri).await;
    let (_, rest) = html.split_once("name=\"seal\" value=\"").unwrap();
    let seal = rest.split('"').next().unwrap().to_owned();
    let request = TestRequest::post()
        .uri(uri)
        .cookie(cookie(bot))
        .set_form([("seal", seal.as_str()), ("choice", choice)]);
    location(send(&bot.app, request).await)
}

fn location(answer: ServiceResponse) -> Url {
    assert_eq!(answer.status(), 302);
    Url::parse(answer.headers().get(LOCATION).unwrap().to_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn redeeming(bot: &Bot, code: &str) -> String {
    format!(
        "/sns/oauth2/access_token?appid={}&secret={}&code={code}&grant_type=authorization_code",
        bot.account.app_id, bot.secret
    )
}

#[test]
fn a_stranger_signs_in_first_and_nonsense_is_refused() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let uri = asking(&bot, "snsapi_base");
        let html = read_body(send(&app, TestRequest::get().uri(&uri)).await).await;
        let html = String::from_utf8(html.to_vec()).unwrap();
        assert!(html.contains("action=\"/app/sign-in\""), "{html}");
        assert!(html.contains("/connect/oauth2/authorize?appid="), "{html}");
        for bad in [
            uri.replace("appid=wx", "appid=no"),
            uri.replace("snsapi_base", "snsapi_login"),
            uri.replace("http%3A%2F%2Fbot.example%2Fcb", "javascript:alert(1)"),
        ] {
            assert_eq!(send(&app, TestRequest::get().uri(&bad)).await.status(), 400, "{bad}");
        }
        let forged = TestRequest::post()
            .uri(&uri)
            .cookie(cookie(&bot))
            .set_form([("seal", "forged"), ("choice", "allow")]);
        assert_eq!(send(&app, forged).await.status(), 400);
        let daily = Bot::new(&app, Kind::Subscription, "daily").await;
        let uri = asking(&daily, "snsapi_base");
        assert_eq!(send(&app, TestRequest::get().uri(&uri)).await.status(), 400);
    });
}

#[test]
fn consent_gives_a_code_and_the_code_tokens() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let uri = asking(&bot, "snsapi_userinfo");
        let refused = decide(&bot, &uri, "refuse").await;
        assert_eq!(refused.as_str(), "http://bot.example/cb?state=S");
        let allowed = decide(&bot, &uri, "allow").await;
        assert_eq!(parameter(&allowed, "state").as_deref(), Some("S"));
        let given = parameter(&allowed, "code").unwrap();
        let tokens = get(&app, &redeeming(&bot, &given)).await;
        assert_eq!(tokens["expires_in"], 7200, "{tokens}");
        assert_eq!(tokens["scope"], "snsapi_userinfo");
        assert_eq!(code(&get(&app, &redeeming(&bot, &given)).await), 40163);
        assert_eq!(code(&get(&app, &redeeming(&bot, "nothing")).await), 40029);
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let (access, openid) = (text("access_token"), text("openid"));
        let info = get(&app, &format!("/sns/userinfo?access_token={access}&openid={openid}")).await;
        assert_eq!(info["openid"], openid.as_str());
        assert_eq!(info["privilege"], serde_json::json!([]));
        let other = format!("/sns/auth?access_token={access}&openid=oNobody");
        assert_eq!(code(&get(&app, &other).await), 40003);
        let renewing = format!(
            "/sns/oauth2/refresh_token?appid={}&grant_type=refresh_token&refresh_token={}",
            bot.account.app_id,
            text("refresh_token")
        );
        let renewed = get(&app, &renewing).await;
        assert_eq!(renewed["openid"], openid.as_str());
        let auth = format!("/sns/auth?openid={openid}&access_token=");
        let fresh = renewed["access_token"].as_str().unwrap();
        assert_eq!(code(&get(&app, &format!("{auth}{fresh}")).await), 0);
        assert_eq!(code(&get(&app, &format!("{auth}nothing")).await), 40001);
        // Signing in is not following.
        let info = bot.get("/cgi-bin/user/info", &format!("&openid={openid}")).await;
        assert_eq!(info["subscribe"], 0);
    });
}

#[test]
fn the_accounts_own_host_is_told_in_silence() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let uri = asking(&bot, "snsapi_base");
        assert!(page(&bot, &uri).await.contains("bot.example"), "a stranger's host is asked about");
        let draft = Draft::fresh(Dialect::Wechat, "http://bot.example/hook");
        let (vault, account) = (app.vault.clone(), bot.account.id);
        app.write(move |tx| endpoints::set(tx, &vault, account, &draft, true)).await.unwrap();
        let ask = || async {
            let answer = send(&app, TestRequest::get().uri(&uri).cookie(cookie(&bot))).await;
            parameter(&location(answer), "code").unwrap()
        };
        let given = ask().await;
        let tokens = get(&app, &redeeming(&bot, &given)).await;
        let (access, openid) = (&tokens["access_token"], &tokens["openid"]);
        let uri = format!(
            "/sns/userinfo?access_token={}&openid={}",
            access.as_str().unwrap(),
            openid.as_str().unwrap()
        );
        assert_eq!(code(&get(&app, &uri).await), 48001, "no consent, no name");
        let late = ask().await;
        clock.advance(301);
        assert_eq!(code(&get(&app, &redeeming(&bot, &late)).await), 42003);
        clock.advance(7_200);
        assert_eq!(code(&get(&app, &uri).await), 42001);
    });
}

#[test]
fn consent_ends_by_itself_or_when_it_is_withdrawn() {
    both_engines_by_hand(|app, clock| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let signed_in = async || {
            let uri = asking(&bot, "snsapi_userinfo");
            let given = parameter(&decide(&bot, &uri, "allow").await, "code").unwrap();
            get(&app, &redeeming(&bot, &given)).await
        };
        let renewing = |tokens: &Value| {
            let refresh = tokens["refresh_token"].as_str().unwrap();
            format!(
                "/sns/oauth2/refresh_token?appid={}&grant_type=refresh_token&refresh_token={refresh}",
                bot.account.app_id
            )
        };
        let checking = |path: &str, tokens: &Value| {
            let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
            format!(
                "{path}?access_token={}&openid={}&lang=zh_TW",
                text("access_token"),
                text("openid")
            )
        };
        let first = signed_in().await;
        clock.advance(7_201);
        assert_eq!(code(&get(&app, &checking("/sns/auth", &first)).await), 42001);
        let renewed = get(&app, &renewing(&first)).await;
        assert_eq!(renewed["refresh_token"], first["refresh_token"]);
        assert_eq!(
            code(&get(&app, &checking("/sns/auth", &first)).await),
            40001,
            "a newer one is out"
        );
        assert_eq!(get(&app, &checking("/sns/userinfo", &renewed)).await["sex"], 0);
        clock.advance(30 * 86_400);
        assert_eq!(code(&get(&app, &renewing(&first)).await), 42002);
        let unknown = renewing(&json!({ "refresh_token": "nothing" }));
        assert_eq!(code(&get(&app, &unknown).await), 40030);

        let second = signed_in().await;
        let uri = asking(&bot, "snsapi_userinfo");
        let unused = parameter(&decide(&bot, &uri, "allow").await, "code").unwrap();
        let (roster, account) = (app.roster.clone(), bot.account.id);
        let user = crier_testing::user(&app, "ada").await;
        let withdrawn = app.write(move |tx| grants::withdraw(tx, &roster, account, user));
        withdrawn.await.unwrap();
        assert_eq!(code(&get(&app, &checking("/sns/userinfo", &second)).await), 42001);
        assert_eq!(code(&get(&app, &checking("/sns/auth", &second)).await), 42001);
        assert_eq!(code(&get(&app, &renewing(&second)).await), 42002);
        assert_eq!(code(&get(&app, &redeeming(&bot, &unused)).await), 42003);
    });
}

#[test]
fn every_fault_of_a_sign_in_call_has_its_code() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let good = redeeming(&bot, "c");
        let renew = format!("/sns/oauth2/refresh_token?appid={}", bot.account.app_id);
        for (uri, wanted) in [
            (good.clone(), 40029),
            (good.replace("code=c", "code="), 41008),
            (good.replace("secret=", "secret=x"), 40125),
            (good.replace("secret=", "other="), 41004),
            (good.replace("appid=wx", "appid=xx"), 40013),
            (good.replace("appid=", "other="), 41002),
            (good.replace("authorization_code", "client_credential"), 40002),
            (renew.clone(), 41003),
            (format!("{renew}&refresh_token=x&grant_type=x"), 40002),
            (format!("{renew}x&refresh_token=x"), 40013),
            ("/sns/userinfo?openid=o".to_owned(), 41001),
            ("/sns/userinfo?access_token=x".to_owned(), 41009),
            ("/sns/auth?access_token=x&openid=o".to_owned(), 40001),
            ("/sns/nothing".to_owned(), 40066),
        ] {
            assert_eq!(code(&get(&app, &uri).await), wanted, "{uri}");
        }
        let posted = post(&app, &good.replace("/sns", "//sns/"), String::new()).await;
        assert_eq!(code(&posted), 40029, "either method, and slashes do not count");
        let posted = post(&app, "/sns/userinfo?access_token=x&openid=o", String::new()).await;
        assert_eq!(code(&posted), 43001);
    });
}

#[test]
fn a_page_may_insist_on_being_asked() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let draft = Draft::fresh(Dialect::Wechat, "http://bot.example/hook");
        let (vault, account) = (app.vault.clone(), bot.account.id);
        app.write(move |tx| endpoints::set(tx, &vault, account, &draft, true)).await.unwrap();
        let uri = format!("/{}", asking(&bot, "snsapi_base"));
        let silent = send(&app, TestRequest::get().uri(&uri).cookie(cookie(&bot))).await;
        assert!(parameter(&location(silent), "code").is_some());
        let uri = format!("{uri}&forcePopup=true&connect_redirect=1");
        assert!(page(&bot, &uri).await.contains("name=\"seal\""));
        let ask = |method: &str| TestRequest::default().method(method.parse().unwrap()).uri(&uri);
        assert_eq!(send(&app, ask("HEAD")).await.status(), 200);
        assert_eq!(send(&app, ask("PUT")).await.status(), 405);
        let long = uri.replace("state=S", &format!("state={}", "s".repeat(1_025)));
        assert_eq!(send(&app, TestRequest::get().uri(&long)).await.status(), 400);
    });
}
