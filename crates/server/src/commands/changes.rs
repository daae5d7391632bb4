//! What commands change: done and put on record in one transaction. Every command that changes an
//! account, a brand or a member comes through here.
use crier_core::accounts::Account;
use crier_core::activities::{self, Deed};
use crier_core::members::Member;
use crier_core::tx::Tx;
use crier_core::{App, Result};

/// What a command was about, in whose log it belongs, and more about it. No secrets, so no addresses
/// of webhooks: many have a key in them.
pub enum About {
    /// An account.
    Account(Box<Account>, String),
    /// A member as such.
    Member(Member, String),
}

/// Does what the command of this word does.
///
/// # Errors
/// Those of the work: then nothing is on record, and nothing has changed.
pub async fn change<T: Send + 'static>(
    app: &App,
    word: &'static str,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(T, About)> + Send + 'static,
) -> Result<T> {
    app.write(move |tx| {
        let (done, about) = work(tx)?;
        match about {
            About::Account(account, detail) => {
                let deed = Deed { account: Some(account.id), detail, ..Deed::of_command(word) };
                activities::record(tx, account.brand_id.into(), &deed)?;
            }
            About::Member(member, detail) => {
                let detail = format!("{} {detail}", member.email).trim().to_owned();
                let deed = Deed { detail, ..Deed::of_command(word) };
                activities::record_about(tx, &member, &deed)?;
            }
        }
        Ok(done)
    })
    .await
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::cli::Cli;

    /// Commands that change no account, brand or member. The demo makes its own world, and a
    /// follower's token is signed and not stored.
    const OTHERS: &[&str] =
        &["serve", "demo", "migrate", "account-show", "endpoint-list", "follower-token"];

    fn words(command: &clap::Command, before: &str, found: &mut Vec<String>) {
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            let word = format!("{before}{}", command.get_name());
            if command.has_subcommands() {
                words(command, &format!("{word}-"), found);
            } else {
                found.push(word);
            }
        }
    }

    #[test]
    fn every_command_that_changes_something_is_on_record_in_every_language() {
        let mut found = Vec::new();
        words(&Cli::command(), "", &mut found);
        found.retain(|word| !OTHERS.contains(&word.as_str()));
        assert!(found.len() >= 10, "{found:?}");
        let sources = [
            include_str!("accounts.rs"),
            include_str!("endpoints.rs"),
            include_str!("members.rs"),
            include_str!("templates.rs"),
        ];
        for word in &found {
            let quoted = format!("\"{word}\"");
            assert!(
                sources.iter().any(|source| source.contains(&quoted)),
                "{word} is not recorded"
            );
            for said in [
                include_str!("../../../../web/messages/en/activities.ftl"),
                include_str!("../../../../web/messages/zh-CN/activities.ftl"),
                include_str!("../../../../web/messages/ja/activities.ftl"),
            ] {
                assert!(said.contains(&format!("\ndid-command-{word} = ")), "{word}");
            }
        }
    }
}
