//! The delivery log: searched, read, sent again and recovered.
use std::sync::Arc;

use crier_core::App;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::deliveries::{self, Attempt, Outcome, Search, State};
use crier_core::endpoints::{self, Dialect, Draft, OffReason};
use crier_core::ids::{AccountId, DeliveryId, EndpointId, EventId};
use crier_core::recoveries;
use crier_testing::{account, both_engines, both_engines_by_hand, follower};

use crate::browsers::owner;

const LOG: &str = "/console/accounts/harbour/deliveries";
const SENTENCE: &str = "Your backend did not answer in time.";

/// What one follower's arrival and message gave: the message's delivery.
struct Made {
    account: AccountId,
    endpoint: EndpointId,
    delivery: DeliveryId,
    event: EventId,
}

/// An account with an endpoint whose delivery of a message is still to be made.
async fn message(app: &Arc<App>) -> Made {
    let harbour = account(app, "harbour").await;
    let (vault, account) = (app.vault.clone(), harbour.id);
    let draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/hook");
    let endpoint =
        app.write(move |tx| endpoints::set(tx, &vault, account, &draft, false)).await.unwrap();
    let conversation = follower(app, &harbour, "u1").await.id;
    app.append(Append::inbound(conversation, Content::text("ahoy"), None)).await.unwrap();
    let search = Search { kind: Some("message".into()), ..Search::default() };
    let page = move |conn: &mut _| Ok(deliveries::page(conn, account, &search, None, 1)?);
    let delivery = app.read(page).await.unwrap().found.remove(0).delivery;
    Made { account, endpoint, delivery: delivery.id, event: delivery.event_id }
}

/// Stores the outcome of an attempt at it.
async fn tried(app: &Arc<App>, made: &Made, number: i32, state: State, verdict: &str) {
    let attempt = Attempt {
        number,
        at: app.clock.now(),
        took_ms: 5_001,
        request: "http://127.0.0.1:9/hook\n\n<xml>ahoy</xml>".into(),
        status: None,
        answer: "no answer within 5 s".into(),
        verdict: verdict.into(),
    };
    let outcome = Outcome {
        delivery: made.delivery,
        node: app.node.as_ref().unwrap().id(),
        account: made.account,
        follower: None,
        state,
        attempt,
        next_at: (state == State::Waiting)
            .then(|| app.clock.now().plus(chrono::Duration::minutes(5))),
        retries: i32::from(state == State::Waiting),
        reply: None,
    };
    app.record(outcome).await;
    // Work goes after what was asked for before it.
    app.write(|_| Ok(())).await.unwrap();
}

#[test]
fn the_log_says_what_happened_and_sends_again() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let made = message(&app).await;
        tried(&app, &made, 1, State::Failed, "timeout").await;
        browser.get(LOG).await.says(&["Followed", "Message", SENTENCE, "127.0.0.1"]);
        browser.get(&format!("{LOG}?state=failed")).await.says(&[SENTENCE]).says_not(">Followed ");
        browser.get(&format!("{LOG}?state=delivered")).await.says(&["Nothing to show"]);
        let path = format!("{LOG}/{}", made.delivery);
        let endpoint = format!("/endpoints/{}\"", made.endpoint);
        browser.get(&path).await.says(&[
            SENTENCE,
            "5001 ms",
            "&#60;xml&#62;ahoy",
            "no answer within 5 s",
            "Attempt 1",
            &endpoint,
        ]);
        browser.get("/console/accounts/harbour").await.says(&["Failed deliveries"]);

        let (account, id) = (made.account, made.endpoint);
        app.write(move |tx| endpoints::set_enabled(tx, account, id, false)).await.unwrap();
        let off = browser.post(&format!("{path}/resend"), &[]).await;
        assert_eq!(off.status, 422);
        off.says(&["The endpoint is switched off. Switch it on first"]);
        app.write(move |tx| endpoints::set_enabled(tx, account, id, true)).await.unwrap();

        let done = browser.post(&format!("{path}/resend"), &[]).await;
        assert_eq!(done.location, format!("{path}?done=resend"));
        browser.get(&path).await.says(&[">replay<", "carries the same event id"]);
        browser.get(LOG).await.says(&[">replay<"]);
        let again = browser.post(&format!("{path}/resend"), &[]).await;
        assert_eq!(again.status, 422);
        again.says(&["This delivery is still being made."]);
    });
}

#[test]
fn a_delivery_shows_its_next_attempt_and_what_is_not_kept() {
    both_engines_by_hand(|app, clock| async move {
        let browser = owner(&app).await;
        let made = message(&app).await;
        tried(&app, &made, 1, State::Waiting, "timeout").await;
        let path = format!("{LOG}/{}", made.delivery);
        let waiting = browser.get(&path).await;
        waiting.says(&["Waiting", "Next attempt", "1 by the long schedule"]).says_not("Send again");
        browser.get(&format!("{LOG}?state=waiting")).await.says(&[SENTENCE]).says_not(">Followed ");

        let (id, endpoint, node) = (made.delivery, made.endpoint, app.node.as_ref().unwrap().id());
        clock.advance(3_600);
        app.write(|tx| deliveries::ripen(tx, 10)).await.unwrap();
        app.write(move |tx| deliveries::claim(tx, node, endpoint, 10)).await.unwrap();
        tried(&app, &made, 2, State::Delivered, "delivered").await;
        let taken = browser.get(&format!("{LOG}/{id}")).await;
        taken.says(&["Attempt 1", "Attempt 2", "Your backend took it.", "is not kept", "ahoy"]);
        taken.says(&["&#34;fact&#34;: &#34;message&#34;"]).says_not("Next attempt");
    });
}

#[test]
fn the_log_is_searched_by_everything_that_it_shows() {
    both_engines_by_hand(|app, _| async move {
        let browser = owner(&app).await;
        let made = message(&app).await;
        tried(&app, &made, 1, State::Failed, "timeout").await;
        let vault = app.vault.clone();
        let (account, draft) =
            (made.account, Draft::fresh(Dialect::Native, "http://other.example/"));
        let other =
            app.write(move |tx| endpoints::add(tx, &vault, account, &draft, false)).await.unwrap();
        let row = format!("#{}<", made.delivery);
        let found = async |query: &str| {
            let seen = browser.get(&format!("{LOG}?{query}")).await;
            assert_eq!(seen.status, 200, "{query}");
            seen.html.contains(&row)
        };
        let (own, event) = (made.endpoint, made.event);
        let local = chrono::FixedOffset::east_opt(8 * 3_600).unwrap();
        let at = |minutes| {
            let at = app.clock.now().plus(chrono::Duration::minutes(minutes)).to_chrono();
            at.with_timezone(&local).format("%Y-%m-%dT%H:%M").to_string()
        };
        let (before, after) = (at(-2), at(2));
        for query in [
            String::new(),
            format!("endpoint={own}"),
            "kind=message".into(),
            "verdict=timeout".into(),
            format!("event={event}"),
            format!("event=%23{event}"),
            format!("from={before}&until={after}"),
            format!(
                "state=failed&endpoint={own}&kind=message&verdict=timeout&event={event}&from={before}"
            ),
        ] {
            assert!(found(&query).await, "{query}");
        }
        for query in [
            format!("endpoint={other}"),
            "kind=followed".into(),
            "verdict=tls".into(),
            format!("event={}", event.0 - 1),
            format!("from={after}"),
            format!("until={before}"),
            "state=delivered".into(),
        ] {
            assert!(!found(&query).await, "{query}");
        }
        // What is chosen stays when the state changes.
        browser.get(&format!("{LOG}?kind=message")).await.says(&["?state=failed&#38;kind=message"]);
    });
}

#[test]
fn a_search_that_cannot_be_read_says_so() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let row = format!("#{}<", message(&app).await.delivery);
        for (query, sentence) in [
            ("from=yesterday", "Choose a day and time in the past"),
            ("until=2026-99-99T00:00", "Choose a day and time."),
            ("event=abc", "An event id is a number"),
            ("event=9223372036854775807", "An event id is a number"),
            ("endpoint=x", "There is no such endpoint."),
        ] {
            let seen = browser.get(&format!("{LOG}?{query}&kind=message")).await;
            assert_eq!(seen.status, 422, "{query}");
            seen.says(&[sentence, "value=\"message\" selected", " open>"]).says_not(&row);
        }
    });
}

#[test]
fn what_failed_is_recovered_and_a_recovery_can_be_stopped() {
    both_engines_by_hand(|app, clock| async move {
        let browser = owner(&app).await;
        let made = message(&app).await;
        tried(&app, &made, 1, State::Failed, "timeout").await;
        let path = format!("/console/accounts/harbour/endpoints/{}", made.endpoint);
        let id = made.endpoint;
        app.write(move |tx| endpoints::failed(tx, id)).await.unwrap();
        clock.advance(120);
        browser.get(&path).await.says(&["Recover", "failing since", "Asia/Shanghai"]);
        for (from, until, sentence) in [
            ("", "", "Choose a day and time in the past"),
            ("2099-01-01T00:00", "", "Choose a day and time in the past"),
            ("2020-01-02T00:00", "2020-01-01T00:00", "Choose a day and time in the past"),
            ("2020-01-02T00:00", "soon", "Choose a day and time."),
        ] {
            let fields = [("from", from), ("until", until), ("what", "failed")];
            let seen = browser.post(&format!("{path}/recover"), &fields).await;
            assert_eq!(seen.status, 422, "{from} {until}");
            seen.says(&[sentence]);
        }
        let fields = [("from", "2020-01-01T00:00"), ("until", ""), ("what", "failed")];
        let done = browser.post(&format!("{path}/recover"), &fields).await;
        assert_eq!(done.location, format!("{path}?done=recovering#recover"));
        let page = browser.get(&path).await;
        page.says(&[
            "under way",
            "0 sent again",
            "What failed from 1 Jan 2020",
            "<progress",
            "Stop",
        ]);
        let twice = browser.post(&format!("{path}/recover"), &fields).await;
        assert_eq!(twice.status, 422);
        twice.says(&["A recovery of this endpoint is under way."]);

        let running = app.read(recoveries::running).await.unwrap().remove(0).id;
        while app.write(move |tx| recoveries::step(tx, running)).await.unwrap() {}
        browser.get(&path).await.says(&["1 sent again", ">done<"]).says_not("<progress");
        let replayed = browser.get(&format!("{LOG}/{}", made.delivery)).await;
        replayed.says(&[">replay<", "Open"]);

        let everything = [("from", "2020-01-01T00:00"), ("until", ""), ("what", "all")];
        browser.post(&format!("{path}/recover"), &everything).await;
        let running = app.read(recoveries::running).await.unwrap().remove(0).id;
        let done = browser.post(&format!("{path}/recoveries/{running}/stop"), &[]).await;
        assert_eq!(done.location, format!("{path}?done=recovery-stopped#recover"));
        browser.get(&path).await.says(&["Everything from 1 Jan 2020", ">stopped<"]);
        assert!(app.read(recoveries::running).await.unwrap().is_empty());

        app.write(move |tx| endpoints::switch_off(tx, id, OffReason::Failing)).await.unwrap();
        let off = browser.post(&format!("{path}/recover"), &fields).await;
        assert_eq!(off.status, 422);
        off.says(&["The endpoint is switched off."]);
    });
}
