//! Articles: their public pages, and the calls that show them.
use actix_web::test::TestRequest;
use crier_core::articles::{self, Act, Article};
use crier_core::drafts::{self, DraftKind, Piece, PieceKind};
use crier_core::ids::PublicationId;
use crier_core::{closures, comments, members, publications};
use crier_testing::{account, both_engines};
use serde_json::json;

use super::*;

fn piece(only_fans: bool) -> Piece {
    Piece {
        kind: PieceKind::News,
        title: "Opening <day>".into(),
        author: "Ada".into(),
        digest: "We open".into(),
        content: "<p style=\"color: red\">Come in</p>".into(),
        source_url: "https://x.example/a?b=1".into(),
        cover: None,
        pictures: vec![],
        crops: vec![],
        show_cover: false,
        comments_open: true,
        only_fans,
    }
}

/// An article that is out.
async fn out(app: &Arc<App>, account: &Account, only_fans: bool) -> (PublicationId, Article) {
    let id = account.id;
    let out = app.write(move |tx| {
        let draft = drafts::add(tx, id, DraftKind::Material, vec![piece(only_fans)])?;
        let out = publications::publish_now(tx, id, &draft.media_key)?;
        Ok((out.publication, publications::articles_of(tx.conn, out.publication)?.remove(0)))
    });
    out.await.unwrap()
}

async fn again(app: &Arc<App>, key: &str) -> Article {
    let key = key.to_owned();
    app.read(move |conn| articles::get(conn, &key)).await.unwrap()
}

fn text(got: &Got) -> String {
    String::from_utf8(got.bytes.to_vec()).unwrap()
}

/// A browser: its cookies, and the forms it was given.
struct Browser {
    app: Arc<App>,
    cookies: String,
}

impl Browser {
    async fn get(&self, path: &str) -> Got {
        ask(
            &self.app,
            TestRequest::get().uri(path).insert_header(("cookie", self.cookies.as_str())),
        )
        .await
    }

    async fn send(&self, path: &str, form: &str) -> Got {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let request = TestRequest::post().uri(path).insert_header(kind);
        let request = request.insert_header(("cookie", self.cookies.as_str()));
        ask(&self.app, request.set_payload(form.to_owned())).await
    }

    async fn seal(&self, key: &str) -> String {
        let page = text(&self.get(&format!("/s/{key}")).await);
        let (_, rest) = page.split_once("name=\"seal\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

#[test]
fn the_page_is_strict_shows_all_and_counts_readers() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let (_, article) = out(&app, &account, false).await;
        let key = &article.article_key;
        let got = ask(&app, TestRequest::get().uri(&format!("/s/{key}?from=feed"))).await;
        assert_eq!(got.status, 200);
        let policy = got.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(got.header("set-cookie").starts_with("crier_visitor="));
        let page = text(&got);
        for there in [
            "Opening &#60;day&#62;",
            "<p class=\"k0\">Come in</p>",
            "Account harbour",
            "og:title",
            "/app?account=harbour",
            "1 read",
            "Say your name to comment",
        ] {
            assert!(page.contains(there), "{there} in {page}");
        }
        assert!(!page.contains("<script") && !page.contains(" style=\""));
        let sheet = ask(&app, TestRequest::get().uri(&format!("/s/{key}/style.css"))).await;
        assert!(sheet.header("content-type").starts_with("text/css"));
        assert!(text(&sheet).contains(".article-body .k0{color:red;}"));
        let head = TestRequest::default().method("HEAD".parse().unwrap());
        assert_eq!(ask(&app, head.uri(&format!("/s/{key}"))).await.status, 200);
        let on = ask(&app, TestRequest::get().uri(&format!("/s/{key}/source"))).await;
        assert_eq!((on.status.as_u16(), on.header("location")), (303, "https://x.example/a?b=1"));
        assert_eq!(again(&app, key).await.reads, 1, "a HEAD is no reader");
        let zh = TestRequest::get().uri(&format!("/s/{key}"));
        let zh = text(&ask(&app, zh.insert_header(("accept-language", "zh-CN"))).await);
        assert!(zh.contains("<html lang=\"zh-CN\">") && zh.contains("阅读原文"));
    });
}

#[test]
fn what_is_gone_is_said_politely() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let (publication, article) = out(&app, &account, false).await;
        let path = format!("/s/{}", article.article_key);
        let id = account.id;
        app.write(move |tx| publications::withdraw(tx, id, publication, None)).await.unwrap();
        let got = ask(&app, TestRequest::get().uri(&path)).await;
        assert_eq!(got.status, 410);
        assert!(text(&got).contains("taken back"));
        for path in ["/s/nothing", "/s/draft/nothing/1", "/s/nothing/source"] {
            assert_eq!(ask(&app, TestRequest::get().uri(path)).await.status, 404, "{path}");
        }
        let ann = Person::new(&app, "ann");
        let gone = ann.get(&format!("/v1/articles/{}", article.article_key)).await;
        assert_eq!(gone.problem(404).0, "not_found");
    });
}

#[test]
fn a_draft_is_shown_to_who_has_its_address() {
    both_engines(|app| async move {
        let id = account(&app, "harbour").await.id;
        let draft = app.write(move |tx| drafts::add(tx, id, DraftKind::Draft, vec![piece(false)]));
        let key = draft.await.unwrap().media_key;
        let got = ask(&app, TestRequest::get().uri(&format!("/s/draft/{key}/1"))).await;
        assert_eq!(got.status, 200);
        assert!(text(&got).contains("noindex") && text(&got).contains("A preview"));
        for place in [0, 2] {
            let got = ask(&app, TestRequest::get().uri(&format!("/s/draft/{key}/{place}"))).await;
            assert_eq!(got.status, 404);
        }
        let sheet = ask(&app, TestRequest::get().uri(&format!("/s/draft/{key}/1/style.css"))).await;
        assert_eq!(sheet.status, 200);
    });
}

#[test]
fn forms_work_without_script_and_only_from_our_own_page() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let (_, article) = out(&app, &account, false).await;
        let key = &article.article_key;
        let token = crier_testing::token(&app, "ann");
        let ann = Browser { app: app.clone(), cookies: format!("crier_follower={token}") };
        let seal = ann.seal(key).await;
        let at = |part: &str| format!("/s/{key}/{part}");
        let forged = ann.send(&at("comments"), "seal=00&text=hi").await;
        assert!(forged.header("location").contains("said=stale"));
        let said = ann.send(&at("comments"), &format!("seal={seal}&text=Hello%0Athere")).await;
        assert_eq!(said.status, 303);
        assert!(said.header("location").contains("said=commented"));
        let long =
            ann.send(&at("comments"), &format!("seal={seal}&text={}", "x".repeat(601))).await;
        assert!(long.header("location").contains("said=length"));
        let page = text(&ann.get(&format!("/s/{key}?said=commented")).await);
        assert!(page.contains("Hello\nthere") && page.contains("seen by you alone"), "{page}");
        let other = text(&ask(&app, TestRequest::get().uri(&format!("/s/{key}"))).await);
        assert!(!other.contains("Hello\nthere"), "only the writer sees it");
        let id = article.id;
        app.write(move |tx| comments::set_elected(tx, id, 1, true)).await.unwrap();
        let other = text(&ask(&app, TestRequest::get().uri(&format!("/s/{key}"))).await);
        assert!(other.contains("Hello\nthere"), "now everybody does");
        let kept = ann.send(&at("favourite"), &format!("seal={seal}&keep=1")).await;
        assert!(kept.header("location").contains("said=kept"));
        let shared = ann.send(&at("share"), &format!("seal={seal}&to=friend")).await;
        assert!(shared.header("location").contains("said=shared"));
        let stranger = Browser { app: app.clone(), cookies: String::new() };
        let share = stranger.send(&at("share"), &format!("seal={seal}&to=friend")).await;
        assert!(share.header("location").contains("said=stale"));
    });
}

#[test]
fn host_apps_read_comment_share_and_keep() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let (_, article) = out(&app, &account, true).await;
        let ann = Person::new(&app, "ann");
        let path = format!("/v1/articles/{}", article.article_key);
        let read = ann.get(&format!("{path}?from=chat")).await.json();
        assert_eq!(
            (&read["account"], &read["title"]),
            (&json!("harbour"), &json!("Opening <day>"))
        );
        assert_eq!((&read["only_followers"], &read["favourite"]), (&json!(true), &json!(false)));
        let comment = format!("{path}/comments");
        let refused = ann.call("POST", &comment, json!({ "text": "hi" })).await;
        assert_eq!(refused.problem(403).0, "not_following");
        ann.follow("harbour").await;
        let said = ann.call("POST", &comment, json!({ "text": "hi" })).await;
        assert_eq!((said.status.as_u16(), &said.json()["number"]), (201, &json!(1)));
        for bad in [json!({}), json!({ "text": "" }), json!({ "text": "x".repeat(601) })] {
            assert_eq!(ann.call("POST", &comment, bad).await.problem(400).1, "text");
        }
        assert_eq!(ann.get(&comment).await.json()["comments"][0]["elected"], false);
        let bob = Person::new(&app, "bob");
        assert_eq!(bob.get(&comment).await.json()["comments"], json!([]));
        let share = format!("{path}/share");
        assert_eq!(ann.call("POST", &share, json!({ "to": "feed" })).await.status, 204);
        assert_eq!(ann.call("POST", &share, json!({ "to": "x" })).await.problem(400).1, "to");
        let keep = format!("{path}/favourite");
        assert_eq!(ann.call("PUT", &keep, json!({})).await.status, 204);
        assert_eq!(ann.get(&path).await.json()["favourite"], true);
        assert_eq!(ann.call("DELETE", &keep, json!({})).await.status, 204);
        assert_eq!(ann.get(&path).await.json()["favourite"], false);
        let id = account.id;
        let closed =
            app.write(move |tx| comments::set_open(tx, id, article.publication_id, 1, false)).await;
        closed.unwrap();
        let refused = ann.call("POST", &comment, json!({ "text": "hi" })).await;
        assert_eq!(refused.problem(409).0, "conflict");
    });
}

#[test]
fn of_a_closed_account_nothing_is_read_and_nothing_kept() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let (_, article) = out(&app, &account, false).await;
        let (ann, id) = (Person::new(&app, "ann"), account.id);
        let path = format!("/v1/articles/{}", article.article_key);
        assert_eq!(ann.get(&path).await.status, 200);
        let close = app.write(move |tx| {
            let ada = members::create(tx, "ada@example.com", "Ada", "-", false)?;
            closures::close(tx, &ada, id, 30)
        });
        close.await.unwrap();
        assert_eq!(ann.get(&path).await.problem(403).0, "account_closed");
        for (method, what, said) in [
            ("POST", "comments", json!({ "text": "hi" })),
            ("POST", "share", json!({ "to": "feed" })),
            ("PUT", "favourite", json!({})),
        ] {
            let refused = ann.call(method, &format!("{path}/{what}"), said).await;
            assert_eq!(refused.problem(403).0, "account_closed", "{what}");
        }
        for page in ["", "/source"] {
            let got = TestRequest::get().uri(&format!("/s/{}{page}", article.article_key));
            assert_eq!(ask(&app, got).await.status, 410, "{page}");
        }
        let (of, reads) = (article.publication_id, [Act::Read]);
        let read = app.read(move |conn| Ok(articles::readings(conn, of, &reads)?));
        assert_eq!(read.await.unwrap().len(), 1, "what came after it is not counted");
    });
}
