//! Signed POSTs to the sink over a pool of connections, one pool for each worker.
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::Semaphore;

use super::writer::{Message, Writer};

/// Requests under way at once from one worker.
const AT_ONCE: usize = 128;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Every endpoint's secret: what matters is that signing is paid for.
const SECRET: &[u8] = b"the prototype's endpoints share one";

/// Delivers messages.
pub struct Courier {
    client: reqwest::Client,
    sink: String,
    slots: Semaphore,
}

impl Courier {
    /// To the sink at this port.
    pub fn new(sink: u16) -> Self {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            // The builder fails only without a TLS back end, and one is compiled in.
            client: client.unwrap_or_default(),
            sink: format!("http://127.0.0.1:{sink}"),
            slots: Semaphore::new(AT_ONCE),
        }
    }

    /// Delivers a message and has it marked. One try: what fails stays in the outbox.
    pub async fn deliver(&self, id: i64, message: &Message, writer: &Writer) {
        let Ok(_slot) = self.slots.acquire().await else { return };
        let body = serde_json::json!({
            "id": id,
            "type": "message",
            "data": { "client_id": message.client_id, "text": message.text },
        });
        let body = body.to_string();
        let request = self
            .client
            .post(format!("{}/e{}", self.sink, message.account))
            .header("webhook-id", id)
            .header("webhook-signature", sign(id, &body))
            .header("content-type", "application/json")
            .body(body);
        if let Ok(answer) = request.send().await
            && answer.status().is_success()
        {
            // Read to its end, or the connection is not used again.
            drop(answer.bytes().await);
            writer.mark(id);
        }
    }
}

fn sign(id: i64, body: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any key length");
    mac.update(id.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
