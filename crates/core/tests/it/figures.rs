//! Figures are what happened: days and hours of the account's own clock, over its changes too.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _};
use chrono_tz::Tz;
use crier_core::accounts::{self, Account, Draft};
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::deliveries::{self, Attempt, Outcome, State};
use crier_core::figures::{self, Band, Called, Cumulated, Days, Followed, Grain, Kind};
use crier_core::followers::{self, Follower};
use crier_core::{App, Error, Timestamp, scene_codes};
use crier_testing::{HandClock, both_engines_by_hand, draft, member_brand, user};

use crate::delivering::endpoint;

async fn account_in(app: &App, zone: &str) -> Arc<Account> {
    let brand = member_brand(app, "Test").await;
    let kind = crier_core::rights::Kind::Service;
    let draft = Draft { time_zone: zone.into(), ..draft(&brand, kind, "tea") };
    let vault = app.vault.clone();
    Arc::new(app.write(move |tx| accounts::add(tx, &vault, &draft)).await.unwrap().0)
}

async fn follow(app: &App, account: &Arc<Account>, name: &str, scene: Option<&str>) -> Follower {
    let (user, scene) = (user(app, name).await, scene.map(str::to_owned));
    let (account, vault, roster) = (account.clone(), app.vault.clone(), app.roster.clone());
    app.write(move |tx| followers::follow(tx, &vault, &roster, &account, user, scene.as_deref()))
        .await
        .unwrap()
}

async fn leave(app: &App, follower: &Follower) {
    let (account, user, roster) = (follower.account_id, follower.user_id, app.roster.clone());
    app.write(move |tx| followers::unfollow(tx, &roster, account, user)).await.unwrap();
}

fn turn_to(app: &App, clock: &HandClock, at: &str) {
    let at: Timestamp = DateTime::parse_from_rfc3339(at).unwrap().to_utc().into();
    clock.advance(at.seconds() - app.clock.now().seconds());
}

fn days(app: &App, account: &Account, first: &str, last: &str) -> Days {
    Days::parse(account, first, last, 100, app.clock.now()).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn days_that_are_no_dates_too_many_or_not_past_are_refused() {
    both_engines_by_hand(|app, clock| async move {
        let account = account_in(&app, "Asia/Shanghai").await;
        turn_to(&app, &clock, "2026-03-10T16:00:30Z");
        let parse = |first, last, most| Days::parse(&account, first, last, most, app.clock.now());
        let invalid = |days, wanted: &str| match days {
            Err(Error::Invalid { field, .. }) => assert_eq!(field, wanted),
            other => panic!("{other:?}"),
        };
        // In Shanghai it is the 11th, half a minute after midnight.
        invalid(parse("2026-03-32", "2026-03-09", 7), "date");
        invalid(parse("2026-03-09", "", 7), "date");
        invalid(parse("2026-03-09", "2026-03-08", 7), "days");
        invalid(parse("2026-03-02", "2026-03-09", 7), "days");
        invalid(parse("2026-03-11", "2026-03-11", 7), "days");
        invalid(parse("2026-03-10", "2026-03-12", 7), "days");
        assert!(matches!(
            parse("2026-03-10", "2026-03-10", 1),
            Err(Error::Conflict("figures_not_ready"))
        ));
        assert!(parse("2026-03-03", "2026-03-09", 7).is_ok());
        clock.advance(30);
        let ready = Days::parse(&account, "2026-03-10", "2026-03-10", 1, app.clock.now());
        assert!(ready.is_ok());
    });
}

#[test]
fn followers_are_counted_by_how_they_came() {
    both_engines_by_hand(|app, clock| async move {
        let account = account_in(&app, "UTC").await;
        let id = account.id;
        app.write(move |tx| scene_codes::add(tx, id, "door", false, None)).await.unwrap();
        clock.advance(3600);
        let ada = follow(&app, &account, "ada", None).await;
        follow(&app, &account, "bob", Some("door")).await;
        follow(&app, &account, "bob", Some("door")).await;
        leave(&app, &ada).await;
        leave(&app, &ada).await;
        clock.advance(86_400);
        follow(&app, &account, "ada", Some("door")).await;
        clock.advance(86_400 * 3);
        let days = days(&app, &account, "2025-12-30", "2026-01-04");
        let of = |day_of, source: &str, gained, lost| Followed {
            day: day(day_of),
            source: source.into(),
            gained,
            lost,
        };
        let followed = app.read(move |conn| figures::followed(conn, id, &days)).await.unwrap();
        let expected = [
            of("2026-01-01", "scene", 1, 0),
            of("2026-01-01", "search", 1, 1),
            of("2026-01-02", "scene", 1, 0),
        ];
        assert_eq!(followed, expected);
        let cumulated =
            app.read(move |conn| figures::cumulated(conn, &account, &days)).await.unwrap();
        let expected = [("01", 1), ("02", 2), ("03", 2), ("04", 2)].map(|(number, followers)| {
            Cumulated { day: day(&format!("2026-01-{number}")), followers }
        });
        assert_eq!(cumulated, expected);
    });
}

#[test]
fn followers_from_before_the_log_are_counted() {
    both_engines_by_hand(|app, clock| async move {
        let account = account_in(&app, "UTC").await;
        let ada = follow(&app, &account, "ada", None).await;
        follow(&app, &account, "bob", None).await;
        app.write(|tx| {
            use crier_schema::tables::followings;
            Ok(diesel::RunQueryDsl::execute(diesel::delete(followings::table), tx.conn)?)
        })
        .await
        .unwrap();
        clock.advance(86_400 * 2 + 60);
        let at = days(&app, &account, "2026-01-01", "2026-01-02");
        let totals = async || {
            let account = account.clone();
            let rows = app.read(move |conn| figures::cumulated(conn, &account, &at)).await.unwrap();
            rows.iter().map(|row| row.followers).collect::<Vec<_>>()
        };
        assert_eq!(totals().await, [2, 2]);
        leave(&app, &ada).await;
        assert_eq!(totals().await, [2, 2]);
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "one endpoint's day, told from its beginning to its end")]
fn calls_are_counted_with_their_failures_and_their_time() {
    both_engines_by_hand(|app, clock| async move {
        let account = account_in(&app, "Asia/Kolkata").await;
        let endpoint = endpoint(&app, &account).await;
        let id = follow(&app, &account, "ada", None).await.id;
        clock.advance(7200);
        app.append(Append::inbound(id, Content::text("hi"), None)).await.unwrap();
        let node = app.node.as_ref().unwrap().id();
        let read = app.read(move |conn| deliveries::assigned(conn, node, &[id]));
        let held = read.await.unwrap();
        assert_eq!(held.len(), 2);
        assert!(held.iter().all(|due| due.endpoint == endpoint));
        let outcome = |due: &crier_core::tx::Due, number, took_ms, state| Outcome {
            delivery: due.id,
            node,
            account: due.event.account,
            follower: due.event.follower,
            state,
            attempt: Attempt {
                number,
                at: app.clock.now(),
                took_ms,
                request: if state == State::Delivered { "" } else { "POST" }.into(),
                status: (state == State::Delivered).then_some(200),
                answer: String::new(),
                verdict: if state == State::Delivered { "delivered" } else { "timeout" }.into(),
            },
            next_at: None,
            retries: 0,
            reply: None,
        };
        let mut outcomes = vec![
            outcome(&held[0], 1, 40, State::Delivered),
            outcome(&held[1], 1, 5000, State::Pending),
            outcome(&held[1], 2, 4000, State::Pending),
            outcome(&held[1], 3, 7, State::Delivered),
        ];
        for one in outcomes.drain(..) {
            app.write(move |tx| deliveries::record(tx, &[one])).await.unwrap();
        }
        // Asked for once more: what went well before is a call of its own and no failure.
        let (account_id, first) = (account.id, held[0].id);
        app.write(move |tx| deliveries::resend(tx, account_id, first)).await.unwrap();
        clock.advance(86_400);
        let days = days(&app, &account, "2026-01-01", "2026-01-01");
        for grain in [Grain::Day, Grain::Hour] {
            let called = app.read(move |conn| figures::called(conn, account_id, &days, grain));
            let called = called.await.unwrap();
            let hours = called.iter().filter_map(|row| row.hour).collect::<Vec<_>>();
            assert_eq!(hours, if grain == Grain::Day { vec![] } else { vec![5, 7] });
            let calls: i64 = called.iter().map(|row| row.calls).sum();
            assert_eq!(calls, 4);
        }
        let called = app.read(move |conn| figures::called(conn, account_id, &days, Grain::Day));
        let expected = Called {
            day: day("2026-01-01"),
            hour: None,
            calls: 4,
            failed: 2,
            took_ms: 9047,
            longest_ms: 5000,
        };
        assert_eq!(called.await.unwrap(), [expected]);
    });
}

/// What happened, as the test itself remembers it.
#[derive(Default)]
struct Diary {
    followings: Vec<(Timestamp, bool)>,
    messages: Vec<(Timestamp, Kind, i64)>,
}

/// Numbers that look random, and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn anything(dice: &mut Dice) -> (Content, Kind) {
    let media_id = String::from("m");
    match dice.below(6) {
        0 => (Content::Image { media_id, width: None, height: None }, Kind::Image),
        1 => (Content::Voice { media_id, format: "amr".into() }, Kind::Voice),
        2 => {
            let (title, description) = (None, None);
            (Content::Video { media_id, thumbnail_id: None, title, description }, Kind::Video)
        }
        3 => {
            let (title, description) = ("{\"type\":\"text\",".into(), String::new());
            (Content::Link { title, description, url: "https://x.example".into() }, Kind::Other)
        }
        _ => (Content::text("{\"type\":\"image\","), Kind::Text),
    }
}

/// Lets days go by in which people come, write and leave.
async fn live(app: &Arc<App>, clock: &HandClock, account: &Arc<Account>, seed: u64) -> Diary {
    let (mut diary, mut dice) = (Diary::default(), Dice(seed));
    let mut present: BTreeMap<u64, Follower> = BTreeMap::new();
    for _ in 0..150 {
        clock.advance(i64::try_from(dice.below(9000)).unwrap());
        let (who, now) = (dice.below(5), app.clock.now());
        match (present.get(&who), dice.below(12)) {
            (None, _) => {
                let follower = follow(app, account, &format!("u{who}"), None).await;
                present.insert(who, follower);
                diary.followings.push((now, true));
            }
            (Some(follower), 0) => {
                leave(app, follower).await;
                present.remove(&who);
                diary.followings.push((now, false));
            }
            (Some(follower), _) => {
                for _ in 0..=dice.below(4) {
                    let (content, kind) = anything(&mut dice);
                    app.append(Append::inbound(follower.id, content, None)).await.unwrap();
                    diary.messages.push((now, kind, follower.id.0));
                }
            }
        }
    }
    diary
}

/// The part of time that a moment is in, found by what the clock on the wall shows.
fn part(zone: Tz, at: Timestamp, grain: Grain) -> (NaiveDate, Option<u32>) {
    let shown = at.to_chrono().with_timezone(&zone);
    let day = shown.date_naive();
    match grain {
        Grain::Hour => (day, Some(shown.hour())),
        Grain::Day => (day, None),
        Grain::Week => {
            let since = u64::from(day.weekday().num_days_from_monday());
            (day - chrono::Days::new(since), None)
        }
        Grain::Month => (day.with_day(1).unwrap(), None),
    }
}

async fn compare(app: &App, account: &Arc<Account>, diary: &Diary, at: Days) {
    let (id, zone): (_, Tz) = (account.id, account.time_zone.parse().unwrap());
    for grain in [Grain::Hour, Grain::Day, Grain::Week, Grain::Month] {
        let mut written: BTreeMap<_, (BTreeSet<i64>, i64)> = BTreeMap::new();
        let mut by_writer: BTreeMap<_, i64> = BTreeMap::new();
        for (at, kind, follower) in &diary.messages {
            let part = part(zone, *at, grain);
            let (followers, messages) = written.entry((part, *kind)).or_default();
            followers.insert(*follower);
            *messages += 1;
            *by_writer.entry((part, *follower)).or_default() += 1;
        }
        let expected: Vec<_> = written
            .into_iter()
            .map(|(key, (followers, messages))| (key, followers.len() as i64, messages))
            .collect();
        let found = app.read(move |conn| figures::written(conn, id, &at, grain)).await.unwrap();
        let found: Vec<_> = found
            .into_iter()
            .map(|row| (((row.day, row.hour), row.kind), row.followers, row.messages))
            .collect();
        assert_eq!(found, expected, "{grain:?} in {zone}");
        let mut bands: BTreeMap<_, i64> = BTreeMap::new();
        for ((part, _), messages) in by_writer {
            let band = [Band::Few, Band::Some][usize::from(messages > 5)];
            let band = if messages > 10 { Band::Many } else { band };
            *bands.entry((part.0, part.1, band)).or_default() += 1;
        }
        if grain != Grain::Hour {
            let found = app.read(move |conn| figures::spread(conn, id, &at, grain)).await.unwrap();
            let found = found.iter().map(|row| ((row.day, None, row.band), row.followers));
            assert_eq!(found.collect::<BTreeMap<_, _>>(), bands, "{grain:?} in {zone}");
        }
    }
    let (mut moved, mut total): (BTreeMap<NaiveDate, (i64, i64)>, _) = (BTreeMap::new(), 0);
    let mut totals = BTreeMap::new();
    for (at, gained) in &diary.followings {
        let day = part(zone, *at, Grain::Day).0;
        let (came, left) = moved.entry(day).or_default();
        *if *gained { came } else { left } += 1;
        total += if *gained { 1 } else { -1 };
        totals.insert(day, total);
    }
    let found = app.read(move |conn| figures::followed(conn, id, &at)).await.unwrap();
    let found = found.iter().map(|row| (row.day, (row.gained, row.lost)));
    assert_eq!(found.collect::<BTreeMap<_, _>>(), moved, "{zone}");
    let account = account.clone();
    for row in app.read(move |conn| figures::cumulated(conn, &account, &at)).await.unwrap() {
        let last = totals.range(..=row.day).next_back();
        assert_eq!(row.followers, last.map_or(0, |(_, total)| *total), "{} in {zone}", row.day);
    }
}

#[test]
fn figures_are_what_a_naive_count_over_a_clock_change_says() {
    for (zone, start, first, last) in [
        ("America/New_York", "2026-10-29T20:00:00Z", "2026-10-20", "2026-11-20"),
        ("Australia/Lord_Howe", "2026-10-01T00:00:00Z", "2026-09-25", "2026-10-25"),
        ("America/Santiago", "2026-09-03T05:00:00Z", "2026-08-31", "2026-09-30"),
        ("Asia/Kathmandu", "2026-02-25T11:00:00Z", "2026-02-20", "2026-03-25"),
    ] {
        both_engines_by_hand(|app, clock| async move {
            let account = account_in(&app, zone).await;
            turn_to(&app, &clock, start);
            let diary = live(&app, &clock, &account, 0x9e37_79b9_7f4a_7c15).await;
            turn_to(&app, &clock, &format!("{last}T23:59:00Z"));
            clock.advance(86_400 * 2);
            let at = days(&app, &account, first, last);
            compare(&app, &account, &diary, at).await;
        });
    }
}
