//! Rules as forms and as sentences. A form has one row for each condition, numbered from 0; buttons
//! add and remove rows, so that it works without script.
use std::collections::HashMap;

use crier_core::arrivals::Source;
use crier_core::segments::{Condition, Join, MAX_CONDITIONS, Rule};
use crier_core::tags::Tag;
use crier_core::users::Platform;
use crier_core::{Error, Result};

use crate::calendar::Calendar;
use crate::fields::Choice;
use crate::words::Speech;

/// What was filled in, by name.
pub type Input = HashMap<String, String>;

/// Every kind of condition, by the word forms use.
pub const KINDS: [&str; 10] = [
    "tag",
    "source",
    "scene",
    "between",
    "followed-for",
    "followed-within",
    "wrote",
    "silent",
    "language",
    "platform",
];

/// Languages to choose from; a rule may name others.
const LANGUAGES: [&str; 12] =
    ["zh", "zh-cn", "zh-tw", "zh-hk", "en", "ja", "ko", "fr", "de", "es", "id", "vi"];

/// One condition, as a form has it.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Its place in the form.
    pub at: usize,
    /// One of [`KINDS`].
    pub kind: String,
    /// What it says before the fields.
    pub label: String,
    /// Whether it holds or does not, for those that can be turned around.
    pub turns: Vec<(Choice, bool)>,
    /// What to choose from, for those with a choice.
    pub choices: Vec<(Choice, bool)>,
    /// The value, for those with a text or a number.
    pub value: String,
    /// The second value.
    pub other: String,
}

impl Line {
    /// Whether it is chosen from a list, which may be empty.
    pub fn has_choices(&self) -> bool {
        ["tag", "source", "language", "platform"].contains(&self.kind.as_str())
    }
}

/// The rows of a form.
pub fn lines(speech: &Speech, tags: &[Tag], input: &Input) -> Vec<Line> {
    let get = |name: String| input.get(&name).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for from in 0..MAX_CONDITIONS {
        let kind = get(format!("kind_{from}"));
        if !KINDS.contains(&kind.as_str()) || get("remove".into()) == from.to_string() {
            continue;
        }
        let (value, is) = (get(format!("value_{from}")), get(format!("is_{from}")) != "no");
        lines.push(Line {
            at: lines.len(),
            label: speech.say(&format!("rule-kind-{kind}")),
            turns: turns(speech, &kind, is),
            choices: chosen(choices(speech, tags, &kind, &value), &value),
            other: get(format!("other_{from}")),
            kind,
            value,
        });
    }
    lines
}

/// An empty row of this kind after the others.
pub fn add(speech: &Speech, tags: &[Tag], lines: &mut Vec<Line>, kind: &str) {
    if KINDS.contains(&kind) && lines.len() < MAX_CONDITIONS {
        lines.push(Line {
            at: lines.len(),
            kind: kind.to_owned(),
            label: speech.say(&format!("rule-kind-{kind}")),
            turns: turns(speech, kind, true),
            choices: chosen(choices(speech, tags, kind, ""), ""),
            ..Line::default()
        });
    }
}

/// The kinds that can be added.
pub fn kinds(speech: &Speech) -> Vec<Choice> {
    let kind = |kind: &&str| Choice {
        value: (*kind).to_owned(),
        label: speech.say(&format!("rule-kind-{kind}")),
    };
    KINDS.iter().map(kind).collect()
}

fn turns(speech: &Speech, kind: &str, is: bool) -> Vec<(Choice, bool)> {
    if !["tag", "source", "language"].contains(&kind) {
        return Vec::new();
    }
    let turn = |word: &str, chosen| {
        let label = speech.say(&format!("rule-{kind}-{word}"));
        (Choice { value: word.to_owned(), label }, chosen)
    };
    vec![turn("yes", is), turn("no", !is)]
}

fn chosen(choices: Vec<Choice>, value: &str) -> Vec<(Choice, bool)> {
    choices
        .into_iter()
        .map(|choice| {
            let it = choice.value == value;
            (choice, it)
        })
        .collect()
}

fn choices(speech: &Speech, tags: &[Tag], kind: &str, value: &str) -> Vec<Choice> {
    let named =
        |value: &str, key: String| Choice { value: value.to_owned(), label: speech.say(&key) };
    match kind {
        "tag" => tags
            .iter()
            .map(|tag| Choice { value: tag.number.to_string(), label: tag.name.clone() })
            .collect(),
        "source" => {
            Source::ALL.iter().map(|it| named(it.as_str(), format!("source-{it}"))).collect()
        }
        "platform" => {
            Platform::ALL.iter().map(|it| named(it.as_str(), format!("platform-{it}"))).collect()
        }
        "language" => {
            let own = Some(value).filter(|it| !it.is_empty() && !LANGUAGES.contains(it));
            let all = LANGUAGES.into_iter().chain(own);
            all.map(|it| Choice { value: it.to_owned(), label: language(speech, it) }).collect()
        }
        _ => Vec::new(),
    }
}

/// A language by its name, where we have one.
pub fn language(speech: &Speech, tag: &str) -> String {
    speech.find(&format!("language-{tag}"), None).unwrap_or_else(|| tag.to_owned())
}

/// The rule that a form says.
///
/// # Errors
/// [`Error::Invalid`] for `days`, `between` or `segment_tag`, which the form did not say as such.
pub fn read(input: &Input, lines: &[Line], calendar: &Calendar) -> Result<Rule> {
    let join = input.get("join").and_then(|word| Join::parse(word)).unwrap_or(Join::All);
    let conditions = lines.iter().map(|line| condition(line, calendar)).collect::<Result<_>>()?;
    Ok(Rule { join, conditions })
}

fn condition(line: &Line, calendar: &Calendar) -> Result<Condition> {
    let value = line.value.trim();
    let is = line.turns.iter().all(|(turn, chosen)| turn.value != "no" || !chosen);
    let days = || value.parse().map_err(|_| Error::invalid("days", "must be 1 to 3650"));
    let moment = |text: &str| match text.trim() {
        "" => Ok(None),
        text => {
            let at = calendar.parse(&format!("{text}T00:00"));
            at.map(Some).ok_or_else(|| Error::invalid("between", "must be days"))
        }
    };
    Ok(match line.kind.as_str() {
        "tag" => {
            let number =
                value.parse().map_err(|_| Error::invalid("segment_tag", "must be a tag"))?;
            Condition::Tag { number, has: is }
        }
        "source" => Condition::Source { source: Source::parse(value).unwrap_or(Source::Other), is },
        "scene" => Condition::Scene { scene: value.to_owned() },
        "between" => {
            Condition::FollowedBetween { from: moment(value)?, until: moment(&line.other)? }
        }
        "followed-for" => Condition::FollowedFor { days: days()? },
        "followed-within" => Condition::FollowedWithin { days: days()? },
        "wrote" => Condition::WroteWithin { days: days()? },
        "silent" => Condition::SilentFor { days: days()? },
        "language" => Condition::Language { language: value.to_lowercase(), is },
        _ => Condition::Platform { platform: Platform::parse(value).unwrap_or(Platform::Other) },
    })
}

/// A stored rule, as its form.
pub fn filled(name: &str, rule: &Rule, calendar: &Calendar) -> Input {
    let mut input = Input::new();
    input.insert("segment_name".into(), name.to_owned());
    input.insert("join".into(), rule.join.to_string());
    for (at, condition) in rule.conditions.iter().enumerate() {
        let day = |at: &Option<crier_core::Timestamp>| {
            at.map(|at| calendar.input(at).chars().take(10).collect()).unwrap_or_default()
        };
        let (kind, value, other, is): (_, String, String, bool) = match condition {
            Condition::Tag { number, has } => ("tag", number.to_string(), String::new(), *has),
            Condition::Source { source, is } => ("source", source.to_string(), String::new(), *is),
            Condition::Scene { scene } => ("scene", scene.clone(), String::new(), true),
            Condition::FollowedBetween { from, until } => ("between", day(from), day(until), true),
            Condition::FollowedFor { days } => {
                ("followed-for", days.to_string(), String::new(), true)
            }
            Condition::FollowedWithin { days } => {
                ("followed-within", days.to_string(), String::new(), true)
            }
            Condition::WroteWithin { days } => ("wrote", days.to_string(), String::new(), true),
            Condition::SilentFor { days } => ("silent", days.to_string(), String::new(), true),
            Condition::Language { language, is } => {
                ("language", language.clone(), String::new(), *is)
            }
            Condition::Platform { platform } => {
                ("platform", platform.to_string(), String::new(), true)
            }
        };
        input.insert(format!("kind_{at}"), kind.to_owned());
        input.insert(format!("value_{at}"), value);
        input.insert(format!("other_{at}"), other);
        input.insert(format!("is_{at}"), if is { "yes" } else { "no" }.to_owned());
    }
    input
}

/// A rule as a sentence.
pub fn sentence(speech: &Speech, calendar: &Calendar, tags: &[Tag], rule: &Rule) -> String {
    let joint = if rule.join == Join::All { "rule-and" } else { "rule-or" };
    let parts: Vec<String> =
        rule.conditions.iter().map(|it| part(speech, calendar, tags, it)).collect();
    let joined = parts
        .into_iter()
        .reduce(|one, other| speech.with(joint, &[("one", one.into()), ("other", other.into())]));
    speech.with("rule-sentence", &[("rule", joined.unwrap_or_default().into())])
}

fn part(speech: &Speech, calendar: &Calendar, tags: &[Tag], condition: &Condition) -> String {
    let named = |key: &str, name: String| speech.with(key, &[("name", name.into())]);
    let turned = |key: &str, is: bool| format!("rule-says-{key}{}", if is { "" } else { "-not" });
    match condition {
        Condition::Tag { number, has } => {
            let tag = tags.iter().find(|tag| tag.number == *number);
            let name = tag.map_or_else(|| number.to_string(), |tag| tag.name.clone());
            named(&turned("tag", *has), name)
        }
        Condition::Source { source, is } => {
            named(&turned("source", *is), speech.say(&format!("source-{source}")))
        }
        Condition::Scene { scene } => named("rule-says-scene", scene.clone()),
        Condition::FollowedBetween { from, until } => {
            let day = |at: &crier_core::Timestamp| calendar.date(*at);
            match (from.as_ref().map(day), until.as_ref().map(day)) {
                (Some(from), Some(until)) => {
                    let values = [("from", from.into()), ("until", until.into())];
                    speech.with("rule-says-between", &values)
                }
                (Some(from), None) => named("rule-says-since", from),
                (None, until) => named("rule-says-before", until.unwrap_or_default()),
            }
        }
        Condition::FollowedFor { days } => speech.count("rule-says-followed-for", *days),
        Condition::FollowedWithin { days } => speech.count("rule-says-followed-within", *days),
        Condition::WroteWithin { days } => speech.count("rule-says-wrote", *days),
        Condition::SilentFor { days } => speech.count("rule-says-silent", *days),
        Condition::Language { language: tag, is } => {
            named(&turned("language", *is), language(speech, tag))
        }
        Condition::Platform { platform } => {
            named("rule-says-platform", speech.say(&format!("platform-{platform}")))
        }
    }
}
