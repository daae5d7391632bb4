//! The activity log: chained, only added to, cut at its old end alone.
use crier_core::activities::{self, Chain, Deed, Search};
use crier_core::{App, Result};
use crier_testing::{both_engines, both_engines_by_hand, member_brand};
use diesel::RunQueryDsl as _;

async fn deeds(app: &App, chain: Chain, count: usize) {
    for number in 0..count {
        let deed = Deed {
            action: if number % 2 == 0 { "team-invitations" } else { "logout" }.into(),
            detail: format!("deed {number}"),
            ..Deed::from("203.0.113.9")
        };
        app.write(move |tx| activities::record(tx, chain, &deed)).await.unwrap();
    }
}

async fn sql(app: &App, statement: &'static str) -> Result<usize> {
    app.write(move |tx| Ok(diesel::sql_query(statement).execute(tx.conn)?)).await
}

#[test]
fn a_log_is_a_chain_for_each_brand() {
    both_engines(|app| async move {
        let (one, two) = (member_brand(&app, "One").await, member_brand(&app, "Two").await);
        deeds(&app, one.id.into(), 5).await;
        deeds(&app, two.id.into(), 2).await;
        let chain = Chain::from(one.id);
        let check = app.read(move |conn| activities::check(conn, chain, 0, 3)).await.unwrap();
        assert_eq!((check.from, check.to, check.end, check.is_whole()), (1, 3, 5, false));
        let check = app.read(move |conn| activities::check(conn, chain, 3, 3)).await.unwrap();
        assert!(check.is_whole(), "{check:?}");
        let search = Search { action: Some("logout".into()), ..Search::default() };
        let found = app
            .read(move |conn| activities::page(conn, chain, &search, Some(4), 10))
            .await
            .unwrap();
        assert_eq!(found.iter().map(|row| row.seq).collect::<Vec<_>>(), [2]);
        assert_eq!(found[0].address, "203.0.113.0/24");
        let actions = app.read(move |conn| activities::actions(conn, chain)).await.unwrap();
        assert_eq!(actions, ["logout", "team-invitations"]);
    });
}

#[test]
fn nobody_changes_or_removes_what_is_on_record() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "One").await;
        let chain = Chain::from(brand.id);
        deeds(&app, chain, 3).await;
        for statement in [
            "UPDATE activities SET detail = 'nothing'",
            "UPDATE activities SET hash = hash",
            "DELETE FROM activities WHERE seq = 3",
            "DELETE FROM activities",
            "DELETE FROM activity_heads",
            "UPDATE activity_heads SET seq = 1",
            "UPDATE activity_heads SET cut_seq = 2, cut_hash = 'made up'",
        ] {
            assert!(sql(&app, statement).await.is_err(), "{statement}");
        }
        let check = app.read(move |conn| activities::check(conn, chain, 0, 10)).await.unwrap();
        assert!(check.is_whole() && check.end == 3);
    });
}

#[test]
fn whoever_gets_past_the_database_is_noticed() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "One").await;
        let chain = Chain::from(brand.id);
        deeds(&app, chain, 4).await;
        app.write(|tx| {
            let off = match tx.conn {
                crier_core::AnyConnection::Postgres(_) => {
                    "ALTER TABLE activities DISABLE TRIGGER USER"
                }
                crier_core::AnyConnection::Sqlite(_) => "DROP TRIGGER activities_stay",
            };
            diesel::sql_query(off).execute(tx.conn)?;
            Ok(())
        })
        .await
        .unwrap();
        sql(&app, "UPDATE activities SET detail = 'nothing' WHERE seq = 3").await.unwrap();
        let check = app.read(move |conn| activities::check(conn, chain, 0, 10)).await.unwrap();
        assert_eq!((check.broken, check.to), (Some(3), 2));
    });
}

#[test]
fn the_old_end_is_cut_and_the_rest_still_proven() {
    both_engines_by_hand(|app, clock| async move {
        let brand = member_brand(&app, "One").await;
        let chain = Chain::from(brand.id);
        deeds(&app, chain, 3).await;
        clock.advance(731 * 86_400);
        deeds(&app, chain, 2).await;
        assert_eq!(app.write(|tx| activities::sweep(tx, 2)).await.unwrap(), 2);
        assert_eq!(app.write(|tx| activities::sweep(tx, 200)).await.unwrap(), 1);
        assert_eq!(app.write(|tx| activities::sweep(tx, 200)).await.unwrap(), 0);
        let check = app.read(move |conn| activities::check(conn, chain, 0, 10)).await.unwrap();
        assert_eq!((check.from, check.to, check.is_whole()), (4, 5, true));
    });
}
