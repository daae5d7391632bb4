//! Access tokens: what a new one does to those before it, and how many there may be.
use crier_core::access_tokens::Standing;
use crier_core::activities;
use crier_core::error::Error;
use crier_core::ids::AccountId;
use crier_core::{App, Timestamp};
use crier_schema::tables::access_tokens;
use crier_testing::{account, both_engines_by_hand};
use diesel::prelude::*;

async fn standing(app: &App, token: &str) -> Standing {
    app.access_token_standing(token).await.unwrap()
}

#[test]
fn a_new_classic_token_leaves_the_one_before_it_five_minutes() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let valid = Standing::Valid(app.account_by_id(account.id).await.unwrap());
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(app.issue_access_token(account.id).await.unwrap().token);
            clock.advance(60);
        }
        for token in &tokens {
            assert_eq!(standing(&app, token).await, valid);
        }
        clock.advance(180);
        assert_eq!(standing(&app, &tokens[0]).await, Standing::Superseded);
        assert_eq!(standing(&app, &tokens[1]).await, valid);
        clock.advance(60);
        assert_eq!(standing(&app, &tokens[1]).await, Standing::Superseded);
        assert_eq!(standing(&app, &tokens[2]).await, valid);
    });
}

#[test]
fn tokens_issued_in_the_same_moment_cut_each_other_short_too() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(app.issue_access_token(account.id).await.unwrap().token);
        }
        clock.advance(301);
        assert_eq!(standing(&app, &tokens[0]).await, Standing::Superseded);
        assert_eq!(standing(&app, &tokens[1]).await, Standing::Superseded);
        assert!(matches!(standing(&app, &tokens[2]).await, Standing::Valid(_)));
    });
}

#[test]
fn a_stable_token_stays_the_same_until_somebody_insists() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        let id = tea.id;
        let first = app.stable_access_token(id, None).await.unwrap();
        app.issue_access_token(id).await.unwrap();
        assert_eq!(app.stable_access_token(id, None).await.unwrap(), first);
        let forced = app.stable_access_token(id, Some("192.0.2.9")).await.unwrap();
        assert_ne!(forced, first);
        assert_eq!(standing(&app, &first.token).await, Standing::Superseded);
        assert_eq!(app.stable_access_token(id, None).await.unwrap(), forced);
        clock.advance(2 * 3_600 - 60);
        let next = app.stable_access_token(id, None).await.unwrap();
        assert_ne!(next, forced);
        assert_eq!(app.stable_access_token(id, None).await.unwrap(), next);
        let (chain, all) = (tea.brand_id.into(), activities::Search::default());
        let log = app.read(move |conn| activities::page(conn, chain, &all, None, 9)).await.unwrap();
        assert_eq!(log.len(), 1, "whoever insisted is on record");
        let seen = (&*log[0].member_name, &*log[0].action, &*log[0].address);
        assert_eq!(seen, (&*tea.app_id, "app-token", "192.0.2.0/24"));
    });
}

/// Makes the account's newest token the nth of its day.
async fn number(app: &App, account: AccountId, number: i32) {
    app.write(move |tx| {
        diesel::update(access_tokens::table.filter(access_tokens::account_id.eq(account)))
            .set(access_tokens::number.eq(number))
            .execute(tx.conn)?;
        Ok(())
    })
    .await
    .unwrap();
}

#[test]
fn a_day_has_two_thousand_classic_tokens_and_ends_at_midnight_in_china() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let other = crier_testing::account(&app, "silk").await;
        app.issue_access_token(account.id).await.unwrap();
        number(&app, account.id, 1_999).await;
        app.issue_access_token(account.id).await.unwrap();
        let refused = app.issue_access_token(account.id).await;
        let Err(Error::Limited { retry_after }) = refused else { panic!("{refused:?}") };
        // The clock starts at 08:00 in China.
        assert_eq!(app.clock.now(), Timestamp::from_seconds(1_767_225_600));
        assert_eq!(retry_after.as_secs(), 16 * 3_600);
        app.issue_access_token(other.id).await.unwrap();
        app.stable_access_token(account.id, None).await.unwrap();
        clock.advance(16 * 3_600);
        app.issue_access_token(account.id).await.unwrap();
    });
}
