//! Finding messages and notes by what they say.
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::ids::FollowerId;
use crier_core::members::{self, Role};
use crier_core::search::{self, By, Found, Question};
use crier_core::windows::Effect;
use crier_core::{App, notes, trails};
use crier_testing::{account, both_engines, both_engines_by_hand, follower, member_brand};

async fn say(app: &App, follower: FollowerId, words: &str) {
    app.append(Append::inbound(follower, Content::text(words), None)).await.unwrap();
}

fn question(text: &str) -> Question {
    let (by, follower, from, until, before) = Default::default();
    Question { text: text.into(), by, follower, from, until, before }
}

async fn texts(app: &App, account: crier_core::ids::AccountId, asked: Question) -> Vec<String> {
    let page = app.read(move |conn| search::page(conn, account, &asked, 20)).await.unwrap();
    page.hits.iter().map(|hit| hit.found.text()).collect()
}

#[test]
fn any_language_is_found_in_its_own_account() {
    both_engines(|app| async move {
        let (tea, cafe) = (account(&app, "tea").await, account(&app, "cafe").await);
        let (one, two) =
            (follower(&app, &tea, "u1").await.id, follower(&app, &cafe, "u1").await.id);
        for words in ["抹茶はありますか", "你们周日营业吗？", "Where is my order 4711?", "東京都"]
        {
            say(&app, one, words).await;
        }
        say(&app, two, "抹茶").await;
        let menu = r#"{"type":"menu","head":"お茶","items":[{"id":"1","text":"玉露"}],"tail":""}"#;
        let menu: Content = serde_json::from_str(menu).unwrap();
        let menu = Append::outbound(one, Origin::Api, menu, None, Effect::None);
        app.append(menu).await.unwrap();
        let auto = Content::text("抹茶 by itself");
        app.append(Append::outbound(one, Origin::Auto, auto, None, Effect::None)).await.unwrap();
        assert!(texts(&app, tea.id, question("抹茶")).await.is_empty(), "not followed yet");
        trails::follow(&app).await.unwrap();
        trails::follow(&app).await.unwrap();
        for (asked, found) in [
            ("抹茶", vec!["抹茶はありますか"]),
            ("アリマス", vec!["抹茶はありますか"]),
            ("营业", vec!["你们周日营业吗？"]),
            ("日", vec!["你们周日营业吗？"]),
            ("ORD 4711", vec!["Where is my order 4711?"]),
            ("京東", vec![]),
            ("玉露", vec!["お茶\n玉露"]),
            ("rder", vec![]),
            ("…", vec![]),
            ("' & NOT \" *", vec![]),
        ] {
            assert_eq!(texts(&app, tea.id, question(asked)).await, found, "{asked}");
        }
        assert_eq!(texts(&app, cafe.id, question("抹茶")).await, ["抹茶"]);
        app.write(move |tx| search::forget(tx, one)).await.unwrap();
        assert!(texts(&app, tea.id, question("营业")).await.is_empty());
        assert_eq!(texts(&app, cafe.id, question("抹茶")).await, ["抹茶"]);
    });
}

#[test]
fn questions_are_narrowed_and_paged() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let brand = member_brand(&app, "Test").await;
        let lin = app
            .write(move |tx| {
                let lin = members::create(tx, "lin@example.com", "Lin", "no hash", false)?;
                members::join(tx, brand.id, lin.id, Role::Agent)?;
                Ok(lin.id)
            })
            .await
            .unwrap();
        let (one, two) = (follower(&app, &tea, "u1").await.id, follower(&app, &tea, "u2").await.id);
        for count in 0..5 {
            clock.advance(60);
            say(&app, one, &format!("tea {count}")).await;
        }
        let noon = app.clock.now().plus(chrono::Duration::seconds(30));
        clock.advance(60);
        say(&app, two, "tea of another").await;
        let out = Content::text("tea from us");
        app.append(Append::outbound(one, Origin::Api, out, None, Effect::None)).await.unwrap();
        let (of, account) = (tea.id, tea.clone());
        app.write(move |tx| notes::add(tx, &account, one, lin, "tea, says who?")).await.unwrap();
        trails::follow(&app).await.unwrap();
        let ask = || question("tea");
        assert_eq!(texts(&app, of, ask()).await.len(), 8);
        let by = |by| Question { by: Some(by), ..ask() };
        assert_eq!(texts(&app, of, by(By::Followers)).await.len(), 6);
        assert_eq!(texts(&app, of, by(By::Account)).await, ["tea from us"]);
        assert_eq!(texts(&app, of, by(By::Notes)).await, ["tea, says who?"]);
        let in_two = Question { follower: Some(two), ..ask() };
        assert_eq!(texts(&app, of, in_two).await, ["tea of another"]);
        let early = Question { until: Some(noon), ..ask() };
        assert_eq!(texts(&app, of, early).await.len(), 5);
        let late = Question { from: Some(noon), ..by(By::Followers) };
        assert_eq!(texts(&app, of, late).await, ["tea of another"]);
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let asked = Question { before, ..ask() };
            let page = app.read(move |conn| search::page(conn, of, &asked, 3)).await.unwrap();
            seen.extend(page.hits.iter().map(|hit| hit.found.id()));
            before = page.before;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 8);
        assert!(seen.is_sorted_by(|one, next| one > next));
        let page = app.read(move |conn| search::page(conn, of, &ask(), 3)).await.unwrap();
        assert!(matches!(page.hits[0].found, Found::Note(_)));
    });
}
