//! What one open stream does. News only says where to look: a message is sent when its number is
//! exactly the next, and everything else is read from the database, which cannot be missed.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crier_core::broadcasts::Broadcast;
use crier_core::followers::{self, Follower, Standing};
use crier_core::ids::{AccountId, FollowerId, UserId};
use crier_core::messages::{self, Message, Span};
use crier_core::tx::{Live, News};
use crier_core::{App, broadcasts};
use crier_http::sse::{Gone, Sender, frame};
use serde::Serialize;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::cursor::{Cursor, Mark};
use crate::shapes::MessageView;
use crate::timeline::BroadcastView;

/// How long a lost wake-up stays unnoticed at the most.
const LOOK: Duration = Duration::from_secs(20);
/// Rows in one read; a stream far behind takes several.
const PAGE: i64 = 100;

/// Where a user stands with one account.
struct Place {
    follower: Follower,
    handle: String,
    name: String,
}

/// One open stream.
pub struct Feed {
    app: Arc<App>,
    sender: Sender,
    cursor: Cursor,
    places: HashMap<FollowerId, Place>,
    at: HashMap<AccountId, FollowerId>,
}

/// Why a stream ends.
enum End {
    Gone,
    Failed(crier_core::Error),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<crier_core::Error> for End {
    fn from(error: crier_core::Error) -> Self {
        Self::Failed(error)
    }
}

#[derive(Serialize)]
struct FollowingView<'a> {
    account: &'a str,
    following: bool,
}

#[derive(Serialize)]
struct TypingView<'a> {
    account: &'a str,
    typing: bool,
}

#[derive(Serialize)]
struct ReadView<'a> {
    account: &'a str,
    /// Up to which of the conversation's messages.
    seq: i64,
}

#[derive(Serialize)]
struct WithdrawnView<'a> {
    account: &'a str,
    /// The broadcast's place among the account's.
    seq: i64,
}

impl Feed {
    /// A stream that goes on from a cursor, or begins where everything stands now. `None` for a
    /// cursor that names what is not the user's, or is ahead of everything there is.
    pub fn new(
        app: Arc<App>,
        user: UserId,
        sender: Sender,
        standings: Vec<Standing>,
        from: Option<&Cursor>,
    ) -> Option<Self> {
        let marks = from.map(|cursor| cursor.marks.clone()).unwrap_or_default();
        let known = |id| standings.iter().any(|one| one.follower.id == id);
        if !marks.keys().all(|id| known(*id)) {
            return None;
        }
        let cursor = Cursor { user, marks };
        let mut feed = Self { app, sender, cursor, places: HashMap::new(), at: HashMap::new() };
        for standing in standings {
            let end =
                Mark { seq: standing.last_seq, broadcast: standing.account.last_broadcast_seq };
            // A conversation that the cursor does not know began after it.
            let begin = if from.is_some() { Mark::default() } else { end };
            let mark = *feed.cursor.marks.entry(standing.follower.id).or_insert(begin);
            if mark.seq > end.seq || mark.broadcast > end.broadcast {
                return None;
            }
            feed.enter(standing);
        }
        Some(feed)
    }

    fn enter(&mut self, standing: Standing) {
        let Standing { follower, account, .. } = standing;
        self.at.insert(account.id, follower.id);
        self.cursor.marks.entry(follower.id).or_default();
        let place = Place { handle: account.handle, name: account.name, follower };
        self.places.insert(place.follower.id, place);
    }

    /// Runs until the client has gone or the server stops. A database that is away is waited for.
    pub async fn run(mut self, mut news: Receiver<Live>) {
        if self.say("ready", "{}").await.is_err() {
            return;
        }
        let mut looks = interval_at(Instant::now(), LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            // Work is boxed: what a stream that waits keeps in memory counts thousands of times.
            let done = tokio::select! {
                () = self.sender.gone() => return,
                _ = looks.tick() => Box::pin(self.look()).await,
                heard = news.recv() => match heard {
                    None => return,
                    Some(live) => {
                        // A full queue has dropped news, perhaps the last there will be.
                        let missed = news.len() + 1 >= news.max_capacity();
                        let done = Box::pin(self.hear(live)).await;
                        if done.is_ok() && missed { Box::pin(self.look()).await } else { done }
                    }
                },
            };
            match done {
                Ok(()) => {}
                Err(End::Gone) => return,
                Err(End::Failed(error)) => {
                    // The next look finds what this one could not read.
                    tracing::debug!(%error, "a stream could not read");
                }
            }
        }
    }

    async fn hear(&mut self, live: Live) -> Result<(), End> {
        match live.news {
            News::Message(message) => self.message(&message).await,
            News::Moved { follower, seq } => {
                if seq > self.mark(follower).seq {
                    self.catch_up(follower).await
                } else {
                    Ok(())
                }
            }
            News::Broadcast { seq } => match self.at.get(&live.account).copied() {
                Some(follower) => match seq - self.mark(follower).broadcast {
                    ..=0 => Ok(()),
                    1 => self.next_broadcast(follower, live.account, seq).await,
                    _ => self.broadcasts(follower, seq).await,
                },
                None => Ok(()),
            },
            News::Withdrawn { seq } => match self.at.get(&live.account).copied() {
                Some(follower) if seq <= self.mark(follower).broadcast => {
                    self.withdrawn(follower, seq).await
                }
                _ => Ok(()),
            },
            News::Following { follower } => {
                let found = self.standings().await?;
                let changed = found.into_iter().find(|one| one.follower.id == follower);
                match changed {
                    Some(standing) => self.following(standing).await,
                    None => Ok(()),
                }
            }
            News::Typing { follower, typing } => self.typing(follower, typing).await,
            News::Read { follower, seq, by_account: true } => {
                self.read_by_account(follower, seq).await
            }
            News::Read { .. } | News::Delivery { .. } | News::Attending { .. } => Ok(()),
        }
    }

    fn mark(&self, follower: FollowerId) -> Mark {
        self.cursor.marks.get(&follower).copied().unwrap_or_default()
    }

    async fn standings(&self) -> Result<Vec<Standing>, End> {
        let user = self.cursor.user;
        Ok(self.app.read(move |conn| followers::standings(conn, user)).await?)
    }

    /// Compares everything with the database.
    async fn look(&mut self) -> Result<(), End> {
        for standing in self.standings().await? {
            let (follower, seq) = (standing.follower.id, standing.last_seq);
            let broadcast = standing.account.last_broadcast_seq;
            self.following(standing).await?;
            let mark = self.mark(follower);
            if seq > mark.seq {
                self.catch_up(follower).await?;
            }
            if broadcast > mark.broadcast {
                self.broadcasts(follower, broadcast).await?;
            }
        }
        Ok(())
    }

    /// Takes in a following, and tells of it when it is new or has changed.
    async fn following(&mut self, standing: Standing) -> Result<(), End> {
        let before = self.places.get(&standing.follower.id).map(|place| &place.follower);
        let (was, is) = (
            before.map(|follower| follower.unfollowed_at.is_none()),
            standing.follower.unfollowed_at.is_none(),
        );
        let changed = was != Some(is);
        let view = FollowingView { account: &standing.account.handle, following: is };
        let told = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.enter(standing);
        if changed { self.say("following", &told).await } else { Ok(()) }
    }

    async fn message(&mut self, message: &Message) -> Result<(), End> {
        let mark = self.mark(message.follower_id);
        let known = self.places.contains_key(&message.follower_id);
        if message.seq <= mark.seq {
            return Ok(());
        }
        if known && message.seq == mark.seq + 1 {
            return self.show(message).await;
        }
        self.catch_up(message.follower_id).await
    }

    async fn catch_up(&mut self, follower: FollowerId) -> Result<(), End> {
        if !self.places.contains_key(&follower) {
            let found = self.standings().await?;
            let Some(one) = found.into_iter().find(|one| one.follower.id == follower) else {
                return Ok(());
            };
            self.following(one).await?;
        }
        loop {
            let after = Span::After(self.mark(follower).seq);
            let page = self.app.read(move |conn| Ok(messages::page(conn, follower, after, PAGE)?));
            let page = page.await?;
            for message in &page {
                self.show(message).await?;
            }
            if i64::try_from(page.len()).is_ok_and(|count| count < PAGE) {
                return Ok(());
            }
        }
    }

    async fn show(&mut self, message: &Message) -> Result<(), End> {
        let Some(place) = self.places.get(&message.follower_id) else { return Ok(()) };
        let agents = self.app.agents_of(&[message]).await?;
        let view = MessageView::of(message, &place.handle, &agents, &self.app.public_url);
        let text = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.cursor.marks.entry(message.follower_id).or_default().seq = message.seq;
        self.say("message", &text).await
    }

    /// Of no account that the stream has not shown: what it would say is over in seconds.
    async fn typing(&self, follower: FollowerId, typing: bool) -> Result<(), End> {
        let Some(place) = self.places.get(&follower) else { return Ok(()) };
        let view = TypingView { account: &place.handle, typing };
        let text = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.say("typing", &text).await
    }

    /// Of no account that the stream has not shown: a list of conversations says it as well.
    async fn read_by_account(&self, follower: FollowerId, seq: i64) -> Result<(), End> {
        let Some(place) = self.places.get(&follower) else { return Ok(()) };
        let view = ReadView { account: &place.handle, seq };
        let text = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.say("read", &text).await
    }

    /// Shows the account's next broadcast, which thousands of streams do at the same moment.
    async fn next_broadcast(
        &mut self,
        follower: FollowerId,
        account: AccountId,
        seq: i64,
    ) -> Result<(), End> {
        let broadcast = self.app.broadcast(account, seq).await?;
        let Some(place) = self.places.get(&follower) else { return Ok(()) };
        match broadcast.is_to(&place.follower) {
            Some(true) => self.show_broadcast(follower, &broadcast).await,
            Some(false) => {
                self.cursor.marks.entry(follower).or_default().broadcast = seq;
                Ok(())
            }
            None => self.broadcasts(follower, seq).await,
        }
    }

    /// Shows the broadcasts up to the account's number `newest`; those addressed to others are
    /// passed over.
    async fn broadcasts(&mut self, follower: FollowerId, newest: i64) -> Result<(), End> {
        loop {
            let Some(place) = self.places.get(&follower) else { return Ok(()) };
            let (of, after) = (place.follower.clone(), self.mark(follower).broadcast);
            let page = self.app.read(move |conn| broadcasts::after(conn, &of, after, PAGE));
            let page = page.await?;
            for broadcast in &page {
                self.show_broadcast(follower, broadcast).await?;
            }
            if i64::try_from(page.len()).is_ok_and(|count| count < PAGE) {
                let mark = self.cursor.marks.entry(follower).or_default();
                mark.broadcast = mark.broadcast.max(newest);
                return Ok(());
            }
        }
    }

    async fn show_broadcast(
        &mut self,
        follower: FollowerId,
        broadcast: &Broadcast,
    ) -> Result<(), End> {
        let Some(place) = self.places.get(&follower) else { return Ok(()) };
        let view = BroadcastView::of(broadcast, &place.handle, &place.name, &self.app.public_url);
        let text = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.cursor.marks.entry(follower).or_default().broadcast = broadcast.seq;
        self.say("broadcast", &text).await
    }

    /// Tells that a broadcast which may have been shown is not to be shown any more.
    async fn withdrawn(&self, follower: FollowerId, seq: i64) -> Result<(), End> {
        let Some(place) = self.places.get(&follower) else { return Ok(()) };
        let view = WithdrawnView { account: &place.handle, seq };
        let text = serde_json::to_string(&view).map_err(crier_core::Error::from)?;
        self.say("withdrawn", &text).await
    }

    async fn say(&self, name: &str, text: &str) -> Result<(), End> {
        Ok(self.sender.send(frame(name, Some(&self.cursor.encode()), text)).await?)
    }
}
