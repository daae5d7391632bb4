//! The log as a file for spreadsheets.
use crier_core::App;
use crier_core::activities::{self, Chain, Search};

use super::{Row, Teller};
use crate::answers::Answer;
use crate::sheets::{Cell, Sheet};

/// Rows read at once.
const BATCH: i64 = 1_000;
/// Rows in one file; for what is older, an end is chosen.
const MOST: usize = 50_000;
/// Columns, as messages name them.
const COLUMNS: [&str; 9] = [
    "activity-place",
    "time",
    "field-member",
    "activity-network",
    "field-action",
    "field-account",
    "activity-subject",
    "activity-detail",
    "activity-hash",
];

/// The newest rows that are looked for, as a file.
pub async fn file(app: &App, teller: &Teller, chain: Chain, search: &Search) -> Answer {
    let names = COLUMNS.map(|key| teller.speech.say(key));
    let mut sheet = Sheet::new("activity", &names.each_ref().map(String::as_str));
    let (mut before, mut rows) = (None, 0);
    loop {
        let search = search.clone();
        let page = move |conn: &mut _| activities::page(conn, chain, &search, before, BATCH);
        let found = app.read(page).await?;
        let is_last = (found.len() as i64) < BATCH;
        before = found.last().map(|row| row.seq);
        rows += found.len();
        for deed in found {
            sheet.row(cells(teller.row(deed)));
        }
        if is_last || rows >= MOST {
            return sheet.answer();
        }
    }
}

fn cells(row: Row) -> [Cell; 9] {
    let texts = [
        row.at.iso,
        row.who,
        row.network,
        row.what,
        row.account,
        row.subject,
        row.detail,
        row.hash,
    ];
    let [at, who, network, what, account, subject, detail, hash] = texts.map(Cell::from);
    [row.seq.into(), at, who, network, what, account, subject, detail, hash]
}
