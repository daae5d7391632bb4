//! Automatic replies: which rule answers, and when they rest.
use std::sync::Arc;

use crier_core::App;
use crier_core::auto_replies::{self, Draft, Keyword, Kind, Match, Picks};
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::endpoints::{self, Dialect};
use crier_core::error::Error;
use crier_core::ids::{AccountId, AutoReplyId, FollowerId};
use crier_core::messages;
use crier_testing::{account, both_engines, follower};

fn rule(kind: Kind, words: &[(Match, &str)], replies: &[&str]) -> Draft {
    let word = |(match_mode, text): &(Match, &str)| Keyword {
        match_mode: *match_mode,
        text: (*text).to_owned(),
    };
    Draft {
        kind,
        name: "a rule".into(),
        keywords: words.iter().map(word).collect(),
        hours: None,
        picks: Picks::All,
        replies: replies.iter().map(|text| Content::text(*text)).collect(),
    }
}

async fn add(app: &Arc<App>, account: AccountId, draft: Draft) -> AutoReplyId {
    app.write(move |tx| auto_replies::add(tx, account, draft)).await.unwrap()
}

async fn say(app: &Arc<App>, follower: FollowerId, text: &str) {
    app.append(Append::inbound(follower, Content::text(text), None)).await.unwrap();
}

/// What the account answered by itself, oldest first.
async fn answers(app: &Arc<App>, follower: FollowerId) -> Vec<String> {
    let page = app
        .read(move |conn| Ok(messages::page(conn, follower, messages::Span::After(0), 100)?))
        .await
        .unwrap();
    let mut page: Vec<_> = page.into_iter().filter(|one| one.origin == Origin::Auto).collect();
    page.sort_by_key(|one| one.seq);
    page.iter().map(|one| one.content.summary().to_owned()).collect()
}

#[test]
fn the_first_rule_that_fits_answers_and_the_default_answers_the_rest() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = account.id;
        add(&app, id, rule(Kind::Welcome, &[], &["Welcome"])).await;
        add(&app, id, rule(Kind::Default, &[], &["Later"])).await;
        add(&app, id, rule(Kind::Keyword, &[(Match::Equal, "Price")], &["5", "6"])).await;
        add(&app, id, rule(Kind::Keyword, &[(Match::Contain, "price")], &["Which?"])).await;
        let mei = follower(&app, &account, "mei").await.id;
        for text in [" PRICE ", "the price of tea", "hello"] {
            say(&app, mei, text).await;
        }
        assert_eq!(answers(&app, mei).await, ["Welcome", "5", "6", "Which?", "Later"]);
        let conversation =
            app.read(move |conn| crier_core::conversations::get(conn, mei)).await.unwrap();
        assert_eq!(conversation.last_seq, 8);
        assert_eq!(conversation.window_left, 5, "they spend nothing");
    });
}

#[test]
fn rules_rest_while_an_endpoint_may_answer() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = account.id;
        add(&app, id, rule(Kind::Default, &[], &["Later"])).await;
        let mei = follower(&app, &account, "mei").await.id;
        say(&app, mei, "one").await;
        let (vault, draft) =
            (app.vault.clone(), endpoints::Draft::fresh(Dialect::Native, "http://127.0.0.1:9/"));
        let endpoint =
            app.write(move |tx| endpoints::add(tx, &vault, id, &draft, true)).await.unwrap();
        say(&app, mei, "two").await;
        assert_eq!(answers(&app, mei).await.len(), 1);
        app.write(move |tx| endpoints::set_enabled(tx, id, endpoint, false)).await.unwrap();
        say(&app, mei, "three").await;
        assert_eq!(answers(&app, mei).await.len(), 2);
    });
}

#[test]
fn a_rule_is_switched_changed_and_removed_at_once() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = account.id;
        let first = add(&app, id, rule(Kind::Default, &[], &["Later"])).await;
        let mei = follower(&app, &account, "mei").await.id;
        app.write(move |tx| auto_replies::set_enabled(tx, id, first, false)).await.unwrap();
        say(&app, mei, "one").await;
        app.write(move |tx| auto_replies::set_enabled(tx, id, first, true)).await.unwrap();
        let mut one = rule(Kind::Keyword, &[], &["a", "b", "c"]);
        one.picks = Picks::One;
        app.write(move |tx| auto_replies::change(tx, id, first, one)).await.unwrap();
        say(&app, mei, "two").await;
        let said = answers(&app, mei).await;
        assert!(said.len() == 1 && ["a", "b", "c"].contains(&said[0].as_str()), "{said:?}");
        app.write(move |tx| auto_replies::remove(tx, id, first)).await.unwrap();
        say(&app, mei, "three").await;
        assert_eq!(answers(&app, mei).await.len(), 1);
    });
}

#[test]
fn what_makes_no_rule_is_refused() {
    both_engines(|app| async move {
        let id = account(&app, "tea").await.id;
        let word = [(Match::Contain, "w")];
        let long = "x".repeat(2_049);
        let file = Content::Image { media_id: "nothing".into(), width: None, height: None };
        let rows = [
            (rule(Kind::Keyword, &[], &["a"]), "keywords"),
            (rule(Kind::Keyword, &[(Match::Equal, " ")], &["a"]), "keywords"),
            (rule(Kind::Welcome, &word, &["a"]), "keywords"),
            (rule(Kind::Keyword, &word, &[]), "replies"),
            (rule(Kind::Keyword, &word, &["a"; 6]), "replies"),
            (rule(Kind::Keyword, &word, &[&long]), "replies"),
            (Draft { name: " ".into(), ..rule(Kind::Keyword, &word, &["a"]) }, "rule_name"),
            (Draft { replies: vec![file], ..rule(Kind::Keyword, &word, &["a"]) }, "media_id"),
        ];
        for (draft, wanted) in rows {
            let refused = app.write(move |tx| auto_replies::add(tx, id, draft)).await;
            let Err(Error::Invalid { field, .. }) = refused else { panic!("{refused:?}") };
            assert_eq!(field, wanted);
        }
        add(&app, id, rule(Kind::Welcome, &[], &["a"])).await;
        let second = rule(Kind::Welcome, &[], &["b"]);
        let refused = app.write(move |tx| auto_replies::add(tx, id, second)).await;
        assert!(matches!(refused, Err(Error::Conflict("rule_exists"))), "{refused:?}");
    });
}
