//! Automatic replies by the time of day, and whom they leave to people.
use std::sync::Arc;

use crier_core::agents;
use crier_core::auto_replies::{
    self, AutoReply, Draft, Hours, Keyword, Kind, Match, Picks, shadows,
};
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::ids::{AccountId, FollowerId};
use crier_core::{App, Error, messages};
use crier_testing::{account, both_engines, both_engines_by_hand, follower};

fn rule(kind: Kind, name: &str, words: &[(Match, &str)]) -> Draft {
    let word = |(match_mode, text): &(Match, &str)| Keyword {
        match_mode: *match_mode,
        text: (*text).to_owned(),
    };
    Draft {
        kind,
        name: name.to_owned(),
        keywords: words.iter().map(word).collect(),
        hours: None,
        picks: Picks::All,
        replies: vec![Content::text(name)],
    }
}

/// Monday to Friday from nine to six, and what is outside of it.
fn office(name: &str, outside: bool) -> Draft {
    let (from, until) = (9 * 60, 18 * 60);
    let hours = Hours { weekdays: vec![1, 2, 3, 4, 5], from, until, holidays: vec![], outside };
    Draft { hours: Some(hours), ..rule(Kind::Hours, name, &[]) }
}

async fn add(app: &Arc<App>, account: AccountId, draft: Draft) {
    app.write(move |tx| auto_replies::add(tx, account, draft)).await.unwrap();
}

async fn all(app: &Arc<App>, account: AccountId) -> Vec<AutoReply> {
    app.read(move |conn| Ok(auto_replies::all(conn, account)?)).await.unwrap()
}

/// What the account answered by itself to this.
async fn answers(app: &Arc<App>, follower: FollowerId, text: &str) -> Vec<String> {
    let said = app.append(Append::inbound(follower, Content::text(text), None)).await.unwrap();
    let after = messages::Span::After(said.seq);
    let page = app.read(move |conn| Ok(messages::page(conn, follower, after, 100)?)).await.unwrap();
    let auto = page.into_iter().filter(|one| one.origin == Origin::Auto);
    auto.map(|one| one.content.summary().to_owned()).collect()
}

#[test]
fn keywords_go_before_hours_and_hours_before_the_default() {
    both_engines_by_hand(|app, clock| async move {
        // Thursday, 2026-01-01 08:00 in Shanghai.
        let tea = account(&app, "tea").await;
        let id = tea.id;
        add(&app, id, rule(Kind::Default, "default", &[])).await;
        add(&app, id, office("closed", true)).await;
        add(&app, id, rule(Kind::Keyword, "price", &[(Match::Contain, "price")])).await;
        let mei = follower(&app, &tea, "mei").await.id;
        assert_eq!(answers(&app, mei, "hello").await, ["closed"]);
        assert_eq!(answers(&app, mei, "the price").await, ["price"]);
        clock.advance(3_600);
        assert_eq!(answers(&app, mei, "hello").await, ["default"]);
        add(&app, id, office("open", false)).await;
        assert_eq!(answers(&app, mei, "hello").await, ["open"]);
        clock.advance(9 * 3_600);
        assert_eq!(answers(&app, mei, "hello").await, ["closed"]);
        let rules = all(&app, id).await;
        let hours = rules.iter().filter(|rule| rule.kind == Kind::Hours).count();
        assert_eq!(hours, 2, "there may be several");
        let mut bad = office("bad", true);
        bad.hours = None;
        let refused = app.write(move |tx| auto_replies::add(tx, id, bad)).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "hours", .. })), "{refused:?}");
    });
}

#[test]
fn rules_leave_whom_an_agent_has_to_the_agent() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let id = tea.id;
        add(&app, id, rule(Kind::Default, "default", &[])).await;
        let mei = follower(&app, &tea, "mei").await.id;
        assert_eq!(answers(&app, mei, "hello").await, ["default"]);
        app.write(move |tx| {
            use crier_schema::tables::conversations::dsl;
            use diesel::prelude::*;
            let until = tx.now.plus(agents::SESSION);
            diesel::update(dsl::conversations.find(mei))
                .set((dsl::agent_id.eq(Some(1_i64)), dsl::agent_until.eq(Some(until))))
                .execute(tx.conn)?;
            Ok(())
        })
        .await
        .unwrap();
        assert!(answers(&app, mei, "hello").await.is_empty(), "an agent has them");
        clock.advance(3_600);
        assert_eq!(answers(&app, mei, "hello").await, ["default"], "the session ran out");
    });
}

#[test]
fn words_that_never_answer_are_known() {
    both_engines(|app| async move {
        let id = account(&app, "tea").await.id;
        add(&app, id, rule(Kind::Keyword, "tea", &[(Match::Contain, "Tea")])).await;
        add(&app, id, rule(Kind::Keyword, "open", &[(Match::Equal, "open")])).await;
        let words = [
            (Match::Contain, "green tea"),
            (Match::Equal, "OPEN"),
            (Match::Contain, "open"),
            (Match::Equal, "cup"),
        ];
        add(&app, id, rule(Kind::Keyword, "late", &words)).await;
        let rules = all(&app, id).await;
        let found = shadows(&rules);
        let told: Vec<_> = found.iter().map(|one| (one.word.as_str(), one.by)).collect();
        assert_eq!(told, [("green tea", rules[0].id), ("OPEN", rules[1].id)]);
        assert!(found.iter().all(|one| one.rule == rules[2].id));
    });
}
