//! What is forgotten by more than a statement: messages with their files, comments that are counted,
//! visits that are counted.
use crier_schema::ids::{ArticleId, CommentId, FollowerId, MessageId, UserId};
use crier_schema::tables::{article_visits, comments, media, messages};
use crier_schema::{Json, Timestamp};
use diesel::prelude::*;

use super::Erasure;
use crate::comments as said;
use crate::content::Content;
use crate::error::Result;
use crate::tx::Tx;

/// Rows of one step.
const BATCH: i64 = 200;

/// Removes the next messages, and the files of the person that they show and nothing else does.
pub(super) fn messages(tx: &mut Tx<'_>, erasure: &Erasure) -> Result<usize> {
    let rows: Vec<(MessageId, Json<Content>)> = messages::table
        .filter(messages::follower_id.eq(erasure.follower_id))
        .order(messages::seq.asc())
        .limit(BATCH)
        .select((messages::id, messages::content))
        .load(tx.conn)?;
    let ids: Vec<MessageId> = rows.iter().map(|(id, _)| *id).collect();
    let keys: Vec<String> =
        rows.iter().flat_map(|(_, content)| content.0.media().map(str::to_owned)).collect();
    diesel::delete(messages::table.filter(messages::id.eq_any(&ids))).execute(tx.conn)?;
    if let Some(user) = erasure.user_id {
        for key in keys {
            give_up(tx, user, &key)?;
        }
    }
    Ok(ids.len())
}

/// The next sweep removes the file, unless the person showed it to another account too.
fn give_up(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<()> {
    use crier_schema::tables::followers;
    let theirs: Vec<FollowerId> =
        followers::table.filter(followers::user_id.eq(user)).select(followers::id).load(tx.conn)?;
    let shown = messages::table
        .filter(messages::follower_id.eq_any(theirs))
        .filter(messages::content.like(format!("%{key}%")));
    let elsewhere: Option<MessageId> = shown.select(messages::id).first(tx.conn).optional()?;
    if elsewhere.is_none() {
        diesel::update(media::table.filter(media::media_key.eq(key)))
            .filter(media::user_id.eq(user))
            .set(media::expires_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Removes the next comments as the account would, and empties them: their numbers stay taken.
pub(super) fn comments(tx: &mut Tx<'_>, erasure: &Erasure) -> Result<usize> {
    type Row = (CommentId, ArticleId, i32, Option<Timestamp>);
    let rows: Vec<Row> = comments::table
        .filter(comments::account_id.eq(erasure.account_id))
        .filter(comments::follower_id.eq(erasure.follower_id).and(comments::content.ne("")))
        .limit(BATCH)
        .select((comments::id, comments::article_id, comments::number, comments::removed_at))
        .load(tx.conn)?;
    for (id, article, number, removed_at) in &rows {
        if removed_at.is_none() {
            said::remove(tx, *article, *number)?;
        }
        diesel::update(comments::table.find(id))
            .set((comments::content.eq(""), comments::reply.eq(None::<String>)))
            .execute(tx.conn)?;
    }
    Ok(rows.len())
}

/// Makes the next visits somebody's of whom nothing is known: articles stay as often read as they
/// were.
pub(super) fn visits(tx: &mut Tx<'_>, erasure: &Erasure) -> Result<usize> {
    let Some(user) = erasure.user_id else { return Ok(0) };
    let theirs = article_visits::table
        .filter(article_visits::account_id.eq(erasure.account_id))
        .filter(article_visits::reader.eq(format!("u{user}")));
    let somebody = format!("x{}", erasure.id);
    Ok(diesel::update(theirs).set(article_visits::reader.eq(somebody)).execute(tx.conn)?)
}
