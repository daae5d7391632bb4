//! What operators build: endpoints, secrets, the delivery log.
use crier_core::members::Permission::{Deliveries, Developer};

use super::{Table, get, post};
use crate::deliveries::again;
use crate::deliveries::detail;
use crate::deliveries::log;
use crate::developer;
use crate::endpoints::actions;
use crate::endpoints::adding;
use crate::endpoints::recovering;
use crate::endpoints::showing;
use crate::errors;
use crate::explorer;
use crate::gate::Who::Account;
use crate::tester;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/deliveries", Account(Deliveries), log::list))
        // Before the next, which would take `again` for a delivery.
        .service(get ("/accounts/{handle}/deliveries/again", Account(Deliveries), again::show))
        .service(post("/accounts/{handle}/deliveries/again", Account(Deliveries), again::start))
        .service(get ("/accounts/{handle}/deliveries/{delivery}", Account(Deliveries), detail::show))
        .service(post("/accounts/{handle}/deliveries/{delivery}/resend", Account(Deliveries), detail::resend))
        .service(get ("/accounts/{handle}/developer", Account(Developer), developer::show))
        .service(get ("/accounts/{handle}/developer/secret", Account(Developer), developer::confirm_reset))
        .service(post("/accounts/{handle}/developer/secret", Account(Developer), developer::reset_secret))
        .service(get ("/accounts/{handle}/developer/secret/end", Account(Developer), developer::confirm_end))
        .service(post("/accounts/{handle}/developer/secret/end", Account(Developer), developer::end_secret))
        .service(get ("/accounts/{handle}/explorer", Account(Developer), explorer::show))
        .service(post("/accounts/{handle}/explorer", Account(Developer), explorer::call))
        .service(post("/accounts/{handle}/explorer/file", Account(Developer), explorer::send_file))
        .service(get ("/accounts/{handle}/tester", Account(Developer), tester::show))
        .service(post("/accounts/{handle}/tester", Account(Developer), tester::tell))
        .service(get ("/accounts/{handle}/errors", Account(Developer), errors::list))
        .service(get ("/accounts/{handle}/errors/{rid}", Account(Developer), errors::show))
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
