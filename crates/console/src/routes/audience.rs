//! Who follows: found, tagged, and how they came; and the menu that they see.
use crier_core::members::Permission::{Audience, Followers, Menu};

use super::{Table, get, post};
use crate::codes;
use crate::codes::showing as code;
use crate::followers;
use crate::followers::choosing;
use crate::followers::showing as follower;
use crate::gate::Who::Account;
use crate::menu;
use crate::menu::designing;
use crate::menu::publishing;
use crate::tags;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/followers", Account(Followers), followers::show))
        .service(post("/accounts/{handle}/followers/bulk", Account(Followers), choosing::act))
        .service(get ("/accounts/{handle}/followers/{follower}", Account(Followers), follower::show))
        .service(post("/accounts/{handle}/followers/{follower}/remark", Account(Followers), follower::note))
        .service(post("/accounts/{handle}/followers/{follower}/tags", Account(Followers), follower::tag))
        .service(get ("/accounts/{handle}/tags", Account(Followers), tags::list))
        .service(post("/accounts/{handle}/tags", Account(Audience), tags::create))
        .service(post("/accounts/{handle}/tags/{tag}", Account(Audience), tags::rename))
        .service(get ("/accounts/{handle}/tags/{tag}/remove", Account(Audience), tags::confirm_remove))
        .service(post("/accounts/{handle}/tags/{tag}/remove", Account(Audience), tags::remove))
        .service(get ("/accounts/{handle}/codes", Account(Audience), codes::list))
        .service(post("/accounts/{handle}/codes", Account(Audience), codes::create))
        .service(get ("/accounts/{handle}/codes/{code}", Account(Audience), code::show))
        .service(post("/accounts/{handle}/codes/{code}", Account(Audience), code::rename))
        .service(get ("/accounts/{handle}/codes/{code}/code.svg", Account(Audience), code::svg))
        .service(get ("/accounts/{handle}/codes/{code}/code.png", Account(Audience), code::png))
        .service(get ("/accounts/{handle}/codes/{code}/figures.csv", Account(Audience), code::figures))
        .service(get ("/accounts/{handle}/menu", Account(Menu), menu::show))
        .service(post("/accounts/{handle}/menu/drafts", Account(Menu), designing::begin))
        .service(get ("/accounts/{handle}/menu/drafts/{draft}", Account(Menu), designing::show))
        .service(post("/accounts/{handle}/menu/drafts/{draft}", Account(Menu), designing::change))
        .service(post("/accounts/{handle}/menu/drafts/{draft}/who", Account(Menu), designing::address))
        .service(post("/accounts/{handle}/menu/drafts/{draft}/upload", Account(Menu), designing::upload))
        .service(post("/accounts/{handle}/menu/drafts/{draft}/publish", Account(Menu), publishing::publish))
        .service(post("/accounts/{handle}/menu/drafts/{draft}/schedule", Account(Menu), publishing::schedule))
        .service(get ("/accounts/{handle}/menu/drafts/{draft}/remove", Account(Menu), publishing::confirm_discard))
        .service(post("/accounts/{handle}/menu/drafts/{draft}/remove", Account(Menu), publishing::discard))
        .service(post("/accounts/{handle}/menu/variants/{variant}/move", Account(Menu), publishing::shift))
        .service(get ("/accounts/{handle}/menu/variants/{variant}/remove", Account(Menu), publishing::confirm_remove))
        .service(post("/accounts/{handle}/menu/variants/{variant}/remove", Account(Menu), publishing::remove))
        .service(post("/accounts/{handle}/menu/history/{past}", Account(Menu), publishing::restore));
}
