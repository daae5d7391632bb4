//! The figures as charts.
use crier_core::daily::{Board, Daily};

use super::Part;
use super::stats::{net, sent, source};
use crate::charts::{Chart, Label, Unit};
use crate::words::Speech;

/// Every chart of a range, beside the range before where there is one.
pub fn parts(
    speech: &Speech,
    labels: &[Label],
    board: &Board,
    before: Option<&Board>,
) -> Vec<Part> {
    let part = |id: &'static str, mut charts: Vec<Chart>| {
        // That there is nothing need be said once.
        if charts.iter().all(Chart::is_empty) {
            charts.truncate(1);
        }
        Part {
            id,
            title: speech.say(&format!("figures-{id}")),
            text: speech.say(&format!("figures-{id}-text")),
            charts,
        }
    };
    vec![
        part("followers", vec![followers(speech, labels, board, before)]),
        part("messages", vec![messages(speech, labels, board, before)]),
        part("response", vec![response(speech, labels, board, before)]),
        part(
            "deliveries",
            vec![deliveries(speech, labels, board, before), latency(speech, labels, board, before)],
        ),
        part("broadcasts", vec![broadcasts(speech, labels, board, before)]),
    ]
}

fn followers(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let mut chart = Chart::stacked(speech, speech.say("figures-followers"), labels.to_vec());
    for part in board.gained.parts() {
        chart = chart.series(source(speech, part), board.gained.of(part));
    }
    let lost = board.lost.sums().into_iter().map(|lost| -lost);
    chart =
        chart.series(speech.say("figure-lost"), lost).line(speech.say("figure-net"), net(board));
    match before {
        Some(before) => chart.before(was(speech, "figure-net"), net(before)),
        None => chart,
    }
}

fn messages(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let chart = Chart::bars(speech, speech.say("figures-messages"), labels.to_vec())
        .series(speech.say("figure-in"), board.messages.of("follower"))
        .series(speech.say("figure-out"), sent(&board.messages));
    match before {
        Some(before) => chart.before(was(speech, "figure-in"), before.messages.of("follower")),
        None => chart,
    }
}

fn response(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let chart = Chart::lines(speech, speech.say("figures-response"), labels.to_vec())
        .unit(Unit::Seconds)
        .series(speech.say("figure-response"), at(&board.by_member, 50))
        .series(speech.say("figure-response-slow"), at(&board.by_member, 90))
        .series(speech.say("figure-response-backend"), at(&board.by_backend, 50));
    match before {
        Some(before) => chart.before(was(speech, "figure-response"), at(&before.by_member, 50)),
        None => chart,
    }
}

fn deliveries(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let chart = Chart::stacked(speech, speech.say("figures-deliveries"), labels.to_vec())
        .series(speech.say("state-delivered"), board.deliveries.of("delivered"))
        .series(speech.say("state-failed"), board.deliveries.of("failed"))
        .series(speech.say("state-pending"), board.deliveries.of("open"));
    match before {
        Some(before) => chart.before(was(speech, "state-failed"), before.deliveries.of("failed")),
        None => chart,
    }
}

fn latency(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let chart = Chart::lines(speech, speech.say("figures-latency"), labels.to_vec())
        .unit(Unit::Millis)
        .series(speech.say("figure-latency"), at(&board.latency, 95));
    match before {
        Some(before) => chart.before(was(speech, "figure-latency"), at(&before.latency, 95)),
        None => chart,
    }
}

fn broadcasts(speech: &Speech, labels: &[Label], board: &Board, before: Option<&Board>) -> Chart {
    let chart = Chart::bars(speech, speech.say("figures-broadcasts"), labels.to_vec())
        .series(speech.say("figure-reached"), board.sendings.reached())
        .series(speech.say("figure-reads"), board.sendings.reads());
    match before {
        Some(before) => chart.before(was(speech, "figure-reached"), before.sendings.reached()),
        None => chart,
    }
}

/// What so many of a hundred took at most, on each day that had any.
fn at(daily: &Daily, percent: i64) -> Vec<Option<f64>> {
    daily.spreads().iter().map(|spread| spread.percentile(percent)).collect()
}

fn was(speech: &Speech, key: &str) -> String {
    speech.with("figure-before", &[("name", speech.say(key).into())])
}
