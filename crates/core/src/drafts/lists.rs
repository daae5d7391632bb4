//! The account's drafts as people look for them: by heading, by who changed them, by how far they
//! are.
use crier_schema::ids::{AccountId, DraftId, MemberId};
use crier_schema::tables::{drafts, members};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::DraftKind;
use crate::accounts::escape_like;
use crate::error::Result;

/// What the index of drafts is made for; as bound values the planner would not know them.
const WRITTEN: &str = "drafts.kind IN ('draft', 'writing', 'publishing')";

text_enum! {
    /// How far a draft is.
    pub enum ListedState {
        /// Something is missing still.
        Unfinished = "unfinished",
        /// It could come out.
        Ready = "ready",
        /// It comes out at its time.
        Scheduled = "scheduled",
        /// It was due, and did not come out.
        Failed = "failed",
        /// It comes out at this moment.
        Publishing = "publishing",
    }
}

/// Who changed a draft last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A member.
    Member(MemberId),
    /// An operator's backend.
    Api,
}

/// Which drafts are looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words of a heading.
    pub words: String,
    /// How far they are.
    pub state: Option<ListedState>,
    /// Who changed them last.
    pub by: Option<Writer>,
    /// Changed after this.
    pub since: Option<Timestamp>,
    /// The last one of the page before.
    pub before: Option<(Timestamp, DraftId)>,
}

/// A draft in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: DraftId,
    /// Its key.
    pub key: String,
    /// Its articles' headings, one a line; a line is empty where there is none yet.
    pub titles: String,
    /// How far it is.
    pub state: ListedState,
    /// When it comes out.
    pub due_at: Option<Timestamp>,
    /// Why it did not: a word.
    pub failure: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The name of the member who changed it; nobody where an operator's backend did.
    pub changed_by: Option<String>,
}

/// The account's drafts, the last changed first.
pub fn list(
    conn: &mut AnyConnection,
    account: AccountId,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Listed>> {
    let ids = found(conn, account, wanted, limit)?;
    let mut rows: Vec<Row> = drafts::table
        .left_join(members::table.on(members::id.nullable().eq(drafts::changed_by)))
        .filter(drafts::id.eq_any(&ids))
        .select((
            (drafts::id, drafts::media_key, drafts::kind, drafts::titles),
            (drafts::due_at, drafts::failure, drafts::updated_at),
            members::name.nullable(),
        ))
        .load(conn)?;
    rows.sort_unstable_by_key(|((id, ..), ..)| ids.iter().position(|found| found == id));
    Ok(rows.into_iter().map(listed).collect())
}

type Row = (
    (DraftId, String, DraftKind, String),
    (Option<Timestamp>, Option<String>, Timestamp),
    Option<String>,
);

fn listed(((id, key, kind, titles), (due_at, failure, updated_at), changed_by): Row) -> Listed {
    let state = match kind {
        DraftKind::Publishing => ListedState::Publishing,
        _ if due_at.is_some() => ListedState::Scheduled,
        _ if failure.is_some() => ListedState::Failed,
        DraftKind::Writing => ListedState::Unfinished,
        DraftKind::Draft | DraftKind::Material | DraftKind::Upload => ListedState::Ready,
    };
    Listed { id, key, titles, state, due_at, failure, updated_at, changed_by }
}

fn found(
    conn: &mut AnyConnection,
    account: AccountId,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<DraftId>> {
    let mut query = drafts::table
        .filter(drafts::account_id.eq(account))
        .filter(sql::<Bool>(WRITTEN))
        .order((drafts::updated_at.desc(), drafts::id.desc()))
        .limit(limit)
        .select(drafts::id)
        .into_boxed();
    let words = wanted.words.trim().to_lowercase();
    if !words.is_empty() {
        let pattern = format!("%{}%", escape_like(&words));
        query = query.filter(drafts::search.like(pattern).escape('\\'));
    }
    query = match wanted.state {
        None => query,
        Some(ListedState::Unfinished) => query.filter(drafts::kind.eq(DraftKind::Writing)),
        Some(ListedState::Ready) => query
            .filter(drafts::kind.eq(DraftKind::Draft).and(drafts::due_at.is_null()))
            .filter(drafts::failure.is_null()),
        Some(ListedState::Scheduled) => query.filter(drafts::due_at.is_not_null()),
        Some(ListedState::Failed) => query.filter(drafts::failure.is_not_null()),
        Some(ListedState::Publishing) => query.filter(drafts::kind.eq(DraftKind::Publishing)),
    };
    query = match wanted.by {
        None => query,
        Some(Writer::Member(member)) => query.filter(drafts::changed_by.eq(Some(member))),
        Some(Writer::Api) => query.filter(drafts::changed_by.is_null()),
    };
    if let Some(since) = wanted.since {
        query = query.filter(drafts::updated_at.ge(since));
    }
    if let Some((at, id)) = wanted.before {
        let earlier = drafts::updated_at.lt(at).or(drafts::id.lt(id));
        query = query.filter(drafts::updated_at.le(at).and(earlier));
    }
    Ok(query.load(conn)?)
}
