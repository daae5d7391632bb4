//! Who looks at a conversation at this moment, and who writes in it: members, and the follower. Told
//! between nodes and kept in memory for a moment: what is lost comes again with the next word of
//! whoever is there.
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

/// Who is where: a member, or else the follower whose conversation it is.
pub struct Presences(Cache<(FollowerId, Option<MemberId>), Doing>);

impl Default for Presences {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(20_000).time_to_live(THERE).build())
    }
}

impl Presences {
    pub(crate) fn note(&self, follower: FollowerId, who: Option<MemberId>, doing: Doing) {
        match doing {
            Doing::Leaves => self.0.invalidate(&(follower, who)),
            there => self.0.insert((follower, who), there),
        }
    }

    /// Which members are at a conversation.
    pub fn at(&self, follower: FollowerId) -> Vec<(MemberId, Doing)> {
        let here = self.0.iter().filter(|(key, _)| key.0 == follower);
        let mut here: Vec<_> = here.filter_map(|(key, doing)| Some((key.1?, doing))).collect();
        here.sort_unstable_by_key(|(member, _)| *member);
        here
    }

    /// Whether the follower writes in their conversation.
    pub fn writes(&self, follower: FollowerId) -> bool {
        self.0.get(&(follower, None)) == Some(Doing::Writes)
    }
}

impl App {
    /// Says what a member does at a conversation, to whoever else has it open on any node.
    pub fn attend(&self, account: AccountId, follower: FollowerId, member: MemberId, doing: Doing) {
        self.tell_attendance(account, News::Attending { follower, member: Some(member), doing });
    }

    /// Says that a follower writes to the account, or no longer does, to whoever has the
    /// conversation open. It is over with their next message, and by itself after [`THERE`].
    pub fn attend_as_follower(&self, account: AccountId, follower: FollowerId, writes: bool) {
        let doing = if writes { Doing::Writes } else { Doing::Leaves };
        self.tell_attendance(account, News::Attending { follower, member: None, doing });
    }

    fn tell_attendance(&self, account: AccountId, news: News) {
        let live = Live { account, user: None, news };
        self.hub.publish(&live);
        self.bus.say(vec![Word::of(&live)]);
    }
}
