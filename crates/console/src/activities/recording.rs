//! Puts on record what was done here: for every form that was taken, from the table of routes, so
//! that no handler can forget. A handler may add what exactly.
use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::{FromRequest as _, HttpMessage as _, HttpRequest, web};
use crier_core::App;
use crier_core::activities::{self, Chain, Deed};
use crier_core::ids::{AccountId, MemberId};
use crier_http::Client;

use crate::gate::{Desk, Staff, Who};
use crate::visits::Visit;

/// Forms that leave nothing behind, or are put on record where they are taken.
pub const UNRECORDED: &[&str] = &[
    "login",
    "login-passkey",
    "login-passkey-ask",
    "login-step",
    "login-step-passkey",
    "login-step-passkey-ask",
    "sso",
    "forgotten",
    "forgotten-one",
    "settings-sign-in-passkeys-ask",
    "language",
    "theme",
    "brand",
    "invitations-one",
    // Looked up, kept up or shown: nothing anybody did.
    "account-broadcasts-count",
    "account-broadcasts-links",
    "account-broadcasts-preview",
    "account-drafts-articles-auto",
    "account-drafts-here",
    "account-inbox-presence",
    "account-segments-count",
];

/// What a handler adds to the record of its deed.
#[derive(Debug, Clone, Default)]
pub struct Remark {
    /// More about it.
    detail: String,
    /// Other logs that it belongs in.
    chains: Vec<Chain>,
    /// The account, where it is not in the address.
    account: Option<AccountId>,
}

/// Says more about what is being done. No secrets: it is read for years.
pub fn remark(req: &HttpRequest, detail: impl Into<String>) {
    let mut extensions = req.extensions_mut();
    let remark = extensions.remove::<Remark>().unwrap_or_default();
    extensions.insert(Remark { detail: detail.into(), ..remark });
}

/// Puts what is being done on record in this log too, with the account.
pub fn belongs(req: &HttpRequest, chain: impl Into<Chain>, account: Option<AccountId>) {
    let mut extensions = req.extensions_mut();
    let mut remark = extensions.remove::<Remark>().unwrap_or_default();
    remark.chains.push(chain.into());
    extensions.insert(Remark { account, ..remark });
}

/// The word of a form: its address without what differs from one to the next. What is done to one of
/// many ends in `-one`.
pub fn action(pattern: &str) -> String {
    let beneath = pattern.trim_start_matches("/console").trim_start_matches('/');
    let (prefix, beneath) = match beneath.strip_prefix("accounts/{handle}") {
        Some(rest) => (Some("account"), rest.trim_start_matches('/')),
        None => (None, beneath),
    };
    let one = beneath.ends_with('}').then_some("one");
    let plain = beneath.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
    prefix.into_iter().chain(plain).chain(one).collect::<Vec<_>>().join("-")
}

/// Records the deed of an answered request, if it was one.
pub async fn record(who: Who, answer: &ServiceResponse<impl MessageBody>) {
    let req = answer.request();
    let status = answer.status();
    if *req.method() != Method::POST || !(status.is_success() || status.is_redirection()) {
        return;
    }
    let Some((action, app)) = what(req) else { return };
    let told = Told::of(who, req);
    let Some((deed, member)) = told.deed(req, action).await else { return };
    let chains = told.chains;
    let done = app.write(move |tx| {
        chains.iter().try_for_each(|chain| activities::record(tx, *chain, &deed))?;
        member.map_or(Ok(()), |member| activities::record_everywhere(tx, member, &deed))
    });
    if let Err(error) = done.await {
        tracing::error!(%error, "what a member did is not on record");
    }
}

fn what(req: &HttpRequest) -> Option<(String, web::Data<App>)> {
    let action = action(&req.match_pattern()?);
    if UNRECORDED.contains(&action.as_str()) {
        return None;
    }
    Some((action, req.app_data::<web::Data<App>>()?.clone()))
}

/// In which logs a deed belongs.
struct Told {
    remark: Remark,
    chains: Vec<Chain>,
    account: Option<AccountId>,
    /// Whether it concerns the member as such.
    is_own: bool,
}

impl Told {
    fn of(who: Who, req: &HttpRequest) -> Self {
        let extensions = req.extensions();
        let remark = extensions.get::<Remark>().cloned().unwrap_or_default();
        let account = extensions.get::<Desk>().map(|desk| desk.account.id).or(remark.account);
        let brand = extensions.get::<Staff>().map(|staff| Chain::from(staff.seat.brand.id));
        let mut chains = remark.chains.clone();
        match who {
            Who::Admin => chains.push(Chain::INSTALLATION),
            _ => chains.extend(brand),
        }
        chains.sort_unstable();
        chains.dedup();
        let is_own = chains.is_empty();
        Self { remark, chains, account, is_own }
    }

    /// The deed, and the member whose brands are told of it.
    async fn deed(&self, req: &HttpRequest, action: String) -> Option<(Deed, Option<MemberId>)> {
        let visit = Visit::of(req).ok()?;
        let member = &visit.session.as_ref()?.member;
        let client = Client::extract(req).await.ok()?;
        let subject =
            req.match_info().iter().filter(|(name, _)| !matches!(*name, "handle" | "token"));
        let subject: Vec<String> = subject.map(|(name, value)| format!("{name}={value}")).collect();
        let deed = Deed {
            account: self.account,
            subject: subject.join(" "),
            detail: self.remark.detail.clone(),
            ..Deed::of(member, &client.key(), &action)
        };
        Some((deed, self.is_own.then_some(member.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_a_word() {
        for (pattern, word) in [
            ("/console/accounts/{handle}/agents", "account-agents"),
            ("/console/accounts/{handle}/agents/{agent}", "account-agents-one"),
            ("/console/accounts/{handle}/agents/{agent}/remove", "account-agents-remove"),
            ("/console/accounts/{handle}", "account"),
            ("/console/accounts/new", "accounts-new"),
            ("/console/team/members/{member}/role", "team-members-role"),
        ] {
            assert_eq!(action(pattern), word);
        }
    }
}
