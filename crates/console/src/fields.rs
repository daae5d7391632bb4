//! A form's fields, each with its label, hint and fault: one look for all of them.
use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::{Fault, Speech};

/// One choice of a select.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// A field with its label.
#[derive(Debug, Clone, Template)]
#[template(path = "console/field.html")]
pub struct Field {
    name: &'static str,
    /// `text`, `email`, `password`, `url`, `code`, `area` or `select`.
    kind: &'static str,
    label: String,
    hint: String,
    error: String,
    value: String,
    /// More attributes, written in this crate.
    attributes: &'static str,
    choices: Vec<Choice>,
}

/// It escapes what is in it itself.
impl HtmlSafe for Field {}

impl Field {
    /// A field of this kind, with the label `field-NAME`.
    pub fn new(speech: &Speech, kind: &'static str, name: &'static str) -> Self {
        let label = speech.say(&format!("field-{name}"));
        let (hint, error, value) = Default::default();
        Self { name, kind, label, hint, error, value, attributes: "", choices: Vec::new() }
    }

    /// With another label.
    pub fn labelled(self, label: String) -> Self {
        Self { label, ..self }
    }

    /// With a hint beneath.
    pub fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// With this in it.
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// With more attributes: HTML as it is.
    pub fn with(self, attributes: &'static str) -> Self {
        Self { attributes, ..self }
    }

    /// With choices.
    pub fn choices(self, choices: Vec<Choice>) -> Self {
        Self { choices, ..self }
    }

    /// With the fault, if it is this field's.
    pub fn fault(self, fault: Option<&Fault>) -> Self {
        let own = fault.filter(|fault| fault.field == Some(self.name));
        let error = own.map(|fault| fault.text.clone()).unwrap_or_default();
        Self { error, ..self }
    }

    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = (!self.error.is_empty()).then(|| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// A select of which nothing need be chosen.
pub fn optional(
    speech: &Speech,
    name: &'static str,
    value: &str,
    choices: Vec<(String, String)>,
) -> Field {
    let any = Choice { value: String::new(), label: speech.say("any") };
    let choices = choices.into_iter().map(|(value, label)| Choice { value, label });
    let choices = std::iter::once(any).chain(choices).collect();
    Field::new(speech, "select", name).choices(choices).value(value)
}

/// The fault of the form as a whole, for the box above it.
pub fn whole(fault: Option<&Fault>, fields: &[&Field]) -> Option<String> {
    let fault = fault?;
    let placed = fields.iter().any(|field| Some(field.name) == fault.field);
    (!placed).then(|| fault.text.clone())
}
