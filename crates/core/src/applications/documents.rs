//! Papers that go with an application. They are no media: nothing serves them but the two pages where
//! the owner and the platform read the application.
use crier_schema::ids::{AccountId, ApplicationId, DocumentId};
use crier_schema::tables::application_documents as documents;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::writable;
use crate::App;
use crate::error::{Error, OrMissing, Result};
use crate::mint;

/// Papers of one application, at the most.
pub const MOST: usize = 6;
/// Bytes of one.
const MAX_BYTES: usize = 4 << 20;
/// What is taken, told from the content.
const TAKEN: [(&str, &str); 3] =
    [("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg")];

/// One paper.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = documents, treat_none_as_default_value = false)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Of which application.
    pub application_id: ApplicationId,
    /// Its key in the store.
    pub blob_key: String,
    /// Its name, cleaned.
    pub name: String,
    /// What it is.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// An application's papers, oldest first.
pub fn documents(conn: &mut AnyConnection, application: ApplicationId) -> Result<Vec<Document>> {
    Ok(Document::query()
        .filter(documents::application_id.eq(application))
        .order(documents::id.asc())
        .load(conn)?)
}

/// A paper of the application.
fn get(conn: &mut AnyConnection, application: ApplicationId, id: DocumentId) -> Result<Document> {
    Document::query()
        .filter(documents::id.eq(id).and(documents::application_id.eq(application)))
        .get_result(conn)
        .optional()
        .or_missing("document")
}

fn prepare(name: &str, bytes: &[u8]) -> Result<(String, &'static str)> {
    let wrong = || Error::invalid("document", "must be a PDF, PNG or JPEG of at most 4 MB");
    if bytes.is_empty() || bytes.len() > MAX_BYTES {
        return Err(wrong());
    }
    let sniffed = infer::get(bytes).map(|found| found.mime_type()).ok_or_else(wrong)?;
    let (mime, ending) = *TAKEN.iter().find(|(mime, _)| *mime == sniffed).ok_or_else(wrong)?;
    let plain = |c: &char| c.is_alphanumeric() || " ._-()".contains(*c);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem: String = stem.chars().filter(plain).take(60).collect();
    let stem = if stem.trim().is_empty() { "document".into() } else { stem };
    Ok((format!("{}.{ending}", stem.trim()), mime))
}

impl App {
    /// Adds a paper to the account's application that is being written.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `document`; `too_many_documents`; `NotFound("application")`.
    pub async fn add_document(
        &self,
        account: AccountId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Document> {
        let (name, mime) = prepare(name, &bytes)?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let (blobs, blob_key) = (self.blobs.clone(), mint::long_key());
        let stored = blob_key.clone();
        // The bytes first: a row never names a file that is not there.
        self.read(move |_| blobs.put(&stored, &bytes)).await?;
        let unwanted = blob_key.clone();
        let added = self.write(move |tx| {
            let application = writable(tx.conn, account)?.id;
            if documents(tx.conn, application)?.len() >= MOST {
                return Err(Error::Conflict("too_many_documents"));
            }
            let id = tx.ids.next();
            let mime = mime.to_owned();
            let created_at = tx.now;
            let row = Document {
                id,
                application_id: application,
                blob_key,
                name,
                mime,
                size,
                created_at,
            };
            diesel::insert_into(documents::table).values(&row).execute(tx.conn)?;
            Ok(row)
        });
        match added.await {
            Ok(row) => Ok(row),
            Err(error) => {
                let blobs = self.blobs.clone();
                self.read(move |_| blobs.remove(&unwanted)).await?;
                Err(error)
            }
        }
    }

    /// Takes a paper out of the account's application that is being written.
    ///
    /// # Errors
    /// `NotFound("application")`, `NotFound("document")`.
    pub async fn remove_document(&self, account: AccountId, id: DocumentId) -> Result<()> {
        let removed = self.write(move |tx| {
            let application = writable(tx.conn, account)?.id;
            let found = get(tx.conn, application, id)?;
            diesel::delete(documents::table.find(id)).execute(tx.conn)?;
            Ok(found.blob_key)
        });
        let (key, blobs) = (removed.await?, self.blobs.clone());
        self.read(move |_| blobs.remove(&key)).await
    }

    /// A paper of an application, with its content.
    ///
    /// # Errors
    /// `NotFound("document")`.
    pub async fn document(
        &self,
        application: ApplicationId,
        id: DocumentId,
    ) -> Result<(Document, Vec<u8>)> {
        let blobs = self.blobs.clone();
        self.read(move |conn| {
            let found = get(conn, application, id)?;
            let bytes = blobs.get(&found.blob_key)?;
            Ok((found, bytes))
        })
        .await
    }
}
