use crier_core::accounts;
use crier_core::followers::unfollow;
use crier_testing::{HandClock, both_engines_by_hand, draft, member_brand};
use serde_json::json;

use super::*;

/// Every call and the most days that it takes.
const CALLS: &[(&str, i64)] = &[
    ("getusersummary", 7),
    ("getusercumulate", 7),
    ("getarticlesummary", 1),
    ("getarticletotal", 1),
    ("getuserread", 3),
    ("getuserreadhour", 1),
    ("getusershare", 7),
    ("getusersharehour", 1),
    ("getupstreammsg", 7),
    ("getupstreammsghour", 1),
    ("getupstreammsgweek", 30),
    ("getupstreammsgmonth", 30),
    ("getupstreammsgdist", 15),
    ("getupstreammsgdistweek", 30),
    ("getupstreammsgdistmonth", 30),
    ("getinterfacesummary", 30),
    ("getinterfacesummaryhour", 1),
];

impl Bot {
    /// Turns the clock on, and takes a new token.
    async fn wait(&mut self, clock: &HandClock, seconds: i64) {
        clock.advance(seconds);
        self.token = self.app.issue_access_token(self.account.id).await.unwrap().token;
    }

    async fn figures(&self, call: &str, first: &str, last: &str) -> Value {
        let body = json!({ "begin_date": first, "end_date": last });
        self.post(&format!("/datacube/{call}"), &body).await
    }

    /// The rows of a call.
    async fn rows(&self, call: &str, first: &str, last: &str) -> Value {
        let answer = self.figures(call, first, last).await;
        assert!(answer.get("errcode").is_none(), "{call}: {answer}");
        answer["list"].clone()
    }
}

#[test]
fn every_call_takes_as_many_days_as_it_may_and_only_days_that_are_past() {
    both_engines_by_hand(|app, clock| async move {
        let mut bot = Bot::new(&app, Kind::Subscription, "harbour").await;
        // Noon of the 1st of March in Shanghai.
        bot.wait(&clock, 86_400 * 59 + 4 * 3600).await;
        for (call, most) in CALLS {
            let bot = &bot;
            let ask = async |first: &str, last: &str| code(&bot.figures(call, first, last).await);
            let back = |days: i64| {
                let day = app.clock.now().plus(chrono::Duration::days(-days)).to_chrono();
                day.format("%Y-%m-%d").to_string()
            };
            let rows = bot.rows(call, &back(*most), &back(1)).await;
            assert!(rows.is_array(), "{call}: {rows}");
            let rows = bot.rows(call, "2026-01-31", "2026-01-31").await;
            assert!(rows.is_array(), "{call}: {rows}");
            assert_eq!(ask(&back(most + 1), &back(1)).await, 61501, "{call}");
            assert_eq!(ask(&back(1), &back(2)).await, 61501, "{call}");
            assert_eq!(ask(&back(0), &back(0)).await, 61501, "{call}");
            assert_eq!(ask("2026-09-01", "2026-09-01").await, 61501, "{call}");
            assert_eq!(ask("2026-2-01", "2026-02-01").await, 61500, "{call}");
            assert_eq!(ask("2026-02-01", "2026-02-30").await, 61500, "{call}");
            assert_eq!(ask("2026-02-01", "").await, 61500, "{call}");
            for body in [json!({}), json!({ "begin_date": [], "end_date": {} })] {
                assert_eq!(code(&bot.post(&format!("/datacube/{call}"), &body).await), 61500);
            }
            let number = json!({ "begin_date": 20_260_201, "end_date": 20_260_201 });
            assert_eq!(code(&bot.post(&format!("/datacube/{call}"), &number).await), 61500);
            let uri = format!("/datacube/{call}?access_token={}", bot.token);
            assert_eq!(code(&post(&app, &uri, String::new()).await), 44002);
            assert_eq!(code(&post(&app, &uri, "begin_date".into()).await), 47001);
            assert_eq!(code(&get(&app, &uri).await), 43002);
        }
    });
}

#[test]
fn the_day_before_is_not_ready_in_the_first_minute() {
    both_engines_by_hand(|app, clock| async move {
        let mut bot = Bot::new(&app, Kind::Service, "harbour").await;
        bot.wait(&clock, 16 * 3600).await;
        let answer = bot.figures("getusersummary", "2026-01-01", "2026-01-01").await;
        assert_eq!(code(&answer), 61503);
        bot.wait(&clock, 60).await;
        assert_eq!(bot.rows("getusersummary", "2026-01-01", "2026-01-01").await, json!([]));
    });
}

#[test]
fn figures_are_for_verified_accounts() {
    both_engines_by_hand(|app, clock| async move {
        clock.advance(86_400);
        for kind in [Kind::Service, Kind::Subscription] {
            let brand = member_brand(&app, "Test").await;
            let handle = format!("plain-{kind}");
            let draft = accounts::Draft { verified: false, ..draft(&brand, kind, &handle) };
            let vault = app.vault.clone();
            let made = app.write(move |tx| accounts::add(tx, &vault, &draft)).await.unwrap().0;
            let token = app.issue_access_token(made.id).await.unwrap().token;
            for (call, _) in CALLS {
                let body = json!({ "begin_date": "2026-01-01", "end_date": "2026-01-01" });
                let uri = format!("/datacube/{call}?access_token={token}");
                assert_eq!(code(&post(&app, &uri, body.to_string()).await), 48001, "{call}");
            }
        }
    });
}

#[test]
fn followers_and_what_they_wrote_are_rows_of_numbers() {
    both_engines_by_hand(|app, clock| async move {
        let mut bot = Bot::new(&app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.writer("ada").await, bot.writer("bob").await);
        for _ in 0..5 {
            let message = Append::inbound(ada.id, Content::text("more"), None);
            app.append(message).await.unwrap();
        }
        let link = Content::Link {
            title: "t".into(),
            description: String::new(),
            url: "https://x.example".into(),
        };
        app.append(Append::inbound(bob.id, link, None)).await.unwrap();
        let (roster, account, user) = (app.roster.clone(), bot.account.id, ada.user_id);
        app.write(move |tx| unfollow(tx, &roster, account, user)).await.unwrap();
        bot.wait(&clock, 86_400 * 2).await;
        let (first, last) = ("2025-12-31", "2026-01-02");
        assert_eq!(
            bot.rows("getusersummary", first, last).await,
            json!([{ "ref_date": "2026-01-01", "user_source": 1, "new_user": 2, "cancel_user": 1 }])
        );
        assert_eq!(
            bot.rows("getusercumulate", first, last).await,
            json!([
                { "ref_date": "2026-01-01", "cumulate_user": 1 },
                { "ref_date": "2026-01-02", "cumulate_user": 1 },
            ])
        );
        let written = |date: &str| {
            json!([
                { "ref_date": date, "msg_type": 1, "msg_user": 2, "msg_count": 7 },
                { "ref_date": date, "msg_type": 6, "msg_user": 1, "msg_count": 1 },
            ])
        };
        assert_eq!(bot.rows("getupstreammsg", first, last).await, written("2026-01-01"));
        assert_eq!(bot.rows("getupstreammsgweek", first, last).await, written("2025-12-29"));
        assert_eq!(bot.rows("getupstreammsgmonth", first, last).await, written("2026-01-01"));
        assert_eq!(
            bot.rows("getupstreammsghour", "2026-01-01", "2026-01-01").await[1],
            json!({
                "ref_date": "2026-01-01", "ref_hour": 800,
                "msg_type": 6, "msg_user": 1, "msg_count": 1,
            })
        );
        for (call, date) in [
            ("getupstreammsgdist", "2026-01-01"),
            ("getupstreammsgdistweek", "2025-12-29"),
            ("getupstreammsgdistmonth", "2026-01-01"),
        ] {
            assert_eq!(
                bot.rows(call, first, last).await,
                json!([
                    { "ref_date": date, "count_interval": 1, "msg_user": 1 },
                    { "ref_date": date, "count_interval": 2, "msg_user": 1 },
                ])
            );
        }
    });
}
