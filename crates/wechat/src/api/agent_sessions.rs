//! Agents' sessions with followers, and what was said in them (`reference/wechat-api.md` 2.2).
use std::sync::Arc;

use chrono::Duration;
use crier_core::accounts::Account;
use crier_core::agents::{self, Record, RecordSpan, Waiting};
use crier_core::content::{Content, Sender};
use crier_core::{Timestamp, followers};
use serde_json::{Value, json};

use super::agents::named;
use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Followers in the list of who waits.
const QUEUE: i64 = 100;
/// Followers in the list of an agent.
const SESSIONS: i64 = 10_000;
/// Messages in one answer.
const RECORDS: i64 = 10_000;
/// Messages in one answer of the older call.
const OLD_RECORDS: i64 = 50;

/// The agent and the follower of a call that begins or ends a session.
async fn both(
    call: &Call,
    account: &Arc<Account>,
    body: &Value,
) -> Result<(agents::Agent, followers::Follower), Refusal> {
    let name = named(body)?;
    let openid = fields::need(body, "openid", code::BAD_OPENID)?;
    let account = account.clone();
    let found = call.app.read(move |conn| {
        let agent = agents::by_name(conn, &account, &name)?;
        Ok((agent, followers::by_openid(conn, account.id, &openid)?))
    });
    Ok(found.await?)
}

/// Gives a follower to an agent who is there.
pub(super) async fn create(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let note = fields::words(&body, "text");
    let (agent, follower) = both(&call, &account, &body).await?;
    let roster = call.app.roster.clone();
    call.app.write(move |tx| agents::assign(tx, &roster, follower.id, &agent, &note)).await?;
    Ok(Answer::done())
}

/// Ends the session a follower has with an agent.
pub(super) async fn close(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (agent, follower) = both(&call, &account, &body).await?;
    let roster = call.app.roster.clone();
    call.app.write(move |tx| agents::close(tx, &roster, follower.id, &agent)).await?;
    Ok(Answer::done())
}

/// Who has a follower; nobody is an empty name.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let openid = call.need("openid", code::BAD_OPENID)?.to_owned();
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| {
        let follower = followers::by_openid(conn, account.id, &openid)?;
        agents::holder(conn, &follower, now)
    });
    let found = read.await?;
    let (name, at) = found.map_or((String::new(), 0), |(agent, at)| (agent.name, at.seconds()));
    Ok(Answer::Done(json!({ "kf_account": name, "createtime": at })))
}

/// Whom an agent has.
pub(super) async fn of_agent(call: Call, account: Arc<Account>) -> Outcome {
    let name = call.need("kf_account", code::AGENT_PARAMETER)?.to_owned();
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| {
        let agent = agents::by_name(conn, &account, &name)?;
        agents::of_agent(conn, agent.id, now, SESSIONS)
    });
    let list: Vec<Value> = read
        .await?
        .into_iter()
        .map(|(session, openid)| {
            let at = session.opened_at.unwrap_or(session.waiting_since);
            json!({ "openid": openid, "createtime": at.seconds() })
        })
        .collect();
    Ok(Answer::Data(json!({ "sessionlist": list })))
}

/// Who waits: how many, and the hundred who have waited longest.
pub(super) async fn waiting(call: Call, account: Arc<Account>) -> Outcome {
    let read = call.app.read(move |conn| {
        let count = agents::counts(conn, account.id, None)?.waiting;
        Ok((count, agents::waiting(conn, account.id, QUEUE)?))
    });
    let (count, waiting) = read.await?;
    let shown = |one: &Waiting| {
        json!({
            "openid": one.openid,
            "latest_time": one.latest_at.seconds(),
            "kf_account": one.wanted.as_deref().unwrap_or_default(),
            "createtime": one.session.waiting_since.seconds(),
        })
    };
    let list: Vec<Value> = waiting.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "count": count, "waitcaselist": list })))
}

/// The span of a call: at most a day.
fn span(body: &Value) -> Result<RecordSpan, Refusal> {
    let bad = || Refusal::new(code::BAD_QUERY);
    let time = |name| {
        let at = fields::integer(body, name).filter(|at| (0..1 << 40).contains(at));
        at.map(Timestamp::from_seconds).ok_or_else(bad)
    };
    let (from, last) = (time("starttime")?, time("endtime")?);
    if last < from {
        return Err(bad());
    }
    if last > from.plus(Duration::days(1)) {
        return Err(Refusal::new(code::SPAN_TOO_LONG));
    }
    // The last second is part of it.
    Ok(RecordSpan { from, to: last.plus(Duration::seconds(1)), follower: None })
}

/// What agents and followers wrote to each other, from a message on. The answer's `msgid` is where
/// the next call goes on.
pub(super) async fn records(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let span = span(&body)?;
    let number = |name, least| {
        fields::integer(&body, name)
            .filter(|number| *number >= least)
            .ok_or(Refusal::new(code::BAD_QUERY))
    };
    let (after, limit) = (number("msgid", 0)?, number("number", 1)?);
    if limit > RECORDS {
        return Err(Refusal::new(code::BAD_QUERY));
    }
    let now = call.app.clock.now();
    let read =
        call.app.read(move |conn| agents::records(conn, account.id, span, after, now, limit));
    let found = read.await?;
    let last = found.last().map_or(after, |record| record.id);
    let list: Vec<Value> = found.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "number": list.len(), "msgid": last, "recordlist": list })))
}

/// The same by pages of at most fifty, perhaps of one follower alone.
pub(super) async fn record_pages(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let span = span(&body)?;
    let (size, index) = (fields::integer(&body, "pagesize"), fields::integer(&body, "pageindex"));
    let size = size.filter(|size| (1..=OLD_RECORDS).contains(size));
    let index = index.filter(|index| (1..=RECORDS / OLD_RECORDS).contains(index));
    let (Some(size), Some(index)) = (size, index) else {
        return Err(Refusal::new(code::BAD_QUERY));
    };
    let (openid, now) = (fields::some(&body, "openid"), call.app.clock.now());
    let read = call.app.read(move |conn| {
        let follower = match openid {
            Some(openid) => Some(followers::by_openid(conn, account.id, &openid)?.id),
            None => None,
        };
        let span = RecordSpan { follower, ..span };
        agents::records_part(conn, account.id, span, size * (index - 1), now, size)
    });
    let list: Vec<Value> = read.await?.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "recordlist": list })))
}

fn shown(record: &Record) -> Value {
    let code = match record.sender {
        Sender::Account => 2002,
        Sender::Follower => 2003,
    };
    json!({
        "openid": record.openid,
        "opercode": code,
        "text": words(&record.content),
        "time": record.at.seconds(),
        "worker": record.agent,
    })
}

/// What it says, or in brackets what it is.
fn words(content: &Content) -> String {
    match content {
        Content::Text { text, .. } => text.clone(),
        other => format!("[{}]", other.type_name()),
    }
}

/// The agent that a message is sent as, where the call names one.
pub(super) fn sent_as(body: &Value) -> Option<String> {
    fields::some(body.get("customservice")?, "kf_account")
}
