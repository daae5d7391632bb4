//! Menus being designed, put in order, scheduled, counted, and taken from the past.
use std::sync::Arc;

use crier_core::ids::{AccountId, ConditionalMenuId, MenuDraftId};
use crier_core::menus::{self, Action, Button, Done, Rule, Viewer};
use crier_core::tallies::{self, Noun};
use crier_core::users::Platform;
use crier_core::{App, Error, Result, followers, messages, segments};
use crier_testing::{account, both_engines, both_engines_by_hand, follower};

fn say(name: &str) -> Vec<Button> {
    vec![Button { name: name.into(), action: Action::Say { text: format!("{name}!") } }]
}

fn language(language: &str) -> Rule {
    Rule { language: Some(language.to_owned()), ..Rule::default() }
}

async fn draft(app: &Arc<App>, account: AccountId, for_some: bool) -> MenuDraftId {
    app.write(move |tx| menus::add_draft(tx, account, for_some, None)).await.unwrap()
}

async fn fill(app: &Arc<App>, account: AccountId, id: MenuDraftId, rule: Option<Rule>, name: &str) {
    let (buttons, called) = (say(name), name.to_owned());
    app.write(move |tx| menus::change_draft(tx, account, id, &called, rule.as_ref(), &buttons))
        .await
        .unwrap();
}

async fn publish(app: &Arc<App>, account: AccountId, id: MenuDraftId) -> Result<()> {
    app.write(move |tx| menus::publish(tx, account, id)).await
}

/// What somebody of this language sees.
async fn seen(app: &Arc<App>, account: AccountId, locale: &str) -> String {
    let viewer =
        Viewer { follower: None, platform: Some(Platform::Ios), locale: locale.to_owned() };
    see(app, account, viewer).await
}

async fn see(app: &Arc<App>, account: AccountId, viewer: Viewer) -> String {
    let now = app.clock.now();
    let menu = app.read(move |conn| menus::seen_by(conn, account, &viewer, now)).await.unwrap();
    menu.map(|menu| menu.buttons[0].name.clone()).unwrap_or_default()
}

#[test]
fn drafts_come_out_replace_and_are_tried_in_their_order() {
    both_engines(|app| async move {
        let id = account(&app, "tea").await.id;
        let first = draft(&app, id, false).await;
        assert_eq!(draft(&app, id, false).await, first, "one is gone on with");
        let empty = publish(&app, id, first).await;
        assert!(matches!(empty, Err(Error::Invalid { field: "button", .. })), "{empty:?}");
        fill(&app, id, first, None, "All").await;
        publish(&app, id, first).await.unwrap();
        assert_eq!(seen(&app, id, "ja").await, "All");
        for (name, rule) in [
            ("Ja", language("ja")),
            ("Ios", Rule { platform: Some(Platform::Ios), ..Rule::default() }),
        ] {
            let some = draft(&app, id, true).await;
            assert!(matches!(
                publish(&app, id, some).await,
                Err(Error::Invalid { field: "rule", .. })
            ));
            fill(&app, id, some, Some(rule), name).await;
            publish(&app, id, some).await.unwrap();
        }
        assert_eq!(seen(&app, id, "ja").await, "Ios", "the newest goes first");
        let all = app.read(move |conn| menus::conditionals(conn, id)).await.unwrap();
        let ja = ConditionalMenuId(all[1].menu.id);
        app.write(move |tx| menus::move_conditional(tx, id, ja, true)).await.unwrap();
        assert_eq!(seen(&app, id, "ja").await, "Ja");
        assert_eq!(seen(&app, id, "en").await, "Ios");
        let again = app.write(move |tx| menus::add_draft(tx, id, true, Some(ja))).await.unwrap();
        let known = app.read(move |conn| menus::draft(conn, id, again)).await.unwrap();
        assert_eq!((known.name.as_str(), known.rule), ("Ja", Some(language("ja"))));
        fill(&app, id, again, None, "Ja 2").await;
        publish(&app, id, again).await.unwrap();
        assert_eq!(seen(&app, id, "ja").await, "Ja 2", "it takes the place");
        let past = app.read(move |conn| Ok(menus::history(conn, id)?)).await.unwrap();
        assert_eq!(past.len(), 4);
        let other = account(&app, "quay").await.id;
        assert!(matches!(publish(&app, other, again).await, Err(Error::NotFound("menu_draft"))));
    });
}

#[test]
fn a_menu_comes_out_at_its_time_once_and_can_be_taken_back() {
    both_engines_by_hand(|app, clock| async move {
        let id = account(&app, "tea").await.id;
        let buttons = say("Before");
        app.write(move |tx| menus::set(tx, id, &buttons)).await.unwrap();
        let later = draft(&app, id, false).await;
        fill(&app, id, later, None, "After").await;
        let at = app.clock.now().plus(chrono::Duration::hours(1));
        let past = app.clock.now();
        let late = app.write(move |tx| menus::schedule(tx, id, later, past)).await;
        assert!(matches!(late, Err(Error::Invalid { field: "publish_at", .. })), "{late:?}");
        app.write(move |tx| menus::schedule(tx, id, later, at)).await.unwrap();
        assert_eq!(menus::publish_due(&app).await.unwrap(), 0);
        clock.advance(3_600);
        assert_eq!(menus::publish_due(&app).await.unwrap(), 1);
        assert_eq!(menus::publish_due(&app).await.unwrap(), 0);
        assert_eq!(seen(&app, id, "ja").await, "After");
        let past = app.read(move |conn| Ok(menus::history(conn, id)?)).await.unwrap();
        let before = past[1].id;
        app.write(move |tx| menus::restore(tx, id, before)).await.unwrap();
        assert_eq!(seen(&app, id, "ja").await, "Before");

        let broken = draft(&app, id, false).await;
        let file = Action::Media { media_id: "gone".into() };
        let buttons = vec![Button { name: "File".into(), action: file }];
        let at = app.clock.now().plus(chrono::Duration::hours(1));
        app.write(move |tx| {
            menus::change_draft(tx, id, broken, "", None, &buttons)?;
            menus::schedule(tx, id, broken, at)
        })
        .await
        .unwrap();
        clock.advance(3_600);
        assert_eq!(menus::publish_due(&app).await.unwrap(), 0);
        let left = app.read(move |conn| menus::draft(conn, id, broken)).await.unwrap();
        assert_eq!((left.publish_at, left.failure.as_deref()), (None, Some("media_id")));
    });
}

#[test]
fn taps_are_counted_and_a_text_is_sent() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let id = tea.id;
        let buttons = say("Hours");
        let tally = buttons[0].tally();
        app.write(move |tx| menus::set(tx, id, &buttons)).await.unwrap();
        let mei = follower(&app, &tea, "mei").await.id;
        for _ in 0..2 {
            let roster = app.roster.clone();
            app.write(move |tx| menus::tap(tx, &roster, id, mei, "0", &Done::default()))
                .await
                .unwrap();
            clock.advance(3_600);
        }
        let sent = app
            .read(move |conn| Ok(messages::page(conn, mei, messages::Span::After(0), 9)?))
            .await
            .unwrap();
        assert!(sent.iter().all(|one| one.content.summary() == "Hours!") && sent.len() == 2);
        let now = app.clock.now();
        let begins =
            [now.plus(-chrono::Duration::minutes(90)), now.plus(-chrono::Duration::days(7))];
        let counted = app
            .read(move |conn| Ok(tallies::totals(conn, id, Noun::Tapped, &tally, begins)?))
            .await
            .unwrap();
        assert_eq!(counted, [1, 2]);
    });
}

#[test]
fn a_segment_sees_its_menu_while_it_means_who_looks() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let (ada, id) = (follower(&app, &tea, "ada").await, tea.id);
        clock.advance(3 * 24 * 60 * 60);
        let bob = follower(&app, &tea, "bob").await;
        let fresh = segments::Condition::FollowedWithin { days: 2 };
        let fresh = segments::Rule { join: segments::Join::All, conditions: vec![fresh] };
        let segment = app.write(move |tx| {
            menus::set(tx, id, &say("All"))?;
            let segment = segments::add(tx, id, None, "Fresh", &fresh)?;
            let rule = Rule { segment: Some(segment), ..Rule::default() };
            menus::add_conditional(tx, id, &rule, &say("Fresh"))?;
            Ok(segment)
        });
        let segment = segment.await.unwrap();
        let of = |who: &followers::Follower| Viewer {
            follower: Some(who.id),
            platform: None,
            locale: "en".into(),
        };
        assert_eq!(see(&app, id, of(&bob)).await, "Fresh");
        assert_eq!(see(&app, id, of(&ada)).await, "All");
        assert_eq!(seen(&app, id, "en").await, "All", "who does not follow is in no segment");
        let (tapped, roster) = (bob.id, app.roster.clone());
        app.write(move |tx| menus::tap(tx, &roster, id, tapped, "Fresh", &Done::default()))
            .await
            .unwrap();
        clock.advance(3 * 24 * 60 * 60);
        assert_eq!(see(&app, id, of(&bob)).await, "All", "it is looked up when they look");
        clock.advance(-3 * 24 * 60 * 60);
        app.write(move |tx| segments::remove(tx, id, segment)).await.unwrap();
        assert_eq!(see(&app, id, of(&bob)).await, "All", "nobody is in a segment that is gone");
        let rule = Rule { segment: Some(segment), ..Rule::default() };
        let gone = app.write(move |tx| menus::add_conditional(tx, id, &rule, &say("Gone")));
        assert!(matches!(gone.await, Err(Error::Invalid { field: "segment", .. })));
    });
}
