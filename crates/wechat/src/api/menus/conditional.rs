//! Menus for some followers.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::ids::ConditionalMenuId;
use crier_core::menus::{self, Rule, Viewer};
use crier_core::rights::Right;
use crier_core::{Error, followers};
use serde_json::{Value, json};

use super::super::answers::{Answer, Outcome};
use super::super::calls::Call;
use super::super::errcodes as code;
use super::super::fields;
use super::super::refusals::Refusal;
use super::{asked, shown};

/// What a rule could say once, and clients still send.
const RETIRED: [&str; 4] = ["sex", "country", "province", "city"];
/// Languages a follower may have.
const LANGUAGES: [&str; 21] = [
    "zh_CN", "zh_TW", "zh_HK", "en", "id", "ms", "es", "ko", "it", "ja", "pl", "pt", "ru", "th",
    "vi", "ar", "hi", "he", "tr", "de", "fr",
];

/// Adds a menu; its number is all that is answered.
pub(in super::super) async fn add(call: Call, account: Arc<Account>) -> Outcome {
    account.may(Right::ConditionalMenus)?;
    let body = call.json()?;
    let rule = rule(body.get("matchrule").unwrap_or(&Value::Null))?;
    let buttons = asked::buttons(&body).map_err(|refusal| own_code(refusal, &body))?;
    let added = call.app.write(move |tx| {
        menus::check_stored(tx, account.id, &buttons)?;
        menus::add_conditional(tx, account.id, &rule, &buttons)
    });
    Ok(Answer::Data(json!({ "menuid": added.await? })))
}

/// This call has its own codes for what the call for everybody's menu has others for.
fn own_code(refusal: Refusal, body: &Value) -> Refusal {
    let without_type = |one: &Value| fields::words(one, "type").is_empty();
    let all = fields::list(body, "button");
    let beneath = all.iter().flat_map(|one| fields::list(one, "sub_button"));
    let is_untyped = all
        .iter()
        .filter(|one| fields::list(one, "sub_button").is_empty())
        .chain(beneath)
        .any(without_type);
    let refusal = if all.is_empty() {
        refusal.instead(code::BAD_BUTTON_COUNT, code::NO_MENU_BUTTONS)
    } else {
        refusal
    };
    let refusal = if is_untyped {
        refusal
            .instead(code::BAD_BUTTON_TYPE, code::NO_BUTTON_TYPE)
            .instead(code::BAD_SUB_TYPE, code::NO_BUTTON_TYPE)
    } else {
        refusal
    };
    refusal
        .instead(code::BAD_BUTTON_DOMAIN, code::BAD_MENU_URL)
        .instead(code::BAD_SUB_DOMAIN, code::BAD_MENU_URL)
}

/// Who is to see it. Sex and region say nothing any more: beside others they are passed over, and
/// alone they would show the menu to everybody, so that is refused.
fn rule(said: &Value) -> Result<Rule, Refusal> {
    let tag = number(said, "tag_id")?.or(number(said, "group_id")?);
    let (platform, language) = (platform(said)?, language(said)?);
    let rule = Rule { tag, platform, language, segment: None };
    let says_retired = |name: &&str| fields::some(said, name).is_some();
    if rule == Rule::default() && RETIRED.iter().any(says_retired) {
        return Err(Refusal::new(code::PRIVATE_RULE));
    }
    if rule == Rule::default() {
        return Err(Refusal::new(code::EMPTY_RULE));
    }
    Ok(rule)
}

/// A number, however it is written; one that is empty says nothing.
fn number(said: &Value, name: &str) -> Result<Option<i64>, Refusal> {
    if matches!(said.get(name), None | Some(Value::Null)) || fields::words(said, name).is_empty() {
        return Ok(None);
    }
    let number = fields::integer(said, name).filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| Refusal::about(code::BAD_PARAMETER, name))
}

fn platform(said: &Value) -> Result<Option<crier_core::users::Platform>, Refusal> {
    let Some(wanted) = number(said, "client_platform_type")? else { return Ok(None) };
    let found = shown::PLATFORMS.iter().find(|(number, _)| *number == wanted);
    let (_, platform) =
        found.ok_or_else(|| Refusal::about(code::BAD_PARAMETER, "client_platform_type"))?;
    Ok(Some(*platform))
}

fn language(said: &Value) -> Result<Option<String>, Refusal> {
    let Some(wanted) = fields::some(said, "language") else { return Ok(None) };
    let found =
        LANGUAGES.iter().find(|known| known.eq_ignore_ascii_case(&wanted.replace('-', "_")));
    let known = found.ok_or_else(|| Refusal::about(code::BAD_PARAMETER, "language"))?;
    Ok(Some(known.replace('_', "-")))
}

/// Removes one.
pub(in super::super) async fn remove_one(call: Call, account: Arc<Account>) -> Outcome {
    let unknown = Refusal::new(code::NO_CONDITIONAL_MENU);
    let id = ConditionalMenuId(fields::integer(&call.json()?, "menuid").ok_or(unknown)?);
    call.app.write(move |tx| menus::remove_conditional(tx, account.id, id)).await?;
    Ok(Answer::done())
}

/// What a follower sees: bare, without the `menu` around it (T15).
pub(in super::super) async fn try_match(call: Call, account: Arc<Account>) -> Outcome {
    let openid = fields::need(&call.json()?, "user_id", code::NO_MENU_USER)?;
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| {
        let found = followers::profiles(conn, account.id, &[openid])?;
        let present = found.into_iter().find(|(one, _)| one.unfollowed_at.is_none());
        let (follower, user) = present.ok_or(Error::NotFound("follower"))?;
        let viewer = Viewer { follower: Some(follower.id), ..Viewer::of(&user, None) };
        menus::seen_by(conn, account.id, &viewer, now)
    });
    let menu = read
        .await
        .map_err(|error| Refusal::from(error).instead(code::BAD_OPENID, code::NO_MENU_USER))?;
    let menu = menu.ok_or(Refusal::new(code::NO_MENU))?;
    Ok(Answer::Data(json!({ "button": shown::buttons(&menu) })))
}
