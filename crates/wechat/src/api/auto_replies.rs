//! Automatic replies as the console has them (`reference/wechat-api.md` 2.12).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::auto_replies::{self, AutoReply, Keyword, Kind, Match, Picks};
use crier_core::content::Content;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;

/// All of an account's rules. Those that are off are only told of by the two flags.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let rules = call.app.read(move |conn| Ok(auto_replies::all(conn, account.id)?)).await?;
    let on = |kind| rules.iter().find(|rule| rule.kind == kind && rule.enabled);
    let keyword: Vec<&AutoReply> =
        rules.iter().filter(|rule| rule.kind == Kind::Keyword && rule.enabled).collect();
    let (welcome, default) = (on(Kind::Welcome), on(Kind::Default));
    let answers = default.is_some() || !keyword.is_empty();
    let mut data = json!({
        "is_add_friend_reply_open": u8::from(welcome.is_some()),
        "is_autoreply_open": u8::from(answers),
    });
    let single = |rule: &AutoReply| rule.replies.0.first().map(reply);
    if let Some(reply) = welcome.and_then(single) {
        data["add_friend_autoreply_info"] = reply;
    }
    if let Some(reply) = default.and_then(single) {
        data["message_default_autoreply_info"] = reply;
    }
    if !keyword.is_empty() {
        let list: Vec<Value> = keyword.into_iter().map(rule).collect();
        data["keyword_autoreply_info"] = json!({ "list": list });
    }
    Ok(Answer::Data(data))
}

fn rule(rule: &AutoReply) -> Value {
    let word = |word: &Keyword| {
        let how = match word.match_mode {
            Match::Contain => "contain",
            Match::Equal => "equal",
        };
        json!({ "type": "text", "match_mode": how, "content": word.text })
    };
    let words: Vec<Value> = rule.keywords.0.iter().map(word).collect();
    let replies: Vec<Value> = rule.replies.0.iter().map(reply).collect();
    let picks = match rule.picks {
        Picks::All => "reply_all",
        Picks::One => "random_one",
    };
    json!({
        "rule_name": rule.name,
        "create_time": rule.created_at.seconds(),
        "reply_mode": picks,
        "keyword_list_info": words,
        "reply_list_info": replies,
    })
}

/// A file's key is the content of a reply that sends one.
fn reply(content: &Content) -> Value {
    match content {
        Content::Image { media_id, .. } => json!({ "type": "img", "content": media_id }),
        Content::Voice { media_id, .. } => json!({ "type": "voice", "content": media_id }),
        Content::Video { media_id, .. } => json!({ "type": "video", "content": media_id }),
        Content::News { articles } => {
            let list: Vec<Value> = articles
                .iter()
                .map(|card| {
                    json!({
                        "title": card.title,
                        "author": "",
                        "digest": card.description,
                        "show_cover": u8::from(!card.picture_url.is_empty()),
                        "cover_url": card.picture_url,
                        "content_url": card.url,
                        "source_url": "",
                    })
                })
                .collect();
            json!({ "type": "news", "news_info": { "list": list } })
        }
        other => json!({ "type": "text", "content": other.summary() }),
    }
}
