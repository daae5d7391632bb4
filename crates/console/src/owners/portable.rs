//! What is stored about one person, as a ZIP file that is made while it is sent: all of it as JSON, and
//! the files that they sent in and that stand in their messages.
use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::Bytes;
use crier_core::accounts::Account;
use crier_core::media::Media;
use crier_core::privacy::{self, Part, Person};
use crier_core::{App, Error};
use serde_json::{Value, json};

use super::archive::Archive;

/// Bytes of files in one archive.
const MOST_BYTES: u64 = 1 << 30;
/// Files in one archive.
const MOST_FILES: usize = 20_000;

/// Where the file has come to.
pub struct Reading {
    app: Arc<App>,
    person: Arc<Person>,
    archive: Archive,
    stage: Stage,
    /// Keys of the files that were met.
    keys: BTreeSet<String>,
    /// What became of each file.
    list: Vec<Value>,
    bytes: u64,
}

/// What is written next.
enum Stage {
    Rows(Place),
    Files,
}

/// Where the JSON has come to.
struct Place {
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
        let now = app.clock.now();
        let about = json!({
            "account": account.handle,
            "account_name": account.name,
            "openid": person.follower.openid,
            "made_at": now,
            "note": "Moments are RFC 3339 in UTC. Files are in the folder files; files.json lists them.",
        });
        let lead = format!("{{\"about\":{}", serde_json::to_string(&about)?);
        let mut archive = Archive::new(now.to_chrono());
        archive.begin("person.json");
        let place = Place { lead, table: 0, after: 0, has_rows: false };
        let (stage, person) = (Stage::Rows(place), Arc::new(person));
        let (keys, list, bytes) = Default::default();
        Ok(Self { app, person, archive, stage, keys, list, bytes })
    }

    /// The next piece of the file, and what is left of it.
    pub async fn next(mut self) -> (Result<Bytes, Error>, Option<Self>) {
        match self.piece().await {
            Ok(true) => (Ok(self.archive.take().into()), Some(self)),
            Ok(false) => (Ok(self.archive.take().into()), None),
            // The file breaks off, which whoever saves it is told.
            Err(error) => (Err(error), None),
        }
    }

    /// Makes a piece. Whether there is more.
    async fn piece(&mut self) -> Result<bool, Error> {
        let Stage::Rows(place) = &mut self.stage else { return self.file().await };
        let (person, table, after) = (self.person.clone(), place.table, place.after);
        let part = self.app.read(move |conn| privacy::part(conn, &person, table, after)).await?;
        let text = place.text(part.as_ref())?;
        self.archive.write(text.as_bytes()).map_err(unpacked)?;
        if let Some(part) = part {
            self.keys.extend(privacy::files(&part));
        } else {
            self.archive.end().map_err(unpacked)?;
            self.stage = Stage::Files;
        }
        Ok(true)
    }

    /// Adds the next file, or the list of them, with which all is said.
    async fn file(&mut self) -> Result<bool, Error> {
        let Some(key) = self.keys.pop_first() else {
            let list = serde_json::to_string_pretty(&self.list)?;
            self.archive.store("files.json", list.as_bytes());
            self.archive.finish();
            return Ok(false);
        };
        let media = match self.app.media(&key).await {
            Ok(media) => media,
            Err(Error::NotFound(_)) => {
                self.list.push(json!({ "media_key": key, "left_out": "it is deleted" }));
                return Ok(true);
            }
            Err(error) => return Err(error),
        };
        let size = u64::try_from(media.size).unwrap_or_default();
        if self.bytes + size > MOST_BYTES || self.list.len() >= MOST_FILES {
            self.list.push(json!({ "media_key": key, "left_out": "the archive is full" }));
            return Ok(true);
        }
        let bytes = self.app.media_bytes(&media).await?;
        let name = name(&media);
        self.archive.store(&name, &bytes);
        self.bytes += size;
        self.list.push(json!({ "media_key": key, "file": name, "mime": media.mime }));
        Ok(true)
    }
}

impl Place {
    /// What a part adds; behind the last, the end.
    fn text(&mut self, part: Option<&Part>) -> Result<String, Error> {
        let mut text = std::mem::take(&mut self.lead);
        let Some(part) = part else { return Ok(text + "}\n") };
        for row in &part.rows {
            if self.has_rows {
                text.push(',');
            } else {
                text.push_str(",\"");
                text.push_str(part.table);
                text.push_str("\":[");
                self.has_rows = true;
            }
            text.push_str(&serde_json::to_string(row)?);
        }
        if let Some(next) = part.next {
            self.after = next;
            return Ok(text);
        }
        if self.has_rows {
            text.push(']');
        }
        (self.table, self.after, self.has_rows) = (self.table + 1, 0, false);
        Ok(text)
    }
}

/// Where a file stands in the archive: its key, with the ending that its type has.
fn name(media: &Media) -> String {
    let ending = media.mime.rsplit(['/', '+']).next().unwrap_or("bin");
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("files/{}.{}", media.media_key, if ending == "jpeg" { "jpg" } else { &ending })
}

fn unpacked(error: std::io::Error) -> Error {
    Error::Internal(format!("the archive: {error}"))
}
