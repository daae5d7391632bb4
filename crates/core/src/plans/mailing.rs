//! Mails about plans: that one waits for somebody else, and what they said. They are put into the
//! outbox by the step that they tell of, so that none tells of what did not happen.
use crier_schema::ids::MemberId;

use super::Plan;
use crate::accounts::{self, Account};
use crate::error::Result;
use crate::mails::{self, Mail, Topic};
use crate::members::{self, Member, Permission, allows};
use crate::reviews;
use crate::tx::Tx;

/// Tells everybody who may approve a plan that it waits: all who may send but the one who asks.
pub(super) fn waits(tx: &mut Tx<'_>, plan: &Plan, by: Option<MemberId>) -> Result<()> {
    let account = accounts::get(tx.conn, plan.account_id)?;
    let reason = said(tx, &account, by, "")?;
    let colleagues = members::of_brand(tx.conn, account.brand_id)?.into_iter();
    let others = colleagues
        .filter(|one| allows(one.role, Permission::Send) && Some(one.member.id) != by)
        .map(|one| one.member);
    tell(tx, &account, plan, (Topic::PlanWaits, &reason), others)
}

/// Tells who wrote a plan, and who asked for it to be approved, what somebody else made of it.
pub(super) fn decided(
    tx: &mut Tx<'_>,
    plan: &Plan,
    by: MemberId,
    topic: Topic,
    note: &str,
) -> Result<()> {
    let account = accounts::get(tx.conn, plan.account_id)?;
    let reason = said(tx, &account, Some(by), note)?;
    let authors = [plan.created_by, plan.changed_by];
    let colleagues = members::of_brand(tx.conn, account.brand_id)?.into_iter();
    let authors = colleagues
        .map(|one| one.member)
        .filter(|one| one.id != by && authors.contains(&Some(one.id)));
    tell(tx, &account, plan, (topic, &reason), authors)
}

/// Who says something, for which account, and what.
fn said(tx: &mut Tx<'_>, account: &Account, by: Option<MemberId>, note: &str) -> Result<String> {
    let names = members::names(tx.conn, by.as_slice())?;
    let who = names.into_iter().map(|(_, name)| name).next();
    let head = who.map_or_else(|| account.name.clone(), |who| format!("{who} · {}", account.name));
    Ok(if note.is_empty() { head } else { format!("{head}\n{note}") })
}

fn tell(
    tx: &mut Tx<'_>,
    account: &Account,
    plan: &Plan,
    (topic, reason): (Topic, &str),
    whom: impl Iterator<Item = Member>,
) -> Result<()> {
    let mail = Mail::News {
        topic,
        name: plan.name.clone(),
        reason: reason.to_owned(),
        path: format!("/console/accounts/{}/broadcasts/{}", account.handle, plan.id),
        sealed_token: None,
        language: reviews::language(account),
    };
    for member in whom {
        mails::queue(tx, &member.email, &mail)?;
    }
    Ok(())
}
