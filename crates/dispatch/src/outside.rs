//! Other people's servers that are no webhooks, behind the same guard and limits.
use std::time::Duration;

use bytes::Bytes;
use crier_core::outside::{Ask, Outside};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::dialect::Request;
use crate::sender::Sender;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Outside for Sender {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        async move {
            if !self.is_private_enough(&ask.url).await {
                return Err(format!("{}: not https", ask.url));
            }
            let request = Request {
                post: ask.post,
                url: ask.url,
                headers: ask
                    .headers
                    .into_iter()
                    .map(|(name, value)| (name.into(), value))
                    .collect(),
                body: Bytes::from(ask.body),
            };
            let answer = self.send(&request, PATIENCE).await;
            answer.map(|answer| answer.body).map_err(|fault| fault.detail)
        }
        .boxed()
    }
}
