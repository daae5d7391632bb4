//! Who did what: recorded for every form, shown to those who may read it.
mod csv;
pub mod listing;
pub mod recording;
mod search;

use std::collections::HashMap;

use crier_core::activities::{Activity, COMMAND_LINE};
use crier_core::ids::AccountId;
use crier_core::members::Colleague;

use crate::calendar::{Calendar, Moment};
use crate::words::Speech;

/// One deed, in words.
struct Row {
    seq: i64,
    at: Moment,
    who: String,
    network: String,
    what: String,
    account: String,
    subject: String,
    detail: String,
    hash: String,
}

/// What turns deeds into words.
struct Teller {
    speech: Speech,
    calendar: Calendar,
    accounts: HashMap<AccountId, String>,
}

impl Teller {
    fn row(&self, deed: Activity) -> Row {
        let account = deed.account_id.map(|id| self.accounts.get(&id).cloned());
        Row {
            seq: deed.seq,
            at: self.calendar.exact(deed.created_at),
            who: self.who(&deed),
            network: deed.address,
            what: sentence(&self.speech, &deed.action),
            account: account.flatten().unwrap_or_default(),
            subject: deed.subject,
            detail: deed.detail,
            hash: deed.hash,
        }
    }

    fn who(&self, deed: &Activity) -> String {
        match &*deed.member_name {
            "" => self.speech.say("activity-nobody"),
            COMMAND_LINE if deed.member_id.is_none() => self.speech.say("activity-command-line"),
            name => name.to_owned(),
        }
    }
}

/// What an action is called; its word where a newer version wrote it.
fn sentence(speech: &Speech, action: &str) -> String {
    speech.find(&format!("did-{action}"), None).unwrap_or_else(|| action.to_owned())
}

fn people(colleagues: Vec<Colleague>) -> Vec<(String, String)> {
    colleagues.into_iter().map(|one| (one.member.id.to_string(), one.member.name)).collect()
}
