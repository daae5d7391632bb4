//! Names of agents in calls: `prefix@account`.
use crate::accounts::Account;
use crate::error::{Error, Result};

/// Characters before the `@`.
const MAX_PREFIX: usize = 10;

/// Every way to write the name of a new agent.
///
/// # Errors
/// [`Error::Invalid`] for `agent` when it is no name at this account, `agent_length` and
/// `agent_characters` for what stands before the `@`.
pub(super) fn check(account: &Account, name: &str) -> Result<Vec<String>> {
    let wrong = || Error::invalid("agent", "must be prefix@account, with the account's handle");
    let (prefix, place) = name.split_once('@').ok_or_else(wrong)?;
    if prefix.is_empty() || ![&account.handle, &account.original_id].iter().any(|own| *own == place)
    {
        return Err(wrong());
    }
    if prefix.chars().count() > MAX_PREFIX {
        return Err(Error::invalid("agent_length", "must have at most 10 characters before the @"));
    }
    if !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        let problem = "must be letters, digits and _ before the @";
        return Err(Error::invalid("agent_characters", problem));
    }
    Ok(spellings(account, name))
}

/// The ways to write this name: the account has a handle and an original id.
pub(super) fn spellings(account: &Account, name: &str) -> Vec<String> {
    let prefix = name.split_once('@').map_or(name, |(prefix, _)| prefix);
    let own = [&account.handle, &account.original_id].map(|own| format!("{prefix}@{own}"));
    if own.iter().any(|own| own == name) { own.into() } else { vec![name.to_owned()] }
}
