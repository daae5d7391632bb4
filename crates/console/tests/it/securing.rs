//! Second steps, recovery codes, sessions and forgotten passwords, as pages.
use std::sync::Arc;

use crier_core::App;
use crier_core::mails::{self, Mail};
use crier_core::members::Role;
use crier_testing::{HandClock, both_engines_by_hand, eventually, member_brand};
use totp_rs::{Builder, Secret};

use crate::browsers::{Browser, PASSWORD, member};

const HOME: &str = "/console/settings/sign-in";

fn between<'t>(html: &'t str, before: &str, after: &str) -> &'t str {
    html.split_once(before).unwrap().1.split_once(after).unwrap().0
}

fn code(app: &App, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(u64::try_from(app.clock.now().micros() / 1_000_000).unwrap()).to_string()
}

/// Sets an app up by the pages: its secret and the recovery codes.
async fn set_up(app: &App, browser: &Browser) -> (String, Vec<String>) {
    browser.get(HOME).await;
    assert_eq!(browser.post(&format!("{HOME}/app"), &[]).await.status, 303);
    let page = browser.get(&format!("{HOME}/app")).await;
    page.says(&["<svg", "1. Scan"]);
    let secret = between(&page.html, "id=\"app-secret\">", "<").to_owned();
    let confirm = format!("{HOME}/app/confirm");
    let wrong = browser.post(&confirm, &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    wrong.says(&["This code is wrong"]);
    let done = browser.post(&confirm, &[("code", &code(app, &secret))]).await;
    assert_eq!(done.location, format!("{HOME}/codes?done=app-on"), "{}", done.html);
    let shown = browser.get(&done.location).await;
    shown.says(&["The app is on.", "They are shown this once."]);
    let list = between(&shown.html, "id=\"codes\">", "</ul>");
    let codes = list.split("<li>").skip(1).map(|one| one.split_once('<').unwrap().0.to_owned());
    let codes: Vec<String> = codes.collect();
    assert_eq!(codes.len(), 10);
    assert_eq!(browser.get(&format!("{HOME}/codes")).await.location, HOME, "shown once");
    (secret, codes)
}

async fn ada(app: &Arc<App>) -> Browser {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Owner).await;
    Browser::signed_in(app, "ada@example.com").await
}

/// A browser in which the password has been given.
async fn halfway(app: &Arc<App>) -> Browser {
    let browser = Browser::new(app);
    browser.get("/console/login").await;
    let fields =
        [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/console/settings")];
    let step = browser.post("/console/login", &fields).await;
    assert_eq!(step.location, "/console/login/step?next=%2Fconsole%2Fsettings");
    browser.get(&step.location).await.says(&["Your password is right.", "/console/settings\""]);
    assert_eq!(browser.get("/console").await.status, 303, "half is not in");
    browser
}

#[test]
fn a_code_is_asked_for_after_the_password() {
    both_engines_by_hand(|app, clock: Arc<HandClock>| async move {
        let here = ada(&app).await;
        let (secret, codes) = set_up(&app, &here).await;
        let browser = halfway(&app).await;
        let wrong = browser.post("/console/login/step", &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["This code is wrong"]);
        clock.advance(30);
        let (shown, next) = (code(&app, &secret), ("next", "/console/settings"));
        let done = browser.post("/console/login/step", &[("code", &shown), next]).await;
        assert_eq!(done.location, "/console/settings");
        browser.get("/console/settings").await.says(&["ada@example.com"]);
        // What led here is over, and the code is used up.
        assert_eq!(browser.get("/console/login/step").await.status, 303);
        let again = halfway(&app).await.post("/console/login/step", &[("code", &shown)]).await;
        assert_eq!(again.status, 422);
        let recovered =
            halfway(&app).await.post("/console/login/step", &[("code", &codes[3])]).await;
        assert_eq!(recovered.status, 303);
        here.get(HOME).await.says(&["9 left"]);

        here.get(&format!("{HOME}/app/remove")).await;
        let proof = [("password", "wrong horse"), ("code", codes[4].as_str())];
        let wrong = here.post(&format!("{HOME}/app/remove"), &proof).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["This is not your password."]);
        let proof = [("password", PASSWORD), ("code", codes[4].as_str())];
        let off = here.post(&format!("{HOME}/app/remove"), &proof).await;
        assert_eq!(off.location, format!("{HOME}?done=app-off"), "{}", off.html);
        Browser::signed_in(&app, "ada@example.com").await;
    });
}

#[test]
fn who_owes_a_second_step_is_led_to_it() {
    both_engines_by_hand(|app, _| async move {
        let owner = ada(&app).await;
        owner.get("/console/sign-in-rules").await.says(&["Every member needs a second step"]);
        let wanted = [("wanted", "1")];
        let done = owner.post("/console/sign-in-rules/second-step", &wanted).await;
        assert_eq!(done.location, "/console/sign-in-rules?done=saved");
        for path in ["/console", "/console/team", "/console/sign-in-rules"] {
            assert_eq!(owner.get(path).await.location, HOME, "{path}");
        }
        owner.get(HOME).await.says(&["Your brand wants a second step"]);
        owner.get("/console/settings").await.says(&["ada@example.com"]);
        set_up(&app, &owner).await;
        owner.get("/console").await.says(&["Test"]);
    });
}

#[test]
fn sessions_are_listed_and_end_at_once() {
    both_engines_by_hand(|app, _| async move {
        let here = ada(&app).await;
        let there = Browser::signed_in(&app, "ada@example.com").await;
        let third = Browser::signed_in(&app, "ada@example.com").await;
        let page = here.get(HOME).await;
        page.says(&["Where you are signed in", "this one", "Sign out everywhere else"]);
        let path = between(&page.html, "action=\"/console/settings/sign-in/sessions/others", "\"");
        assert_eq!(path, "/end");
        let one = page.html.split("sign-in/sessions/").nth(2).unwrap().split('"').next().unwrap();
        let ended = here.post(&format!("{HOME}/sessions/{one}"), &[]).await;
        assert_eq!(ended.location, format!("{HOME}?done=session-ended"));
        let gone = [there.get("/console").await.status, third.get("/console").await.status];
        assert_eq!(gone.iter().filter(|status| **status == 303).count(), 1);
        here.post(&format!("{HOME}/sessions/others/end"), &[]).await;
        assert_eq!(there.get("/console").await.status, 303);
        assert_eq!(third.get("/console").await.status, 303);
        here.get(HOME).await.says_not("Sign out everywhere else");
        let made_up = here.post(&format!("{HOME}/sessions/abc/end"), &[]).await;
        assert_eq!(made_up.status, 404);
    });
}

#[test]
fn a_forgotten_password_is_answered_alike_for_everybody() {
    both_engines_by_hand(|app, _| async move {
        ada(&app).await;
        let browser = Browser::new(&app);
        let mut answers = Vec::new();
        for email in ["nobody@example.com", "ada@example.com"] {
            browser.get("/console/forgotten").await;
            let seen = browser.post("/console/forgotten", &[("email", email)]).await;
            answers.push((seen.status, seen.location, seen.html));
        }
        assert_eq!(answers[0], answers[1]);
        browser.get(&answers[0].1).await.says(&["a link is on its way"]);
        let mail = eventually("the mail", async || {
            app.write(|tx| mails::claim(tx, 10)).await.unwrap().pop()
        })
        .await;
        let Mail::PasswordReset { sealed_token, .. } = mail.mail else { panic!("{mail:?}") };
        let path = format!("/console/forgotten/{}", app.vault.open(&sealed_token).unwrap());
        browser.get(&path).await.says(&["Choose a password."]);
        let short = browser.post(&path, &[("password", "short")]).await;
        assert_eq!(short.status, 422);
        short.says(&["A password has at least 10 characters."]);
        let done = browser.post(&path, &[("password", "another horse")]).await;
        assert_eq!(done.location, "/console/login?done=reset");
        let gone = browser.get(&path).await;
        assert_eq!(gone.status, 404);
        gone.says(&["This link does not hold any more"]);
    });
}

#[test]
fn an_owner_resets_a_colleague_s_second_step() {
    both_engines_by_hand(|app, _| async move {
        let owner = ada(&app).await;
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "bob@example.com", Role::Agent).await;
        let bob = Browser::signed_in(&app, "bob@example.com").await;
        set_up(&app, &bob).await;
        let team = owner.get("/console/team").await;
        let (before, _) = team.html.split_once("/second-step\"").unwrap();
        let path = format!("{}/second-step", before.rsplit('"').next().unwrap());
        owner.get(&path).await.says(&["Reset the second step of bob?"]);
        assert_eq!(owner.post(&path, &[]).await.location, "/console/team?done=steps-reset");
        Browser::signed_in(&app, "bob@example.com").await;
        assert_eq!(owner.get("/console/team/members/1/second-step").await.status, 404);
    });
}
