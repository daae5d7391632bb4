//! Agents and their sessions: who has a follower, and who is told what the follower writes.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::agents::{self, Agent, Answer, RecordSpan};
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append};
use crier_core::ids::{EventId, FollowerId, MemberId};
use crier_core::members::{self, Role};
use crier_core::messages::{self, Span};
use crier_core::windows::Effect;
use crier_core::{App, Error, followers};
use crier_testing::{account, both_engines, both_engines_by_hand, follower, member_brand};

use crate::delivering::{endpoint, facts, told};

/// A member of the brand of the test accounts.
async fn member(app: &App, email: &str) -> MemberId {
    let (brand, email) = (member_brand(app, "Test").await, email.to_owned());
    app.write(move |tx| {
        let member = members::create(tx, &email, "Lin", "no hash", false)?;
        members::join(tx, brand.id, member.id, Role::Agent)?;
        Ok(member.id)
    })
    .await
    .unwrap()
}

async fn add(app: &App, account: &Arc<Account>, name: &str) -> Agent {
    let (account, name) = (account.clone(), name.to_owned());
    app.write(move |tx| agents::add(tx, &account, &name, "Lin")).await.unwrap()
}

/// An agent of the account "tea" who is there.
pub async fn there(app: &App, account: &Arc<Account>, prefix: &str) -> Agent {
    let agent = add(app, account, &format!("{prefix}@tea")).await;
    let member = member(app, &format!("{prefix}@example.com")).await;
    let (of, id, roster) = (account.id, agent.id, app.roster.clone());
    app.write(move |tx| {
        agents::bind(tx, of, id, member)?;
        agents::set_online(tx, &roster, of, id, true)?;
        agents::get(tx.conn, of, id)
    })
    .await
    .unwrap()
}

async fn hand_over(app: &App, follower: FollowerId, event: i64, name: Option<&str>) {
    let name = name.map(str::to_owned);
    app.append(Append::hand_over(follower, EventId(event), name)).await.unwrap();
}

async fn say(app: &App, follower: FollowerId, words: &str) {
    app.append(Append::inbound(follower, Content::text(words), None)).await.unwrap();
}

async fn take(app: &App, follower: FollowerId, agent: &Agent) -> crier_core::Result<()> {
    let (agent, roster) = (agent.clone(), app.roster.clone());
    app.write(move |tx| agents::take(tx, &roster, follower, &agent)).await
}

async fn close(app: &App, follower: FollowerId, agent: &Agent) -> crier_core::Result<()> {
    let (agent, roster) = (agent.clone(), app.roster.clone());
    app.write(move |tx| agents::close(tx, &roster, follower, &agent)).await
}

fn conflict<T: std::fmt::Debug>(result: crier_core::Result<T>) -> &'static str {
    match result {
        Err(Error::Conflict(word) | Error::NotFound(word)) => word,
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn agents_have_names_numbers_and_an_end() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let first = add(&app, &account, "lin@tea").await;
        let second = add(&app, &account, &format!("mia@{}", account.original_id)).await;
        assert_eq!((first.number, second.number), (1_001, 1_002));
        let try_add = |name: &str, nickname: &str| {
            let (app, account) = (app.clone(), account.clone());
            let (name, nickname) = (name.to_owned(), nickname.to_owned());
            async move {
                conflict(app.write(move |tx| agents::add(tx, &account, &name, &nickname)).await)
            }
        };
        assert_eq!(try_add("mia@tea", "Mia").await, "agent_exists");
        assert_eq!(try_add("mia@elsewhere", "Mia").await, "agent");
        assert_eq!(try_add("mia", "Mia").await, "agent");
        assert_eq!(try_add("elevenchars@tea", "Mia").await, "agent_length");
        assert_eq!(try_add("mi-a@tea", "Mia").await, "agent_characters");
        assert_eq!(try_add("ann@tea", " ").await, "nickname");
        assert_eq!(try_add("ann@tea", "a\nb").await, "nickname");
        let (id, roster, of) = (second.id, app.roster.clone(), account.id);
        app.write(move |tx| agents::remove(tx, &roster, of, id)).await.unwrap();
        assert_eq!(add(&app, &account, "mia@tea").await.number, 1_003);
        assert_eq!(app.read(move |conn| agents::all(conn, of)).await.unwrap().len(), 2);
        let account = account.clone();
        let many = app.write(move |tx| {
            for n in 0..98 {
                agents::add(tx, &account, &format!("a{n}@tea"), "Ann")?;
            }
            agents::add(tx, &account, "b@tea", "Ben")
        });
        assert_eq!(conflict(many.await), "too_many_agents");
    });
}

#[test]
fn a_member_is_invited_and_accepts() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let agent = add(&app, &account, "lin@tea").await;
        let (lin, other) =
            (member(&app, "lin@example.com").await, member(&app, "o@example.com").await);
        let invite = |email: &str| {
            let (app, account, email) = (app.clone(), account.clone(), email.to_owned());
            async move {
                app.write(move |tx| {
                    let agent = agents::by_name(tx.conn, &account, "lin@tea")?;
                    agents::invite(tx, &account, &agent, &email)
                })
                .await
            }
        };
        assert_eq!(conflict(invite("nobody@example.com").await), "invitee");
        invite("LIN@example.com").await.unwrap();
        assert_eq!(conflict(invite("lin@example.com").await), "invited_already");
        assert_eq!(conflict(invite("o@example.com").await), "agent_invited");
        let answer = |member: MemberId, yes: bool| {
            let (app, of, id) = (app.clone(), account.id, agent.id);
            async move {
                app.write(move |tx| {
                    let member = members::get(tx.conn, member)?;
                    if yes {
                        agents::accept(tx, of, id, &member)
                    } else {
                        agents::decline(tx, of, id, &member)
                    }
                })
                .await
            }
        };
        assert_eq!(conflict(answer(other, true).await), "invitation");
        answer(lin, false).await.unwrap();
        assert_eq!(conflict(answer(lin, true).await), "invitation");
        let state = |agent: Agent, now| agent.invitation(now).map(|invited| invited.answer);
        let (of, id) = (account.id, agent.id);
        let read = || app.read(move |conn| agents::get(conn, of, id));
        assert_eq!(state(read().await.unwrap(), app.clock.now()), Some(Answer::Declined));
        invite("lin@example.com").await.unwrap();
        assert_eq!(state(read().await.unwrap(), app.clock.now()), Some(Answer::Waiting));
        clock.advance(8 * 86_400);
        assert_eq!(state(read().await.unwrap(), app.clock.now()), Some(Answer::Expired));
        assert_eq!(conflict(answer(lin, true).await), "invitation");
        invite("lin@example.com").await.unwrap();
        answer(lin, true).await.unwrap();
        assert_eq!(conflict(invite("o@example.com").await), "agent_bound");
        let second = add(&app, &account, "mia@tea").await;
        let again = app.write(move |tx| agents::bind(tx, of, second.id, lin));
        assert_eq!(conflict(again.await), "member_is_agent");
        app.write(move |tx| agents::leave(tx, &[of], lin)).await.unwrap();
        assert_eq!(read().await.unwrap().member_id, None);
    });
}

#[test]
fn what_a_follower_writes_goes_to_the_agent_who_has_them() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        endpoint(&app, &account).await;
        let lin = there(&app, &account, "lin").await;
        say(&app, id, "one").await;
        hand_over(&app, id, 1, None).await;
        say(&app, id, "two").await;
        assert_eq!(told(&app, &account).await, ["message", "message"], "who waits is told of");
        take(&app, id, &lin).await.unwrap();
        say(&app, id, "three").await;
        let answer = Append::outbound(id, Origin::Api, Content::text("four"), None, Effect::Spend);
        app.append(answer.as_agent(Some(lin.id))).await.unwrap();
        assert_eq!(told(&app, &account).await, ["message", "message", "session_opened"]);
        close(&app, id, &lin).await.unwrap();
        say(&app, id, "five").await;
        let all = told(&app, &account).await;
        assert_eq!(all[3..], ["session_closed", "message"]);
        assert_eq!(conflict(close(&app, id, &lin).await), "session");
        let page =
            app.read(move |conn| Ok(messages::page(conn, id, Span::After(0), 9)?)).await.unwrap();
        let by: Vec<bool> = page.iter().map(|message| message.agent_id == Some(lin.id)).collect();
        assert_eq!(by, [false, false, true, true, false]);
        // An answer counts once, however often it is told.
        hand_over(&app, id, 1, None).await;
        assert_eq!(app.read(move |conn| agents::current(conn, id)).await.unwrap(), None);
    });
}

#[test]
fn the_named_agent_has_them_at_once_or_when_they_come() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let (a, b) =
            (follower(&app, &account, "u1").await.id, follower(&app, &account, "u2").await.id);
        endpoint(&app, &account).await;
        let lin = there(&app, &account, "lin").await;
        hand_over(&app, a, 1, Some("lin@tea")).await;
        assert_eq!(told(&app, &account).await, ["session_opened"]);
        let (of, roster) = (account.id, app.roster.clone());
        let lin = lin.id;
        let online = |online| {
            let roster = roster.clone();
            app.write(move |tx| agents::set_online(tx, &roster, of, lin, online))
        };
        online(false).await.unwrap();
        hand_over(&app, b, 2, Some("lin@tea")).await;
        let waiting = app.read(move |conn| agents::waiting(conn, of, 100)).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].wanted.as_deref(), Some("lin@tea"));
        online(true).await.unwrap();
        assert_eq!(told(&app, &account).await, ["session_opened", "session_opened"]);
        let now = app.clock.now();
        let has = app.read(move |conn| agents::of_agent(conn, lin, now, 9)).await.unwrap();
        assert_eq!(has.len(), 2);
    });
}

#[test]
fn an_agent_gives_a_follower_to_another() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        endpoint(&app, &account).await;
        let (lin, mia) = (there(&app, &account, "lin").await, there(&app, &account, "mia").await);
        take(&app, id, &lin).await.unwrap();
        assert_eq!(conflict(take(&app, id, &mia).await), "session_taken");
        assert_eq!(conflict(close(&app, id, &mia).await), "session_taken");
        let switch = |from: &Agent, to: &Agent| {
            let (from, to, roster) = (from.clone(), to.clone(), app.roster.clone());
            app.write(move |tx| agents::switch(tx, &roster, id, &from, &to))
        };
        let absent = Agent { online: false, ..mia.clone() };
        assert_eq!(conflict(switch(&lin, &absent).await), "agent_offline");
        switch(&lin, &mia).await.unwrap();
        let told = facts(&app, &account).await;
        let wanted = crier_core::facts::Fact::SessionSwitched {
            from: "lin@tea".into(),
            to: "mia@tea".into(),
        };
        assert_eq!(told.last(), Some(&wanted));
        close(&app, id, &mia).await.unwrap();
    });
}

#[test]
fn a_session_in_which_nobody_writes_ends_by_itself() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        endpoint(&app, &account).await;
        let lin = there(&app, &account, "lin").await;
        take(&app, id, &lin).await.unwrap();
        clock.advance(29 * 60);
        say(&app, id, "still here").await;
        clock.advance(29 * 60);
        assert_eq!(agents::sweep(&app).await.unwrap(), 0, "a message keeps it open");
        assert_eq!(told(&app, &account).await, ["session_opened"]);
        clock.advance(60);
        say(&app, id, "is anybody there?").await;
        assert_eq!(told(&app, &account).await, ["session_opened", "message"], "told at once");
        assert_eq!(agents::sweep(&app).await.unwrap(), 1);
        assert_eq!(
            told(&app, &account).await,
            ["session_opened", "message", "session_closed"],
            "the end is told by the sweep"
        );
        assert_eq!(agents::sweep(&app).await.unwrap(), 0);
        // Whoever waits for two days waits no longer, and an agent of whom nothing is seen is away.
        hand_over(&app, id, 1, None).await;
        clock.advance(48 * 3_600);
        assert_eq!(agents::sweep(&app).await.unwrap(), 1);
        assert_eq!(app.read(move |conn| agents::current(conn, id)).await.unwrap(), None);
        let of = account.id;
        assert!(!app.read(move |conn| agents::get(conn, of, lin.id)).await.unwrap().online);
    });
}

#[test]
fn a_session_ends_with_its_agent_and_with_the_follower() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let first = follower(&app, &account, "u1").await;
        let second = follower(&app, &account, "u2").await;
        endpoint(&app, &account).await;
        let lin = there(&app, &account, "lin").await;
        take(&app, first.id, &lin).await.unwrap();
        take(&app, second.id, &lin).await.unwrap();
        let (of, roster) = (account.id, app.roster.clone());
        let user = first.user_id;
        app.write(move |tx| followers::unfollow(tx, &roster, of, user)).await.unwrap();
        let all = told(&app, &account).await;
        assert_eq!(all[2..], ["session_closed", "unfollowed"]);
        assert!(matches!(take(&app, first.id, &lin).await, Err(Error::Denied(_))));
        let roster = app.roster.clone();
        app.write(move |tx| agents::remove(tx, &roster, of, lin.id)).await.unwrap();
        assert_eq!(told(&app, &account).await.last(), Some(&"session_closed"));
        let id = second.id;
        let row = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!((row.agent_id, row.agent_until), (None, None));
    });
}

#[test]
fn records_go_on_where_they_ended() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let lin = there(&app, &account, "lin").await;
        let from = app.clock.now();
        say(&app, id, "to the bot").await;
        take(&app, id, &lin).await.unwrap();
        for n in 0..25 {
            say(&app, id, &n.to_string()).await;
            clock.advance(60);
        }
        let to = app.clock.now();
        let (of, span) = (account.id, RecordSpan { from, to, follower: None });
        let (mut after, mut read) = (1, Vec::new());
        loop {
            let now = app.clock.now();
            let page = app
                .read(move |conn| agents::records(conn, of, span, after, now, 10))
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            after = last.id;
            read.extend(page.into_iter().map(|record| record.content.summary().to_owned()));
        }
        let wanted: Vec<String> = (0..25).map(|n| n.to_string()).collect();
        assert_eq!(read, wanted);
        let late = RecordSpan { from: to, to: to.plus(chrono::Duration::hours(1)), follower: None };
        let now = app.clock.now();
        let none = app.read(move |conn| agents::records(conn, of, late, 1, now, 10)).await.unwrap();
        assert!(none.is_empty());
    });
}

#[test]
fn typing_is_shown_to_who_wrote_a_moment_ago() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let typing = |typing| app.write(move |tx| conversations::set_typing(tx, id, typing));
        assert_eq!(conflict(typing(true).await), "not_lately");
        say(&app, id, "hello").await;
        typing(true).await.unwrap();
        assert_eq!(conflict(typing(true).await), "typing_already");
        typing(false).await.unwrap();
        typing(true).await.unwrap();
        clock.advance(1);
        let answer = Append::outbound(id, Origin::Api, Content::text("hi"), None, Effect::Spend);
        app.append(answer).await.unwrap();
        typing(true).await.unwrap();
        clock.advance(16);
        typing(true).await.unwrap();
        clock.advance(15);
        assert_eq!(conflict(typing(true).await), "not_lately");
    });
}
