//! Where mails go: a mail server, or a folder.
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crier_core::Timestamp;
use crier_core::ids::MailId;
pub use lettre::transport::smtp::Error as SmtpError;

use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::letters::Letter;

/// How long a mail server may take over one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where mails go.
#[derive(Clone, PartialEq, Eq)]
pub enum Transport {
    /// To the mail server of this URL: `smtp://user:password@host:port`, `smtps://...`.
    Smtp(String),
    /// Into this folder as `.eml` files, which mail programs open.
    Folder(PathBuf),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smtp(_) => f.write_str("Smtp(..)"),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
        }
    }
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub detail: String,
    /// Whether trying again can not help: the server refuses this recipient.
    pub hopeless: bool,
}

impl Fault {
    fn passing(error: impl std::fmt::Display) -> Self {
        Self { detail: error.to_string(), hopeless: false }
    }

    fn lasting(error: impl std::fmt::Display) -> Self {
        Self { detail: error.to_string(), hopeless: true }
    }
}

impl Transport {
    /// The mail server of a URL.
    ///
    /// # Errors
    /// When it is no URL of a mail server.
    pub fn smtp(url: &str) -> Result<Self, SmtpError> {
        connection(url)?;
        Ok(Self::Smtp(url.to_owned()))
    }
}

fn connection(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpError> {
    let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
    Ok(server.timeout(Some(PATIENCE)).build())
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Hands mails over.
pub struct Sender {
    way: Way,
    from: Mailbox,
}

impl Sender {
    /// Sends as the URL's user where that is an address (most servers want it so), else as
    /// `no-reply` at the host of `public_url`.
    ///
    /// # Errors
    /// A sentence, when the URL is none of a mail server.
    pub fn new(transport: &Transport, public_url: &str) -> Result<Self, String> {
        let user = match transport {
            Transport::Smtp(url) => user_of(url),
            Transport::Folder(_) => None,
        };
        let from = match user {
            Some(user) => user,
            None => no_reply(public_url).map_err(|error| format!("the sender: {error}"))?,
        };
        let way = match transport {
            Transport::Smtp(url) => Way::Smtp(connection(url).map_err(|error| error.to_string())?),
            Transport::Folder(folder) => Way::Folder(folder.clone()),
        };
        Ok(Self { way, from: Mailbox::new(Some("Crier".into()), from) })
    }

    /// Hands one letter over.
    ///
    /// # Errors
    /// A [`Fault`], which says whether to try again.
    pub async fn send(
        &self,
        id: MailId,
        recipient: &str,
        letter: Letter,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let message = self.message(recipient, letter, now).map_err(Fault::lasting)?;
        match &self.way {
            Way::Folder(folder) => {
                keep(folder, id, &message.formatted()).await.map_err(Fault::passing)
            }
            Way::Smtp(server) => match server.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(Fault::lasting(error)),
                Err(error) => Err(Fault::passing(error)),
            },
        }
    }

    fn message(
        &self,
        recipient: &str,
        letter: Letter,
        now: Timestamp,
    ) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let since = Duration::from_micros(u64::try_from(now.micros()).unwrap_or_default());
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient.parse()?))
            .date(SystemTime::UNIX_EPOCH + since)
            .subject(letter.subject)
            .message_id(None)
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))?)
    }
}

fn user_of(url: &str) -> Option<Address> {
    let url = url::Url::parse(url).ok()?;
    url.username().replace("%40", "@").parse().ok()
}

fn no_reply(public_url: &str) -> Result<Address, lettre::address::AddressError> {
    let host = url::Url::parse(public_url).ok().and_then(|url| url.domain().map(str::to_owned));
    Address::new("no-reply", host.unwrap_or_else(|| "localhost".into()))
}

/// The file is there whole or not at all: whoever watches the folder reads whole mails.
async fn keep(folder: &Path, id: MailId, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let part = folder.join(format!("{id}.part"));
    tokio::fs::write(&part, bytes).await?;
    tokio::fs::rename(&part, folder.join(format!("{id}.eml"))).await
}
