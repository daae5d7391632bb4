//! What to do first, for an account that is new.
use chrono::Duration;
use crier_core::Timestamp;
use crier_core::figures::Begun;
use crier_core::members::Permission;

use crate::gate::Desk;
use crate::words::Speech;

/// How long an account with followers is shown what is left to do.
const NEW: Duration = Duration::days(30);

/// Something to do.
pub struct Step {
    /// What.
    pub title: String,
    /// What it is good for.
    pub text: String,
    /// Where; nothing for who may not.
    pub href: Option<String>,
    /// Whether it is done.
    pub done: bool,
}

/// What to do first; nothing once all of it is done, or the account has been lived in.
pub fn steps(speech: &Speech, desk: &Desk, begun: Begun, now: Timestamp) -> Vec<Step> {
    let step = |word: &str, done: bool, permission: Permission, beneath: &str| Step {
        title: speech.say(&format!("step-{word}")),
        text: speech.say(&format!("step-{word}-text")),
        href: desk.staff.may(permission).then(|| desk.path(beneath)),
        done,
    };
    let has_followers = desk.account.follower_count > 0;
    let steps = vec![
        step("replies", begun.replies, Permission::AutoReplies, "/auto-replies"),
        step("articles", begun.articles, Permission::Articles, "/articles"),
        step("endpoints", begun.endpoints, Permission::Developer, "/developer"),
        step("followers", has_followers, Permission::Inbox, "/inbox"),
    ];
    let is_old = has_followers && now > desk.account.created_at.plus(NEW);
    if is_old || steps.iter().all(|step| step.done) { Vec::new() } else { steps }
}
