//! What followers wrote.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures::{self, Band, Grain, Kind};
use serde_json::json;

use super::super::answers::Outcome;
use super::super::calls::Call;
use super::{days, list, row};

/// By day.
pub(crate) async fn by_day(call: Call, account: Arc<Account>) -> Outcome {
    written(call, &account, 7, Grain::Day).await
}

/// By the hour.
pub(crate) async fn by_hour(call: Call, account: Arc<Account>) -> Outcome {
    written(call, &account, 1, Grain::Hour).await
}

/// By calendar week.
pub(crate) async fn by_week(call: Call, account: Arc<Account>) -> Outcome {
    written(call, &account, 30, Grain::Week).await
}

/// By calendar month.
pub(crate) async fn by_month(call: Call, account: Arc<Account>) -> Outcome {
    written(call, &account, 30, Grain::Month).await
}

/// How much each wrote, by day.
pub(crate) async fn spread_by_day(call: Call, account: Arc<Account>) -> Outcome {
    spread(call, &account, 15, Grain::Day).await
}

/// How much each wrote, by calendar week.
pub(crate) async fn spread_by_week(call: Call, account: Arc<Account>) -> Outcome {
    spread(call, &account, 30, Grain::Week).await
}

/// How much each wrote, by calendar month.
pub(crate) async fn spread_by_month(call: Call, account: Arc<Account>) -> Outcome {
    spread(call, &account, 30, Grain::Month).await
}

async fn written(call: Call, account: &Account, most: i64, grain: Grain) -> Outcome {
    let days = days(&call, account, most)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::written(conn, id, &days, grain)).await?;
    Ok(list(found.into_iter().map(|found| {
        let fields = json!({
            "msg_type": kind(found.kind),
            "msg_user": found.followers,
            "msg_count": found.messages,
        });
        row(found.day, found.hour, fields)
    })))
}

async fn spread(call: Call, account: &Account, most: i64, grain: Grain) -> Outcome {
    let days = days(&call, account, most)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::spread(conn, id, &days, grain)).await?;
    Ok(list(found.into_iter().map(|found| {
        let fields = json!({ "count_interval": band(found.band), "msg_user": found.followers });
        row(found.day, None, fields)
    })))
}

/// The number of a kind. There is no 5.
const fn kind(kind: Kind) -> u32 {
    match kind {
        Kind::Text => 1,
        Kind::Image => 2,
        Kind::Voice => 3,
        Kind::Video => 4,
        Kind::Other => 6,
    }
}

/// The number of a band; 0 would be those who wrote nothing.
const fn band(band: Band) -> u32 {
    match band {
        Band::Few => 1,
        Band::Some => 2,
        Band::Many => 3,
    }
}
