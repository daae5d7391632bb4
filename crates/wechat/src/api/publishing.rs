//! Publishing drafts (`reference/wechat-api.md` 2.8).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::articles::{self as all_articles, Article};
use crier_core::ids::PublicationId;
use crier_core::publications::{self, Publication, State};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{articles, drafts, fields};

/// Asks for a draft to be published. Its id stands for the message of it too, which comments are
/// asked for by.
pub(super) async fn submit(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "media_id", code::NO_MEDIA_ID)?;
    let id = call.app.publish(account.id, key).await?;
    Ok(Answer::Done(json!({ "publish_id": id, "msg_data_id": id })))
}

/// How far a publication is.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let id = fields::integer(&call.json()?, "publish_id");
    let id = PublicationId(id.ok_or(Refusal::new(code::BAD_PUBLISH_ID))?);
    let read = call.app.read(move |conn| {
        let found = publications::get(conn, account.id, id)?;
        Ok((publications::urls(conn, found.id)?, found))
    });
    let (urls, found) = read.await.map_err(|error| {
        Refusal::from(error).instead(code::BAD_ARTICLE_ID, code::BAD_PUBLISH_ID)
    })?;
    Ok(Answer::Data(progress(&call, &found, &urls)))
}

fn progress(call: &Call, found: &Publication, urls: &[(i32, String)]) -> Value {
    let status = match found.state {
        State::Published => 0,
        State::Pending => 1,
        State::Failed => 3,
        State::Removed => 5,
    };
    let mut said = json!({
        "publish_id": found.id, "publish_status": status, "fail_idx": found.failed_indices,
    });
    if matches!(found.state, State::Published | State::Removed) {
        let items = urls.iter().map(|(place, key)| {
            json!({ "idx": place, "article_url": format!("{}/s/{key}", call.app.public_url) })
        });
        let items: Vec<Value> = items.collect();
        said["article_id"] = json!(found.article_key);
        said["article_detail"] = json!({ "count": items.len(), "item": items });
    }
    if let Some(failure) = found.failure {
        // Operators ask for the reason (`reference/wechat-api.md` 9, ask 15); extras are safe (T19).
        said["fail_reason"] = json!(failure.words());
    }
    said
}

/// Takes back one article (places count from 1), or all of them.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let key = fields::need(&body, "article_id", code::BAD_ARTICLE_ID)?;
    let idx = fields::integer(&body, "index").filter(|index| *index != 0);
    let idx = idx.map(|index| i32::try_from(index).unwrap_or(i32::MAX));
    let removed = call.app.write(move |tx| {
        let found = publications::by_key(tx.conn, account.id, &key)?;
        publications::withdraw(tx, account.id, found.id, idx)
    });
    removed.await?;
    Ok(Answer::done())
}

/// The articles of a publication.
pub(super) async fn article(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "article_id", code::BAD_ARTICLE_ID)?;
    let read = call.app.read(move |conn| {
        let found = publications::by_key(conn, account.id, &key)?;
        publications::articles_of(conn, found.id)
    });
    let items = articles::of_publication(&call, &read.await?, true);
    Ok(Answer::Data(json!({ "news_item": items })))
}

/// A page of what is out.
pub(super) async fn page(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (offset, limit) = drafts::window(&body);
    let with_content = !fields::flag(&body, "no_content");
    let read = call.app.read(move |conn| {
        let total = publications::count(conn, account.id)?;
        let page = publications::out(conn, account.id, offset, limit)?;
        let ids: Vec<PublicationId> = page.iter().map(|one| one.id).collect();
        Ok((total, page, all_articles::of_publications(conn, &ids)?))
    });
    let (total, page, all) = read.await?;
    let items: Vec<Value> = page.iter().map(|one| item(&call, one, &all, with_content)).collect();
    Ok(Answer::Data(json!({ "total_count": total, "item_count": items.len(), "item": items })))
}

fn item(call: &Call, one: &Publication, all: &[Article], with_content: bool) -> Value {
    let own = all.iter().filter(|article| article.publication_id == one.id);
    let own: Vec<Article> = own.cloned().collect();
    let at = one.published_at.unwrap_or(one.created_at).seconds();
    json!({
        "article_id": one.article_key,
        "content": {
            "news_item": articles::of_publication(call, &own, with_content),
            "create_time": one.created_at.seconds(),
            "update_time": at,
        },
        "update_time": at,
    })
}
