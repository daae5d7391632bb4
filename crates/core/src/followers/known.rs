//! Who users are, as it was asked lately.
use std::time::Duration;

use crier_schema::ids::{AccountId, FollowerId, UserId};
use moka::sync::Cache;

/// How long it is remembered who a user is to an account.
const FOLLOWERS: Duration = Duration::from_mins(10);

/// Users and followers seen lately. The pairings do not change, but by forgetting somebody.
pub struct Known {
    /// By what a token said, as a hash: a token may say a few thousand bytes.
    pub(crate) users: Cache<[u8; 32], UserId>,
    pub(super) followers: Cache<(AccountId, UserId), FollowerId>,
}

impl Default for Known {
    fn default() -> Self {
        let entries = 200_000;
        // Whoever was forgotten and comes again is a new follower: the other nodes know them as the one
        // they were for so long.
        let followers = Cache::builder().max_capacity(entries).time_to_live(FOLLOWERS).build();
        Self { users: Cache::new(entries), followers }
    }
}

impl Known {
    /// Forgets who a user is to an account.
    pub fn forget(&self, account: AccountId, user: UserId) {
        self.followers.invalidate(&(account, user));
    }
}
