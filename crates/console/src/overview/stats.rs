//! The figures as numbers: one glance at a range, each beside the range before.
use crier_core::daily::{Board, Daily, Spread};
use crier_core::members::Permission;

use crate::calendar::{Calendar, Moment};
use crate::charts::{Spark, Unit};
use crate::gate::Desk;
use crate::numbers::{grouped, real};
use crate::visits::Visit;
use crate::words::Speech;

/// Broadcasts that are listed.
const LISTED: usize = 10;

/// One figure.
pub struct Stat {
    pub label: String,
    pub value: String,
    pub hint: String,
    /// Against the days before, when they are compared.
    pub change: Option<String>,
    pub href: Option<String>,
    pub spark: Option<Spark>,
}

/// Followers by how they came.
pub struct Source {
    pub name: String,
    pub gained: String,
    pub lost: String,
    pub net: String,
}

/// A broadcast that was sent.
pub struct Sending {
    pub at: Moment,
    pub reached: String,
    pub reads: String,
}

/// The figures of a range.
pub fn stats(visit: &Visit, desk: &Desk, board: &Board, before: Option<&Board>) -> Vec<Stat> {
    let speech = &visit.speech;
    let about = |key: &str, of: &dyn Fn(&Board) -> Vec<i64>, hint: String| {
        let days = of(board);
        let total = days.iter().sum();
        let was = before.map(|before| of(before).iter().sum());
        Stat {
            label: speech.say(key),
            value: grouped(total),
            hint,
            change: was.map(|was| change(speech, total, was)),
            href: None,
            spark: Some(Spark::of(&days)),
        }
    };
    let log = desk.staff.may(Permission::Deliveries).then(|| desk.path("/deliveries?state=failed"));
    let inbox = desk.staff.may(Permission::Inbox).then(|| desk.path("/inbox"));
    let total = |days: Vec<i64>| days.iter().sum::<i64>();
    let lost = speech.with(
        "figure-lost-hint",
        &[
            ("gained", grouped(total(board.gained.sums())).into()),
            ("lost", grouped(total(board.lost.sums())).into()),
        ],
    );
    let answers =
        speech.with("figure-out-hint", &[("count", grouped(total(sent(&board.messages))).into())]);
    let failed = total(board.deliveries.of("failed"));
    let delivered = speech.with(
        "figure-delivered",
        &[("count", grouped(total(board.deliveries.of("delivered"))).into())],
    );
    let reached = speech.with(
        "figure-reached-hint",
        &[
            ("reached", grouped(total(board.sendings.reached())).into()),
            ("reads", grouped(total(board.sendings.reads())).into()),
        ],
    );
    let mut stats = vec![
        about("figure-net", &net, lost),
        Stat { href: inbox, ..about("figure-in", &|board| board.messages.of("follower"), answers) },
        response(speech, board, before),
        Stat { href: log, ..about("figure-failed", &|it| it.deliveries.of("failed"), delivered) },
        about("figure-broadcasts", &|board| board.sendings.sent(), reached),
    ];
    if failed == 0 {
        // A line along the bottom says nothing.
        stats[3].spark = None;
    }
    stats
}

/// Gained less lost, for each day.
pub fn net(board: &Board) -> Vec<i64> {
    let pairs = board.gained.sums().into_iter().zip(board.lost.sums());
    pairs.map(|(gained, lost)| gained - lost).collect()
}

/// What the account sent, for each day.
pub fn sent(messages: &Daily) -> Vec<i64> {
    messages.without("follower")
}

/// All of a measure of durations.
pub fn whole(daily: &Daily) -> Spread {
    let mut all = Spread::default();
    daily.spreads().iter().for_each(|spread| all.extend(spread));
    all
}

fn response(speech: &Speech, board: &Board, before: Option<&Board>) -> Stat {
    let (member, backend) = (whole(&board.by_member), whole(&board.by_backend));
    let shown = |spread: &Spread| {
        let median = spread.percentile(50);
        median.map_or_else(|| "–".into(), |value| Unit::Seconds.full(speech, value))
    };
    let was = before.map(|before| shown(&whole(&before.by_member)));
    Stat {
        label: speech.say("figure-response"),
        value: shown(&member),
        hint: speech.with("figure-response-hint", &[("backend", shown(&backend).into())]),
        change: was.map(|was| speech.with("figure-was", &[("before", was.into())])),
        href: None,
        spark: None,
    }
}

fn change(speech: &Speech, now: i64, was: i64) -> String {
    if was <= 0 || now < 0 {
        return speech.with("figure-was", &[("before", grouped(was).into())]);
    }
    let percent = real(now - was) * 100.0 / real(was);
    let sign = if percent > 0.0 { "+" } else { "" };
    let shown = format!("{sign}{}", Unit::Percent.full(speech, percent));
    speech.with("figure-change", &[("change", shown.into()), ("before", grouped(was).into())])
}

/// Followers by how they came, those who brought most first.
pub fn sources(speech: &Speech, board: &Board) -> Vec<Source> {
    let total = |daily: &Daily, part: &str| daily.of(part).iter().sum::<i64>();
    let mut names: Vec<&str> = board.gained.parts().chain(board.lost.parts()).collect();
    names.sort_by_key(|name| (-total(&board.gained, name), *name));
    names.dedup();
    let row = |name: &str| {
        let (gained, lost) = (total(&board.gained, name), total(&board.lost, name));
        Source {
            name: source(speech, name),
            gained: grouped(gained),
            lost: grouped(lost),
            net: grouped(gained - lost),
        }
    };
    names.into_iter().map(row).collect()
}

/// How followers came, in words; its word where a newer version knows one more.
pub fn source(speech: &Speech, name: &str) -> String {
    speech.find(&format!("source-{name}"), None).unwrap_or_else(|| name.to_owned())
}

/// The last broadcasts of the range.
pub fn sendings(calendar: &Calendar, board: &Board) -> Vec<Sending> {
    let all = board.sendings.days.iter().flatten().rev().take(LISTED);
    all.map(|one| Sending {
        at: calendar.full(one.at),
        reached: grouped(one.reached),
        reads: grouped(one.reads),
    })
    .collect()
}
