//! Mails: takes them from the outbox, puts them into words and hands them to a mail server, or to
//! a folder where there is none.
#![deny(missing_docs)]

mod letters;
mod transport;
mod worker;

pub use letters::Letter;
pub use transport::{Fault, Sender, SmtpError, Transport};
pub use worker::run;
