//! Lists in pages: nothing is lost where one page ends and the next begins.
use std::sync::Arc;

use crier_core::App;
use crier_core::accounts::{self, Account, Draft, Within};
use crier_core::content::Content;
use crier_core::conversations::{self, Append};
use crier_core::ids::{AccountId, FollowerId};
use crier_core::rights::Kind;
use crier_testing::{account, both_engines_by_hand, draft, follower, member_brand};

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

/// A brand's accounts by name, page by page.
async fn accounts_of(app: &App, within: &Within, size: i64) -> Vec<String> {
    let (mut all, mut after): (Vec<String>, Option<(String, AccountId)>) = Default::default();
    loop {
        let within = within.clone();
        let page = app
            .read(move |conn| {
                let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
                accounts::page(conn, &within, after, size)
            })
            .await
            .unwrap();
        let Some(last) = page.last() else { return all };
        after = Some((last.name.clone(), last.id));
        all.extend(page.iter().map(|account| account.handle.clone()));
    }
}

#[test]
fn accounts_of_the_same_name_are_all_in_the_list() {
    both_engines_by_hand(|app, _| async move {
        let (brand, vault) = (member_brand(&app, "Ours").await, app.vault.clone());
        account(&app, "elsewhere").await;
        let ours = brand.id;
        app.write(move |tx| {
            for (number, name) in ["Tea", "Tea", "Tea", "Book", "Silk_1"].iter().enumerate() {
                let draft = draft(&brand, Kind::Service, &format!("no-{number}"));
                accounts::add(tx, &vault, &Draft { name: (*name).into(), ..draft })?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let all = Within { brands: Some(vec![ours]), ..Within::default() };
        for size in [1, 2, 9] {
            let listed = accounts_of(&app, &all, size).await;
            assert_eq!(listed, ["no-3", "no-4", "no-0", "no-1", "no-2"], "pages of {size}");
        }
        let with = |words: &str| Within { words: words.into(), ..all.clone() };
        assert_eq!(accounts_of(&app, &with("TEA"), 2).await.len(), 3);
        assert_eq!(accounts_of(&app, &with("k_1"), 2).await, ["no-4"]);
        assert_eq!(accounts_of(&app, &with("%"), 2).await.len(), 0);
        assert_eq!(accounts_of(&app, &with("NO-3"), 2).await, ["no-3"]);
        assert_eq!(accounts_of(&app, &Within::default(), 9).await.len(), 6);
    });
}
