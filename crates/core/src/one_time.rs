//! One-time messages: a web page asks a user for leave to send them one message, follower or not
//! (`reference/wechat-api.md` 2.4).
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowerId, MessageId};

use crate::accounts::has_control;
use crate::content::{Content, Line, MiniProgram, Origin};
use crate::conversations::{Append, append_one};
use crate::error::{Error, Result};
use crate::permits;
use crate::roster::Roster;
use crate::templates::{self, Value};
use crate::tx::Tx;
use crate::vault::{Vault, mac};
use crate::windows::Effect;

/// Scenes an account may tell apart: 0 to this.
pub const LAST_SCENE: i32 = 10_000;
/// Characters of a message's heading.
const MAX_TITLE: usize = 15;
/// Characters of its words.
const MAX_TEXT: usize = 200;

/// A message to send.
#[derive(Debug, Clone)]
pub struct OneTime {
    /// The key that was agreed to.
    pub template: String,
    /// The scene that was agreed to.
    pub scene: i32,
    /// Heading, up to 15 characters.
    pub title: String,
    /// What it says, up to 200 characters.
    pub text: Value,
    /// Where a tap leads.
    pub url: Option<String>,
    /// Which mini program a tap opens.
    pub mini_program: Option<MiniProgram>,
}

/// The key of an account's one-time messages: 43 characters, always the same.
pub fn template_key(vault: &Vault, account: AccountId) -> String {
    URL_SAFE_NO_PAD.encode(mac(&vault.derive("one-time"), &account.0.to_be_bytes()))
}

/// Whether the account can ask for leave under this key: its own one, or that of a template it has
/// adopted. Gives the template's title, if it is one.
///
/// # Errors
/// `NotFound("template")`.
pub fn title(
    conn: &mut AnyConnection,
    vault: &Vault,
    account: AccountId,
    key: &str,
) -> Result<Option<String>> {
    if key == template_key(vault, account) {
        return Ok(None);
    }
    Ok(Some(templates::get(conn, account, key)?.title))
}

/// Notes that a user agreed to one message.
///
/// # Errors
/// `NotFound("template")`; [`Error::Invalid`] for the scene.
pub fn allow(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    follower: FollowerId,
    key: &str,
    scene: i32,
) -> Result<()> {
    title(tx.conn, vault, account, key)?;
    check_scene(scene)?;
    permits::accept(tx, account, follower, key, scene, 1)
}

/// Sends the message that was agreed to, which uses the leave up.
///
/// # Errors
/// `NotFound("template")`; [`Error::Invalid`] for a field; `notice_refused` without leave.
pub fn send(
    tx: &mut Tx<'_>,
    vault: &Vault,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    message: &OneTime,
) -> Result<MessageId> {
    title(tx.conn, vault, account, &message.template)?;
    check(message)?;
    if !permits::spend(tx, follower, &message.template, message.scene)? {
        return Err(Error::Conflict("notice_refused"));
    }
    let color = message.text.color.clone().filter(|color| templates::is_color(color));
    let content = Content::Template {
        template_id: message.template.clone(),
        title: message.title.clone(),
        lines: vec![Line { text: message.text.text.clone(), color }],
        url: message.url.clone(),
        mini_program: message.mini_program.clone(),
    };
    let append = Append::outbound(follower, Origin::Template, content, None, Effect::Consented);
    Ok(append_one(tx, roster, append)?.id)
}

fn check(message: &OneTime) -> Result<()> {
    check_scene(message.scene)?;
    let length = message.title.chars().count();
    if length == 0 || length > MAX_TITLE || has_control(&message.title) {
        return Err(Error::invalid("title", "must have 1 to 15 characters"));
    }
    let text = &message.text.text;
    if text.trim().is_empty() || text.chars().count() > MAX_TEXT || has_control(text) {
        return Err(Error::invalid("data", "content must have 1 to 200 characters"));
    }
    Ok(())
}

fn check_scene(scene: i32) -> Result<()> {
    if (0..=LAST_SCENE).contains(&scene) {
        return Ok(());
    }
    Err(Error::invalid("subscribe_scene", "must be 0 to 10000"))
}
