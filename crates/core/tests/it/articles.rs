//! Articles: what of their HTML is kept, who finishes publishing, and what is counted.
use crier_core::articles::html::{clean, own_pictures, with_whole_addresses, words};
use crier_core::articles::{
    self, Act, Reader, Visit, Way, favourite, in_classes, is_favourite, readings, visit,
};
use crier_core::comments::{self, Pile};
use crier_core::drafts::{self, DraftKind, Piece, PieceKind};
use crier_core::error::{Denial, Error};
use crier_core::{App, publications};
use crier_schema::tables::{article_visits, comments as rows, events};
use crier_testing::{account, both_engines, both_engines_by_hand, follower, user};
use diesel::prelude::*;
use proptest::prelude::*;

const HERE: &str = "https://here.example";

fn cleaned(html: &str) -> String {
    clean(html, HERE).unwrap()
}

#[test]
fn what_an_editor_writes_is_kept() {
    let key = "k".repeat(64);
    for (written, kept) in [
        ("<p>Hello <strong>you</strong></p>", "<p>Hello <strong>you</strong></p>"),
        ("<h2>A</h2><ul><li>b</li></ul>", "<h2>A</h2><ul><li>b</li></ul>"),
        ("<p style=\"color:#333; position:fixed\">x</p>", "<p style=\"color: #333\">x</p>"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ("1 < 2", "1 &lt; 2"),
        ("<unknown>x</unknown>", "x"),
        ("<!-- no --><p>yes</p>", "<p>yes</p>"),
    ] {
        assert_eq!(cleaned(written), kept);
    }
    let link = cleaned("<a href=\"https://x.example/?a=1&amp;b=2\">x</a>");
    assert!(link.contains("href=\"https://x.example/?a=1&amp;b=2\"") && link.contains("nofollow"));
    let own = cleaned(&format!("<img src=\"{HERE}/media/{key}\" alt=\"a\">"));
    assert!(own.contains(&format!("src=\"/media/{key}\"")), "{own}");
    assert_eq!(own_pictures(&own), std::slice::from_ref(&key));
    assert!(with_whole_addresses(&own, HERE).contains(&format!("src=\"{HERE}/media/{key}\"")));
    let lazy = cleaned("<img data-src=\"https://x.example/a.png\">");
    assert!(lazy.contains("src=\"https://x.example/a.png\""), "{lazy}");
    assert_eq!(words("<p>a&amp;b</p><p>c</p>"), "a&b c");
}

#[test]
fn what_acts_is_gone() {
    for hostile in [
        "<script>alert(1)</script>",
        "<svg><script>alert(1)</script></svg>",
        "<img src=x onerror=alert(1)>",
        "<img src=\"javascript:alert(1)\">",
        "<a href=\" java\tscript:alert(1)\">x</a>",
        "<a href=\"data:text/html,x\">x</a>",
        "<iframe src=\"https://x.example\"></iframe>",
        "<form action=\"https://x.example\"><input name=a></form>",
        "<p style=\"background:url(https://x.example)\">x</p>",
        "<p style=\"width:expression(alert(1))\">x</p>",
        "<p onclick='alert(1)' class=x id=y>x</p>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<style>@import 'https://x.example'</style>",
        "<meta http-equiv=refresh content=0><base href=//x.example><link rel=x href=//x>",
        "<x-a onclick=alert(1)>x</x-a>",
        "<p title=\"><script>alert(1)</script>\">x</p>",
    ] {
        assert_harmless(&cleaned(hostile));
    }
    assert_eq!(
        cleaned("<p style=\"margin-top:-999px;color:red\">x</p>"),
        "<p style=\"color: red\">x</p>"
    );
}

/// Reads the result as a browser does, with another parser's eyes: only known elements, only known
/// attributes, and addresses of known schemes.
fn assert_harmless(html: &str) {
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(name.len() <= 10 && name.bytes().all(|c| c.is_ascii_alphanumeric()), "{html}");
        for bad in ["script", "iframe", "form", "style", "svg", "math", "object", "link", "meta"] {
            assert_ne!(name, bad, "{html}");
        }
        for (at, _) in tag.match_indices("=\"") {
            let attribute = tag[..at].rsplit([' ', '"']).next().unwrap();
            let known = [
                "style",
                "title",
                "lang",
                "dir",
                "href",
                "src",
                "alt",
                "width",
                "height",
                "colspan",
                "rowspan",
                "start",
                "rel",
                "loading",
                "referrerpolicy",
            ];
            assert!(known.contains(&attribute), "{attribute} in {html}");
            let value = tag[at + 2..].split('"').next().unwrap();
            if matches!(attribute, "href" | "src") {
                let web = ["https://", "http://", "/media/"];
                assert!(web.iter().any(|start| value.to_lowercase().starts_with(start)), "{html}");
            }
        }
    }
}

/// Pieces of markup, in any order and broken anywhere.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>".to_owned()),
        Just("</script>".to_owned()),
        Just("<svg onload=alert(1)>".to_owned()),
        Just("<img src=x onerror=alert(1) ".to_owned()),
        Just("<a href=\"javascript:alert(1)\">".to_owned()),
        Just("<p style=\"color:red;background:url(x)\" ".to_owned()),
        Just("<table><tr><td>".to_owned()),
        Just("<math><mi><style>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<textarea>".to_owned()),
        Just("<b".to_owned()),
        Just("<x-b>".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("><".to_owned()),
        Just("&quot;&lt;script&gt;".to_owned()),
        "[<>/=\"' a-z&;]{0,12}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_markup_survives_that_could_act(html in hostile()) {
        let clean = cleaned(&html);
        assert_harmless(&clean);
        // The first time, the order of attributes may change.
        let again = cleaned(&clean);
        assert_harmless(&again);
        prop_assert_eq!(cleaned(&again), again.clone(), "what is clean stays as it is");
        let (shown, sheet) = in_classes(&clean, "article");
        let styled = |tag: &str| {
            tag.split('>').next().unwrap_or_default().contains(" style=\"")
        };
        prop_assert!(!shown.split('<').skip(1).any(styled));
        prop_assert!(!sheet.contains("url(") && !sheet.contains('<'));
        prop_assert_eq!(sheet.matches('@').count(), 1);
    }
}

#[test]
fn hostile_lengths_take_no_hostile_time() {
    let many = "<p ".to_owned() + &"a1=\"\" ".repeat(150_000) + ">x</p>";
    assert_eq!(cleaned(&many), "<p>x</p>");
    let unclosed: Vec<String> = (0..6_000).map(|n| format!("<b title=\"{n}\">")).collect();
    let unclosed = unclosed.concat();
    let reopened = "</p><p>x".repeat(6_000);
    assert!(cleaned(&format!("<p>{unclosed}{reopened}")).len() < 1 << 20);
    assert!(clean(&"<p>".repeat(20_001), HERE).is_err());
}

#[test]
fn styles_become_classes() {
    let (html, sheet) = in_classes(
        "<p style=\"color: red; margin: 0 auto\">a</p><p style=\"color: red; margin: 0 auto\">style=\"x\"</p>",
        "body",
    );
    assert_eq!(html, "<p class=\"k0\">a</p><p class=\"k0\">style=\"x\"</p>");
    assert!(sheet.starts_with(".body .k0{margin:0 auto;}\n"), "{sheet}");
    assert!(sheet.contains("(prefers-color-scheme: light){\n.body .k0{color:red;}"), "{sheet}");
}

fn piece() -> Piece {
    Piece {
        kind: PieceKind::News,
        title: "One".into(),
        author: String::new(),
        digest: "d".into(),
        content: "<p>x</p>".into(),
        source_url: String::new(),
        cover: None,
        pictures: vec![],
        crops: vec![],
        show_cover: false,
        comments_open: true,
        only_fans: true,
    }
}

/// Asks for two publications without anybody to finish them.
async fn pending(
    app: &App,
    account: crier_core::ids::AccountId,
) -> Vec<crier_core::ids::PublicationId> {
    let asked = app.write(move |tx| {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let draft = drafts::add(tx, account, DraftKind::Draft, vec![piece()])?;
            ids.push(publications::submit(tx, account, &draft.media_key)?.id);
        }
        Ok(ids)
    });
    asked.await.unwrap()
}

#[test]
fn what_a_dead_node_left_is_finished_once_and_told_at_seconds_of_their_own() {
    both_engines_by_hand(|app, _| async move {
        let account = account(&app, "tea").await;
        let ids = pending(&app, account.id).await;
        assert_eq!(publications::finish_pending(&app).await.unwrap(), 2);
        assert_eq!(publications::finish_pending(&app).await.unwrap(), 0);
        let (roster, id) = (app.roster.clone(), ids[0]);
        assert!(!app.write(move |tx| publications::finish(tx, &roster, id)).await.unwrap());
        let read = app.read(move |conn| {
            let told: Vec<(String, i64)> = events::table
                .order(events::id.asc())
                .select((events::fact, events::created_at))
                .load(conn)?;
            Ok((told, publications::get(conn, account.id, id)?))
        });
        let (told, publication) = read.await.unwrap();
        assert_eq!(publication.state, publications::State::Published);
        // Without an endpoint nothing is told; with one, each has its own second.
        assert!(told.is_empty() || told[0].1 / 1_000_000 != told[1].1 / 1_000_000);
    });
}

#[test]
fn a_draft_is_published_once_though_two_ask() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await.id;
        let draft = app.write(move |tx| drafts::add(tx, account, DraftKind::Draft, vec![piece()]));
        let key = draft.await.unwrap().media_key;
        let ask = |key: String| {
            let app = app.clone();
            async move { app.write(move |tx| publications::submit(tx, account, &key)).await }
        };
        assert!(ask(key.clone()).await.is_ok());
        assert!(matches!(ask(key).await, Err(Error::NotFound("draft"))));
    });
}

#[test]
fn what_is_out_is_called_by_the_first_article_that_is() {
    both_engines(|app| async move {
        let (tea, silk) = (account(&app, "tea").await.id, account(&app, "silk").await.id);
        let titled = |title: &str| Piece { title: title.into(), ..piece() };
        let sets = [vec![titled("One"), titled("Two")], vec![titled("Gone")], vec![titled("New")]];
        let publish = app.write(move |tx| {
            let mut out = Vec::new();
            for (of, pieces) in
                sets.into_iter().map(|set| (tea, set)).chain([(silk, vec![piece()])])
            {
                let draft = drafts::add(tx, of, DraftKind::Draft, pieces)?;
                out.push(publications::publish_now(tx, of, &draft.media_key)?.publication);
            }
            publications::withdraw(tx, tea, out[0], Some(1))?;
            publications::withdraw(tx, tea, out[1], None)
        });
        publish.await.unwrap();
        let titles = |limit| app.read(move |conn| publications::titles(conn, tea, limit));
        let named = titles(9).await.unwrap();
        let named: Vec<&str> = named.iter().map(|(_, title)| title.as_str()).collect();
        assert_eq!(named, ["New", "Two"]);
        assert_eq!(titles(1).await.unwrap().len(), 1);
    });
}

#[test]
fn visits_are_counted_by_quarter_way_and_reader() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = pending(&app, account.id).await[0];
        publications::finish_pending(&app).await.unwrap();
        let ada = user(&app, "ada").await;
        let read = Visit { act: Act::Read, way: Way::Chat, reader: Reader::User(ada) };
        for pause in [0, 60, 900] {
            clock.advance(pause);
            let read = read.clone();
            let counted = app.write(move |tx| {
                let article = publications::articles_of(tx.conn, id)?.remove(0);
                visit(tx, &article, &read)?;
                favourite(tx, &article, ada)
            });
            counted.await.unwrap();
        }
        let bob = Visit { reader: Reader::Visitor("bob".into()), ..read };
        let counted = app.write(move |tx| {
            let article = publications::articles_of(tx.conn, id)?.remove(0);
            visit(tx, &article, &bob)
        });
        counted.await.unwrap();
        let done = app.read(move |conn| Ok(readings(conn, id, &[Act::Read])?)).await.unwrap();
        let done: Vec<(i64, i64)> = done.iter().map(|one| (one.times, one.people)).collect();
        assert_eq!(done, [(2, 1), (2, 1)], "each reader is new once");
        let rows = app.read(move |conn| {
            let article = publications::articles_of(conn, id)?.remove(0);
            let rows: Vec<(String, i64, i64)> = article_visits::table
                .order((article_visits::act.asc(), article_visits::quarter.asc()))
                .select((article_visits::act, article_visits::quarter, article_visits::count))
                .load(conn)?;
            Ok((rows, article.reads, is_favourite(conn, article.id, ada)?))
        });
        let (rows, reads, kept) = rows.await.unwrap();
        assert_eq!((reads, kept), (4, true));
        let counts: Vec<(&str, i64)> =
            rows.iter().map(|(act, _, count)| (act.as_str(), *count)).collect();
        assert_eq!(counts, [("favourite", 1), ("read", 2), ("read", 1), ("read", 1)]);
        assert!(rows.iter().all(|(_, quarter, _)| quarter % 900_000_000 == 0));
    });
}

#[test]
fn only_who_may_comments_and_not_too_fast() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = pending(&app, account.id).await[0];
        publications::finish_pending(&app).await.unwrap();
        let (ada, bob) = (follower(&app, &account, "ada").await.user_id, user(&app, "bob").await);
        let say = async |user, text: &str| {
            let (account, vault, text) = (account.clone(), app.vault.clone(), text.to_owned());
            let said = app.write(move |tx| {
                let article = publications::articles_of(tx.conn, id)?.remove(0);
                comments::add(tx, &vault, &account, &article, user, &text)
            });
            said.await
        };
        let refused = say(bob, "hi").await.unwrap_err();
        assert!(matches!(refused, Error::Denied(Denial::NotFollowing)), "only followers may");
        for bad in ["", "   ", "a\u{0}b", &"x".repeat(601)] {
            assert!(matches!(say(ada, bad).await, Err(Error::Invalid { field: "content", .. })));
        }
        for _ in 0..10 {
            say(ada, "hi\nyou").await.unwrap();
        }
        assert!(matches!(say(ada, "hi").await, Err(Error::Limited { .. })));
        clock.advance(61);
        assert_eq!(say(ada, "hi").await.unwrap().number, 11);
        let account_id = account.id;
        let closed = app.write(move |tx| comments::set_open(tx, account_id, id, 1, false)).await;
        closed.unwrap();
        clock.advance(61);
        assert!(matches!(say(ada, "hi").await, Err(Error::Conflict("comments_closed"))));
    });
}

#[test]
fn what_was_removed_is_put_back_unless_its_writer_is_forgotten() {
    both_engines_by_hand(|app, _| async move {
        let account = account(&app, "tea").await;
        let (of, id) = (account.id, pending(&app, account.id).await[0]);
        publications::finish_pending(&app).await.unwrap();
        let ada = follower(&app, &account, "ada").await.user_id;
        let vault = app.vault.clone();
        let said = app.write(move |tx| {
            let article = publications::articles_of(tx.conn, id)?.remove(0);
            for text in ["one", "two"] {
                comments::add(tx, &vault, &account, &article, ada, text)?;
            }
            comments::set_elected(tx, article.id, 1, true)?;
            comments::remove(tx, article.id, 1)?;
            Ok(article.id)
        });
        let article = said.await.unwrap();
        let piles = || {
            app.read(move |conn| {
                let mut numbers = Vec::new();
                for pile in [Pile::New, Pile::Elected, Pile::Removed] {
                    let listed = comments::of_account(conn, of, pile, None, None, 9)?;
                    let each = listed.iter().map(|(said, _)| said.comment.number);
                    numbers.push(each.collect::<Vec<i32>>());
                }
                let article = articles::of_account(conn, of, article)?;
                Ok((numbers, article.comment_count, article.elected_count))
            })
        };
        let nobody = Vec::<i32>::new;
        assert_eq!(piles().await.unwrap(), (vec![vec![2], nobody(), vec![1]], 1, 0));
        let restore = |number| app.write(move |tx| comments::restore(tx, article, number));
        restore(1).await.unwrap();
        assert_eq!(piles().await.unwrap(), (vec![vec![2, 1], nobody(), nobody()], 2, 0));
        assert!(matches!(restore(1).await, Err(Error::NotFound("comment"))), "it is there");
        let forget = app.write(move |tx| {
            comments::remove(tx, article, 2)?;
            let second = rows::table.filter(rows::number.eq(2));
            diesel::update(second).set(rows::content.eq("")).execute(tx.conn)?;
            Ok(())
        });
        forget.await.unwrap();
        assert_eq!(piles().await.unwrap(), (vec![vec![1], nobody(), nobody()], 1, 0));
        assert!(matches!(restore(2).await, Err(Error::NotFound("comment"))));
    });
}
