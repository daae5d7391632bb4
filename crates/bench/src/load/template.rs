//! Request paths and bodies with `{sender}` and `{number}` in them.
use std::fmt::Write as _;

/// A text to be filled in for each message. Parsed once: thousands are written in a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Sender,
    Number,
}

const PLACES: [(&str, Part); 2] = [("{sender}", Part::Sender), ("{number}", Part::Number)];

impl Template {
    /// Any text is one; braces around anything else stand for themselves, as JSON has many.
    pub fn parse(text: &str) -> Self {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((at, place, part)) = next(rest) {
            parts.push(Part::Text(rest[..at].to_owned()));
            parts.push(part);
            rest = &rest[at + place..];
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Self { parts }
    }

    /// About 300 bytes, as the floor was measured with.
    pub fn message() -> Self {
        let text = format!("bench-{{sender}}-{{number}}.{}", "x".repeat(245));
        Self::parse(&format!(
            r#"{{"client_id":"{{sender}}-{{number}}","type":"text","text":"{text}"}}"#
        ))
    }

    /// Whether the sink can tell which message it is.
    pub fn is_marked(&self) -> bool {
        self.fill(7, 9).contains("bench-7-9.")
    }

    /// The text of one message.
    pub fn fill(&self, sender: u64, number: u64) -> String {
        let mut filled = String::with_capacity(384);
        for part in &self.parts {
            // Writing to a string cannot fail.
            let _ = match part {
                Part::Text(text) => filled.write_str(text),
                Part::Sender => write!(filled, "{sender}"),
                Part::Number => write!(filled, "{number}"),
            };
        }
        filled
    }
}

/// The first place to be filled in: where it is, how long it is, and what goes there.
fn next(text: &str) -> Option<(usize, usize, Part)> {
    let places = PLACES
        .iter()
        .filter_map(|(place, part)| text.find(place).map(|at| (at, place.len(), part.clone())));
    places.min_by_key(|(at, ..)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        let template = Template::parse(r#"{"id":"{number}","of":"{sender}{sender}","x":{}}"#);
        assert_eq!(template.fill(3, 14), r#"{"id":"14","of":"33","x":{}}"#);
        assert_eq!(Template::parse("").fill(1, 2), "");
        assert!(!template.is_marked());
    }

    #[test]
    fn the_message_is_marked_and_about_300_bytes_long() {
        let message = Template::message();
        assert!(message.is_marked());
        assert!((280..=320).contains(&message.fill(1, 1).len()));
        serde_json::from_str::<serde_json::Value>(&message.fill(1, 1)).unwrap();
    }
}
