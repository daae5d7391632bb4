//! An agent's desk: queues, notes and mentions, canned answers, replies of every type and for later,
//! search over all conversations, and who else is there.
pub mod canned;
pub mod composing;
pub mod later;
pub mod mentions;
pub mod notes;
pub mod notices;
pub mod presence;
pub mod queues;
pub mod searching;
pub mod settings;
pub mod team_queues;
pub mod thread;

use actix_web::web;
use crier_core::ids::FollowerId;

use crate::failures::{Failure, missing};

/// The conversation of the path.
pub fn follower_of(path: &web::Path<(String, String)>) -> Result<FollowerId, Failure> {
    path.1.parse().map_err(|_| missing("conversation"))
}
