//! Removes files that have expired. The file goes before its row: what a crash leaves is a row
//! that has expired, and the next sweep finds it.
use crier_schema::ids::MediaId;
use crier_schema::tables::media;
use diesel::prelude::*;

use super::Media;
use crate::App;
use crate::error::Result;

/// Files in one step: the writer is held for a few milliseconds.
const BATCH: i64 = 200;

/// Removes every file that has expired, and says how many that was.
///
/// # Errors
/// When the store or the database cannot be reached; what was done until then stays done.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut removed = 0;
    loop {
        let now = app.clock.now();
        let expired = app.read(move |conn| {
            Ok(Media::query()
                .filter(media::expires_at.le(Some(now)))
                .order(media::expires_at.asc())
                .limit(BATCH)
                .load(conn)?)
        });
        let expired: Vec<Media> = expired.await?;
        if expired.is_empty() {
            return Ok(removed);
        }
        removed += expired.len();
        let ids: Vec<MediaId> = expired.iter().map(|row| row.id).collect();
        app.remove_files(expired).await?;
        let gone = app.write(move |tx| {
            diesel::delete(media::table.filter(media::id.eq_any(&ids))).execute(tx.conn)?;
            Ok(())
        });
        gone.await?;
    }
}
