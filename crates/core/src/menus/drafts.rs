//! Menus that are being designed. A draft may be unfinished: it is checked when it comes out.
use crier_schema::ids::{AccountId, ConditionalMenuId, MenuDraftId};
use crier_schema::tables::menu_drafts;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use super::{Action, Button, Rule, conditionals, find, flat};
use crate::accounts::has_control;
use crate::content::MAX_TEXT;
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// Drafts of one account.
pub const MOST_DRAFTS: usize = 30;
/// Characters of a button's name.
pub const MOST_TOP: usize = 8;
/// Characters of the name of a button beneath another.
pub const MOST_BENEATH: usize = 20;
/// Characters of a menu's name.
const MOST_NAME: usize = 60;
/// Bytes of a key.
const MOST_KEY: usize = 128;
/// Bytes of a link, and of a mini program's page.
const MOST_LINK: usize = 1_024;

/// A menu that is being designed, or waits for its time.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = menu_drafts)]
pub struct Draft {
    /// Its id.
    pub id: MenuDraftId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the brand calls it: at most 60 characters.
    pub name: String,
    /// Who is to see it; absent of one for everybody.
    #[diesel(deserialize_as = Json<Option<Rule>>)]
    pub rule: Option<Rule>,
    /// The menu for some in whose place it goes.
    pub replaces: Option<ConditionalMenuId>,
    /// Its buttons so far.
    pub buttons: Json<Vec<Button>>,
    /// When it comes out by itself.
    pub publish_at: Option<Timestamp>,
    /// Why it did not, as the word or field of the fault.
    pub failure: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The account's drafts, oldest first.
pub fn drafts(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<Draft>> {
    Draft::query()
        .filter(menu_drafts::account_id.eq(account))
        .order(menu_drafts::id.asc())
        .load(conn)
}

/// The account's draft of this id.
///
/// # Errors
/// `NotFound("menu_draft")`.
pub fn draft(conn: &mut AnyConnection, account: AccountId, id: MenuDraftId) -> Result<Draft> {
    Draft::query()
        .filter(menu_drafts::id.eq(id).and(menu_drafts::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("menu_draft")
}

/// Begins a draft: of the menu for everybody, of a menu for some in whose place it will go, or of a
/// new one for some. Each begins with what is on show; what is being designed already is gone on
/// with.
///
/// # Errors
/// `NotFound("conditional_menu")`; `too_many_menu_drafts`.
pub fn add_draft(
    tx: &mut Tx<'_>,
    account: AccountId,
    for_some: bool,
    replaces: Option<ConditionalMenuId>,
) -> Result<MenuDraftId> {
    let all = drafts(tx.conn, account)?;
    let is_new = for_some && replaces.is_none();
    let same = |draft: &&Draft| {
        draft.publish_at.is_none() && draft.rule.is_some() == for_some && draft.replaces == replaces
    };
    if let Some(known) = all.iter().find(same).filter(|_| !is_new) {
        return Ok(known.id);
    }
    if all.len() >= MOST_DRAFTS {
        return Err(Error::Conflict("too_many_menu_drafts"));
    }
    let everybody = find(tx.conn, account)?.map(|menu| menu.buttons).unwrap_or_default();
    let (name, rule, buttons) = match replaces {
        Some(id) => {
            let all = conditionals(tx.conn, account)?;
            let one = all.into_iter().find(|one| one.menu.id == id.0);
            let one = one.ok_or(Error::NotFound("conditional_menu"))?;
            (one.name, Some(one.rule), one.menu.buttons)
        }
        None if for_some => (String::new(), Some(Rule::default()), everybody),
        None => (String::new(), None, everybody),
    };
    let id: MenuDraftId = tx.ids.next();
    diesel::insert_into(menu_drafts::table)
        .values((
            menu_drafts::id.eq(id),
            menu_drafts::account_id.eq(account),
            menu_drafts::name.eq(name),
            menu_drafts::rule.eq(Json::to_text(&rule)?),
            menu_drafts::replaces.eq(replaces),
            menu_drafts::buttons.eq(Json::to_text(&buttons)?),
            menu_drafts::created_at.eq(tx.now),
            menu_drafts::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Changes a draft: what it is called and who sees it, if it is for some, and its buttons.
///
/// # Errors
/// `NotFound("menu_draft")`; [`Error::Invalid`] for `menu_name`, `button_name`, `button_key`,
/// `button_url`, `button_path`, `button_text`, or `button` when there are too many.
pub fn change_draft(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MenuDraftId,
    name: &str,
    rule: Option<&Rule>,
    buttons: &[Button],
) -> Result<()> {
    let known = draft(tx.conn, account, id)?;
    let name = name.trim();
    if name.chars().count() > MOST_NAME || has_control(name) {
        return Err(Error::invalid("menu_name", "must have at most 60 characters"));
    }
    check(buttons)?;
    let rule = rule.filter(|_| known.rule.is_some()).or(known.rule.as_ref());
    diesel::update(menu_drafts::table.find(id))
        .set((
            menu_drafts::name.eq(name),
            menu_drafts::rule.eq(Json::to_text(&rule)?),
            menu_drafts::buttons.eq(Json::to_text(&buttons)?),
            menu_drafts::failure.eq(None::<String>),
            menu_drafts::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives a draft up. What is on show stays.
///
/// # Errors
/// `NotFound("menu_draft")`.
pub fn remove_draft(tx: &mut Tx<'_>, account: AccountId, id: MenuDraftId) -> Result<()> {
    let row = menu_drafts::id.eq(id).and(menu_drafts::account_id.eq(account));
    match diesel::delete(menu_drafts::table.filter(row)).execute(tx.conn)? {
        0 => Err(Error::NotFound("menu_draft")),
        _ => Ok(()),
    }
}

/// What even an unfinished menu keeps to.
fn check(buttons: &[Button]) -> Result<()> {
    let beneath = |button: &Button| match &button.action {
        Action::Open { buttons } => buttons.len(),
        _ => 0,
    };
    if buttons.len() > 3 || buttons.iter().any(|button| beneath(button) > 5) {
        return Err(Error::invalid("button", "must be at most 3, with 5 beneath each"));
    }
    for button in buttons {
        check_one(button, MOST_TOP)?;
        if let Action::Open { buttons } = &button.action {
            buttons.iter().try_for_each(|button| check_one(button, MOST_BENEATH))?;
        }
    }
    Ok(())
}

fn check_one(button: &Button, most: usize) -> Result<()> {
    let bad = |text: &str, most: usize| text.len() > most || text.chars().any(char::is_control);
    if button.name.chars().count() > most || button.name.chars().any(char::is_control) {
        return Err(Error::invalid("button_name", "is too long"));
    }
    match &button.action {
        Action::Click { key } | Action::Ask { key, .. } if bad(key, MOST_KEY) => {
            Err(Error::invalid("button_key", "must have at most 128 bytes"))
        }
        Action::View { url } | Action::MiniProgram { url, .. }
            if bad(url, MOST_LINK) || !(url.is_empty() || is_link(url)) =>
        {
            Err(Error::invalid("button_url", "must be a link of at most 1024 bytes"))
        }
        Action::MiniProgram { app_id, path, .. }
            if bad(app_id, MOST_KEY) || bad(path, MOST_LINK) =>
        {
            Err(Error::invalid("button_path", "is too long"))
        }
        Action::Say { text } if text.len() > MAX_TEXT || has_control(text) => {
            Err(Error::invalid("button_text", "must have at most 2048 bytes"))
        }
        _ => Ok(()),
    }
}

fn is_link(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Checks that nothing is missing, before it comes out.
pub(super) fn check_finished(buttons: &[Button]) -> Result<()> {
    check(buttons)?;
    for button in flat(buttons) {
        let missing = match &button.action {
            Action::Click { key } | Action::Ask { key, .. } => {
                key.is_empty().then_some("button_key")
            }
            Action::View { url } | Action::MiniProgram { url, .. } => {
                url.is_empty().then_some("button_url")
            }
            Action::Media { media_id } | Action::Articles { media_id } => {
                media_id.is_empty().then_some("media_id")
            }
            _ => None,
        };
        if let Some(field) = missing {
            return Err(Error::invalid(field, "must not be empty"));
        }
    }
    Ok(())
}
