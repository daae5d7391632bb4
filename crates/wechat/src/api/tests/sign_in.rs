use actix_web::cookie::Cookie;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_testing::{both_engines, both_engines_by_hand};
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
