//! Typed row ids: integers that grow with time and stay below 2^53, so that every JSON reader
//! takes them exactly (`reference/wechat-api.md`, trap T5).

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 serde::Serialize, serde::Deserialize,
                 diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>
            for $name
        where
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend>
            diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }
    )+};
}

ids! {
    /// A brand: the organisation that owns accounts.
    BrandId,
    /// A member of staff.
    MemberId,
    /// A passkey of a member.
    PasskeyId,
    /// An open invitation to join a brand.
    InvitationId,
    /// A mail on its way.
    MailId,
    /// A host app, which signs its users' tokens.
    HostAppId,
    /// A person in a host app.
    UserId,
    /// An official account.
    AccountId,
    /// A user following one account; also the key of their conversation.
    FollowerId,
    /// A user beginning or ceasing to follow.
    FollowingId,
    /// A message in a conversation.
    MessageId,
    /// A stored file.
    MediaId,
    /// A running server process.
    NodeId,
    /// Where a brand's operator backend listens.
    EndpointId,
    /// A fact an operator backend is told.
    EventId,
    /// One event on its way to one endpoint.
    DeliveryId,
    /// One try of a delivery.
    AttemptId,
    /// An order to make deliveries again.
    RecoveryId,
    /// A consent given by web sign-in.
    GrantId,
    /// A menu for some followers.
    ConditionalMenuId,
    /// A menu that is being designed.
    MenuDraftId,
    /// A follower whose words are to be made.
    StaleFollowerId,
    /// A scene code (the QR of a poster, a table, a parcel).
    SceneCodeId,
    /// A message template adopted by an account.
    TemplateId,
    /// Somebody who answers followers in an account's name.
    AgentId,
    /// A follower's time with an agent, or in the queue for one.
    AgentSessionId,
    /// What members tell each other in a conversation.
    NoteId,
    /// A text kept to answer with.
    CannedAnswerId,
    /// A reply to be sent at its time.
    ScheduledReplyId,
    /// A part of an account's inbox.
    TeamQueueId,
    /// A tag an account gives to followers.
    TagId,
    /// A message sent to an audience.
    BroadcastId,
    /// A rule by which an account answers by itself.
    AutoReplyId,
    /// Articles that are being written, or kept to be sent.
    DraftId,
    /// Articles that were published together.
    PublicationId,
    /// A published article.
    ArticleId,
    /// A reader's comment on an article.
    CommentId,
    /// A saved rule that says which followers are meant.
    SegmentId,
    /// A broadcast on its way.
    PlanId,
    /// Followers that were written down to be sent something.
    ListId,
    /// Something a member did.
    ActivityId,
    /// A request to the platform about an account.
    ApplicationId,
    /// A paper that goes with an application.
    DocumentId,
    /// A step of an account's review.
    ReviewId,
    /// An account offered to another brand.
    OfferId,
    /// The deletion of what is stored about one person.
    ErasureId,
}
