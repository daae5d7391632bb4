//! What is stored about one person, as JSON that is made while it is sent.
use std::sync::Arc;

use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crier_core::accounts::Account;
use crier_core::privacy::{self, Part, Person};
use crier_core::{App, Error};
use serde_json::{Value, json};

/// Where the file has come to.
pub struct Reading {
    app: Arc<App>,
    person: Arc<Person>,
    /// What is written before the next part.
    lead: String,
    table: usize,
    after: i64,
    /// Whether the table has rows already.
    has_rows: bool,
}

impl Reading {
    /// From the beginning.
    pub fn new(app: Arc<App>, account: &Account, person: Person) -> Result<Self, Error> {
        let about = json!({
            "account": account.handle,
            "account_name": account.name,
            "openid": person.follower.openid,
            "made_at": app.clock.now(),
            "note": "Moments are RFC 3339 in UTC. Files are in base64.",
        });
        let lead = format!("{{\"about\":{}", serde_json::to_string(&about)?);
        Ok(Self { app, person: Arc::new(person), lead, table: 0, after: 0, has_rows: false })
    }

    /// The next piece of the file, and what is left of it.
    pub async fn next(mut self) -> (Result<Bytes, Error>, Option<Self>) {
        match self.piece().await {
            Ok((text, true)) => (Ok(Bytes::from(text)), Some(self)),
            Ok((text, false)) => (Ok(Bytes::from(text)), None),
            // The file breaks off, which whoever saves it is told.
            Err(error) => (Err(error), None),
        }
    }

    async fn piece(&mut self) -> Result<(String, bool), Error> {
        let (person, table, after) = (self.person.clone(), self.table, self.after);
        let part = self.app.read(move |conn| privacy::part(conn, &person, table, after)).await?;
        let mut text = std::mem::take(&mut self.lead);
        let Some(part) = part else { return Ok((text + "}\n", false)) };
        self.write(&mut text, &part).await?;
        if let Some(next) = part.next {
            self.after = next;
            return Ok((text, true));
        }
        if self.has_rows {
            text.push(']');
        }
        (self.table, self.after, self.has_rows) = (table + 1, 0, false);
        Ok((text, true))
    }

    async fn write(&mut self, text: &mut String, part: &Part) -> Result<(), Error> {
        for row in &part.rows {
            if self.has_rows {
                text.push(',');
            } else {
                text.push_str(",\"");
                text.push_str(part.table);
                text.push_str("\":[");
                self.has_rows = true;
            }
            let row = if part.table == "media" { self.filled(row).await? } else { row.clone() };
            text.push_str(&serde_json::to_string(&row)?);
        }
        Ok(())
    }

    /// A file's row with its content.
    async fn filled(&self, row: &Value) -> Result<Value, Error> {
        let mut row = row.clone();
        let key = row.get("media_key").and_then(Value::as_str).unwrap_or_default();
        let media = match self.app.media(key).await {
            Ok(media) => media,
            Err(Error::NotFound(_)) => return Ok(row),
            Err(error) => return Err(error),
        };
        let bytes = self.app.media_bytes(&media).await?;
        row["content"] = STANDARD.encode(bytes).into();
        Ok(row)
    }
}
