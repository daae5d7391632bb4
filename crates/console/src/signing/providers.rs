//! Single sign-on: through the provider of a brand.
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use crier_core::ids::BrandId;
use crier_core::sign_in_rules::{self, Rules};
use crier_core::{App, Error, Timestamp};
use crier_http::Client;
use serde::{Deserialize, Serialize};

use super::openid::{Provider, Refusal, Secrets};
use super::{Door, hand_out, visitor};
use crate::answers::{self, Answer};
use crate::failures::{Failure, missing};
use crate::fields::Field;
use crate::forms::Form;
use crate::visits::{Visit, encoded};
use crate::words::Fault;

const COOKIE: &str = "crier_sso";
/// Minutes that a provider may take.
const MINUTES: i64 = 10;

/// A sign-in on its way, in a sealed cookie.
#[derive(Serialize, Deserialize)]
struct Journey {
    brand: BrandId,
    secrets: Secrets,
    next: String,
    time_zone: String,
    until: Timestamp,
}

/// An address to find the brand by.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Address {
    email: String,
    next: String,
    time_zone: String,
}

fn door(visit: &Visit, input: &Address, fault: Option<&Fault>) -> Door {
    let field = Field::new(&visit.speech, "email", "email").value(&input.email).fault(fault);
    let field = field.with(r#"required autocomplete="username" autofocus"#);
    let door = Door::new(visit, "sso", "/console/sso").fields(vec![field], fault);
    Door { next: answers::inside(&input.next).to_owned(), ..door }
}

/// Asks for the address.
pub async fn ask(visit: Visit, query: web::Query<Address>) -> Answer {
    answers::page(&door(&visit, &query, None))
}

/// Shows whose provider is believed about it.
pub async fn find(visit: Visit, app: web::Data<App>, Form(input): Form<Address>) -> Answer {
    let email = input.email.clone();
    let found = app.read(move |conn| sign_in_rules::for_email(conn, &email)).await;
    let none = || Fault { field: Some("email"), text: visit.speech.say("sso-none") };
    let fault = match found {
        Ok(brands) if brands.is_empty() => none(),
        Ok(brands) => {
            let next = encoded(answers::inside(&input.next));
            let zone = encoded(&input.time_zone);
            let way = |(id, name): (BrandId, String)| {
                let words = visit.speech.with("sso-continue", &[("brand", name.into())]);
                (format!("/console/sso/{id}?next={next}&time_zone={zone}"), words)
            };
            let ways = brands.into_iter().map(way).collect();
            return answers::page(&Door { ways, ..Door::new(&visit, "sso-found", "") });
        }
        Err(error) => visit.speech.fault(error)?,
    };
    answers::again(&door(&visit, &input, Some(&fault)))
}

async fn rules_of(app: &App, path: &str) -> Result<Rules, Failure> {
    let brand: BrandId = path.parse().map_err(|_| missing("brand"))?;
    let rules = app.read(move |conn| sign_in_rules::get(conn, brand)).await?;
    if rules.has_provider() { Ok(rules) } else { Err(missing("provider")) }
}

/// Sends somebody to their brand's provider.
pub async fn begin(
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    path: web::Path<String>,
    query: web::Query<Address>,
) -> Answer {
    let rules = rules_of(&app, &path).await?;
    app.limits.sign_in.check(&format!("address:{}", client.key())).await?;
    let provider = match Provider::discover(app.clone().into_inner(), &rules).await {
        Ok(provider) => provider,
        Err(refusal) => return failed(&visit, &rules, &refusal),
    };
    let (url, secrets) = provider.begin();
    let until = app.clock.now().plus(chrono::Duration::minutes(MINUTES));
    let Address { next, time_zone, .. } = query.into_inner();
    let next = answers::inside(&next).to_owned();
    let journey = Journey { brand: rules.brand_id, secrets, next, time_zone, until };
    let sealed = app.vault.seal(&serde_json::to_string(&journey).map_err(Error::from)?)?;
    let mut cookie = visit.lasting(Cookie::new(COOKIE, sealed), 1);
    cookie.set_max_age(actix_web::cookie::time::Duration::minutes(MINUTES));
    let mut answer = answers::see_other(url);
    answer.add_cookie(&cookie).map_err(answers::unsent)?;
    Ok(answer)
}

/// What a provider sends somebody back with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Back {
    code: String,
    state: String,
}

/// Signs in whom the provider vouches for.
pub async fn finish(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    path: web::Path<String>,
    query: web::Query<Back>,
) -> Answer {
    let rules = rules_of(&app, &path).await?;
    let Some(journey) = journey(&req, &app, &rules, &query.state) else {
        return door_with(&visit, "sso-stale");
    };
    // Nobody signed in, or nobody would: the provider has said why.
    if query.code.is_empty() {
        return door_with(&visit, "sso-cancelled");
    }
    let shared = app.clone().into_inner();
    let vouched = match Provider::discover(shared, &rules).await {
        Ok(provider) => provider.finish(query.code.clone(), journey.secrets).await,
        Err(refusal) => Err(refusal),
    };
    let vouched = match vouched {
        Ok(vouched) => vouched,
        Err(refusal) => return failed(&visit, &rules, &refusal),
    };
    let from = visitor(&req, client, &journey.time_zone);
    match app.sign_in_vouched(rules.brand_id, vouched, from).await {
        Ok(token) => {
            let mut answer = answers::see_other(answers::inside(&journey.next));
            hand_out(&mut answer, &visit, token)?;
            answer
                .add_cookie(&visit.lasting(Cookie::new(COOKIE, ""), 0))
                .map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(Error::Conflict("provider_domain")) => door_with(&visit, "sso-domain"),
        Err(Error::Conflict("provider_stranger")) => door_with(&visit, "sso-stranger"),
        Err(Error::Conflict("provider_removed")) => door_with(&visit, "sso-removed"),
        Err(error) => Err(error.into()),
    }
}

/// The journey this answer belongs to.
fn journey(req: &HttpRequest, app: &App, rules: &Rules, state: &str) -> Option<Journey> {
    let sealed = req.cookie(COOKIE)?;
    let journey: Journey = serde_json::from_str(&app.vault.open(sealed.value()).ok()?).ok()?;
    let same = crier_core::mint::fingerprint(&journey.secrets.state)
        == crier_core::mint::fingerprint(state);
    let fits = same && journey.brand == rules.brand_id && journey.until > app.clock.now();
    fits.then_some(journey)
}

fn failed(visit: &Visit, rules: &Rules, refusal: &Refusal) -> Answer {
    tracing::warn!(brand.id = %rules.brand_id, %refusal, "single sign-on failed");
    door_with(visit, "sso-failed")
}

fn door_with(visit: &Visit, title: &str) -> Answer {
    let mut door = Door::new(visit, title, "");
    door.ways.insert(0, ("/console/sso".into(), visit.speech.say("sso-again")));
    answers::with_status(StatusCode::UNPROCESSABLE_ENTITY, &door)
}
