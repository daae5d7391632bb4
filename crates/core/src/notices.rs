//! What a follower says to an account's notices: in a question beside an article or a web page, and
//! later in the settings.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowerId};

use crate::conversations::{Append, append_one};
use crate::error::{Denial, Error, Result};
use crate::facts::{Fact, NoticeAnswer};
use crate::permits::{self, NO_SCENE, Permit, Standing};
use crate::roster::Roster;
use crate::templates::{self, Kind, Template};
use crate::tx::Tx;
use crate::windows::Effect;

/// Notices that are asked about at once.
pub const AT_ONCE: usize = 10;
/// The kinds that are asked about.
pub const ASKED: &[Kind] = &[Kind::Once, Kind::Long];

/// A notice as a follower sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is made from.
    pub template: Template,
    /// What they said to it; nothing yet if absent.
    pub permit: Option<Permit>,
}

impl Listed {
    /// Whether the account may send it, as far as the follower is asked. Template messages come
    /// unless they are refused.
    pub fn is_accepted(&self) -> bool {
        match &self.permit {
            Some(permit) => permit.standing == Standing::Accepted,
            None => self.template.kind == Kind::Message,
        }
    }
}

/// An account's template messages, and the subscription notices that the follower was asked about.
pub fn all(
    conn: &mut AnyConnection,
    account: AccountId,
    follower: FollowerId,
) -> Result<Vec<Listed>> {
    let templates = templates::all(conn, account, Kind::ALL)?;
    let keys: Vec<&str> = templates.iter().map(|template| template.template_key.as_str()).collect();
    let mut permits = permits::of_templates(conn, follower, &keys)?;
    let listed = templates.into_iter().map(|template| {
        let at = permits.iter().position(|permit| permit.template_key == template.template_key);
        Listed { permit: at.map(|at| permits.swap_remove(at)), template }
    });
    Ok(listed.filter(|one| one.permit.is_some() || one.template.kind == Kind::Message).collect())
}

/// Templates of the account that a follower can be asked about, by key, in this order.
///
/// # Errors
/// `NotFound("template")` for a key that is none; [`Error::Invalid`] without any, or with too many.
pub fn asked(
    conn: &mut AnyConnection,
    account: AccountId,
    keys: &[String],
) -> Result<Vec<Template>> {
    if keys.is_empty() || keys.len() > AT_ONCE {
        return Err(Error::invalid("answers", format!("must be 1 to {AT_ONCE}")));
    }
    keys.iter().map(|key| templates::get_of(conn, account, key, ASKED)).collect()
}

/// Notes what a follower answered when they were asked, and tells it. A yes to a [`Kind::Once`]
/// notice is good for one. `scene` says where they were asked: 0 to 10000.
///
/// # Errors
/// As [`asked`].
pub fn answer(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    answers: &[NoticeAnswer],
    scene: i32,
) -> Result<()> {
    let keys: Vec<String> = answers.iter().map(|answer| answer.template_id.clone()).collect();
    let asked = asked(tx.conn, account, &keys)?;
    for (template, answer) in asked.iter().zip(answers) {
        let more = i32::from(template.kind == Kind::Once);
        note(tx, account, follower, answer, more)?;
    }
    let fact = Fact::NoticesAnswered { answers: answers.to_vec(), scene };
    tell(tx, roster, follower, fact)
}

/// Notes what a follower set for one notice, and tells it if it is a subscription notice and
/// something changed. A yes gives no permit for a single notice: for that they are asked.
///
/// # Errors
/// `NotFound("template")`.
pub fn set(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    answer: &NoticeAnswer,
) -> Result<()> {
    let template = templates::get(tx.conn, account, &answer.template_id)?;
    let permit = permits::find(tx.conn, follower, &answer.template_id, NO_SCENE)?;
    let kind = template.kind;
    if (Listed { template, permit }).is_accepted() == answer.accepted {
        return Ok(());
    }
    note(tx, account, follower, answer, 0)?;
    if kind == Kind::Message {
        return Ok(());
    }
    let fact = Fact::NoticesChanged { answers: vec![answer.clone()] };
    tell(tx, roster, follower, fact)
}

/// What a blocked follower says is noted and told nobody: they need not know.
fn tell(tx: &mut Tx<'_>, roster: &Roster, follower: FollowerId, fact: Fact) -> Result<()> {
    match append_one(tx, roster, Append::event(follower, fact, Effect::Consented)) {
        Ok(_) | Err(Error::Denied(Denial::Blocked)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn note(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    answer: &NoticeAnswer,
    more: i32,
) -> Result<()> {
    if answer.accepted {
        permits::accept(tx, account, follower, &answer.template_id, NO_SCENE, more)
    } else {
        permits::refuse(tx, account, follower, &answer.template_id, NO_SCENE)
    }
}
