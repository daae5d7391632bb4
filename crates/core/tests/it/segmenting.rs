//! Segments: a rule means whom a naive filter finds, a bounded look at a time, by index.
use std::collections::BTreeSet;

use chrono::Duration;
use crier_core::arrivals::Source;
use crier_core::ids::{AccountId, FollowerId};
use crier_core::segments::{self, Condition, Join, Looking, Rule, Tally};
use crier_core::users::Platform;
use crier_core::{App, Error, Timestamp, tags};
use crier_testing::{account, both_engines_by_hand};
use diesel::connection::SimpleConnection as _;

use crate::figure_plans::plan;

/// Followers of the account under test.
const PEOPLE: i64 = 400;

/// What is known of one follower.
#[derive(Debug, Clone)]
struct Person {
    id: i64,
    tags: BTreeSet<i64>,
    source: Source,
    scene: Option<String>,
    followed_at: Timestamp,
    wrote_at: Option<Timestamp>,
    locale: &'static str,
    platform: Option<Platform>,
    left: bool,
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.roll(of.len() as u64)).unwrap()].clone()
    }

    fn days(&mut self, now: Timestamp) -> Timestamp {
        now.plus(Duration::hours(-i64::try_from(self.roll(24 * 60)).unwrap()))
    }
}

const LOCALES: [&str; 6] = ["zh_CN", "zh-TW", "en-US", "en", "ja", "zhx"];

fn people(dice: &mut Dice, now: Timestamp) -> Vec<Person> {
    let person = |id| Person {
        id,
        tags: [100, 101, 102].into_iter().filter(|_| dice.roll(3) == 0).collect(),
        source: dice.pick(Source::ALL),
        scene: dice.pick(&[None, Some("table-7".to_owned()), Some("it's".to_owned())]),
        followed_at: dice.days(now),
        wrote_at: (dice.roll(3) > 0).then(|| dice.days(now)),
        locale: dice.pick(&LOCALES),
        platform: dice.pick(&[None, Some(Platform::Ios), Some(Platform::Android)]),
        left: dice.roll(8) == 0,
    };
    (1..=PEOPLE).map(person).collect()
}

fn text(of: Option<&str>) -> String {
    of.map_or("NULL".into(), |of| format!("'{}'", of.replace('\'', "''")))
}

/// Stores them, and for each a message that is not the newest.
fn store(account: AccountId, people: &[Person]) -> String {
    let mut sql = Vec::new();
    for person in people {
        let (id, at) = (person.id, person.followed_at.micros());
        let left = if person.left { at.to_string() } else { "NULL".into() };
        let inbound = person.wrote_at.map_or(0, |_| 2);
        sql.push(format!(
            "INSERT INTO users (id, host_app_id, subject, name, locale, created_at, platform) \
             VALUES ({id}, (SELECT id FROM host_apps), 's{id}', '', '{}', 0, {});\
             INSERT INTO followers (id, account_id, user_id, openid, followed_at, unfollowed_at, \
             scene, source, remark) VALUES ({id}, {account}, {id}, 'o{id}', {at}, {left}, {}, '{}', '');\
             INSERT INTO conversations (follower_id, account_id, user_id, last_seq, last_inbound_seq, \
             last_outbound_seq, follower_read_seq, account_read_seq, window_until, window_left, \
             last_event_second, last_at) VALUES ({id}, {account}, {id}, 2, {inbound}, 0, 0, 0, 0, 0, \
             0, {at});",
            person.locale,
            text(person.platform.map(Platform::as_str)),
            text(person.scene.as_deref()),
            person.source,
        ));
        for (seq, at) in
            person.wrote_at.into_iter().flat_map(|at| [(1, Timestamp::default()), (2, at)])
        {
            sql.push(format!(
                "INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, \
                 created_at) VALUES ({id}{seq}, {account}, {id}, {seq}, 'follower', 'follower', '{{}}', {});",
                at.micros()
            ));
        }
        for tag in person.tags.iter().filter(|_| !person.left) {
            sql.push(format!(
                "INSERT INTO taggings VALUES ((SELECT id FROM tags WHERE number = {tag}), {id}, 0, NULL);\
                 UPDATE tags SET follower_count = follower_count + 1 WHERE number = {tag};"
            ));
        }
    }
    sql.concat()
}

fn holds(person: &Person, condition: &Condition, now: Timestamp) -> bool {
    let since = |days: &i64| now.plus(Duration::days(-days));
    match condition {
        Condition::Tag { number, has } => person.tags.contains(number) == *has,
        Condition::Source { source, is } => (person.source == *source) == *is,
        Condition::Scene { scene } => person.scene.as_ref() == Some(scene),
        Condition::FollowedBetween { from, until } => {
            from.is_none_or(|from| person.followed_at >= from)
                && until.is_none_or(|until| person.followed_at < until)
        }
        Condition::FollowedFor { days } => person.followed_at <= since(days),
        Condition::FollowedWithin { days } => person.followed_at > since(days),
        Condition::WroteWithin { days } => person.wrote_at.is_some_and(|at| at > since(days)),
        Condition::SilentFor { days } => person.wrote_at.is_none_or(|at| at <= since(days)),
        Condition::Language { language, is } => {
            let spoken = person.locale.to_lowercase().replace('_', "-");
            (spoken == *language || spoken.starts_with(&format!("{language}-"))) == *is
        }
        Condition::Platform { platform } => person.platform == Some(*platform),
    }
}

fn meant(person: &Person, rule: &Rule, now: Timestamp) -> bool {
    let mut all = rule.conditions.iter().map(|condition| holds(person, condition, now));
    !person.left
        && match rule.join {
            Join::All => all.all(|holds| holds),
            Join::Any => all.any(|holds| holds),
        }
}

fn random_rule(dice: &mut Dice, now: Timestamp) -> Rule {
    let condition = |dice: &mut Dice| {
        let (days, yes) = (i64::try_from(dice.roll(60)).unwrap() + 1, dice.roll(2) == 0);
        match dice.roll(10) {
            0 | 1 => Condition::Tag { number: dice.pick(&[100, 101, 102]), has: yes },
            2 => Condition::Source { source: dice.pick(Source::ALL), is: yes },
            3 => Condition::Scene { scene: dice.pick(&["table-7", "it's", "else"]).to_owned() },
            4 => {
                let from = dice.days(now);
                let until = Some(from.plus(Duration::days(days)));
                Condition::FollowedBetween { from: yes.then_some(from), until }
            }
            5 => Condition::FollowedFor { days },
            6 => Condition::FollowedWithin { days },
            7 if yes => Condition::WroteWithin { days },
            7 => Condition::SilentFor { days },
            8 => Condition::Platform { platform: dice.pick(Platform::ALL) },
            _ => {
                let language = dice.pick(&["zh", "zh-tw", "en", "ja", "de"]).to_owned();
                Condition::Language { language, is: yes }
            }
        }
    };
    let conditions = (0..=dice.roll(3)).map(|_| condition(dice)).collect();
    Rule { join: dice.pick(Join::ALL), conditions }
}

async fn found(app: &App, account: AccountId, rule: &Rule) -> (Vec<i64>, i64) {
    let (rule, now) = (rule.clone(), app.clock.now());
    app.read(move |conn| {
        let looking = Looking::new(conn, account, &rule, now)?;
        let mut tally = segments::count(conn, &looking, Tally::default())?;
        while tally.after.is_some() {
            tally = segments::count(conn, &looking, tally)?;
        }
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = segments::members(conn, &looking, after, 37)?;
            ids.extend(page.followers.iter().map(|(FollowerId(id), _)| *id));
            after = page.next;
            if after.is_none() {
                return Ok((ids, tally.found));
            }
        }
    })
    .await
    .unwrap()
}

async fn three_tags(app: &App, account: AccountId) {
    for name in ["a", "b", "c"] {
        app.write(move |tx| tags::add(tx, account, name)).await.unwrap();
    }
}

#[test]
fn a_rule_means_whom_a_naive_filter_finds() {
    both_engines_by_hand(|app, clock| async move {
        clock.advance(90 * 24 * 60 * 60);
        let (tea, now) = (account(&app, "tea").await.id, app.clock.now());
        three_tags(&app, tea).await;
        let mut dice = Dice(7);
        let people = people(&mut dice, now);
        let sql = store(tea, &people);
        app.write(move |tx| Ok(tx.conn.batch_execute(&sql)?)).await.unwrap();
        for turn in 0..150 {
            let rule = random_rule(&mut dice, now);
            let expected: Vec<i64> =
                people.iter().filter(|one| meant(one, &rule, now)).map(|one| one.id).collect();
            let (ids, count) = found(&app, tea, &rule).await;
            assert_eq!(ids, expected, "{rule:?}");
            assert_eq!(count, expected.len() as i64, "{rule:?}");
            let one = people[turn % people.len()].id;
            let said = rule.clone();
            let meant = app.read(move |conn| {
                let looking = Looking::new(conn, tea, &said, now)?;
                segments::means(conn, &looking, FollowerId(one))
            });
            assert_eq!(meant.await.unwrap(), expected.contains(&one), "{one}: {rule:?}");
        }
    });
}

fn one(condition: Condition) -> Rule {
    Rule { join: Join::All, conditions: vec![condition] }
}

#[test]
fn rules_have_names_and_limits() {
    both_engines_by_hand(|app, _clock| async move {
        let (tea, silk) = (account(&app, "tea").await.id, account(&app, "silk").await.id);
        three_tags(&app, tea).await;
        let add = |account, name: &'static str, rule: Rule| {
            app.write(move |tx| segments::add(tx, account, None, name, &rule))
        };
        let silent = one(Condition::SilentFor { days: 30 });
        let id = add(tea, " Quiet ", silent.clone()).await.unwrap();
        assert!(matches!(
            add(tea, "Quiet", silent.clone()).await,
            Err(Error::Conflict("segment_taken"))
        ));
        add(silk, "Quiet", silent.clone()).await.unwrap();
        let at = Timestamp::from_seconds(1);
        for (field, bad) in [
            ("conditions", Rule { join: Join::Any, conditions: Vec::new() }),
            ("segment_tag", one(Condition::Tag { number: 999, has: true })),
            ("segment_tag", one(Condition::Tag { number: tags::BLOCKED, has: false })),
            ("scene", one(Condition::Scene { scene: String::new() })),
            ("between", one(Condition::FollowedBetween { from: Some(at), until: Some(at) })),
            ("days", one(Condition::WroteWithin { days: 0 })),
            ("language", one(Condition::Language { language: "zh%".into(), is: true })),
        ] {
            let refused = add(tea, "Bad", bad).await;
            assert!(
                matches!(&refused, Err(Error::Invalid { field: it, .. }) if *it == field),
                "{refused:?}"
            );
        }
        let own = app.read(move |conn| segments::all(conn, tea)).await.unwrap();
        assert_eq!((own.len(), own[0].name.as_str(), &own[0].rule.0), (1, "Quiet", &silent));
        let foreign = app.read(move |conn| segments::get(conn, silk, id)).await;
        assert!(matches!(foreign, Err(Error::NotFound("segment"))));
        let foreign = app.write(move |tx| segments::remove(tx, silk, id)).await;
        assert!(matches!(foreign, Err(Error::NotFound("segment"))));
        app.write(move |tx| segments::remove(tx, tea, id)).await.unwrap();
    });
}

/// More followers than one look takes, beside another account's.
fn crowd(account: AccountId, first: i64, count: i64) -> String {
    format!(
        "INSERT INTO users (id, host_app_id, subject, name, locale, created_at) \
         WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n \
         WHERE i < {first} + {count} - 1) \
         SELECT i, (SELECT id FROM host_apps), 's' || i, '', 'en', 0 FROM n;\
         INSERT INTO followers (id, account_id, user_id, openid, followed_at, source, remark) \
         SELECT id, {account}, id, 'o' || id, id, 'search', '' FROM users WHERE id >= {first} \
         AND id < {first} + {count};\
         ANALYZE;"
    )
}

#[test]
fn looks_are_bounded_and_go_by_index() {
    both_engines_by_hand(|app, _clock| async move {
        let (tea, silk) = (account(&app, "tea").await.id, account(&app, "silk").await.id);
        three_tags(&app, tea).await;
        let count = 2 * segments::LOOK + 5;
        let sql = crowd(silk, 1, 20_000) + &crowd(tea, 100_001, count);
        app.write(move |tx| Ok(tx.conn.batch_execute(&sql)?)).await.unwrap();
        let everybody = one(Condition::SilentFor { days: 1 });
        let nobody = one(Condition::Language { language: "ja".into(), is: true });
        assert_eq!(found(&app, tea, &everybody).await.1, count);
        assert_eq!(found(&app, tea, &nobody).await, (Vec::new(), 0));
        let tagged = Rule {
            join: Join::All,
            conditions: vec![
                Condition::Tag { number: 100, has: true },
                Condition::Scene { scene: "x".into() },
            ],
        };
        let now = app.clock.now();
        app.read(move |conn| {
            let first = Looking::new(conn, tea, &everybody, now)?;
            let part = segments::count(conn, &first, Tally::default())?;
            assert_eq!(part.found, segments::LOOK);
            assert!(part.after.is_some());
            let card = one(Condition::Source { source: Source::Card, is: true });
            for rule in [everybody, nobody, tagged, card] {
                let looking = Looking::new(conn, tea, &rule, now)?;
                for statement in segments::plans(&looking) {
                    let filled = statement.replace("$1", &tea.to_string());
                    let plan = plan(conn, &filled.replace("$2", "0").replace("$3", "'x'"));
                    for whole in [
                        "Seq Scan on followers",
                        "Seq Scan on users",
                        "followers_by_source",
                        "SCAN followers",
                        "SCAN w",
                        "SCAN d",
                    ] {
                        // One follower alone is found by any index that names them.
                        let is_one = plan.contains("(id = 0)");
                        assert!(is_one || !plan.contains(whole), "{rule:?}:\n{plan}");
                    }
                }
            }
            Ok(())
        })
        .await
        .unwrap();
    });
}

#[test]
fn a_tag_is_looked_through_from_where_the_last_look_ended() {
    both_engines_by_hand(|app, _clock| async move {
        let tea = account(&app, "tea").await.id;
        three_tags(&app, tea).await;
        let sql = crowd(tea, 1, 20_000)
            + "INSERT INTO taggings (tag_id, follower_id, from_seq) \
               SELECT (SELECT id FROM tags WHERE number = 100), id, 0 FROM followers; ANALYZE;";
        app.write(move |tx| Ok(tx.conn.batch_execute(&sql)?)).await.unwrap();
        let tagged = one(Condition::Tag { number: 100, has: true });
        let now = app.clock.now();
        app.read(move |conn| {
            let looking = Looking::new(conn, tea, &tagged, now)?;
            let [counting, naming, _, ending] = segments::plans(&looking);
            for statement in [counting, naming, ending] {
                let filled = statement.replace("$1", &tea.to_string()).replace("$2", "10000");
                let plan = plan(conn, &filled);
                let lines: Vec<&str> = plan.lines().collect();
                let walks = lines
                    .windows(2)
                    .any(|pair| pair[0].contains(" on followers w ") && !pair[1].contains("Cond:"));
                assert!(!walks && !plan.contains("SCAN w"), "{plan}");
            }
            Ok(())
        })
        .await
        .unwrap();
    });
}
