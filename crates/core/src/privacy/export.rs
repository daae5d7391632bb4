//! Handing out what is stored about one person: table by table, long ones in parts, so that nothing
//! has to be held as a whole.
use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

use super::Person;
use super::holdings::{HOLDINGS, Holding, Shown};
use crate::content::Content;
use crate::error::Result;

/// Rows of a part.
const PART: usize = 500;
/// Rows of a table that is read at once.
const WHOLE: usize = 20_000;

/// Some of what is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The table.
    pub table: &'static str,
    /// Its rows, as objects.
    pub rows: Vec<Value>,
    /// Where the next part of the table begins; absent after its last.
    pub next: Option<i64>,
}

/// The keys of the files that a part speaks of: what the person sent in, and what stands in messages.
pub fn files(part: &Part) -> Vec<String> {
    let key = |row: &Value| row.get("media_key").and_then(Value::as_str).map(str::to_owned);
    match part.table {
        "media" => part.rows.iter().filter_map(key).collect(),
        "messages" => part.rows.iter().flat_map(of_message).collect(),
        _ => Vec::new(),
    }
}

fn of_message(row: &Value) -> Vec<String> {
    let content = row.get("content").cloned().unwrap_or_default();
    let content: Option<Content> = serde_json::from_value(content).ok();
    content.iter().flat_map(|content| content.media().map(str::to_owned)).collect()
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Text)]
    shown: String,
}

/// A part of what is stored about a person in the table of this number, after this place; `None`
/// behind the last table.
pub fn part(
    conn: &mut AnyConnection,
    person: &Person,
    number: usize,
    after: i64,
) -> Result<Option<Part>> {
    let Some(holding) = HOLDINGS.get(number) else { return Ok(None) };
    let table = holding.table;
    let Some(shown) = &holding.shown else {
        return Ok(Some(Part { table, rows: Vec::new(), next: None }));
    };
    let found: Vec<Row> = sql_query(statement(conn, holding, shown, person, after)).load(conn)?;
    let is_part = shown.by.is_some() && found.len() == PART;
    let next = found.last().map(|row| row.place).filter(|_| is_part);
    let rows = found.iter().map(|row| read(&row.shown, shown)).collect::<Result<_>>()?;
    Ok(Some(Part { table, rows, next }))
}

fn statement(
    conn: &AnyConnection,
    holding: &Holding,
    shown: &Shown,
    person: &Person,
    after: i64,
) -> String {
    let made = match conn {
        AnyConnection::Postgres(_) => "json_build_object",
        AnyConnection::Sqlite(_) => "json_object",
    };
    let pairs: Vec<String> = shown
        .columns
        .iter()
        .map(|column| column.trim_end_matches("{}"))
        .map(|column| format!("'{column}', {column}"))
        .collect();
    let (place, part, limit) = match shown.by {
        Some(by) => (by, format!("AND {by} > {after} ORDER BY {by}"), PART),
        None => ("0", String::new(), WHOLE),
    };
    format!(
        "SELECT CAST({place} AS BIGINT) AS place, CAST({made}({}) AS TEXT) AS shown FROM {} \
         WHERE ({}) {part} LIMIT {limit}",
        pairs.join(", "),
        holding.table,
        filled(shown.of, person),
    )
}

/// The text with the person's numbers in it.
pub(super) fn filled(text: &str, person: &Person) -> String {
    let follower = &person.follower;
    text.replace(":follower", &follower.id.to_string())
        .replace(":account", &follower.account_id.to_string())
        .replace(":user", &person.user.id.to_string())
}

/// A row as people read it: moments as text, and JSON as JSON.
fn read(text: &str, shown: &Shown) -> Result<Value> {
    let mut row: Value = serde_json::from_str(text)?;
    let Some(fields) = row.as_object_mut() else { return Ok(row) };
    for column in shown.columns.iter().filter_map(|column| column.strip_suffix("{}")) {
        let text = fields.get(column).and_then(Value::as_str).unwrap_or_default();
        if let Ok(inner) = serde_json::from_str(text) {
            fields.insert(column.to_owned(), inner);
        }
    }
    let is_moment = |name: &str| {
        ["_at", "_until", "_since"].iter().any(|end| name.ends_with(end)) || name == "quarter"
    };
    for (_, value) in fields.iter_mut().filter(|(name, _)| is_moment(name)) {
        if let Some(micros) = value.as_i64().filter(|micros| *micros > 0) {
            *value = Timestamp::from_micros(micros).to_string().into();
        }
    }
    Ok(row)
}
