//! What members did: who, when, from which network, what, to what. It is only added to; each brand's
//! part is a chain of hashes, so that a row that is changed or taken out afterwards is noticed.
mod chain;
mod search;
mod sweep;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, ActivityId, BrandId, MemberId};
use crier_schema::tables::{activities, memberships};
use diesel::prelude::*;

pub use chain::{Check, check};
pub use search::{Search, actions, page};
pub use sweep::{DAYS, sweep};

use crate::accounts::Account;
use crate::brands;
use crate::error::Result;
use crate::members::Member;
use crate::tx::Tx;

/// Who does what is done by commands on the machine itself.
pub const COMMAND_LINE: &str = "command line";
/// Characters of a detail that are kept.
const DETAIL: usize = 300;

/// Whose log it is: a brand's, or the installation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chain(pub i64);

impl Chain {
    /// What concerns no brand alone: platform administration, sign-ins of those who have none.
    pub const INSTALLATION: Self = Self(0);
}

impl From<BrandId> for Chain {
    fn from(brand: BrandId) -> Self {
        Self(brand.0)
    }
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = activities, treat_none_as_default_value = false)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// Whose log it is in: a brand's id, or 0.
    pub chain: i64,
    /// Its place there: 1, 2, 3, … without a gap.
    pub seq: i64,
    /// When.
    pub created_at: Timestamp,
    /// Who, unless nobody was signed in.
    pub member_id: Option<MemberId>,
    /// What they were called then: of no member, the command line or an app id.
    pub member_name: String,
    /// From which network: a /24 of IPv4 or a /48 of IPv6, which is enough to see a stranger by.
    pub address: String,
    /// What: a word that never changes.
    pub action: String,
    /// Of which account, if of one.
    pub account_id: Option<AccountId>,
    /// To what: `name=id` pairs.
    pub subject: String,
    /// More about it: at most 300 characters.
    pub detail: String,
    /// The hash of all this and the hash before.
    pub hash: String,
}

/// What is put on record.
#[derive(Debug, Clone, Default)]
pub struct Deed {
    /// Who, with what they are called.
    pub member: Option<(MemberId, String)>,
    /// Who, where it is no member.
    pub by: String,
    /// The client's address, which is shortened.
    pub address: String,
    /// What: a word that never changes.
    pub action: String,
    /// Of which account.
    pub account: Option<AccountId>,
    /// To what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

impl Deed {
    /// A deed of this member.
    pub fn of(member: &Member, address: &str, action: &str) -> Self {
        Self {
            member: Some((member.id, member.name.clone())),
            address: address.to_owned(),
            action: action.to_owned(),
            ..Self::default()
        }
    }

    /// What a command on the machine itself does.
    pub fn of_command(command: &str) -> Self {
        Self {
            by: COMMAND_LINE.to_owned(),
            address: COMMAND_LINE.to_owned(),
            action: format!("command-{command}"),
            ..Self::default()
        }
    }

    /// What somebody does who calls as this account's app.
    pub fn of_app(account: &Account, address: &str, action: &str) -> Self {
        Self {
            by: account.app_id.clone(),
            address: address.to_owned(),
            action: format!("app-{action}"),
            account: Some(account.id),
            ..Self::default()
        }
    }
}

impl From<&str> for Deed {
    /// Something that nobody known does, from this address.
    fn from(address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::default() }
    }
}

/// Puts a deed on record in one log.
pub fn record(tx: &mut Tx<'_>, chain: Chain, deed: &Deed) -> Result<()> {
    let end = chain::next(tx, chain)?;
    let (member_id, member_name) = deed.member.clone().unzip();
    let mut row = Activity {
        id: tx.ids.next(),
        chain: chain.0,
        seq: end.seq,
        created_at: tx.now,
        member_id,
        member_name: member_name.unwrap_or_else(|| deed.by.clone()),
        address: network(&deed.address),
        action: deed.action.clone(),
        account_id: deed.account,
        subject: shortened(&deed.subject),
        detail: shortened(&deed.detail),
        hash: String::new(),
    };
    row.hash = chain::hash(&end.hash, &row)?;
    diesel::insert_into(activities::table).values(&row).execute(tx.conn)?;
    chain::close(tx, &row)
}

/// Puts what concerns a member as such on record: in the log of each brand they are a member of, in
/// the installation's for who belongs to none.
pub fn record_everywhere(tx: &mut Tx<'_>, member: MemberId, deed: &Deed) -> Result<()> {
    let brands: Vec<BrandId> = memberships::table
        .filter(memberships::member_id.eq(member))
        .order(memberships::brand_id.asc())
        .select(memberships::brand_id)
        .load(tx.conn)?;
    if brands.is_empty() {
        return record(tx, Chain::INSTALLATION, deed);
    }
    brands.into_iter().try_for_each(|brand| record(tx, brand.into(), deed))
}

/// The same, and in the installation's log as well where the member looks after the installation.
pub fn record_about(tx: &mut Tx<'_>, member: &Member, deed: &Deed) -> Result<()> {
    record_everywhere(tx, member.id, deed)?;
    let has_brands = !brands::of_member(tx.conn, member.id)?.is_empty();
    if member.platform_admin && has_brands {
        record(tx, Chain::INSTALLATION, deed)?;
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(DETAIL).collect()
}

/// The network of an address: who exactly sat there is nobody's business a year later.
fn network(address: &str) -> String {
    let bare = address.split('/').next().unwrap_or_default();
    match bare.parse() {
        Ok(IpAddr::V4(four)) => {
            let [a, b, c, _] = four.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        Ok(IpAddr::V6(six)) => {
            let [a, b, c, ..] = six.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => shortened(bare),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_end() {
        assert_eq!(network("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2::/64"), "2001:db8:1::/48");
        assert_eq!(network("cli"), "cli");
    }
}
