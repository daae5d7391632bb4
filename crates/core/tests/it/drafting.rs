//! Drafts as people write them: saves that cross, versions, whose turn it is, what is missing still,
//! and what comes out at its time.
use std::sync::Arc;

use crier_core::drafts::{
    self, Cause, Change, Draft, DraftKind, Edit, Fault, ListedState, Piece, Saved, Wanted, Writer,
};
use crier_core::ids::{AccountId, MemberId};
use crier_core::media::{Owner, Upload};
use crier_core::{App, Error, members, publications};
use crier_testing::{account, both_engines, both_engines_by_hand, command, on_each_database};

/// A PNG of one pixel.
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c\
    49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";

async fn someone(app: &App, name: &str) -> MemberId {
    let email = format!("{name}@example.com");
    let name = name.to_owned();
    let made = app.write(move |tx| members::create(tx, &email, &name, "x", false));
    made.await.unwrap().id
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

async fn picture(app: &Arc<App>, account: AccountId) -> String {
    let stored = app.store_media(Upload {
        owner: Owner::Account(account),
        kind: None,
        name: "cover.png".into(),
        bytes: unhex(PIXEL),
        permanent: true,
        title: None,
        introduction: None,
    });
    stored.await.unwrap().media_key
}

fn titled(title: &str) -> Piece {
    Piece { title: title.into(), content: "<p>Words</p>".into(), ..Piece::blank() }
}

async fn begun(app: &App, account: AccountId, member: MemberId, pieces: Vec<Piece>) -> Draft {
    let pieces = drafts::tidy(pieces, "http://crier.test").unwrap();
    app.write(move |tx| drafts::begin(tx, account, member, pieces)).await.unwrap()
}

fn edit(draft: &Draft, member: MemberId, cause: Cause) -> Edit {
    Edit {
        account: draft.account_id,
        key: draft.media_key.clone(),
        revision: draft.revision,
        member,
        cause,
    }
}

async fn save(app: &App, edit: Edit, change: Change) -> Result<Saved, Error> {
    app.write(move |tx| drafts::save(tx, &edit, change)).await
}

async fn saved(app: &App, edit: Edit, change: Change) -> Draft {
    match save(app, edit, change).await.unwrap() {
        Saved::Done(draft) => draft,
        Saved::Conflict { .. } => panic!("it came in time"),
    }
}

async fn all_versions(app: &App, draft: &Draft) -> Vec<(i32, Cause, Option<MemberId>)> {
    let id = draft.id;
    let read = app.read(move |conn| drafts::versions(conn, id)).await.unwrap();
    read.into_iter().map(|entry| (entry.number, entry.cause, entry.made_by)).collect()
}

async fn listed(app: &App, account: AccountId, wanted: Wanted) -> Vec<(String, ListedState)> {
    let read = app.read(move |conn| drafts::list(conn, account, &wanted, 10)).await.unwrap();
    read.into_iter().map(|row| (row.titles, row.state)).collect()
}

#[test]
fn a_draft_is_unfinished_until_nothing_is_missing() {
    both_engines(|app| async move {
        let (tea, ada) = (account(&app, "tea").await.id, someone(&app, "ada").await);
        let draft = begun(&app, tea, ada, vec![Piece::blank()]).await;
        assert_eq!(draft.kind, DraftKind::Writing);
        let count = app.read(move |conn| drafts::count(conn, tea, DraftKind::Draft));
        assert_eq!(count.await.unwrap(), 0, "operators do not see it");
        let pieces = draft.articles.clone();
        let now = app.clock.now();
        let flaws = app.read(move |conn| drafts::flaws(conn, tea, &pieces, now)).await.unwrap();
        let faults: Vec<Fault> = flaws.iter().map(|flaw| flaw.fault).collect();
        assert_eq!(faults, [Fault::NoTitle, Fault::NoCover, Fault::NoContent]);
        let whole = Piece { cover: Some(picture(&app, tea).await), ..titled("Pier") };
        let draft = saved(&app, edit(&draft, ada, Cause::Saved), Change::Set(1, whole)).await;
        assert_eq!((draft.kind, draft.revision), (DraftKind::Draft, 2));
        let lost = Piece { cover: Some("k".repeat(64)), ..titled("Pier") };
        let draft = saved(&app, edit(&draft, ada, Cause::Saved), Change::Set(1, lost)).await;
        assert_eq!(draft.kind, DraftKind::Writing);
    });
}

#[test]
fn a_save_that_comes_too_late_changes_nothing_and_is_kept() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await.id;
        let (ada, bob) = (someone(&app, "ada").await, someone(&app, "bob").await);
        let draft = begun(&app, tea, ada, vec![titled("First")]).await;
        let hers = edit(&draft, ada, Cause::Autosave);
        let his = edit(&draft, bob, Cause::Autosave);
        saved(&app, hers, Change::Set(1, titled("Hers"))).await;
        let late = save(&app, his.clone(), Change::Set(1, titled("His"))).await.unwrap();
        let Saved::Conflict { theirs, kept } = late else { panic!("he came too late") };
        assert_eq!(theirs.articles[0].title, "Hers");
        let order = save(&app, his, Change::Add(Piece::blank())).await;
        assert!(matches!(order, Err(Error::Conflict("draft_changed"))));
        let id = draft.id;
        let version = app.read(move |conn| drafts::version(conn, id, kept)).await.unwrap();
        assert_eq!((version.articles[0].title.as_str(), version.entry.made_by), ("His", Some(bob)));
        let key = draft.media_key.clone();
        let back = app.write(move |tx| drafts::restore(tx, tea, &key, kept, bob)).await.unwrap();
        assert_eq!((back.articles[0].title.as_str(), back.revision), ("His", 3));
        let causes = [Cause::Restored, Cause::Conflict, Cause::Autosave, Cause::Begun];
        let all = all_versions(&app, &draft).await;
        assert_eq!(all.iter().map(|(_, cause, _)| *cause).collect::<Vec<_>>(), causes);
    });
}

#[test]
fn versions_gather_minutes_of_writing_and_are_bounded() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, ada) = (account(&app, "tea").await.id, someone(&app, "ada").await);
        let mut draft = begun(&app, tea, ada, vec![titled("0")]).await;
        for minute in 1..=12 {
            clock.advance(60);
            let cause = Cause::Autosave;
            let change = Change::Set(1, titled(&minute.to_string()));
            draft = saved(&app, edit(&draft, ada, cause), change).await;
        }
        assert_eq!(
            all_versions(&app, &draft).await.len(),
            4,
            "the first, and one for five minutes"
        );
        let same = Change::Set(1, titled("12"));
        draft = saved(&app, edit(&draft, ada, Cause::Saved), same).await;
        assert_eq!((draft.revision, all_versions(&app, &draft).await[0].1), (13, Cause::Saved));
        for hour in 0..110 {
            clock.advance(3_600);
            let change = Change::Set(1, titled(&format!("h{hour}")));
            draft = saved(&app, edit(&draft, ada, Cause::Saved), change).await;
        }
        let left = all_versions(&app, &draft).await;
        assert!((101..=103).contains(&left.len()), "{} of 114", left.len());
        let key = draft.media_key.clone();
        app.write(move |tx| drafts::delete(tx, tea, &key)).await.unwrap();
        assert!(all_versions(&app, &draft).await.is_empty());
    });
}

#[test]
fn who_came_first_writes_until_somebody_takes_over_or_they_are_gone() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await.id;
        let (ada, bob) = (someone(&app, "ada").await, someone(&app, "bob").await);
        let draft = begun(&app, tea, ada, vec![titled("First")]).await;
        let beat = async |member: MemberId| {
            let key = draft.media_key.clone();
            let here = app.write(move |tx| drafts::beat(tx, tea, &key, member)).await.unwrap();
            let others: Vec<String> = here.others.into_iter().map(|(_, name)| name).collect();
            (here.writes, others)
        };
        assert_eq!(beat(ada).await, (ada, vec![]));
        clock.advance(5);
        assert_eq!(beat(bob).await, (ada, vec!["ada".into()]));
        let key = draft.media_key.clone();
        app.write(move |tx| drafts::take_over(tx, tea, &key, bob)).await.unwrap();
        assert_eq!(beat(ada).await, (bob, vec!["bob".into()]));
        clock.advance(20);
        assert_eq!(beat(ada).await.0, bob);
        clock.advance(15);
        assert_eq!(beat(ada).await, (ada, vec![]), "bob has closed the page");
        assert_eq!(beat(bob).await.0, ada, "and comes back after her");
    });
}

#[test]
fn drafts_are_found_by_heading_writer_state_and_time() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await.id;
        let (ada, bob) = (someone(&app, "ada").await, someone(&app, "bob").await);
        begun(&app, tea, ada, vec![titled("周末 100% Tea"), titled("Second")]).await;
        clock.advance(60);
        let noon = app.clock.now();
        begun(&app, tea, bob, vec![titled("Harbour")]).await;
        let piece = Piece { cover: Some(picture(&app, tea).await), ..titled("By machine") };
        app.write(move |tx| drafts::add(tx, tea, DraftKind::Draft, vec![piece])).await.unwrap();
        let titles = async |wanted: Wanted| {
            let rows = listed(&app, tea, wanted).await;
            rows.into_iter().map(|(titles, _)| titles).collect::<Vec<_>>()
        };
        let none = Wanted::default();
        assert_eq!(titles(none.clone()).await.len(), 3);
        let words = |words: &str| Wanted { words: words.into(), ..none.clone() };
        assert_eq!(titles(words("100% tea")).await, ["周末 100% Tea\nSecond"]);
        assert_eq!(titles(words("second")).await.len(), 1);
        assert!(titles(words("1000")).await.is_empty());
        let by = |by| Wanted { by: Some(by), ..none.clone() };
        assert_eq!(titles(by(Writer::Member(bob))).await, ["Harbour"]);
        assert_eq!(titles(by(Writer::Api)).await, ["By machine"]);
        let ready = Wanted { state: Some(ListedState::Ready), ..none.clone() };
        assert_eq!(titles(ready).await, ["By machine"]);
        assert_eq!(titles(Wanted { since: Some(noon), ..none.clone() }).await.len(), 2);
        let wanted = none.clone();
        let first = app.read(move |conn| drafts::list(conn, tea, &wanted, 1)).await.unwrap();
        let before = Some((first[0].updated_at, first[0].id));
        assert_eq!(titles(Wanted { before, ..none }).await.len(), 2);
    });
}

/// A finished draft.
async fn finished(app: &Arc<App>, account: AccountId, member: MemberId) -> Draft {
    let cover = Some(picture(app, account).await);
    begun(app, account, member, vec![Piece { cover, ..titled("Out") }]).await
}

#[test]
fn what_is_scheduled_comes_out_at_its_time_and_stays_as_it_was() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, ada) = (account(&app, "tea").await.id, someone(&app, "ada").await);
        let draft = finished(&app, tea, ada).await;
        let (key, due) =
            (draft.media_key.clone(), app.clock.now().plus(chrono::Duration::hours(1)));
        let at = |revision, due| {
            let (key, app) = (key.clone(), app.clone());
            async move { app.write(move |tx| drafts::schedule(tx, tea, &key, revision, due)).await }
        };
        assert!(matches!(at(9, due).await, Err(Error::Conflict("draft_changed"))));
        let now = app.clock.now();
        assert!(matches!(at(1, now).await, Err(Error::Invalid { field: "due", .. })));
        at(1, due).await.unwrap();
        let late = save(&app, edit(&draft, ada, Cause::Saved), Change::Set(1, titled("x"))).await;
        assert!(matches!(late.unwrap(), Saved::Conflict { .. }), "it is frozen, the text is kept");
        assert_eq!(drafts::publish_due(&app).await.unwrap(), 0);
        assert_eq!(listed(&app, tea, Wanted::default()).await[0].1, ListedState::Scheduled);
        clock.advance(3_601);
        assert_eq!(drafts::publish_due(&app).await.unwrap(), 1);
        assert_eq!(drafts::publish_due(&app).await.unwrap(), 0);
        assert!(listed(&app, tea, Wanted::default()).await.is_empty());
        let out = app.read(move |conn| publications::page(conn, tea, None, 9)).await.unwrap();
        assert_eq!((out.len(), out[0].state), (1, publications::State::Published));
    });
}

#[test]
fn what_cannot_come_out_says_so_and_can_be_taken_off_the_clock() {
    both_engines_by_hand(|app, clock| async move {
        let (tea, ada) = (account(&app, "tea").await.id, someone(&app, "ada").await);
        let due = app.clock.now().plus(chrono::Duration::hours(1));
        for lost in [false, true] {
            let draft = finished(&app, tea, ada).await;
            let (key, cover) = (draft.media_key.clone(), draft.articles[0].cover.clone().unwrap());
            let scheduled = app.write(move |tx| drafts::schedule(tx, tea, &key, 1, due));
            scheduled.await.unwrap();
            let key = draft.media_key;
            if lost {
                app.remove_media(Owner::Account(tea), &cover).await.unwrap();
            } else {
                app.write(move |tx| drafts::unschedule(tx, tea, &key)).await.unwrap();
            }
        }
        clock.advance(3_601);
        assert_eq!(drafts::publish_due(&app).await.unwrap(), 0);
        let rows = listed(&app, tea, Wanted::default()).await;
        let states: Vec<ListedState> = rows.into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, [ListedState::Failed, ListedState::Ready]);
    });
}

#[test]
fn two_nodes_publish_what_is_due_once() {
    on_each_database(|database| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let clock = Arc::new(crier_core::clock::SystemClock::default());
            let app = crier_testing::app(&database, clock).await;
            let other = command(&database).await;
            let (tea, ada) = (account(&app, "tea").await.id, someone(&app, "ada").await);
            let due = app.clock.now().plus(chrono::Duration::milliseconds(700));
            for _ in 0..6 {
                let key = finished(&app, tea, ada).await.media_key;
                let scheduled = app.write(move |tx| drafts::schedule(tx, tea, &key, 1, due));
                scheduled.await.unwrap();
            }
            let look = async |app: Arc<App>| {
                let done = std::cell::Cell::new(0);
                crier_testing::eventually("all is out", async || {
                    done.set(done.get() + drafts::publish_due(&app).await.unwrap());
                    let out = app.read(move |conn| publications::count(conn, tea)).await.unwrap();
                    (out == 6).then_some(())
                })
                .await;
                done.get()
            };
            let (one, two) = tokio::join!(look(app.clone()), look(other));
            assert_eq!(one + two, 6);
        });
    });
}
