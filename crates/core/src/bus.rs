//! Between nodes: wake-ups over Redis. The database is the truth, so what is lost here costs time
//! and nothing else. Without Redis there is one node and nothing to say.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, DeliveryId, FollowerId, UserId};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};

use crate::error::{Error, Result};
use crate::tx::{Live, News};

const CHANNEL: &str = "crier:news";
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
    Following {
        account: AccountId,
        user: Option<UserId>,
        follower: FollowerId,
    },
    Delivery {
        account: AccountId,
        id: DeliveryId,
    },
    /// Deliveries wait that nobody holds.
    Unclaimed,
    /// An account or its endpoints changed.
    Stale {
        account: AccountId,
    },
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
            News::Following { follower } => Self::Following { account, user, follower: *follower },
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
            Self::Following { account, user, follower } => {
                (account, user, News::Following { follower })
            }
            Self::Delivery { account, id } => (account, None, News::Delivery { id }),
            Self::Unclaimed | Self::Stale { .. } => return None,
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
    while let Some(mut words) = queue.recv().await {
        while let Ok(more) = queue.try_recv() {
            words.extend(more);
        }
        if connection.is_none() {
            connection = client.get_multiplexed_async_connection().await.ok();
        }
        let Some(open) = connection.as_mut() else { continue };
        let Ok(text) = serde_json::to_string(&Said { by: me, words }) else { continue };
        let sent: redis::RedisResult<()> =
            redis::cmd("PUBLISH").arg(CHANNEL).arg(text).query_async(open).await;
        if let Err(error) = sent {
            tracing::warn!(%error, "redis: a wake-up was not sent");
            connection = None;
        }
    }
}

async fn listen(client: redis::Client, me: i64, heard: impl Fn(Word) + Send + Sync) {
    loop {
        if let Err(error) = listen_once(&client, me, &heard).await {
            tracing::warn!(%error, "redis: not listening; trying again");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn listen_once(
    client: &redis::Client,
    me: i64,
    heard: &(impl Fn(Word) + Send + Sync),
) -> redis::RedisResult<()> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(CHANNEL).await?;
    let mut messages = pubsub.on_message();
    while let Some(message) = messages.next().await {
        let text: String = message.get_payload()?;
        let Ok(said) = serde_json::from_str::<Said>(&text) else { continue };
        if said.by != me {
            said.words.into_iter().for_each(heard);
        }
    }
    Ok(())
}
