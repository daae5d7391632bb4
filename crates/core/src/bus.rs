//! Between nodes: wake-ups over Redis. The database is the truth, so what is lost here costs time
//! and nothing else. Without Redis there is one node and nothing to say.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, DeliveryId, FollowerId, MemberId, NodeId, UserId};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::error::{Error, Result};
use crate::presences::Doing;
use crate::tx::{Live, News};

const CHANNEL: &str = "crier:news";
/// How often a node says something although it has nothing to say, so that a Redis that has gone
/// without a word is noticed.
const BEAT: Duration = Duration::from_secs(5);
/// Silence after which the connection is given up.
const SILENCE: Duration = Duration::from_secs(15);
/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Wake-ups that may wait to be sent; more are dropped, and the periodic looks find the rest.
const QUEUE: usize = 4_096;

/// What one node tells the others; the fields are those of [`Live`] and [`News`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of Live and News")]
pub enum Word {
    Moved {
        account: AccountId,
        user: Option<UserId>,
        follower: FollowerId,
        seq: i64,
    },
    Broadcast {
        account: AccountId,
        seq: i64,
    },
    Withdrawn {
        account: AccountId,
        seq: i64,
    },
    Following {
        account: AccountId,
        user: Option<UserId>,
        follower: FollowerId,
    },
    Typing {
        account: AccountId,
        user: Option<UserId>,
        follower: FollowerId,
        typing: bool,
    },
    Read {
        account: AccountId,
        user: Option<UserId>,
        follower: FollowerId,
        seq: i64,
        by_account: bool,
    },
    Attending {
        account: AccountId,
        follower: FollowerId,
        member: Option<MemberId>,
        doing: Doing,
    },
    Delivery {
        account: AccountId,
        id: DeliveryId,
    },
    /// Deliveries wait that nobody holds.
    Unclaimed,
    /// Conversations have new deliveries for this node, which holds the earlier ones.
    Assigned {
        node: NodeId,
        followers: Vec<FollowerId>,
    },
    /// An account or its endpoints changed.
    Stale {
        account: AccountId,
    },
    /// Said by nobody: this node did not hear the others for a while.
    Gap,
}

impl Word {
    /// What to tell of a piece of news.
    pub fn of(live: &Live) -> Self {
        let (account, user) = (live.account, live.user);
        match &live.news {
            News::Message(message) => {
                Self::Moved { account, user, follower: message.follower_id, seq: message.seq }
            }
            News::Moved { follower, seq } => {
                Self::Moved { account, user, follower: *follower, seq: *seq }
            }
            News::Broadcast { seq } => Self::Broadcast { account, seq: *seq },
            News::Withdrawn { seq } => Self::Withdrawn { account, seq: *seq },
            News::Following { follower } => Self::Following { account, user, follower: *follower },
            News::Typing { follower, typing } => {
                Self::Typing { account, user, follower: *follower, typing: *typing }
            }
            News::Read { follower, seq, by_account } => Self::Read {
                account,
                user,
                follower: *follower,
                seq: *seq,
                by_account: *by_account,
            },
            News::Attending { follower, member, doing } => {
                Self::Attending { account, follower: *follower, member: *member, doing: *doing }
            }
            News::Delivery { id } => Self::Delivery { account, id: *id },
        }
    }

    /// The news in it, if it is for streams.
    pub fn live(&self) -> Option<Live> {
        let (account, user, news) = match *self {
            Self::Moved { account, user, follower, seq } => {
                (account, user, News::Moved { follower, seq })
            }
            Self::Broadcast { account, seq } => (account, None, News::Broadcast { seq }),
            Self::Withdrawn { account, seq } => (account, None, News::Withdrawn { seq }),
            Self::Following { account, user, follower } => {
                (account, user, News::Following { follower })
            }
            Self::Typing { account, user, follower, typing } => {
                (account, user, News::Typing { follower, typing })
            }
            Self::Read { account, user, follower, seq, by_account } => {
                (account, user, News::Read { follower, seq, by_account })
            }
            Self::Attending { account, follower, member, doing } => {
                (account, None, News::Attending { follower, member, doing })
            }
            Self::Delivery { account, id } => (account, None, News::Delivery { id }),
            Self::Unclaimed | Self::Assigned { .. } | Self::Stale { .. } | Self::Gap => {
                return None;
            }
        };
        Some(Live { account, user, news })
    }
}

/// A message between nodes, with who said it: a node does not listen to itself.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    by: i64,
    words: Vec<Word>,
}

/// The way to the other nodes.
#[derive(Clone)]
pub struct Bus {
    out: Option<mpsc::Sender<Vec<Word>>>,
    /// Woken when deliveries wait that nobody holds, here or elsewhere.
    pub unclaimed: Arc<Notify>,
}

impl Bus {
    /// A bus of one node.
    pub fn alone() -> Self {
        Self { out: None, unclaimed: Arc::new(Notify::new()) }
    }

    /// Connects to Redis, in the background: a Redis that is away is waited for. `heard` gets what
    /// other nodes say.
    ///
    /// # Errors
    /// When the URL is no Redis URL.
    pub fn connect(
        url: &str,
        me: i64,
        heard: impl Fn(Word) + Send + Sync + 'static,
    ) -> Result<Self> {
        let client = redis::Client::open(url)
            .map_err(|error| Error::Unavailable(format!("redis: {error}")))?;
        let (out, words) = mpsc::channel(QUEUE);
        let unclaimed = Arc::new(Notify::new());
        let wake = unclaimed.clone();
        tokio::spawn(speak(client.clone(), me, words));
        tokio::spawn(listen(client, me, move |word| match word {
            Word::Unclaimed => wake.notify_one(),
            word => heard(word),
        }));
        Ok(Self { out: Some(out), unclaimed })
    }

    /// Whether there may be other nodes.
    pub const fn has_others(&self) -> bool {
        self.out.is_some()
    }

    /// Tells the other nodes. Never blocks.
    pub fn say(&self, words: Vec<Word>) {
        if let Some(out) = &self.out
            && !words.is_empty()
            && out.try_send(words).is_err()
        {
            tracing::debug!("a wake-up for the other nodes was dropped");
        }
    }
}

async fn speak(client: redis::Client, me: i64, mut queue: mpsc::Receiver<Vec<Word>>) {
    let mut connection = None;
    loop {
        let mut words = match tokio::time::timeout(BEAT, queue.recv()).await {
            Ok(Some(words)) => words,
            Ok(None) => return,
            Err(_) => Vec::new(),
        };
        while let Ok(more) = queue.try_recv() {
            words.extend(more);
        }
        let Ok(text) = serde_json::to_string(&Said { by: me, words }) else { continue };
        let sent = tokio::time::timeout(PATIENCE, say(&client, &mut connection, &text)).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!("redis: a wake-up for the other nodes was not sent");
            connection = None;
        }
    }
}

async fn say(
    client: &redis::Client,
    connection: &mut Option<redis::aio::MultiplexedConnection>,
    text: &str,
) -> redis::RedisResult<()> {
    let open = match connection {
        Some(open) => open,
        empty => empty.insert(client.get_multiplexed_async_connection().await?),
    };
    redis::cmd("PUBLISH").arg(CHANNEL).arg(text).query_async(open).await
}

async fn listen(client: redis::Client, me: i64, heard: impl Fn(Word) + Send + Sync) {
    let mut first = true;
    loop {
        let ended = listen_once(&client, me, first, &heard).await;
        first &= ended.is_err();
        tracing::warn!(error = ?ended.err(), "redis: not listening; trying again");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Listens until the connection ends or falls silent.
async fn listen_once(
    client: &redis::Client,
    me: i64,
    first: bool,
    heard: &(impl Fn(Word) + Send + Sync),
) -> redis::RedisResult<()> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(CHANNEL).await?;
    if !first {
        heard(Word::Gap);
    }
    let mut messages = pubsub.on_message();
    // Our own beats count: they show that Redis still passes words on.
    while let Ok(Some(message)) = tokio::time::timeout(SILENCE, messages.next()).await {
        let text: String = message.get_payload()?;
        let Ok(said) = serde_json::from_str::<Said>(&text) else { continue };
        if said.by != me {
            said.words.into_iter().for_each(heard);
        }
    }
    Ok(())
}
