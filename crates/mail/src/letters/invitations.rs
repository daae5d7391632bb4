//! Somebody is invited to a brand.
use askama::Template;
use crier_core::error::Result;
use crier_core::mails::{Language, Mail};
use crier_core::members::Role;
use crier_core::vault::Vault;

use super::{Letter, day};

#[derive(Template)]
#[template(path = "mail/invitation.subject.txt")]
struct Subject<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Text<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
    role: &'a str,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invitation.html")]
struct Html<'a> {
    language: Language,
    brand: &'a str,
    inviter: &'a str,
    role: &'a str,
    link: &'a str,
    until: &'a str,
}

/// The letter of an invitation.
///
/// # Errors
/// When its token does not open, or the mail is none.
pub fn letter(mail: &Mail, vault: &Vault, public_url: &str) -> Result<Letter> {
    let Mail::Invitation { brand, inviter, role, sealed_token, expires_at, language } = mail else {
        return Err(crier_core::Error::Internal("this mail is no invitation".into()));
    };
    let language = *language;
    let link = format!("{public_url}/console/invitations/{}", vault.open(sealed_token)?);
    let (role, until) = (role_words(*role, language), day(*expires_at, language));
    let (link, until) = (link.as_str(), until.as_str());
    Letter::new(
        &Subject { language, brand, inviter },
        &Text { language, brand, inviter, role, link, until },
        &Html { language, brand, inviter, role, link, until },
    )
}

const fn role_words(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (Role::Owner, Language::English) => "an owner",
        (Role::Marketer, Language::English) => "a marketer",
        (Role::Editor, Language::English) => "an editor",
        (Role::Agent, Language::English) => "an agent",
        (Role::Developer, Language::English) => "a developer",
        (Role::Owner, Language::Chinese) => "所有者",
        (Role::Marketer, Language::Chinese) => "运营",
        (Role::Editor, Language::Chinese) => "编辑",
        (Role::Agent, Language::Chinese) => "客服",
        (Role::Developer, Language::Chinese) => "开发者",
        (Role::Owner, Language::Japanese) => "オーナー",
        (Role::Marketer, Language::Japanese) => "マーケター",
        (Role::Editor, Language::Japanese) => "編集者",
        (Role::Agent, Language::Japanese) => "オペレーター",
        (Role::Developer, Language::Japanese) => "開発者",
    }
}

#[cfg(test)]
mod tests {
    use crier_core::Timestamp;

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

    #[test]
    fn japanese_is_written_throughout() {
        let japanese = letter(Language::Japanese);
        assert!(japanese.subject.contains("への招待") && japanese.text.contains("オペレーター"));
        assert!(japanese.html.contains(r#"<html lang="ja">"#));
        assert!(japanese.html.contains("2026年1月1日"));
    }
}
