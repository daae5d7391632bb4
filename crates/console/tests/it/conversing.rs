//! The inbox.
use std::sync::Arc;

use crier_core::App;
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append};
use crier_core::ids::FollowerId;
use crier_core::members::Role;
use crier_core::messages::{self, Span};
use crier_core::windows::Effect;
use crier_testing::{account, both_engines, both_engines_by_hand, follower, member_brand};

use crate::browsers::{Browser, member};

async fn inbox(app: &Arc<App>) -> (Browser, FollowerId, String) {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Agent).await;
    let harbour = account(app, "harbour").await;
    let id = follower(app, &harbour, "u1").await.id;
    let browser = Browser::signed_in(app, "ada@example.com").await;
    (browser, id, format!("/console/accounts/harbour/inbox/{id}"))
}

async fn write(app: &Arc<App>, id: FollowerId, content: Content) {
    app.append(Append::inbound(id, content, None)).await.unwrap();
}

#[test]
fn a_member_reads_and_replies() {
    both_engines(|app| async move {
        let (browser, id, path) = inbox(&app).await;
        write(&app, id, Content::text("<ahoy>\nthere")).await;
        let list = browser.get("/console/accounts/harbour/inbox").await;
        list.says(&["&#60;ahoy&#62;", "<span class=\"count\">new</span>", "1 unread conversation"]);
        browser.get(&path).await.says(&["&#60;ahoy&#62;\nthere", "5 more replies until"]);
        browser.get("/console/accounts/harbour/inbox").await.says_not("class=\"count\"");

        let reply = [("text", "  welcome\r\naboard "), ("client_id", "c1")];
        assert_eq!(browser.post(&path, &reply).await.location, path);
        assert_eq!(browser.post(&path, &reply).await.location, path, "sent twice");
        browser.get(&path).await.says(&["welcome\naboard", "4 more replies", "ada"]);
        let stored = app.read(move |conn| Ok(messages::page(conn, id, Span::After(0), 9)?)).await;
        let stored = stored.unwrap();
        assert_eq!(stored.len(), 2);
        assert_eq!((stored[1].origin, stored[1].member_id.is_some()), (Origin::Console, true));
    });
}

#[test]
fn a_window_closes_and_is_used_up() {
    both_engines_by_hand(|app, clock| async move {
        let (browser, id, path) = inbox(&app).await;
        write(&app, id, Content::text("ahoy")).await;
        browser.get(&path).await;
        for at in 0..5 {
            let reply = [("text", "hello"), ("client_id", &at.to_string())];
            assert_eq!(browser.post(&path, &reply).await.status, 303);
        }
        browser.get(&path).await.says(&["The replies of this window are used up."]);
        let more = browser.post(&path, &[("text", "six"), ("client_id", "6")]).await;
        assert_eq!(more.status, 422);
        more.says(&["used up: write again after the follower does.", "\nsix</textarea>"]);
        let empty = browser.post(&path, &[("text", " "), ("client_id", "7")]).await;
        empty.says(&["Write something"]);

        clock.advance(49 * 3_600);
        browser.get(&path).await.says(&["The reply window is closed."]);
        let late = browser.post(&path, &[("text", "late"), ("client_id", "8")]).await;
        late.says(&["The reply window has closed"]);
    });
}

/// One of each type, as JSON stores it.
const TYPES: &str = r##"[
    {"type": "image", "media_id": "0123456789abcdef", "width": 2720, "height": 1360},
    {"type": "voice", "media_id": "0123456789abcdef", "format": "mp3"},
    {"type": "video", "media_id": "0123456789abcdef", "title": "Film"},
    {"type": "location", "latitude": 31.2, "longitude": 121.5, "scale": 15, "label": "Pier 4"},
    {"type": "music", "title": "Shanty", "description": "a song",
     "url": "https://example.com/song", "hq_url": ""},
    {"type": "link", "title": "Timetable", "description": "", "url": "javascript:alert(1)"},
    {"type": "news", "articles": [
        {"title": "Lead", "description": "", "url": "https://example.com/lead",
         "picture_url": "https://example.com/lead.png"},
        {"title": "Second", "description": "", "url": "javascript:alert(1)", "picture_url": ""}]},
    {"type": "menu", "head": "Which pier?", "items": [{"id": "1", "text": "Pier 9"}],
     "tail": "Choose"},
    {"type": "template", "template_id": "t", "title": "Sailing",
     "lines": [{"text": "Boat 7", "color": "#173177"}]},
    {"type": "mini_program", "title": "Tickets", "app_id": "wx1", "path": "pages/index"}
]"##;

#[test]
fn every_type_of_message_is_shown() {
    both_engines(|app| async move {
        let (browser, id, path) = inbox(&app).await;
        let all: Vec<Content> = serde_json::from_str(TYPES).unwrap();
        for content in all {
            let append = Append::outbound(id, Origin::Api, content, None, Effect::None);
            app.append(append).await.unwrap();
        }
        browser.get(&path).await.says(&[
            "width=\"272\" height=\"136\"",
            "<audio",
            "<video",
            "Pier 4",
            "31.20000, 121.50000",
            "Shanty",
            "Timetable",
            "news-lead",
            "Second",
            "Which pier?",
            "Pier 9",
            "Sailing",
            "tone-blue",
            "Tickets",
            "is-out",
            "Backend",
        ]);
        browser.get("/console/accounts/harbour/inbox").await.says(&["You: Tickets"]);
    });
}

#[test]
fn long_conversations_and_lists_have_pages() {
    both_engines(|app| async move {
        let (browser, id, path) = inbox(&app).await;
        for at in 1..=35 {
            write(&app, id, Content::text(format!("message {at}."))).await;
        }
        let newest = browser.get(&path).await;
        newest.says(&["message 35.", "message 6.", "?before=6\"", "?from=6\""]);
        newest.says_not("message 5.");
        let earlier = browser.get(&format!("{path}?before=6")).await;
        earlier.says(&["message 5.", "message 1.", "These are earlier messages."]);
        earlier.says_not("message 6.");
        browser.get(&format!("{path}?from=6")).await.says(&["message 6.", "message 35."]);
        let row = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!(row.account_read_seq, 35);

        let harbour = app.account("harbour").await.unwrap();
        for at in 0..31 {
            let other = follower(&app, &harbour, &format!("other{at}")).await.id;
            write(&app, other, Content::text("hello")).await;
        }
        let list = browser.get("/console/accounts/harbour/inbox").await;
        list.says(&["?list="]).says_not("message 35.");
        let (_, after) = list.html.split_once("?list=").unwrap();
        let older =
            format!("/console/accounts/harbour/inbox?list={}", after.split('"').next().unwrap());
        browser.get(&older).await.says(&["message 35.", "Newest"]);
    });
}
