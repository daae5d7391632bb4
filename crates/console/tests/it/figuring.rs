//! Figures on the overview: charts with their tables, days that are chosen, and a table to save.
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::daily;
use crier_core::members::Role;
use crier_core::windows::Effect;
use crier_testing::{account, both_engines_by_hand, follower, member_brand};

use crate::browsers::{Browser, member, owner};

const PAGE: &str = "/console/accounts/harbour";

#[test]
fn the_overview_shows_what_happened_and_compares() {
    both_engines_by_hand(|app, clock| async move {
        let browser = owner(&app).await;
        let harbour = account(&app, "harbour").await;
        browser.get(PAGE).await.says(&[
            "First steps",
            "Greet new followers",
            "Nothing in these days.",
        ]);
        let ada = follower(&app, &harbour, "ada").await.id;
        app.append(Append::inbound(ada, Content::text("hi"), None)).await.unwrap();
        clock.advance(90);
        let answer =
            Append::outbound(ada, Origin::Console, Content::text("yes"), None, Effect::None);
        app.append(answer).await.unwrap();
        clock.advance(20);
        daily::catch_up(&app, true).await.unwrap();
        let page = browser.get(PAGE).await;
        page.says(&[
            "role=\"img\" aria-label=\"Followers gained and lost",
            "<caption>Messages</caption>",
            "1 min 3", // 90 s, within a fortieth
            "<th scope=\"row\">Search</th>",
            "28 days</a>",
        ]);
        page.says_not("class=\"chart-line is-before\"");
        let compared = browser.get(&format!("{PAGE}?range=7&compare=1")).await;
        compared.says(&["Net followers, before", "Without comparison", "0 before"]);
        let bad = browser.get(&format!("{PAGE}?range=custom&from=x&to=2026-01-01")).await;
        assert_eq!(bad.status, 422);
        bad.says(&["Give both days."]);
        let sheet = browser.fetch(&format!("{PAGE}/figures.csv?range=7")).await;
        assert_eq!(sheet.status, 200);
        sheet.says(&["\u{feff}Day,Gained,Lost,Net followers", "\r\n2026-01-01,1,0,1,1,1,"]);
    });
}

#[test]
fn figures_are_for_those_who_may_see_them() {
    both_engines_by_hand(|app, _| async move {
        let brand = member_brand(&app, "Test").await;
        account(&app, "harbour").await;
        member(&app, &brand, "agent@example.com", Role::Agent).await;
        let agent = Browser::signed_in(&app, "agent@example.com").await;
        agent.get(PAGE).await.says(&["About"]).says_not("figures.csv");
        assert_eq!(agent.fetch(&format!("{PAGE}/figures.csv")).await.status, 403);
    });
}
