//! Which language a visitor is spoken to in: the one they chose, else the first their browser
//! names that is spoken here.
use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::http::header::ACCEPT_LANGUAGE;
use crier_core::mails::Language;
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::forms::Form;
use crate::visits::Visit;

const COOKIE: &str = "crier_language";

/// The language of a request.
pub fn of(req: &HttpRequest) -> Language {
    let chosen = req.cookie(COOKIE).and_then(|cookie| Language::parse(cookie.value()));
    let header = req.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.or_else(|| accepted(header?)).unwrap_or(Language::English)
}

/// What a language calls itself.
pub const fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Chinese => "简体中文",
        Language::Japanese => "日本語",
    }
}

fn accepted(header: &str) -> Option<Language> {
    let mut ranges: Vec<(f32, Language)> = header
        .split(',')
        .filter_map(|range| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok());
            Some((weight.unwrap_or(1.0), spoken(tag.trim())?))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    // Stable: of equal weights the first named wins.
    ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranges.first().map(|(_, language)| *language)
}

fn spoken(tag: &str) -> Option<Language> {
    match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "en" => Some(Language::English),
        "zh" => Some(Language::Chinese),
        "ja" => Some(Language::Japanese),
        _ => None,
    }
}

#[derive(Deserialize)]
pub struct Choice {
    language: String,
    #[serde(default)]
    back: String,
}

/// Keeps the chosen language in the browser.
pub async fn choose(visit: Visit, Form(choice): Form<Choice>) -> Answer {
    let mut answer = answers::see_other(answers::inside(&choice.back));
    if let Some(language) = Language::parse(&choice.language) {
        let cookie = Cookie::new(COOKIE, language.as_str());
        answer.add_cookie(&visit.lasting(cookie, 365)).map_err(answers::unsent)?;
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_order_counts() {
        assert_eq!(accepted("zh-CN,zh;q=0.9,en;q=0.8"), Some(Language::Chinese));
        assert_eq!(accepted("fr, en;q=0.5, zh;q=0.7"), Some(Language::Chinese));
        assert_eq!(accepted("en-GB,zh"), Some(Language::English));
        assert_eq!(accepted("zh;q=0, de"), None);
        assert_eq!(accepted(";;,q=,="), None);
    }
}
