//! Signing in in more than one step, forgotten passwords, and what one brand's word is worth.
use std::sync::Arc;

use crier_core::activities::{self, Activity, Search};
use crier_core::brands::{self, Brand};
use crier_core::error::Denial;
use crier_core::ids::BrandId;
use crier_core::mails::{self, Language, Mail, SignInChange};
use crier_core::members::{self, Member, Role};
use crier_core::sessions::{self, Session, Visitor};
use crier_core::sign_in_rules::{self, Provider, Vouched};
use crier_core::sign_ins::Entry;
use crier_core::{App, Error, Result, authenticators, invitations, second_steps};
use crier_testing::{both_engines, both_engines_by_hand, member_brand};
use futures_util::future::join_all;
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "correct horse";
const EN: Language = Language::English;

fn visitor() -> Visitor {
    Visitor {
        address: "192.0.2.1".into(),
        user_agent: "a browser".into(),
        time_zone: String::new(),
    }
}

async fn member(app: &App, brand: &Brand, email: &str, role: Role) -> Member {
    let hash = app.hash_password(PASSWORD.into()).await.unwrap();
    let (email, brand) = (email.to_owned(), brand.id);
    app.write(move |tx| {
        let member = members::create(tx, &email, "Somebody", &hash, false)?;
        members::join(tx, brand, member.id, role)?;
        Ok(member)
    })
    .await
    .unwrap()
}

/// Signs in as far as a password goes.
async fn enter(app: &App, email: &str) -> Result<Entry> {
    app.sign_in(email, PASSWORD, visitor()).await
}

async fn session(app: &App, email: &str) -> Session {
    let Entry::In(token) = enter(app, email).await.unwrap() else { panic!("a step is wanted") };
    app.session(&token).await.unwrap().unwrap()
}

async fn ticket(app: &App, email: &str) -> String {
    let Entry::Step(ticket) = enter(app, email).await.unwrap() else { panic!("no step is wanted") };
    ticket
}

/// What an authenticator app shows.
fn code(app: &App, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let seconds = u64::try_from(app.clock.now().micros() / 1_000_000).unwrap();
    totp.generate(seconds).to_string()
}

/// Sets an app up: its secret, and the recovery codes.
async fn set_up(app: &Arc<App>, member: &Member) -> (String, Vec<String>) {
    let (who, vault) = (member.clone(), app.vault.clone());
    let setup = app.write(move |tx| authenticators::begin(tx, &vault, &who)).await.unwrap();
    let (who, vault, shown) = (member.clone(), app.vault.clone(), code(app, &setup.secret));
    let confirm = app.write(move |tx| authenticators::confirm(tx, &vault, &who, &shown, EN));
    (setup.secret, confirm.await.unwrap())
}

async fn told(app: &App) -> Vec<Mail> {
    let due = app.write(|tx| mails::claim(tx, 20)).await.unwrap();
    due.into_iter().map(|due| due.mail).collect()
}

fn is_wrong<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::Invalid { field: "code", .. }))
}

#[test]
fn an_app_counts_once_it_has_shown_a_code_and_each_code_once() {
    both_engines_by_hand(|app, clock| async move {
        let brand = member_brand(&app, "Harbour").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        let (who, vault) = (ada.clone(), app.vault.clone());
        let setup = app.write(move |tx| authenticators::begin(tx, &vault, &who)).await.unwrap();
        assert!(setup.url.starts_with("otpauth://totp/Crier:ada@example.com?secret="));
        let (who, vault) = (ada.clone(), app.vault.clone());
        let wrong =
            app.write(move |tx| authenticators::confirm(tx, &vault, &who, "000000", EN)).await;
        assert!(is_wrong(&wrong));
        session(&app, "ada@example.com").await;

        let (secret, codes) = set_up(&app, &ada).await;
        assert_eq!((secret.as_str(), codes.len()), (setup.secret.as_str(), 10));
        let seen = told(&app).await;
        assert!(matches!(&seen[..], [Mail::SignInChanged { change: SignInChange::AppAdded, .. }]));

        // The code that confirmed it is used up.
        let ticket = ticket(&app, "ada@example.com").await;
        let again = app.step_with_code(&ticket, &code(&app, &secret), visitor()).await;
        assert!(is_wrong(&again));
        clock.advance(30);
        let shown = code(&app, &secret);
        let both = [&shown, &shown].map(|code| app.step_with_code(&ticket, code, visitor()));
        let done = join_all(both).await;
        assert_eq!(done.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{done:?}");
        clock.advance(600);
        let late = app.step_with_code(&ticket, &code(&app, &secret), visitor()).await;
        assert!(matches!(late, Err(Error::NotFound("sign_in"))));
    });
}

#[test]
fn codes_can_not_be_guessed_and_recovery_codes_count_once() {
    both_engines_by_hand(|app, _| async move {
        let brand = member_brand(&app, "Harbour").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        let (_, codes) = set_up(&app, &ada).await;
        let ticket = ticket(&app, "ada@example.com").await;
        let typed = codes[0].to_uppercase().replace('-', " ");
        app.step_with_code(&ticket, &typed, visitor()).await.unwrap();
        assert!(is_wrong(&app.step_with_code(&ticket, &codes[0], visitor()).await));
        let steps = app.step_of(&ticket).await.unwrap();
        assert_eq!((steps.app, steps.codes), (true, 9));
        let guesses = (0..40).map(|_| app.step_with_code(&ticket, "123456", visitor()));
        let limited = |outcome: &Result<String>| matches!(outcome, Err(Error::Limited { .. }));
        assert!(join_all(guesses).await.iter().filter(|it| limited(it)).count() >= 30);
    });
}

#[test]
fn turning_off_takes_a_password_and_a_code() {
    both_engines_by_hand(|app, clock| async move {
        let brand = member_brand(&app, "Harbour").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        let here = session(&app, "ada@example.com").await;
        let (secret, codes) = set_up(&app, &ada).await;
        clock.advance(30);
        let wrong = app.remove_app(&here, "wrong horse", &code(&app, &secret), EN).await;
        assert!(matches!(wrong, Err(Error::Denied(Denial::Credentials))));
        assert!(is_wrong(&app.remove_app(&here, PASSWORD, "000000", EN).await));
        let fresh = app.renew_codes(&here, PASSWORD, EN).await.unwrap();
        assert!(is_wrong(&app.remove_app(&here, PASSWORD, &codes[1], EN).await), "it is void");
        app.remove_app(&here, PASSWORD, &fresh[0], EN).await.unwrap();
        let steps = app.read(move |conn| second_steps::of(conn, ada.id)).await.unwrap();
        assert!(!steps.is_on() && steps.codes == 0);
        session(&app, "ada@example.com").await;
    });
}

#[test]
fn an_owner_helps_a_colleague_but_not_into_another_brand() {
    both_engines(|app| async move {
        let (own, other) = (member_brand(&app, "Own").await, member_brand(&app, "Other").await);
        let ada = member(&app, &own, "ada@example.com", Role::Owner).await;
        let bob = member(&app, &own, "bob@example.com", Role::Agent).await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        set_up(&app, &bob).await;
        let (brand, by) = (own.id, ada.clone());
        let himself = bob.clone();
        let own_goal =
            app.write(move |tx| second_steps::reset(tx, brand, &himself, bob.id, EN)).await;
        assert!(matches!(own_goal, Err(Error::Denied(Denial::Role))));
        let foreign = other.id;
        let by_other = by.clone();
        let missing =
            app.write(move |tx| second_steps::reset(tx, foreign, &by_other, bob.id, EN)).await;
        assert!(matches!(missing, Err(Error::NotFound("member"))));
        app.write(move |tx| members::join(tx, foreign, bob.id, Role::Agent)).await.unwrap();
        let asker = by.clone();
        let elsewhere =
            app.write(move |tx| second_steps::reset(tx, brand, &asker, bob.id, EN)).await;
        assert!(matches!(elsewhere, Err(Error::Conflict("member_elsewhere"))));
        app.write(move |tx| members::leave(tx, foreign, bob.id)).await.unwrap();
        app.write(move |tx| second_steps::reset(tx, brand, &by, bob.id, EN)).await.unwrap();
        session(&app, "bob@example.com").await;
        let last = told(&app).await.pop();
        assert!(matches!(last, Some(Mail::SignInChanged { change: SignInChange::Reset, .. })));
    });
}

#[test]
fn a_forgotten_password_is_set_by_a_link_once() {
    both_engines_by_hand(|app, clock| async move {
        let brand = member_brand(&app, "Harbour").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let Entry::In(before) = enter(&app, "ada@example.com").await.unwrap() else { panic!() };
        app.mail_password_reset("nobody@example.com".into(), EN).await.unwrap();
        assert!(told(&app).await.is_empty());
        let mut links = Vec::new();
        for _ in 0..2 {
            app.mail_password_reset(" Ada@example.com".into(), EN).await.unwrap();
            let Some(Mail::PasswordReset { sealed_token, .. }) = told(&app).await.pop() else {
                panic!("no mail")
            };
            links.push(app.vault.open(&sealed_token).unwrap());
        }
        let set = |token: String, password: &'static str| {
            let app = app.clone();
            async move { app.reset_password(&token, password, &visitor(), EN).await }
        };
        let (old, new) = (links[0].clone(), links[1].clone());
        let gone = |outcome: Result<()>| matches!(outcome, Err(Error::NotFound("password_reset")));
        assert!(gone(set(old, "another horse").await), "a newer one replaced it");
        assert!(matches!(set(new.clone(), "short").await, Err(Error::Invalid { .. })));
        clock.advance(3_601);
        assert!(gone(set(new, "another horse").await), "its hour is over");
        app.mail_password_reset("ada@example.com".into(), EN).await.unwrap();
        let Some(Mail::PasswordReset { sealed_token, .. }) = told(&app).await.pop() else {
            panic!("no mail")
        };
        let link = app.vault.open(&sealed_token).unwrap();
        set(link.clone(), "another horse").await.unwrap();
        assert!(gone(set(link, "a third horse").await));
        assert!(app.session(&before).await.unwrap().is_none(), "everybody is signed out");
        let wrong = enter(&app, "ada@example.com").await;
        assert!(matches!(wrong, Err(Error::Denied(Denial::Credentials))));
        let log = log(&app, brand.id).await;
        let reset = log.iter().find(|row| row.action == "password-reset").unwrap();
        assert_eq!((&*reset.member_name, &*reset.address), ("Somebody", "192.0.2.0/24"));
    });
}

async fn log(app: &App, brand: BrandId) -> Vec<Activity> {
    let all = Search::default();
    app.read(move |conn| activities::page(conn, brand.into(), &all, None, 50)).await.unwrap()
}

#[test]
fn whoever_runs_the_installation_takes_a_lost_second_step_away() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Harbour").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        let before = session(&app, "ada@example.com").await;
        set_up(&app, &ada).await;
        let nobody = app.write(|tx| second_steps::reset_by_command(tx, "eve@example.com")).await;
        assert!(matches!(nobody, Err(Error::NotFound("member"))));
        let reset = app.write(|tx| second_steps::reset_by_command(tx, " Ada@example.com")).await;
        let (member, had) = reset.unwrap();
        assert_eq!((member.id, had.app, had.codes), (ada.id, true, 10));
        let steps = app.read(move |conn| second_steps::of(conn, ada.id)).await.unwrap();
        assert_eq!((steps.is_on(), steps.codes), (false, 0));
        let now = app.clock.now();
        let left = app.read(move |conn| sessions::beside(conn, &before, now)).await.unwrap();
        assert!(left.is_empty(), "they are signed out");
        session(&app, "ada@example.com").await;
        let last = told(&app).await.pop();
        assert!(matches!(last, Some(Mail::SignInChanged { change: SignInChange::Reset, .. })));
    });
}

#[test]
fn sessions_are_listed_and_ended_by_their_member_alone() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Harbour").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        member(&app, &brand, "bob@example.com", Role::Agent).await;
        let (here, there) =
            (session(&app, "ada@example.com").await, session(&app, "ada@example.com").await);
        let bob = session(&app, "bob@example.com").await;
        provide(&app, brand.id, None).await;
        let vouched = come(&app, brand.id, "1", "ada@example.com").await.unwrap();
        let list = |of: &Session| {
            let (app, of, now) = (app.clone(), of.clone(), app.clock.now());
            async move { app.read(move |conn| sessions::beside(conn, &of, now)).await.unwrap() }
        };
        let end = |by: &Session, which: &Session| {
            let (app, by, hash) = (app.clone(), by.clone(), which.token_hash.clone());
            async move { app.write(move |tx| sessions::end_beside(tx, &by, &hash)).await }
        };
        let missing = |outcome| matches!(outcome, Err(Error::NotFound("session")));
        assert_eq!(list(&here).await.len(), 3);
        assert!(missing(end(&bob, &there).await));
        // A provider of one brand has no say in the others' sessions.
        assert_eq!(list(&vouched).await.len(), 1);
        assert!(missing(end(&vouched, &there).await));
        end(&here, &there).await.unwrap();
        assert_eq!(list(&here).await.len(), 2);
        app.write(move |tx| sessions::end_all_beside(tx, &here)).await.unwrap();
        assert!(list(&vouched).await.is_empty());
    });
}

async fn provide(app: &App, brand: BrandId, newcomers: Option<Role>) {
    let provider = Provider {
        issuer: "https://id.example".into(),
        client_id: "crier".into(),
        secret: "secret".into(),
        domains: "example.com".into(),
        newcomers,
    };
    let vault = app.vault.clone();
    app.write(move |tx| sign_in_rules::set_provider(tx, &vault, brand, &provider)).await.unwrap();
}

async fn come(app: &App, brand: BrandId, subject: &str, email: &str) -> Result<Session> {
    let (subject, email) = (subject.to_owned(), email.to_owned());
    let who = Vouched { subject, email, name: "Somebody".into() };
    let token = app.sign_in_vouched(brand, who, visitor()).await?;
    Ok(app.session(&token).await?.unwrap())
}

#[test]
fn a_provider_is_believed_about_its_brand_alone() {
    both_engines(|app| async move {
        let (own, evil) = (member_brand(&app, "Own").await, member_brand(&app, "Evil").await);
        let ada = member(&app, &own, "ada@example.com", Role::Owner).await;
        provide(&app, evil.id, None).await;
        let stranger = come(&app, evil.id, "1", "ada@example.com").await;
        assert!(matches!(stranger, Err(Error::Conflict("provider_stranger"))));
        let domain = come(&app, evil.id, "1", "ada@other.example").await;
        assert!(matches!(domain, Err(Error::Conflict("provider_domain"))));

        // Whoever is in both is let into the one.
        provide(&app, evil.id, Some(Role::Agent)).await;
        let seen = come(&app, evil.id, "1", "Ada@Example.com").await.unwrap();
        assert_eq!((seen.member.id, seen.seats.len()), (ada.id, 1));
        assert_eq!(seen.seats[0].brand.id, evil.id);
        let denied = |outcome| matches!(outcome, Err(Error::Denied(Denial::Role)));
        assert!(denied(app.check_own_password(&seen, PASSWORD).await));
        let none = come(&app, own.id, "1", "ada@example.com").await;
        assert!(matches!(none, Err(Error::Conflict("provider_domain"))), "it has no provider");

        // Known by the provider's word from now on, whatever the address becomes.
        let renamed = come(&app, evil.id, "1", "lovelace@example.com").await.unwrap();
        assert_eq!(renamed.member.id, ada.id);
    });
}

#[test]
fn a_brand_may_close_passwords_once_its_provider_has_worked() {
    both_engines(|app| async move {
        let (own, other) = (member_brand(&app, "Own").await, member_brand(&app, "Other").await);
        let ada = member(&app, &own, "ada@example.com", Role::Owner).await;
        let close = |by| {
            let (app, brand) = (app.clone(), own.id);
            async move {
                app.write(move |tx| sign_in_rules::allow_passwords(tx, brand, by, false)).await
            }
        };
        provide(&app, own.id, None).await;
        assert!(matches!(close(None).await, Err(Error::Conflict("provider_untried"))));
        let seen = come(&app, own.id, "1", "ada@example.com").await.unwrap();
        close(seen.only_brand).await.unwrap();
        let refused = enter(&app, "ada@example.com").await;
        assert!(matches!(refused, Err(Error::Conflict("single_sign_on_only"))));

        // A password still opens what is not closed.
        let foreign = other.id;
        app.write(move |tx| members::join(tx, foreign, ada.id, Role::Agent)).await.unwrap();
        let seats = session(&app, "ada@example.com").await.seats;
        assert_eq!((seats.len(), seats[0].brand.id), (1, other.id));

        let brand = own.id;
        app.write(move |tx| sign_in_rules::remove_provider(tx, brand)).await.unwrap();
        assert!(app.session("gone").await.unwrap().is_none());
        assert_eq!(session(&app, "ada@example.com").await.seats.len(), 2);
    });
}

#[test]
fn a_brand_may_want_a_second_step() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Own").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        let id = brand.id;
        app.write(move |tx| sign_in_rules::want_second_step(tx, id, true)).await.unwrap();
        assert!(session(&app, "ada@example.com").await.owes_second_step);
        let here = session(&app, "ada@example.com").await;
        let (_, codes) = set_up(&app, &ada).await;
        let ticket = ticket(&app, "ada@example.com").await;
        let token = app.step_with_code(&ticket, &codes[0], visitor()).await.unwrap();
        assert!(!app.session(&token).await.unwrap().unwrap().owes_second_step);
        assert!(here.owes_second_step, "it was read before");
    });
}

#[test]
fn whoever_was_removed_comes_back_by_an_invitation_alone() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Own").await;
        let ada = member(&app, &brand, "ada@example.com", Role::Owner).await;
        provide(&app, brand.id, Some(Role::Agent)).await;
        let bob = come(&app, brand.id, "bob", "bob@example.com").await.unwrap().member;
        let (id, gone) = (brand.id, bob.id);
        app.write(move |tx| members::leave(tx, id, gone)).await.unwrap();
        for (subject, email) in [
            ("bob", "bob@example.com"),
            ("bob", "robert@example.com"),
            ("another", "bob@example.com"),
        ] {
            let refused = come(&app, id, subject, email).await;
            assert!(matches!(refused, Err(Error::Conflict("provider_removed"))), "{subject}");
        }
        assert!(come(&app, id, "eve", "eve@example.com").await.is_ok(), "others are newcomers");

        let draft = invitations::Draft {
            brand: brand.clone(),
            inviter: ada,
            email: bob.email.clone(),
            role: Role::Editor,
            language: EN,
        };
        let vault = app.vault.clone();
        app.write(move |tx| invitations::invite(tx, &vault, &draft)).await.unwrap();
        let back = come(&app, id, "bob", "bob@example.com").await.unwrap();
        assert_eq!((back.member.id, back.seats[0].role), (bob.id, Role::Editor));
        assert!(come(&app, id, "bob", "bob@example.com").await.is_ok(), "and they stay");
    });
}

#[test]
fn an_administrators_session_holds_a_few_of_however_many_brands() {
    both_engines(|app| async move {
        let hash = app.hash_password(PASSWORD.into()).await.unwrap();
        let last = app
            .write(move |tx| {
                members::create(tx, "root@example.com", "Root", &hash, true)?;
                let made = (100..160).map(|n| brands::ensure(tx, &format!("Brand {n}")));
                made.last().unwrap()
            })
            .await
            .unwrap();
        let root = session(&app, "root@example.com").await;
        assert_eq!(root.seats.len() as i64, members::NEAR);
        let (own, id) = (root.clone(), last.id);
        let seat = app.read(move |conn| own.seat(conn, id)).await.unwrap().unwrap();
        assert_eq!((seat.brand.name.as_str(), seat.role), ("Brand 159", Role::Owner));
        let own = root.clone();
        let found = app.read(move |conn| own.named(conn, "BRAND 15", 4)).await.unwrap();
        let found: Vec<&str> = found.iter().map(|seat| &*seat.brand.name).collect();
        assert_eq!(found, ["Brand 150", "Brand 151", "Brand 152", "Brand 153"]);

        let own = brands_of(&app, &last).await;
        assert!(app.read(move |conn| own.seat(conn, BrandId(1))).await.unwrap().is_none());
    });
}

/// The session of somebody who is in one brand alone.
async fn brands_of(app: &App, brand: &Brand) -> Session {
    member(app, brand, "ben@example.com", Role::Agent).await;
    session(app, "ben@example.com").await
}
