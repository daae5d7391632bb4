//! How the account's endpoints answered.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::figures::{self, Grain};
use serde_json::json;

use super::super::answers::Outcome;
use super::super::calls::Call;
use super::{days, list, row};

/// By day.
pub(crate) async fn by_day(call: Call, account: Arc<Account>) -> Outcome {
    called(call, &account, 30, Grain::Day).await
}

/// By the hour.
pub(crate) async fn by_hour(call: Call, account: Arc<Account>) -> Outcome {
    called(call, &account, 1, Grain::Hour).await
}

async fn called(call: Call, account: &Account, most: i64, grain: Grain) -> Outcome {
    let days = days(&call, account, most)?;
    let id = account.id;
    let found = call.app.read(move |conn| figures::called(conn, id, &days, grain)).await?;
    Ok(list(found.into_iter().map(|found| {
        let fields = json!({
            "callback_count": found.calls,
            "fail_count": found.failed,
            "total_time_cost": found.took_ms,
            "max_time_cost": found.longest_ms,
        });
        row(found.day, found.hour, fields)
    })))
}
