//! The user's conversations, latest first.
use std::collections::HashMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;
use crier_core::accounts::Account;
use crier_core::agents::Shown;
use crier_core::conversations::{self, Listed};
use crier_core::ids::AccountId;
use crier_core::{App, followers};
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Identity;
use crate::shapes::{MessageView, picture_url};

/// More than anybody scrolls through; one probe of an index each.
const MOST: i64 = 500;

#[derive(Serialize, ToSchema)]
struct Conversations<'a> {
    conversations: Vec<ConversationView<'a>>,
}

#[derive(Serialize, ToSchema)]
struct ConversationView<'a> {
    /// The account's handle.
    account: &'a str,
    name: &'a str,
    /// `subscription` or `service`.
    kind: &'static str,
    verified: bool,
    avatar_url: Option<String>,
    last_message: Option<MessageView<'a>>,
    last_seq: i64,
    read_seq: i64,
    /// Up to which message the account's members have read.
    account_read_seq: i64,
    /// Messages from the account that the follower has not read.
    unread: i64,
}

impl<'a> ConversationView<'a> {
    fn of(
        listed: &'a Listed,
        account: &'a Account,
        agents: &'a [Arc<Shown>],
        public_url: &str,
    ) -> Self {
        let row = &listed.conversation;
        let newest = listed.newest.as_ref();
        Self {
            account: &account.handle,
            name: &account.name,
            kind: account.kind.as_str(),
            verified: account.verified,
            avatar_url: picture_url(account, public_url),
            last_message: newest
                .map(|one| MessageView::of(one, &account.handle, agents, public_url)),
            last_seq: row.last_seq,
            read_seq: row.follower_read_seq,
            account_read_seq: row.account_read_seq,
            // Writing marks everything before as read, so what comes after is all the account's.
            unread: row.last_seq - row.follower_read_seq,
        }
    }
}

/// Conversations
///
/// Those with the accounts the user follows, latest first, at most 500.
#[utoipa::path(get, path = "/v1/conversations", tag = "Messages", responses(
    (status = 200, body = inline(Conversations)), (status = 401, body = ProblemBody)))]
pub async fn list(app: Data<App>, who: Identity) -> Answer {
    let (listed, followed) = app
        .read(move |conn| {
            let listed = conversations::of_user(conn, who.user, MOST)?;
            Ok((listed, followers::of_user(conn, who.user)?))
        })
        .await?;
    let accounts: HashMap<AccountId, Account> =
        followed.into_iter().map(|(_, account)| (account.id, account)).collect();
    let newest: Vec<_> = listed.iter().filter_map(|one| one.newest.as_ref()).collect();
    let agents = app.agents_of(&newest).await?;
    let conversations = listed
        .iter()
        .filter_map(|one| {
            let account = accounts.get(&one.conversation.account_id)?;
            Some(ConversationView::of(one, account, &agents, &app.public_url))
        })
        .collect();
    Ok(HttpResponse::Ok().json(Conversations { conversations }))
}
