//! Figures (`reference/wechat-api.md` 2.11). Every call names days and is answered with a list of
//! rows; there is none where nothing happened.
pub(super) mod articles;
pub(super) mod calls;
pub(super) mod followers;
pub(super) mod messages;

use chrono::NaiveDate;
use crier_core::accounts::Account;
use crier_core::figures::Days;
use serde_json::{Map, Value, json};

use super::answers::Answer;
use super::calls::Call;
use super::fields;
use super::refusals::Refusal;

/// The days a call asks for, at most so many.
fn days(call: &Call, account: &Account, most: i64) -> Result<Days, Refusal> {
    let body = call.json()?;
    let [first, last] = ["begin_date", "end_date"].map(|name| fields::words(&body, name));
    Ok(Days::parse(account, &first, &last, most, call.app.clock.now())?)
}

/// One row: its day, its hour where counted by the hour, as 0, 100 to 2300, and its fields.
fn row(day: NaiveDate, hour: Option<u32>, fields: Value) -> Value {
    let mut row = Map::new();
    row.insert("ref_date".to_owned(), day.to_string().into());
    if let Some(hour) = hour {
        row.insert("ref_hour".to_owned(), (hour * 100).into());
    }
    if let Value::Object(fields) = fields {
        row.extend(fields);
    }
    Value::Object(row)
}

fn list(rows: impl Iterator<Item = Value>) -> Answer {
    Answer::Data(json!({ "list": rows.collect::<Vec<_>>() }))
}
