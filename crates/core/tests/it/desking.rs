//! The desk: who has a conversation, who waits, notes, canned answers, replies for later.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::canned_answers;
use crier_core::cases::{self, Case, Queue, Sort, State};
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append, Reply};
use crier_core::desk_settings::{self, DeskSettings};
use crier_core::ids::{FollowerId, MemberId};
use crier_core::mails::{self, Mail};
use crier_core::members::{self, Role};
use crier_core::messages::{self, Message, Span};
use crier_core::presences::Doing;
use crier_core::rights::Kind;
use crier_core::windows::{BY_MESSAGE, Effect};
use crier_core::{
    App, Error, agents, auto_replies, mention_mails, notes, scheduled_replies, trails,
};
use crier_schema::tables::scheduled_replies as rows;
use crier_testing::{account_of, both_engines, both_engines_by_hand, follower, member_brand};
use diesel::prelude::*;

use crate::attending::there;

pub async fn member(app: &App, name: &str) -> MemberId {
    let (brand, name) = (member_brand(app, "Test").await, name.to_owned());
    app.write(move |tx| {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let member = members::create(tx, &email, &name, "no hash", false)?;
        members::join(tx, brand.id, member.id, Role::Agent)?;
        Ok(member.id)
    })
    .await
    .unwrap()
}

pub async fn say(app: &App, follower: FollowerId, words: &str) {
    app.append(Append::inbound(follower, Content::text(words), None)).await.unwrap();
    trails::follow(app).await.unwrap();
}

async fn case(app: &App, follower: FollowerId) -> Case {
    app.read(move |conn| Ok(cases::find(conn, follower)?)).await.unwrap().unwrap()
}

pub async fn queue(app: &App, account: &Account, queue: Queue, sort: Sort) -> Vec<FollowerId> {
    let id = account.id;
    let page = app.read(move |conn| Ok(cases::page(conn, id, queue, sort, None, 50)?)).await;
    page.unwrap().into_iter().map(|one| one.listed.conversation.follower_id).collect()
}

async fn take(
    app: &App,
    account: &Arc<Account>,
    follower: FollowerId,
    me: MemberId,
) -> crier_core::Result<()> {
    let (account, roster) = (account.id, app.roster.clone());
    app.write(move |tx| cases::take(tx, &roster, account, follower, me)).await
}

fn reply(account: &Account, follower: FollowerId, member: MemberId, text: &str) -> Reply {
    let (content, client_id) = (Content::text(text), text.to_owned());
    Reply { account: account.id, follower, member, content, client_id }
}

async fn said(app: &App, follower: FollowerId) -> Vec<Message> {
    app.read(move |conn| Ok(messages::page(conn, follower, Span::After(0), 50)?)).await.unwrap()
}

#[test]
fn whoever_writes_waits_until_somebody_answers() {
    both_engines_by_hand(|app, clock| async move {
        // An account without agents: members have conversations.
        let (tea, _) = account_of(&app, Kind::Subscription, "tea").await;
        let (lin, mia) = (member(&app, "Lin").await, member(&app, "Mia").await);
        let first = follower(&app, &tea, "u1").await.id;
        let second = follower(&app, &tea, "u2").await.id;
        say(&app, first, "one").await;
        clock.advance(60);
        say(&app, second, "two").await;
        clock.advance(60);
        say(&app, first, "three").await;
        assert_eq!(queue(&app, &tea, Queue::Waiting, Sort::Newest).await, [first, second]);
        assert_eq!(queue(&app, &tea, Queue::Unassigned, Sort::Newest).await, [first, second]);
        assert_eq!(queue(&app, &tea, Queue::All, Sort::Unread).await, [first, second]);
        let waits = case(&app, first).await;
        assert!(!waits.is_overdue(2, app.clock.now()) && waits.is_overdue(1, app.clock.now()));

        take(&app, &tea, first, lin).await.unwrap();
        let late = take(&app, &tea, first, mia).await;
        assert!(matches!(late, Err(Error::Conflict("session_taken"))), "{late:?}");
        assert_eq!(queue(&app, &tea, Queue::Of(lin), Sort::Waiting).await, [first]);
        assert_eq!(queue(&app, &tea, Queue::Unassigned, Sort::Newest).await, [second]);
        let id = tea.id;
        let counts = app.read(move |conn| Ok(cases::counts(conn, id, lin)?)).await.unwrap();
        assert_eq!((counts.unassigned, counts.mine, counts.waiting), (1, 1, 2));

        app.reply(reply(&tea, first, lin, "here")).await.unwrap();
        trails::follow(&app).await.unwrap();
        let answered = case(&app, first).await;
        assert_eq!((answered.waiting_since, answered.unread), (None, false));
        assert_eq!((answered.state, answered.assignee_id), (State::Open, Some(lin)));

        let roster = app.roster.clone();
        app.write(move |tx| cases::give(tx, &roster, id, first, (lin, mia))).await.unwrap();
        assert_eq!(case(&app, first).await.assignee_id, Some(mia));
        let roster = app.roster.clone();
        app.write(move |tx| cases::finish(tx, &roster, id, first, mia)).await.unwrap();
        assert_eq!(queue(&app, &tea, Queue::Done, Sort::Newest).await, [first]);
        say(&app, first, "again").await;
        let again = case(&app, first).await;
        assert_eq!((again.state, again.assignee_id), (State::Open, None));
        assert_eq!(trails::follow(&app).await.unwrap(), 0, "each message once");
    });
}

#[test]
fn pages_of_a_queue_miss_nothing() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let mut all = Vec::new();
        for user in 0..7 {
            let id = follower(&app, &tea, &format!("u{user}")).await.id;
            say(&app, id, "hello").await;
            clock.advance(user % 2);
            all.push(id);
        }
        for (queue, sort) in [
            (Queue::Unassigned, Sort::Newest),
            (Queue::Waiting, Sort::Newest),
            (Queue::All, Sort::Unread),
            (Queue::All, Sort::Newest),
        ] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let id = tea.id;
                let page = app.read(move |conn| Ok(cases::page(conn, id, queue, sort, after, 3)?));
                let page = page.await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.cursor(queue, sort));
                seen.extend(page.iter().map(|one| one.listed.conversation.follower_id));
            }
            seen.sort_unstable();
            assert_eq!(seen, all, "{queue:?} {sort:?}");
        }
    });
}

#[test]
fn what_answers_by_itself_rests_while_a_person_has_it() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let lin = member(&app, "Lin").await;
        let id = follower(&app, &tea, "u1").await.id;
        let account = tea.id;
        app.write(move |tx| {
            let draft = auto_replies::Draft {
                kind: auto_replies::Kind::Default,
                name: "all".into(),
                keywords: Vec::new(),
                hours: None,
                picks: auto_replies::Picks::All,
                replies: vec![Content::text("by itself")],
            };
            auto_replies::add(tx, account, draft).map(drop)
        })
        .await
        .unwrap();
        say(&app, id, "one").await;
        assert_eq!(said(&app, id).await.len(), 2);
        assert!(case(&app, id).await.waiting_since.is_some(), "a rule answers nobody");
        take(&app, &tea, id, lin).await.unwrap();
        let now = app.clock.now();
        let attended = move |conn: &mut _| conversations::is_attended(conn, id, now);
        assert!(app.read(attended).await.unwrap());
        say(&app, id, "two").await;
        let answer = Content::text("by the backend");
        let answer = Append::outbound(id, Origin::Answer, answer, None, Effect::None);
        app.append(answer.clone()).await.unwrap();
        assert_eq!(said(&app, id).await.len(), 3, "neither answered");
        let roster = app.roster.clone();
        app.write(move |tx| cases::hand_back(tx, &roster, account, id, lin)).await.unwrap();
        assert_eq!(case(&app, id).await.state, State::Bot);
        say(&app, id, "three").await;
        assert_eq!(said(&app, id).await.len(), 5);
        app.append(answer).await.unwrap();
        trails::follow(&app).await.unwrap();
        assert_eq!(case(&app, id).await.state, State::Bot, "the backend answered");

        let settings = DeskSettings { first_reply_minutes: 5, bot_rests: false };
        app.write(move |tx| desk_settings::set(tx, account, settings)).await.unwrap();
        take(&app, &tea, id, lin).await.unwrap();
        say(&app, id, "four").await;
        assert_eq!(said(&app, id).await.len(), 8, "the account wants it so");
        let wrong = DeskSettings { first_reply_minutes: 0, bot_rests: false };
        let wrong = app.write(move |tx| desk_settings::set(tx, account, wrong)).await;
        assert!(matches!(wrong, Err(Error::Invalid { field: "first_reply_minutes", .. })));
    });
}

#[test]
fn sessions_of_agents_and_cases_keep_together() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (lin, mia) = (there(&app, &tea, "lin").await, there(&app, &tea, "mia").await);
        let joe = member(&app, "Joe").await;
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "a person, please").await;
        let (me, you) = (lin.member_id.unwrap(), mia.member_id.unwrap());
        take(&app, &tea, id, me).await.unwrap();
        let session = |app: Arc<App>| async move {
            let open = app.read(move |conn| agents::current(conn, id)).await.unwrap();
            open.and_then(|open| open.agent_id)
        };
        assert_eq!(session(app.clone()).await, Some(lin.id));
        let (account, roster) = (tea.id, app.roster.clone());
        app.write(move |tx| cases::give(tx, &roster, account, id, (me, you))).await.unwrap();
        assert_eq!(session(app.clone()).await, Some(mia.id));
        assert_eq!(case(&app, id).await.assignee_id, Some(you));
        // Who is no agent has it without a session.
        let roster = app.roster.clone();
        app.write(move |tx| cases::give(tx, &roster, account, id, (you, joe))).await.unwrap();
        assert_eq!(
            (session(app.clone()).await, case(&app, id).await.assignee_id),
            (None, Some(joe))
        );
        let roster = app.roster.clone();
        app.write(move |tx| cases::assign(tx, &roster, account, id, you)).await.unwrap();
        let roster = app.roster.clone();
        app.write(move |tx| agents::close(tx, &roster, id, &mia)).await.unwrap();
        let closed = case(&app, id).await;
        assert_eq!((closed.state, closed.assignee_id), (State::Open, None), "still unanswered");
    });
}

#[test]
fn notes_mention_members_and_are_seen_once() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (lin, mia) = (member(&app, "Lin").await, member(&app, "Mia Wong").await);
        let other = member(&app, "Mia").await;
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "hello").await;
        let account = tea.clone();
        let note = |text: &'static str| {
            let (app, account) = (app.clone(), account.clone());
            async move { app.write(move |tx| notes::add(tx, &account, id, lin, text)).await }
        };
        note("ask @mia wong, please, not @lin").await.unwrap();
        assert!(matches!(note(" ").await, Err(Error::Invalid { field: "note", .. })));
        let of = tea.id;
        let unseen = |who| {
            let app = app.clone();
            async move { app.read(move |conn| Ok(notes::unseen(conn, of, who)?)).await.unwrap() }
        };
        assert_eq!((unseen(mia).await, unseen(other).await, unseen(lin).await), (1, 0, 0));
        let page = app.read(move |conn| notes::mentioning(conn, of, mia, None, 9)).await.unwrap();
        assert_eq!((page.len(), page[0].is_seen, page[0].note.after_seq), (1, false, 1));
        app.write(move |tx| notes::see(tx, id, mia)).await.unwrap();
        assert_eq!(unseen(mia).await, 0);
        let opened = app.read(move |conn| conversations::open(conn, of, id, Span::Around(1), 9));
        assert_eq!(opened.await.unwrap().notes.len(), 1);
        assert!(said(&app, id).await.len() == 1, "a note is sent to nobody");
    });
}

#[test]
fn a_mention_nobody_saw_is_mailed_once_in_a_quarter_of_an_hour() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (lin, mia) = (member(&app, "Lin").await, member(&app, "Mia").await);
        let id = follower(&app, &tea, "u1").await.id;
        let other = follower(&app, &tea, "u2").await.id;
        let note = |at: FollowerId| {
            let (app, account) = (app.clone(), tea.clone());
            async move { app.write(move |tx| notes::add(tx, &account, at, lin, "@mia?")).await }
        };
        let due = || {
            let app = app.clone();
            async move {
                let (one, two) =
                    tokio::join!(mention_mails::queue_due(&app), mention_mails::queue_due(&app));
                one.unwrap() + two.unwrap()
            }
        };
        let seen = note(other).await.unwrap();
        note(id).await.unwrap();
        clock.advance(90);
        let newest = note(id).await.unwrap().id;
        app.write(move |tx| notes::see(tx, other, mia)).await.unwrap();
        assert_eq!(due().await, 0, "there is still time to see it");
        clock.advance(31);
        assert_eq!(due().await, 1);
        let mails = app.write(|tx| mails::claim(tx, 9)).await.unwrap();
        assert_eq!((mails.len(), mails[0].recipient.as_str()), (1, "mia@example.com"));
        let Mail::Mention { by, count, path, .. } = &mails[0].mail else { panic!("{mails:?}") };
        assert_eq!((by.as_deref(), *count), (Some("Lin"), 2));
        assert_eq!(path, &format!("/console/accounts/tea/inbox/{id}?at=1#n{newest}"));
        note(id).await.unwrap();
        clock.advance(14 * 60);
        assert_eq!(due().await, 0, "the last mail is not a quarter of an hour old");
        clock.advance(60);
        assert_eq!(due().await, 1);
        app.write(move |tx| members::want_mention_mails(tx, mia, false)).await.unwrap();
        note(other).await.unwrap();
        clock.advance(3_600);
        assert_eq!((due().await, seen.follower_id), (0, other), "she wants none");
    });
}

#[test]
fn what_was_read_opens_nothing_that_is_done() {
    both_engines_by_hand(|app, _| async move {
        let (tea, _) = account_of(&app, Kind::Subscription, "tea").await;
        let lin = member(&app, "Lin").await;
        let id = follower(&app, &tea, "u1").await.id;
        let write = async |words| {
            app.append(Append::inbound(id, Content::text(words), None)).await.unwrap().seq
        };
        let finish = async || {
            let (of, roster) = (tea.id, app.roster.clone());
            app.write(move |tx| cases::finish(tx, &roster, of, id, lin)).await.unwrap();
            trails::follow(&app).await.unwrap();
            case(&app, id).await.state
        };
        // Members see a message before it is followed.
        let seen = write("thanks").await;
        app.write(move |tx| conversations::read_by_account(tx, id, seen)).await.unwrap();
        assert_eq!(finish().await, State::Done);
        // One that nobody has seen opens it, also when it came just before.
        write("and one more thing").await;
        assert_eq!(finish().await, State::Open);
    });
}

#[test]
fn a_planned_reply_that_cannot_be_read_holds_up_no_other() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let lin = member(&app, "Lin").await;
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "hello").await;
        let (first, second) = (reply(&tea, id, lin, "first"), reply(&tea, id, lin, "second"));
        let at = app.clock.now().plus(chrono::Duration::minutes(1));
        let plan = app.write(move |tx| {
            scheduled_replies::add(tx, first, at)?;
            diesel::update(rows::table).set(rows::content.eq("{}")).execute(tx.conn)?;
            scheduled_replies::add(tx, second, at)
        });
        plan.await.unwrap();
        clock.advance(60);
        assert_eq!(scheduled_replies::send_due(&app).await.unwrap(), 1);
        assert_eq!(said(&app, id).await.last().unwrap().content, Content::text("second"));
    });
}

#[test]
fn canned_answers_have_names_of_their_own() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let of = tea.id;
        let add = |shortcut: &'static str, body: &'static str| {
            let app = app.clone();
            async move { app.write(move |tx| canned_answers::add(tx, of, shortcut, body)).await }
        };
        let hours = add("/Hours", "9 to 6").await.unwrap();
        assert_eq!(hours.shortcut, "hours");
        assert!(matches!(add("hours", "x").await, Err(Error::Conflict("shortcut_taken"))));
        assert!(matches!(add("a b", "x").await, Err(Error::Invalid { field: "shortcut", .. })));
        assert!(matches!(add("ab", " ").await, Err(Error::Invalid { field: "answer", .. })));
        let id = hours.id;
        app.write(move |tx| canned_answers::change(tx, of, id, "時間", "9–18")).await.unwrap();
        let all = app.read(move |conn| Ok(canned_answers::all(conn, of)?)).await.unwrap();
        assert_eq!((all.len(), all[0].shortcut.as_str()), (1, "時間"));
        app.write(move |tx| canned_answers::remove(tx, of, id)).await.unwrap();
        let (other, _) = account_of(&app, Kind::Service, "coffee").await;
        let theirs = app.read(move |conn| canned_answers::get(conn, other.id, id)).await;
        assert!(matches!(theirs, Err(Error::NotFound("canned_answer"))));
    });
}

#[test]
fn a_planned_reply_is_sent_once_or_says_why_not() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let lin = member(&app, "Lin").await;
        let id = follower(&app, &tea, "u1").await.id;
        say(&app, id, "hello").await;
        let plan = |text: &'static str, seconds: i64| {
            let (app, reply) = (app.clone(), reply(&tea, id, lin, text));
            let at = app.clock.now().plus(chrono::Duration::seconds(seconds));
            async move { app.write(move |tx| scheduled_replies::add(tx, reply, at)).await }
        };
        plan("soon", 60).await.unwrap();
        plan("soon", 60).await.unwrap();
        plan("never", 90).await.unwrap();
        plan("too late", 50 * 3_600).await.unwrap();
        assert!(matches!(plan("past", -1).await, Err(Error::Invalid { field: "send_at", .. })));
        let pending = || {
            let app = app.clone();
            async move { app.read(move |conn| Ok(scheduled_replies::pending(conn, id)?)).await.unwrap() }
        };
        let planned = pending().await;
        assert_eq!(planned.len(), 3);
        let (of, taken) = (tea.id, planned[1].id);
        app.write(move |tx| scheduled_replies::cancel(tx, of, id, taken)).await.unwrap();
        let again = app.write(move |tx| scheduled_replies::cancel(tx, of, id, taken)).await;
        assert!(matches!(again, Err(Error::NotFound("scheduled_reply"))));
        assert_eq!(scheduled_replies::send_due(&app).await.unwrap(), 0);
        clock.advance(100);
        let (one, other) =
            tokio::join!(scheduled_replies::send_due(&app), scheduled_replies::send_due(&app));
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        let messages = said(&app, id).await;
        assert_eq!((messages.len(), messages[1].member_id), (2, Some(lin)));
        clock.advance(50 * 3_600);
        assert_eq!(scheduled_replies::send_due(&app).await.unwrap(), 1);
        assert_eq!((said(&app, id).await.len(), pending().await.len()), (2, 0));
        let told = app.read(move |conn| notes::between(conn, id, 0, 9)).await.unwrap();
        assert_eq!(told[0].failure.as_deref(), Some("window_closed"));
        assert_eq!((told[0].body.as_str(), told[0].member_id), ("too late", None));
        assert_eq!(app.read(move |conn| Ok(notes::unseen(conn, of, lin)?)).await.unwrap(), 1);
    });
}

#[test]
fn members_answer_with_every_type_they_may() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (daily, _) = account_of(&app, Kind::Subscription, "daily").await;
        let lin = member(&app, "Lin").await;
        for (account, may_ask) in [(tea, true), (daily, false)] {
            let id = follower(&app, &account, "u1").await.id;
            app.append(Append::event(
                id,
                crier_core::facts::Fact::Unfollowed,
                Effect::Open(BY_MESSAGE),
            ))
            .await
            .unwrap();
            let send = |content: &str| {
                let content: Content = serde_json::from_str(content).unwrap();
                let reply = Reply { content, ..reply(&account, id, lin, "x") };
                let app = app.clone();
                let client_id = format!("{:?}", reply.content);
                async move { app.reply(Reply { client_id, ..reply }).await.map(drop) }
            };
            let menu =
                r#"{"type":"menu","head":"Which?","items":[{"id":"1","text":"A"}],"tail":""}"#;
            assert_eq!(send(menu).await.is_ok(), may_ask);
            send(r#"{"type":"link","title":"T","description":"","url":"https://a.example"}"#)
                .await
                .unwrap();
            send(r#"{"type":"mini_program","title":"T","app_id":"wx1","path":""}"#).await.unwrap();
            for (wrong, field) in [
                (r#"{"type":"link","title":"T","description":"","url":"javascript:a"}"#, "url"),
                (
                    r#"{"type":"link","title":"","description":"","url":"https://a.example"}"#,
                    "title",
                ),
                (r#"{"type":"image","media_id":"none"}"#, "media_id"),
                (r#"{"type":"text","text":"  "}"#, "text"),
                (r#"{"type":"news","articles":[]}"#, "cards"),
                (r#"{"type":"mini_program","title":"T","app_id":"","path":""}"#, "app_id"),
                (r#"{"type":"template","template_id":"t","title":"T","lines":[]}"#, "text"),
            ] {
                let refused = send(wrong).await;
                assert!(
                    matches!(&refused, Err(Error::Invalid { field: found, .. }) if *found == field),
                    "{wrong}: {refused:?}"
                );
            }
            let gone = send(r#"{"type":"articles","article_id":"none","articles":[]}"#).await;
            assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
        }
    });
}

#[test]
fn colleagues_are_seen_where_they_are() {
    both_engines(|app| async move {
        let (tea, _) = account_of(&app, Kind::Service, "tea").await;
        let (id, lin) = (FollowerId(7), MemberId(1));
        let mut news = app.hub.of_account(tea.id);
        app.attend(tea.id, id, lin, Doing::Writes);
        assert!(news.try_recv().is_ok());
        assert_eq!(app.hub.presences.at(id), [(lin, Doing::Writes)]);
        app.attend(tea.id, id, lin, Doing::Leaves);
        assert!(app.hub.presences.at(id).is_empty());
        let id = follower(&app, &tea, "u1").await.id;
        app.attend_as_follower(tea.id, id, true);
        assert!(app.hub.presences.writes(id) && app.hub.presences.at(id).is_empty());
        say(&app, id, "there").await;
        assert!(!app.hub.presences.writes(id), "what was written is there");
    });
}
