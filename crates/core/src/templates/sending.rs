//! Sending notices made from templates.
use crier_schema::ids::{AccountId, FollowerId, MessageId};

use super::adopting::check_industry;
use super::render::{self, Value};
use super::{Kind, Template, get_of};
use crate::content::{Content, MiniProgram, Origin};
use crate::conversations::{Append, append_one};
use crate::error::{Error, Result};
use crate::facts::Fact;
use crate::permits::{self, NO_SCENE, Standing};
use crate::roster::Roster;
use crate::tallies::{self, Noun};
use crate::tx::Tx;
use crate::windows::Effect;

/// A notice to send.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Key of the account's template.
    pub template: String,
    /// What stands in its places, by name.
    pub values: Vec<(String, Value)>,
    /// Where a tap leads.
    pub url: Option<String>,
    /// Which mini program a tap opens, where there is one.
    pub mini_program: Option<MiniProgram>,
    /// The sender's own id for it, which makes sending again harmless.
    pub client_id: Option<String>,
}

impl Notice {
    fn content(&self, template: &Template, lines: Vec<crate::content::Line>) -> Content {
        Content::Template {
            template_id: template.template_key.clone(),
            title: template.title.clone(),
            lines,
            url: self.url.clone(),
            mini_program: self.mini_program.clone(),
        }
    }

    /// Followers name their messages too: the prefix keeps the two from meeting.
    fn client_id(&self) -> Option<String> {
        self.client_id.as_ref().map(|id| format!("notice:{id}"))
    }
}

/// Sends a template message. It needs no open reply window and takes nothing off one; that it
/// arrived is told as an event. Returns the message's id, the first one's when it is a repeat.
///
/// # Errors
/// `NotFound("template")`; `template_banned`; `industry_conflict` when the account has left the
/// template's trade; `notice_refused` when the follower doesn't want these; [`Error::Invalid`] for
/// a value that is missing or too long; `Denied(NotFollowing)`.
pub fn send(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    notice: &Notice,
) -> Result<MessageId> {
    let template = usable(tx, account, &notice.template, &[Kind::Message])?;
    if let Some(entry) = template.entry() {
        check_industry(tx.conn, account, entry)?;
    }
    let permit = permits::find(tx.conn, follower, &template.template_key, NO_SCENE)?;
    if permit.is_some_and(|permit| permit.standing == Standing::Refused) {
        return Err(Error::Conflict("notice_refused"));
    }
    let content = notice.content(&template, render::lines(&template.content, &notice.values)?);
    let origin = Origin::Template;
    let message = Append::outbound(follower, origin, content, notice.client_id(), Effect::None);
    let sent = append_one(tx, roster, message)?;
    if !sent.repeated {
        let fact = Fact::TemplateFinished { id: sent.id, delivered: true };
        append_one(tx, roster, Append::event(follower, fact, Effect::None))?;
        tallies::add(tx, account, Noun::Notice, &template.template_key)?;
    }
    Ok(sent.id)
}

/// Sends a subscription notice: to whoever said yes to it, whether they follow or not. One of a
/// [`Kind::Once`] template takes one of the permits; [`Kind::Long`] takes none.
///
/// # Errors
/// `NotFound("template")`; `template_banned`; [`Error::Invalid`] for a value that is missing or
/// that its place does not take; `notice_refused` without a permit.
pub fn send_notice(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    notice: &Notice,
) -> Result<MessageId> {
    let template = usable(tx, account, &notice.template, &[Kind::Once, Kind::Long])?;
    let lines = render::checked_lines(&template.content, &notice.values)?;
    let key = &template.template_key;
    let may = match template.kind {
        Kind::Long => permits::find(tx.conn, follower, key, NO_SCENE)?
            .is_some_and(|permit| permit.standing == Standing::Accepted),
        _ => permits::spend(tx, follower, key, NO_SCENE)?,
    };
    if !may {
        return Err(Error::Conflict("notice_refused"));
    }
    let content = notice.content(&template, lines);
    let origin = Origin::Template;
    let message =
        Append::outbound(follower, origin, content, notice.client_id(), Effect::Consented);
    let sent = append_one(tx, roster, message)?;
    let fact = Fact::NoticeSent { id: sent.id, template: key.clone(), delivered: true };
    append_one(tx, roster, Append::event(follower, fact, Effect::Consented))?;
    tallies::add(tx, account, Noun::Notice, key)?;
    Ok(sent.id)
}

fn usable(tx: &mut Tx<'_>, account: AccountId, key: &str, kinds: &[Kind]) -> Result<Template> {
    let template = get_of(tx.conn, account, key, kinds)?;
    if template.banned {
        return Err(Error::Conflict("template_banned"));
    }
    Ok(template)
}
