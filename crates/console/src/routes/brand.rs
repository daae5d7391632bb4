//! The brand's own pages: members and accounts.
use crier_core::members::Permission::{CreateAccount, Invite, Team};

use super::{Table, get, post};
use crate::accounts;
use crate::gate::Who::{Admin, Brand, Member};
use crate::home;
use crate::team;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(post("/brand", Member, home::choose_brand))
        .service(get ("/brands/new", Admin, home::new_brand))
        .service(post("/brands/new", Admin, home::create_brand))
        .service(get ("/team", Brand(Team), team::show))
        .service(post("/team/invitations", Brand(Invite), team::invite))
        .service(post("/team/invitations/{invitation}/withdraw", Brand(Invite), team::withdraw))
        .service(post("/team/members/{member}/role", Brand(Invite), team::change_role))
        .service(get ("/team/members/{member}/remove", Brand(Invite), team::confirm_remove))
        .service(post("/team/members/{member}/remove", Brand(Invite), team::remove))
        .service(get ("/accounts/new", Brand(CreateAccount), accounts::new))
        .service(post("/accounts/new", Brand(CreateAccount), accounts::create));
}
