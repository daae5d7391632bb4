//! The log as a file for spreadsheets.
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use crier_core::activities::{self, Chain, Search};
use crier_core::{App, Result};
use futures_util::stream;

use super::{Row, Teller};
use crate::sheets::{self, Cell, Sheet};

/// What the file is called.
const NAME: &str = "activity";
/// Rows read at once.
const BATCH: i64 = 500;
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

/// The newest rows that are looked for, as a file that is read while it is sent.
pub fn file(app: Arc<App>, teller: Teller, chain: Chain, search: Search) -> HttpResponse {
    let names = COLUMNS.map(|key| teller.speech.say(key));
    let sheet = Sheet::new(NAME, &names.each_ref().map(String::as_str));
    let reading = Reading { app, teller, chain, search, sheet, before: None, rows: 0 };
    let parts = stream::unfold(Some(reading), async |reading| {
        let (part, rest) = reading?.next().await;
        Some((part, rest))
    });
    sheets::streamed(NAME, parts)
}

/// How far a file is.
struct Reading {
    app: Arc<App>,
    teller: Teller,
    chain: Chain,
    search: Search,
    sheet: Sheet,
    before: Option<i64>,
    rows: usize,
}

impl Reading {
    /// The next piece of the file, and what is left of it.
    async fn next(mut self) -> (Result<Bytes>, Option<Self>) {
        match self.piece().await {
            Ok((bytes, true)) => (Ok(bytes), Some(self)),
            Ok((bytes, false)) => (Ok(bytes), None),
            Err(error) => (Err(error), None),
        }
    }

    async fn piece(&mut self) -> Result<(Bytes, bool)> {
        let (search, chain, before) = (self.search.clone(), self.chain, self.before);
        let page = move |conn: &mut _| activities::page(conn, chain, &search, before, BATCH);
        let found = self.app.read(page).await?;
        let is_last = (found.len() as i64) < BATCH;
        self.before = found.last().map(|row| row.seq);
        self.rows += found.len();
        for deed in found {
            self.sheet.row(cells(self.teller.row(deed)));
        }
        Ok((self.sheet.written()?, !is_last && self.rows < MOST))
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
