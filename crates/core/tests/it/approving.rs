//! Mails about broadcasts that wait for somebody else.
use chrono::Duration;
use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::ids::{BrandId, PlanId};
use crier_core::mails::{self, Mail, Topic};
use crier_core::members::{self, Permission, Role};
use crier_core::plans::{self, Body, By, Draft, Whom};
use crier_core::tx::Tx;
use crier_core::{App, Error, Result, Timestamp};
use crier_testing::{account, both_engines_by_hand, follower};

type Move = fn(&mut Tx<'_>, crier_core::ids::AccountId, PlanId, By, Timestamp) -> Result<()>;

/// A step by somebody who sees the plan as it is.
async fn go(app: &App, account: &Account, id: PlanId, by: By, step: Move) -> Result<()> {
    let account = account.id;
    app.write(move |tx| {
        let seen = plans::get(tx.conn, account, id)?.updated_at;
        step(tx, account, id, by, seen)
    })
    .await
}

/// To whom mails are waiting to be sent, and about what. They count as sent then.
async fn mailed(app: &App) -> Vec<(String, Topic, String)> {
    let due = app.write(|tx| mails::claim(tx, 50)).await.unwrap();
    let mut told = Vec::new();
    for one in due {
        let id = one.id;
        app.write(move |tx| mails::sent(tx, id)).await.unwrap();
        let Mail::News { topic, reason, .. } = one.mail else { continue };
        told.push((one.recipient, topic, reason));
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    told
}

/// An owner, a marketer and an editor; an agent is there as well.
async fn people(app: &App, brand: BrandId) -> [By; 3] {
    let join = |name: &'static str, role| {
        app.write(move |tx| {
            let email = format!("{name}@tea.example");
            let one = members::create(tx, &email, name, "-", false)?;
            members::join(tx, brand, one.id, role)?;
            Ok(By { member: one.id, may_send: members::allows(role, Permission::Send) })
        })
    };
    let ada = join("Ada", Role::Owner).await.unwrap();
    let mia = join("Mia", Role::Marketer).await.unwrap();
    let eve = join("Eve", Role::Editor).await.unwrap();
    join("Al", Role::Agent).await.unwrap();
    [ada, mia, eve]
}

fn draft(name: &str, at: Timestamp) -> Draft {
    let body = Body::Message { content: Content::text("x"), counted: false };
    Draft { name: name.into(), body, whom: Whom::All, send_at: Some(at) }
}

#[test]
fn who_may_approve_is_mailed_and_who_wrote_is_told_what_came_of_it() {
    both_engines_by_hand(|app, clock| async move {
        let tea = account(&app, "tea").await;
        follower(&app, &tea, "u1").await;
        let (brand, [ada, mia, eve]) = (tea.brand_id, people(&app, tea.brand_id).await);
        app.write(move |tx| plans::set_approval_required(tx, brand, true)).await.unwrap();
        let at = app.clock.now().plus(Duration::hours(1));
        let (account, draft) = (tea.id, draft("X", at));
        let id = app.write(move |tx| plans::add(tx, account, eve, draft)).await.unwrap();
        assert!(mailed(&app).await.is_empty());
        let note = |who: &str, more: &str| format!("{who} · {}{more}", tea.name);
        let to = |who: &str| format!("{who}@tea.example");
        go(&app, &tea, id, eve, plans::ask).await.unwrap();
        let asked = |who: &str| (to(who), Topic::PlanWaits, note("Eve", ""));
        assert_eq!(mailed(&app).await, [asked("ada"), asked("mia")]);
        let back = app.write(move |tx| plans::send_back(tx, account, id, mia, "Say when"));
        back.await.unwrap();
        let told = [(to("eve"), Topic::PlanSentBack, note("Mia", "\nSay when"))];
        assert_eq!(mailed(&app).await, told);
        go(&app, &tea, id, mia, plans::ask).await.unwrap();
        assert_eq!(mailed(&app).await, [(to("ada"), Topic::PlanWaits, note("Mia", ""))]);
        let own = go(&app, &tea, id, mia, plans::approve).await;
        assert!(matches!(own, Err(Error::Conflict("own_plan"))));
        assert!(mailed(&app).await.is_empty(), "what did not happen is told to nobody");
        go(&app, &tea, id, ada, plans::approve).await.unwrap();
        let told = |who: &str| (to(who), Topic::PlanApproved, note("Ada", ""));
        assert_eq!(mailed(&app).await, [told("eve"), told("mia")]);
        clock.advance(60 * 60);
        while plans::send_due(&app).await.unwrap() {}
        assert!(mailed(&app).await.is_empty());
    });
}

#[test]
fn what_waits_since_two_are_wanted_is_mailed_to_who_may_approve_it() {
    both_engines_by_hand(|app, _| async move {
        let tea = account(&app, "tea").await;
        follower(&app, &tea, "u1").await;
        let (brand, [ada, mia, _]) = (tea.brand_id, people(&app, tea.brand_id).await);
        let at = app.clock.now().plus(Duration::hours(1));
        let account = tea.id;
        for (by, name) in [(ada, "Ada's"), (mia, "Mia's")] {
            let id = app.write(move |tx| plans::add(tx, account, by, draft(name, at)));
            go(&app, &tea, id.await.unwrap(), by, plans::schedule).await.unwrap();
        }
        app.write(move |tx| plans::add(tx, account, ada, draft("Draft", at))).await.unwrap();
        for _ in 0..2 {
            app.write(move |tx| plans::set_approval_required(tx, brand, true)).await.unwrap();
        }
        let told = |who: &str, by: &str| {
            (format!("{who}@tea.example"), Topic::PlanWaits, format!("{by} · {}", tea.name))
        };
        assert_eq!(mailed(&app).await, [told("ada", "Mia"), told("mia", "Ada")], "once");
    });
}
