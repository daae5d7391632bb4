//! How people sign in, and what they and their brand make of it.
use crier_core::members::Permission::{Brand as OfBrand, Invite};

use super::{Table, get, post};
use crate::gate::Who::{Anyone, Brand, Own};
use crate::settings;
use crate::sign_in_methods::{apps, codes, keys, page, sessions};
use crate::sign_in_rules::{helping, providers, showing};
use crate::signing::{forgotten, passkeys, providers as coming, steps};

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/login/step", Anyone, steps::show))
        .service(post("/login/step", Anyone, steps::finish))
        .service(post("/login/step/passkey/ask", Anyone, passkeys::ask_for_step))
        .service(post("/login/step/passkey", Anyone, passkeys::step))
        .service(post("/login/passkey/ask", Anyone, passkeys::ask))
        .service(post("/login/passkey", Anyone, passkeys::sign_in))
        .service(get ("/forgotten", Anyone, forgotten::ask))
        .service(post("/forgotten", Anyone, forgotten::send))
        .service(get ("/forgotten/{token}", Anyone, forgotten::show))
        .service(post("/forgotten/{token}", Anyone, forgotten::set))
        .service(get ("/sso", Anyone, coming::ask))
        .service(post("/sso", Anyone, coming::find))
        .service(get ("/sso/{brand}", Anyone, coming::begin))
        .service(get ("/sso/{brand}/callback", Anyone, coming::finish))
        .service(get ("/settings", Own, settings::show))
        .service(post("/settings/name", Own, settings::rename))
        .service(post("/settings/time-zone", Own, settings::move_zone))
        .service(post("/settings/password", Own, settings::change_password))
        .service(post("/settings/mails", Own, settings::choose_mails))
        .service(get ("/settings/sign-in", Own, page::show))
        .service(post("/settings/sign-in/app", Own, apps::begin))
        .service(get ("/settings/sign-in/app", Own, apps::show))
        .service(post("/settings/sign-in/app/confirm", Own, apps::confirm))
        .service(get ("/settings/sign-in/app/remove", Own, apps::confirm_remove))
        .service(post("/settings/sign-in/app/remove", Own, apps::remove))
        .service(get ("/settings/sign-in/codes", Own, codes::show))
        .service(get ("/settings/sign-in/codes/renew", Own, codes::confirm_renew))
        .service(post("/settings/sign-in/codes/renew", Own, codes::renew))
        .service(post("/settings/sign-in/passkeys/ask", Own, keys::ask))
        .service(post("/settings/sign-in/passkeys", Own, keys::add))
        .service(post("/settings/sign-in/passkeys/{passkey}", Own, keys::rename))
        .service(get ("/settings/sign-in/passkeys/{passkey}/remove", Own, keys::confirm_remove))
        .service(post("/settings/sign-in/passkeys/{passkey}/remove", Own, keys::remove))
        .service(post("/settings/sign-in/sessions/others/end", Own, sessions::end_others))
        .service(post("/settings/sign-in/sessions/{session}/end", Own, sessions::end))
        .service(get ("/sign-in-rules", Brand(OfBrand), showing::show))
        .service(post("/sign-in-rules/second-step", Brand(OfBrand), showing::want_second_step))
        .service(post("/sign-in-rules/provider", Brand(OfBrand), providers::set))
        .service(get ("/sign-in-rules/provider/remove", Brand(OfBrand), providers::confirm_remove))
        .service(post("/sign-in-rules/provider/remove", Brand(OfBrand), providers::remove))
        .service(post("/sign-in-rules/passwords", Brand(OfBrand), providers::allow_passwords))
        .service(get ("/team/members/{member}/second-step", Brand(Invite), helping::confirm_reset))
        .service(post("/team/members/{member}/second-step", Brand(Invite), helping::reset));
}
