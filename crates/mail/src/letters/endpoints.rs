//! An endpoint fails for days, and then is switched off: told to those who look after it.
use askama::Template;
use crier_core::error::Result;
use crier_core::mails::{Language, Mail};

use super::{Letter, day};

/// What every part of the letter is made of.
struct Words<'a> {
    language: Language,
    /// When it will be switched off; absent when it has been.
    off_at: Option<String>,
    /// Whether it answered that it is gone for good.
    is_gone: bool,
    account: &'a str,
    url: &'a str,
    since: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/endpoint.subject.txt")]
struct Subject<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "mail/endpoint.txt")]
struct Text<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "mail/endpoint.html")]
struct Html<'a> {
    language: Language,
    words: &'a Words<'a>,
}

/// The letter of a mail about an endpoint.
///
/// # Errors
/// When the mail is none.
pub fn letter(mail: &Mail, public_url: &str) -> Result<Letter> {
    let page = |handle: &str, endpoint| {
        format!("{public_url}/console/accounts/{handle}/endpoints/{endpoint}")
    };
    let words = match mail {
        Mail::EndpointFailing { account, handle, endpoint, url, since, off_at, language } => {
            Words {
                language: *language,
                off_at: Some(day(*off_at, *language)),
                is_gone: false,
                account,
                url,
                since: day(*since, *language),
                link: page(handle, endpoint),
            }
        }
        Mail::EndpointOff { account, handle, endpoint, url, since, gone, language } => Words {
            language: *language,
            off_at: None,
            is_gone: *gone,
            account,
            url,
            since: day(*since, *language),
            link: page(handle, endpoint),
        },
        _ => {
            return Err(crier_core::Error::Internal("this mail is about no endpoint".into()));
        }
    };
    let (words, language) = (&words, words.language);
    Letter::new(&Subject { words }, &Text { words }, &Html { language, words })
}

#[cfg(test)]
mod tests {
    use crier_core::Timestamp;
    use crier_core::ids::EndpointId;

    use super::*;

    const SINCE: i64 = 1_767_225_600;
    const LINK: &str = "https://crier.test/console/accounts/harbour/endpoints/7";

    fn failing(language: Language) -> Letter {
        let mail = Mail::EndpointFailing {
            account: "Harbour <Town>".into(),
            handle: "harbour".into(),
            endpoint: EndpointId(7),
            url: "https://bot.example/hook?a=1&b=<2>".into(),
            since: Timestamp::from_seconds(SINCE),
            off_at: Timestamp::from_seconds(SINCE + 5 * 86_400),
            language,
        };
        letter(&mail, "https://crier.test").unwrap()
    }

    fn off(gone: bool, language: Language) -> Letter {
        let mail = Mail::EndpointOff {
            account: "Harbour\nBcc: eve@example.com".into(),
            handle: "harbour".into(),
            endpoint: EndpointId(7),
            url: "https://bot.example/hook".into(),
            since: Timestamp::from_seconds(SINCE),
            gone,
            language,
        };
        letter(&mail, "https://crier.test").unwrap()
    }

    #[test]
    fn a_warning_says_since_when_until_when_and_where() {
        let letter = failing(Language::English);
        assert_eq!(letter.subject, "Harbour <Town>: an endpoint is failing");
        for words in [
            "https://bot.example/hook?a=1&b=<2>",
            "since 1 January 2026, 00:00 UTC",
            "6 January 2026, 00:00 UTC",
            "Harbour <Town>",
        ] {
            assert!(letter.text.contains(words), "{words}: {}", letter.text);
        }
        assert!(letter.text.contains(&format!("\n{LINK}\n")), "{}", letter.text);
        assert!(letter.html.contains(&format!("href=\"{LINK}\"")), "{}", letter.html);
        assert!(!letter.html.contains("<Town>") && !letter.html.contains("<2>"));
    }

    #[test]
    fn a_switched_off_endpoint_can_come_back() {
        let letter = off(false, Language::English);
        assert_eq!(
            letter.subject,
            "Harbour Bcc: eve@example.com: an endpoint has been switched off"
        );
        for part in [&letter.text, &letter.html] {
            for words in ["nothing has gone well since 1 January 2026", "on record", "Verify", LINK]
            {
                assert!(part.contains(words), "{words}: {part}");
            }
            assert!(!part.contains("410"), "{part}");
        }
        let gone = off(true, Language::English);
        assert!(gone.text.contains("410") && gone.html.contains("410"), "{}", gone.text);
        assert!(!gone.text.contains("since 1 January"), "{}", gone.text);
    }

    #[test]
    fn chinese_is_written_throughout() {
        let warning = failing(Language::Chinese);
        assert!(warning.subject.contains("推送失败"), "{}", warning.subject);
        assert!(warning.text.contains("2026年1月6日") && warning.html.contains("2026年1月1日"));
        assert!(warning.html.contains(r#"<html lang="zh-CN">"#));
        let letter = off(true, Language::Chinese);
        assert!(letter.subject.contains("停用") && letter.text.contains("410"), "{}", letter.text);
        for part in [&warning.text, &letter.text] {
            assert!(!part.contains("Hello"), "{part}");
        }
    }

    #[test]
    fn japanese_is_written_throughout() {
        let warning = failing(Language::Japanese);
        assert!(warning.subject.contains("失敗しています"), "{}", warning.subject);
        assert!(warning.text.contains("2026年1月6日") && warning.html.contains("2026年1月1日"));
        assert!(warning.html.contains(r#"<html lang="ja">"#));
        let letter = off(true, Language::Japanese);
        assert!(letter.subject.contains("停止") && letter.text.contains("410"), "{}", letter.text);
        for part in [&warning.text, &letter.text] {
            assert!(!part.contains("Hello") && !part.contains("你好"), "{part}");
        }
    }
}
