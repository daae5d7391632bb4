//! The outbox: written with the message, claimed once, never lost between nodes.
use std::sync::Arc;

use crier_core::App;
use crier_core::accounts::Account;
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append};
use crier_core::deliveries::{self, NewAttempt, Outcome, State};
use crier_core::endpoints::{self, Dialect, Draft, Mode};
use crier_core::facts::Fact;
use crier_core::ids::{EndpointId, NodeId};
use crier_core::nodes;
use crier_core::windows::Effect;
use crier_testing::{account, both_engines, follower};

/// Gives the account an endpoint that nobody serves.
pub async fn endpoint(app: &App, account: &Arc<Account>) -> EndpointId {
    let draft = Draft {
        dialect: Dialect::Wechat,
        url: "http://127.0.0.1:9/".into(),
        mode: Mode::Plain,
        token: endpoints::new_token(),
        key: endpoints::new_key(),
    };
    let (id, vault) = (account.id, app.vault.clone());
    app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap()
}

/// The facts told about an account, oldest first.
pub async fn facts(app: &App, account: &Arc<Account>) -> Vec<Fact> {
    let id = account.id;
    let mut log =
        app.read(move |conn| Ok(deliveries::page(conn, id, None, None, 100)?)).await.unwrap();
    log.reverse();
    log.into_iter().filter_map(|row| Some(row.event?.fact)).collect()
}

/// Their names.
pub async fn told(app: &App, account: &Arc<Account>) -> Vec<&'static str> {
    facts(app, account).await.iter().map(Fact::name).collect()
}

async fn free_all(app: &App) {
    let node = app.node.unwrap().id;
    app.write(move |tx| nodes::retire(tx.conn, &[node])).await.unwrap();
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
        let id = follower(&app, &account, "u1").await.id;
        for n in 0..50 {
            app.append(Append::inbound(id, Content::text(format!("{n}")), None)).await.unwrap();
        }
        free_all(&app).await;
        let mut claimed = Vec::new();
        for node in [NodeId(1), NodeId(2), NodeId(1), NodeId(2)] {
            let dues =
                app.write(move |tx| deliveries::claim(tx, node, endpoint, 20)).await.unwrap();
            claimed.extend(dues.into_iter().map(|due| due.id));
        }
        let mut in_order = claimed.clone();
        in_order.sort_unstable();
        in_order.dedup();
        assert_eq!(claimed.len(), 51);
        assert_eq!(claimed, in_order);
        assert_eq!(app.read(|conn| Ok(deliveries::waiting(conn, None)?)).await.unwrap(), None);
    });
}

fn ended(app: &App, due: &crier_core::tx::Due, node: NodeId, reply: Option<Append>) -> Outcome {
    let attempt = NewAttempt {
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
        attempts: vec![attempt],
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
        let due =
            app.write(move |tx| deliveries::claim(tx, late, endpoint, 1)).await.unwrap().remove(0);
        app.write(move |tx| deliveries::release(tx, late, &[due.id])).await.unwrap();
        let again =
            app.write(move |tx| deliveries::claim(tx, alive, endpoint, 1)).await.unwrap().remove(0);
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
        let dead = nodes::Node { id: NodeId(77), number: 9, alone: false, newest_id: 0 };
        let now = app.clock.now();
        app.read(move |conn| nodes::renew(conn, dead, now)).await.unwrap();
        app.write(move |tx| deliveries::claim(tx, dead.id, endpoint, 9)).await.unwrap();
        let (rows, orphans) = app.read(nodes::seen).await.unwrap();
        assert!(rows.iter().any(|(id, until)| *id == dead.id && *until > now));
        assert_eq!(orphans, []);
        let freed = app.write(move |tx| nodes::retire(tx.conn, &[dead.id])).await.unwrap();
        assert_eq!(freed, 1);
        let waiting = app.read(|conn| Ok(deliveries::waiting(conn, None)?)).await.unwrap();
        assert_eq!(waiting, Some(endpoint));
    });
}

#[test]
fn a_node_whose_number_is_taken_is_told_to_end() {
    both_engines(|app| async move {
        let node = |id, number| nodes::Node { id: NodeId(id), number, alone: false, newest_id: 0 };
        let (old, new, now) = (node(70, 9), node(71, 9), app.clock.now());
        app.read(move |conn| nodes::renew(conn, old, now)).await.unwrap();
        app.write(move |tx| nodes::retire(tx.conn, &[old.id])).await.unwrap();
        app.read(move |conn| nodes::renew(conn, new, now)).await.unwrap();
        let refused = app.read(move |conn| nodes::renew(conn, old, now)).await;
        assert!(matches!(refused, Err(crier_core::Error::Conflict("node_replaced"))));
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
        let due =
            app.write(move |tx| deliveries::claim(tx, node, endpoint, 1)).await.unwrap().remove(0);
        let id = due.id;
        assert!(app.write(move |tx| deliveries::resend(tx, id)).await.is_err());
        app.record(ended(&app, &due, node, None)).await;
        app.write(move |tx| deliveries::resend(tx, id)).await.unwrap();
        let again =
            app.write(move |tx| deliveries::claim(tx, node, endpoint, 1)).await.unwrap().remove(0);
        assert_eq!((again.id, &again.event, again.attempts), (due.id, &due.event, 1));
    });
}
