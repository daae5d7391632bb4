//! Storing and reading files. The bytes are written before the row, so a row never names a file
//! that is not there.
use std::sync::Arc;

use chrono::Duration;
use crier_schema::Timestamp;
use crier_schema::ids::AccountId;
use crier_schema::tables::media;
use diesel::prelude::*;

use super::kinds::{self, FileType};
use super::pictures::{self, Part, Picture};
use super::{Media, MediaKind, Owner, get};
use crate::App;
use crate::accounts::has_control;
use crate::error::{Error, Result};
use crate::{auto_replies, menus, mint};

/// How long a file is kept that is neither permanent nor shown by a message
/// (`reference/wechat-api.md` 2.7).
const LASTS: Duration = Duration::days(3);

/// A file to store.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Whose it is.
    pub owner: Owner,
    /// What it must be; told from the content if absent.
    pub kind: Option<MediaKind>,
    /// The name it came with.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is kept until it is removed.
    pub permanent: bool,
    /// Heading, of films: at most 100 characters.
    pub title: Option<String>,
    /// Text beneath, of films: at most 300 characters.
    pub introduction: Option<String>,
}

/// A file that passed.
struct Ready {
    bytes: Vec<u8>,
    kind: MediaKind,
    found: &'static FileType,
    size: Option<(u32, u32)>,
    thumbnail: Option<Vec<u8>>,
}

impl Upload {
    /// A file of an account's that stays, of whatever kind it is.
    pub fn kept(account: AccountId, name: String, bytes: Vec<u8>) -> Self {
        let owner = Owner::Account(account);
        let (kind, title, introduction) = (None, None, None);
        Self { owner, kind, name, bytes, permanent: true, title, introduction }
    }

    fn prepare(&mut self) -> Result<Ready> {
        check_text("title", self.title.as_deref(), 100)?;
        check_text("introduction", self.introduction.as_deref(), 300)?;
        let bytes = std::mem::take(&mut self.bytes);
        let (found, kind) = kinds::sniff(&bytes, &self.name, self.kind)?;
        kinds::check_size(bytes.len(), kind)?;
        if !matches!(kind, MediaKind::Image | MediaKind::Thumb) {
            return Ok(Ready { bytes, kind, found, size: None, thumbnail: None });
        }
        let Picture { bytes, width, height, thumbnail } = pictures::prepare(bytes, found.mime)?;
        Ok(Ready { bytes, kind, found, size: Some((width, height)), thumbnail: Some(thumbnail) })
    }
}

fn check_text(field: &'static str, text: Option<&str>, most: usize) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > most || has_control(text)) {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    Ok(())
}

/// A turn at decoding. It belongs to the work, not to whoever waits for it: a client that hangs up
/// must not let another in while its own picture is still being decoded.
struct Turn(Arc<App>);

impl Turn {
    async fn take(app: &Arc<App>) -> Result<Self> {
        let turn = app.decoding.acquire().await;
        turn.map_err(|_| Error::Unavailable("no more files are taken".into()))?.forget();
        Ok(Self(app.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.decoding.add_permits(1);
    }
}

impl App {
    /// Stores a file once its content has been checked, and pictures freed of their metadata.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `type`, `size` or a text; [`Error::Unavailable`] when the store or
    /// the database cannot take it.
    pub async fn store_media(self: &Arc<Self>, mut upload: Upload) -> Result<Media> {
        let turn = Turn::take(self).await?;
        let (blobs, id, now) = (self.blobs.clone(), self.ids.next(), self.clock.now());
        let stored = blocking(move || {
            let _turn = turn;
            let ready = upload.prepare()?;
            let row = row(id, now, &upload, &ready);
            blobs.put(&row.media_key, &ready.bytes)?;
            if let Some(thumbnail) = &ready.thumbnail {
                blobs.put(&row.thumbnail_key(), thumbnail)?;
            }
            Ok(row)
        })
        .await?;
        let entered = stored.clone();
        let entered = self.write(move |tx| {
            diesel::insert_into(media::table).values(&entered).execute(tx.conn)?;
            Ok(())
        });
        if let Err(error) = entered.await {
            self.remove_files(vec![stored]).await?;
            return Err(error);
        }
        Ok(stored)
    }

    /// Cuts a part out of one of the account's pictures and stores it as another, permanent one.
    ///
    /// # Errors
    /// `NotFound("media")`, also for somebody else's; [`Error::Invalid`] for `crop`; as
    /// [`App::store_media`].
    pub async fn crop_picture(
        self: &Arc<Self>,
        account: AccountId,
        key: &str,
        part: Part,
    ) -> Result<Media> {
        let found = self.media(key).await?;
        if found.account_id != Some(account) || found.kind != MediaKind::Image {
            return Err(Error::NotFound("media"));
        }
        let bytes = self.media_bytes(&found).await?;
        let turn = Turn::take(self).await?;
        let mime = found.mime.clone();
        let cut = blocking(move || {
            let _turn = turn;
            pictures::cut(&bytes, &mime, part)
        });
        let upload = Upload {
            owner: Owner::Account(account),
            kind: Some(MediaKind::Image),
            // Its type may have changed, and its name must not say otherwise.
            name: String::new(),
            bytes: cut.await?,
            permanent: true,
            title: None,
            introduction: None,
        };
        self.store_media(upload).await
    }

    /// The file of this key, until it has expired.
    ///
    /// # Errors
    /// `NotFound("media")`.
    pub async fn media(&self, key: &str) -> Result<Media> {
        let (key, now) = (key.to_owned(), self.clock.now());
        self.read(move |conn| get(conn, &key, now)).await
    }

    /// A file's content.
    ///
    /// # Errors
    /// `NotFound("media")`; [`Error::Unavailable`] when the store cannot be read.
    pub async fn media_bytes(&self, media: &Media) -> Result<Vec<u8>> {
        let (blobs, key) = (self.blobs.clone(), media.media_key.clone());
        blocking(move || blobs.get(&key)).await
    }

    /// A picture's small JPEG.
    ///
    /// # Errors
    /// `NotFound("thumbnail")` for a file without one; as [`App::media_bytes`].
    pub async fn thumbnail_bytes(&self, media: &Media) -> Result<Vec<u8>> {
        if !media.has_thumbnail {
            return Err(Error::NotFound("thumbnail"));
        }
        let (blobs, key) = (self.blobs.clone(), media.thumbnail_key());
        blocking(move || blobs.get(&key)).await
    }

    /// Removes an account's permanent file.
    ///
    /// # Errors
    /// `NotFound("media")`, also for a file of somebody else; `media_in_use` while the account's menu
    /// or a rule of automatic replies sends it.
    pub async fn remove_media(&self, owner: Owner, key: &str) -> Result<()> {
        let (key, now) = (key.to_owned(), self.clock.now());
        let removed = self.write(move |tx| {
            let found = get(tx.conn, &key, now)?;
            let own = match owner {
                Owner::Account(account) => found.account_id == Some(account),
                Owner::User(user) => found.user_id == Some(user),
            };
            if !own {
                return Err(Error::NotFound("media"));
            }
            if let Owner::Account(account) = owner
                && (auto_replies::uses(tx.conn, account, &key)?
                    || menus::uses(tx.conn, account, &key)?)
            {
                return Err(Error::Conflict("media_in_use"));
            }
            diesel::delete(media::table.find(found.id)).execute(tx.conn)?;
            Ok(found)
        });
        let removed = removed.await?;
        self.remove_files(vec![removed]).await
    }

    pub(super) async fn remove_files(&self, rows: Vec<Media>) -> Result<()> {
        let blobs = self.blobs.clone();
        blocking(move || {
            for row in rows {
                blobs.remove(&row.media_key)?;
                if row.has_thumbnail {
                    blobs.remove(&row.thumbnail_key())?;
                }
            }
            Ok(())
        })
        .await
    }
}

fn row(id: crier_schema::ids::MediaId, now: Timestamp, upload: &Upload, ready: &Ready) -> Media {
    let side =
        |pick: fn((u32, u32)) -> u32| ready.size.map(pick).and_then(|n| i32::try_from(n).ok());
    let (account_id, user_id) = match upload.owner {
        Owner::Account(account) => (Some(account), None),
        Owner::User(user) => (None, Some(user)),
    };
    Media {
        id,
        media_key: mint::long_key(),
        account_id,
        user_id,
        kind: ready.kind,
        mime: ready.found.mime.to_owned(),
        size: i64::try_from(ready.bytes.len()).unwrap_or(i64::MAX),
        width: side(|(width, _)| width),
        height: side(|(_, height)| height),
        name: kinds::clean_name(&upload.name, ready.found),
        title: upload.title.clone(),
        introduction: upload.introduction.clone(),
        permanent: upload.permanent,
        has_thumbnail: ready.thumbnail.is_some(),
        created_at: now,
        expires_at: (!upload.permanent).then(|| now.plus(LASTS)),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::Internal(format!("work on a file stopped: {error}"))))
}
