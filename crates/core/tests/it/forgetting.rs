//! One person: everything stored about them is handed out, and forgotten.
use std::collections::BTreeSet;

use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::endpoints::{self, Dialect};
use crier_core::ids::FollowerId;
use crier_core::members;
use crier_core::messages::{self, Span};
use crier_core::privacy::holdings::{Fate, HOLDINGS};
use crier_core::privacy::{self, Person, State};
use crier_core::windows::Effect;
use crier_core::{AnyConnection, App, Error, followers};
use crier_schema::tables::deliveries;
use crier_testing::{account, both_engines, both_engines_by_hand, follower, user};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

fn names(conn: &mut AnyConnection, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let statement = match conn {
        AnyConnection::Sqlite(_) => sqlite,
        AnyConnection::Postgres(_) => postgres,
    };
    let rows: Vec<Named> = sql_query(statement).load(conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// A table that says something about people and is not in the list would neither be handed out nor
/// forgotten: this fails until it is entered in `core::privacy::holdings`.
#[test]
fn every_table_about_people_is_listed() {
    both_engines(|app| async move {
        let (tables, columns) = app
            .read(|conn| {
                let tables = names(
                    conn,
                    "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                     WHERE m.type IN ('table', 'view') AND c.name IN ('follower_id', 'user_id', 'reader')",
                    "SELECT DISTINCT table_name::text AS name FROM information_schema.columns \
                     WHERE table_schema = 'public' AND column_name IN ('follower_id', 'user_id', 'reader')",
                );
                let columns = names(
                    conn,
                    "SELECT m.name || '.' || c.name AS name FROM sqlite_master m \
                     JOIN pragma_table_info(m.name) c",
                    "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
                     WHERE table_schema = 'public'",
                );
                Ok((tables, columns))
            })
            .await
            .unwrap();
        let listed: BTreeSet<String> = HOLDINGS.iter().map(|one| one.table.to_owned()).collect();
        assert_eq!(listed.len(), HOLDINGS.len(), "no table twice");
        let missing: Vec<_> = tables.difference(&listed).collect();
        assert!(missing.is_empty(), "enter them in privacy/holdings.rs: {missing:?}");
        for holding in HOLDINGS {
            for column in holding.shown.iter().flat_map(|shown| shown.columns) {
                let name = format!("{}.{}", holding.table, column.trim_end_matches("{}"));
                assert!(columns.contains(&name), "{name}");
            }
            if let Fate::Stays(why) = &holding.fate {
                assert!(why.len() > 20, "{}: say why", holding.table);
            }
        }
    });
}

fn text(words: &str) -> Content {
    Content::Text { text: words.into(), menu_item: None }
}

async fn everything(app: &App, person: Person) -> String {
    app.read(move |conn| {
        let (mut all, mut number, mut after) = (String::new(), 0, 0);
        while let Some(part) = privacy::part(conn, &person, number, after)? {
            for row in &part.rows {
                all.push_str(&[part.table, ": ", &row.to_string(), "\n"].concat());
            }
            (number, after) = part.next.map_or((number + 1, 0), |next| (number, next));
        }
        Ok(all)
    })
    .await
    .unwrap()
}

#[test]
fn a_person_is_handed_out_and_forgotten() {
    both_engines_by_hand(|app, clock| async move {
        let (harbour, quay) = (account(&app, "harbour").await, account(&app, "quay").await);
        let jo = follower(&app, &harbour, "jo").await;
        let elsewhere = follower(&app, &quay, "jo").await;
        let ann = follower(&app, &harbour, "ann").await;
        for (who, words) in [(&jo, "my secret"), (&elsewhere, "to the quay"), (&ann, "of ann")] {
            app.append(Append::inbound(who.id, text(words), None)).await.unwrap();
        }
        let reply = Append::outbound(jo.id, Origin::Console, text("We know"), None, Effect::None);
        app.append(reply).await.unwrap();

        let (id, openid) = (harbour.id, jo.openid.clone());
        let person = app.read(move |conn| privacy::by_openid(conn, id, &openid)).await.unwrap();
        let all = everything(&app, person.clone()).await;
        for words in ["my secret", "We know", "followings:", &jo.openid, "users:"] {
            assert!(all.contains(words), "{words}: {all}");
        }
        assert!(!all.contains("to the quay") && !all.contains("of ann"), "{all}");

        let by = app
            .write(|tx| members::create(tx, "ada@example.com", "Ada", "none", false))
            .await
            .unwrap();
        let (roster, follower_id) = (app.roster.clone(), jo.id);
        let erasure =
            app.write(move |tx| privacy::erase(tx, &roster, id, follower_id, &by)).await.unwrap();
        app.forget_due().await.unwrap();
        clock.advance(5);
        app.forget_due().await.unwrap();
        let done = app.read(move |conn| privacy::page(conn, id, None, 10)).await.unwrap();
        assert_eq!((done.len(), done[0].state), (1, State::Done), "{done:?}");
        assert_eq!(done[0].id, erasure.id);
        assert!(done[0].user_id.is_none());
        assert!(done[0].counted().contains(&("messages".to_owned(), 2)), "{}", done[0].counts);

        let said = app
            .read(move |conn| Ok(messages::page(conn, follower_id, Span::After(0), 10)?))
            .await
            .unwrap();
        assert!(said.is_empty());
        let stands = app.read(move |conn| followers::get(conn, follower_id)).await.unwrap();
        assert!(stands.unfollowed_at.is_some() && stands.openid.starts_with('-'));
        let again = app.read(move |conn| privacy::get(conn, id, follower_id)).await;
        assert!(matches!(again, Err(Error::NotFound("follower"))));

        // Others have lost nothing, and whoever was forgotten may come again as somebody new.
        let other = elsewhere.id;
        let kept = app
            .read(move |conn| Ok(messages::page(conn, other, Span::After(0), 10)?))
            .await
            .unwrap();
        assert_eq!(kept.len(), 1);
        let user = user(&app, "jo").await;
        app.known.forget(harbour.id, user);
        let back = follower(&app, &harbour, "jo").await;
        assert_ne!(back.id, jo.id);
        let all = everything(&app, Person { follower: back, ..person }).await;
        assert!(!all.contains("my secret"), "{all}");
    });
}

#[test]
fn what_is_being_delivered_is_waited_for_an_hour_and_no_longer() {
    both_engines_by_hand(|app, clock| async move {
        let harbour = account(&app, "harbour").await;
        let (id, vault) = (harbour.id, app.vault.clone());
        let bot = endpoints::Draft::fresh(Dialect::Wechat, "http://bot.example/");
        app.write(move |tx| endpoints::add(tx, &vault, id, &bot, false)).await.unwrap();
        let (jo, ann) =
            (follower(&app, &harbour, "jo").await, follower(&app, &harbour, "ann").await);
        for who in [&jo, &ann] {
            app.append(Append::inbound(who.id, text("hello"), None)).await.unwrap();
        }
        let left = |who: FollowerId| {
            let app = app.clone();
            async move {
                let of = deliveries::table.filter(deliveries::follower_id.eq(who));
                app.read(move |conn| Ok(of.count().get_result::<i64>(conn)?)).await.unwrap()
            }
        };
        let before = (left(jo.id).await, left(ann.id).await);
        assert!(before.0 > 0 && before.1 > 0);
        let by = app.write(|tx| members::create(tx, "ada@example.com", "Ada", "-", false));
        let (roster, gone, by) = (app.roster.clone(), jo.id, by.await.unwrap());
        app.write(move |tx| privacy::erase(tx, &roster, id, gone, &by)).await.unwrap();
        clock.advance(5);
        app.forget_due().await.unwrap();
        assert!(left(jo.id).await > 0, "nobody has taken it yet");
        clock.advance(3_600);
        app.forget_due().await.unwrap();
        assert_eq!((left(jo.id).await, left(ann.id).await), (0, before.1));
        let done = app.read(move |conn| privacy::page(conn, id, None, 10)).await.unwrap();
        assert_eq!(done[0].state, State::Done);
    });
}
