//! Rules in words: when one answers, and which of its words never do.
use crier_core::auto_replies::{AutoReply, Hours, Shadow};

use crate::words::Speech;

/// Hours, as the list of rules has them.
pub fn hours(speech: &Speech, hours: &Hours) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let day = |day: &u8| speech.say(&format!("weekday-short-{day}"));
    let days: Vec<String> = hours.weekdays.iter().map(day).collect();
    let key = if hours.outside { "hours-told-outside" } else { "hours-told-inside" };
    let values = [
        ("days", days.join(&speech.say("weekday-between")).into()),
        ("from", clock(hours.from).into()),
        ("until", clock(hours.until).into()),
    ];
    speech.with(key, &values)
}

/// For each rule, its words that never answer.
pub fn shadowed(speech: &Speech, rules: &[AutoReply], shadows: &[Shadow]) -> Vec<Vec<String>> {
    let name = |shadow: &Shadow| {
        let by = rules.iter().find(|rule| rule.id == shadow.by);
        by.map(|rule| rule.name.clone()).unwrap_or_default()
    };
    let told = |shadow: &Shadow| {
        let values = [("word", shadow.word.clone().into()), ("rule", name(shadow).into())];
        speech.with("auto-shadowed", &values)
    };
    let of = |rule: &AutoReply| {
        shadows.iter().filter(|shadow| shadow.rule == rule.id).map(told).collect()
    };
    rules.iter().map(of).collect()
}
