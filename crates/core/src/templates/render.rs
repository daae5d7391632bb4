//! Filling a template in.
use super::rules::Rule;
use crate::accounts::has_control;
use crate::content::Line;
use crate::error::{Error, Result};

/// Characters of one value.
const MAX_VALUE: usize = 200;
/// Places that may stay empty: the words around the facts.
const OPTIONAL: [&str; 2] = ["first", "remark"];

/// What stands in one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value {
    /// The words.
    pub text: String,
    /// `#rrggbb`.
    pub color: Option<String>,
}

/// A place of a template, as whoever fills it in sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What stands before it in its line; empty where nothing does.
    pub label: String,
    /// Whether it may stay empty.
    pub is_optional: bool,
}

/// The places of a template, in their order, each once.
pub fn places(content: &str) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for line in content.lines() {
        let mut rest = line;
        while let Some((before, name, after)) = place(rest) {
            if places.iter().all(|known| known.name != name) {
                let label = before.trim().trim_end_matches(['：', ':']).trim();
                places.push(Place {
                    name: name.to_owned(),
                    label: label.to_owned(),
                    is_optional: OPTIONAL.contains(&name),
                });
            }
            rest = after;
        }
    }
    places
}

/// The lines of a template with its places filled. A line that is nothing but an empty place is
/// left out.
pub(super) fn lines(content: &str, values: &[(String, Value)]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for line in content.lines() {
        let (text, color) = fill(line, values)?;
        if !text.trim().is_empty() {
            lines.push(Line { text, color });
        }
    }
    Ok(lines)
}

/// As [`lines`], and each value is one that its place takes by its name.
pub(super) fn checked_lines(content: &str, values: &[(String, Value)]) -> Result<Vec<Line>> {
    let mut rest = content;
    while let Some((_, name, after)) = place(rest) {
        let value = value_of(name, values)?;
        if Rule::of(name).is_some_and(|rule| !rule.takes(value.text.trim())) {
            return Err(Error::invalid("data", format!("{name}.value is not what it takes")));
        }
        rest = after;
    }
    lines(content, values)
}

fn fill(line: &str, values: &[(String, Value)]) -> Result<(String, Option<String>)> {
    let (mut text, mut color, mut rest) = (String::new(), None, line);
    while let Some((before, name, after)) = place(rest) {
        let value = value_of(name, values)?;
        text.push_str(before);
        text.push_str(&value.text);
        color = color.or_else(|| value.color.clone().filter(|color| is_color(color)));
        rest = after;
    }
    text.push_str(rest);
    Ok((text, color))
}

/// What stands before the first place, its name, and what stands after it.
fn place(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once("{{")?;
    let (name, after) = rest.split_once(".DATA}}")?;
    Some((before, name, after))
}

fn value_of(name: &str, values: &[(String, Value)]) -> Result<Value> {
    let found = values.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let value = found.unwrap_or_default();
    if value.text.trim().is_empty() && !OPTIONAL.contains(&name) {
        return Err(Error::invalid("data", format!("has no value for {name}")));
    }
    if value.text.chars().count() > MAX_VALUE || has_control(&value.text) {
        let problem =
            format!("has more than {MAX_VALUE} characters, or unprintable ones, in {name}");
        return Err(Error::invalid("data", problem));
    }
    Ok(value)
}

/// Whether it is `#rrggbb`.
pub(crate) fn is_color(color: &str) -> bool {
    color.len() == 7
        && color.starts_with('#')
        && color.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, color: Option<&str>) -> Value {
        Value { text: text.into(), color: color.map(Into::into) }
    }

    #[test]
    fn places_are_filled_and_empty_lines_left_out() {
        let values = [
            ("keyword1".into(), value("A-17", Some("#173177"))),
            ("first".into(), value("", None)),
        ];
        let content = "{{first.DATA}}\n订单号：{{keyword1.DATA}}\n{{remark.DATA}}";
        let filled = lines(content, &values).unwrap();
        assert_eq!(filled, [Line { text: "订单号：A-17".into(), color: Some("#173177".into()) }]);
    }

    #[test]
    fn places_are_named_by_what_stands_before_them() {
        let content =
            "{{first.DATA}}\n订单号：{{keyword1.DATA}}\n{{keyword1.DATA}} {{remark.DATA}}";
        let found: Vec<_> = places(content)
            .into_iter()
            .map(|place| (place.name, place.label, place.is_optional))
            .collect();
        let place = |name: &str, label: &str, is_optional| (name.into(), label.into(), is_optional);
        let expected = [
            place("first", "", true),
            place("keyword1", "订单号", false),
            place("remark", "", true),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_is_wanted_and_never_read_as_a_place() {
        assert!(lines("{{keyword1.DATA}}", &[]).is_err());
        let sly = [("keyword1".into(), value("{{keyword2.DATA}}", Some("red")))];
        let filled = lines("{{keyword1.DATA}}", &sly).unwrap();
        assert_eq!(filled[0].text, "{{keyword2.DATA}}");
        assert_eq!(filled[0].color, None);
        let long = [("keyword1".into(), value(&"x".repeat(201), None))];
        assert!(lines("{{keyword1.DATA}}", &long).is_err());
    }
}
