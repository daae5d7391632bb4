//! What owners and platform administrators look after: what accounts say of themselves, whether they
//! are verified, and who did what.
use crier_core::members::Permission::{AccountSettings, Activity, Brand, CreateAccount, Privacy};

use super::{Table, get, post};
use crate::activities::listing;
use crate::gate::Who::{Account, Admin, Brand as OfBrand, Member};
use crate::owners::{
    applications, brands, closing, moving, platform, privacy, profiles, verification,
};

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/profile", Account(AccountSettings), profiles::show))
        .service(post("/accounts/{handle}/profile", Account(AccountSettings), profiles::change))
        .service(post("/accounts/{handle}/profile/picture", Account(AccountSettings), profiles::set_picture))
        .service(post("/accounts/{handle}/profile/picture/remove", Account(AccountSettings), profiles::remove_picture))
        .service(get ("/accounts/{handle}/verification", Account(CreateAccount), verification::show))
        .service(post("/accounts/{handle}/verification", Account(CreateAccount), verification::change))
        .service(post("/accounts/{handle}/verification/begin", Account(CreateAccount), verification::begin))
        .service(get ("/accounts/{handle}/verification/withdraw", Account(CreateAccount), verification::confirm_withdraw))
        .service(post("/accounts/{handle}/verification/withdraw", Account(CreateAccount), verification::withdraw))
        .service(post("/accounts/{handle}/verification/documents", Account(CreateAccount), verification::add_paper))
        .service(get ("/accounts/{handle}/verification/documents/{document}", Account(CreateAccount), verification::paper))
        .service(post("/accounts/{handle}/verification/documents/{document}/remove", Account(CreateAccount), verification::remove_paper))
        .service(get ("/accounts/{handle}/privacy", Account(Privacy), privacy::show))
        .service(post("/accounts/{handle}/privacy/retention", Account(Privacy), privacy::keep))
        .service(post("/accounts/{handle}/privacy/{follower}/export", Account(Privacy), privacy::export))
        .service(get ("/accounts/{handle}/privacy/{follower}/forget", Account(Privacy), privacy::confirm))
        .service(post("/accounts/{handle}/privacy/{follower}/forget", Account(Privacy), privacy::forget))
        .service(get ("/accounts/{handle}/move", Account(Brand), moving::show))
        .service(post("/accounts/{handle}/move", Account(Brand), moving::offer))
        .service(post("/accounts/{handle}/move/withdraw", Account(Brand), moving::withdraw))
        .service(get ("/accounts/{handle}/close", Account(AccountSettings), closing::show))
        .service(post("/accounts/{handle}/close", Account(AccountSettings), closing::close))
        .service(post("/accounts/{handle}/close/reopen", Account(AccountSettings), closing::open_again))
        .service(get ("/offers/{token}", Member, moving::show_offer))
        .service(post("/offers/{token}", Member, moving::accept))
        .service(get ("/brand/settings", OfBrand(Brand), brands::show))
        .service(post("/brand/settings", OfBrand(Brand), brands::change))
        .service(get ("/brand/transfer", OfBrand(Brand), brands::show_transfer))
        .service(post("/brand/transfer", OfBrand(Brand), brands::hand_over))
        .service(get ("/activity", OfBrand(Activity), listing::show))
        .service(get ("/activity/check", OfBrand(Activity), listing::check))
        .service(get ("/activity/export", OfBrand(Activity), listing::export))
        .service(get ("/platform", Admin, platform::show))
        .service(post("/platform/approval", Admin, platform::switch))
        .service(get ("/platform/applications", Admin, applications::list))
        .service(get ("/platform/applications/{application}", Admin, applications::show))
        .service(post("/platform/applications/{application}", Admin, applications::decide))
        .service(get ("/platform/applications/{application}/documents/{document}", Admin, applications::paper))
        .service(get ("/platform/accounts", Admin, platform::list))
        .service(get ("/platform/accounts/{account}", Admin, platform::show_account))
        .service(post("/platform/accounts/{account}/suspend", Admin, platform::suspend))
        .service(post("/platform/accounts/{account}/reopen", Admin, platform::reopen))
        .service(get ("/platform/activity", Admin, listing::show_platform))
        .service(get ("/platform/activity/check", Admin, listing::check_platform))
        .service(get ("/platform/activity/export", Admin, listing::export_platform));
}
