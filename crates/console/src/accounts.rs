//! New accounts.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::accounts::Draft;
use crier_core::rights::Kind;
use crier_core::{App, accounts, reviews};
use serde::Deserialize;

use crate::activities::recording::belongs;
use crate::answers::{self, Answer};
use crate::calendar;
use crate::fields::{self, Field};
use crate::forms::Form;
use crate::gate::Staff;
use crate::once::Once;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/account_new.html")]
struct NewAccount {
    page: Page,
    error: Option<String>,
    kinds: Vec<KindChoice>,
    name: Field,
    handle: Field,
    description: Field,
    time_zone: Field,
}

struct KindChoice {
    word: &'static str,
    label: String,
    hint: String,
    chosen: bool,
}

/// What is filled in.
#[derive(Deserialize)]
#[serde(default)]
pub struct Input {
    kind: String,
    name: String,
    handle: String,
    description: String,
    time_zone: String,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            kind: Kind::Service.as_str().to_owned(),
            name: String::new(),
            handle: String::new(),
            description: String::new(),
            time_zone: "Asia/Shanghai".into(),
        }
    }
}

impl NewAccount {
    fn new(visit: &Visit, input: &Input, fault: Option<&Fault>) -> Self {
        let speech = &visit.speech;
        let field = |kind, name, value: &str| Field::new(speech, kind, name).value(value);
        let name = field("text", "name", &input.name).with(r#"required maxlength="60""#);
        let handle = field("text", "handle", &input.handle)
            .hint(speech.say("handle-hint"))
            .with(r#"maxlength="40" autocapitalize="none" spellcheck="false" autocomplete="off""#);
        let description = field("area", "description", &input.description)
            .hint(speech.say("description-hint"))
            .with(r#"maxlength="300""#);
        let time_zone = field("select", "time_zone", &input.time_zone)
            .hint(speech.say("time-zone-hint"))
            .choices(calendar::zone_choices());
        let (name, handle) = (name.fault(fault), handle.fault(fault));
        let (description, time_zone) = (description.fault(fault), time_zone.fault(fault));
        let kinds = Kind::ALL.iter().map(|kind| KindChoice {
            word: kind.as_str(),
            label: speech.say(&format!("kind-{kind}")),
            hint: speech.say(&format!("kind-{kind}-hint")),
            chosen: kind.as_str() == input.kind,
        });
        Self {
            page: visit.page("account-new-title"),
            error: fields::whole(fault, &[&name, &handle, &description, &time_zone]),
            kinds: kinds.collect(),
            name,
            handle,
            description,
            time_zone,
        }
    }
}

/// The form.
pub async fn new(visit: Visit) -> Answer {
    answers::page(&NewAccount::new(&visit, &Input::default(), None))
}

/// Makes an account. It is verified: on an installation of one's own, whoever may make accounts is
/// who they say they are; unless the platform wants to approve each.
pub async fn create(
    req: HttpRequest,
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let handle = input.handle.trim();
    let draft = Draft {
        brand: staff.seat.brand.id,
        kind: Kind::parse(&input.kind).unwrap_or(Kind::Service),
        verified: true,
        handle: (!handle.is_empty()).then(|| handle.to_owned()),
        name: input.name.clone(),
        description: input.description.clone(),
        time_zone: input.time_zone.clone(),
    };
    let (vault, by) = (app.vault.clone(), staff.member.id);
    let added = app.write(move |tx| {
        let (account, secret) = accounts::add(tx, &vault, &draft)?;
        let is_held = reviews::hold(tx, &account, by)?;
        Ok((account, secret, is_held))
    });
    match added.await {
        Ok((account, secret, is_held)) => {
            belongs(&req, account.brand_id, Some(account.id));
            let page =
                if is_held { "verification?done=account-held" } else { "developer?done=account" };
            let path = format!("/console/accounts/{}/{page}", account.handle);
            let once = Once::Secret { account: account.id, secret };
            let mut answer = answers::see_other(path);
            answer.add_cookie(&once.cookie(&app, &visit)?).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&NewAccount::new(&visit, &input, Some(&fault)))
        }
    }
}
