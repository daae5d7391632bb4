//! A call for figures reads the part of a log that its days take up, and nothing besides.
use crier_core::figures::STATEMENTS;
use crier_core::{AnyConnection, App, Timestamp, mint};
use crier_testing::{account, both_engines_by_hand};
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

/// Rows of each table. One in a thousand is of the hour that is asked for.
const ROWS: i64 = 20_000;

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Postgres {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    line: String,
}

pub fn plan(conn: &mut AnyConnection, statement: &str) -> String {
    if let AnyConnection::Postgres(conn) = conn {
        let lines: Vec<Postgres> = sql_query(format!("EXPLAIN {statement}")).load(conn).unwrap();
        return lines.into_iter().map(|row| row.line + "\n").collect();
    }
    let lines: Vec<Sqlite> =
        sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn).unwrap();
    lines.into_iter().map(|row| row.detail + "\n").collect()
}

/// An hour's rows follow each other by 3 minutes, over weeks.
fn fill(conn: &mut AnyConnection, account: i64, start: Timestamp) {
    let (id, step) =
        (mint::floor_id(start), mint::floor_id(start.plus(chrono::Duration::minutes(3))));
    let (micros, step) = (start.micros(), step - id);
    let each = format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}), \
         r AS (SELECT i, {account} AS account, {id} + i * {step} AS id, \
         {micros} + i * 180000000 AS at FROM n) "
    );
    let publication = "INSERT INTO publications (id, account_id, article_key, origin, state, \
         failed_indices, created_at) VALUES (1, {account}, 'k', 'publish', 'out', '[]', 0)";
    conn.batch_execute(&publication.replace("{account}", &account.to_string())).unwrap();
    for insert in [
        "INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, created_at) \
         SELECT id, account, i % 50, i, 'follower', 'follower', '{\"type\":\"text\",\"text\":\"x\"}', \
         at FROM r",
        "INSERT INTO followings (id, account_id, follower_id, gained, source, total, created_at) \
         SELECT id, account, i, i > 0, 'search', i, at FROM r",
        "INSERT INTO deliveries (id, event_id, endpoint_id, account_id, kind, state, replay, \
         attempts, retries, next_at, status, took_ms, created_at) \
         SELECT id, i, 1, account, 'message', 'delivered', 1 = 0, 2, 0, 0, 200, 5, at FROM r",
        "INSERT INTO attempts (id, delivery_id, number, at, took_ms, request, answer, verdict) \
         SELECT id, id, 1, at, 5, 'POST', '', 'timeout' FROM r",
        "INSERT INTO articles (id, publication_id, account_id, idx, article_key, kind, title, \
         author, digest, content, source_url, pictures, crops, show_cover, comments_open, \
         only_fans, next_comment, comment_count, elected_count, reads, published_at) \
         SELECT id, 1, account, i, 'a' || i, 'news', 't', '', '', '', '', '[]', '[]', 1 = 0, 1 = 0, \
         1 = 0, 1, 0, 0, 0, at FROM r",
        "INSERT INTO article_visits (account_id, article_id, quarter, act, way, reader, count) \
         SELECT account, id, at, 'read', 'chat', 'u' || i, 1 FROM r",
    ] {
        let done = conn.batch_execute(&format!("{each}{insert}"));
        done.unwrap_or_else(|error| panic!("{insert}: {error}"));
    }
    conn.batch_execute("ANALYZE").unwrap();
}

/// The statement with numbers for its parameters: an hour of the logs, or an article's beginning.
fn filled_in(statement: &str, account: i64, start: Timestamp) -> String {
    let end = start.plus(chrono::Duration::hours(1));
    let ids = [start, end].map(mint::floor_id);
    let times = [start, end].map(Timestamp::micros);
    let values: Vec<i64> = if statement.contains("article_id = $1") {
        vec![ids[0], times[1]]
    } else if statement.contains("$5") {
        vec![account, ids[0], ids[1], times[0], times[1]]
    } else {
        vec![account, times[0], times[1]]
    };
    let each = values.iter().enumerate();
    each.fold(statement.to_owned(), |text, (place, value)| {
        text.replace(&format!("${}", place + 1), &value.to_string())
    })
}

async fn plans(app: &App, account: i64) -> Vec<(&'static str, String)> {
    let start = app.clock.now();
    app.write(move |tx| {
        fill(tx.conn, account, start);
        let plans = STATEMENTS.iter().map(|(index, statement)| {
            (*index, plan(tx.conn, &filled_in(statement, account, start)))
        });
        Ok(plans.collect())
    })
    .await
    .unwrap()
}

#[test]
fn figures_are_read_by_index() {
    both_engines_by_hand(|app, _clock| async move {
        let account = account(&app, "tea").await;
        for (index, plan) in plans(&app, account.id.0).await {
            assert!(plan.contains(index), "{index} is not used:\n{plan}");
            assert!(!plan.contains("Seq Scan"), "{index}:\n{plan}");
            let whole = ["messages", "followings", "deliveries", "attempts", "articles"];
            for table in whole.into_iter().chain(["article_visits", "a", "d", "v"]) {
                for line in plan.lines() {
                    let scans = line == format!("SCAN {table}");
                    // `v` is what the visits of the days came to.
                    assert!(!scans || table == "v", "{index}:\n{plan}");
                }
            }
        }
    });
}
