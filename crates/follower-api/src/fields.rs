//! Fields of JSON bodies and queries, each refused by its own name.
use crier_core::accounts::has_control;
use crier_http::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The fields of a JSON object. `null` counts as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Fields(Map<String, Value>);

impl Fields {
    fn find(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Text of `least` to `most` characters, without control characters but line breaks and tabs.
    pub fn text(&self, name: &str, least: usize, most: usize) -> Result<Option<String>, Problem> {
        let Some(value) = self.find(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| Problem::invalid(name, "must be text"))?;
        let length = text.chars().count();
        if length < least || length > most {
            let problem = format!("must have {least} to {most} characters");
            return Err(Problem::invalid(name, problem));
        }
        if has_control(text) {
            return Err(Problem::invalid(name, "must not have control characters"));
        }
        Ok(Some(text.to_owned()))
    }

    /// A number within bounds.
    pub fn number(&self, name: &str, least: f64, most: f64) -> Result<Option<f64>, Problem> {
        let Some(value) = self.find(name) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| Problem::invalid(name, "must be a number"))?;
        if !(least..=most).contains(&number) {
            return Err(Problem::invalid(name, format!("must be {least} to {most}")));
        }
        Ok(Some(number))
    }

    /// A whole number within bounds.
    pub fn whole(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Problem> {
        let Some(value) = self.find(name) else { return Ok(None) };
        let number = value.as_i64();
        let number = number.ok_or_else(|| Problem::invalid(name, "must be a whole number"))?;
        within(name, number, least, most).map(Some)
    }

    /// A flag.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        let Some(value) = self.find(name) else { return Ok(None) };
        let wrong = || Problem::invalid(name, "must be true or false");
        value.as_bool().map(Some).ok_or_else(wrong)
    }

    /// A list of objects, of at most `most`.
    pub fn objects(&self, name: &str, most: usize) -> Result<Vec<Self>, Problem> {
        let wrong = || Problem::invalid(name, format!("must be a list of at most {most} objects"));
        match self.find(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() <= most => items
                .iter()
                .map(|item| item.as_object().map(|fields| Self(fields.clone())).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// A whole number that is not negative, as the digits it was written in, whether as number or
    /// as text: for what has been signed as it was written.
    pub fn digits(&self, name: &str) -> Result<Option<String>, Problem> {
        let written = match self.find(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => String::new(),
        };
        let is_number =
            (1..=20).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            return Ok(Some(written));
        }
        Err(Problem::invalid(name, "must be a whole number"))
    }

    /// An object.
    pub fn object(&self, name: &str) -> Result<Option<Self>, Problem> {
        match self.find(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self(fields.clone()))),
            Some(_) => Err(Problem::invalid(name, "must be an object")),
        }
    }

    /// A list of texts, of at most `most`.
    pub fn texts(&self, name: &str, most: usize) -> Result<Vec<String>, Problem> {
        let wrong = || Problem::invalid(name, format!("must be a list of at most {most} texts"));
        match self.find(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() <= most => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

/// What a field that must be there is missing.
pub fn required<T>(name: &str, value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::invalid(name, "is required"))
}

fn within(name: &str, number: i64, least: i64, most: i64) -> Result<i64, Problem> {
    if !(least..=most).contains(&number) {
        return Err(Problem::invalid(name, format!("must be {least} to {most}")));
    }
    Ok(number)
}

/// A whole number in a query.
pub fn whole(
    name: &str,
    text: Option<&String>,
    least: i64,
    most: i64,
) -> Result<Option<i64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let number = text.parse().map_err(|_| Problem::invalid(name, "must be a whole number"))?;
    within(name, number, least, most).map(Some)
}

/// How many items a page has: `usual` unless it says, and never more than `most`.
pub fn limit(text: Option<&String>, usual: i64, most: i64) -> Result<i64, Problem> {
    Ok(whole("limit", text, 1, i64::MAX)?.unwrap_or(usual).min(most))
}
