//! What an account sends to many: broadcasts on their way and sent, the calendar, segments.
use crier_core::members::Permission::{Audience, Brand, Drafts, Send};

use super::{Table, get, post};
use crate::broadcasts::{self, composing, links, months, moving, results, rules, showing};
use crate::gate::Who::Account;
use crate::segments::{self, actions};

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/broadcasts", Account(Drafts), broadcasts::list))
        .service(get ("/accounts/{handle}/broadcasts/new", Account(Drafts), composing::new))
        .service(post("/accounts/{handle}/broadcasts/new", Account(Drafts), composing::create))
        .service(post("/accounts/{handle}/broadcasts/preview", Account(Drafts), composing::preview))
        .service(post("/accounts/{handle}/broadcasts/count", Account(Drafts), composing::count))
        .service(post("/accounts/{handle}/broadcasts/upload", Account(Drafts), composing::upload))
        .service(get ("/accounts/{handle}/broadcasts/rules", Account(Brand), rules::show))
        .service(post("/accounts/{handle}/broadcasts/rules", Account(Brand), rules::change))
        .service(get ("/accounts/{handle}/broadcasts/sent/{broadcast}", Account(Drafts), results::show))
        .service(get ("/accounts/{handle}/broadcasts/sent/{broadcast}/sheet", Account(Drafts), results::sheet))
        .service(get ("/accounts/{handle}/broadcasts/sent/{broadcast}/withdraw", Account(Send), results::confirm_withdraw))
        .service(post("/accounts/{handle}/broadcasts/sent/{broadcast}/withdraw", Account(Send), results::withdraw))
        .service(get ("/accounts/{handle}/broadcasts/{plan}", Account(Drafts), showing::show))
        .service(get ("/accounts/{handle}/broadcasts/{plan}/count", Account(Drafts), showing::count))
        .service(get ("/accounts/{handle}/broadcasts/{plan}/edit", Account(Drafts), composing::edit))
        .service(post("/accounts/{handle}/broadcasts/{plan}/edit", Account(Drafts), composing::change))
        .service(post("/accounts/{handle}/broadcasts/{plan}/links", Account(Drafts), links::check))
        .service(post("/accounts/{handle}/broadcasts/{plan}/ask", Account(Drafts), moving::ask))
        .service(post("/accounts/{handle}/broadcasts/{plan}/copy", Account(Drafts), moving::copy))
        .service(post("/accounts/{handle}/broadcasts/{plan}/reschedule", Account(Drafts), moving::reschedule))
        .service(get ("/accounts/{handle}/broadcasts/{plan}/cancel", Account(Drafts), moving::confirm_cancel))
        .service(post("/accounts/{handle}/broadcasts/{plan}/cancel", Account(Drafts), moving::cancel))
        .service(post("/accounts/{handle}/broadcasts/{plan}/schedule", Account(Send), moving::schedule))
        .service(post("/accounts/{handle}/broadcasts/{plan}/approve", Account(Send), moving::approve))
        .service(post("/accounts/{handle}/broadcasts/{plan}/back", Account(Send), moving::send_back))
        .service(post("/accounts/{handle}/broadcasts/{plan}/pause", Account(Send), moving::pause))
        .service(post("/accounts/{handle}/broadcasts/{plan}/resume", Account(Send), moving::resume))
        .service(post("/accounts/{handle}/broadcasts/{plan}/test", Account(Send), moving::test))
        .service(get ("/accounts/{handle}/calendar", Account(Drafts), months::show))
        .service(get ("/accounts/{handle}/segments", Account(Audience), segments::list))
        .service(get ("/accounts/{handle}/segments/new", Account(Audience), actions::new))
        .service(post("/accounts/{handle}/segments/new", Account(Audience), actions::create))
        .service(post("/accounts/{handle}/segments/count", Account(Audience), actions::preview))
        .service(get ("/accounts/{handle}/segments/{segment}", Account(Audience), segments::show))
        .service(get ("/accounts/{handle}/segments/{segment}/count", Account(Audience), segments::count))
        .service(get ("/accounts/{handle}/segments/{segment}/change", Account(Audience), actions::show))
        .service(post("/accounts/{handle}/segments/{segment}/change", Account(Audience), actions::change))
        .service(get ("/accounts/{handle}/segments/{segment}/remove", Account(Audience), actions::confirm_remove))
        .service(post("/accounts/{handle}/segments/{segment}/remove", Account(Audience), actions::remove));
}
