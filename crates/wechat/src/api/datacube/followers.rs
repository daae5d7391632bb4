//! Followers gained and lost.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures;
use serde_json::json;

use super::super::answers::Outcome;
use super::super::calls::Call;
use super::{days, list, row};

/// Days of one call.
const MOST: i64 = 7;

/// Gained and lost, by how they came.
pub(crate) async fn summary(call: Call, account: Arc<Account>) -> Outcome {
    let days = days(&call, &account, MOST)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::followed(conn, id, &days)).await?;
    Ok(list(found.into_iter().map(|found| {
        let fields = json!({
            "user_source": source(&found.source),
            "new_user": found.gained,
            "cancel_user": found.lost,
        });
        row(found.day, None, fields)
    })))
}

/// How many there were at the end of each day.
pub(crate) async fn cumulate(call: Call, account: Arc<Account>) -> Outcome {
    let days = days(&call, &account, MOST)?;
    let found = call.app.read(move |conn| figures::cumulated(conn, &account, &days)).await?;
    let rows = found.into_iter();
    Ok(list(rows.map(|found| row(found.day, None, json!({ "cumulate_user": found.followers })))))
}

/// The number of a way to come.
fn source(word: &str) -> u32 {
    match word {
        "search" => 1,
        "card" => 17,
        "scene" => 30,
        "payment" => 51,
        "article" => 57,
        _ => 0,
    }
}
