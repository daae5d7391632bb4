//! Tallies are what a naive count of the same days gives, on the account's own days.
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use crier_core::accounts::{self, Account, Draft};
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::daily::{self, Daily, Measure};
use crier_core::deliveries::{self, Attempt, Outcome, State};
use crier_core::figures::Days;
use crier_core::followers::{self, Follower};
use crier_core::windows::Effect;
use crier_core::{App, Timestamp};
use crier_testing::{HandClock, both_engines_by_hand, draft, member_brand, user};

use crate::delivering::endpoint;

const ZONE: &str = "Asia/Kathmandu";

async fn account(app: &App) -> Arc<Account> {
    let brand = member_brand(app, "Test").await;
    let kind = crier_core::rights::Kind::Service;
    let draft = Draft { time_zone: ZONE.into(), ..draft(&brand, kind, "tea") };
    let vault = app.vault.clone();
    Arc::new(app.write(move |tx| accounts::add(tx, &vault, &draft)).await.unwrap().0)
}

async fn follow(app: &App, account: &Arc<Account>, name: &str) -> Follower {
    let (user, account) = (user(app, name).await, account.clone());
    let (vault, roster) = (app.vault.clone(), app.roster.clone());
    app.write(move |tx| followers::follow(tx, &vault, &roster, &account, user, None)).await.unwrap()
}

async fn leave(app: &App, follower: &Follower) {
    let (account, user, roster) = (follower.account_id, follower.user_id, app.roster.clone());
    app.write(move |tx| followers::unfollow(tx, &roster, account, user)).await.unwrap();
}

async fn write(app: &App, follower: &Follower, origin: Origin) {
    let text = Content::text("hi");
    let append = match origin {
        Origin::Follower => Append::inbound(follower.id, text, None),
        origin => Append::outbound(follower.id, origin, text, None, Effect::None),
    };
    app.append(append).await.unwrap();
}

fn day(at: Timestamp) -> NaiveDate {
    at.to_chrono().with_timezone(&ZONE.parse::<Tz>().unwrap()).date_naive()
}

async fn read(app: &App, account: &Account, measure: Measure, days: Days) -> Daily {
    let id = account.id;
    app.read(move |conn| daily::read(conn, id, measure, &days)).await.unwrap()
}

/// What happened, as the test itself remembers it.
#[derive(Default)]
struct Diary {
    counts: BTreeMap<(&'static str, String, NaiveDate), i64>,
    /// Seconds until an answer, with the day it was given on.
    waits: Vec<(&'static str, NaiveDate, i64)>,
    since: BTreeMap<i64, Timestamp>,
}

impl Diary {
    fn note(&mut self, measure: &'static str, part: &str, at: Timestamp) {
        *self.counts.entry((measure, part.to_owned(), day(at))).or_default() += 1;
    }

    fn wrote(&mut self, follower: &Follower, origin: Origin, at: Timestamp) {
        self.note("messages", origin.as_str(), at);
        let measure = match origin {
            Origin::Follower => {
                self.since.entry(follower.id.0).or_insert(at);
                return;
            }
            Origin::Console => "answered_member",
            Origin::Api | Origin::Answer => "answered_backend",
            _ => return,
        };
        if let Some(since) = self.since.remove(&follower.id.0) {
            self.waits.push((measure, day(at), at.seconds() - since.seconds()));
        }
    }
}

/// Three days in which a few people come, write, are answered, and leave.
async fn live(app: &Arc<App>, clock: &HandClock, account: &Arc<Account>) -> Diary {
    let mut diary = Diary::default();
    let mut people = Vec::new();
    for name in ["ada", "bo", "cy"] {
        people.push(follow(app, account, name).await);
        diary.note("gained", "search", app.clock.now());
    }
    let origins = [
        Origin::Follower,
        Origin::Auto,
        Origin::Follower,
        Origin::Console,
        Origin::Api,
        Origin::Follower,
        Origin::Api,
    ];
    for turn in 0..40_usize {
        clock.advance(5_000 + 700 * (turn as i64 % 5));
        let (who, origin) = (&people[turn % 3], origins[turn % origins.len()]);
        write(app, who, origin).await;
        diary.wrote(who, origin, app.clock.now());
        // What was counted in between is counted once.
        if turn % 9 == 0 {
            clock.advance(20);
            daily::catch_up(app, true).await.unwrap();
        }
    }
    leave(app, &people[2]).await;
    diary.note("lost", "search", app.clock.now());
    clock.advance(20);
    daily::catch_up(app, true).await.unwrap();
    diary
}

#[test]
fn tallies_are_what_a_naive_count_gives() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app).await;
        let diary = live(&app, &clock, &account).await;
        let days = Days::latest(&account, 5, app.clock.now());
        for (name, measure) in
            [("gained", Measure::Gained), ("lost", Measure::Lost), ("messages", Measure::Messages)]
        {
            let found = read(&app, &account, measure, days).await;
            let mut seen = 0;
            for part in found.parts() {
                for (day, count) in days.dates().into_iter().zip(found.of(part)) {
                    let wanted = diary.counts.get(&(name, part.to_owned(), day));
                    assert_eq!(count, wanted.copied().unwrap_or_default(), "{name} {part} {day}");
                    seen += count;
                }
            }
            let all = diary.counts.iter().filter(|((measure, _, _), _)| *measure == name);
            assert_eq!(seen, all.map(|(_, count)| count).sum::<i64>(), "{name}");
            assert_eq!(found.sums().iter().sum::<i64>(), seen);
        }
        for (name, measure) in [
            ("answered_member", Measure::AnsweredByMember),
            ("answered_backend", Measure::AnsweredByBackend),
        ] {
            let found = read(&app, &account, measure, days).await;
            for (day, spread) in days.dates().into_iter().zip(found.spreads()) {
                let waits = diary.waits.iter().filter(|(of, on, _)| *of == name && *on == day);
                let mut waits: Vec<i64> = waits.map(|(_, _, seconds)| *seconds).collect();
                waits.sort_unstable();
                assert_eq!(spread.count(), waits.len() as i64, "{name} {day}");
                if let Some(wanted) = waits.get(waits.len().saturating_sub(1) / 2) {
                    let median = spread.percentile(50).unwrap();
                    let wanted = f64::from(i32::try_from(*wanted).unwrap());
                    assert!((median - wanted).abs() <= wanted * 0.026, "{median} for {wanted}");
                }
            }
            assert!(diary.waits.iter().any(|(of, _, _)| *of == name));
        }
    });
}

#[test]
fn what_was_open_is_counted_again_when_it_has_ended() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app).await;
        endpoint(&app, &account).await;
        let follower = follow(&app, &account, "ada").await;
        write(&app, &follower, Origin::Follower).await;
        clock.advance(20);
        daily::catch_up(&app, false).await.unwrap();
        let days = Days::latest(&account, 1, app.clock.now());
        let found = read(&app, &account, Measure::Deliveries, days).await;
        assert_eq!((found.of("open"), found.of("delivered")), (vec![2], vec![0]));
        let node = app.node.as_ref().unwrap().id();
        let id = follower.id;
        let held = app.read(move |conn| deliveries::assigned(conn, node, &[id])).await.unwrap();
        for (due, state) in held.iter().zip([State::Delivered, State::Failed]) {
            let outcome = Outcome {
                delivery: due.id,
                node,
                account: account.id,
                follower: Some(id),
                state,
                attempt: Attempt {
                    number: 1,
                    at: app.clock.now(),
                    took_ms: 40,
                    request: String::new(),
                    status: Some(200),
                    answer: String::new(),
                    verdict: "delivered".into(),
                },
                next_at: None,
                retries: 0,
                reply: None,
            };
            app.write(move |tx| deliveries::record(tx, &[outcome])).await.unwrap();
        }
        daily::catch_up(&app, false).await.unwrap();
        assert_eq!(read(&app, &account, Measure::Deliveries, days).await, found);
        daily::catch_up(&app, true).await.unwrap();
        let found = read(&app, &account, Measure::Deliveries, days).await;
        let now = [found.of("open"), found.of("delivered"), found.of("failed")];
        assert_eq!(now, [vec![0], vec![1], vec![1]]);
        let latency = read(&app, &account, Measure::Latency, days).await;
        assert_eq!(latency.spreads()[0].percentile(95), Some(40.0));
    });
}
