//! Codes with names: what came of each, by day.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures::Days;
use crier_core::scene_codes::{self, SceneCode};
use crier_core::{App, Error, followers};
use crier_testing::{account, both_engines_by_hand, user};

async fn scan(app: &Arc<App>, account: &Arc<Account>, name: &str, code: &SceneCode) {
    let user = user(app, name).await;
    let (account, vault, roster) = (account.clone(), app.vault.clone(), app.roster.clone());
    let ticket = code.ticket.clone();
    app.write(move |tx| followers::follow(tx, &vault, &roster, &account, user, Some(&ticket)))
        .await
        .unwrap();
}

async fn leave(app: &Arc<App>, account: &Arc<Account>, name: &str) {
    let (user, id, roster) = (user(app, name).await, account.id, app.roster.clone());
    app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
}

#[test]
fn what_came_of_a_code_is_told_by_day_of_the_account() {
    both_engines_by_hand(|app, clock| async move {
        // 2026-01-01 00:00 UTC is 08:00 in Shanghai.
        let tea = account(&app, "tea").await;
        let id = tea.id;
        let made = app.write(move |tx| scene_codes::add_named(tx, id, " Door ", "door")).await;
        let code = made.unwrap();
        assert_eq!((code.name.as_str(), code.expires_at), ("Door", None));
        scan(&app, &tea, "mei", &code).await;
        scan(&app, &tea, "jo", &code).await;
        scan(&app, &tea, "jo", &code).await;
        clock.advance(16 * 3_600);
        leave(&app, &tea, "jo").await;
        scan(&app, &tea, "lin", &code).await;
        let (days, of) = (Days::latest(&tea, 7, app.clock.now()), code.clone());
        let days = app.read(move |conn| scene_codes::attribution(conn, &of, &days)).await.unwrap();
        let told: Vec<_> = days
            .iter()
            .rev()
            .take(3)
            .map(|day| (day.day.to_string(), day.scans, day.gained, day.lost))
            .collect();
        let row = |day: &str, scans, gained, lost| (day.to_owned(), scans, gained, lost);
        assert_eq!(days.len(), 7);
        assert_eq!(
            told,
            [row("2026-01-02", 1, 1, 1), row("2026-01-01", 3, 2, 0), row("2025-12-31", 0, 0, 0)]
        );
        let listed =
            app.read(move |conn| Ok(scene_codes::page(conn, id, None, 10)?)).await.unwrap();
        let totals: Vec<_> = listed.iter().map(|one| (one.scans, one.gained, one.lost)).collect();
        assert_eq!(totals, [(4, 3, 1)]);
        let (code, quay) = (code.id, account_of_another(&app).await);
        let renamed = app.write(move |tx| scene_codes::rename(tx, quay, code, "Mine")).await;
        assert!(matches!(renamed, Err(Error::NotFound("code"))), "{renamed:?}");
        for (name, scene, field) in [("", "x", "code_name"), ("x", "", "scene")] {
            let bad = app.write(move |tx| scene_codes::add_named(tx, id, name, scene)).await;
            assert!(matches!(bad, Err(Error::Invalid { field: of, .. }) if of == field), "{bad:?}");
        }
    });
}

async fn account_of_another(app: &Arc<App>) -> crier_core::ids::AccountId {
    account(app, "quay").await.id
}
