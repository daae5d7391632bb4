//! What goes into one commit.
use crier_schema::ids::{DeliveryId, NodeId};
use tokio::sync::oneshot;

use crate::conversations::{Append, Appended};
use crate::deliveries::Outcome;
use crate::error::Result;
use crate::traced;
use crate::traces::Span;

/// Deliveries that a node gives back, and who waits for it.
pub(super) type Release = (NodeId, Vec<DeliveryId>, oneshot::Sender<Result<()>>);

#[derive(Default)]
pub(super) struct Batch {
    pub(super) appends: Vec<(Append, oneshot::Sender<Result<Appended>>)>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) releases: Vec<Release>,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.appends.len() + self.outcomes.len() + self.releases.len()
    }

    /// Gives each traced append a span of its own for the commit, which starts now, and returns
    /// those spans: the deliveries that follow keep them open.
    pub(super) fn trace(&mut self) -> Vec<Span> {
        let operations = i64::try_from(self.len()).unwrap_or(i64::MAX);
        let appends = self.appends.iter_mut().map(|(append, _)| append);
        let replies = self.outcomes.iter_mut().filter_map(|outcome| outcome.reply.as_mut());
        let traced = appends.chain(replies).filter(|append| !append.span.is_disabled());
        let begin = |append: &mut Append| {
            append.span = traced!(&append.span, "commit", operations);
            append.span.clone()
        };
        traced.map(begin).collect()
    }
}
