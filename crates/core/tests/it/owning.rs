//! What owners and the platform decide: approval, suspension, appeals, handing over, keeping.
use std::sync::Arc;

use crier_core::accounts::{Account, State};
use crier_core::applications::{self, Decision, Kind, Words};
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::error::Denial;
use crier_core::installations::{self, APPROVE_ACCOUNTS};
use crier_core::mails::{self, Language, Mail, Topic};
use crier_core::members::{self, Member, Role, Seat};
use crier_core::messages::{self, Span};
use crier_core::retentions::{self, Settings};
use crier_core::rights::Right;
use crier_core::team_queues::{self, Draft};
use crier_core::tx::Tx;
use crier_core::windows::Effect;
use crier_core::{App, Error, accounts, cases, followers, handovers, profiles, reviews, tags};
use crier_testing::{account, both_engines, both_engines_by_hand, follower, member_brand, user};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

async fn member(
    app: &App,
    email: &'static str,
    brand: Option<(&str, Role)>,
    admin: bool,
) -> Member {
    let brand = match brand {
        Some((name, role)) => Some((member_brand(app, name).await.id, role)),
        None => None,
    };
    app.write(move |tx| {
        let member = members::create(tx, email, "Somebody", "none", admin)?;
        if let Some((brand, role)) = brand {
            members::join(tx, brand, member.id, role)?;
        }
        Ok(member)
    })
    .await
    .unwrap()
}

async fn now(app: &App, account: &Arc<Account>) -> Account {
    let id = account.id;
    app.read(move |conn| accounts::get(conn, id)).await.unwrap()
}

async fn topics(app: &App) -> Vec<(String, Topic)> {
    let due = app.write(|tx| mails::claim(tx, 50)).await.unwrap();
    let topic = |due: mails::Due| match due.mail {
        Mail::News { topic, .. } => Some((due.recipient, topic)),
        _ => None,
    };
    due.into_iter().filter_map(topic).collect()
}

fn words() -> Words {
    Words {
        organisation: "Harbour Ltd".into(),
        registration: "91310000".into(),
        contact: "Ada".into(),
        email: "ada@example.com".into(),
        statement: "News of the harbour".into(),
    }
}

fn text(words: &str) -> Content {
    Content::Text { text: words.into(), menu_item: None }
}

#[test]
fn a_new_account_waits_where_the_platform_wants_that() {
    both_engines(|app| async move {
        let owner = member(&app, "ada@example.com", Some(("Test", Role::Owner)), false).await;
        let admin = member(&app, "root@example.com", None, true).await;
        app.write(|tx| installations::switch(tx, APPROVE_ACCOUNTS, true)).await.unwrap();
        let harbour = account(&app, "harbour").await;
        let (made, by) = (harbour.clone(), owner.id);
        assert!(app.write(move |tx| reviews::hold(tx, &made, by)).await.unwrap());
        let held = Arc::new(now(&app, &harbour).await);
        assert_eq!((held.state, held.verified), (State::Pending, false));
        assert!(matches!(held.may(Right::Broadcast), Err(Error::Denied(Denial::Pending))));
        let user = user(&app, "u1").await;
        let (vault, roster, of) = (app.vault.clone(), app.roster.clone(), held.clone());
        let followed =
            app.write(move |tx| followers::follow(tx, &vault, &roster, &of, user, None)).await;
        assert!(matches!(followed, Err(Error::Denied(Denial::Pending))));
        let found = app.read(|conn| accounts::search(conn, "", 10)).await.unwrap();
        assert!(found.is_empty(), "the directory does not list it");

        let id = harbour.id;
        let begun =
            app.write(move |tx| applications::begin(tx, id, by, Language::Chinese)).await.unwrap();
        assert_eq!(begun.kind, Kind::Verification);
        let sent = app.write(move |tx| applications::submit(tx, id, by, &words())).await;
        assert!(matches!(sent, Err(Error::Invalid { field: "documents", .. })), "{sent:?}");
        let bad = app.add_document(id, "x.pdf", b"<html>".to_vec()).await;
        assert!(matches!(bad, Err(Error::Invalid { field: "document", .. })));
        let paper = app.add_document(id, "../licence.exe", PDF.to_vec()).await.unwrap();
        assert_eq!(paper.name, "..licence.pdf");
        app.write(move |tx| applications::submit(tx, id, by, &words())).await.unwrap();
        assert_eq!(topics(&app).await, [("root@example.com".to_owned(), Topic::Waits)]);

        let waiting = app.read(|conn| applications::waiting(conn, None, 10)).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let application = waiting[0].application.id;
        let (who, ask) = (admin.clone(), Decision::Ask("Which harbour?".into()));
        app.write(move |tx| applications::decide(tx, &who, application, &ask)).await.unwrap();
        app.write(move |tx| applications::submit(tx, id, by, &words())).await.unwrap();
        let who = admin.clone();
        let yes =
            move |tx: &mut Tx<'_>| applications::decide(tx, &who, application, &Decision::Approve);
        app.write(yes.clone()).await.unwrap();
        assert!(matches!(app.write(yes).await, Err(Error::Conflict("already_decided"))));
        let open = now(&app, &harbour).await;
        assert_eq!((open.state, open.verified), (State::Open, true));
        let told: Vec<Topic> = topics(&app).await.into_iter().map(|(_, topic)| topic).collect();
        assert_eq!(told, [Topic::Asked, Topic::Waits, Topic::Approved]);
    });
}

#[test]
fn a_suspended_account_reaches_nobody_and_loses_nothing() {
    both_engines(|app| async move {
        let owner = member(&app, "ada@example.com", Some(("Test", Role::Owner)), false).await;
        let admin = member(&app, "root@example.com", None, true).await;
        let harbour = account(&app, "harbour").await;
        let jo = follower(&app, &harbour, "jo").await.id;
        app.append(Append::inbound(jo, text("Hello"), None)).await.unwrap();
        let (id, who) = (harbour.id, admin.clone());
        app.write(move |tx| reviews::suspend(tx, &who, id, "Spam").map(drop)).await.unwrap();

        let say = |words| Append::outbound(jo, Origin::Console, text(words), None, Effect::None);
        let refused = app.append(say("Buy!")).await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Suspended))), "{refused:?}");
        app.append(Append::inbound(jo, text("Are you there?"), None)).await.unwrap();
        let known = app.account("harbour").await.unwrap();
        assert_eq!((known.state, known.state_reason.as_str()), (State::Suspended, "Spam"));

        let by = owner.id;
        let begun =
            app.write(move |tx| applications::begin(tx, id, by, Language::English)).await.unwrap();
        assert_eq!(begun.kind, Kind::Appeal);
        let appeal = Words { statement: "It was no spam".into(), ..Words::default() };
        app.write(move |tx| applications::submit(tx, id, by, &appeal)).await.unwrap();
        let who = admin.clone();
        app.write(move |tx| applications::decide(tx, &who, begun.id, &Decision::Approve))
            .await
            .unwrap();
        app.append(say("Here we are.")).await.unwrap();
        let said =
            app.read(move |conn| Ok(messages::page(conn, jo, Span::After(0), 10)?)).await.unwrap();
        assert_eq!(said.len(), 3);
        let told: Vec<Topic> = topics(&app).await.into_iter().map(|(_, topic)| topic).collect();
        assert_eq!(told, [Topic::Suspended, Topic::Waits, Topic::Approved]);
        let history = app.read(move |conn| reviews::of_account(conn, id)).await.unwrap();
        assert_eq!(history.len(), 3);
    });
}

#[test]
fn a_name_that_is_given_up_stays_on_record() {
    both_engines(|app| async move {
        let owner = member(&app, "ada@example.com", Some(("Test", Role::Owner)), false).await;
        let harbour = account(&app, "harbour").await;
        let (id, by) = (harbour.id, owner.id);
        let profile = profiles::Profile {
            name: " Harbour news ".into(),
            description: "Ships".into(),
            time_zone: "Europe/Berlin".into(),
            language: Some(Language::Japanese),
        };
        app.write(move |tx| profiles::change(tx, id, by, &profile)).await.unwrap();
        let changed = app.account("harbour").await.unwrap();
        assert_eq!((changed.name.as_str(), changed.language.as_str()), ("Harbour news", "ja"));
        let former = app.read(move |conn| profiles::former_names(conn, id)).await.unwrap();
        assert_eq!(former[0].name, "Account harbour");
        let foreign = app.write(move |tx| profiles::set_picture(tx, id, Some("made up"))).await;
        assert!(matches!(foreign, Err(Error::Invalid { field: "media_id", .. })));
    });
}

/// Offers an account, and says the token that the mail has.
async fn offered(app: &App, account: &Account, by: &Member, to: &'static str) -> String {
    let (vault, account, by) = (app.vault.clone(), account.clone(), by.clone());
    app.write(move |tx| handovers::offer(tx, &vault, &account, &by, to)).await.unwrap();
    let mail = app.write(|tx| mails::claim(tx, 10)).await.unwrap().remove(0).mail;
    let Mail::News { sealed_token: Some(sealed), .. } = mail else { panic!("{mail:?}") };
    app.vault.open(&sealed).unwrap()
}

#[test]
fn a_brand_and_an_account_are_handed_over() {
    both_engines(|app| async move {
        let ada = member(&app, "ada@example.com", Some(("Test", Role::Owner)), false).await;
        let mia = member(&app, "mia@example.com", Some(("Test", Role::Editor)), false).await;
        let eve = member(&app, "eve@example.com", Some(("Other", Role::Owner)), false).await;
        let harbour = account(&app, "harbour").await;
        let (test, other) = (member_brand(&app, "Test").await, member_brand(&app, "Other").await);
        let (brand, from, to) = (test.clone(), ada.clone(), eve.id);
        let stranger = app.write(move |tx| {
            handovers::give_brand(tx, &brand, &from, to, Role::Marketer, Language::English)
        });
        assert!(matches!(stranger.await, Err(Error::NotFound("member"))));
        let (brand, from, to) = (test.clone(), ada.clone(), mia.id);
        app.write(move |tx| {
            handovers::give_brand(tx, &brand, &from, to, Role::Marketer, Language::English)
        })
        .await
        .unwrap();
        let id = test.id;
        let people = app.read(move |conn| members::of_brand(conn, id)).await.unwrap();
        let roles: Vec<Role> = people.iter().map(|one| one.role).collect();
        assert_eq!(roles, [Role::Marketer, Role::Owner]);
        assert_eq!(topics(&app).await.len(), 2, "both are told");

        let token = offered(&app, &harbour, &mia, "eve@example.com").await;
        let (secret, who) = (token.clone(), mia.clone());
        let seat = Seat { brand: other.clone(), role: Role::Owner };
        let (mine, theirs) = (seat.clone(), token.clone());
        let wrong = app.write(move |tx| handovers::accept(tx, &secret, &who, &mine)).await;
        assert!(matches!(wrong, Err(Error::NotFound("offer"))), "it is not hers");
        app.write(move |tx| handovers::accept(tx, &theirs, &eve, &seat)).await.unwrap();
        assert_eq!(app.account("harbour").await.unwrap().brand_id, other.id);
    });
}

#[test]
fn who_is_left_behind_by_an_account_has_no_part_in_its_inbox() {
    both_engines(|app| async move {
        let ada = member(&app, "ada@example.com", Some(("Test", Role::Owner)), false).await;
        let eve = member(&app, "eve@example.com", Some(("Other", Role::Owner)), false).await;
        let (test, other) = (member_brand(&app, "Test").await, member_brand(&app, "Other").await);
        let (here, stays) = (test.id, eve.id);
        app.write(move |tx| members::join(tx, here, stays, Role::Agent)).await.unwrap();
        let harbour = account(&app, "harbour").await;
        let (jo, ann) =
            (follower(&app, &harbour, "jo").await.id, follower(&app, &harbour, "ann").await.id);
        let (id, both) = (harbour.id, vec![ada.id, eve.id]);
        let queue = app.write(move |tx| {
            let tag = tags::add(tx, id, "VIP")?.number;
            let draft = Draft { name: "Lounge".into(), tags: vec![tag], members: both };
            team_queues::add(tx, id, &draft)
        });
        queue.await.unwrap();
        for (who, by) in [(jo, ada.id), (ann, eve.id)] {
            let roster = app.roster.clone();
            app.write(move |tx| cases::take(tx, &roster, id, who, by)).await.unwrap();
        }
        let token = offered(&app, &harbour, &ada, "eve@example.com").await;
        let (seat, by) = (Seat { brand: other, role: Role::Owner }, eve.clone());
        app.write(move |tx| handovers::accept(tx, &token, &by, &seat)).await.unwrap();
        let read = app.read(move |conn| {
            let has =
                |conn: &mut _, who| cases::find(conn, who).map(|case| case.unwrap().assignee_id);
            Ok((team_queues::all(conn, id)?.remove(0).members, has(conn, jo)?, has(conn, ann)?))
        });
        assert_eq!(read.await.unwrap(), (vec![eve.id], None, Some(eve.id)));
    });
}

#[test]
fn messages_go_when_their_account_is_done_with_them() {
    both_engines_by_hand(|app, clock| async move {
        let (harbour, quay) = (account(&app, "harbour").await, account(&app, "quay").await);
        let pier = account(&app, "pier").await;
        let (jo, ann) =
            (follower(&app, &harbour, "jo").await.id, follower(&app, &quay, "ann").await.id);
        let (tim, pier) = (follower(&app, &pier, "tim").await.id, pier.id);
        app.write(move |tx| retentions::set_of_account(tx, pier, Some(90), true)).await.unwrap();
        for who in [jo, ann, tim] {
            app.append(Append::inbound(who, text("old"), None)).await.unwrap();
        }
        clock.advance(40 * 86_400);
        for who in [jo, ann, tim] {
            app.append(Append::inbound(who, text("new"), None)).await.unwrap();
        }
        let count = async |who| {
            app.read(move |conn| Ok(messages::page(conn, who, Span::After(0), 10)?))
                .await
                .unwrap()
                .len()
        };
        assert_eq!(retentions::sweep(&app).await.unwrap(), 0, "nobody asked for it");
        let (id, days) = (harbour.id, Some(29));
        let few = app.write(move |tx| retentions::set_of_account(tx, id, days, true)).await;
        assert!(matches!(few, Err(Error::Invalid { field: "message_days", .. })));
        let unsure = app.write(move |tx| retentions::set_of_account(tx, id, Some(30), false)).await;
        assert!(matches!(unsure, Err(Error::Conflict("keeps_less"))), "less than for ever");
        app.write(move |tx| retentions::set_of_account(tx, id, Some(30), true)).await.unwrap();
        assert_eq!(retentions::sweep(&app).await.unwrap(), 1);
        assert_eq!((count(jo).await, count(ann).await), (1, 2));
        let brand = member_brand(&app, "Test").await.id;
        let settings = Settings { message_days: Some(30), ..Settings::default() };
        let change = async |settings: Settings, sure| {
            let by =
                move |tx: &mut Tx<'_>| retentions::change_brand(tx, brand, "Test", &settings, sure);
            app.write(by).await
        };
        let log = Settings { activity_days: Some(180), ..Settings::default() };
        for less in [settings.clone(), log] {
            assert!(matches!(change(less, false).await, Err(Error::Conflict("keeps_less"))));
        }
        change(settings.clone(), true).await.unwrap();
        change(settings, false).await.unwrap();
        assert_eq!(retentions::sweep(&app).await.unwrap(), 1);
        assert_eq!((count(ann).await, count(tim).await), (1, 2));
        // What the brand's rule passed by when it was not the account's.
        app.write(move |tx| retentions::set_of_account(tx, pier, None, true)).await.unwrap();
        assert_eq!((retentions::sweep(&app).await.unwrap(), count(tim).await), (1, 1));
    });
}
