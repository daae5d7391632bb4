//! An owner asks the platform to verify an account, or to look at a decision again.
use actix_web::http::header::{CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, web};
use askama::Template;
use crier_core::applications::{self, Application, Document, Kind, State, Words};
use crier_core::ids::DocumentId;
use crier_core::{App, reviews};
use serde::Deserialize;

use super::history::{Past, standing, told};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::failures::missing;
use crate::fields::{self, Field};
use crate::forms::{FileForm, Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/verification.html")]
struct View {
    page: Page,
    base: String,
    standing: (String, &'static str),
    reason: String,
    /// What can be asked for now.
    offer: Option<Kind>,
    open: Option<Open>,
    papers: Vec<Paper>,
    past: Vec<Past>,
    error: Option<String>,
}

/// The application that is not decided.
struct Open {
    is_appeal: bool,
    is_writable: bool,
    state: String,
    /// What the platform wants to know.
    asked: String,
    fields: Vec<Field>,
    facts: Vec<(String, String)>,
    has_room: bool,
}

/// A paper, as it is listed.
pub struct Paper {
    pub id: i64,
    pub name: String,
    pub size: String,
}

impl Paper {
    pub fn of(document: Document) -> Self {
        let size = format!("{} KB", document.size.div_euclid(1024).max(1));
        Self { id: document.id.0, name: document.name, size }
    }
}

/// What is filled in.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Input {
    organisation: String,
    registration: String,
    contact: String,
    email: String,
    statement: String,
    /// `save` or `submit`.
    r#do: String,
}

impl Input {
    fn of(application: &Application) -> Self {
        Self {
            organisation: application.organisation.clone(),
            registration: application.registration.clone(),
            contact: application.contact.clone(),
            email: application.email.clone(),
            statement: application.statement.clone(),
            r#do: String::new(),
        }
    }

    fn words(&self) -> Words {
        Words {
            organisation: self.organisation.clone(),
            registration: self.registration.clone(),
            contact: self.contact.clone(),
            email: self.email.clone(),
            statement: self.statement.clone(),
        }
    }

    fn fields(&self, speech: &Speech, kind: Kind, fault: Option<&Fault>) -> Vec<Field> {
        let field = |kind, name, value: &str| {
            let field = Field::new(speech, kind, name).value(value).fault(fault);
            if kind == "area" { field.with(r#"maxlength="2000""#) } else { field }
        };
        let statement = field("area", "statement", &self.statement)
            .hint(speech.say(&format!("statement-hint-{kind}")));
        if kind == Kind::Appeal {
            return vec![statement];
        }
        vec![
            field("text", "organisation", &self.organisation),
            field("text", "registration", &self.registration).hint(speech.say("registration-hint")),
            field("text", "contact", &self.contact),
            field("email", "email", &self.email),
            statement,
        ]
    }
}

/// What was written, to read.
pub fn facts(speech: &Speech, application: &Application) -> Vec<(String, String)> {
    let said = [
        ("organisation", &application.organisation),
        ("registration", &application.registration),
        ("contact", &application.contact),
        ("email", &application.email),
        ("statement", &application.statement),
    ];
    let label = |name: &str| speech.say(&format!("field-{name}"));
    let filled = said.into_iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| (label(name), text.clone())).collect()
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: Option<&Input>,
    fault: Option<&Fault>,
) -> crier_core::Result<View> {
    let (speech, id) = (&visit.speech, desk.account.id);
    let (latest, papers, history) = app
        .read(move |conn| {
            let latest = applications::latest(conn, id)?;
            let open = latest.as_ref().filter(|one| one.state.is_open());
            let papers = open.map(|one| applications::documents(conn, one.id)).transpose()?;
            Ok((latest, papers.unwrap_or_default(), reviews::of_account(conn, id)?))
        })
        .await?;
    let offer = applications::possible(&desk.account, latest.as_ref());
    let open = latest.filter(|one| one.state.is_open());
    let asked = history.first().filter(|(last, _)| last.step == reviews::Step::Asked);
    let asked = asked.map(|(last, _)| last.reason.clone()).unwrap_or_default();
    let has_room = papers.len() < applications::MOST_DOCUMENTS;
    let open = open.map(|one| {
        let stored = Input::of(&one);
        Open {
            is_appeal: one.kind == Kind::Appeal,
            is_writable: one.state.is_writable(),
            state: speech.say(&format!("application-{}", one.state)),
            asked: if one.state == State::Asked { asked } else { String::new() },
            fields: input.unwrap_or(&stored).fields(speech, one.kind, fault),
            facts: facts(speech, &one),
            has_room,
        }
    });
    let placed: Vec<&Field> = open.iter().flat_map(|open| &open.fields).collect();
    let error = fields::whole(fault, &placed);
    let calendar = Calendar::of(visit, desk, app);
    Ok(View {
        page: visit.page_of(desk, "nav-verification"),
        base: desk.path(""),
        standing: standing(speech, &desk.account),
        reason: desk.account.state_reason.clone(),
        offer,
        papers: papers.into_iter().map(Paper::of).collect(),
        past: told(speech, &calendar, history),
        error,
        open,
    })
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&view(&visit, &desk, &app, None, None).await?)
}

/// Begins an application.
pub async fn begin(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (id, by, language) = (desk.account.id, desk.staff.member.id, visit.speech.language);
    let done = app.write(move |tx| applications::begin(tx, id, by, language).map(drop)).await;
    after(&visit, &desk, &app, None, (done, "")).await
}

/// Keeps what was written, and sends it where that is asked for.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (id, by, words) = (desk.account.id, desk.staff.member.id, input.words());
    // Kept first: what cannot be sent yet is not written again.
    let draft = words.clone();
    let mut done = app.write(move |tx| applications::save(tx, id, &draft).map(drop)).await;
    let is_sent = input.r#do == "submit";
    if is_sent && done.is_ok() {
        done = app.write(move |tx| applications::submit(tx, id, by, &words)).await;
    }
    let word = if is_sent { "applied" } else { "saved" };
    after(&visit, &desk, &app, Some(&input), (done, word)).await
}

/// Adds a paper.
pub async fn add_paper(visit: Visit, desk: Desk, app: web::Data<App>, file: FileForm) -> Answer {
    let done = app.add_document(desk.account.id, &file.name, file.bytes).await.map(drop);
    after(&visit, &desk, &app, None, (done, "document")).await
}

/// Takes a paper out.
pub async fn remove_paper(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let document: DocumentId = path.1.parse().map_err(|_| missing("document"))?;
    app.remove_document(desk.account.id, document).await?;
    Ok(answers::see_other(desk.path("/verification")))
}

/// A paper of the open application.
pub async fn paper(desk: Desk, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let (account, id) = (desk.account.id, path.1.parse().map_err(|_| missing("document"))?);
    let latest = app.read(move |conn| applications::latest(conn, account)).await?;
    let application = latest.ok_or_else(|| missing("document"))?;
    let (document, bytes) = app.document(application.id, id).await?;
    Ok(file(&document, bytes))
}

/// A paper to be saved: what strangers upload is never shown as a page of ours.
pub fn file(document: &Document, bytes: Vec<u8>) -> HttpResponse {
    let name: String = url::form_urlencoded::byte_serialize(document.name.as_bytes()).collect();
    let saved = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    HttpResponse::Ok()
        .content_type(document.mime.as_str())
        .insert_header((CONTENT_DISPOSITION, saved))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes)
}

/// Asks before the application is taken back.
pub async fn confirm_withdraw(visit: Visit, desk: Desk) -> Answer {
    answers::page(&Confirm {
        page: visit.page_of(&desk, "withdraw-application-title"),
        text: visit.speech.say("withdraw-application-text"),
        action: visit.speech.say("withdraw"),
        back: desk.path("/verification"),
    })
}

/// Takes it back.
pub async fn withdraw(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (id, by) = (desk.account.id, desk.staff.member.id);
    let done = app.write(move |tx| applications::withdraw(tx, id, by)).await;
    after(&visit, &desk, &app, None, (done, "application-withdrawn")).await
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: Option<&Input>,
    (done, word): (crier_core::Result<()>, &str),
) -> Answer {
    match done {
        Ok(()) if word.is_empty() => Ok(answers::see_other(desk.path("/verification"))),
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/verification?done={word}")))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(visit, desk, app, input, Some(&fault)).await?)
        }
    }
}
