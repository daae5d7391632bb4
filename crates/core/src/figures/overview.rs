//! How far an account has come, as its overview shows it. Every question ends at the first row.
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use crier_schema::tables::{articles, auto_replies, broadcasts, endpoints, menus};
use diesel::dsl::{exists, select};
use diesel::prelude::*;

use crate::cases;
use crate::error::Result;

/// What has been done once, of what makes an account useful.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Begun {
    /// It answers something by itself.
    pub replies: bool,
    /// It has a menu.
    pub menu: bool,
    /// It has published an article.
    pub articles: bool,
    /// It has sent a broadcast.
    pub broadcasts: bool,
    /// Somebody listens to its events.
    pub endpoints: bool,
}

/// What has been done once.
pub fn begun(conn: &mut AnyConnection, account: AccountId) -> Result<Begun> {
    Ok(Begun {
        replies: select(exists(
            auto_replies::table
                .filter(auto_replies::account_id.eq(account).and(auto_replies::enabled)),
        ))
        .get_result(conn)?,
        menu: select(exists(menus::table.find(account))).get_result(conn)?,
        articles: select(exists(articles::table.filter(articles::account_id.eq(account))))
            .get_result(conn)?,
        broadcasts: select(exists(broadcasts::table.filter(broadcasts::account_id.eq(account))))
            .get_result(conn)?,
        endpoints: select(exists(endpoints::table.filter(endpoints::account_id.eq(account))))
            .get_result(conn)?,
    })
}

/// The account's conversations with messages nobody has read, up to [`cases::MOST_COUNTED`].
pub fn unread(conn: &mut AnyConnection, account: AccountId) -> Result<i64> {
    Ok(cases::unread(conn, account)?)
}
