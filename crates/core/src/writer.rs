//! The batching writer: everything that is stored goes through this one thread.
//!
//! All appends and outcomes that arrive while a commit is in progress share the next one. There is
//! no timer: the running flush is the timer, so a lone caller waits for one flush only. Other work
//! has a transaction of its own, between the batches.
mod batch;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use crier_schema::ids::{DeliveryId, FollowerId, NodeId};
use crier_schema::pool::DatabaseUrl;
use crier_schema::{AnyConnection, write};
use diesel::r2d2::R2D2Connection;
use tokio::sync::{mpsc, oneshot};

use self::batch::{Batch, Release};
use crate::changes;
use crate::clock::SharedClock;
use crate::conversations::{self, Append, Appended};
use crate::deliveries::{self, Outcome, outbox};
use crate::error::{Error, Result};
use crate::meters::Meters;
use crate::mint::Ids;
use crate::nodes::Identity;
use crate::roster::Roster;
use crate::traced;
use crate::traces::{self, Span};
use crate::tx::{Effects, Tx};

/// Operations that may wait; beyond, callers are told to come back (about 0.2 s of work).
const QUEUE: usize = 8_192;
/// Operations in one commit at the most.
const BATCH: usize = 1_024;
/// How long it waits between tries while the database is away.
const AWAY: std::time::Duration = std::time::Duration::from_millis(200);

type Work = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;

#[expect(clippy::large_enum_variant, reason = "nearly all are appends; a box each would cost more")]
enum Op {
    Append(Append, oneshot::Sender<Result<Appended>>),
    Outcome(Box<Outcome>),
    Release(NodeId, Vec<DeliveryId>, oneshot::Sender<Result<()>>),
    Work(Work, oneshot::Sender<Result<()>>, Span),
}

/// What happens to the effects of a commit.
pub type AfterCommit = Arc<dyn Fn(Effects) + Send + Sync>;

/// The way to the writing thread. Cheap to clone; the thread ends when the last copy is dropped.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Op>,
    meters: Meters,
}

/// What the thread needs.
pub struct Setup {
    /// Where to write.
    pub url: DatabaseUrl,
    /// The clock.
    pub clock: SharedClock,
    /// Mints row ids.
    pub ids: Arc<Ids>,
    /// This node as it is called now, if it delivers.
    pub node: Option<Arc<Identity>>,
    /// Which endpoints an account has.
    pub roster: Arc<Roster>,
    /// What is counted.
    pub meters: Meters,
    /// Called after each commit, on the writing thread: it must not block.
    pub after: AfterCommit,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(setup: Setup) -> Result<Self> {
        let (queue, ops) = mpsc::channel(QUEUE);
        let meters = setup.meters.clone();
        std::thread::Builder::new()
            .name("crier-writer".into())
            .spawn(move || Thread::new(setup).run_or_abort(ops))
            .map_err(|error| Error::Internal(format!("no thread for the writer: {error}")))?;
        Ok(Self { queue, meters })
    }

    /// Adds to a conversation; done when it is durable.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue is full; what the conversation refuses.
    pub async fn append(&self, mut append: Append) -> Result<Appended> {
        if append.span.is_disabled() {
            append.span = traces::current();
        }
        let (done, answer) = oneshot::channel();
        self.queue.try_send(Op::Append(append, done)).map_err(|_| self.full())?;
        answer.await.map_err(gone)?
    }

    /// Records what became of a delivery. Waits for room in the queue, not for the commit: an
    /// outcome that is lost with the process is made again when its lease runs out.
    pub async fn record(&self, outcome: Outcome) {
        if self.queue.send(Op::Outcome(Box::new(outcome))).await.is_err() {
            tracing::warn!("an outcome came after the writer had stopped");
        }
    }

    /// Gives deliveries back that `node` holds and has no room for; done when it is durable.
    ///
    /// # Errors
    /// When it is not: they are still held.
    pub async fn release(&self, node: NodeId, ids: Vec<DeliveryId>) -> Result<()> {
        let (done, answer) = oneshot::channel();
        let op = Op::Release(node, ids, done);
        self.queue
            .send(op)
            .await
            .map_err(|_| Error::Unavailable("the writer has stopped".into()))?;
        answer.await.map_err(gone)?
    }

    /// Runs `work` in a transaction of its own.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue is full; what `work` returns.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (give, take) = oneshot::channel();
        let boxed: Work = Box::new(move |tx| {
            let value = work(tx)?;
            drop(give.send(value));
            Ok(())
        });
        let (done, answer) = oneshot::channel();
        let op = Op::Work(boxed, done, traces::current());
        self.queue.try_send(op).map_err(|_| self.full())?;
        answer.await.map_err(gone)??;
        take.await.map_err(gone)
    }

    fn full(&self) -> Error {
        self.meters.refused.increment(1);
        Error::Unavailable("too many writes are waiting".into())
    }

    /// Sets the queue's gauge to what waits now.
    pub(crate) fn gauge(&self) {
        let waiting = self.queue.max_capacity() - self.queue.capacity();
        self.meters.queue.set(u32::try_from(waiting).unwrap_or(u32::MAX));
    }
}

fn gone(_: oneshot::error::RecvError) -> Error {
    Error::Unavailable("the write was given up".into())
}

struct Thread {
    setup: Setup,
    conn: Option<AnyConnection>,
    /// Outcomes that a database away could not take: they go first when it is back.
    held: Vec<Outcome>,
    /// Conversations whose last commit may or may not have happened.
    doubted: BTreeSet<FollowerId>,
}

impl Thread {
    const fn new(setup: Setup) -> Self {
        Self { setup, conn: None, held: Vec::new(), doubted: BTreeSet::new() }
    }

    /// Without this thread nothing can be stored: better no process than one that only seems to
    /// live.
    fn run_or_abort(mut self, ops: mpsc::Receiver<Op>) {
        if catch_unwind(AssertUnwindSafe(|| self.run(ops))).is_err() {
            tracing::error!("the writer panicked; ending the process");
            std::process::abort();
        }
    }

    fn run(&mut self, mut ops: mpsc::Receiver<Op>) {
        loop {
            let mut next = match self.first(&mut ops) {
                First::Op(op) => Some(*op),
                First::Held => None,
                First::End => return,
            };
            let mut batch = Batch { outcomes: std::mem::take(&mut self.held), ..Batch::default() };
            while let Some(op) = next.take() {
                match op {
                    Op::Append(append, done) => batch.appends.push((append, done)),
                    Op::Outcome(outcome) => batch.outcomes.push(*outcome),
                    Op::Release(node, ids, done) => batch.releases.push((node, ids, done)),
                    Op::Work(work, done, span) => {
                        // What was asked for before this work is written before it.
                        self.flush(std::mem::take(&mut batch));
                        self.run_work(work, done, &span);
                    }
                }
                if batch.len() < BATCH {
                    next = ops.try_recv().ok();
                }
            }
            self.flush(batch);
        }
    }

    /// Waits for something to do; with outcomes held, for a moment at the most.
    fn first(&self, ops: &mut mpsc::Receiver<Op>) -> First {
        if self.held.is_empty() {
            return ops.blocking_recv().map_or(First::End, |op| First::Op(Box::new(op)));
        }
        std::thread::sleep(AWAY);
        match ops.try_recv() {
            Ok(op) => First::Op(Box::new(op)),
            Err(mpsc::error::TryRecvError::Empty) => First::Held,
            Err(mpsc::error::TryRecvError::Disconnected) => First::End,
        }
    }

    fn run_work(&mut self, work: Work, done: oneshot::Sender<Result<()>>, span: &Span) {
        let commit = traced!(span, "commit", operations = 1);
        let result = commit.in_scope(|| {
            self.transaction(1, |tx| {
                catch_unwind(AssertUnwindSafe(|| work(tx)))
                    .unwrap_or_else(|_| Err(Error::Internal("a write panicked".into())))
            })
        });
        drop(done.send(result));
    }

    fn flush(&mut self, mut batch: Batch) {
        if batch.len() == 0 {
            return;
        }
        let commits = batch.trace();
        let Batch { appends, outcomes, releases } = batch;
        let (appends, callers): (Vec<_>, Vec<_>) = appends.into_iter().unzip();
        let committed = self.commit(&appends, &outcomes, &releases);
        commits.iter().for_each(traces::end);
        match committed {
            Ok(results) => {
                for (caller, result) in callers.into_iter().zip(results) {
                    drop(caller.send(result));
                }
                for (.., done) in releases {
                    drop(done.send(Ok(())));
                }
            }
            // The connection broke, perhaps after the commit: nobody can tell. Doing it again could
            // store twice what has no client id, so the callers decide.
            Err(error) if self.conn.is_none() => {
                tracing::warn!(%error, operations = appends.len(), "the database is away");
                self.doubted.extend(appends.iter().map(|append| append.follower));
                for caller in callers {
                    let unknown = "the outcome is unknown; send again with the same client_id";
                    drop(caller.send(Err(Error::Unavailable(unknown.into()))));
                }
                self.held.extend(outcomes);
            }
            Err(error) => {
                tracing::warn!(%error, operations = appends.len(), "a batch failed; one by one");
                self.one_by_one(appends, callers, outcomes, releases);
            }
        }
    }

    /// One bad operation must not fail the others of its batch.
    fn one_by_one(
        &mut self,
        appends: Vec<Append>,
        callers: Vec<oneshot::Sender<Result<Appended>>>,
        outcomes: Vec<Outcome>,
        releases: Vec<Release>,
    ) {
        for (append, caller) in appends.into_iter().zip(callers) {
            let result = self
                .commit(std::slice::from_ref(&append), &[], &[])
                .and_then(|mut results| results.pop().unwrap_or(Err(lost())));
            drop(caller.send(result));
        }
        for outcome in outcomes {
            match self.commit(&[], std::slice::from_ref(&outcome), &[]) {
                Ok(_) => {}
                Err(_) if self.conn.is_none() => self.held.push(outcome),
                Err(error) => {
                    tracing::error!(%error, delivery = %outcome.delivery, "an outcome was not stored");
                    // Nobody waits for it: the delivery is found again, and made again.
                    let ended = vec![outcome.delivery];
                    (self.setup.after)(Effects { ended, ..Effects::default() });
                }
            }
        }
        let released = self.commit(&[], &[], &releases).err().map(|error| error.to_string());
        for (.., done) in releases {
            let result = released.clone().map_or(Ok(()), |error| Err(Error::Unavailable(error)));
            drop(done.send(result));
        }
    }

    fn commit(
        &mut self,
        appends: &[Append],
        outcomes: &[Outcome],
        releases: &[Release],
    ) -> Result<Vec<Result<Appended>>> {
        let roster = self.setup.roster.clone();
        // The answers' messages go in with the others: one call locks every conversation in order.
        let replies = outcomes.iter().filter_map(|outcome| outcome.reply.as_ref());
        let all: Vec<&Append> = appends.iter().chain(replies).collect();
        let operations = appends.len() + outcomes.len() + releases.len();
        self.transaction(operations, |tx| {
            let mut results = conversations::append(tx, &roster, &all)?;
            deliveries::record(tx, outcomes)?;
            for (node, ids, _) in releases {
                deliveries::release(tx, *node, ids)?;
            }
            for refused in results.split_off(appends.len()).into_iter().filter_map(Result::err) {
                tracing::debug!(%refused, "an answer reached nobody");
            }
            Ok(results)
        })
    }

    fn transaction<T>(
        &mut self,
        operations: usize,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let began = Instant::now();
        let mut effects = Effects::default();
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => empty.insert(
                self.setup
                    .url
                    .connect_writer()
                    .map_err(|error| Error::Unavailable(format!("database: {error}")))?,
            ),
        };
        let alone = matches!(conn, AnyConnection::Sqlite(_));
        let result = write(conn, |conn| {
            let mut tx = Tx {
                conn,
                now: self.setup.clock.now(),
                ids: &self.setup.ids,
                node: self.setup.node.as_ref().map(|node| node.id()),
                alone,
                effects: &mut effects,
            };
            if !self.doubted.is_empty() {
                outbox::hand_out_doubted(&mut tx, &self.doubted)?;
            }
            let done = work(&mut tx)?;
            changes::note(&mut tx)?;
            Ok(done)
        });
        if result.as_ref().is_err_and(Error::is_ours) && is_dead(conn) {
            self.conn = None;
        }
        if result.is_ok() {
            self.doubted.clear();
            self.setup.meters.stored(operations, began.elapsed(), &effects);
            (self.setup.after)(effects);
        } else {
            self.setup.meters.failed();
            // What was read in it may have been what it meant to change.
            let stale = effects.stale;
            (self.setup.after)(Effects { stale, ..Effects::default() });
        }
        result
    }
}

fn is_dead(conn: &mut AnyConnection) -> bool {
    R2D2Connection::is_broken(conn) || conn.ping().is_err()
}

fn lost() -> Error {
    Error::Internal("an append gave no result".into())
}

/// What the thread does next.
enum First {
    /// This, and what waits behind it.
    Op(Box<Op>),
    /// The outcomes it holds.
    Held,
    /// Nothing more.
    End,
}
