//! What operators build: endpoints, secrets, the delivery log.
use crier_core::members::Permission::{Deliveries, Developer};

use super::{Table, get, post};
use crate::deliveries::detail;
use crate::deliveries::log;
use crate::developer;
use crate::endpoints::actions;
use crate::endpoints::adding;
use crate::endpoints::recovering;
use crate::endpoints::showing;
use crate::gate::Who::Account;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/deliveries", Account(Deliveries), log::list))
        .service(get ("/accounts/{handle}/deliveries/{delivery}", Account(Deliveries), detail::show))
        .service(post("/accounts/{handle}/deliveries/{delivery}/resend", Account(Deliveries), detail::resend))
        .service(get ("/accounts/{handle}/developer", Account(Developer), developer::show))
        .service(get ("/accounts/{handle}/developer/secret", Account(Developer), developer::confirm_reset))
        .service(post("/accounts/{handle}/developer/secret", Account(Developer), developer::reset_secret))
        .service(get ("/accounts/{handle}/endpoints/new", Account(Developer), adding::show))
        .service(post("/accounts/{handle}/endpoints/new", Account(Developer), adding::create))
        .service(get ("/accounts/{handle}/endpoints/{endpoint}", Account(Developer), showing::show))
        .service(post("/accounts/{handle}/endpoints/{endpoint}", Account(Developer), actions::change))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/verify", Account(Developer), actions::verify))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/switch", Account(Developer), actions::switch))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/answer", Account(Developer), actions::answer))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/rotate", Account(Developer), actions::rotate))
        .service(get ("/accounts/{handle}/endpoints/{endpoint}/remove", Account(Developer), actions::confirm_remove))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/remove", Account(Developer), actions::remove))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/recover", Account(Deliveries), recovering::start))
        .service(post("/accounts/{handle}/endpoints/{endpoint}/recoveries/{recovery}/stop", Account(Deliveries), recovering::stop));
}
