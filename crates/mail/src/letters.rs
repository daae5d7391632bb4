//! What mails say: templates in `web/templates/mail`, each with every language.
use askama::Template;
use crier_core::Timestamp;
use crier_core::error::{Error, Result};
use crier_core::mails::{Language, Mail};
use crier_core::members::Role;
use crier_core::vault::Vault;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail/invitation.subject.txt")]
struct InvitationSubject<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct InvitationText<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
    role: &'a str,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.html")]
struct InvitationHtml<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
    role: &'a str,
    link: &'a str,
    until: &'a str,
}

impl Letter {
    /// Puts a mail into words. Links begin with `public_url`, which has no slash at the end.
    ///
    /// # Errors
    /// When a secret in it does not open.
    pub fn of(mail: &Mail, vault: &Vault, public_url: &str) -> Result<Self> {
        let Mail::Invitation { brand, inviter, role, sealed_token, expires_at, language } = mail;
        let language = *language;
        let link = format!("{public_url}/console/invitations/{}", vault.open(sealed_token)?);
        let (role, until) = (role_words(*role, language), day(*expires_at, language));
        let (link, until) = (link.as_str(), until.as_str());
        Ok(Self {
            subject: one_line(&rendered(&InvitationSubject { language, brand, inviter })?),
            text: rendered(&InvitationText { language, brand, inviter, role, link, until })?,
            html: rendered(&InvitationHtml { language, brand, inviter, role, link, until })?,
        })
    }
}

fn rendered(template: &impl Template) -> Result<String> {
    template.render().map_err(|error| Error::Internal(format!("a mail does not render: {error}")))
}

/// A line break in a brand's name must not start another header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(|c: char| c.is_control(), " ")
}

const fn role_words(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (Role::Owner, Language::English) => "an owner",
        (Role::Editor, Language::English) => "an editor",
        (Role::Agent, Language::English) => "an agent",
        (Role::Developer, Language::English) => "a developer",
        (Role::Owner, Language::Chinese) => "所有者",
        (Role::Editor, Language::Chinese) => "编辑",
        (Role::Agent, Language::Chinese) => "客服",
        (Role::Developer, Language::Chinese) => "开发者",
    }
}

fn day(at: Timestamp, language: Language) -> String {
    let pattern = match language {
        Language::English => "%-d %B %Y, %H:%M UTC",
        Language::Chinese => "%Y年%-m月%-d日 %H:%M（UTC）",
    };
    at.to_chrono().format(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(language: Language) -> Letter {
        let vault = Vault::new(&"k".repeat(32)).unwrap();
        let mail = Mail::Invitation {
            brand: "Harbour <Town>".into(),
            inviter: "Ada\nBcc: eve@example.com".into(),
            role: Role::Agent,
            sealed_token: vault.seal("t0ken").unwrap(),
            expires_at: Timestamp::from_seconds(1_767_225_600),
            language,
        };
        Letter::of(&mail, &vault, "https://crier.test").unwrap()
    }

    #[test]
    fn an_invitation_says_who_where_and_until_when() {
        let english = letter(Language::English);
        assert_eq!(
            english.subject,
            "Harbour <Town>: Ada Bcc: eve@example.com invites you to Crier"
        );
        assert!(english.text.contains("https://crier.test/console/invitations/t0ken\n"));
        assert!(english.text.contains("as an agent") && english.text.contains("1 January 2026"));
        assert!(english.html.contains(r#"<html lang="en">"#) && !english.html.contains("<Town>"));
    }

    #[test]
    fn chinese_is_written_throughout() {
        let chinese = letter(Language::Chinese);
        assert!(chinese.subject.contains("邀请你加入") && chinese.text.contains("客服"));
        assert!(chinese.html.contains(r#"<html lang="zh-CN">"#));
        assert!(chinese.html.contains("2026年1月1日"));
    }
}
