//! Storing an endpoint: only one that answers as it should is told anything.
use crier_core::checks::CheckReport;
use crier_core::endpoints::{self, Draft, Endpoint};
use crier_core::ids::EndpointId;
use crier_core::{App, Result};

use super::input::Input;
use super::reports::Report;
use crate::answers::{Answer, see_other, unsent};
use crate::failures::Failure;
use crate::gate::Desk;
use crate::once::Once;
use crate::visits::Visit;
use crate::words::Fault;

/// Characters of an answer that are shown after a redirect: they travel in a cookie.
const EXCERPT: usize = 400;

/// What became of a form.
pub enum Saved {
    /// It is stored; the check that it passed, unless none was needed.
    Stored(EndpointId, Option<CheckReport>),
    /// It did not pass its check.
    Failed(Report),
    /// Something in it is wrong.
    Wrong(Fault),
}

/// Checks and stores what is filled in. A stored endpoint that would be asked just as before needs
/// no check.
pub async fn save(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    input: &Input,
    old: Option<&Endpoint>,
) -> std::result::Result<Saved, Failure> {
    match try_to(app, desk, input, old).await {
        Ok(Ok((id, report))) => Ok(Saved::Stored(id, report)),
        Ok(Err(report)) => {
            Ok(Saved::Failed(Report::failed(&visit.speech, report, "check-not-saved")))
        }
        Err(error) => Ok(Saved::Wrong(visit.speech.fault(error)?)),
    }
}

type Tried = std::result::Result<(EndpointId, Option<CheckReport>), CheckReport>;

async fn try_to(app: &App, desk: &Desk, input: &Input, old: Option<&Endpoint>) -> Result<Tried> {
    let draft = input.draft()?;
    let alike = old.map(|old| old.is_asked_alike(&app.vault, &draft)).transpose()?;
    if alike == Some(true) {
        let id = store(app, desk, draft, old.map(|old| old.id), false).await?;
        return Ok(Ok((id, None)));
    }
    let report = app.check_endpoint(draft.clone()).await?;
    if !report.passed {
        return Ok(Err(report));
    }
    let id = store(app, desk, draft, old.map(|old| old.id), true).await?;
    Ok(Ok((id, Some(report))))
}

async fn store(
    app: &App,
    desk: &Desk,
    draft: Draft,
    id: Option<EndpointId>,
    verified: bool,
) -> Result<EndpointId> {
    let (account, vault) = (desk.account.id, app.vault.clone());
    app.write(move |tx| match id {
        Some(id) => endpoints::change(tx, &vault, account, id, &draft, verified),
        None => endpoints::add(tx, &vault, account, &draft, verified),
    })
    .await
}

/// To the endpoint's page, which shows the check that it passed.
pub fn see(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    endpoint: EndpointId,
    done: &str,
    report: Option<CheckReport>,
) -> Answer {
    let mut answer = see_other(format!("{}?done={done}", super::page(desk, endpoint)));
    if let Some(report) = report {
        let once = Once::Check {
            account: desk.account.id,
            endpoint,
            status: report.status,
            took_ms: report.took_ms,
            answer: report.answer.chars().take(EXCERPT).collect(),
        };
        answer.add_cookie(&once.cookie(app, visit)?).map_err(unsent)?;
    }
    Ok(answer)
}
