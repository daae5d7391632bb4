//! What pages ask of an account with many followers reads the index that was made for it.
use crier_core::{AnyConnection, articles, broadcasts};
use crier_testing::{account, both_engines_by_hand};
use diesel::connection::SimpleConnection as _;

use crate::figure_plans::plan;

/// Followers who came one after the other, each of whom read an article.
fn fill(conn: &mut AnyConnection, account: i64) {
    let each = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n \
        WHERE i < 20000) ";
    let publication = "INSERT INTO publications (id, account_id, article_key, origin, state, \
         failed_indices, created_at) VALUES (1, {account}, 'k', 'publish', 'out', '[]', 0)";
    conn.batch_execute(&publication.replace("{account}", &account.to_string())).unwrap();
    for insert in [
        "INSERT INTO users (id, host_app_id, subject, name, locale, created_at) \
         SELECT i, (SELECT id FROM host_apps LIMIT 1), 's' || i, 'n' || i, 'ja', 0 FROM n",
        "INSERT INTO followers (id, account_id, user_id, openid, followed_at, source, remark) \
         SELECT i, {account}, i, 'o' || i, i, 'search', '' FROM n",
        "INSERT INTO articles (id, publication_id, account_id, idx, article_key, kind, title, \
         author, digest, content, source_url, pictures, crops, show_cover, comments_open, \
         only_fans, next_comment, comment_count, elected_count, reads, published_at) \
         SELECT i, 1, {account}, i, 'a' || i, 'news', 't', '', '', '', '', '[]', '[]', 1 = 0, \
         1 = 0, 1 = 0, 1, 0, 0, 0, 0 FROM n WHERE i <= 8",
        "INSERT INTO article_visits (account_id, article_id, quarter, act, way, reader, count) \
         SELECT {account}, i % 8 + 1, i, 'read', 'chat', 'u' || i, 1 FROM n",
    ] {
        let insert = format!("{each}{}", insert.replace("{account}", &account.to_string()));
        conn.batch_execute(&insert).unwrap_or_else(|error| panic!("{insert}: {error}"));
    }
    conn.batch_execute("ANALYZE").unwrap();
}

#[test]
fn late_comers_and_readers_are_found_by_index() {
    both_engines_by_hand(|app, _clock| async move {
        let id = account(&app, "tea").await.id.0;
        let filled = move |statement: &str, values: [&str; 4]| {
            let each = values.iter().enumerate();
            each.fold(statement.to_owned(), |text, (place, value)| {
                text.replace(&format!("${}", place + 1), value)
            })
        };
        let plans: Vec<(&str, String)> = app
            .write(move |tx| {
                fill(tx.conn, id);
                let (id, one) = (id.to_string(), "1");
                let late = broadcasts::PLANS.iter().map(|(index, statement)| {
                    (*index, filled(statement, [&id, one, one, "19900"]))
                });
                let reader = filled(articles::HAS_BEEN, ["'u7'", "'read'", one, one]);
                let asked = late.chain([("article_visits_by_reader", reader)]);
                Ok(asked.map(|(index, asked)| (index, plan(tx.conn, &asked))).collect())
            })
            .await
            .unwrap();
        for (index, plan) in plans {
            assert!(plan.contains(index), "{index} is not used:\n{plan}");
            for whole in ["Seq Scan on followers", "SCAN followers", "Seq Scan on article_visits"] {
                assert!(!plan.contains(whole), "{index}:\n{plan}");
            }
        }
    });
}
