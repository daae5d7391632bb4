//! Agents as followers see them beside a message: asked for by every open stream, so remembered.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::AnyConnection;
use crier_schema::ids::AgentId;
use crier_schema::tables::agents;
use diesel::prelude::*;
use moka::sync::Cache;

use crate::App;
use crate::content::Sender;
use crate::error::Result;
use crate::messages::Message;

/// How long a name or a picture may be an old one.
const REMEMBERED: Duration = Duration::from_secs(5);

/// What followers see of an agent.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = agents)]
pub struct Shown {
    /// Which.
    pub id: AgentId,
    /// What it is called.
    pub nickname: String,
    /// Key of its picture.
    pub avatar_key: Option<String>,
}

/// Agents shown lately.
pub struct Showing(Cache<AgentId, Arc<Shown>>);

impl Default for Showing {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(20_000).time_to_live(REMEMBERED).build())
    }
}

impl App {
    /// The agents who wrote these messages, also those removed since. Asks the database for those
    /// it has not shown lately, and not at all where no agent wrote.
    pub async fn agents_of(&self, written: &[&Message]) -> Result<Vec<Arc<Shown>>> {
        let by_account = |message: &&&Message| message.sender == Sender::Account;
        let mut ids: Vec<AgentId> =
            written.iter().filter(by_account).filter_map(|message| message.agent_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut known: Vec<Arc<Shown>> =
            ids.iter().filter_map(|id| self.showing.0.get(id)).collect();
        ids.retain(|id| !known.iter().any(|shown| shown.id == *id));
        if !ids.is_empty() {
            for shown in self.read(move |conn| all(conn, &ids)).await? {
                let shown = Arc::new(shown);
                self.showing.0.insert(shown.id, shown.clone());
                known.push(shown);
            }
        }
        Ok(known)
    }
}

fn all(conn: &mut AnyConnection, ids: &[AgentId]) -> Result<Vec<Shown>> {
    Ok(Shown::query().filter(agents::id.eq_any(ids)).load(conn)?)
}
