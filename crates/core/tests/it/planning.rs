//! Plans: who may move them, what they are sent to, and that each is sent once.
use std::sync::Arc;

use chrono::Duration;
use crier_core::accounts::Account;
use crier_core::broadcasts::{self, Broadcast, Outgoing, To};
use crier_core::content::Content;
use crier_core::followers::{self, Follower};
use crier_core::ids::{BrandId, FollowerId, MemberId, PlanId, SegmentId};
use crier_core::plans::{self, Body, By, Draft, Plan, Post, QuietHours, State, Whom};
use crier_core::segments::{Condition, Join, Rule};
use crier_core::{App, Error, Result, Timestamp, tags};
use crier_testing::{HandClock, account, both_engines_by_hand, follower};
use diesel::connection::SimpleConnection as _;

const ADA: By = By { member: MemberId(1), may_send: true };
const BOB: By = By { member: MemberId(2), may_send: true };
const EVE: By = By { member: MemberId(3), may_send: false };

fn draft(text: &str, whom: Whom, send_at: Option<Timestamp>) -> Draft {
    let body = Body::Message { content: Content::text(text), counted: true };
    Draft { name: "Autumn".into(), body, whom, send_at }
}

async fn add(app: &App, account: &Account, by: By, draft: Draft) -> PlanId {
    let id = account.id;
    app.write(move |tx| plans::add(tx, id, by, draft)).await.unwrap()
}

async fn get(app: &App, account: &Account, id: PlanId) -> Plan {
    let account = account.id;
    app.read(move |conn| plans::get(conn, account, id)).await.unwrap()
}

type Move = fn(
    &mut crier_core::tx::Tx<'_>,
    crier_core::ids::AccountId,
    PlanId,
    By,
    Timestamp,
) -> Result<()>;

/// A step by somebody who sees the plan as it is.
async fn go(app: &App, account: &Account, id: PlanId, by: By, step: Move) -> Result<()> {
    let (seen, account) = (get(app, account, id).await.updated_at, account.id);
    app.write(move |tx| step(tx, account, id, by, seen)).await
}

async fn stop(app: &App, account: &Account, id: PlanId, by: By, what: &'static str) -> Result<()> {
    let account = account.id;
    app.write(move |tx| match what {
        "pause" => plans::pause(tx, account, id, by),
        "resume" => plans::resume(tx, account, id, by),
        _ => plans::cancel(tx, account, id, by),
    })
    .await
}

async fn run(app: &App) {
    while plans::send_due(app).await.unwrap() {}
}

async fn sent(app: &App, account: &Account) -> Vec<Broadcast> {
    let id = account.id;
    app.read(move |conn| broadcasts::page(conn, id, None, 50)).await.unwrap()
}

async fn reads(app: &App, who: &Follower) -> Vec<String> {
    let id = who.id;
    let found = app.read(move |conn| {
        let who = followers::get(conn, id)?;
        broadcasts::after(conn, &who, 0, 100)
    });
    found.await.unwrap().iter().map(|one| one.content.summary().to_owned()).collect()
}

fn is(result: &Result<()>, word: &str) -> bool {
    matches!(result, Err(Error::Conflict(it)) if *it == word)
}

#[test]
fn a_plan_is_sent_at_its_time_and_no_other() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let ada = follower(&app, &tea, "ada").await;
        let at = app.clock.now().plus(Duration::hours(2));
        let id = add(&app, &tea, ADA, draft("leaves", Whom::All, Some(at))).await;
        assert!(matches!(go(&app, &tea, id, EVE, plans::schedule).await, Err(Error::Denied(_))));
        go(&app, &tea, id, ADA, plans::schedule).await.unwrap();
        assert!(is(&go(&app, &tea, id, ADA, plans::schedule).await, "plan_underway"));
        clock.advance(2 * 60 * 60 - 1);
        run(&app).await;
        assert!(sent(&app, &tea).await.is_empty());
        clock.advance(1);
        run(&app).await;
        run(&app).await;
        let plan = get(&app, &tea, id).await;
        let all = sent(&app, &tea).await;
        assert_eq!((plan.state, plan.broadcast_id, all.len()), (State::Sent, Some(all[0].id), 1));
        assert_eq!(reads(&app, &ada).await, ["leaves"]);
        assert!(is(&stop(&app, &tea, id, ADA, "pause").await, "plan_ended"));
        assert!(is(&stop(&app, &tea, id, ADA, "cancel").await, "plan_ended"));
        // What was to be sent hours ago is not sent now.
        let late = app.clock.now().plus(Duration::minutes(1));
        let id = add(&app, &tea, ADA, draft("late", Whom::All, Some(late))).await;
        go(&app, &tea, id, ADA, plans::schedule).await.unwrap();
        clock.advance(2 * 60 * 60);
        run(&app).await;
        let plan = get(&app, &tea, id).await;
        assert_eq!((plan.state, plan.failure.as_deref()), (State::Failed, Some("missed")));
    });
}

#[test]
fn pausing_and_cancelling_win_before_it_is_sent() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        follower(&app, &tea, "ada").await;
        let at = app.clock.now().plus(Duration::minutes(10));
        let id = add(&app, &tea, ADA, draft("x", Whom::All, Some(at))).await;
        go(&app, &tea, id, ADA, plans::schedule).await.unwrap();
        assert!(matches!(stop(&app, &tea, id, EVE, "pause").await, Err(Error::Denied(_))));
        stop(&app, &tea, id, BOB, "pause").await.unwrap();
        clock.advance(11 * 60);
        run(&app).await;
        assert!(is(&stop(&app, &tea, id, ADA, "resume").await, "plan_time_passed"));
        let later = app.clock.now().plus(Duration::minutes(5));
        let (account, seen) = (tea.id, get(&app, &tea, id).await.updated_at);
        let moved = app.write(move |tx| plans::reschedule(tx, account, id, ADA, seen, later)).await;
        assert_eq!(moved.unwrap(), State::Paused);
        let stale = app.write(move |tx| plans::reschedule(tx, account, id, ADA, seen, later)).await;
        assert!(matches!(stale, Err(Error::Conflict("plan_changed"))));
        stop(&app, &tea, id, ADA, "resume").await.unwrap();
        stop(&app, &tea, id, ADA, "cancel").await.unwrap();
        clock.advance(6 * 60);
        run(&app).await;
        assert!(sent(&app, &tea).await.is_empty());
        assert_eq!(get(&app, &tea, id).await.state, State::Cancelled);
        assert!(is(&go(&app, &tea, id, ADA, plans::schedule).await, "plan_ended"));
    });
}

async fn asks_for_two(app: &App, account: &Account, required: bool) {
    let brand: BrandId = account.brand_id;
    app.write(move |tx| plans::set_approval_required(tx, brand, required)).await.unwrap();
}

#[test]
fn where_two_are_wanted_nobody_sends_alone() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        follower(&app, &tea, "ada").await;
        let at = app.clock.now().plus(Duration::hours(1));
        let early = add(&app, &tea, ADA, draft("early", Whom::All, Some(at))).await;
        go(&app, &tea, early, ADA, plans::schedule).await.unwrap();
        asks_for_two(&app, &tea, true).await;
        assert_eq!(get(&app, &tea, early).await.state, State::Awaiting);
        let id = add(&app, &tea, EVE, draft("x", Whom::All, Some(at))).await;
        assert!(is(&go(&app, &tea, id, ADA, plans::schedule).await, "approval_required"));
        assert!(is(&go(&app, &tea, id, ADA, plans::approve).await, "plan_not_asked"));
        go(&app, &tea, id, ADA, plans::ask).await.unwrap();
        assert!(is(&go(&app, &tea, id, ADA, plans::approve).await, "own_plan"));
        assert!(matches!(go(&app, &tea, id, EVE, plans::approve).await, Err(Error::Denied(_))));
        let seen = get(&app, &tea, id).await.updated_at;
        go(&app, &tea, id, BOB, plans::approve).await.unwrap();
        let (account, plan) = (tea.id, get(&app, &tea, id).await);
        assert_eq!((plan.state, plan.approved_by), (State::Scheduled, Some(BOB.member)));
        let changed = draft("y", Whom::All, Some(at));
        let stale = changed.clone();
        let stale = app.write(move |tx| plans::change(tx, account, id, ADA, seen, stale)).await;
        assert!(matches!(stale, Err(Error::Conflict("plan_changed"))));
        let seen = plan.updated_at;
        let state = app.write(move |tx| plans::change(tx, account, id, ADA, seen, changed)).await;
        assert_eq!(state.unwrap(), State::Draft);
        assert_eq!(get(&app, &tea, id).await.approved_by, None);
        go(&app, &tea, id, BOB, plans::ask).await.unwrap();
        let back = app.write(move |tx| plans::send_back(tx, account, id, ADA, "Too short")).await;
        back.unwrap();
        assert_eq!(get(&app, &tea, id).await.note, "Too short");
        go(&app, &tea, id, BOB, plans::ask).await.unwrap();
        go(&app, &tea, id, ADA, plans::approve).await.unwrap();
        clock.advance(60 * 60);
        run(&app).await;
        assert_eq!(get(&app, &tea, id).await.state, State::Sent);
        assert_eq!(sent(&app, &tea).await.len(), 1);
    });
}

#[test]
fn a_change_by_somebody_who_may_not_send_takes_it_off_the_schedule() {
    both_engines_by_hand(|app, _clock| async move {
        let tea = account(&app, "tea").await;
        let at = app.clock.now().plus(Duration::hours(1));
        let id = add(&app, &tea, ADA, draft("x", Whom::All, Some(at))).await;
        go(&app, &tea, id, ADA, plans::schedule).await.unwrap();
        let (account, seen) = (tea.id, get(&app, &tea, id).await.updated_at);
        let kept = draft("y", Whom::All, Some(at));
        let kept = app.write(move |tx| plans::change(tx, account, id, ADA, seen, kept)).await;
        assert_eq!(kept.unwrap(), State::Scheduled);
        let (taken, seen) = (draft("z", Whom::All, Some(at)), get(&app, &tea, id).await.updated_at);
        let taken = app.write(move |tx| plans::change(tx, account, id, EVE, seen, taken)).await;
        assert_eq!(taken.unwrap(), State::Draft);
    });
}

/// Everybody but the silent, which nobody is: a rule that means all.
fn segment() -> Whom {
    let conditions = vec![Condition::SilentFor { days: 1 }];
    Whom::Segment {
        id: SegmentId(1),
        name: "All".into(),
        rule: Rule { join: Join::All, conditions },
    }
}

/// So many followers of an account, with ids from 1 on.
pub async fn crowd(app: &App, account: &Account, count: i64) {
    let (id, now) = (account.id, app.clock.now().micros());
    let sql = format!(
        "INSERT INTO users (id, host_app_id, subject, name, locale, created_at) \
         WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n \
         WHERE i < {count}) SELECT i, (SELECT id FROM host_apps), 's' || i, '', 'en', 0 FROM n;\
         INSERT INTO followers (id, account_id, user_id, openid, followed_at, source, remark) \
         SELECT id, {id}, id, 'o' || id, {now}, 'search', '' FROM users;\
         UPDATE accounts SET follower_count = {count} WHERE id = {id};"
    );
    app.write(move |tx| Ok(tx.conn.batch_execute(&sql)?)).await.unwrap();
}

async fn due_now(app: &App, account: &Account, clock: &Arc<HandClock>, draft: Draft) -> PlanId {
    let id = add(app, account, ADA, draft).await;
    go(app, account, id, ADA, plans::schedule).await.unwrap();
    clock.advance(1);
    id
}

async fn begin(app: &App, id: PlanId) -> State {
    let roster = app.roster.clone();
    let begun = app.write(move |tx| {
        let post = Post { roster: &roster, public_url: "https://crier.example" };
        plans::begin(tx, post, id)
    });
    begun.await.unwrap()
}

async fn chunk(app: &App, id: PlanId) -> bool {
    let now = app.clock.now();
    let Some(chunk) = app.read(move |conn| plans::next(conn, id, now)).await.unwrap() else {
        return false;
    };
    let again = chunk.clone();
    app.write(move |tx| plans::store(tx, id, &chunk)).await.unwrap();
    // Another node that found the same writes nothing.
    app.write(move |tx| plans::store(tx, id, &again)).await.unwrap();
    true
}

#[test]
fn a_segment_is_listed_in_chunks_and_sent_to_once() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        crowd(&app, &tea, 2 * plans::CHUNK + 7).await;
        let (id, account) =
            (due_now(&app, &tea, &clock, draft("hi", segment(), None)).await, tea.id);
        assert_eq!(begin(&app, id).await, State::Preparing);
        assert_eq!(begin(&app, id).await, State::Preparing);
        assert!(chunk(&app, id).await);
        // One leaves, one is blocked, and one comes who was not there.
        let roster = app.roster.clone();
        app.write(move |tx| {
            let leaver = followers::get(tx.conn, FollowerId(5))?.user_id;
            tx.conn.batch_execute(
                "INSERT INTO conversations (follower_id, account_id, user_id, last_seq, \
                 last_inbound_seq, last_outbound_seq, follower_read_seq, account_read_seq, \
                 window_until, window_left, last_event_second, last_at) \
                 SELECT id, account_id, user_id, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM followers \
                 WHERE id < 10",
            )?;
            followers::unfollow(tx, &roster, account, leaver)?;
            tags::block(tx, account, &["o7".into()])
        })
        .await
        .unwrap();
        clock.advance(1);
        let late = follower(&app, &tea, "late").await;
        let (one, two) = tokio::join!(plans::send_due(&app), plans::send_due(&app));
        assert!(one.is_ok() && two.is_ok());
        run(&app).await;
        let all = sent(&app, &tea).await;
        assert_eq!(all.len(), 1);
        // The late one has the newest id, and was there before the list was whole.
        assert_eq!(all[0].reached, 2 * plans::CHUNK + 7 - 2 + 1);
        assert_eq!(get(&app, &tea, id).await.state, State::Sent);
        let follower = |id| app.read(move |conn| followers::get(conn, FollowerId(id)));
        for (id, expected) in [(1, 1), (5, 0), (7, 0), (2 * plans::CHUNK + 7, 1)] {
            assert_eq!(reads(&app, &follower(id).await.unwrap()).await.len(), expected, "{id}");
        }
        assert_eq!(reads(&app, &late).await, ["hi"]);
        clock.advance(1);
        let later = crier_testing::follower(&app, &tea, "later").await;
        assert!(reads(&app, &later).await.is_empty());
    });
}

#[test]
fn a_list_that_was_stopped_is_left_and_made_anew() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        crowd(&app, &tea, plans::CHUNK + 1).await;
        let at = Some(app.clock.now().plus(Duration::seconds(1)));
        let id = due_now(&app, &tea, &clock, draft("hi", segment(), at)).await;
        assert_eq!(begin(&app, id).await, State::Preparing);
        assert!(chunk(&app, id).await);
        stop(&app, &tea, id, ADA, "pause").await.unwrap();
        assert!(!chunk(&app, id).await);
        run(&app).await;
        assert!(sent(&app, &tea).await.is_empty());
        plans::tidy(&app).await.unwrap();
        let left = app.read(|conn| {
            use crier_schema::tables::plan_recipients::dsl::plan_recipients;
            use diesel::prelude::*;
            Ok(plan_recipients.count().get_result::<i64>(conn)?)
        });
        assert_eq!(left.await.unwrap(), 0);
        let (account, seen) = (tea.id, get(&app, &tea, id).await.updated_at);
        let later = app.clock.now().plus(Duration::seconds(5));
        app.write(move |tx| plans::reschedule(tx, account, id, ADA, seen, later)).await.unwrap();
        stop(&app, &tea, id, ADA, "resume").await.unwrap();
        clock.advance(6);
        run(&app).await;
        assert_eq!(sent(&app, &tea).await[0].reached, plans::CHUNK + 1);
    });
}

#[test]
fn who_has_had_their_share_is_left_out_of_a_list() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let (ada, bob) = (follower(&app, &tea, "ada").await, follower(&app, &tea, "bob").await);
        let now = |to: To, text: &'static str| {
            let outgoing = Outgoing { to, what: Content::text(text).into(), client_id: None };
            let (id, roster) = (tea.id, app.roster.clone());
            app.write(move |tx| broadcasts::send(tx, &roster, id, &outgoing))
        };
        for text in ["1", "2", "3"] {
            clock.advance(60);
            now(To::Openids(vec![ada.openid.clone()]), text).await.unwrap();
        }
        clock.advance(60);
        let id = due_now(&app, &tea, &clock, draft("s", segment(), None)).await;
        assert_eq!(begin(&app, id).await, State::Preparing);
        assert!(chunk(&app, id).await);
        // Sent between: Ada has had four then, so the list is made anew.
        now(To::Openids(vec![ada.openid.clone()]), "4").await.unwrap();
        run(&app).await;
        assert_eq!(sent(&app, &tea).await[0].reached, 1);
        assert_eq!(reads(&app, &ada).await, ["1", "2", "3", "4"]);
        assert_eq!(reads(&app, &bob).await, ["s"]);
        // A segment counts like anything else that was addressed to somebody.
        for text in ["5", "6", "7"] {
            clock.advance(60);
            now(To::All, text).await.unwrap();
        }
        clock.advance(60);
        assert!(now(To::All, "8").await.is_err());
        assert_eq!(reads(&app, &bob).await, ["s", "5", "6", "7"]);
        let id = due_now(&app, &tea, &clock, draft("t", segment(), None)).await;
        run(&app).await;
        let plan = get(&app, &tea, id).await;
        assert_eq!((plan.state, plan.failure.as_deref()), (State::Failed, Some("quota")));
    });
}

#[test]
fn what_is_wrong_with_a_plan_is_said_before_it_is_scheduled() {
    both_engines_by_hand(|app, _clock| async move {
        let tea = account(&app, "tea").await;
        let id = add(&app, &tea, ADA, draft(" ", Whom::All, None)).await;
        let empty = go(&app, &tea, id, ADA, plans::schedule).await;
        assert!(matches!(empty, Err(Error::Invalid { field: "text", .. })), "{empty:?}");
        let articles =
            Draft { body: Body::Articles { key: "none".into() }, ..draft("", Whom::All, None) };
        let id = add(&app, &tea, ADA, articles).await;
        let gone = go(&app, &tea, id, ADA, plans::schedule).await;
        assert!(matches!(gone, Err(Error::Invalid { field: "article", .. })), "{gone:?}");
        let account = tea.id;
        for (field, bad) in [
            ("plan_name", Draft { name: " ".into(), ..draft("x", Whom::All, None) }),
            ("send_at", draft("x", Whom::All, Some(app.clock.now()))),
            ("audience", draft("x", Whom::Tag { number: 999 }, None)),
            ("text", draft(&"x".repeat(2_049), Whom::All, None)),
        ] {
            let refused = app.write(move |tx| plans::add(tx, account, ADA, bad)).await;
            assert!(
                matches!(&refused, Err(Error::Invalid { field: it, .. }) if *it == field),
                "{refused:?}"
            );
        }
        let silk = crier_testing::account(&app, "silk").await.id;
        let foreign = app.read(move |conn| plans::get(conn, silk, id)).await;
        assert!(matches!(foreign, Err(Error::NotFound("plan"))));
    });
}

#[test]
fn an_outlook_tells_what_would_happen() {
    both_engines_by_hand(|app, _clock| async move {
        let tea = account(&app, "tea").await;
        follower(&app, &tea, "ada").await;
        let id = tea.id;
        let night = QuietHours { from: 22 * 60, until: 8 * 60 };
        app.write(move |tx| plans::set_quiet_hours(tx, id, Some(night))).await.unwrap();
        // The clock stands at 08:00 in Shanghai.
        let at = |hours| Some(app.clock.now().plus(Duration::hours(hours)));
        let first = add(&app, &tea, ADA, draft("x", Whom::All, at(10))).await;
        go(&app, &tea, first, ADA, plans::schedule).await.unwrap();
        let text = "See https://tea.example/a";
        let second = add(&app, &tea, ADA, draft(text, Whom::All, at(15))).await;
        let plan = get(&app, &tea, second).await;
        let now = app.clock.now();
        let found = app.read(move |conn| plans::outlook(conn, &plan, now)).await.unwrap();
        assert_eq!(found.forecast.unwrap().reached, 1);
        assert_eq!(found.quiet, Some(night));
        assert_eq!((found.near.len(), found.near[0].plan), (1, Some(first)));
        assert_eq!(found.links, ["https://tea.example/a"]);
        assert!(found.faults.is_empty() && !found.no_right);
        // Followers of the tests speak Chinese.
        assert_eq!((found.languages[0].language.as_str(), found.languages[0].count), ("zh", 1));
        assert!(found.script.misses("zh"));
    });
}

async fn results(app: &App, sent: &Broadcast, by: broadcasts::By) -> broadcasts::Results {
    let (sent, now) = (sent.clone(), app.clock.now());
    app.read(move |conn| broadcasts::results(conn, &sent, "UTC", by, now)).await.unwrap()
}

#[test]
fn clicks_on_its_links_are_counted_by_link_and_time() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let ada = follower(&app, &tea, "ada").await;
        let text = "Autumn: https://tea.example/a, winter: https://tea.example/b.";
        due_now(&app, &tea, &clock, draft(text, Whom::All, None)).await;
        let plain = Body::Message { content: Content::text(text), counted: false };
        let plain = Draft { body: plain, ..draft("", Whom::All, None) };
        due_now(&app, &tea, &clock, plain).await;
        run(&app).await;
        let all = sent(&app, &tea).await;
        let id = all[1].id;
        let links = app.read(move |conn| Ok(broadcasts::links(conn, id)?)).await.unwrap();
        let urls: Vec<&str> = links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://tea.example/a", "https://tea.example/b"]);
        let short = |at: usize| format!("{}/l/{}", app.public_url, links[at].token);
        let told = format!("Autumn: {}, winter: {}.", short(0), short(1));
        assert_eq!(reads(&app, &ada).await, [told.as_str(), text]);
        for (link, wait) in [(0, 0), (0, 60 * 60), (1, 0), (0, 40 * 24 * 60 * 60)] {
            clock.advance(wait);
            let token = links[link].token.clone();
            let click = app.write(move |tx| {
                let link = broadcasts::link(tx.conn, &token)?;
                broadcasts::click(tx, &link)
            });
            click.await.unwrap();
        }
        let came = results(&app, &all[1], broadcasts::By::Hour).await;
        assert_eq!((came.clicks, came.reads, came.parts.len()), (4, 0, 48));
        assert_eq!((came.parts[0].clicks, came.parts[1].clicks), (1, 2));
        let counts: Vec<(i64, i64)> =
            came.links.iter().map(|one| (one.clicks, one.parts.iter().sum())).collect();
        assert_eq!(counts, [(3, 2), (1, 1)], "what comes late counts, and is told no hour of");
        assert!(results(&app, &all[0], broadcasts::By::Day).await.links.is_empty());
        let gone = app.read(|conn| broadcasts::link(conn, "none")).await;
        assert!(matches!(gone, Err(Error::NotFound("link"))));
    });
}
