//! Mentions in notes: who is mailed.
use crier_core::members::{self, Role};
use crier_core::rights::Kind;
use crier_core::{mention_mails, notes};
use crier_testing::{account_of, both_engines_by_hand, follower, member_brand};

use crate::desking::{member, say};

#[test]
fn who_looks_after_the_installation_is_mailed_of_any_brand() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (of, brand, lin) = (tea.clone(), tea.brand_id, member(&app, "Lin").await);
        for place in 0..members::NEAR {
            member_brand(&app, &format!("A{place}")).await;
        }
        let join = app.write(move |tx| {
            let root = members::create(tx, "root@example.com", "Root", "no hash", true)?;
            members::join(tx, brand, root.id, Role::Owner)?;
            Ok(root)
        });
        let root = join.await.unwrap();
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "hello").await;
        app.write(move |tx| notes::add(tx, &of, id, lin, "@Root look")).await.unwrap();
        clock.advance(120);
        assert_eq!(mention_mails::queue_due(&app).await.unwrap(), 1);
        let seat = app.read(move |conn| members::seat(conn, &root, brand)).await.unwrap();
        assert_eq!(seat.map(|seat| (seat.brand.id, seat.role)), Some((brand, Role::Owner)));
    });
}
