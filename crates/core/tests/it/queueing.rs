//! Team queues: which conversations are in them.
use crier_core::cases::{self, Queue, Sort};
use crier_core::members::{self, Role};
use crier_core::rights::Kind;
use crier_core::team_queues::{self, Draft};
use crier_core::{Error, tags};
use crier_testing::{account_of, both_engines, follower};

use crate::desking::{member, queue, say};

#[test]
fn a_conversation_is_in_the_first_queue_that_has_one_of_its_tags() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (of, lin) = (tea.id, member(&app, "Lin").await);
        let person = follower(&app, &tea, "u1").await;
        let (id, openid) = (person.id, vec![person.openid]);
        let number = |name: &'static str| {
            let app = app.clone();
            async move { app.write(move |tx| Ok(tags::add(tx, of, name)?.number)).await.unwrap() }
        };
        let (vip, wine) = (number("VIP").await, number("wine").await);
        let add = |name: &'static str, tags: Vec<i64>| {
            let app = app.clone();
            let draft = Draft { name: name.into(), tags, members: vec![lin] };
            async move { app.write(move |tx| team_queues::add(tx, of, &draft)).await }
        };
        assert!(matches!(add("x", vec![]).await, Err(Error::Invalid { field: "queue_tags", .. })));
        assert!(matches!(add("x", vec![999]).await, Err(Error::NotFound("tag"))));
        let cellar = add("Cellar", vec![wine]).await.unwrap();
        let lounge = add("Lounge", vec![vip, wine]).await.unwrap();
        say(&app, id, "hello").await;
        let listed = |queue_id| {
            let (app, tea) = (app.clone(), tea.clone());
            async move { queue(&app, &tea, Queue::Team(queue_id), Sort::Newest).await.len() }
        };
        assert_eq!((listed(cellar).await, listed(lounge).await), (0, 0));
        let given = openid.clone();
        app.write(move |tx| tags::give(tx, of, vip, &given)).await.unwrap();
        assert_eq!((listed(cellar).await, listed(lounge).await), (0, 1));
        let quiet = follower(&app, &tea, "u2").await;
        let (silent, given, roster) = (quiet.id, vec![quiet.openid], app.roster.clone());
        let taken = app.write(move |tx| {
            tags::give(tx, of, vip, &given)?;
            cases::take(tx, &roster, of, silent, lin)?;
            Ok(given)
        });
        let given = taken.await.unwrap();
        assert_eq!(listed(lounge).await, 2, "nobody has written in it");
        app.write(move |tx| tags::take(tx, of, vip, &given)).await.unwrap();
        let unread = app.read(move |conn| Ok(cases::unread_of(conn, lounge)?)).await.unwrap();
        assert_eq!(unread, 1);
        let given = openid.clone();
        app.write(move |tx| tags::give(tx, of, wine, &given)).await.unwrap();
        assert_eq!((listed(cellar).await, listed(lounge).await), (1, 0), "the first that fits");
        app.write(move |tx| team_queues::move_up(tx, of, lounge)).await.unwrap();
        let (one, other) = tokio::join!(team_queues::refile(&app), team_queues::refile(&app));
        assert_eq!(one.unwrap() + other.unwrap(), 2);
        assert_eq!((listed(cellar).await, listed(lounge).await), (0, 1), "the order counts");
        app.write(move |tx| tags::remove(tx, of, vip)).await.unwrap();
        app.write(move |tx| team_queues::remove(tx, of, cellar)).await.unwrap();
        app.write(move |tx| tags::take(tx, of, wine, &openid)).await.unwrap();
        team_queues::refile(&app).await.unwrap();
        assert_eq!(listed(lounge).await, 0);
        let all = app.read(move |conn| Ok(team_queues::all(conn, of)?)).await.unwrap();
        assert_eq!((all.len(), all[0].tags.len(), all[0].members.as_slice()), (1, 1, &[lin][..]));
        let (other, _) = account_of(&app, Kind::Service, "coffee").await;
        let theirs = app.write(move |tx| team_queues::remove(tx, other.id, lounge)).await;
        assert!(matches!(theirs, Err(Error::NotFound("team_queue"))));
    });
}

#[test]
fn who_may_not_answer_any_more_has_no_part_in_the_inbox() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (of, brand) = (tea.id, tea.brand_id);
        let (lin, mia) = (member(&app, "Lin").await, member(&app, "Mia").await);
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "hello").await;
        let roster = app.roster.clone();
        let begun = app.write(move |tx| {
            let tags = vec![tags::add(tx, of, "VIP")?.number];
            let draft = Draft { name: "Lounge".into(), tags, members: vec![lin, mia] };
            team_queues::add(tx, of, &draft)?;
            cases::take(tx, &roster, of, id, lin)?;
            members::join(tx, brand, mia, Role::Owner)
        });
        begun.await.unwrap();
        for (role, served, has) in
            [(Role::Marketer, vec![lin, mia], Some(lin)), (Role::Developer, vec![mia], None)]
        {
            app.write(move |tx| members::set_role(tx, brand, lin, role)).await.unwrap();
            let now = app.read(move |conn| {
                let served = team_queues::all(conn, of)?.remove(0).members;
                Ok((served, cases::find(conn, id)?.and_then(|case| case.assignee_id)))
            });
            assert_eq!(now.await.unwrap(), (served, has), "{role:?}");
        }
        assert_eq!(queue(&app, &tea, Queue::Unassigned, Sort::Newest).await, [id]);
    });
}
