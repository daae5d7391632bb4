//! Figures of articles, from visits of quarter hours.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures::{self, Days, Grain, Tally};
use crier_core::{App, Timestamp, mint};
use crier_testing::{account, both_engines_by_hand};
use diesel::connection::SimpleConnection as _;

const HOUR: i64 = 3600 * 1_000_000;

/// An article that came out at this time, as the second of its publication.
async fn publish(app: &App, account: &Account, at: Timestamp) -> i64 {
    let (account, id, micros) = (account.id.0, mint::floor_id(at) + 7, at.micros());
    app.write(move |tx| {
        Ok(tx.conn.batch_execute(&format!(
            "INSERT INTO publications (id, account_id, article_key, origin, state, failed_indices, \
             created_at) VALUES ({id}, {account}, 'k{id}', 'publish', 'out', '[]', {micros}); \
             INSERT INTO articles (id, publication_id, account_id, idx, article_key, kind, title, \
             author, digest, content, source_url, pictures, crops, show_cover, comments_open, \
             only_fans, next_comment, comment_count, elected_count, reads, published_at) \
             VALUES ({id}, {id}, {account}, 2, 'k{id}', 'news', 'Tides', '', '', '', '', '[]', '[]', \
             1 = 0, 1 = 0, 1 = 0, 1, 0, 0, 0, {micros}); \
             INSERT INTO broadcasts (id, account_id, seq, audience, content, reached, sent_at, \
             publication_id, month_seq) VALUES ({id}, {account}, 1, 'all', '{{}}', 42, {micros}, \
             {id}, 1);"
        ))?)
    })
    .await
    .unwrap();
    id
}

/// Visits in the quarter that begins at `at`: what, which way, who, how often.
async fn visit(
    app: &App,
    account: &Arc<Account>,
    article: i64,
    at: i64,
    visits: &[(&str, &str, &str, i64)],
) {
    let account = account.id.0;
    let rows = visits.iter().map(|(act, way, reader, count)| {
        format!("({account}, {article}, {at}, '{act}', '{way}', '{reader}', {count})")
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    app.write(move |tx| {
        Ok(tx.conn.batch_execute(&format!(
            "INSERT INTO article_visits (account_id, article_id, quarter, act, way, reader, count) \
             VALUES {rows}"
        ))?)
    })
    .await
    .unwrap();
}

const fn tally(readers: i64, times: i64) -> Tally {
    Tally { readers, times }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one article's days, told from the first to the last")]
fn an_article_is_followed_from_its_first_day_on() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        // 8 in the morning of the 1st, in Shanghai.
        let start = app.clock.now();
        let article = publish(&app, &account, start).await;
        let begin = start.micros();
        let first = [
            ("read", "chat", "u1", 2),
            ("read", "feed", "u1", 1),
            ("read", "history", "vx", 1),
            ("share", "feed", "u1", 1),
            ("share", "friend", "vx", 3),
        ];
        visit(&app, &account, article, begin, &first).await;
        let later =
            [("read", "chat", "u1", 1), ("source", "", "u1", 1), ("share", "feed", "vx", 1)];
        visit(&app, &account, article, begin + HOUR, &later).await;
        let next = [("read", "other", "u2", 1), ("favourite", "", "u2", 1)];
        visit(&app, &account, article, begin + 16 * HOUR, &next).await;
        clock.advance(86_400 * 12);
        let day = |text: &str| Days::parse(&account, text, text, 1, app.clock.now()).unwrap();
        let (one, two) = (day("2026-01-01"), day("2026-01-02"));
        let id = account.id;

        let read = async |days: Days, grain| {
            let rows = app.read(move |conn| figures::read(conn, id, &days, grain)).await.unwrap();
            let mut rows: Vec<_> = rows
                .into_iter()
                .map(|row| (row.hour, row.way.unwrap_or("all".into()), row.tallies))
                .collect();
            rows.sort_by_key(|row| (row.0, row.1.clone()));
            let short = |(hour, way, tallies): (Option<u32>, String, figures::Tallies)| {
                (hour.unwrap_or(99), way, tallies.read, tallies.shared.times + tallies.source.times)
            };
            rows.into_iter().map(short).collect::<Vec<_>>()
        };
        assert_eq!(
            read(one, Grain::Day).await,
            [
                (99, "all".into(), tally(2, 5), 6),
                (99, "chat".into(), tally(1, 3), 0),
                (99, "feed".into(), tally(1, 1), 0),
                (99, "history".into(), tally(1, 1), 0),
            ]
        );
        let hours = read(one, Grain::Hour).await;
        assert_eq!(hours[4], (9, "all".into(), tally(1, 1), 2));
        assert_eq!(hours[5], (9, "chat".into(), tally(1, 1), 0));
        assert_eq!(hours.len(), 6);

        let shared =
            app.read(move |conn| figures::shared(conn, id, &one, Grain::Day)).await.unwrap();
        let shared: Vec<_> = shared.iter().map(|row| (row.way.as_str(), row.tally)).collect();
        assert!(
            shared.contains(&("feed", tally(2, 2))) && shared.contains(&("friend", tally(1, 3)))
        );
        assert_eq!(shared.len(), 2);

        let on_day = app.read(move |conn| figures::on_days(conn, id, &two)).await.unwrap();
        assert_eq!(on_day.len(), 1);
        assert_eq!((on_day[0].piece.index, on_day[0].piece.title.as_str()), (2, "Tides"));
        assert_eq!(on_day[0].piece.publication, article);
        assert_eq!((on_day[0].tallies.read, on_day[0].tallies.kept), (tally(1, 1), tally(1, 1)));

        assert!(app.read(move |conn| figures::careers(conn, id, &two)).await.unwrap().is_empty());
        let careers = app.read(move |conn| figures::careers(conn, id, &one)).await.unwrap();
        assert_eq!(careers.len(), 1);
        let stages = &careers[0].stages;
        let shown: Vec<_> = stages.iter().map(|stage| stage.day.to_string()).collect();
        assert_eq!(
            (shown.len(), shown[0].as_str(), shown[6].as_str()),
            (7, "2026-01-01", "2026-01-07")
        );
        assert!(stages.iter().all(|stage| stage.addressed == 42));
        assert_eq!(stages[0].tallies.read, tally(2, 5));
        assert_eq!(stages[0].tallies.source, tally(1, 1));
        assert_eq!(stages[0].fed, [("chat".into(), tally(1, 1)), ("other".into(), tally(1, 1))]);
        let ways: Vec<_> =
            stages[6].ways.iter().map(|(way, tally)| (way.as_str(), tally.times)).collect();
        assert_eq!(ways, [("chat", 3), ("feed", 1), ("history", 1), ("other", 1)]);
        assert_eq!(stages[6].tallies.read, tally(3, 6));
        assert_eq!(stages[6].tallies.kept, tally(1, 1));
    });
}

#[test]
fn an_article_of_yesterday_has_one_day_so_far() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        publish(&app, &account, app.clock.now()).await;
        clock.advance(86_400);
        let days = Days::parse(&account, "2026-01-01", "2026-01-01", 1, app.clock.now()).unwrap();
        let id = account.id;
        let careers = app.read(move |conn| figures::careers(conn, id, &days)).await.unwrap();
        assert_eq!(careers[0].stages.len(), 1);
        assert_eq!(careers[0].stages[0].tallies, figures::Tallies::default());
    });
}
