//! The webhook's form: fresh secrets on request, and nothing is stored that has not passed its
//! check.
use actix_web::web;
use crier_core::checks::CheckReport;
use crier_core::endpoints::{self, Dialect, Draft, Endpoint, Mode, Secrets};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::developer::{Developer, Extra, stored};
use crate::failures::missing;
use crate::fields::{self, Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::once::Once;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Characters of an answer that are shown after a redirect: they travel in a cookie.
const EXCERPT: usize = 400;

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    dialect: String,
    url: String,
    token: String,
    key: String,
    mode: String,
    /// Which button: `save`, `token` or `key`.
    act: String,
}

impl Input {
    /// What is stored.
    pub fn of(endpoint: &Endpoint, secrets: &Secrets) -> Self {
        Self {
            dialect: endpoint.dialect.as_str().to_owned(),
            url: endpoint.url.clone(),
            token: secrets.token.clone(),
            key: secrets.key.clone(),
            mode: endpoint.mode.as_str().to_owned(),
            act: String::new(),
        }
    }

    /// A form to begin with: its secrets are made already.
    pub fn fresh() -> Self {
        Self {
            token: endpoints::new_token(),
            key: endpoints::new_key(),
            mode: Mode::Safe.as_str().to_owned(),
            ..Self::default()
        }
    }

    fn draft(&self) -> Draft {
        Draft {
            dialect: Dialect::parse(&self.dialect).unwrap_or(Dialect::Wechat),
            url: self.url.trim().to_owned(),
            mode: Mode::parse(&self.mode).unwrap_or(Mode::Safe),
            token: self.token.trim().to_owned(),
            key: self.key.trim().to_owned(),
        }
    }
}

/// The form.
pub struct WebhookForm {
    pub error: Option<String>,
    pub dialect: Field,
    pub one_dialect: bool,
    pub url: Field,
    pub token: Field,
    pub key: Field,
    pub modes: Vec<ModeChoice>,
}

/// One way to protect pushes.
pub struct ModeChoice {
    pub word: &'static str,
    pub label: String,
    pub hint: String,
    pub chosen: bool,
}

impl WebhookForm {
    /// The form with `input` in it.
    pub fn new(speech: &Speech, input: &Input, fault: Option<&Fault>) -> Self {
        let code = r#"required autocapitalize="none" spellcheck="false" autocomplete="off""#;
        let field =
            |kind, name, value: &str| Field::new(speech, kind, name).value(value).with(code);
        let hinted = |field: Field, key: &str| field.hint(speech.say(key)).fault(fault);
        let url = hinted(field("url", "url", &input.url), "url-hint");
        let token = hinted(field("code", "token", &input.token), "token-hint");
        let key = hinted(field("code", "key", &input.key), "key-hint");
        let dialects = Dialect::ALL.iter().map(|dialect| Choice {
            value: dialect.as_str().to_owned(),
            label: speech.say(&format!("dialect-{dialect}")),
        });
        let modes = Mode::ALL.iter().map(|mode| ModeChoice {
            word: mode.as_str(),
            label: speech.say(&format!("mode-{mode}")),
            hint: speech.say(&format!("mode-{mode}-hint")),
            chosen: mode.as_str() == input.mode,
        });
        Self {
            error: fields::whole(fault, &[&url, &token, &key]),
            dialect: field("select", "dialect", &input.dialect).choices(dialects.collect()),
            one_dialect: Dialect::ALL.len() == 1,
            url,
            token,
            key,
            modes: modes.collect(),
        }
    }
}

/// What came of a check, in words.
pub struct Report {
    pub passed: bool,
    pub sentence: String,
    pub status: String,
    pub took: String,
    pub request: String,
    pub answer: String,
}

impl Report {
    fn of(speech: &Speech, report: CheckReport) -> Self {
        let key =
            if report.passed { "check-passed" } else { &format!("verdict-{}", report.verdict) };
        Self {
            passed: report.passed,
            sentence: speech.say(key),
            status: status(speech, report.status),
            took: took(speech, report.took_ms),
            request: report.request_url,
            answer: report.answer,
        }
    }

    /// A check that passed, and whose endpoint is stored.
    pub fn passed(speech: &Speech, code: Option<u16>, took_ms: i32, answer: String) -> Self {
        Self {
            passed: true,
            sentence: speech.say("check-passed"),
            status: status(speech, code),
            took: took(speech, took_ms),
            request: String::new(),
            answer,
        }
    }
}

fn status(speech: &Speech, code: Option<u16>) -> String {
    code.map_or_else(|| speech.say("no-answer"), |code| code.to_string())
}

/// A duration in words.
pub fn took(speech: &Speech, took_ms: i32) -> String {
    speech.count("took-ms", took_ms.into())
}

/// Fills in a fresh secret, or checks and stores.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(mut input): Form<Input>,
) -> Answer {
    match input.act.as_str() {
        "token" => input.token = endpoints::new_token(),
        "key" => input.key = endpoints::new_key(),
        _ => return save(visit, desk, app, input).await,
    }
    let form = WebhookForm::new(&visit.speech, &input, None);
    let extra = Extra { form: Some(form), ..Extra::default() };
    answers::page(&Developer::new(&app, &visit, &desk, extra).await?)
}

async fn save(visit: Visit, desk: Desk, app: web::Data<App>, input: Input) -> Answer {
    let report = match app.check_endpoint(input.draft()).await {
        Ok(report) if report.passed => report,
        Ok(report) => {
            let extra = Extra {
                report: Some(Report::of(&visit.speech, report)),
                form: Some(WebhookForm::new(&visit.speech, &input, None)),
                ..Extra::default()
            };
            return answers::again(&Developer::new(&app, &visit, &desk, extra).await?);
        }
        Err(error @ Error::Invalid { .. }) => {
            let fault = visit.speech.fault(error)?;
            let form = WebhookForm::new(&visit.speech, &input, Some(&fault));
            let extra = Extra { form: Some(form), ..Extra::default() };
            return answers::again(&Developer::new(&app, &visit, &desk, extra).await?);
        }
        Err(error) => return Err(error.into()),
    };
    let (account, vault, draft) = (desk.account.id, app.vault.clone(), input.draft());
    app.write(move |tx| endpoints::set(tx, &vault, account, &draft, true)).await?;
    let once = Once::Check {
        account,
        status: report.status,
        took_ms: report.took_ms,
        answer: report.answer.chars().take(EXCERPT).collect(),
    };
    let mut answer = answers::see_other(desk.path("/developer?done=webhook#webhook"));
    answer.add_cookie(&once.cookie(&app, &visit)?).map_err(answers::unsent)?;
    Ok(answer)
}

/// Switches the webhook on or off.
pub async fn switch(desk: Desk, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let (endpoint, _) = stored(&app, &desk).await?.ok_or_else(|| missing("endpoint"))?;
    let wanted = !endpoint.enabled;
    app.write(move |tx| endpoints::set_enabled(tx, endpoint.id, wanted)).await?;
    let done = if wanted { "webhook-on" } else { "webhook-off" };
    Ok(answers::see_other(desk.path(&format!("/developer?done={done}#webhook"))))
}
