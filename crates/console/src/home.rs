//! The first page: the accounts of the brand being looked at.
use actix_web::web;
use askama::Template;
use crier_core::accounts::{self, Account, State, Within};
use crier_core::ids::{AccountId, BrandId};
use crier_core::members::Permission;
use crier_core::{AnyConnection, App, brands, figures};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::failures::{Failure, missing};
use crate::fields::Field;
use crate::forms::Form;
use crate::numbers::waiting;
use crate::owners::standing;
use crate::pages::Page;
use crate::visits::{self, Visit};
use crate::words::{Fault, Speech};

/// Accounts on a page.
const PAGE: usize = 24;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    page: Page,
    brand: Option<String>,
    cards: Vec<Card>,
    /// What is looked for.
    q: String,
    /// Whether there is more than a page: then one can look for accounts.
    is_many: bool,
    first: Option<String>,
    next: Option<String>,
    may_create: bool,
    is_admin: bool,
}

struct Card {
    href: String,
    initial: String,
    name: String,
    handle: String,
    kind: String,
    /// How it stands, where it does not reach people.
    standing: Option<(String, &'static str)>,
    description: String,
    followers: String,
    /// Where conversations wait, and how many, where the member may answer.
    inbox: Option<(String, String)>,
}

impl Card {
    fn of(speech: &Speech, account: Account, unread: i64) -> Self {
        let href = format!("/console/accounts/{}", account.handle);
        let waits = waiting(speech, "nav-unread", unread);
        Self {
            inbox: waits.map(|(_, words)| (format!("{href}/inbox"), words)),
            href,
            initial: initial(&account.name),
            kind: speech.say(&format!("kind-{}", account.kind)),
            standing: (account.state != State::Open).then(|| standing(speech, &account)),
            followers: speech.count("followers-count", account.follower_count),
            name: account.name,
            handle: account.handle,
            description: account.description,
        }
    }
}

/// The letter that stands for somebody without a picture.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or("?".into(), |c| c.to_uppercase().collect())
}

/// Which accounts to show.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    after: Option<i64>,
}

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>, asked: web::Query<Asked>) -> Answer {
    let seat = visit.seat();
    let q: String = asked.q.trim().chars().take(60).collect();
    let sees_inbox = seat.is_some_and(|seat| seat.may(Permission::Inbox).is_ok());
    let (mut found, unread) = match seat.map(|seat| seat.brand.id) {
        Some(brand) => {
            let within = Within { brands: Some(vec![brand]), words: q.clone() };
            let after = asked.after.map(AccountId);
            app.read(move |conn| looked_up(conn, &within, after, sees_inbox)).await?
        }
        None => Default::default(),
    };
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let at = |after: Option<AccountId>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &q);
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        format!("/console?{}", query.finish())
    };
    let next = found.last().filter(|_| more).map(|last| at(Some(last.id)));
    let cards = found.into_iter().zip(unread.into_iter().chain(std::iter::repeat(0)));
    answers::page(&Home {
        page: visit.page("home-title"),
        brand: seat.map(|seat| seat.brand.name.clone()),
        cards: cards.map(|(account, unread)| Card::of(&visit.speech, account, unread)).collect(),
        is_many: more || asked.after.is_some() || !q.is_empty(),
        first: asked.after.is_some().then(|| at(None)),
        next,
        q,
        may_create: seat.is_some_and(|seat| seat.may(Permission::CreateAccount).is_ok()),
        is_admin: visit.session.as_ref().is_some_and(|session| session.member.platform_admin),
    })
}

/// One account more than a page, and what waits in each.
fn looked_up(
    conn: &mut AnyConnection,
    within: &Within,
    after: Option<AccountId>,
    sees_inbox: bool,
) -> crier_core::Result<(Vec<Account>, Vec<i64>)> {
    let after = after.map(|id| accounts::get(conn, id)).transpose()?;
    let after = after.as_ref().map(|account| (account.name.as_str(), account.id));
    let found = accounts::page(conn, within, after, PAGE as i64 + 1)?;
    let counted = found.iter().filter(|_| sees_inbox);
    let unread =
        counted.map(|account| figures::unread(conn, account.id)).collect::<Result<_, _>>()?;
    Ok((found, unread))
}

#[derive(Deserialize)]
pub struct Chosen {
    brand: i64,
}

/// Keeps which brand to look at.
pub async fn choose_brand(visit: Visit, app: web::Data<App>, Form(chosen): Form<Chosen>) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let seat = visits::seat(&app, session, BrandId(chosen.brand)).await?;
    seat.ok_or_else(|| missing("brand"))?;
    let mut answer = answers::see_other("/console");
    answer.add_cookie(&visit.chosen_brand(chosen.brand)).map_err(answers::unsent)?;
    Ok(answer)
}

#[derive(Template)]
#[template(path = "console/brand_new.html")]
struct NewBrand {
    page: Page,
    name: Field,
}

impl NewBrand {
    fn new(visit: &Visit, name: &str, fault: Option<&Fault>) -> Self {
        let field = Field::new(&visit.speech, "text", "brand").value(name);
        let field = field.hint(visit.speech.say("brand-hint")).with(r#"required maxlength="60""#);
        Self { page: visit.page("brand-new-title"), name: field.fault(fault) }
    }
}

/// The form of a new brand.
pub async fn new_brand(visit: Visit) -> Answer {
    answers::page(&NewBrand::new(&visit, "", None))
}

#[derive(Deserialize)]
pub struct BrandInput {
    brand: String,
}

/// Makes a brand.
pub async fn create_brand(
    visit: Visit,
    app: web::Data<App>,
    Form(input): Form<BrandInput>,
) -> Answer {
    let name = input.brand.clone();
    match app.write(move |tx| brands::ensure(tx, &name)).await {
        Ok(brand) => {
            let mut answer = answers::see_other("/console?done=brand-created");
            answer.add_cookie(&visit.chosen_brand(brand.id.0)).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&NewBrand::new(&visit, &input.brand, Some(&fault)))
        }
    }
}
