//! The brand's console: pages rendered here, forms that work without script, and streams that make
//! them live where there is one. It runs no SQL and knows no dialect.

mod accounts;
mod activities;
mod agents;
mod answers;
mod articles;
mod auto_replies;
mod broadcasts;
mod bubbles;
mod calendar;
mod charts;
mod codes;
mod confirm;
mod conversations;
mod deliveries;
mod desk;
mod developer;
mod drafts;
mod endpoints;
mod errors;
mod explorer;
mod failures;
mod fields;
mod followers;
mod forms;
mod gate;
mod go;
mod home;
mod inbox;
mod invitations;
mod languages;
mod login;
mod menu;
mod nav;
mod numbers;
mod once;
pub mod operator;
mod overview;
mod owners;
mod pages;
mod ranges;
mod routes;
mod segments;
mod settings;
mod sheets;
mod shell;
mod sign_in_methods;
mod sign_in_rules;
mod signing;
mod streams;
mod tags;
mod team;
mod templates;
mod tester;
mod themes;
mod toasts;
mod visits;
mod words;

use actix_web::middleware::from_fn;
use actix_web::web;

pub use gate::Who;
pub use routes::{Row, rows};

/// Serves everything under `/console`.
pub fn configure(cfg: &mut web::ServiceConfig) {
    let words = web::Data::new(words::Words::load());
    cfg.service(
        web::scope("/console")
            .app_data(words)
            .wrap(from_fn(visits::welcome))
            .configure(routes::configure)
            .default_service(web::to(failures::nowhere)),
    );
}
