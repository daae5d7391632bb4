//! The command line, as CONTRACT has it.
mod endpoints;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use crier_core::users::Platform;

pub use self::endpoints::{Dialect, Endpoint, EndpointAdd, EndpointOptions, Mode, Which};

/// A self-hosted official-accounts platform.
#[derive(Debug, Parser)]
#[command(name = "crier", version, about)]
pub struct Cli {
    /// Settings file (TOML); the environment wins over it.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// Print the result as one JSON object on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the platform.
    Serve,
    /// Serve the platform with a demo brand, its bot, and one conversation.
    Demo,
    /// Bring the database up to date.
    Migrate,
    /// Members of staff.
    #[command(subcommand)]
    Member(Member),
    /// Official accounts.
    #[command(subcommand)]
    Account(Account),
    /// Where operator backends listen.
    #[command(subcommand)]
    Endpoint(Endpoint),
    /// Followers.
    #[command(subcommand)]
    Follower(Follower),
    /// Templates of accounts.
    #[command(subcommand)]
    Template(Template),
}

/// Members of staff.
#[derive(Debug, Subcommand)]
pub enum Member {
    /// Make a member, who can then sign in to the console.
    Create(MemberCreate),
    /// Take away the authenticator app, passkeys and recovery codes of a member who has lost them, and
    /// sign them out everywhere. They sign in with their password alone until they set one up again.
    ResetSecondStep {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
}

/// A new member.
#[derive(Debug, Args)]
pub struct MemberCreate {
    /// Their e-mail address.
    #[arg(long)]
    pub email: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    pub password_stdin: bool,
    /// Their name; the part of the address before the @ if absent.
    #[arg(long)]
    pub name: Option<String>,
    /// The brand they own; made when it does not exist.
    #[arg(long)]
    pub brand: Option<String>,
    /// Let them administer the whole platform.
    #[arg(long)]
    pub platform_admin: bool,
}

/// Official accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Make an account: active, verified, with every right of its kind.
    Create(Box<AccountCreate>),
    /// Show an account.
    Show {
        /// Its handle or app id.
        account: String,
    },
}

/// The two kinds of account.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Organisations.
    Service,
    /// Content.
    Subscription,
}

/// A new account.
#[derive(Debug, Args)]
pub struct AccountCreate {
    /// Service or subscription.
    #[arg(long)]
    pub kind: Kind,
    /// Its name.
    #[arg(long)]
    pub name: String,
    /// Its short name in addresses; its app id if absent.
    #[arg(long)]
    pub handle: Option<String>,
    /// What it is about.
    #[arg(long, default_value = "")]
    pub description: String,
    /// Its IANA time zone.
    #[arg(long, default_value = "Asia/Shanghai")]
    pub time_zone: String,
    /// The brand that owns it; made when it does not exist.
    #[arg(long, default_value = "Default")]
    pub brand: String,
    /// Where its operator backend listens. It is taken as it is, without the URL check.
    #[arg(long)]
    pub webhook_url: Option<String>,
    /// How it is spoken to.
    #[command(flatten)]
    pub webhook: EndpointOptions,
}

/// Templates of accounts.
#[derive(Debug, Subcommand)]
pub enum Template {
    /// Forbid an account to use a template.
    Ban(WhichTemplate),
    /// Allow it again.
    Unban(WhichTemplate),
}

/// A template of an account.
#[derive(Debug, Args)]
pub struct WhichTemplate {
    /// The account's handle or app id.
    #[arg(long)]
    pub account: String,
    /// The template's key.
    #[arg(long)]
    pub template: String,
}

/// What a follower may be on.
const PLATFORMS: [&str; 3] =
    [Platform::Ios.as_str(), Platform::Android.as_str(), Platform::Other.as_str()];

/// Followers.
#[derive(Debug, Subcommand)]
pub enum Follower {
    /// Sign a follower token for a user of the `local` host app.
    Token {
        /// The user, as the host app names them.
        #[arg(long)]
        user: String,
        /// Their display name.
        #[arg(long)]
        name: Option<String>,
        /// Their picture, as a web address.
        #[arg(long)]
        picture: Option<String>,
        /// Their language, such as zh-CN or en.
        #[arg(long)]
        locale: Option<String>,
        /// What they are on: ios, android or other.
        #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(PLATFORMS))]
        platform: Option<String>,
        /// Seconds it is valid.
        #[arg(long, default_value_t = 86_400, value_parser = clap::value_parser!(i64).range(1..=31_536_000))]
        ttl: i64,
    },
}
