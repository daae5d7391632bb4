//! Who looks at a conversation at this moment, and who writes in it. Told between nodes and kept in
//! memory for a moment: what is lost comes again with the next word of whoever is there.
use std::time::Duration;

use crier_schema::ids::{AccountId, FollowerId, MemberId};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::App;
use crate::bus::Word;
use crate::tx::{Live, News};

/// How long somebody counts as there who says nothing more.
pub const THERE: Duration = Duration::from_secs(30);

/// What somebody does at a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// They have it open.
    Looks,
    /// They write in it.
    Writes,
    /// They leave it.
    Leaves,
}

/// Who is where.
pub struct Presences(Cache<(FollowerId, MemberId), Doing>);

impl Default for Presences {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(20_000).time_to_live(THERE).build())
    }
}

impl Presences {
    pub(crate) fn note(&self, follower: FollowerId, member: MemberId, doing: Doing) {
        match doing {
            Doing::Leaves => self.0.invalidate(&(follower, member)),
            there => self.0.insert((follower, member), there),
        }
    }

    /// Who is at a conversation.
    pub fn at(&self, follower: FollowerId) -> Vec<(MemberId, Doing)> {
        let here = self.0.iter().filter(|(key, _)| key.0 == follower);
        let mut here: Vec<_> = here.map(|(key, doing)| (key.1, doing)).collect();
        here.sort_unstable_by_key(|(member, _)| *member);
        here
    }
}

impl App {
    /// Says what a member does at a conversation, to whoever else has it open on any node.
    pub fn attend(&self, account: AccountId, follower: FollowerId, member: MemberId, doing: Doing) {
        let live = Live { account, user: None, news: News::Attending { follower, member, doing } };
        self.hub.publish(&live);
        self.bus.say(vec![Word::of(&live)]);
    }
}
