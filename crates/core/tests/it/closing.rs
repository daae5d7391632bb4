//! Closing an account: what ends at once, what comes back, and what is forgotten in the end.
use crier_core::accounts::{self, Account, State};
use crier_core::content::{Content, Origin};
use crier_core::conversations::{Append, Reply};
use crier_core::drafts::{self, DraftKind, Piece};
use crier_core::endpoints::{self, Dialect, Endpoint, OffReason};
use crier_core::error::Denial;
use crier_core::members::{self, Member};
use crier_core::messages::{self, Span};
use crier_core::plans::{self, Body, By, Whom};
use crier_core::rights::Right;
use crier_core::windows::Effect;
use crier_core::{
    App, Error, Result, articles, broadcasts, closures, followers, privacy, publications, reviews,
    scheduled_replies,
};
use crier_schema::tables::article_visits;
use crier_testing::{account, both_engines_by_hand, follower, user};
use diesel::prelude::*;

const DAY: i64 = 86_400;

async fn ada(app: &App) -> Member {
    app.write(|tx| members::create(tx, "ada@example.com", "Ada", "-", false)).await.unwrap()
}

async fn close(app: &App, by: &Member, account: &Account) -> Result<()> {
    let (id, by) = (account.id, by.clone());
    app.write(move |tx| closures::close(tx, &by, id, 30).map(drop)).await
}

async fn open_again(app: &App, by: &Member, account: &Account) -> Result<()> {
    let (id, by) = (account.id, by.clone());
    app.write(move |tx| closures::open_again(tx, &by, id).map(drop)).await
}

fn is_closed<T>(outcome: Result<T>) -> bool {
    matches!(outcome, Err(Error::Denied(Denial::Closed)))
}

fn text(words: &str) -> Content {
    Content::Text { text: words.into(), menu_item: None }
}

async fn endpoint(app: &App, account: &Account) -> Endpoint {
    let id = account.id;
    app.read(move |conn| Ok(endpoints::all(conn, id)?.remove(0))).await.unwrap()
}

#[test]
fn a_closed_account_is_silent_and_stands_as_before_when_it_is_opened() {
    both_engines_by_hand(|app, clock| async move {
        let (by, harbour) = (ada(&app).await, account(&app, "harbour").await);
        let jo = follower(&app, &harbour, "jo").await.id;
        app.append(Append::inbound(jo, text("Hello"), None)).await.unwrap();
        let (id, vault) = (harbour.id, app.vault.clone());
        let draft = endpoints::Draft::fresh(Dialect::Wechat, "http://bot.example/");
        app.write(move |tx| endpoints::add(tx, &vault, id, &draft, false)).await.unwrap();
        let (member, client_id) = (by.id, "one".to_owned());
        let later = Reply { account: id, follower: jo, member, content: text("Later"), client_id };
        let at = app.clock.now().plus(chrono::Duration::hours(1));
        app.write(move |tx| scheduled_replies::add(tx, later, at)).await.unwrap();

        let (one, other) = tokio::join!(close(&app, &by, &harbour), close(&app, &by, &harbour));
        let refused = one.and(other);
        assert!(matches!(refused, Err(Error::Conflict("account_closed"))), "{refused:?}");
        let say = || Append::outbound(jo, Origin::Console, text("Buy!"), None, Effect::None);
        assert!(is_closed(app.append(say()).await));
        assert!(is_closed(app.append(Append::inbound(jo, text("Anybody?"), None)).await));
        let now = app.account("harbour").await.unwrap();
        assert!(is_closed(now.may(Right::Menu)) && now.state == State::Closed);
        let (vault, roster, ann) = (app.vault.clone(), app.roster.clone(), user(&app, "ann").await);
        let known = now.clone();
        let follows =
            app.write(move |tx| followers::follow(tx, &vault, &roster, &known, ann, None)).await;
        assert!(is_closed(follows));
        let off = endpoint(&app, &harbour).await;
        assert_eq!((off.enabled, off.off_reason), (false, Some(OffReason::Closed)));
        clock.advance(2 * 3_600);
        assert_eq!(scheduled_replies::send_due(&app).await.unwrap(), 0, "it was taken back");
        let found = app.read(|conn| accounts::search(conn, "harbour", 9)).await.unwrap();
        assert!(found.is_empty(), "the directory leaves it out");
        let taken = app.read(|conn| accounts::find(conn, "harbour")).await.unwrap();
        assert!(taken.is_some(), "its handle stays taken");

        // What the platform decides meanwhile holds once it is open again.
        let suspend = |reason: &'static str| {
            let root = by.clone();
            app.write(move |tx| reviews::suspend(tx, &root, id, reason).map(drop))
        };
        suspend("Spam").await.unwrap();
        let again = suspend("Spam").await;
        assert!(matches!(again, Err(Error::Conflict("account_suspended"))), "{again:?}");
        let root = by.clone();
        app.write(move |tx| reviews::reopen(tx, &root, id, "").map(drop)).await.unwrap();
        suspend("Spam").await.unwrap();
        open_again(&app, &by, &harbour).await.unwrap();
        let now = app.account("harbour").await.unwrap();
        assert_eq!((now.state, now.state_reason.as_str()), (State::Suspended, "Spam"));
        assert!(endpoint(&app, &harbour).await.enabled);
        app.append(Append::inbound(jo, text("Back?"), None)).await.unwrap();
        let again = open_again(&app, &by, &harbour).await;
        assert!(matches!(again, Err(Error::Conflict("account_not_closed"))));
    });
}

#[test]
fn what_was_on_its_way_does_not_come_out_of_a_closed_account() {
    both_engines_by_hand(|app, clock| async move {
        let (by, harbour) = (ada(&app).await, account(&app, "harbour").await);
        follower(&app, &harbour, "jo").await;
        let (id, later) = (harbour.id, app.clock.now().plus(chrono::Duration::hours(1)));
        let sender = By { member: by.id, may_send: true };
        let planned = app.write(move |tx| {
            let body = Body::Message { content: text("Buy!"), counted: false };
            let draft =
                plans::Draft { name: "Sale".into(), body, whom: Whom::All, send_at: Some(later) };
            let plan = plans::add(tx, id, sender, draft)?;
            let seen = plans::get(tx.conn, id, plan)?.updated_at;
            plans::schedule(tx, id, plan, sender, seen)?;
            // Asked for on a node that died before it got to it.
            let piece = Piece { title: "One".into(), content: "<p>x</p>".into(), ..Piece::blank() };
            let draft = drafts::add(tx, id, DraftKind::Draft, vec![piece.clone()])?;
            let asked = publications::submit(tx, id, &draft.media_key)?.id;
            let timed = drafts::add(tx, id, DraftKind::Draft, vec![piece])?;
            drafts::schedule(tx, id, &timed.media_key, timed.revision, later)?;
            Ok((plan, asked, draft.media_key))
        });
        let (plan, asked, key) = planned.await.unwrap();
        close(&app, &by, &harbour).await.unwrap();
        assert_eq!(publications::finish_pending(&app).await.unwrap(), 1);
        open_again(&app, &by, &harbour).await.unwrap();
        clock.advance(3_600);
        while plans::send_due(&app).await.unwrap() {}
        assert_eq!(drafts::publish_due(&app).await.unwrap(), 0);
        let read = app.read(move |conn| {
            drafts::get(conn, id, &[DraftKind::Draft], &key, later)?;
            let asked = publications::get(conn, id, asked)?;
            Ok((plans::get(conn, id, plan)?.state, asked.state, asked.failure))
        });
        let (plan, asked, why) = read.await.unwrap();
        assert_eq!((plan, asked), (plans::State::Cancelled, publications::State::Failed));
        assert_eq!(why, Some(publications::Failure::AccountClosed));
        let sent = app.read(move |conn| broadcasts::page(conn, id, None, 9)).await.unwrap();
        assert!(sent.is_empty());
    });
}

#[test]
fn an_account_that_stays_closed_forgets_its_people() {
    both_engines_by_hand(|app, clock| async move {
        let (by, harbour) = (ada(&app).await, account(&app, "harbour").await);
        let quay = account(&app, "quay").await;
        let (jo, ann) =
            (follower(&app, &harbour, "jo").await, follower(&app, &harbour, "ann").await);
        let elsewhere = follower(&app, &quay, "jo").await;
        for who in [&jo, &ann, &elsewhere] {
            app.append(Append::inbound(who.id, text("my secret"), None)).await.unwrap();
        }
        let (roster, id, left) = (app.roster.clone(), harbour.id, user(&app, "ann").await);
        app.write(move |tx| followers::unfollow(tx, &roster, id, left)).await.unwrap();
        let stranger = user(&app, "eve").await;
        let published = app.write(move |tx| {
            let piece = Piece { title: "One".into(), content: "<p>x</p>".into(), ..Piece::blank() };
            let draft = drafts::add(tx, id, DraftKind::Draft, vec![piece])?;
            let out = publications::publish_now(tx, id, &draft.media_key)?.publication;
            let article = publications::articles_of(tx.conn, out)?.remove(0);
            articles::favourite(tx, &article, stranger)?;
            Ok(article.id)
        });
        let article = published.await.unwrap();
        close(&app, &by, &harbour).await.unwrap();
        clock.advance(29 * DAY);
        app.empty_closed().await.unwrap();
        let kept = app.read(move |conn| privacy::get(conn, id, jo.id)).await;
        assert!(kept.is_ok(), "it can be opened for another day");

        clock.advance(DAY);
        let late = open_again(&app, &by, &harbour).await;
        assert!(matches!(late, Err(Error::Conflict("closure_ended"))));
        for _ in 0..10 {
            app.empty_closed().await.unwrap();
            app.forget_due().await.unwrap();
            clock.advance(60);
        }
        for gone in [jo.id, ann.id] {
            let said =
                app.read(move |conn| Ok(messages::page(conn, gone, Span::After(0), 9)?)).await;
            assert!(said.unwrap().is_empty());
            let person = app.read(move |conn| privacy::get(conn, id, gone)).await;
            assert!(matches!(person, Err(Error::NotFound("follower"))));
        }
        let closure = app.read(move |conn| closures::of_account(conn, id)).await.unwrap().unwrap();
        assert!(closure.emptied_at.is_some(), "{closure:?}");
        let keeps = app.read(move |conn| {
            let keeps = articles::is_favourite(conn, article, stranger)?;
            Ok((keeps, article_visits::table.count().get_result::<i64>(conn)?))
        });
        assert_eq!(keeps.await.unwrap(), (false, 0), "nor who only read it");
        let other = elsewhere.id;
        let said = app.read(move |conn| Ok(messages::page(conn, other, Span::After(0), 9)?)).await;
        assert_eq!(said.unwrap().len(), 1, "other accounts keep theirs");
        let taken = app.read(|conn| accounts::find(conn, "harbour")).await.unwrap();
        assert!(taken.is_some());
    });
}
