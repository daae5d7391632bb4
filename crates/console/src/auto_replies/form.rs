//! The form of a rule, as it looks.
use crier_core::auto_replies::{Kind, Picks};
use crier_core::ids::AccountId;
use crier_core::media::{self, Media, MediaKind};
use crier_core::{App, Result};

use super::input::{Input, ROOM};
use crate::fields::{self, Choice, Field};
use crate::words::{Fault, Speech};

/// Files of each kind to choose from: the newest.
const OFFERED: i64 = 100;

/// The form.
pub struct RuleForm {
    /// Where it is sent.
    pub action: String,
    /// The fault of the form as a whole.
    pub error: Option<String>,
    pub kind: &'static str,
    pub hint: String,
    pub name: Field,
    /// Of keyword rules.
    pub words: Option<[Field; 2]>,
    /// Of rules by the time of day.
    pub times: Option<Times>,
    pub picks: Vec<Pick>,
    pub first: Slot,
    pub others: Vec<Slot>,
    /// Whether the other places show at once.
    pub is_open: bool,
}

/// When a rule answers.
pub struct Times {
    pub days: Vec<Weekday>,
    pub from: Field,
    pub until: Field,
    pub sides: [Pick; 2],
    pub holidays: Field,
    /// What is wrong with the hours.
    pub error: String,
    /// Where the account is.
    pub zone: String,
}

/// A weekday to tick.
pub struct Weekday {
    pub name: String,
    pub label: String,
    pub on: bool,
}

/// One way to choose among replies.
pub struct Pick {
    pub word: &'static str,
    pub label: String,
    pub chosen: bool,
}

/// A place for a reply.
pub struct Slot {
    pub label: String,
    pub text: Field,
    pub file: Field,
}

const TEXTS: [&str; ROOM] = ["text_1", "text_2", "text_3", "text_4", "text_5"];
const FILES: [&str; ROOM] = ["file_1", "file_2", "file_3", "file_4", "file_5"];

/// The files that rules can send.
pub async fn files(app: &App, account: AccountId) -> Result<Vec<Media>> {
    app.read(move |conn| {
        let mut files = Vec::new();
        for kind in [MediaKind::Image, MediaKind::Voice, MediaKind::Video] {
            files.extend(media::permanent(conn, account, kind, 0, OFFERED)?);
        }
        Ok(files)
    })
    .await
}

impl RuleForm {
    /// The form with `input` in it.
    pub fn new(
        speech: &Speech,
        action: String,
        input: &Input,
        (files, zone): (&[Media], &str),
        fault: Option<&Fault>,
    ) -> Self {
        let kind = input.kind();
        let name = Field::new(speech, "text", "rule_name").value(&input.rule_name).fault(fault);
        let name = name.with(r#"required maxlength="60" autocomplete="off""#);
        let words = (kind == Kind::Keyword).then(|| words(speech, input, fault));
        let times = (kind == Kind::Hours).then(|| times(speech, input, zone, fault));
        let dated = times.as_ref().map(|times| &times.holidays);
        let placed: Vec<&Field> =
            std::iter::once(&name).chain(words.iter().flatten().take(1)).chain(dated).collect();
        let fault = fault.filter(|fault| times.is_none() || fault.field != Some("hours"));
        let error = fields::whole(fault, &placed);
        let mut slots = slots(speech, input, files).into_iter();
        let empty = || Slot { label: String::new(), ..slot(speech, 0, ("", ""), &[]) };
        Self {
            action,
            error,
            kind: kind.as_str(),
            hint: speech.say(&format!("auto-hint-{kind}")),
            picks: picks(speech, input),
            first: slots.next().unwrap_or_else(empty),
            others: slots.collect(),
            is_open: input.has_more(),
            name,
            words,
            times,
        }
    }
}

fn words(speech: &Speech, input: &Input, fault: Option<&Fault>) -> [Field; 2] {
    let hint = speech.say("auto-words-hint");
    // What is wrong with the words stands at the first of both fields.
    let fault = fault.map(|fault| match fault.field {
        Some("keywords") => Fault { field: Some("contain"), ..fault.clone() },
        _ => fault.clone(),
    });
    [
        Field::new(speech, "area", "contain")
            .value(&input.contain)
            .hint(hint)
            .fault(fault.as_ref()),
        Field::new(speech, "area", "equal").value(&input.equal),
    ]
}

fn times(speech: &Speech, input: &Input, zone: &str, fault: Option<&Fault>) -> Times {
    let days = (1..).zip(input.days()).map(|(weekday, day)| Weekday {
        name: format!("day_{weekday}"),
        label: speech.say(&format!("weekday-{weekday}")),
        on: !day.is_empty(),
    });
    let own = fault.filter(|fault| fault.field == Some("hours"));
    let side = |word: &'static str| Pick {
        word,
        label: speech.say(&format!("hours-{word}")),
        chosen: (input.hours_side == "inside") == (word == "inside"),
    };
    Times {
        days: days.collect(),
        from: Field::new(speech, "time", "hours_from")
            .value(&input.hours_from)
            .with(r#"required step="60""#),
        until: Field::new(speech, "time", "hours_until")
            .value(&input.hours_until)
            .with(r#"required step="60""#),
        sides: [side("outside"), side("inside")],
        holidays: Field::new(speech, "area", "holidays")
            .value(&input.holidays)
            .hint(speech.say("hours-holidays-hint"))
            .fault(fault),
        error: own.map(|fault| fault.text.clone()).unwrap_or_default(),
        zone: zone.to_owned(),
    }
}

fn picks(speech: &Speech, input: &Input) -> Vec<Pick> {
    let pick = |picks: &Picks| Pick {
        word: picks.as_str(),
        label: speech.say(&format!("auto-picks-{picks}")),
        chosen: picks.as_str() == input.picks,
    };
    Picks::ALL.iter().map(pick).collect()
}

fn slots(speech: &Speech, input: &Input, files: &[Media]) -> Vec<Slot> {
    let choices = choices(speech, files);
    let filled = input.slots().into_iter().enumerate();
    filled.map(|(index, filled)| slot(speech, index, filled, &choices)).collect()
}

fn slot(speech: &Speech, index: usize, (text, file): (&str, &str), choices: &[Choice]) -> Slot {
    let number = i64::try_from(index + 1).unwrap_or_default();
    Slot {
        label: speech.count("auto-reply-number", number),
        text: Field::new(speech, "area", TEXTS[index])
            .labelled(speech.say("field-reply-text"))
            .value(text),
        file: Field::new(speech, "select", FILES[index])
            .labelled(speech.say("field-reply-file"))
            .choices(choices.to_vec())
            .value(file),
    }
}

fn choices(speech: &Speech, files: &[Media]) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: speech.say("auto-file-none") };
    let file = |file: &Media| Choice {
        value: file.media_key.clone(),
        label: format!("{}: {}", speech.say(&format!("auto-type-{}", file.kind)), file.name),
    };
    std::iter::once(none).chain(files.iter().map(file)).collect()
}
