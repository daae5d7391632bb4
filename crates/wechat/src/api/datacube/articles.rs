//! How articles were read and passed on.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures::{self, Career, Grain, Piece, Stage, Tallies, Tally};
use serde_json::{Map, Value, json};

use super::super::answers::Outcome;
use super::super::calls::Call;
use super::{days, list, row};

/// The number of all sources together.
const ALL: u32 = 99_999_999;

/// The articles read on a day.
pub(crate) async fn summary(call: Call, account: Arc<Account>) -> Outcome {
    let days = days(&call, &account, 1)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::on_days(conn, id, &days)).await?;
    Ok(list(found.into_iter().map(|found| {
        let mut fields = of_piece(&found.piece);
        fields.extend(counters(&found.tallies));
        row(found.day, None, fields.into())
    })))
}

/// The articles that came out on a day, with where they stood at the end of each day since.
pub(crate) async fn total(call: Call, account: Arc<Account>) -> Outcome {
    let days = days(&call, &account, 1)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::careers(conn, id, &days)).await?;
    Ok(list(found.into_iter().map(|found: Career| {
        let mut fields = of_piece(&found.piece);
        let details: Vec<Value> = found.stages.iter().map(detail).collect();
        fields.insert("details".into(), details.into());
        row(found.day, None, fields.into())
    })))
}

/// Readers by the way they came, by day.
pub(crate) async fn read_by_day(call: Call, account: Arc<Account>) -> Outcome {
    read(call, &account, 3, Grain::Day).await
}

/// By the hour.
pub(crate) async fn read_by_hour(call: Call, account: Arc<Account>) -> Outcome {
    read(call, &account, 1, Grain::Hour).await
}

/// What was passed on, by day.
pub(crate) async fn shared_by_day(call: Call, account: Arc<Account>) -> Outcome {
    shared(call, &account, 7, Grain::Day).await
}

/// By the hour.
pub(crate) async fn shared_by_hour(call: Call, account: Arc<Account>) -> Outcome {
    shared(call, &account, 1, Grain::Hour).await
}

async fn read(call: Call, account: &Account, most: i64, grain: Grain) -> Outcome {
    let days = days(&call, account, most)?;
    let id = account.id;
    let mut found = call.app.read(move |conn| figures::read(conn, id, &days, grain)).await?;
    let number = |way: Option<&str>| way.map_or(ALL, source);
    found.sort_by_key(|found| (found.day, found.hour, number(found.way.as_deref())));
    Ok(list(found.into_iter().map(|found| {
        let mut fields = counters(&found.tallies);
        fields.insert("user_source".into(), number(found.way.as_deref()).into());
        row(found.day, found.hour, fields.into())
    })))
}

async fn shared(call: Call, account: &Account, most: i64, grain: Grain) -> Outcome {
    let days = days(&call, account, most)?;
    let id = account.id;
    let mut found = call.app.read(move |conn| figures::shared(conn, id, &days, grain)).await?;
    found.sort_by_key(|found| (found.day, found.hour, scene(&found.way)));
    Ok(list(found.into_iter().map(|found| {
        let fields = json!({
            "share_scene": scene(&found.way),
            "share_count": found.tally.times,
            "share_user": found.tally.readers,
        });
        row(found.day, found.hour, fields)
    })))
}

/// `msgid` is text: the publication and the article's place in it (T5).
fn of_piece(piece: &Piece) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("msgid".into(), format!("{}_{}", piece.publication, piece.index).into());
    fields.insert("title".into(), piece.title.clone().into());
    fields
}

/// The counters that every row about reading has.
fn counters(tallies: &Tallies) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, tally) in [
        ("int_page_read", tallies.read),
        ("ori_page_read", tallies.source),
        ("share", tallies.shared),
        ("add_to_fav", tallies.kept),
    ] {
        put(&mut fields, name, "count", tally);
    }
    fields
}

/// Two fields, whose last words are `user` and this one.
fn put(fields: &mut Map<String, Value>, name: &str, count: &str, tally: Tally) {
    fields.insert(format!("{name}_user"), tally.readers.into());
    fields.insert(format!("{name}_{count}"), tally.times.into());
}

fn detail(stage: &Stage) -> Value {
    let mut fields = counters(&stage.tallies);
    fields.insert("stat_date".into(), stage.day.to_string().into());
    fields.insert("target_user".into(), stage.addressed.into());
    let of = |found: &[(String, Tally)], way: &str| {
        let its = found.iter().find(|(name, _)| name == way);
        its.map(|(_, tally)| *tally).unwrap_or_default()
    };
    for (name, way) in [
        ("session", "chat"),
        ("hist_msg", "history"),
        ("feed", "feed"),
        ("friends", "friend"),
        ("other", "other"),
    ] {
        put(&mut fields, &format!("int_page_from_{name}_read"), "count", of(&stage.ways, way));
    }
    for (name, way) in [("session", "chat"), ("feed", "feed"), ("other", "other")] {
        put(&mut fields, &format!("feed_share_from_{name}"), "cnt", of(&stage.fed, way));
    }
    fields.into()
}

/// The number of the way that a reader came.
fn source(way: &str) -> u32 {
    match way {
        "chat" => 0,
        "friend" => 1,
        "feed" => 2,
        "history" => 4,
        _ => 5,
    }
}

/// The number of the way that an article was passed on.
fn scene(way: &str) -> u32 {
    match way {
        "friend" => 1,
        "feed" => 2,
        _ => 255,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_has_every_field_and_text_ids() {
        let tally = |readers, times| Tally { readers, times };
        let stage = Stage {
            addressed: 9,
            tallies: Tallies { read: tally(2, 5), ..Tallies::default() },
            ways: vec![("chat".into(), tally(1, 3)), ("history".into(), tally(1, 2))],
            fed: vec![("other".into(), tally(1, 1))],
            ..Stage::default()
        };
        let detail = detail(&stage);
        assert_eq!(detail.as_object().map(Map::len), Some(26));
        for (name, wanted) in [
            ("stat_date", json!("1970-01-01")),
            ("target_user", json!(9)),
            ("int_page_read_user", json!(2)),
            ("int_page_read_count", json!(5)),
            ("ori_page_read_count", json!(0)),
            ("share_user", json!(0)),
            ("add_to_fav_count", json!(0)),
            ("int_page_from_session_read_count", json!(3)),
            ("int_page_from_hist_msg_read_user", json!(1)),
            ("int_page_from_friends_read_user", json!(0)),
            ("feed_share_from_session_cnt", json!(0)),
            ("feed_share_from_other_user", json!(1)),
        ] {
            assert_eq!(detail[name], wanted, "{name}");
        }
        let piece = Piece { publication: 12_003, index: 3, title: "Tides".into() };
        assert_eq!(Value::from(of_piece(&piece)), json!({ "msgid": "12003_3", "title": "Tides" }));
    }

    #[test]
    fn ways_have_their_numbers() {
        let numbers = ["chat", "friend", "feed", "history", "other", ""].map(source);
        assert_eq!(numbers, [0, 1, 2, 4, 5, 5]);
        assert_eq!(["friend", "feed", "chat"].map(scene), [1, 2, 255]);
    }
}
