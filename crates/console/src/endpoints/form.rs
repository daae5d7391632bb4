//! The form of an endpoint, as it looks.
use crier_core::endpoints::{Dialect, Mode};
use crier_core::facts::Fact;

use super::input::Input;
use crate::fields::{self, Choice, Field};
use crate::words::{Fault, Speech};

/// The form as it looks.
pub struct EndpointForm {
    /// Where it is sent.
    pub action: String,
    /// What its button says.
    pub save: String,
    /// The fault of the form as a whole.
    pub error: Option<String>,
    pub dialect: Dialect,
    pub dialect_label: String,
    pub dialect_hint: String,
    /// Dialects to speak instead.
    pub others: Vec<Choice>,
    pub url: Field,
    pub token: Field,
    pub token_new: String,
    /// In dialects that encrypt.
    pub key: Option<Field>,
    pub modes: Vec<Tick>,
    pub name: Field,
    pub events: Vec<Tick>,
    pub headers: Field,
    pub numbers: [Field; 3],
    pub persistent: bool,
    /// Whether what has defaults shows at once.
    pub is_open: bool,
}

/// Something to check.
pub struct Tick {
    pub word: &'static str,
    pub label: String,
    pub hint: String,
    pub chosen: bool,
}

/// Attributes of fields that hold what machines read.
const CODE: &str = r#"autocapitalize="none" spellcheck="false" autocomplete="off""#;
const NEEDED: &str = r#"required autocapitalize="none" spellcheck="false" autocomplete="off""#;

impl EndpointForm {
    /// The form of a new endpoint.
    pub fn of_new(speech: &Speech, action: String, input: &Input, fault: Option<&Fault>) -> Self {
        Self::new(speech, action, input, fault, "verify-save")
    }

    /// The form of a stored endpoint.
    pub fn of_old(speech: &Speech, action: String, input: &Input, fault: Option<&Fault>) -> Self {
        Self::new(speech, action, input, fault, "save")
    }

    fn new(
        speech: &Speech,
        action: String,
        input: &Input,
        fault: Option<&Fault>,
        save: &str,
    ) -> Self {
        let dialect = input.dialect();
        let fault = fault.map(|fault| worded(speech, fault, dialect));
        let parts = Parts { speech, input, fault: fault.as_ref() };
        let (url, token, key) = (parts.url(), parts.token(), parts.key());
        let (name, headers, numbers) = (parts.name(), parts.headers(), parts.numbers());
        let mut placed = vec![&url, &token, &name, &headers];
        placed.extend(key.iter().chain(&numbers));
        Self {
            action,
            save: speech.say(save),
            error: fields::whole(fault.as_ref(), &placed),
            dialect,
            dialect_label: speech.say(&format!("dialect-{dialect}")),
            dialect_hint: speech.say(&format!("dialect-{dialect}-hint")),
            others: parts.others(),
            token_new: speech.say(&format!("token-new-{dialect}")),
            modes: parts.modes(),
            events: parts.events(),
            persistent: !input.persistent.is_empty(),
            is_open: input.has_options()
                || fault.is_some_and(|fault| OPTIONS.iter().any(|one| fault.field == Some(one))),
            url,
            token,
            key,
            name,
            headers,
            numbers,
        }
    }
}

/// Fields that have defaults.
const OPTIONS: [&str; 5] = ["name", "headers", "timeout_ms", "rate", "concurrency"];

/// Secrets of dialects differ, and so does what is wrong with them.
fn worded(speech: &Speech, fault: &Fault, dialect: Dialect) -> Fault {
    let text = match fault.field {
        Some("token") => speech.say(&format!("invalid-token-{dialect}")),
        _ => fault.text.clone(),
    };
    Fault { text, ..fault.clone() }
}

struct Parts<'a> {
    speech: &'a Speech,
    input: &'a Input,
    fault: Option<&'a Fault>,
}

impl Parts<'_> {
    fn field(&self, kind: &'static str, name: &'static str, value: &str, hint: &str) -> Field {
        let field = Field::new(self.speech, kind, name).value(value).fault(self.fault);
        field.hint(self.speech.say(hint))
    }

    fn url(&self) -> Field {
        self.field("url", "url", &self.input.url, "url-hint").with(NEEDED)
    }

    fn token(&self) -> Field {
        let dialect = self.input.dialect();
        let label = self.speech.say(&format!("field-token-{dialect}"));
        let hint = format!("token-hint-{dialect}");
        self.field("code", "token", &self.input.token, &hint).labelled(label).with(NEEDED)
    }

    fn key(&self) -> Option<Field> {
        let field = || self.field("code", "key", &self.input.key, "key-hint").with(NEEDED);
        (self.input.dialect() == Dialect::Wechat).then(field)
    }

    fn name(&self) -> Field {
        self.field("text", "name", &self.input.name, "endpoint-name-hint")
            .labelled(self.speech.say("field-endpoint-name"))
            .with(r#"maxlength="60" autocomplete="off""#)
    }

    fn headers(&self) -> Field {
        self.field("area", "headers", &self.input.headers, "headers-hint").with(CODE)
    }

    fn numbers(&self) -> [Field; 3] {
        let number = |name, value: &str, hint, attributes| {
            self.field("number", name, value, hint).with(attributes)
        };
        let input = self.input;
        [
            number("timeout_ms", &input.timeout_ms, "timeout-hint", r#"min="500" max="30000""#),
            number("rate", &input.rate, "rate-hint", r#"min="1" max="10000""#),
            number("concurrency", &input.concurrency, "concurrency-hint", r#"min="1" max="256""#),
        ]
    }

    fn others(&self) -> Vec<Choice> {
        let others = Dialect::ALL.iter().filter(|dialect| **dialect != self.input.dialect());
        let choice = |dialect: &Dialect| Choice {
            value: dialect.as_str().to_owned(),
            label: self.speech.say(&format!("speak-{dialect}")),
        };
        others.map(choice).collect()
    }

    fn modes(&self) -> Vec<Tick> {
        if self.input.dialect() != Dialect::Wechat {
            return Vec::new();
        }
        let tick = |mode: &Mode| Tick {
            word: mode.as_str(),
            label: self.speech.say(&format!("mode-{mode}")),
            hint: self.speech.say(&format!("mode-{mode}-hint")),
            chosen: mode.as_str() == self.input.mode,
        };
        Mode::ALL.iter().map(tick).collect()
    }

    fn events(&self) -> Vec<Tick> {
        let tick = |kind: &&'static str| Tick {
            word: kind,
            label: self.speech.say(&format!("event-{kind}")),
            hint: String::new(),
            chosen: self.input.hears(kind),
        };
        Fact::NAMES.iter().map(tick).collect()
    }
}
