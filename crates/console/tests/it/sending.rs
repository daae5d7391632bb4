//! Broadcasts and segments in the console, without script.
use crier_core::ids::PlanId;
use crier_core::members::Role;
use crier_core::plans::{self, State};
use crier_core::{App, broadcasts, segments, tags};
use crier_testing::{account, both_engines, follower, member_brand};

use crate::browsers::{Browser, member, owner};

const BASE: &str = "/console/accounts/harbour";

async fn newest(app: &App, account: crier_core::ids::AccountId) -> plans::Plan {
    let found = app.read(move |conn| plans::page(conn, account, State::ALL, None, 1)).await;
    found.unwrap().remove(0)
}

fn text<'a>(name: &'a str, words: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("plan_name", name),
        ("type", "text"),
        ("text", words),
        ("clicks", "yes"),
        ("to", "all"),
        ("when", "now"),
    ]
}

/// Presses a button on a plan's page, as it was seen.
async fn press(app: &App, browser: &Browser, id: PlanId, what: &str) -> crate::browsers::Seen {
    let seen = app
        .read(move |conn| {
            let account = crier_core::accounts::find(conn, "harbour")?.unwrap().id;
            let all = plans::page(conn, account, State::ALL, None, 50)?;
            Ok(all.into_iter().find(|plan| plan.id == id).unwrap().updated_at)
        })
        .await
        .unwrap();
    let seen = seen.micros().to_string();
    browser.post(&format!("{BASE}/broadcasts/{id}/{what}"), &[("seen", seen.as_str())]).await
}

#[test]
fn a_broadcast_is_composed_looked_at_tried_and_sent() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let browser = owner(&app).await;
        let ada = follower(&app, &account, "ada").await;
        browser.get(&format!("{BASE}/broadcasts")).await.says(&["No drafts", "New broadcast"]);
        let new = format!("{BASE}/broadcasts/new");
        browser.get(&new).await.says(&[
            "Followers see",
            "Count clicks on links",
            "1 follower",
            "Nothing was sent this month",
        ]);
        let wrong = browser.post(&new, &text(" ", "Hello")).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["A name has 1 to 60 characters", "Hello"]);
        let turned = browser.post(&new, &[&text("A", "x")[..], &[("act", "video")]].concat()).await;
        turned.says(&["Heading", "Upload a file"]);
        let made = browser.post(&new, &text("Autumn", "See https://tea.example/a")).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let plan = newest(&app, account.id).await;
        let page = format!("{BASE}/broadcasts/{}", plan.id);
        assert_eq!(made.location, format!("{page}?done=plan-saved"));
        browser.get(&made.location).await.says(&[
            "What would happen",
            "It would reach 1 follower",
            "Check the links",
            "Send it now",
            "speak Chinese",
            "Its link becomes a short address",
        ]);
        let nobody = browser.post(&format!("{page}/test"), &[("openid", "nobody")]).await;
        assert_eq!(nobody.status, 422);
        nobody.says(&["No follower of this account has this openid"]);
        let tested = browser.post(&format!("{page}/test"), &[("openid", &ada.openid)]).await;
        assert_eq!(tested.location, format!("{page}?done=plan-tested"));
        browser.get(&page).await.says(&[&ada.openid]);
        let stale = browser.post(&format!("{page}/schedule"), &[("seen", "1")]).await;
        assert_eq!(stale.status, 422);
        stale.says(&["Somebody changed it since"]);
        let sent = press(&app, &browser, plan.id, "schedule").await;
        assert_eq!(sent.location, format!("{page}?done=plan-sending"));
        plans::send_due(&app).await.unwrap();
        browser.get(&page).await.says(&["Results", "sent"]).says_not("Send it now");
        let id = account.id;
        let all = app.read(move |conn| broadcasts::page(conn, id, None, 9)).await.unwrap();
        assert_eq!((all.len(), all[0].reached), (1, 1));
        let results = format!("{BASE}/broadcasts/sent/{}", all[0].id);
        browser.get(&results).await.says(&[
            "Reached",
            "Clicks over time",
            "https://tea.example/a",
            "0 % of the clicks",
        ]);
        let sheet = browser.fetch(&format!("{results}/sheet")).await.html;
        assert!(sheet.starts_with("\u{feff}From,Clicks,https://tea.example/a"), "{sheet}");
        browser.get(&format!("{BASE}/broadcasts?tab=sent")).await.says(&["Autumn", &results]);
        browser.get(&format!("{BASE}/calendar")).await.says(&["month-item is-ok"]);
        let copied = browser.post(&format!("{page}/copy"), &[]).await;
        browser.get(&copied.location).await.says(&["This is the copy", "Autumn"]);
    });
}

#[test]
fn four_eyes_look_at_what_is_sent() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        let ada = owner(&app).await;
        follower(&app, &account, "u1").await;
        for (email, role) in [
            ("eve@tea.example", Role::Editor),
            ("mia@tea.example", Role::Marketer),
            ("al@tea.example", Role::Agent),
        ] {
            member(&app, &brand, email, role).await;
        }
        let rules = format!("{BASE}/broadcasts/rules");
        ada.get(&rules).await.says(&["Four eyes", "Quiet hours"]);
        let wrong = ada
            .post(&rules, &[("quiet", "yes"), ("quiet_from", "x"), ("quiet_until", "08:00")])
            .await;
        assert_eq!(wrong.status, 422);
        let hours = [
            ("approval", "yes"),
            ("quiet", "yes"),
            ("quiet_from", "00:00"),
            ("quiet_until", "23:59"),
        ];
        assert_eq!(ada.post(&rules, &hours).await.status, 303);
        let eve = Browser::signed_in(&app, "eve@tea.example").await;
        let mia = Browser::signed_in(&app, "mia@tea.example").await;
        let al = Browser::signed_in(&app, "al@tea.example").await;
        assert_eq!(al.get(&format!("{BASE}/broadcasts")).await.status, 403);
        assert_eq!(eve.get(&rules).await.status, 403);
        assert_eq!(eve.get(&format!("{BASE}/segments")).await.status, 403);
        eve.get(&format!("{BASE}/broadcasts/new")).await;
        eve.post(&format!("{BASE}/broadcasts/new"), &text("News", "Hello")).await;
        let plan = newest(&app, account.id).await;
        let page = format!("{BASE}/broadcasts/{}", plan.id);
        eve.get(&page).await.says(&["Ask for approval", "quiet hours, 00:00 to 23:59"]);
        assert_eq!(press(&app, &eve, plan.id, "schedule").await.status, 403);
        let refused = press(&app, &ada, plan.id, "schedule").await;
        refused.says(&["Ask for approval"]);
        assert_eq!(
            press(&app, &eve, plan.id, "ask").await.location,
            format!("{page}?done=plan-asked")
        );
        eve.get(&page).await.says(&["It waits for somebody else"]).says_not("Send back");
        mia.get(&page).await.says(&["Approve", "Send back"]);
        mia.post(&format!("{page}/back"), &[("note", "Say when")]).await;
        eve.get(&page).await.says(&["Sent back: Say when"]);
        press(&app, &eve, plan.id, "ask").await;
        mia.get(&format!("{BASE}/broadcasts?tab=waiting")).await.says(&["News"]);
        assert_eq!(press(&app, &mia, plan.id, "approve").await.status, 303);
        plans::send_due(&app).await.unwrap();
        assert_eq!(newest(&app, account.id).await.state, State::Sent);
    });
}

#[test]
fn what_is_scheduled_can_be_moved_paused_and_cancelled() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let browser = owner(&app).await;
        let mut fields = text("Later", "Hello");
        fields.retain(|(name, _)| *name != "when");
        let day = app
            .clock
            .now()
            .plus(chrono::Duration::days(2))
            .to_chrono()
            .format("%Y-%m-%dT10:00")
            .to_string();
        fields.extend([("when", "at"), ("send_at", day.as_str())]);
        browser.get(&format!("{BASE}/broadcasts/new?at={day}")).await.says(&[&day]);
        browser.post(&format!("{BASE}/broadcasts/new"), &fields).await;
        let plan = newest(&app, account.id).await;
        let page = format!("{BASE}/broadcasts/{}", plan.id);
        assert_eq!(
            press(&app, &browser, plan.id, "schedule").await.location,
            format!("{page}?done=plan-scheduled")
        );
        browser.get(&format!("{BASE}/broadcasts?tab=scheduled")).await.says(&["Later"]);
        let month = format!("{BASE}/calendar?month={}", &day[..7]);
        browser.get(&month).await.says(&["Later", "Give it another time"]);
        let seen = newest(&app, account.id).await.updated_at.micros().to_string();
        let next = day.replace("T10:00", "T11:30");
        let moved = [("seen", seen.as_str()), ("send_at", &next), ("back", "calendar")];
        let moved = browser.post(&format!("{page}/reschedule"), &moved).await;
        assert!(moved.location.contains("/calendar?month="), "{}", moved.html);
        browser.get(&moved.location).await.says(&[
            "It has another time",
            "11:30",
            "Put it back to",
            &format!(r#"name="send_at" value="{day}""#),
        ]);
        browser.post(&format!("{page}/pause"), &[]).await;
        browser.get(&page).await.says(&["paused", "Go on"]);
        browser.post(&format!("{page}/resume"), &[]).await;
        browser.get(&format!("{page}/cancel")).await.says(&["Cancel this broadcast?"]);
        browser.post(&format!("{page}/cancel"), &[]).await;
        browser.get(&format!("{BASE}/broadcasts?tab=failed")).await.says(&["cancelled"]);
        for path in ["broadcasts/1", "broadcasts/x", "broadcasts/sent/1", "segments/1"] {
            assert_eq!(browser.get(&format!("{BASE}/{path}")).await.status, 404, "{path}");
        }
    });
}

#[test]
fn segments_are_made_condition_by_condition() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let browser = owner(&app).await;
        let (ada, id) = (follower(&app, &account, "ada").await, account.id);
        follower(&app, &account, "bob").await;
        app.write(move |tx| {
            tags::add(tx, id, "VIP")?;
            tags::give(tx, id, 100, &[ada.openid])
        })
        .await
        .unwrap();
        browser.get(&format!("{BASE}/segments")).await.says(&["No segments yet"]);
        let new = format!("{BASE}/segments/new");
        browser.get(&new).await.says(&["Another condition"]);
        let first = [("segment_name", "Best"), ("join", "all"), ("act", "add"), ("add", "tag")];
        browser.post(&new, &first).await.says(&["name=\"kind_0\" value=\"tag\"", "VIP", "Best"]);
        let tag = [
            ("segment_name", "Best"),
            ("join", "all"),
            ("kind_0", "tag"),
            ("is_0", "yes"),
            ("value_0", "100"),
        ];
        let silent = [("kind_1", "silent"), ("value_1", "30")];
        let both = [&tag[..], &silent[..]].concat();
        let counted = browser.post(&format!("{BASE}/segments/count"), &both).await;
        counted.says(&[
            "Followers who have the tag “VIP” and have not written for 30 days: 1 follower",
        ]);
        let taken = browser.post(&new, &[&both[..], &[("remove", "0")]].concat()).await;
        taken.says(&["name=\"kind_0\" value=\"silent\""]).says_not("name=\"kind_1\"");
        let wrong = browser
            .post(&new, &[&tag[..], &[("kind_1", "silent"), ("value_1", "0")]].concat())
            .await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["Choose 1 to 3,650 days"]);
        let made = browser.post(&new, &both).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let segment = app.read(move |conn| segments::all(conn, id)).await.unwrap().remove(0);
        let page = format!("{BASE}/segments/{}", segment.id);
        browser.get(&page).await.says(&["1 follower", "have the tag “VIP”", "Write to it"]);
        browser.fetch(&format!("{page}/count")).await.says(&["1 follower"]);
        browser.get(&format!("{page}/change")).await.says(&["value=\"30\"", "VIP"]);
        let write = browser.get(&format!("{BASE}/broadcasts/new?segment={}", segment.id)).await;
        write.says(&["1 follower"]);
        browser.post(&format!("{page}/change"), &tag).await;
        browser.get(&format!("{BASE}/segments")).await.says(&["Followers who have the tag “VIP”"]);
        browser.get(&format!("{page}/remove")).await.says(&["Remove this segment?"]);
        browser.post(&format!("{page}/remove"), &[]).await;
        assert_eq!(browser.get(&page).await.status, 404);
    });
}
