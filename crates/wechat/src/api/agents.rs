//! Agents (`reference/wechat-api.md` 2.2). The protocol names one by `kf_account`.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::agents::{self, Agent, Answer as Said};
use crier_core::media::{MediaKind, Owner, Upload};
use crier_core::members;
use crier_core::{App, Timestamp};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{fields, media};

/// The `kf_account` of a JSON body.
pub(super) fn named(body: &Value) -> Result<String, Refusal> {
    fields::need(body, "kf_account", code::AGENT_PARAMETER)
}

/// As the calls about agents themselves say that there is no such agent.
fn old(refusal: impl Into<Refusal>) -> Refusal {
    refusal.into().instead(code::NO_AGENT, code::BAD_AGENT)
}

/// The agent of this name.
pub(super) async fn get(app: &App, account: &Arc<Account>, name: String) -> Result<Agent, Refusal> {
    let account = account.clone();
    Ok(app.read(move |conn| agents::by_name(conn, &account, &name)).await?)
}

/// Makes one. A password beside is from days when agents had a program of their own.
pub(super) async fn add(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let name = named(&body)?;
    let nickname = fields::words(&body, "nickname");
    call.app.write(move |tx| agents::add(tx, &account, &name, &nickname)).await?;
    Ok(Answer::done())
}

/// Changes what it is called.
pub(super) async fn update(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (name, nickname) = (named(&body)?, fields::words(&body, "nickname"));
    let agent = get(&call.app, &account, name).await.map_err(old)?;
    call.app
        .write(move |tx| agents::rename(tx, account.id, agent.id, &nickname))
        .await
        .map_err(old)?;
    Ok(Answer::done())
}

/// Removes one. Its name stands in the query or in a body.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let name = match call.query("kf_account").filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None if call.is_empty() => return Err(Refusal::new(code::AGENT_PARAMETER)),
        None => named(&call.json()?)?,
    };
    let agent = get(&call.app, &account, name).await.map_err(old)?;
    let roster = call.app.roster.clone();
    call.app
        .write(move |tx| agents::remove(tx, &roster, account.id, agent.id))
        .await
        .map_err(old)?;
    Ok(Answer::done())
}

/// Invites a member of the account's brand: `invite_wx` is their e-mail address.
pub(super) async fn invite(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let name = named(&body)?;
    let email = fields::need(&body, "invite_wx", code::AGENT_PARAMETER)?;
    let invited = call.app.write(move |tx| {
        let agent = agents::by_name(tx.conn, &account, &name)?;
        agents::invite(tx, &account, &agent, &email)
    });
    invited.await?;
    Ok(Answer::done())
}

/// Gives it a picture.
pub(super) async fn set_avatar(call: Call, account: Arc<Account>) -> Outcome {
    let form = call.form().await?;
    let said = call.query("kf_account").or_else(|| form.field("kf_account"));
    let name = said.filter(|name| !name.is_empty()).map(str::to_owned);
    let name = name.ok_or(Refusal::new(code::AGENT_PARAMETER))?;
    let agent = get(&call.app, &account, name).await.map_err(old)?;
    let (name, bytes) = media::file(form)?;
    let upload = Upload {
        owner: Owner::Account(account.id),
        kind: Some(MediaKind::Image),
        name,
        bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    let stored = call.app.store_media(upload).await.map_err(Refusal::from);
    let key =
        stored.map_err(|refused| refused.instead(code::BAD_FILE_TYPE, code::BAD_AVATAR))?.media_key;
    call.app
        .write(move |tx| agents::set_avatar(tx, account.id, agent.id, &key))
        .await
        .map_err(old)?;
    Ok(Answer::done())
}

/// All of them.
pub(super) async fn all(call: Call, account: Arc<Account>) -> Outcome {
    let id = account.id;
    let read = call.app.read(move |conn| {
        let all = agents::all(conn, id)?;
        let bound: Vec<_> = all.iter().filter_map(|agent| agent.member_id).collect();
        let emails = members::emails(conn, &bound)?;
        Ok((all, emails))
    });
    let (all, emails) = read.await?;
    let now = call.app.clock.now();
    let list: Vec<Value> = all
        .iter()
        .map(|agent| {
            let email = emails.iter().find(|(id, _)| Some(*id) == agent.member_id);
            shown(agent, email.map(|(_, email)| email.as_str()), &call.app.public_url, now)
        })
        .collect();
    Ok(Answer::Data(json!({ "kf_list": list })))
}

fn shown(agent: &Agent, member: Option<&str>, public_url: &str, now: Timestamp) -> Value {
    let picture = agent.avatar_key.as_ref().map(|key| format!("{public_url}/media/{key}"));
    let mut shown = json!({
        "kf_account": agent.name,
        "kf_nick": agent.nickname,
        "kf_id": agent.number,
        "kf_headimgurl": picture.unwrap_or_default(),
    });
    if let Some(member) = member {
        shown["kf_wx"] = json!(member);
    }
    if let Some(invited) = agent.invitation(now) {
        shown["invite_wx"] = json!(invited.email);
        shown["invite_expire_time"] = json!(invited.until.seconds());
        shown["invite_status"] = json!(match invited.answer {
            Said::Waiting => "waiting",
            Said::Declined => "rejected",
            Said::Expired => "expired",
        });
    }
    shown
}

/// Those who are there, with how many followers each has.
pub(super) async fn online(call: Call, account: Arc<Account>) -> Outcome {
    let (id, now) = (account.id, call.app.clock.now());
    let read = call.app.read(move |conn| {
        let there = agents::all(conn, id)?.into_iter().filter(Agent::attends);
        let cases = agents::cases(conn, id, now)?;
        Ok((there.collect::<Vec<_>>(), cases))
    });
    let (there, cases) = read.await?;
    let shown = |agent: &Agent| {
        let cases = cases.iter().find(|(id, _)| *id == agent.id).map_or(0, |(_, count)| *count);
        json!({
            "kf_account": agent.name, "status": 1, "kf_id": agent.number, "accepted_case": cases,
        })
    };
    let list: Vec<Value> = there.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "kf_online_list": list })))
}
