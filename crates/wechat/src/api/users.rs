//! Followers (`reference/wechat-api.md` 2.9).
use std::sync::Arc;

use crier_core::accounts::{self, Account};
use crier_core::arrivals::Source;
use crier_core::followers::{self, Follower};
use crier_core::tags;
use crier_core::tx::Tx;
use crier_core::users::User;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Openids of one page.
const PAGE: i64 = 10_000;
/// Followers asked for at once.
const MAX_BATCH: usize = 100;

/// One follower.
pub(super) async fn info(call: Call, account: Arc<Account>) -> Outcome {
    let openid = call.need("openid", code::NO_OPENID)?.to_owned();
    let found = profiles(&call, &account, vec![openid]).await?;
    found.into_iter().next().map(Answer::Data).ok_or(Refusal::new(code::BAD_OPENID))
}

/// Up to a hundred.
pub(super) async fn infos(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openids = fields::list(&body, "user_list").iter().map(|one| fields::some(one, "openid"));
    let openids: Vec<String> =
        openids.collect::<Option<_>>().ok_or(Refusal::new(code::BAD_OPENID_LIST))?;
    if openids.is_empty() || openids.len() > MAX_BATCH {
        return Err(Refusal::new(code::BAD_LIST_SIZE));
    }
    let found = profiles(&call, &account, openids).await?;
    Ok(Answer::Data(json!({ "user_info_list": found })))
}

/// What the account may know of these, in the order asked.
async fn profiles(
    call: &Call,
    account: &Account,
    openids: Vec<String>,
) -> Result<Vec<Value>, Refusal> {
    let (id, wanted) = (account.id, openids.clone());
    let read = call.app.read(move |conn| {
        let found = followers::profiles(conn, id, &wanted)?;
        let ids: Vec<_> = found.iter().map(|(follower, _)| follower.id).collect();
        Ok((found, tags::of_followers(conn, &ids)?))
    });
    let (found, tagged) = read.await?;
    let one = |openid: &String| found.iter().find(|(follower, _)| follower.openid == *openid);
    let tags =
        |follower: &Follower| tagged.get(&follower.id).map(Vec::as_slice).unwrap_or_default();
    openids
        .iter()
        .map(|openid| one(openid).map(|(who, user)| profile(who, user, tags(who))))
        .collect::<Option<_>>()
        .ok_or(Refusal::new(code::BAD_OPENID))
}

/// Name, sex and picture are there and empty, as on the platform this is compatible with since
/// 2021: who wants them asks the follower (web sign-in).
fn profile(follower: &Follower, user: &User, tags: &[i64]) -> Value {
    if follower.unfollowed_at.is_some() {
        return json!({ "subscribe": 0, "openid": follower.openid });
    }
    let scene = follower.scene.as_deref().unwrap_or_default();
    let number: u32 = if follower.scene_numeric { scene.parse().unwrap_or(0) } else { 0 };
    json!({
        "subscribe": 1,
        "openid": follower.openid,
        "nickname": "",
        "sex": 0,
        "language": user.locale.replace('-', "_"),
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": follower.followed_at.seconds(),
        "remark": follower.remark,
        // A follower had one group before there were tags.
        "groupid": tags.first().copied().unwrap_or_default(),
        "tagid_list": tags,
        "subscribe_scene": came(follower.source),
        "qr_scene": number,
        "qr_scene_str": if follower.scene_numeric { "" } else { scene },
    })
}

/// The account's note on a follower; an empty one removes it.
pub(super) async fn remark(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "openid", code::NO_OPENID)?;
    let remark = fields::words(&body, "remark");
    let set = move |tx: &mut Tx<'_>| followers::set_remark(tx, account.id, &openid, &remark);
    call.app.write(set).await?;
    Ok(Answer::done())
}

/// How somebody came, in the protocol's words.
const fn came(source: Source) -> &'static str {
    match source {
        Source::Search => "ADD_SCENE_SEARCH",
        Source::Scene => "ADD_SCENE_QR_CODE",
        Source::Card => "ADD_SCENE_PROFILE_CARD",
        Source::Article => "ADD_SCENE_PROFILE_LINK",
        Source::Payment => "ADD_SCENE_PAID",
        Source::Other => "ADD_SCENE_OTHERS",
    }
}

/// Openids of a page. The last page names its last openid as the next, and the page after it is
/// empty, without `data` (T9).
pub(super) async fn page(call: Call, account: Arc<Account>) -> Outcome {
    let after = call.query("next_openid").filter(|openid| !openid.is_empty()).map(str::to_owned);
    let read = call.app.read(move |conn| {
        let after = after.map(|openid| followers::by_openid(conn, account.id, &openid));
        let after = after.transpose()?.map(|follower| follower.id);
        // Counted with the page, not taken from memory: one client asks until it has as many.
        let total = accounts::get(conn, account.id)?.follower_count;
        Ok((total, followers::page(conn, account.id, after, PAGE)?))
    });
    let (total, page) = read.await?;
    let openids: Vec<String> = page.into_iter().map(|(_, openid)| openid).collect();
    let Some(last) = openids.last().cloned() else {
        return Ok(Answer::Data(json!({ "total": total, "count": 0, "next_openid": "" })));
    };
    let count = openids.len();
    let data = json!({ "openid": openids });
    Ok(Answer::Data(json!({ "total": total, "count": count, "data": data, "next_openid": last })))
}
