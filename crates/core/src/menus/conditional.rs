//! Menus for some followers: each has a rule, and the newest whose rule a follower meets is the one
//! they see (`reference/wechat-api.md` 2.6).
use std::collections::BTreeSet;

use crier_schema::ids::{AccountId, ConditionalMenuId, FollowerId, SegmentId};
use crier_schema::tables::conditional_menus;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Action, Button, Menu, check, find, flat, history};
use crate::error::{Error, Result};
use crate::segments::{self, Looking};
use crate::tags;
use crate::tx::Tx;
use crate::users::{Platform, User};

/// Menus for some that an account may have.
const MAX: i64 = 100;
/// Hosts that all of them together may lead to.
const MAX_HOSTS: usize = 3;

/// Who sees a menu: whoever meets all that it says. It says one thing at the least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Followers with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<i64>,
    /// Followers on this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Followers whose language this is: BCP 47, such as `zh-CN` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Followers that this segment means when they look. Nobody is in one that was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
}

/// A menu for some followers.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// The menu.
    pub menu: Menu,
    /// Who sees it.
    pub rule: Rule,
    /// What the brand calls it; empty of one that its backend set.
    pub name: String,
    /// Its place: menus are tried from the greatest down.
    pub place: i64,
}

/// Who looks at a menu.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The follower they are to the account, if they are one.
    pub follower: Option<FollowerId>,
    /// What they look at it on.
    pub platform: Option<Platform>,
    /// Their language (BCP 47).
    pub locale: String,
}

impl Viewer {
    /// A user, on this platform or else the one they came by last.
    pub fn of(user: &User, platform: Option<Platform>) -> Self {
        let platform = platform.or(user.platform);
        Self { follower: None, platform, locale: user.locale.clone() }
    }
}

/// Adds a menu for some followers.
///
/// # Errors
/// `NotFound("tag")`; `no_default_menu`, `too_many_menus`, `too_many_hosts`; [`Error::Invalid`] for `rule` when it says
/// nothing, for `segment`, and for buttons as [`super::set`].
pub fn add_conditional(
    tx: &mut Tx<'_>,
    account: AccountId,
    rule: &Rule,
    buttons: &[Button],
) -> Result<ConditionalMenuId> {
    insert(tx, account, ("", rule, buttons), None)
}

/// As [`add_conditional`], called so, and at this place instead of before all others.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    (name, rule, buttons): (&str, &Rule, &[Button]),
    place: Option<i64>,
) -> Result<ConditionalMenuId> {
    check(buttons)?;
    if *rule == Rule::default() {
        return Err(Error::invalid("rule", "must say who sees the menu"));
    }
    if find(tx.conn, account)?.is_none() {
        return Err(Error::Conflict("no_default_menu"));
    }
    if let Some(tag) = rule.tag {
        tags::get(tx.conn, account, tag)?;
    }
    if let Some(segment) = rule.segment
        && segments::find(tx.conn, account, segment)?.is_none()
    {
        return Err(Error::invalid("segment", "must be a segment of the account"));
    }
    let others = conditionals(tx.conn, account)?;
    if others.len() as i64 >= MAX {
        return Err(Error::Conflict("too_many_menus"));
    }
    let all = others.iter().flat_map(|other| hosts(&other.menu.buttons));
    if all.chain(hosts(buttons)).collect::<BTreeSet<String>>().len() > MAX_HOSTS {
        return Err(Error::Conflict("too_many_hosts"));
    }
    let id: ConditionalMenuId = tx.ids.next();
    history::keep(tx, account, id.0, (name, Some(rule), buttons))?;
    diesel::insert_into(conditional_menus::table)
        .values((
            conditional_menus::id.eq(id),
            conditional_menus::account_id.eq(account),
            conditional_menus::rule.eq(Json::to_text(rule)?),
            conditional_menus::buttons.eq(Json::to_text(&buttons)?),
            conditional_menus::created_at.eq(tx.now),
            conditional_menus::place.eq(place.unwrap_or(id.0)),
            conditional_menus::name.eq(name),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Has a menu for some tried before the one that goes before it now, or after the one that comes
/// after. The first and the last have none, and stay.
///
/// # Errors
/// `NotFound("conditional_menu")`.
pub fn move_conditional(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ConditionalMenuId,
    up: bool,
) -> Result<()> {
    tags::hold(tx, account)?;
    let all = conditionals(tx.conn, account)?;
    let at = all.iter().position(|one| one.menu.id == id.0);
    let at = at.ok_or(Error::NotFound("conditional_menu"))?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1) };
    let Some(other) = other.and_then(|other| all.get(other)) else { return Ok(()) };
    for (id, place) in [(id.0, other.place), (other.menu.id, all[at].place)] {
        diesel::update(conditional_menus::table.find(ConditionalMenuId(id)))
            .set(conditional_menus::place.eq(place))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The hosts that buttons lead to.
fn hosts(buttons: &[Button]) -> impl Iterator<Item = String> {
    flat(buttons).filter_map(|button| match &button.action {
        Action::View { url } | Action::MiniProgram { url, .. } => {
            url::Url::parse(url).ok()?.host_str().map(str::to_owned)
        }
        _ => None,
    })
}

/// Removes a menu for some followers.
///
/// # Errors
/// `NotFound("conditional_menu")`, also for another account's.
pub fn remove_conditional(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ConditionalMenuId,
) -> Result<()> {
    let row = conditional_menus::table
        .filter(conditional_menus::id.eq(id).and(conditional_menus::account_id.eq(account)));
    match diesel::delete(row).execute(tx.conn)? {
        0 => Err(Error::NotFound("conditional_menu")),
        _ => Ok(()),
    }
}

/// Removes all menus for some followers.
pub(super) fn clear(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(conditional_menus::table.filter(conditional_menus::account_id.eq(account)))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (ConditionalMenuId, Json<Rule>, Json<Vec<Button>>, Timestamp, i64, String);

/// An account's menus for some followers in the order they are tried in: newest first, unless the
/// brand has moved them.
pub fn conditionals(conn: &mut AnyConnection, account: AccountId) -> Result<Vec<Conditional>> {
    let rows: Vec<Row> = conditional_menus::table
        .filter(conditional_menus::account_id.eq(account))
        .order((conditional_menus::place.desc(), conditional_menus::id.desc()))
        .select((
            conditional_menus::id,
            conditional_menus::rule,
            conditional_menus::buttons,
            conditional_menus::created_at,
            conditional_menus::place,
            conditional_menus::name,
        ))
        .load(conn)?;
    let one = |(id, Json(rule), Json(buttons), updated_at, place, name): Row| Conditional {
        menu: Menu { id: id.0, buttons, updated_at },
        rule,
        name,
        place,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The menu that somebody sees: the newest whose rule they meet, or else the one for everybody.
pub fn seen_by(
    conn: &mut AnyConnection,
    account: AccountId,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<Option<Menu>> {
    let Some(default) = find(conn, account)? else { return Ok(None) };
    let conditional = conditionals(conn, account)?;
    let asks_for_tags = conditional.iter().any(|one| one.rule.tag.is_some());
    let tags = match viewer.follower {
        Some(follower) if asks_for_tags => tags::of_follower(conn, follower)?,
        _ => Vec::new(),
    };
    for one in conditional {
        // Segments are looked up last, and only where all else is met.
        if one.rule.is_met(viewer, &tags) && is_meant(conn, account, &one.rule, viewer, now)? {
            return Ok(Some(one.menu));
        }
    }
    Ok(Some(default))
}

/// Whether a rule names no segment, or one that means the viewer.
fn is_meant(
    conn: &mut AnyConnection,
    account: AccountId,
    rule: &Rule,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<bool> {
    let Some(segment) = rule.segment else { return Ok(true) };
    let Some(follower) = viewer.follower else { return Ok(false) };
    let Some(segment) = segments::find(conn, account, segment)? else { return Ok(false) };
    let looking = Looking::new(conn, account, &segment.rule.0, now)?;
    segments::means(conn, &looking, follower)
}

impl Rule {
    /// Whether somebody meets all of it but its segment.
    fn is_met(&self, viewer: &Viewer, tags: &[i64]) -> bool {
        self.tag.is_none_or(|tag| tags.contains(&tag))
            && self.platform.is_none_or(|wanted| viewer.platform == Some(wanted))
            && self.language.as_ref().is_none_or(|wanted| speaks(&viewer.locale, wanted))
    }
}

/// Of these menus for some, the one that somebody with these tags and in this segment sees.
pub fn shown_to<'a>(
    all: &'a [Conditional],
    viewer: &Viewer,
    tags: &[i64],
    segment: Option<SegmentId>,
) -> Option<&'a Conditional> {
    let is_in = |rule: &Rule| rule.segment.is_none() || rule.segment == segment;
    all.iter().find(|one| one.rule.is_met(viewer, tags) && is_in(&one.rule))
}

/// Whether a user of this locale reads that language. Chinese has three: who only says how they
/// write it is taken for where most write so.
pub fn speaks(locale: &str, wanted: &str) -> bool {
    language_of(locale) == language_of(wanted)
}

fn language_of(locale: &str) -> String {
    let parts: Vec<String> = locale.split(['-', '_']).map(str::to_ascii_lowercase).collect();
    let first = parts.first().map(String::as_str).unwrap_or_default();
    if first != "zh" {
        return first.to_owned();
    }
    let says = |word: &str| parts.iter().skip(1).any(|part| part == word);
    let region = if says("hk") || says("mo") {
        "hk"
    } else if says("tw") || says("hant") {
        "tw"
    } else {
        "cn"
    };
    format!("zh-{region}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart_however_they_are_written() {
        for (locale, wanted) in [
            ("zh_CN", "zh-CN"),
            ("zh", "zh_CN"),
            ("zh-Hans-SG", "zh_CN"),
            ("zh-Hant", "zh_TW"),
            ("zh-Hant-HK", "zh_HK"),
            ("en-GB", "en"),
            ("EN", "en"),
            ("pt-BR", "pt"),
        ] {
            assert!(speaks(locale, wanted), "{locale} is {wanted}");
        }
        for (locale, wanted) in [("zh_TW", "zh_CN"), ("en", "zh_CN"), ("", "en"), ("zh", "zh_HK")] {
            assert!(!speaks(locale, wanted), "{locale} is not {wanted}");
        }
    }
}
