//! The editor's room: whoever writes may do all but publish.
use crier_core::members::Permission::{Drafts, Send};

use super::{Table, get, post, post_long};
use crate::drafts::covers;
use crate::drafts::editing;
use crate::drafts::listing;
use crate::drafts::presence;
use crate::drafts::publishing;
use crate::drafts::saving;
use crate::drafts::versions;
use crate::gate::Who::Account;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/drafts", Account(Drafts), listing::list))
        .service(post("/accounts/{handle}/drafts", Account(Drafts), listing::create))
        .service(get ("/accounts/{handle}/drafts/new", Account(Drafts), listing::new))
        .service(get ("/accounts/{handle}/drafts/{draft}", Account(Drafts), editing::first))
        .service(post("/accounts/{handle}/drafts/{draft}/copy", Account(Drafts), listing::copy))
        .service(get ("/accounts/{handle}/drafts/{draft}/remove", Account(Drafts), listing::confirm_remove))
        .service(post("/accounts/{handle}/drafts/{draft}/remove", Account(Drafts), listing::remove))
        .service(post("/accounts/{handle}/drafts/{draft}/order", Account(Drafts), saving::order))
        .service(post("/accounts/{handle}/drafts/{draft}/here", Account(Drafts), presence::beat))
        .service(post("/accounts/{handle}/drafts/{draft}/take-over", Account(Drafts), presence::take_over))
        .service(post("/accounts/{handle}/drafts/{draft}/pictures", Account(Drafts), covers::upload))
        .service(get ("/accounts/{handle}/drafts/{draft}/articles/{place}", Account(Drafts), editing::show))
        .service(post_long("/accounts/{handle}/drafts/{draft}/articles/{place}", Account(Drafts), saving::save))
        .service(post_long("/accounts/{handle}/drafts/{draft}/articles/{place}/auto", Account(Drafts), saving::auto))
        .service(get ("/accounts/{handle}/drafts/{draft}/articles/{place}/cover", Account(Drafts), covers::show))
        .service(post("/accounts/{handle}/drafts/{draft}/articles/{place}/cover", Account(Drafts), covers::choose))
        .service(post("/accounts/{handle}/drafts/{draft}/articles/{place}/crop", Account(Drafts), covers::cut))
        .service(get ("/accounts/{handle}/drafts/{draft}/articles/{place}/preview", Account(Drafts), publishing::preview))
        .service(get ("/accounts/{handle}/drafts/{draft}/versions", Account(Drafts), versions::list))
        .service(get ("/accounts/{handle}/drafts/{draft}/versions/{number}", Account(Drafts), versions::show))
        .service(post("/accounts/{handle}/drafts/{draft}/versions/{number}/restore", Account(Drafts), versions::restore))
        .service(get ("/accounts/{handle}/drafts/{draft}/publish", Account(Drafts), publishing::show))
        .service(post("/accounts/{handle}/drafts/{draft}/publish", Account(Send), publishing::now))
        .service(post("/accounts/{handle}/drafts/{draft}/schedule", Account(Send), publishing::schedule))
        .service(post("/accounts/{handle}/drafts/{draft}/unschedule", Account(Send), publishing::unschedule));
}
