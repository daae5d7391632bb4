//! A colleague mentions a member in a conversation, or a reply that they planned was not sent.
use askama::Template;
use crier_core::error::Result;
use crier_core::mails::{Language, Mail};

use super::Letter;

struct Words {
    subject: String,
    text: String,
    action: &'static str,
    link: String,
    /// Why it says no more, and how to have no more of them.
    closing: &'static str,
    settings: String,
}

#[derive(Template)]
#[template(path = "mail/mention.subject.txt")]
struct Subject<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/mention.txt")]
struct Text<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/mention.html")]
struct Html<'a> {
    language: Language,
    words: &'a Words,
}

/// The letter of a mention.
///
/// # Errors
/// When the mail is none.
pub fn letter(mail: &Mail, public_url: &str) -> Result<Letter> {
    let Mail::Mention { account, by, count, path, language } = mail else {
        return Err(crier_core::Error::Internal("this mail is about no mention".into()));
    };
    let language = *language;
    let (subject, text) = match by {
        Some(by) => mentioned(language, account, by, *count),
        None => failed(language, account),
    };
    let (action, closing) = ending(language);
    let words = &Words {
        subject,
        text,
        action,
        link: format!("{public_url}{path}"),
        closing,
        settings: format!("{public_url}/console/settings#mails"),
    };
    Letter::new(&Subject { words }, &Text { words }, &Html { language, words })
}

fn mentioned(language: Language, account: &str, by: &str, count: i64) -> (String, String) {
    match language {
        Language::English => {
            let text = match count {
                1 => format!("{by} mentions you in a note, in a conversation of {account}."),
                _ => format!(
                    "{count} notes in a conversation of {account} mention you, the last one by {by}."
                ),
            };
            (format!("{by} mentions you: {account}"), text)
        }
        Language::Chinese => {
            let text = match count {
                1 => format!("{by} 在 {account} 的一个会话中写备注提到了你。"),
                _ => {
                    format!("{account} 的一个会话中有 {count} 条备注提到了你，最近一条来自 {by}。")
                }
            };
            (format!("{by} 提到了你：{account}"), text)
        }
        Language::Japanese => {
            let text = match count {
                1 => format!("{account} のトークで、{by} さんがメモであなたにメンションしました。"),
                _ => format!(
                    "{account} のトークで、{count} 件のメモがあなたにメンションしています。最新は {by} さんのメモです。"
                ),
            };
            (format!("{by} さんからのメンション：{account}"), text)
        }
    }
}

fn failed(language: Language, account: &str) -> (String, String) {
    match language {
        Language::English => (
            format!("A planned reply was not sent: {account}"),
            format!(
                "A reply that you planned in a conversation of {account} could not be sent. A note there says why."
            ),
        ),
        Language::Chinese => (
            format!("定时回复未发出：{account}"),
            format!("你在 {account} 的一个会话中设置的定时回复没有发出，会话中的备注说明了原因。"),
        ),
        Language::Japanese => (
            format!("予約した返信を送れませんでした：{account}"),
            format!(
                "{account} のトークで予約した返信を送信できませんでした。理由はトークのメモにあります。"
            ),
        ),
    }
}

const fn ending(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => (
            "Open the conversation",
            "What followers and colleagues write is not sent by mail. You can switch these mails off in your settings:",
        ),
        Language::Chinese => {
            ("打开会话", "关注者和同事所写的内容不会通过邮件发送。你可以在设置中关闭这类邮件：")
        }
        Language::Japanese => (
            "トークを開く",
            "フォロワーや同僚が書いた内容はメールでは送られません。このメールは設定で止められます：",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_says_by_whom_and_where_in_every_language() {
        for language in Language::ALL {
            for (by, count) in [(Some("Mia <Wong>"), 1), (Some("Mia <Wong>"), 3), (None, 1)] {
                let mail = Mail::Mention {
                    account: "Harbour".into(),
                    by: by.map(Into::into),
                    count,
                    path: "/console/accounts/harbour/inbox/7?at=3#n9".into(),
                    language: *language,
                };
                let letter = letter(&mail, "https://crier.test").unwrap();
                assert!(letter.subject.contains("Harbour"), "{}", letter.subject);
                assert_eq!(letter.subject.contains("Mia <Wong>"), by.is_some());
                assert!(
                    letter
                        .text
                        .contains("https://crier.test/console/accounts/harbour/inbox/7?at=3#n9\n")
                );
                assert!(letter.text.contains("https://crier.test/console/settings#mails"));
                assert!(letter.html.contains(&format!(r#"<html lang="{language}">"#)));
                assert!(!letter.html.contains("<Wong>"));
            }
        }
    }
}
