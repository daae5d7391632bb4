//! The batching writer: everything that is stored goes through this one thread.
//!
//! All appends and outcomes that arrive while a commit is in progress share the next one. There is
//! no timer: the running flush is the timer, so a lone caller waits for one flush only. Other work
//! has a transaction of its own, between the batches.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crier_schema::ids::NodeId;
use crier_schema::pool::DatabaseUrl;
use crier_schema::{AnyConnection, write};
use diesel::r2d2::R2D2Connection;
use tokio::sync::{mpsc, oneshot};

use crate::clock::SharedClock;
use crate::conversations::{self, Append, Appended};
use crate::deliveries::{self, Outcome};
use crate::error::{Error, Result};
use crate::mint::Ids;
use crate::roster::Roster;
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
    Work(Work, oneshot::Sender<Result<()>>),
}

/// What happens to the effects of a commit.
pub type AfterCommit = Arc<dyn Fn(Effects) + Send + Sync>;

/// The way to the writing thread. Cheap to clone; the thread ends when the last copy is dropped.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Op>,
}

/// What the thread needs.
pub struct Setup {
    /// Where to write.
    pub url: DatabaseUrl,
    /// The clock.
    pub clock: SharedClock,
    /// Mints row ids.
    pub ids: Arc<Ids>,
    /// This node, if it delivers.
    pub node: Option<NodeId>,
    /// Which endpoints an account has.
    pub roster: Arc<Roster>,
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
        std::thread::Builder::new()
            .name("crier-writer".into())
            .spawn(move || Thread { setup, conn: None, held: Vec::new() }.run_or_abort(ops))
            .map_err(|error| Error::Internal(format!("no thread for the writer: {error}")))?;
        Ok(Self { queue })
    }

    /// Adds to a conversation; done when it is durable.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue is full; what the conversation refuses.
    pub async fn append(&self, append: Append) -> Result<Appended> {
        let (done, answer) = oneshot::channel();
        self.queue.try_send(Op::Append(append, done)).map_err(full)?;
        answer.await.map_err(gone)?
    }

    /// Records what became of a delivery. Waits for room in the queue, not for the commit: an
    /// outcome that is lost with the process is made again when its lease runs out.
    pub async fn record(&self, outcome: Outcome) {
        if self.queue.send(Op::Outcome(Box::new(outcome))).await.is_err() {
            tracing::warn!("an outcome came after the writer had stopped");
        }
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
        self.queue.try_send(Op::Work(boxed, done)).map_err(full)?;
        answer.await.map_err(gone)??;
        take.await.map_err(gone)
    }
}

fn full(_: mpsc::error::TrySendError<Op>) -> Error {
    Error::Unavailable("too many writes are waiting".into())
}

fn gone(_: oneshot::error::RecvError) -> Error {
    Error::Unavailable("the write was given up".into())
}

struct Thread {
    setup: Setup,
    conn: Option<AnyConnection>,
    /// Outcomes that a database away could not take: they go first when it is back.
    held: Vec<Outcome>,
}

impl Thread {
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
                    Op::Work(work, done) => {
                        // What was asked for before this work is written before it.
                        self.flush(std::mem::take(&mut batch));
                        self.run_work(work, done);
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

    fn run_work(&mut self, work: Work, done: oneshot::Sender<Result<()>>) {
        let result = self.transaction(|tx| {
            catch_unwind(AssertUnwindSafe(|| work(tx)))
                .unwrap_or_else(|_| Err(Error::Internal("a write panicked".into())))
        });
        drop(done.send(result));
    }

    fn flush(&mut self, batch: Batch) {
        if batch.len() == 0 {
            return;
        }
        let (appends, callers): (Vec<_>, Vec<_>) = batch.appends.into_iter().unzip();
        match self.commit(&appends, &batch.outcomes) {
            Ok(results) => {
                for (caller, result) in callers.into_iter().zip(results) {
                    drop(caller.send(result));
                }
            }
            // The connection broke, perhaps after the commit: nobody can tell. Doing it again could
            // store twice what has no client id, so the callers decide.
            Err(error) if self.conn.is_none() => {
                tracing::warn!(%error, operations = appends.len(), "the database is away");
                for caller in callers {
                    let unknown = "the outcome is unknown; send again with the same client_id";
                    drop(caller.send(Err(Error::Unavailable(unknown.into()))));
                }
                self.held.extend(batch.outcomes);
            }
            Err(error) => {
                tracing::warn!(%error, operations = appends.len(), "a batch failed; one by one");
                self.one_by_one(appends, callers, batch.outcomes);
            }
        }
    }

    /// One bad operation must not fail the others of its batch.
    fn one_by_one(
        &mut self,
        appends: Vec<Append>,
        callers: Vec<oneshot::Sender<Result<Appended>>>,
        outcomes: Vec<Outcome>,
    ) {
        for (append, caller) in appends.into_iter().zip(callers) {
            let result = self
                .commit(std::slice::from_ref(&append), &[])
                .and_then(|mut results| results.pop().unwrap_or(Err(lost())));
            drop(caller.send(result));
        }
        for outcome in outcomes {
            match self.commit(&[], std::slice::from_ref(&outcome)) {
                Ok(_) => {}
                Err(_) if self.conn.is_none() => self.held.push(outcome),
                Err(error) => {
                    tracing::error!(%error, delivery = %outcome.delivery, "an outcome was not stored");
                }
            }
        }
    }

    fn commit(
        &mut self,
        appends: &[Append],
        outcomes: &[Outcome],
    ) -> Result<Vec<Result<Appended>>> {
        let roster = self.setup.roster.clone();
        // The answers' messages go in with the others: one call locks every conversation in order.
        let replies = outcomes.iter().filter_map(|outcome| outcome.reply.clone());
        let all: Vec<Append> = appends.iter().cloned().chain(replies).collect();
        self.transaction(|tx| {
            let mut results = conversations::append(tx, &roster, &all)?;
            deliveries::record(tx, outcomes)?;
            for refused in results.split_off(appends.len()).into_iter().filter_map(Result::err) {
                tracing::debug!(%refused, "an answer reached nobody");
            }
            Ok(results)
        })
    }

    fn transaction<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut effects = Effects::default();
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => empty.insert(
                self.setup
                    .url
                    .connect()
                    .map_err(|error| Error::Unavailable(format!("database: {error}")))?,
            ),
        };
        let result = write(conn, |conn| {
            work(&mut Tx {
                conn,
                now: self.setup.clock.now(),
                ids: &self.setup.ids,
                node: self.setup.node,
                effects: &mut effects,
            })
        });
        if result.as_ref().is_err_and(Error::is_ours) && is_dead(conn) {
            self.conn = None;
        }
        if result.is_ok() {
            (self.setup.after)(effects);
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

#[derive(Default)]
struct Batch {
    appends: Vec<(Append, oneshot::Sender<Result<Appended>>)>,
    outcomes: Vec<Outcome>,
}

impl Batch {
    fn len(&self) -> usize {
        self.appends.len() + self.outcomes.len()
    }
}
