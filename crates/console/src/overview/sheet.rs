//! The figures as a table for spreadsheets: a row for each day.
use crier_core::daily::{Board, Daily};
use crier_core::figures::Days;

use super::stats::{net, sent};
use crate::gate::Desk;
use crate::numbers::whole;
use crate::sheets::{Cell, Sheet};
use crate::words::Speech;

/// Columns after the day, each with its message.
fn columns(board: &Board) -> Vec<(&'static str, Vec<Option<i64>>)> {
    let some = |counts: Vec<i64>| counts.into_iter().map(Some).collect();
    vec![
        ("figure-gained", some(board.gained.sums())),
        ("figure-lost", some(board.lost.sums())),
        ("figure-net", some(net(board))),
        ("figure-in", some(board.messages.of("follower"))),
        ("figure-out", some(sent(&board.messages))),
        ("sheet-response", at(&board.by_member, 50)),
        ("sheet-response-slow", at(&board.by_member, 90)),
        ("sheet-response-backend", at(&board.by_backend, 50)),
        ("state-delivered", some(board.deliveries.of("delivered"))),
        ("state-failed", some(board.deliveries.of("failed"))),
        ("state-pending", some(board.deliveries.of("open"))),
        ("sheet-latency", at(&board.latency, 95)),
        ("figure-broadcasts", some(board.sendings.sent())),
        ("figure-reached", some(board.sendings.reached())),
        ("figure-reads", some(board.sendings.reads())),
    ]
}

/// The table.
pub fn sheet(speech: &Speech, desk: &Desk, days: &Days, board: &Board) -> Sheet {
    let columns = columns(board);
    let mut headings = vec![speech.say("chart-day")];
    headings.extend(columns.iter().map(|(key, _)| speech.say(key)));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let name = format!("{}-{}-{}", desk.account.handle, days.first(), days.last());
    let mut sheet = Sheet::new(&name, &headings);
    for (at, day) in days.dates().into_iter().enumerate() {
        let cells = columns.iter().map(|(_, values)| values.get(at).copied().flatten().into());
        sheet.row(std::iter::once(Cell::from(day.to_string())).chain(cells));
    }
    sheet
}

fn at(daily: &Daily, percent: i64) -> Vec<Option<i64>> {
    daily.spreads().iter().map(|spread| spread.percentile(percent).map(whole)).collect()
}
