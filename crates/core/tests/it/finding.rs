//! Finding followers: by part of a name or remark in any script, by tag, source, language and what
//! they did, in pages.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::arrivals::{How, Source};
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::followers::{self, Follower, Page, Stands, WALKS, Wanted};
use crier_core::host_apps::{self, Told};
use crier_core::ids::FollowerId;
use crier_core::{AnyConnection, App, Error, tags};
use crier_testing::{account, both_engines, both_engines_by_hand};
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

/// Somebody of this name and language who follows.
async fn person(app: &Arc<App>, account: &Arc<Account>, name: &str, locale: &str) -> Follower {
    let locale_told = Some(locale.to_owned());
    let told = Told { locale: locale_told, ..Told::name(name) };
    let hour = chrono::Duration::hours(1);
    let subject = format!("subject of {name}");
    let token = host_apps::local_token(&app.vault, &subject, told, app.clock.now(), hour).unwrap();
    let (host, claims) = app.verify_follower_token(&token.0).await.unwrap();
    let user = app.user(&host, &claims).await.unwrap();
    let (account, vault, roster) = (account.clone(), app.vault.clone(), app.roster.clone());
    let source = if locale == "ja" { Source::Card } else { Source::Search };
    let how = How { scene: None, source };
    app.write(move |tx| followers::follow_by(tx, &vault, &roster, &account, user, how))
        .await
        .unwrap()
}

async fn find(app: &Arc<App>, account: &Account, wanted: Wanted) -> Vec<String> {
    page(app, account, wanted, None, 50).await.rows.into_iter().map(|row| row.user.name).collect()
}

async fn page(
    app: &Arc<App>,
    account: &Account,
    wanted: Wanted,
    after: Option<FollowerId>,
    limit: usize,
) -> Page {
    let id = account.id;
    app.read(move |conn| followers::search(conn, id, &wanted, after, limit)).await.unwrap()
}

fn text(text: &str) -> Wanted {
    Wanted { text: text.to_owned(), ..Wanted::default() }
}

#[test]
fn names_and_remarks_are_found_by_any_part_in_chinese_and_japanese() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        let tanaka = person(&app, &tea, "田中太郎", "ja").await;
        person(&app, &tea, "スズキ イチロー", "ja").await;
        person(&app, &tea, "灯笼茶馆的小梅", "zh_CN").await;
        person(&app, &tea, "Elizabeth Bennet", "en").await;
        let other = account(&app, "other").await;
        person(&app, &other, "田中花子", "ja").await;
        followers::index_all(&app).await.unwrap();
        for (asked, found) in [
            ("太郎", vec!["田中太郎"]),
            ("田", vec!["田中太郎"]),
            ("すずき", vec!["スズキ イチロー"]),
            ("茶馆", vec!["灯笼茶馆的小梅"]),
            ("ELIZ ben", vec!["Elizabeth Bennet"]),
            ("bennet x", vec![]),
            ("。", vec![]),
            (&tanaka.openid[..12], vec!["田中太郎"]),
        ] {
            assert_eq!(find(&app, &tea, text(asked)).await, found, "{asked}");
        }
        let (id, openid) = (tea.id, tanaka.openid.clone());
        let remark = |said: &'static str| {
            let openid = openid.clone();
            app.write(move |tx| followers::set_remark(tx, id, &openid, said))
        };
        remark("常连さん").await.unwrap();
        followers::index_all(&app).await.unwrap();
        assert_eq!(find(&app, &tea, text("常连")).await, ["田中太郎"]);
        remark("VIP").await.unwrap();
        followers::index_all(&app).await.unwrap();
        assert!(find(&app, &tea, text("常连")).await.is_empty());
        assert_eq!(find(&app, &tea, text("vip 太郎")).await, ["田中太郎"]);
        let follower = tanaka.id;
        app.write(move |tx| followers::unindex(tx, id, follower)).await.unwrap();
        assert!(find(&app, &tea, text("太郎")).await.is_empty());
    });
}

#[test]
fn a_new_name_is_found_and_the_old_one_is_not() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        let follower = person(&app, &tea, "Mei", "zh_CN").await;
        followers::index_all(&app).await.unwrap();
        let told = Told { locale: Some("zh_CN".to_owned()), ..Told::name("Meihua") };
        let (now, hour) = (app.clock.now(), chrono::Duration::hours(1));
        let token = host_apps::local_token(&app.vault, "subject of Mei", told, now, hour).unwrap();
        let (host, claims) = app.verify_follower_token(&token.0).await.unwrap();
        assert_eq!(app.user(&host, &claims).await.unwrap(), follower.user_id);
        followers::index_all(&app).await.unwrap();
        assert_eq!(find(&app, &tea, text("meihua")).await, ["Meihua"]);
    });
}

#[test]
fn questions_are_asked_together_and_answered_in_pages() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let id = tea.id;
        let mut all = Vec::new();
        for number in 0..7 {
            let locale = if number % 2 == 0 { "ja" } else { "en" };
            all.push(person(&app, &tea, &format!("Guest {number}"), locale).await);
            clock.advance(60);
        }
        followers::index_all(&app).await.unwrap();
        let first = page(&app, &tea, Wanted::default(), None, 4).await;
        assert_eq!((first.rows.len(), first.cut), (4, false));
        assert_eq!(first.rows[0].user.name, "Guest 6");
        let second = page(&app, &tea, Wanted::default(), first.next, 4).await;
        let names: Vec<_> = second.rows.iter().map(|row| row.user.name.as_str()).collect();
        assert_eq!((names, second.next), (vec!["Guest 2", "Guest 1", "Guest 0"], None));

        let card = Wanted { source: Some(Source::Card), ..Wanted::default() };
        assert_eq!(find(&app, &tea, card).await, ["Guest 6", "Guest 4", "Guest 2", "Guest 0"]);
        let english = Wanted { language: Some("en".into()), ..text("guest") };
        assert_eq!(find(&app, &tea, english).await, ["Guest 5", "Guest 3", "Guest 1"]);

        let (four, five) = (all[4].openid.clone(), all[5].openid.clone());
        let tag = app.write(move |tx| tags::add(tx, id, "常连")).await.unwrap().number;
        app.write(move |tx| tags::give(tx, id, tag, &[four, five])).await.unwrap();
        let tagged = Wanted { tag: Some(tag), ..Wanted::default() };
        assert_eq!(find(&app, &tea, tagged.clone()).await, ["Guest 5", "Guest 4"]);
        let both = Wanted { text: "4".into(), ..tagged };
        assert_eq!(find(&app, &tea, both).await, ["Guest 4"]);
        let no_tag = Wanted { tag: Some(999), ..Wanted::default() };
        let missing = app.read(move |conn| followers::search(conn, id, &no_tag, None, 9)).await;
        assert!(matches!(missing, Err(Error::NotFound("tag"))), "{missing:?}");

        let since = app.clock.now();
        clock.advance(60);
        app.append(Append::inbound(all[3].id, Content::text("hello"), None)).await.unwrap();
        let wrote = Wanted { wrote_since: Some(since), ..Wanted::default() };
        assert_eq!(find(&app, &tea, wrote).await, ["Guest 3"]);

        let (user, roster, blocked) = (all[0].user_id, app.roster.clone(), all[1].openid.clone());
        app.write(move |tx| {
            followers::unfollow(tx, &roster, id, user)?;
            tags::block(tx, id, &[blocked])
        })
        .await
        .unwrap();
        let standing = |standing| Wanted { standing, ..Wanted::default() };
        assert_eq!(find(&app, &tea, standing(Stands::Left)).await, ["Guest 0"]);
        assert_eq!(find(&app, &tea, standing(Stands::Blocked)).await, ["Guest 1"]);
        assert_eq!(find(&app, &tea, standing(Stands::Following)).await.len(), 5);

        let (gone, now) = (all[0].id, app.clock.now());
        let known = app.read(move |conn| followers::portrait(conn, id, gone, now)).await.unwrap();
        let came: Vec<bool> = known.history.iter().map(|one| one.gained).collect();
        assert_eq!((came, known.received), (vec![false, true], 0));
        let quay = account(&app, "quay").await.id;
        let strange = app.read(move |conn| followers::portrait(conn, quay, gone, now)).await;
        assert!(matches!(strange, Err(Error::NotFound("follower"))));
    });
}

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

fn plan(conn: &mut AnyConnection, statement: &str) -> String {
    if let AnyConnection::Postgres(conn) = conn {
        let lines: Vec<Postgres> = sql_query(format!("EXPLAIN {statement}")).load(conn).unwrap();
        return lines.into_iter().map(|row| row.line + "\n").collect();
    }
    let lines: Vec<Sqlite> =
        sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn).unwrap();
    lines.into_iter().map(|row| row.detail + "\n").collect()
}

/// So many followers of one account among as many of another.
fn fill(conn: &mut AnyConnection, account: i64, other: i64) {
    let each = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n \
        WHERE i < 20000), r AS (SELECT i, CASE WHEN i % 2 = 0 THEN {account} ELSE {other} END AS account FROM n) ";
    let each =
        each.replace("{account}", &account.to_string()).replace("{other}", &other.to_string());
    for insert in [
        "INSERT INTO users (id, host_app_id, subject, name, locale, created_at) \
         SELECT i, (SELECT id FROM host_apps LIMIT 1), 's' || i, 'n' || i, 'ja', 0 FROM r",
        "INSERT INTO followers (id, account_id, user_id, openid, followed_at, unfollowed_at, source, \
         remark) SELECT i, account, i, 'o' || i, i, CASE WHEN i % 9 = 0 THEN i + 1 END, \
         CASE WHEN i % 5 = 0 THEN 'card' ELSE 'search' END, '' FROM r",
        "INSERT INTO follower_words (account_id, word, follower_id) SELECT account, 'n', i FROM r",
        "INSERT INTO tags (id, account_id, number, name, follower_count, created_at) \
         SELECT account, account, 100, 'tag', 0, 0 FROM r WHERE i < 3",
        "INSERT INTO taggings (tag_id, follower_id, from_seq) SELECT account, i, 0 FROM r",
    ] {
        let done = conn.batch_execute(&format!("{each}{insert}"));
        done.unwrap_or_else(|error| panic!("{insert}: {error}"));
    }
    conn.batch_execute("ANALYZE").unwrap();
}

#[test]
fn walks_read_their_index_and_nothing_is_sorted() {
    both_engines(|app| async move {
        let (tea, other) = (account(&app, "tea").await.id.0, account(&app, "other").await.id.0);
        let plans: Vec<(&str, String)> = app
            .write(move |tx| {
                fill(tx.conn, tea, other);
                let filled = |statement: &str| {
                    let what = if statement.contains("word = $2") { "'n'" } else { "'card'" };
                    let text = statement.replace("$1", &tea.to_string());
                    if text.contains("$3") {
                        return text.replace("$2", what).replace("$3", "15000");
                    }
                    text.replace("$2", "15000")
                };
                let engine = usize::from(matches!(tx.conn, AnyConnection::Sqlite(_)));
                Ok(WALKS
                    .iter()
                    .map(|(index, walk)| (*index, plan(tx.conn, &filled(walk[engine]))))
                    .collect())
            })
            .await
            .unwrap();
        for (index, plan) in plans {
            assert!(plan.contains(index), "{index} is not used:\n{plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("Sort"), "{index}:\n{plan}");
            let bounded =
                plan.contains("id<?)") || plan.contains("Index Cond") || plan.contains("id <");
            assert!(bounded, "{index} is read to its end:\n{plan}");
            assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{index}:\n{plan}");
        }
    });
}
