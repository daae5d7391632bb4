//! What an account says to many.
use crier_core::members::Permission::{Articles, Developer, Send};

use super::{Table, get, post};
use crate::articles::published;
use crate::gate::Who::Account;
use crate::templates;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/articles", Account(Articles), published::list))
        .service(get ("/accounts/{handle}/articles/{publication}/withdraw", Account(Send), published::confirm_withdraw))
        .service(post("/accounts/{handle}/articles/{publication}/withdraw", Account(Send), published::withdraw))
        .service(get ("/accounts/{handle}/templates", Account(Developer), templates::show))
        .service(post("/accounts/{handle}/templates", Account(Developer), templates::adopt))
        .service(get ("/accounts/{handle}/templates/{template}/remove", Account(Developer), templates::confirm_remove))
        .service(post("/accounts/{handle}/templates/{template}/remove", Account(Developer), templates::remove));
}
