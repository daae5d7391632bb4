//! The outbox of mails: written in the transaction of what they tell, sent by a worker afterwards.
use chrono::Duration;
use crier_schema::ids::{EndpointId, MailId};
use crier_schema::tables::mails;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::members::Role;
use crate::tx::Tx;

/// Tries in all: the last is made about two hours after the first.
pub const ATTEMPTS: i32 = 8;
/// How long a worker may take over one mail before another takes it up.
const LEASE: Duration = Duration::minutes(2);
/// Characters of an error that are kept.
const ERROR: usize = 500;

text_enum! {
    /// Where a mail stands.
    pub enum State {
        /// Still to be sent, or being sent.
        Pending = "pending",
        /// A mail server took it.
        Sent = "sent",
        /// Every try failed.
        Failed = "failed",
    }
}

text_enum! {
    /// A language the staff is spoken to in.
    pub enum Language {
        /// English.
        English = "en",
        /// Chinese, simplified.
        Chinese = "zh-CN",
        /// Japanese.
        Japanese = "ja",
    }
}

text_enum! {
    /// How signing in has changed.
    pub enum SignInChange {
        /// An authenticator app was set up.
        AppAdded = "app_added",
        /// The authenticator app was taken away.
        AppRemoved = "app_removed",
        /// A passkey was made.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// There are new recovery codes.
        CodesRenewed = "codes_renewed",
        /// The password was changed by a mailed link.
        PasswordChanged = "password_changed",
        /// An owner took away all second steps.
        Reset = "reset",
    }
}

text_enum! {
    /// What happened to an account, a brand or a broadcast.
    pub enum Topic {
        /// An application waits for the platform to decide.
        Waits = "waits",
        /// The platform asks for more.
        Asked = "asked",
        /// The platform has approved.
        Approved = "approved",
        /// The platform has rejected.
        Rejected = "rejected",
        /// The platform has suspended an account.
        Suspended = "suspended",
        /// A suspended account is open again.
        Reopened = "reopened",
        /// An owner has closed an account.
        Closed = "closed",
        /// A brand has a new owner.
        BrandGiven = "brand_given",
        /// An account is offered to another brand.
        AccountOffered = "account_offered",
        /// An account has moved to another brand.
        AccountMoved = "account_moved",
        /// A broadcast waits for somebody else to approve it.
        PlanWaits = "plan_waits",
        /// A broadcast is approved.
        PlanApproved = "plan_approved",
        /// A broadcast was sent back to who wrote it.
        PlanSentBack = "plan_sent_back",
    }
}

/// What a mail tells. Secrets in it are sealed: the outbox is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum Mail {
    /// Somebody is invited to a brand.
    Invitation {
        /// The brand's name.
        brand: String,
        /// The name of who invites.
        inviter: String,
        /// As what.
        role: Role,
        /// The token of the accepting page, sealed.
        sealed_token: String,
        /// Until when it holds.
        expires_at: Timestamp,
        /// The language to write in.
        language: Language,
    },
    /// Somebody asked for a new password.
    PasswordReset {
        /// The token of the page that sets it, sealed.
        sealed_token: String,
        /// Until when it holds.
        expires_at: Timestamp,
        /// The language to write in.
        language: Language,
    },
    /// How a member signs in has changed.
    SignInChanged {
        /// What happened.
        change: SignInChange,
        /// When.
        at: Timestamp,
        /// The language to write in.
        language: Language,
    },
    /// An endpoint has failed for half the time after which it is switched off.
    EndpointFailing {
        /// The account's name.
        account: String,
        /// The account's handle.
        handle: String,
        /// The endpoint.
        endpoint: EndpointId,
        /// Where the endpoint listens.
        url: String,
        /// Since when nothing has gone well.
        since: Timestamp,
        /// When it will be switched off.
        off_at: Timestamp,
        /// The language to write in.
        language: Language,
    },
    /// An endpoint has been switched off.
    EndpointOff {
        /// The account's name.
        account: String,
        /// The account's handle.
        handle: String,
        /// The endpoint.
        endpoint: EndpointId,
        /// Where the endpoint listened.
        url: String,
        /// Since when nothing has gone well.
        since: Timestamp,
        /// Whether it said itself that it is gone for good (410).
        gone: bool,
        /// The language to write in.
        language: Language,
    },
    /// Notes in a conversation mention a member who has not seen them. What they say, and about
    /// whom, stays in the console: a mail is kept where nobody can have it deleted.
    Mention {
        /// The account's name.
        account: String,
        /// Who wrote the newest; nobody when it tells that a planned reply was not sent.
        by: Option<String>,
        /// How many.
        count: i64,
        /// The newest in its conversation: a path beneath the public address.
        path: String,
        /// The language to write in.
        language: Language,
    },
    /// Something happened to an account, a brand or a broadcast.
    News {
        /// What.
        topic: Topic,
        /// The account's, brand's or broadcast's name.
        name: String,
        /// Why, or by whom: what the one who did it wrote, or is called.
        reason: String,
        /// Where to look: a path beneath the public address.
        path: String,
        /// The token that ends the path, sealed, if one does.
        sealed_token: Option<String>,
        /// The language to write in.
        language: Language,
    },
}

impl Language {
    /// The language of a place, until members say which they read.
    pub fn of_zone(time_zone: &str) -> Self {
        const CHINESE: [&str; 3] = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing"];
        match time_zone {
            "Asia/Tokyo" => Self::Japanese,
            zone if CHINESE.contains(&zone) => Self::Chinese,
            _ => Self::English,
        }
    }
}

/// A mail to send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub recipient: String,
    /// What it tells.
    pub mail: Mail,
    /// 1 for the first try.
    pub attempt: i32,
}

/// Puts a mail into the outbox.
pub fn queue(tx: &mut Tx<'_>, recipient: &str, mail: &Mail) -> Result<MailId> {
    let id: MailId = tx.ids.next();
    diesel::insert_into(mails::table)
        .values((
            mails::id.eq(id),
            mails::recipient.eq(recipient),
            mails::content.eq(Json::to_text(mail)?),
            mails::state.eq(State::Pending),
            mails::attempts.eq(0),
            mails::next_at.eq(tx.now),
            mails::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Whether a mail is due, without taking it: asked every second, and nearly always no.
pub fn any_due(conn: &mut AnyConnection, now: Timestamp) -> Result<bool> {
    let due = mails::table.filter(mails::state.eq(State::Pending).and(mails::next_at.le(now)));
    Ok(due.select(mails::id).first::<MailId>(conn).optional()?.is_some())
}

/// Takes up to `limit` due mails, oldest first, for two minutes: a worker that dies leaves them to
/// another. Each is taken by a statement of its own that repeats the condition, so that of two
/// nodes one gets it.
pub fn claim(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Due>> {
    let due = mails::state.eq(State::Pending).and(mails::next_at.le(tx.now));
    let rows: Vec<(MailId, String, Json<Mail>, i32)> = mails::table
        .filter(due)
        .order(mails::next_at.asc())
        .select((mails::id, mails::recipient, mails::content, mails::attempts))
        .limit(limit)
        .load(tx.conn)?;
    let mut taken = Vec::with_capacity(rows.len());
    for (id, recipient, Json(mail), attempts) in rows {
        let changed = diesel::update(mails::table.filter(mails::id.eq(id).and(due)))
            .set((mails::attempts.eq(mails::attempts + 1), mails::next_at.eq(tx.now.plus(LEASE))))
            .execute(tx.conn)?;
        if changed == 1 {
            taken.push(Due { id, recipient, mail, attempt: attempts + 1 });
        }
    }
    Ok(taken)
}

/// Stores that a mail server took the mail.
pub fn sent(tx: &mut Tx<'_>, id: MailId) -> Result<()> {
    diesel::update(mails::table.find(id))
        .set((
            mails::state.eq(State::Sent),
            mails::sent_at.eq(Some(tx.now)),
            mails::error.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores that a try failed: it is tried again after one, two, four, ... minutes, unless it was
/// the last or it is `hopeless` (an address that is refused for good).
pub fn failed(tx: &mut Tx<'_>, due: &Due, error: &str, hopeless: bool) -> Result<State> {
    let over = hopeless || due.attempt >= ATTEMPTS;
    let state = if over { State::Failed } else { State::Pending };
    let minutes = 1_i64 << (due.attempt - 1).clamp(0, 6);
    let error: String = error.chars().filter(|c| *c != '\0').take(ERROR).collect();
    diesel::update(mails::table.find(due.id))
        .set((
            mails::state.eq(state),
            mails::next_at.eq(tx.now.plus(Duration::minutes(minutes))),
            mails::error.eq(Some(error)),
        ))
        .execute(tx.conn)?;
    Ok(state)
}
