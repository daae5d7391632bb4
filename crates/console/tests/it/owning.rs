//! What owners look after: who did what.
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::sync::Arc;

use crier_core::App;
use crier_core::activities::{self, Chain};
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::followers::Follower;
use crier_core::mails::{self, Mail};
use crier_core::media::{Media, Owner, Upload};
use crier_core::members::{self, Role};
use crier_testing::{account, both_engines, follower, member_brand};
use flate2::read::DeflateDecoder;

use crate::browsers::{Browser, PASSWORD, member, owner};

/// A picture that the follower has sent.
async fn shown(app: &Arc<App>, follower: &Follower) -> Media {
    let mut png = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(2, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let upload = Upload {
        owner: Owner::User(follower.user_id),
        kind: None,
        name: "tea.png".into(),
        bytes: png.into_inner(),
        permanent: false,
        title: None,
        introduction: None,
    };
    let media = app.store_media(upload).await.unwrap();
    let content = Content::Image { media_id: media.media_key.clone(), width: None, height: None };
    app.append(Append::inbound(follower.id, content, None)).await.unwrap();
    media
}

/// The files of an archive, as its directory lists them.
fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let short = |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let end = bytes.len() - 22;
    let (mut at, mut files) = (long(end + 16), BTreeMap::new());
    for _ in 0..short(end + 10) {
        let (method, packed, named, head) =
            (short(at + 10), long(at + 20), short(at + 28), long(at + 42));
        let name = String::from_utf8(bytes[at + 46..at + 46 + named].to_vec()).unwrap();
        let body = head + 30 + short(head + 26) + short(head + 28);
        let mut content = bytes[body..body + packed].to_vec();
        if method == 8 {
            let packed = std::mem::take(&mut content);
            DeflateDecoder::new(&*packed).read_to_end(&mut content).unwrap();
        }
        files.insert(name, content);
        at += 46 + named + short(at + 30) + short(at + 32);
    }
    files
}

/// Every form of the console, by the word that stands in the log, from the tables of routes.
fn forms() -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for row in crier_console::rows().iter().filter(|row| row.changes) {
        let account = row.path.strip_prefix("/accounts/{handle}");
        let beneath = account.unwrap_or(row.path);
        let plain = beneath.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
        let one = beneath.ends_with('}').then_some("one");
        let parts = account.map(|_| "account").into_iter().chain(plain).chain(one);
        let word = parts.collect::<Vec<_>>().join("-");
        let before = found.insert(word.clone(), row.path);
        assert!(before.is_none(), "{word}: {before:?} and {}", row.path);
    }
    found
}

#[test]
fn every_form_has_a_sentence_in_every_language() {
    let forms = forms();
    assert!(forms.len() > 40, "{forms:?}");
    let source = include_str!("../../src/activities/recording.rs");
    for language in ["en", "zh-CN", "ja"] {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/messages").join(language);
        let said = std::fs::read_to_string(folder.join("activities.ftl")).unwrap();
        let missing: Vec<_> = forms
            .iter()
            .filter(|(word, _)| !source.contains(&format!("\"{word}\"")))
            .filter(|(word, _)| !said.contains(&format!("\ndid-{word} = ")))
            .collect();
        assert!(missing.is_empty(), "{language}: {missing:#?}");
    }
}

#[test]
fn what_members_do_is_on_record_and_read_by_owners_alone() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        let browser = owner(&app).await;
        member(&app, &brand, "mia@example.com", Role::Agent).await;
        browser.get("/console/activity").await.says(&["Signed in", "127.0.0.0/24", "ada"]);
        let invite = [("email", "lin@example.com"), ("role", "marketer")];
        assert_eq!(browser.post("/console/team/invitations", &invite).await.status, 303);
        let refused = [("email", "nobody"), ("role", "marketer")];
        assert_eq!(browser.post("/console/team/invitations", &refused).await.status, 422);
        let rotated = [("overlap", "0")];
        browser.post("/console/accounts/harbour/developer/secret", &rotated).await;
        let log = browser.get("/console/activity").await;
        log.says(&["Invited somebody", "lin@example.com", "Reset the app secret"]);
        assert_eq!(log.html.matches("Invited somebody").count(), 2, "a row and a choice");

        let narrow = format!("/console/activity?account={}&action=&member=", harbour.id);
        let found = browser.get(&narrow).await;
        found.says(&["<div class=\"muted small\">", "Reset the app secret"]).says_not("#2</span>");
        let wrong = browser.get("/console/activity?from=soon").await;
        assert_eq!(wrong.status, 422);
        let csv = browser.get_file("/console/activity/export").await;
        csv.says(&[",Invited somebody,", "Account harbour", "127.0.0.0/24"]);
        browser.get("/console/activity/check").await.says(&["The log is whole: #1 to #"]);

        let mia = Browser::signed_in(&app, "mia@example.com").await;
        for path in ["", "/check", "/export"] {
            let path = format!("/console/activity{path}");
            assert_eq!(mia.get(&path).await.status, 403, "{path}");
        }
        assert_eq!(browser.get("/console/platform/activity").await.status, 403);
        let chain = Chain::from(brand.id);
        let check = app.read(move |conn| activities::check(conn, chain, 0, 100)).await.unwrap();
        assert!(check.is_whole() && check.end >= 4, "{check:?}");
    });
}

async fn admin(app: &Arc<App>) -> Browser {
    let hash = app.hash_password(PASSWORD.into()).await.unwrap();
    app.write(move |tx| members::create(tx, "root@example.com", "Root", &hash, true).map(drop))
        .await
        .unwrap();
    Browser::signed_in(app, "root@example.com").await
}

#[test]
fn an_account_is_applied_for_decided_suspended_and_appealed() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let root = admin(&app).await;
        root.get("/console/platform").await.says(&["0 to decide", "Switch approval on"]);
        root.post("/console/platform/approval", &[("to", "on")]).await;
        browser.get("/console/accounts/new").await;
        let fields =
            [("kind", "service"), ("name", "Tea"), ("handle", "tea"), ("time_zone", "UTC")];
        let made = browser.post("/console/accounts/new", &fields).await;
        let base = "/console/accounts/tea/verification";
        assert_eq!(made.location, format!("{base}?done=account-held"), "{}", made.html);
        browser.get(base).await.says(&["Waits for approval", "Begin the application"]);
        browser.post(&format!("{base}/begin"), &[]).await;
        browser.get(base).await.says(&["Organisation", "Send to the platform"]);
        let empty = browser.post(base, &[("do", "submit")]).await;
        assert_eq!(empty.status, 422);
        let account = app.account("tea").await.unwrap();
        app.add_document(account.id, "licence", b"%PDF-1.7\n".to_vec()).await.unwrap();
        let words = [
            ("do", "submit"),
            ("organisation", "Tea Ltd"),
            ("registration", "913"),
            ("contact", "Ada"),
            ("email", "ada@example.com"),
            ("statement", "We sell <tea>"),
        ];
        assert_eq!(browser.post(base, &words).await.status, 303);
        browser.get(base).await.says(&["Sent. The platform decides next", "licence.pdf"]);

        let queue = root.get("/console/platform/applications").await;
        queue.says(&["Tea", "Test", "Waits for a decision"]);
        let (_, rest) = queue.html.split_once("/console/platform/applications/").unwrap();
        let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let one = format!("/console/platform/applications/{id}");
        root.get(&one).await.says(&["We sell &#60;tea&#62;", "licence.pdf"]);
        let silent = root.post(&one, &[("decision", "reject"), ("reason", " ")]).await;
        assert_eq!(silent.status, 422);
        let no = [("decision", "reject"), ("reason", "Not readable")];
        assert_eq!(root.post(&one, &no).await.status, 303);
        browser.get(base).await.says(&["Not readable", "Appeal against it"]);
        assert_eq!(browser.get(&one).await.status, 403, "owners do not decide");
        assert_eq!(root.post(&one, &no).await.status, 422, "it is decided");

        let of = format!("/console/platform/accounts/{}", account.id);
        root.get("/console/platform/accounts?q=tea&state=pending").await.says(&["@tea"]);
        root.get(&of).await.says(&["Suspend the account"]);
        root.post(&format!("{of}/suspend"), &[("reason", "Spam")]).await;
        browser
            .get("/console/accounts/tea")
            .await
            .says(&["The platform has suspended this account"]);
        root.get(&of).await;
        root.post(&format!("{of}/reopen"), &[("reason", "")]).await;
        browser.get("/console/accounts/tea").await.says_not("has suspended this account");
        let log = browser.get("/console/activity").await;
        log.says(&["Suspended an account", "Decided about an application", "Root"]);
        root.get("/console/platform/activity").await.says(&["Suspended an account"]);
    });
}

#[test]
fn profile_brand_and_people_s_data_are_the_owner_s() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let jo = follower(&app, &harbour, "jo").await;
        let brand = member_brand(&app, "Test").await;
        let browser = owner(&app).await;
        member(&app, &brand, "mia@example.com", Role::Marketer).await;
        let base = "/console/accounts/harbour";
        browser.get(&format!("{base}/profile")).await.says(&["Name and words", "What stays"]);
        let bad = [("name", ""), ("time_zone", "UTC")];
        assert_eq!(browser.post(&format!("{base}/profile"), &bad).await.status, 422);
        let good = [("name", "Harbour"), ("time_zone", "UTC"), ("language", "ja")];
        assert_eq!(browser.post(&format!("{base}/profile"), &good).await.status, 303);
        browser.get(&format!("{base}/profile")).await.says(&["Former names", "Account harbour"]);

        browser.get("/console/brand/settings").await.says(&["Keep conversations"]);
        let few = [("brand", "Test"), ("message_days", "3")];
        assert_eq!(browser.post("/console/brand/settings", &few).await.status, 422);
        let mut kept = vec![("brand", "Test 2"), ("message_days", "90"), ("contact_email", "")];
        let asked = browser.post("/console/brand/settings", &kept).await;
        assert_eq!(asked.status, 422);
        asked.says(&["Delete for good what is older", "90\" selected"]);
        kept.push(("sure", "1"));
        assert_eq!(browser.post("/console/brand/settings", &kept).await.status, 303);
        let retention = format!("{base}/privacy/retention");
        let asked = browser.post(&retention, &[("message_days", "30")]).await;
        assert_eq!(asked.status, 422, "the brand keeps them for longer");
        asked.says(&["Delete for good what is older", "30\" selected"]);
        assert_eq!(browser.post(&retention, &[("message_days", "180")]).await.status, 303);
        let less = [("message_days", "30"), ("sure", "1")];
        assert_eq!(browser.post(&retention, &less).await.status, 303);

        let people = format!("{base}/privacy");
        browser.get(&format!("{people}?q=nobody")).await.says(&["Nobody here is called this."]);
        browser.get(&format!("{people}?q={}", jo.openid)).await.says(&[&jo.openid, "Export"]);
        let media = shown(&app, &jo).await;
        let file = browser.post(&format!("{people}/{}/export", jo.id), &[]).await;
        let files = unzipped(&file.bytes);
        let all: serde_json::Value = serde_json::from_slice(&files["person.json"]).unwrap();
        assert_eq!(all["followers"][0]["openid"], jo.openid.as_str());
        let kept = app.media_bytes(&media).await.unwrap();
        assert_eq!(files[&format!("files/{}.png", media.media_key)], kept, "{:?}", files.keys());
        let list = String::from_utf8(files["files.json"].clone()).unwrap();
        assert!(list.contains(&media.media_key) && !list.contains("left_out"), "{list}");
        browser.get(&format!("{people}/{}/forget", jo.id)).await.says(&["Delete what is stored"]);
        assert_eq!(browser.post(&format!("{people}/{}/forget", jo.id), &[]).await.status, 303);
        browser.get(&people).await.says(&["Under way"]);
        assert_eq!(browser.get(&format!("{people}/{}/forget", jo.id)).await.status, 404);

        let mia = Browser::signed_in(&app, "mia@example.com").await;
        for path in [&people, &format!("{base}/profile"), &format!("{base}/move")] {
            assert_eq!(mia.get(path).await.status, 403, "{path}");
        }
        mia.get("/console/team").await.says(&["Who may do what", "Write articles and broadcasts"]);
        let log = browser.get("/console/activity").await;
        log.says(&["Exported what is stored about a person", "Account harbour → Harbour"]);
    });
}

#[test]
fn a_brand_and_an_account_change_hands_with_a_password() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let (brand, other) = (member_brand(&app, "Test").await, member_brand(&app, "Other").await);
        let browser = owner(&app).await;
        member(&app, &brand, "mia@example.com", Role::Editor).await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        let moving = "/console/accounts/harbour/move";
        browser.get(moving).await.says(&["Offer the account"]);
        let wrong = [("email", "eve@example.com"), ("current", "wrong horse")];
        let refused = browser.post(moving, &wrong).await;
        assert_eq!(refused.status, 422);
        refused.says(&["This is not your password."]);
        let right = [("email", "eve@example.com"), ("current", PASSWORD)];
        assert_eq!(browser.post(moving, &right).await.status, 303);
        browser.get(moving).await.says(&["Offered to eve@example.com"]);
        let mail = app.write(|tx| mails::claim(tx, 10)).await.unwrap().pop().unwrap().mail;
        let Mail::News { sealed_token: Some(sealed), .. } = mail else { panic!("{mail:?}") };
        let path = format!("/console/offers/{}", app.vault.open(&sealed).unwrap());
        assert_eq!(browser.get(&path).await.status, 404, "it is not hers");
        let eve = Browser::signed_in(&app, "eve@example.com").await;
        eve.get(&path).await.says(&["Take over Account harbour?", "Other"]);
        assert_eq!(eve.post(&path, &[("to", &brand.id.to_string())]).await.status, 404);
        let to = other.id.to_string();
        let taken = eve.post(&path, &[("to", &to)]).await;
        assert_eq!(taken.location, "/console?done=account-moved", "{}", taken.html);
        eve.get("/console").await.says(&["harbour"]);
        assert_eq!(browser.get("/console/accounts/harbour").await.status, 404);
        for who in [&eve, &browser] {
            who.get("/console/activity").await.says(&["Took over an account"]);
        }

        let people = {
            let id = brand.id;
            app.read(move |conn| members::of_brand(conn, id)).await.unwrap()
        };
        let heir = people.iter().find(|one| one.role == Role::Editor).unwrap().member.id;
        browser.get("/console/brand/transfer").await.says(&["New owner", "mia@example.com"]);
        let fields = [
            ("member", heir.to_string()),
            ("remain", "agent".into()),
            ("current", PASSWORD.into()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(browser.post("/console/brand/transfer", &fields).await.status, 303);
        assert_eq!(browser.get("/console/brand/settings").await.status, 403);
        let mia = Browser::signed_in(&app, "mia@example.com").await;
        assert_eq!(mia.get("/console/brand/settings").await.status, 200);
    });
}

#[test]
fn an_owner_closes_an_account_and_opens_it_again() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        let browser = owner(&app).await;
        member(&app, &brand, "mia@example.com", Role::Marketer).await;
        let close = "/console/accounts/harbour/close";
        let above = r#"<li><a href="/console/accounts/harbour/profile">"#;
        browser.get(close).await.says(&["Close the account", "For 30 days", "harbour", above]);
        let other = browser.post(close, &[("handle", "quay")]).await;
        other.says(&["This is not the handle of the account."]);
        let done = browser.post(close, &[("handle", " harbour ")]).await;
        assert_eq!(done.location, format!("{close}?done=account-closed"));
        browser.get(&done.location).await.says(&["The account is closed.", "Open it again"]);
        browser.get("/console").await.says(&["Closed"]);
        browser.get("/console/accounts/harbour").await.says(&["This account is closed:"]);

        // Nothing changes meanwhile but what people may ask for.
        let name = [("name", "Quay"), ("time_zone", "UTC")];
        let refused = browser.post("/console/accounts/harbour/profile", &name).await;
        assert_eq!(refused.status, 409);
        refused.says(&["The account is closed: nothing changes in it"]);
        let kept = [("message_days", "")];
        let keep = browser.post("/console/accounts/harbour/privacy/retention", &kept).await;
        assert_eq!(keep.status, 303);
        let mia = Browser::signed_in(&app, "mia@example.com").await;
        assert_eq!(mia.post(&format!("{close}/reopen"), &[]).await.status, 403);

        let opened = browser.post(&format!("{close}/reopen"), &[]).await;
        browser.get(&opened.location).await.says(&["The account is open again."]);
        browser.get("/console/activity").await.says(&["Closed the account", "Opened the account"]);
        assert_eq!(browser.post("/console/accounts/harbour/profile", &name).await.status, 303);
    });
}
