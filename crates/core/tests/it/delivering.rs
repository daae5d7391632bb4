//! The outbox: written with the message, claimed once, never lost between nodes.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append};
use crier_core::deliveries::{self, Attempt, Outcome, Search, State};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::facts::Fact;
use crier_core::ids::{EndpointId, NodeId};
use crier_core::nodes;
use crier_core::windows::Effect;
use crier_core::{App, Error};
use crier_testing::{account, both_engines, follower};

/// Gives the account an endpoint that nobody serves.
pub async fn endpoint(app: &App, account: &Arc<Account>) -> EndpointId {
    let draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/");
    let (id, vault) = (account.id, app.vault.clone());
    app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap()
}

/// The facts told about an account, oldest first.
pub async fn facts(app: &App, account: &Arc<Account>) -> Vec<Fact> {
    let id = account.id;
    let page = app
        .read(move |conn| Ok(deliveries::page(conn, id, &Search::default(), None, 100)?))
        .await
        .unwrap();
    page.found.into_iter().rev().filter_map(|row| Some(row.event?.fact)).collect()
}

/// Their names.
pub async fn told(app: &App, account: &Arc<Account>) -> Vec<&'static str> {
    facts(app, account).await.iter().map(Fact::name).collect()
}

async fn free_all(app: &App) {
    let node = app.node.as_ref().unwrap().id();
    app.write(move |tx| nodes::leave(tx.conn, node)).await.unwrap();
}

#[test]
fn a_message_and_its_delivery_are_stored_together() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        app.append(Append::inbound(id, Content::text("before"), None)).await.unwrap();
        endpoint(&app, &account).await;
        app.append(Append::inbound(id, Content::text("after"), None)).await.unwrap();
        assert_eq!(told(&app, &account).await, ["message"]);
    });
}

#[test]
fn two_nodes_never_claim_the_same_delivery() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let endpoint = endpoint(&app, &account).await;
        for n in 0..25 {
            let id = follower(&app, &account, &format!("u{n}")).await.id;
            app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
        }
        free_all(&app).await;
        let mut claimed = Vec::new();
        for node in [NodeId(1), NodeId(2), NodeId(1), NodeId(2)] {
            let dues = app
                .write(move |tx| deliveries::claim(tx, node, endpoint, 20))
                .await
                .unwrap()
                .unwrap();
            claimed.extend(dues.into_iter().map(|due| due.id));
        }
        let mut in_order = claimed.clone();
        in_order.sort_unstable();
        in_order.dedup();
        // A follow and a message of each.
        assert_eq!((claimed.len(), in_order.len()), (50, 50));
        assert_eq!(app.read(|conn| Ok(deliveries::waiting(conn, None)?)).await.unwrap(), None);
    });
}

#[test]
fn a_conversation_is_delivered_by_one_node_at_a_time() {
    both_engines(|app| async move {
        if app.node.as_ref().unwrap().alone {
            // SQLite has one node.
            return;
        }
        let account = account(&app, "tea").await;
        let endpoint = endpoint(&app, &account).await;
        let id = follower(&app, &account, "u1").await.id;
        let say = async |words: &str| {
            app.append(Append::inbound(id, Content::text(words), None)).await.unwrap();
        };
        say("one").await;
        free_all(&app).await;
        let (one, other) = (NodeId(1), NodeId(2));
        let claim = async |node, most| {
            let dues = app.write(move |tx| deliveries::claim(tx, node, endpoint, most)).await;
            dues.unwrap().unwrap().len()
        };
        assert_eq!(claim(one, 1).await, 1);
        // The rest of the conversation waits for whoever holds its beginning.
        assert_eq!(claim(other, 9).await, 0);
        // What is new is left behind what nobody holds, and then goes to who holds the rest.
        say("two").await;
        assert_eq!(claim(one, 9).await, 2);
        say("three").await;
        let held = app.read(move |conn| deliveries::assigned(conn, one, &[id])).await.unwrap();
        assert_eq!(held.len(), 4);
        assert!(held.windows(2).all(|pair| pair[0].id < pair[1].id));
    });
}

fn ended(app: &App, due: &crier_core::tx::Due, node: NodeId, reply: Option<Append>) -> Outcome {
    let attempt = Attempt {
        number: due.attempts + 1,
        at: app.clock.now(),
        took_ms: 3,
        request: "POST http://127.0.0.1:9/".into(),
        status: Some(200),
        answer: "success".into(),
        verdict: "delivered".into(),
    };
    Outcome {
        delivery: due.id,
        node,
        account: due.event.account,
        follower: due.event.follower,
        state: State::Delivered,
        attempt,
        next_at: None,
        retries: due.retries,
        reply,
    }
}

#[test]
fn a_node_that_lost_its_lease_changes_nothing_and_an_answer_counts_once() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let endpoint = endpoint(&app, &account).await;
        let id = follower(&app, &account, "u1").await.id;
        free_all(&app).await;
        let (late, alive) = (NodeId(1), NodeId(2));
        let due = app
            .write(move |tx| deliveries::claim(tx, late, endpoint, 1))
            .await
            .unwrap()
            .unwrap()
            .remove(0);
        app.write(move |tx| deliveries::release(tx, late, &[due.id])).await.unwrap();
        let again = app
            .write(move |tx| deliveries::claim(tx, alive, endpoint, 1))
            .await
            .unwrap()
            .unwrap()
            .remove(0);
        let reply = || {
            let (content, client) = (Content::text("hello"), Some("answer:1".to_owned()));
            Append::outbound(id, Origin::Answer, content, client, Effect::None)
        };
        app.record(ended(&app, &again, late, Some(reply()))).await;
        let delivery = again.id;
        let pending = app.write(move |tx| deliveries::get(tx.conn, delivery)).await.unwrap();
        assert_eq!(pending.state, State::Pending);
        app.record(ended(&app, &again, alive, Some(reply()))).await;
        let done = app.write(move |tx| deliveries::get(tx.conn, delivery)).await.unwrap();
        assert_eq!((done.state, done.verdict.as_deref()), (State::Delivered, Some("delivered")));
        let stored = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!(stored.last_seq, 1);
    });
}

#[test]
fn what_a_dead_node_held_is_freed_with_it() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let endpoint = endpoint(&app, &account).await;
        follower(&app, &account, "u1").await;
        free_all(&app).await;
        let node = app.node.clone().unwrap();
        let (again, now) = (node.clone(), app.clock.now());
        app.read(move |conn| nodes::enter_again(conn, &again, now)).await.unwrap();
        let held_by = node.id();
        app.write(move |tx| deliveries::claim(tx, held_by, endpoint, 9)).await.unwrap();
        let (rows, orphans) = app.read(nodes::seen).await.unwrap();
        let dead = rows.into_iter().find(|row| row.id == held_by).unwrap();
        assert!(dead.lease_until > now && !dead.is_dead());
        assert_eq!(orphans, []);
        let freed = app.write(move |tx| nodes::bury(tx.conn, &[dead], &[])).await.unwrap();
        assert_eq!(freed, 1);
        let waiting = app.read(|conn| Ok(deliveries::waiting(conn, None)?)).await.unwrap();
        assert_eq!(waiting, Some(endpoint));
    });
}

#[test]
fn a_node_taken_for_dead_begins_anew_unless_it_was_replaced() {
    both_engines(|app| async move {
        let (node, now) = (app.node.clone().unwrap(), app.clock.now());
        let held_under = node.id();
        free_all(&app).await;
        let lost = {
            let node = node.clone();
            app.read(move |conn| nodes::renew(conn, &node, now)).await
        };
        assert!(matches!(lost, Err(Error::Conflict("lease_lost"))));
        let later = now.plus(chrono::Duration::seconds(1));
        let again = node.clone();
        app.read(move |conn| nodes::enter_again(conn, &again, later)).await.unwrap();
        assert_ne!(node.id(), held_under);
        let twin = nodes::Node::new(NodeId(71), node.number, false, 0);
        let refused = app.read(move |conn| nodes::enter_again(conn, &twin, later)).await;
        assert!(matches!(refused, Err(Error::Conflict("node_replaced"))));
    });
}

#[test]
fn a_node_that_renewed_meanwhile_is_not_buried() {
    both_engines(|app| async move {
        let (node, now) = (app.node.clone().unwrap(), app.clock.now());
        let (rows, _) = app.read(nodes::seen).await.unwrap();
        let later = now.plus(chrono::Duration::seconds(1));
        {
            let node = node.clone();
            app.read(move |conn| nodes::renew(conn, &node, later)).await.unwrap();
        }
        app.write(move |tx| nodes::bury(tx.conn, &rows, &[])).await.unwrap();
        app.read(move |conn| nodes::renew(conn, &node, later)).await.unwrap();
    });
}

#[test]
fn a_resend_tells_the_same_event_again() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let endpoint = endpoint(&app, &account).await;
        follower(&app, &account, "u1").await;
        free_all(&app).await;
        let node = NodeId(5);
        let due = app
            .write(move |tx| deliveries::claim(tx, node, endpoint, 1))
            .await
            .unwrap()
            .unwrap()
            .remove(0);
        let (id, of) = (due.id, account.id);
        assert!(app.write(move |tx| deliveries::resend(tx, of, id)).await.is_err());
        app.record(ended(&app, &due, node, None)).await;
        app.write(move |tx| deliveries::resend(tx, of, id)).await.unwrap();
        let again = app
            .write(move |tx| deliveries::claim(tx, node, endpoint, 1))
            .await
            .unwrap()
            .unwrap()
            .remove(0);
        assert_eq!((again.id, &again.event, again.attempts), (due.id, &due.event, 1));
        assert!(again.replay && !due.replay);
    });
}
