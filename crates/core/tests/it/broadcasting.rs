//! Broadcasts: an audience that is fixed when it is sent, and quotas for each follower.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::broadcasts::{self, Outgoing, Sent, To};
use crier_core::content::Content;
use crier_core::error::Denial;
use crier_core::facts::Fact;
use crier_core::followers::{self, Follower};
use crier_core::rights::Kind;
use crier_core::{App, Error, Result, accounts, tags};
use crier_testing::{account, account_of, both_engines, both_engines_by_hand, follower};

use crate::delivering::{endpoint, facts};
use crate::planning::crowd;

async fn send(app: &App, account: &Account, to: To, text: &str) -> Result<Sent> {
    let outgoing = Outgoing { to, what: Content::text(text).into(), client_id: None };
    let (id, roster) = (account.id, app.roster.clone());
    app.write(move |tx| broadcasts::send(tx, &roster, id, &outgoing)).await
}

async fn change(
    app: &App,
    account: &Account,
    who: &Follower,
    work: fn(&mut crier_core::tx::Tx<'_>, crier_core::ids::AccountId, &[String]) -> Result<()>,
) {
    let (id, openids) = (account.id, vec![who.openid.clone()]);
    app.write(move |tx| work(tx, id, &openids)).await.unwrap();
}

/// What a follower reads, oldest first, in the stream's order and in the timeline's.
async fn read(app: &App, who: &Follower) -> Vec<String> {
    let id = who.id;
    let found = app.read(move |conn| {
        let who = followers::get(conn, id)?;
        let mut line: Vec<_> = broadcasts::timeline(conn, who.user_id, None, 2)?;
        while let Some((last, _)) = line.last() {
            let more = broadcasts::timeline(conn, who.user_id, Some(last.id), 2)?;
            if more.is_empty() {
                break;
            }
            line.extend(more);
        }
        let after = broadcasts::after(conn, &who, 0, 100)?;
        Ok((line, after))
    });
    let (line, after) = found.await.unwrap();
    let texts = |all: Vec<broadcasts::Broadcast>| -> Vec<String> {
        all.iter().map(|one| one.content.summary().to_owned()).collect()
    };
    let mut line = texts(line.into_iter().map(|(broadcast, _)| broadcast).collect());
    line.reverse();
    let after = texts(after);
    assert_eq!(line, after);
    after
}

/// Total, filtered, sent and failed of the newest broadcast, as operators are told.
async fn told(app: &App, account: &Arc<Account>) -> (i64, i64, i64, i64) {
    let newest = facts(app, account).await.into_iter().filter_map(|fact| match fact {
        Fact::BroadcastFinished { id, total, filtered, sent, failed, .. } => {
            Some((id, (total, filtered, sent, failed)))
        }
        _ => None,
    });
    newest.max_by_key(|(id, _)| *id).unwrap().1
}

async fn tagged(app: &App, account: &Arc<Account>) -> (i64, Follower, Follower) {
    let id = account.id;
    let number = app.write(move |tx| tags::add(tx, id, "VIP")).await.unwrap().number;
    assert_eq!(number, 100);
    let (ada, bob) = (follower(app, account, "ada").await, follower(app, account, "bob").await);
    change(app, account, &ada, |tx, id, who| tags::give(tx, id, 100, who)).await;
    (number, ada, bob)
}

#[test]
fn a_tags_audience_is_fixed_when_it_is_sent() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        endpoint(&app, &tea).await;
        let (vip, ada, bob) = tagged(&app, &tea).await;
        send(&app, &tea, To::Tag(vip), "one").await.unwrap();
        assert_eq!(told(&app, &tea).await, (1, 1, 1, 0));
        change(&app, &tea, &bob, |tx, id, who| tags::give(tx, id, 100, who)).await;
        change(&app, &tea, &ada, |tx, id, who| tags::take(tx, id, 100, who)).await;
        assert_eq!(read(&app, &ada).await, ["one"]);
        assert!(read(&app, &bob).await.is_empty());
        send(&app, &tea, To::Tag(vip), "two").await.unwrap();
        change(&app, &tea, &ada, |tx, id, who| tags::give(tx, id, 100, who)).await;
        let id = tea.id;
        app.write(move |tx| tags::remove(tx, id, 100)).await.unwrap();
        assert_eq!(read(&app, &ada).await, ["one"]);
        assert_eq!(read(&app, &bob).await, ["two"]);
        assert!(matches!(
            send(&app, &tea, To::Tag(vip), "three").await,
            Err(Error::NotFound("tag"))
        ));
    });
}

#[test]
fn the_blocked_are_counted_out_and_read_nothing_of_then() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        endpoint(&app, &tea).await;
        let (vip, ada, bob) = tagged(&app, &tea).await;
        change(&app, &tea, &ada, tags::block).await;
        send(&app, &tea, To::All, "all").await.unwrap();
        assert_eq!(told(&app, &tea).await, (2, 1, 1, 0));
        send(&app, &tea, To::Tag(vip), "tag").await.unwrap();
        assert_eq!(told(&app, &tea).await, (1, 0, 0, 0));
        let list = To::Openids(vec![ada.openid.clone(), bob.openid.clone()]);
        send(&app, &tea, list, "list").await.unwrap();
        assert_eq!(told(&app, &tea).await, (2, 1, 1, 0));
        change(&app, &tea, &ada, tags::unblock).await;
        send(&app, &tea, To::All, "again").await.unwrap();
        assert_eq!(read(&app, &ada).await, ["again"]);
        assert_eq!(read(&app, &bob).await, ["all", "list", "again"]);
    });
}

#[test]
fn each_follower_gets_four_a_month() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        endpoint(&app, &tea).await;
        let (vip, ada, bob) = tagged(&app, &tea).await;
        for text in ["t1", "t2", "t3"] {
            clock.advance(60);
            send(&app, &tea, To::Tag(vip), text).await.unwrap();
        }
        send(&app, &tea, To::All, "a1").await.unwrap();
        // Ada has had four, Bob one.
        clock.advance(60);
        send(&app, &tea, To::All, "a2").await.unwrap();
        assert_eq!(told(&app, &tea).await, (2, 2, 1, 1));
        assert!(matches!(
            send(&app, &tea, To::Tag(vip), "t4").await,
            Err(Error::Denied(Denial::Quota))
        ));
        for text in ["a3", "a4"] {
            clock.advance(60);
            send(&app, &tea, To::All, text).await.unwrap();
        }
        assert!(matches!(send(&app, &tea, To::All, "a5").await, Err(Error::Denied(Denial::Quota))));
        clock.advance(60);
        let late = follower(&app, &tea, "late").await;
        clock.advance(60);
        send(&app, &tea, To::All, "a6").await.unwrap();
        assert_eq!(told(&app, &tea).await, (3, 3, 1, 2));
        assert_eq!(read(&app, &ada).await, ["t1", "t2", "t3", "a1"]);
        assert_eq!(read(&app, &bob).await, ["a1", "a2", "a3", "a4"]);
        assert_eq!(read(&app, &late).await, ["a6"]);
        clock.advance(31 * 24 * 60 * 60);
        send(&app, &tea, To::All, "february").await.unwrap();
        assert_eq!(told(&app, &tea).await, (3, 3, 3, 0));
        assert_eq!(read(&app, &ada).await.last().unwrap(), "february");
    });
}

#[test]
fn a_forecast_of_many_says_how_many_at_the_most() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        for text in ["a1", "a2", "a3", "a4"] {
            clock.advance(60);
            send(&app, &tea, To::All, text).await.unwrap();
        }
        clock.advance(60);
        let (id, now) = (tea.id, app.clock.now());
        let forecast = async || {
            let asked = app.read(move |conn| {
                let account = accounts::get(conn, id)?;
                broadcasts::forecast(conn, &account, &To::All, now)
            });
            let found = asked.await.unwrap();
            (found.total, found.reached, found.at_most)
        };
        assert_eq!(forecast().await, (0, 0, false));
        crowd(&app, &tea, 2_600).await;
        assert_eq!(forecast().await, (2_600, 2_600, true));
        // Whoever sends waits until it is known: nobody has had their share.
        let sent = send(&app, &tea, To::All, "a5").await.unwrap();
        assert_eq!(sent.broadcast.reached, 2_600);
    });
}

#[test]
fn a_subscription_account_has_one_a_day_in_its_own_zone() {
    both_engines_by_hand(|app, clock| async move {
        let (daily, _) = account_of(&app, Kind::Subscription, "daily").await;
        // The clock stands at 08:00 in Shanghai.
        send(&app, &daily, To::All, "one").await.unwrap();
        clock.advance(16 * 60 * 60 - 1);
        let refused = send(&app, &daily, To::All, "two").await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Quota))));
        clock.advance(1);
        send(&app, &daily, To::All, "two").await.unwrap();
    });
}

#[test]
fn a_client_id_names_its_broadcast_for_a_day() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let outgoing = || Outgoing {
            to: To::All,
            what: Content::text("x").into(),
            client_id: Some("c1".into()),
        };
        let send = || {
            let (id, roster, outgoing) = (tea.id, app.roster.clone(), outgoing());
            app.write(move |tx| broadcasts::send(tx, &roster, id, &outgoing))
        };
        let first = send().await.unwrap();
        clock.advance(24 * 60 * 60 - 1);
        let again = send().await.unwrap();
        assert_eq!((again.repeated, again.broadcast.id), (true, first.broadcast.id));
        clock.advance(1);
        let anew = send().await.unwrap();
        assert_eq!((anew.repeated, anew.broadcast.seq), (false, 2));
    });
}
