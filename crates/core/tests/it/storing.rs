//! Traps that compile and still bite on one engine: each has its test, on both.
use std::sync::Arc;

use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::error::Error;
use crier_core::media::{Owner, Upload};
use crier_core::rights::Kind;
use crier_core::{accounts, brands};
use crier_schema::tables::accounts as table;
use crier_schema::{AnyConnection, Timestamp, write};
use crier_testing::{account, both_engines, draft, member_brand, on_each_database};
use diesel::prelude::*;

/// Read, then write, from many threads at once: SQLite fails half of them without
/// `BEGIN IMMEDIATE`, and PostgreSQL loses updates unless the sum is made in SQL.
#[test]
fn counters_moved_by_many_threads_lose_nothing() {
    on_each_database(|database| {
        let mut conn = database.url.connect().unwrap();
        crier_schema::migrate::up(&mut conn).unwrap();
        let seed = write(&mut conn, seed_account).unwrap();
        let url = Arc::new(database.url.clone());
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let url = url.clone();
                std::thread::spawn(move || {
                    let mut conn = url.connect().unwrap();
                    for _ in 0..25 {
                        write(&mut conn, |conn| count_up(conn, seed)).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let count: i64 = table::table.select(table::follower_count).first(&mut conn).unwrap();
        assert_eq!(count, 100);
    });
}

fn seed_account(conn: &mut AnyConnection) -> QueryResult<i64> {
    use crier_schema::tables::brands;
    let now = Timestamp::from_seconds(1);
    diesel::insert_into(brands::table)
        .values((brands::id.eq(1), brands::name.eq("b"), brands::created_at.eq(now)))
        .execute(conn)?;
    diesel::insert_into(table::table)
        .values((
            table::id.eq(1),
            table::brand_id.eq(1),
            table::kind.eq(Kind::Service),
            table::verified.eq(true),
            table::handle.eq("h"),
            table::name.eq("n"),
            table::description.eq(""),
            table::app_id.eq("wx"),
            table::secret_hash.eq(""),
            table::original_id.eq("gh"),
            table::sealed_openid_key.eq(""),
            table::time_zone.eq("UTC"),
            table::follower_count.eq(0),
            table::last_broadcast_seq.eq(0),
            table::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(1)
}

fn count_up(conn: &mut AnyConnection, id: i64) -> QueryResult<()> {
    let _: i64 = table::table.find(id).select(table::follower_count).first(conn)?;
    diesel::update(table::table.find(id))
        .set(table::follower_count.eq(table::follower_count + 1))
        .execute(conn)?;
    Ok(())
}

#[test]
fn a_failed_write_leaves_nothing() {
    both_engines(|app| async move {
        let failed: Result<(), Error> = app
            .write(|tx| {
                brands::ensure(tx, "half")?;
                Err(Error::Conflict("on_purpose"))
            })
            .await;
        assert!(matches!(failed, Err(Error::Conflict("on_purpose"))));
        let panicked: Result<(), Error> = app
            .write(|tx| {
                brands::ensure(tx, "half")?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(panicked, Err(Error::Internal(_))));
        // The writer lives on, and the brand is new.
        let brand = member_brand(&app, "half").await;
        let made = app.read(move |conn| brands::get(conn, brand.id)).await.unwrap();
        assert_eq!(made.name, "half");
    });
}

#[test]
fn times_come_back_exactly_and_in_order() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = account.id;
        let stored = app.read(move |conn| accounts::get(conn, id)).await.unwrap();
        assert_eq!(stored.created_at, account.created_at);
        assert_eq!(stored, *account);
    });
}

#[test]
fn text_with_nul_is_refused_before_it_is_stored() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        let bad = accounts::Draft { name: "a\0b".into(), ..draft(&brand, Kind::Service, "nul") };
        let vault = app.vault.clone();
        let refused = app.write(move |tx| accounts::add(tx, &vault, &bad)).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "name", .. })));
    });
}

#[test]
fn a_handle_belongs_to_one_account() {
    both_engines(|app| async move {
        account(&app, "tea").await;
        let brand = member_brand(&app, "Other").await;
        let (again, vault) = (draft(&brand, Kind::Service, "tea"), app.vault.clone());
        let refused = app.write(move |tx| accounts::add(tx, &vault, &again)).await;
        assert!(matches!(refused, Err(Error::Conflict("handle_taken"))));
    });
}

#[test]
fn a_search_takes_wildcards_literally() {
    both_engines(|app| async move {
        account(&app, "tea_house").await;
        account(&app, "teaxhouse").await;
        let found = app.read(|conn| accounts::search(conn, "a_h", 10)).await.unwrap();
        let handles: Vec<&str> = found.iter().map(|account| account.handle.as_str()).collect();
        assert_eq!(handles, ["tea_house"]);
        assert!(app.read(|conn| accounts::search(conn, "%", 10)).await.unwrap().is_empty());
    });
}

#[test]
fn a_number_as_text_comes_back_as_text() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "00123").await;
        let stored = app.read(move |conn| brands::get(conn, brand.id)).await.unwrap();
        assert_eq!(stored.name, "00123");
    });
}

#[test]
fn a_row_that_names_nothing_is_refused() {
    both_engines(|app| async move {
        let nobody = brands::Brand {
            id: crier_core::ids::BrandId(404),
            name: String::new(),
            created_at: Timestamp::from_seconds(0),
        };
        let (orphan, vault) = (draft(&nobody, Kind::Service, "orphan"), app.vault.clone());
        let refused = app.write(move |tx| accounts::add(tx, &vault, &orphan)).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
    });
}

/// A time made by SQLite has whole seconds and another form: every time is handed in.
#[test]
fn no_table_makes_its_own_times() {
    for step in crier_schema::migrate::STEPS {
        for text in step.texts() {
            let made = ["DEFAULT CURRENT", "DEFAULT (", "DEFAULT NOW"];
            let text = text.to_uppercase();
            assert!(!made.iter().any(|made| text.contains(made)), "{}", step.name);
        }
    }
}

#[test]
fn a_file_lasts_as_long_as_the_message_that_shows_it() {
    crier_testing::both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let follower = crier_testing::follower(&app, &account, "u1").await;
        let voice = |name: &str| Upload {
            owner: Owner::User(follower.user_id),
            kind: None,
            name: name.to_owned(),
            bytes: b"#!AMR\n-recorded".to_vec(),
            permanent: false,
            title: None,
            introduction: None,
        };
        let sent = app.store_media(voice("sent.amr")).await.unwrap();
        let unsent = app.store_media(voice("unsent.amr")).await.unwrap();
        let content = Content::Voice { media_id: sent.media_key.clone(), format: "amr".into() };
        app.append(Append::inbound(follower.id, content, None)).await.unwrap();
        clock.advance(4 * 24 * 3600);
        assert!(app.media(&sent.media_key).await.is_ok());
        assert!(app.media(&unsent.media_key).await.is_err());
    });
}
