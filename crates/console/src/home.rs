//! The first page: the accounts of the brand being looked at.
use actix_web::web;
use askama::Template;
use crier_core::accounts::Account;
use crier_core::members::Permission;
use crier_core::{App, accounts, brands};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::failures::missing;
use crate::fields::Field;
use crate::forms::Form;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    page: Page,
    brand: Option<String>,
    cards: Vec<Card>,
    may_create: bool,
    is_admin: bool,
}

struct Card {
    href: String,
    initial: String,
    name: String,
    handle: String,
    kind: String,
    description: String,
    followers: String,
}

impl Card {
    fn of(speech: &Speech, account: Account) -> Self {
        Self {
            href: format!("/console/accounts/{}", account.handle),
            initial: initial(&account.name),
            kind: speech.say(&format!("kind-{}", account.kind)),
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

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>) -> Answer {
    let seat = visit.seat();
    let found = match seat.map(|seat| seat.brand.id) {
        Some(brand) => app.read(move |conn| accounts::of_brand(conn, brand)).await?,
        None => Vec::new(),
    };
    answers::page(&Home {
        page: visit.page("home-title"),
        brand: seat.map(|seat| seat.brand.name.clone()),
        cards: found.into_iter().map(|account| Card::of(&visit.speech, account)).collect(),
        may_create: seat.is_some_and(|seat| seat.may(Permission::CreateAccount).is_ok()),
        is_admin: visit.session.as_ref().is_some_and(|session| session.member.platform_admin),
    })
}

#[derive(Deserialize)]
pub struct Chosen {
    brand: i64,
}

/// Keeps which brand to look at.
pub async fn choose_brand(visit: Visit, Form(chosen): Form<Chosen>) -> Answer {
    let seats = visit.session.iter().flat_map(|session| &session.seats);
    let known = seats.into_iter().any(|seat| seat.brand.id.0 == chosen.brand);
    if !known {
        return Err(missing("brand"));
    }
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
