//! Who gets in, and how far.
use crier_core::members::Role;
use crier_testing::{account, both_engines, follower, member_brand};

use crate::browsers::{Browser, PASSWORD, member};

#[test]
fn a_member_signs_in_with_email_and_password() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::new(&app);
        let away = browser.get("/console/team?x=1").await;
        assert_eq!(
            (away.status, away.location.as_str()),
            (303, "/console/login?next=%2Fconsole%2Fteam%3Fx%3D1",)
        );
        let page = browser.get(&away.location).await;
        page.says(&[
            "<label for=\"email\">Email</label>",
            "<label for=\"password\">Password</label>",
        ]);

        let wrong = [("email", "ada@example.com"), ("password", "wrong horse")];
        let refused = browser.post("/console/login", &wrong).await;
        assert_eq!(refused.status, 422);
        refused.says(&["Email or password is wrong.", "value=\"ada@example.com\""]);
        refused.says_not("wrong horse");

        let next = "/console/team?x=1";
        let right = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        let done = browser.post("/console/login", &right).await;
        assert_eq!((done.status, done.location.as_str()), (303, next));
        let cookie =
            done.cookies.iter().find(|cookie| cookie.starts_with("crier_session=")).unwrap();
        for part in ["HttpOnly", "SameSite=Lax", "Path=/console", "Max-Age=1209600"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure"), "the public address of the test is plain http");

        browser.get("/console/team").await.says(&["Test", "ada@example.com"]);
        assert_eq!(browser.post("/console/logout", &[]).await.location, "/console/login");
        assert_eq!(browser.get("/console").await.status, 303);
    });
}

#[test]
fn nobody_is_sent_elsewhere_after_signing_in() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::new(&app);
        let page = browser.get("/console/login?next=//evil.example").await;
        page.says(&["name=\"next\" value=\"/console\""]);
        let fields = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("next", "https://evil.example"),
        ];
        assert_eq!(browser.post("/console/login", &fields).await.location, "/console");
    });
}

#[test]
fn a_form_without_the_browser_s_token_is_refused() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        account(&app, "harbour").await;
        let stranger = Browser::new(&app);
        let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
        assert_eq!(stranger.post_raw("/console/login", &fields).await.status, 403);

        let browser = Browser::signed_in(&app, "ada@example.com").await;
        for path in [
            "logout",
            "language",
            "brand",
            "settings/name",
            "settings/password",
            "accounts/new",
            "team/invitations",
            "team/invitations/1/withdraw",
            "team/members/1/role",
            "team/members/1/remove",
            "invitations/x/join",
            "accounts/harbour/inbox/1",
            "accounts/harbour/deliveries/1/resend",
            "accounts/harbour/developer/secret",
            "accounts/harbour/endpoints/new",
            "accounts/harbour/endpoints/1",
            "accounts/harbour/endpoints/1/verify",
            "accounts/harbour/endpoints/1/switch",
            "accounts/harbour/endpoints/1/answer",
            "accounts/harbour/endpoints/1/rotate",
            "accounts/harbour/endpoints/1/remove",
            "accounts/harbour/endpoints/1/recover",
            "accounts/harbour/endpoints/1/recoveries/1/stop",
        ] {
            let path = format!("/console/{path}");
            for fields in [&[("name", "x")][..], &[("csrf", "made up"), ("name", "x")]] {
                let seen = browser.post_raw(&path, fields).await;
                assert_eq!(seen.status, 403, "{path}");
                seen.says(&["This form is out of date"]);
            }
        }
    });
}

#[test]
fn another_brand_s_things_are_not_there() {
    both_engines(|app| async move {
        let (own, other) = (member_brand(&app, "Test").await, member_brand(&app, "Other").await);
        member(&app, &own, "ada@example.com", Role::Owner).await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        let harbour = account(&app, "harbour").await;
        let conversation = follower(&app, &harbour, "u1").await.id;
        let eve = Browser::signed_in(&app, "eve@example.com").await;
        for beneath in [
            "",
            "/inbox",
            "/deliveries",
            "/developer",
            "/developer/secret",
            "/endpoints/new",
            "/endpoints/1",
            "/stream",
        ] {
            let seen = eve.get(&format!("/console/accounts/harbour{beneath}")).await;
            assert_eq!(seen.status, 404, "{beneath}");
            seen.says(&["Nothing here"]).says_not("harbour account");
        }
        eve.get("/console").await.says_not("harbour");
        let path = format!("/console/accounts/harbour/inbox/{conversation}");
        assert_eq!(eve.get(&path).await.status, 404);
        let fields = [("text", "hello"), ("client_id", "1")];
        assert_eq!(eve.post(&path, &fields).await.status, 404);

        // Nor by way of an account of one's own.
        let ada = Browser::signed_in(&app, "ada@example.com").await;
        account(&app, "quay").await;
        for id in [conversation.to_string(), "1".into(), "x".into()] {
            assert_eq!(ada.get(&format!("/console/accounts/quay/inbox/{id}")).await.status, 404);
            let delivery = format!("/console/accounts/quay/deliveries/{id}");
            assert_eq!(ada.get(&delivery).await.status, 404);
        }
        assert_eq!(ada.get("/console/nowhere").await.status, 404);
    });
}

#[test]
fn each_role_sees_its_own_pages() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        account(&app, "harbour").await;
        for (email, role) in [("agent@x.org", Role::Agent), ("dev@x.org", Role::Developer)] {
            member(&app, &brand, email, role).await;
        }
        let base = "/console/accounts/harbour";
        let agent = Browser::signed_in(&app, "agent@x.org").await;
        let overview = agent.get(base).await;
        overview.says(&["/inbox\""]).says_not("/developer");
        assert_eq!(agent.get(&format!("{base}/inbox")).await.status, 200);
        for beneath in ["/developer", "/deliveries", "/endpoints/new", "/endpoints/1"] {
            let seen = agent.get(&format!("{base}{beneath}")).await;
            assert_eq!(seen.status, 403, "{beneath}");
            seen.says(&["Not with your role"]);
        }
        assert_eq!(agent.get("/console/accounts/new").await.status, 403);
        assert_eq!(agent.get("/console/brands/new").await.status, 403);
        let invite = [("email", "x@x.org"), ("role", "owner")];
        assert_eq!(agent.post("/console/team/invitations", &invite).await.status, 403);

        let developer = Browser::signed_in(&app, "dev@x.org").await;
        assert_eq!(developer.get(&format!("{base}/inbox")).await.status, 403);
        assert_eq!(developer.get(&format!("{base}/deliveries")).await.status, 200);
        assert_eq!(developer.get(&format!("{base}/developer")).await.status, 200);
        assert_eq!(developer.get(base).await.status, 200);
    });
}
