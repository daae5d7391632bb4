//! A new endpoint.
use actix_web::web;
use askama::Template;
use crier_core::App;

use super::form::EndpointForm;
use super::input::Input;
use super::reports::Report;
use super::saving::{self, Saved};
use crate::answers::{self, Answer};
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/endpoint_new.html")]
struct New {
    page: Page,
    report: Option<Report>,
    form: EndpointForm,
}

/// The form of a new endpoint, with `input` in it.
pub fn form(visit: &Visit, desk: &Desk, input: &Input, fault: Option<&Fault>) -> EndpointForm {
    EndpointForm::of_new(&visit.speech, desk.path("/endpoints/new"), input, fault)
}

fn page(visit: &Visit, desk: &Desk, form: EndpointForm, report: Option<Report>) -> New {
    New { page: visit.page_of(desk, "endpoint-new"), report, form }
}

/// The page.
pub async fn show(visit: Visit, desk: Desk) -> Answer {
    let form = form(&visit, &desk, &Input::fresh(), None);
    answers::page(&page(&visit, &desk, form, None))
}

/// Fills in a fresh secret or another dialect, or checks and stores.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(mut input): Form<Input>,
) -> Answer {
    if input.prepare() {
        return answers::page(&page(&visit, &desk, form(&visit, &desk, &input, None), None));
    }
    let (fault, report) = match saving::save(&app, &visit, &desk, &input, None).await? {
        Saved::Stored(id, report) => {
            return saving::see(&app, &visit, &desk, id, "webhook", report);
        }
        Saved::Failed(report) => (None, Some(report)),
        Saved::Wrong(fault) => (Some(fault), None),
    };
    let form = form(&visit, &desk, &input, fault.as_ref());
    answers::again(&page(&visit, &desk, form, report))
}
