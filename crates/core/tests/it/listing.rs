//! Lists in pages: nothing is lost where one page ends and the next begins.
use std::sync::Arc;

use crier_core::App;
use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::conversations::{self, Append};
use crier_core::ids::FollowerId;
use crier_testing::{account, both_engines_by_hand, follower};

/// The inbox, page by page.
async fn pages(app: &App, account: &Arc<Account>, size: i64) -> Vec<FollowerId> {
    let (id, mut all, mut before) = (account.id, Vec::new(), None);
    loop {
        let page =
            app.read(move |conn| Ok(conversations::inbox(conn, id, before, size)?)).await.unwrap();
        let Some(last) = page.last() else { return all };
        before = Some((last.conversation.last_at, last.conversation.follower_id));
        all.extend(page.iter().map(|row| row.conversation.follower_id));
    }
}

#[test]
fn conversations_of_the_same_moment_are_all_in_the_inbox() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let mut latest_first = Vec::new();
        for moment in 0..3 {
            for n in 0..3 {
                let id = follower(&app, &account, &format!("u{moment}{n}")).await.id;
                app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
                latest_first.insert(0, id);
            }
            clock.advance(1);
        }
        for size in [1, 2, 4, 20] {
            assert_eq!(pages(&app, &account, size).await, latest_first, "pages of {size}");
        }
    });
}
