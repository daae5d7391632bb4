//! Codes to follow by, without script.
use crier_core::ids::SceneCodeId;
use crier_core::members::Role;
use crier_core::{followers, scene_codes};
use crier_testing::{account, both_engines, member_brand, user};

use crate::browsers::{Browser, member, owner};

#[test]
fn a_code_is_made_printed_renamed_and_says_what_came_of_it() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let browser = owner(&app).await;
        let list = "/console/accounts/harbour/codes";
        browser.get(list).await.says(&["No codes yet"]);
        let wrong = browser.post(list, &[("code_name", ""), ("scene", "")]).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["A name has 1 to 60 characters."]);
        let made = browser.post(list, &[("code_name", "正面入口"), ("scene", "")]).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let page = made.location.split('?').next().unwrap().to_owned();
        let id: SceneCodeId = page.rsplit('/').next().unwrap().parse().unwrap();
        let account = harbour.id;
        let code = app.read(move |conn| scene_codes::get(conn, account, id)).await.unwrap();
        assert_eq!(code.scene, "正面入口");
        let (user, vault, roster) =
            (user(&app, "mei").await, app.vault.clone(), app.roster.clone());
        let (harbour, ticket) = (harbour.clone(), code.ticket.clone());
        app.write(move |tx| followers::follow(tx, &vault, &roster, &harbour, user, Some(&ticket)))
            .await
            .unwrap();
        let shown = browser.get(&page).await;
        shown.says(&["正面入口", &code.ticket, "code.png", "<figure class=\"chart\">"]);
        browser.get(list).await.says(&["正面入口"]);
        let figures = browser.get(&format!("{page}?range=custom&from=x&to=y")).await;
        assert_eq!(figures.status, 422);
        browser.get(&page).await;
        browser.post(&page, &[("code_name", "Front door")]).await;
        browser.get(list).await.says(&["Front door"]);
        assert_eq!(browser.post(&page, &[("code_name", " ")]).await.status, 422);
        for (path, kind) in [("code.svg", "svg"), ("figures.csv", "csv")] {
            let file = browser.file(&format!("{page}/{path}")).await;
            assert!(file.0.contains(kind), "{path}: {}", file.0);
        }
        let (kind, bytes) = browser.file(&format!("{page}/code.png")).await;
        let size = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
        assert!(kind == "image/png" && size >= 1_200, "{kind} {size}");
        let csv = String::from_utf8(browser.file(&format!("{page}/figures.csv?range=7")).await.1);
        let csv = csv.unwrap();
        assert_eq!(csv.lines().count(), 8);
        assert!(csv.lines().last().unwrap().ends_with(",1,1,0"), "{csv}");
        assert_eq!(browser.get(&format!("{list}/1")).await.status, 404);

        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ed@example.com", Role::Editor).await;
        let editor = Browser::signed_in(&app, "ed@example.com").await;
        assert_eq!(editor.get(list).await.status, 403);
    });
}
