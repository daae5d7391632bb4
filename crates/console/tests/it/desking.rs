//! An agent's day: queues, notes and mentions, canned answers, replies for later, search.
use std::sync::Arc;

use crier_core::App;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::ids::FollowerId;
use crier_core::members::Role;
use crier_core::rights::Kind;
use crier_core::{followers, notes, scheduled_replies, tags, templates, trails};
use crier_testing::{account_of, both_engines, both_engines_by_hand, follower, member_brand};

use crate::browsers::{Browser, member};

const ACCOUNT: &str = "/console/accounts/daily";

/// A subscription account, which has no agents; an owner, and a member who talks with followers.
async fn both(app: &Arc<App>) -> (Browser, Browser, FollowerId) {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Owner).await;
    member(app, &brand, "ben@example.com", Role::Agent).await;
    let (daily, _) = account_of(app, Kind::Subscription, "daily").await;
    let id = follower(app, &daily, "u1").await.id;
    let ada = Browser::signed_in(app, "ada@example.com").await;
    (ada, Browser::signed_in(app, "ben@example.com").await, id)
}

async fn say(app: &App, id: FollowerId, words: &str) {
    app.append(Append::inbound(id, Content::text(words), None)).await.unwrap();
    trails::follow(app).await.unwrap();
}

#[test]
fn members_take_give_and_finish_without_agents() {
    both_engines_by_hand(|app, clock| async move {
        let (ada, ben, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let (inbox, path) = (format!("{ACCOUNT}/inbox"), format!("{ACCOUNT}/inbox/{id}"));
        let act = format!("{path}/agent");
        let one = "Waiting <span class=\"count\">1</span>";
        ada.get(&format!("{inbox}?tab=unassigned")).await.says(&["ahoy", one]);
        ada.get(&format!("{inbox}?sort=unread")).await.says(&["ahoy"]);
        clock.advance(2 * 3_600);
        ada.get(&path).await.says(&["Waiting for an answer since", "answer overdue", "Take"]);
        ada.get(&format!("{inbox}?tab=waiting")).await.says(&["ahoy", "late"]);
        ada.get(&format!("{inbox}?sort=unread")).await.says(&["Everything is read"]);
        assert!(ada.post(&act, &[("act", "take")]).await.location.ends_with("done=taken"));
        ada.get(&path).await.says(&["This conversation is yours. What answers by itself rests."]);
        let late = ben.post(&act, &[("act", "take")]).await;
        assert!(late.location.ends_with("done=attend-late"), "{}", late.location);
        ben.get(&path).await.says(&["ada has this conversation.", "ada has this open"]);
        ben.get(&inbox).await.says(&["<span class=\"badge is-small\">ada</span>"]);
        let page = ada.get(&path).await;
        let to = page.html.split("<option value=\"m").nth(1).unwrap().split('"').next().unwrap();
        let given = ada.post(&act, &[("act", "give"), ("to", &format!("m{to}"))]).await;
        assert!(given.location.ends_with("done=given"), "{}", given.location);
        assert_eq!(ada.post(&act, &[("act", "give"), ("to", "m1")]).await.status, 404);
        ben.get(&format!("{inbox}?tab=mine")).await.says(&["ahoy"]);
        assert!(ben.post(&act, &[("act", "close")]).await.location.ends_with("done=closed"));
        ben.get(&format!("{inbox}?tab=done")).await.says(&["ahoy"]);
        ben.get(&path).await.says(&["Nobody has this conversation."]).says_not("value=\"close\"");
        say(&app, id, "again").await;
        ada.post(&act, &[("act", "take")]).await;
        let back = ada.post(&act, &[("act", "back")]).await;
        assert!(back.location.ends_with("done=handed-back"), "{}", back.location);
    });
}

#[test]
fn a_note_mentions_a_colleague() {
    both_engines(|app| async move {
        let (ada, ben, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let path = format!("{ACCOUNT}/inbox/{id}");
        ada.get(&path).await.says(&["@ben"]);
        let note = format!("{path}/note");
        assert_eq!(ada.post(&note, &[("note", "@ben, <who> is this?")]).await.status, 303);
        ada.get(&path).await.says(&["Note by ada", "@ben, &#60;who&#62; is this?"]);
        let empty = ada.post(&note, &[("note", " ")]).await;
        assert_eq!(empty.status, 422);
        empty.says(&["Write a note of at most 2,000 characters."]);
        ben.get(ACCOUNT).await.says(&["1 unseen mention"]);
        let mentions = format!("{ACCOUNT}/mentions");
        ben.get(&mentions).await.says(&["ada", "&#60;who&#62;", "new"]);
        ada.get(&mentions).await.says(&["Nobody has mentioned you"]);
        ben.get(&format!("{path}?at=1")).await.says(&["is-hit"]);
        ben.get(ACCOUNT).await.says_not("unseen mention");
        let settings = "/console/settings";
        ben.get(settings).await.says(&["name=\"mentions\" value=\"1\" checked"]);
        assert_eq!(ben.post("/console/settings/mails", &[]).await.status, 303);
        ben.get(settings).await.says_not("name=\"mentions\" value=\"1\" checked");
    });
}

#[test]
fn canned_answers_are_kept_and_used() {
    both_engines(|app| async move {
        let (ada, ben, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let canned = format!("{ACCOUNT}/canned");
        ben.get(&canned).await.says(&["No canned answers yet"]).says_not("How we answer");
        let hours = [("shortcut", "Hours"), ("answer", "Dear {name}: 9–18. {agent}")];
        assert_eq!(ben.post(&canned, &hours).await.status, 303);
        let again = ben.post(&canned, &hours).await;
        assert_eq!(again.status, 422);
        again.says(&["There is a canned answer of this short name already."]);
        let list = ben.get(&canned).await;
        let one = list.html.split("/canned/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let path = format!("{ACCOUNT}/inbox/{id}");
        let filled = ben.get(&format!("{path}?canned={one}")).await;
        filled.says(&["/hours", "9–18. ben</textarea>"]);
        let own = format!("{canned}/{one}");
        let wrong = ben.post(&own, &[("shortcut", "a b"), ("answer", "x")]).await;
        assert_eq!(wrong.status, 422);
        ben.post(&own, &[("shortcut", "open"), ("answer", "Always")]).await;
        ben.get(&own).await.says(&["Always"]);
        ben.get(&format!("{own}/remove")).await.says(&["Remove /open?"]);
        assert_eq!(ben.post(&format!("{own}/remove"), &[]).await.status, 303);
        assert_eq!(ben.get(&own).await.status, 404);

        let settings = format!("{ACCOUNT}/desk");
        assert_eq!(ben.get(&settings).await.status, 403);
        ada.get(&settings).await.says(&["value=\"60\"", "checked"]);
        let wrong = ada.post(&settings, &[("first_reply_minutes", "soon")]).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["Choose 1 to 2,880 minutes."]);
        let done = ada.post(&settings, &[("first_reply_minutes", "15")]).await;
        assert!(done.location.ends_with("/desk?done=saved"), "{}", done.location);
        ada.get(&settings).await.says(&["value=\"15\""]).says_not("checked");
    });
}

#[test]
fn a_reply_is_planned_and_taken_back() {
    both_engines_by_hand(|app, clock| async move {
        let (ada, _, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let path = format!("{ACCOUNT}/inbox/{id}");
        // The clock stands at midnight of 2026 in Greenwich: eight in the morning in Shanghai.
        let plan = |text: &'static str, later: &'static str| {
            let fields = [("text", text), ("client_id", text), ("later", later), ("act", "later")];
            let (ada, path) = (&ada, &path);
            async move { ada.post(path, &fields).await }
        };
        ada.get(&path).await;
        let done = plan("soon", "2026-01-01T08:30").await;
        assert!(done.location.ends_with("done=later"), "{}", done.location);
        let wrong = plan("never", "2025-01-01T08:30").await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["within seven days for a reply", "never</textarea>"]);
        let page = ada.get(&path).await;
        page.says(&["soon", "Goes out"]);
        let cancel = page.html.split("/later/").nth(1).unwrap().split('/').next().unwrap();
        let cancel = format!("{path}/later/{cancel}/cancel");
        assert!(ada.post(&cancel, &[]).await.location.ends_with("done=later-canceled"));
        assert!(ada.post(&cancel, &[]).await.location.ends_with("done=later-gone"));
        ada.get(&path).await.says_not("Goes out");

        plan("too late", "2026-01-04T08:30").await;
        clock.advance(4 * 24 * 3_600);
        assert_eq!(scheduled_replies::send_due(&app).await.unwrap(), 1);
        ada.get(&path).await.says(&["the reply window had closed.", "too late"]);
        let told = app.read(move |conn| notes::between(conn, id, 0, 9)).await.unwrap();
        assert_eq!(told.len(), 1);
    });
}

#[test]
fn everything_is_found_and_opened_in_its_place() {
    both_engines(|app| async move {
        let (ada, _, id) = both(&app).await;
        for count in 0..80 {
            app.append(Append::inbound(id, Content::text(format!("line {count}")), None))
                .await
                .unwrap();
        }
        app.append(Append::inbound(id, Content::text("<抹茶>はありますか"), None)).await.unwrap();
        trails::follow(&app).await.unwrap();
        let search = format!("{ACCOUNT}/search");
        ada.get(&search).await.says(&["What are you looking for?"]);
        ada.get(&format!("{search}?q=%E7%8E%89%E9%9C%B2")).await.says(&["Nothing found"]);
        let found = ada.get(&format!("{search}?q=%E6%8A%B9%E8%8C%B6")).await;
        found.says(&["&#60;<mark>抹茶</mark>&#62;はありますか", &format!("inbox/{id}?at=81#m81")]);
        let none = ada.get(&format!("{search}?q=line&by=account")).await;
        none.says(&["Nothing found"]);
        let page = ada.get(&format!("{search}?q=line")).await;
        page.says(&["Older"]);
        ada.get(&format!("{search}?q=line&from=2020-01-01&until=2020-01-02"))
            .await
            .says(&["Nothing found"]);
        let inside = ada.get(&format!("{ACCOUNT}/inbox/{id}?at=20")).await;
        inside.says(&["line 19", "line 30", "message is-hit\" id=\"m20\"", "Earlier"]);
        inside.says_not("line 79");
    });
}

#[test]
fn replies_of_every_type_are_sent_or_say_what_is_wrong() {
    both_engines(|app| async move {
        let (ada, _, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let path = format!("{ACCOUNT}/inbox/{id}");
        ada.get(&path).await.says_not("Choices, one a line");
        let card = format!("{path}/card");
        let sent = |fields: &'static [(&'static str, &'static str)]| {
            let (ada, card) = (&ada, &card);
            async move { ada.post(card, fields).await }
        };
        let link =
            &[("kind", "link"), ("title", "T"), ("url", "https://a.example"), ("client_id", "1")];
        assert_eq!(sent(link).await.status, 303);
        let place = &[
            ("kind", "place"),
            ("latitude", "35.68"),
            ("longitude", "139.76"),
            ("client_id", "2"),
        ];
        assert_eq!(sent(place).await.status, 303);
        let news = &[
            ("kind", "news"),
            ("title", "Autumn"),
            ("url", "https://a.example/autumn"),
            ("picture", "https://a.example/leaf.png"),
            ("client_id", "4"),
        ];
        assert_eq!(sent(news).await.status, 303);
        let program = &[
            ("kind", "mini_program"),
            ("title", "Book a table"),
            ("app_id", "wxtable"),
            ("path", "pages/book"),
            ("client_id", "5"),
        ];
        assert_eq!(sent(program).await.status, 303);
        let page = ada.get(&path).await;
        page.says(&["https://a.example/", "35.68000, 139.76000"]);
        page.says(&["https://a.example/leaf.png", "Book a table", "wxtable pages/book"]);
        let wrong = sent(&[
            ("kind", "news"),
            ("title", "T"),
            ("url", "https://a.example"),
            ("picture", "javascript:x"),
        ]);
        wrong.await.says(&["The address of the picture must begin"]);
        let wrong = sent(&[("kind", "mini_program"), ("title", "T"), ("app_id", " ")]).await;
        wrong.says(&["Write the app ID"]);
        let wrong = sent(&[("kind", "link"), ("title", "T"), ("url", "javascript:x")]).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["The address must begin with", "value=\"T\""]);
        let wrong = sent(&[("kind", "place"), ("latitude", "north"), ("longitude", "1")]).await;
        wrong.says(&["Latitude is"]);
        let wrong = sent(&[("kind", "article"), ("article", "none")]).await;
        wrong.says(&["This article is not out any more"]);
        // This kind of account asks nothing with choices.
        let menu =
            &[("kind", "menu"), ("title", "Which?"), ("choices", "A\nB"), ("client_id", "3")];
        assert_eq!(sent(menu).await.status, 403);
    });
}

#[test]
fn colleagues_see_who_answers() {
    both_engines(|app| async move {
        let (ada, ben, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let path = format!("{ACCOUNT}/inbox/{id}");
        let typing = format!("{path}/presence");
        assert_eq!(ada.post(&typing, &[("doing", "writes")]).await.status, 204);
        ben.get(&path).await.says(&["ada is answering"]);
        ada.get(&path).await.says_not("ada is answering");
    });
}

#[test]
fn a_notice_is_made_from_a_template() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ben@example.com", Role::Agent).await;
        let (harbour, _) = account_of(&app, Kind::Service, "harbour").await;
        let id = follower(&app, &harbour, "u1").await.id;
        let of = harbour.id;
        app.write(move |tx| templates::adopt(tx, of, "CR00001", &[]).map(drop)).await.unwrap();
        let ben = Browser::signed_in(&app, "ben@example.com").await;
        let path = format!("/console/accounts/harbour/inbox/{id}");
        let page = ben.get(&path).await;
        let key = page.html.split("name=\"template\" value=\"").nth(1).unwrap();
        let key = key.split('"').next().unwrap().to_owned();
        let mut fields = vec![("template".to_owned(), key), ("client_id".into(), "n1".into())];
        let places = page.html.split("name=\"place-").skip(1).enumerate();
        fields.extend(places.map(|(at, rest)| {
            let name = rest.split('"').next().unwrap();
            (format!("place-{name}"), format!("value {at}"))
        }));
        let sent: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let notice = format!("{path}/notice");
        let missing = ben.post(&notice, &sent[..3]).await;
        assert_eq!(missing.status, 422);
        missing.says(&["Fill in every line", "value=\"value 0\""]);
        assert_eq!(ben.post(&notice, &sent).await.status, 303);
        ben.get(&path).await.says(&["value 1", "value 2"]);
    });
}

#[test]
fn a_team_queue_is_made_served_and_removed() {
    both_engines(|app| async move {
        let (ada, ben, id) = both(&app).await;
        say(&app, id, "ahoy").await;
        let queues = format!("{ACCOUNT}/queues");
        assert_eq!(ben.get(&queues).await.status, 403);
        ada.get(&queues).await.says(&["No team queues yet"]);
        let bare = ada.post(&queues, &[("queue_name", "Shop")]).await;
        assert_eq!(bare.status, 422);
        bare.says(&["Choose at least one tag", "value=\"Shop\""]);
        // The tag that every account has.
        assert_eq!(ada.post(&queues, &[("queue_name", "Shop"), ("tag", "2")]).await.status, 303);
        let list = ada.get(&queues).await;
        list.says(&["Shop", "Starred", "Everybody"]);
        let one = list.html.split("/queues/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let inbox = format!("{ACCOUNT}/inbox?tab=queue-{one}");
        ben.get(&inbox).await.says(&["Shop</a>", "Nothing in this queue"]);
        let openid = app.read(move |conn| Ok(followers::get(conn, id)?.openid)).await.unwrap();
        let of = app.account("daily").await.unwrap().id;
        app.write(move |tx| tags::give(tx, of, 2, &[openid])).await.unwrap();
        ben.get(&inbox).await.says(&["ahoy", "Shop <span class=\"count\">1</span>"]);
        let own = format!("{queues}/{one}");
        let me = ada.get(&own).await;
        me.says(&["value=\"2\" checked"]);
        let ada_id = me.html.split("name=\"member\" value=\"").nth(1).unwrap();
        let ada_id = ada_id.split('"').next().unwrap();
        ada.post(&own, &[("queue_name", "Tea"), ("tag", "2"), ("member", ada_id)]).await;
        ada.get(&queues).await.says(&["Tea", "ada"]);
        ben.get(&format!("{ACCOUNT}/inbox")).await.says_not("tab=queue-");
        ada.get(&format!("{own}/remove")).await.says(&["Remove the queue Tea?"]);
        assert_eq!(ada.post(&format!("{own}/remove"), &[]).await.status, 303);
        assert_eq!(ada.get(&own).await.status, 404);
    });
}
