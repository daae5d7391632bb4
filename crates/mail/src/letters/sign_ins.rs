//! How a member signs in: a link to a new password, and what has changed.
use askama::Template;
use crier_core::error::Result;
use crier_core::mails::{Language, Mail, SignInChange};
use crier_core::vault::Vault;

use super::{Letter, day};

struct Words {
    language: Language,
    heading: &'static str,
    text: String,
    action: &'static str,
    link: String,
    closing: &'static str,
}

#[derive(Template)]
#[template(path = "mail/sign_in.subject.txt")]
struct Subject<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/sign_in.txt")]
struct Text<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/sign_in.html")]
struct Html<'a> {
    language: Language,
    words: &'a Words,
}

/// The letter of a mail about signing in.
///
/// # Errors
/// When its token does not open, or the mail is about something else.
pub fn letter(mail: &Mail, vault: &Vault, public_url: &str) -> Result<Letter> {
    let words = match mail {
        Mail::PasswordReset { sealed_token, expires_at, language } => {
            let link = format!("{public_url}/console/forgotten/{}", vault.open(sealed_token)?);
            reset(*language, link, &day(*expires_at, *language))
        }
        Mail::SignInChanged { change, at, language } => {
            let link = format!("{public_url}/console/settings/sign-in");
            changed(*language, *change, link, &day(*at, *language))
        }
        _ => return Err(crier_core::Error::Internal("this mail is about something else".into())),
    };
    let language = words.language;
    Letter::new(
        &Subject { words: &words },
        &Text { words: &words },
        &Html { language, words: &words },
    )
}

fn reset(language: Language, link: String, until: &str) -> Words {
    let (heading, text, action, closing) = match language {
        Language::English => (
            "Choose a new password",
            format!(
                "Somebody asked for a new password for this address. The link holds once, until {until}."
            ),
            "Choose a password",
            "If that was not you, do nothing: your password stays as it is.",
        ),
        Language::Chinese => (
            "设置新密码",
            format!("有人请求为此邮箱设置新密码。链接只能使用一次，有效期至 {until}。"),
            "设置密码",
            "如果不是你本人操作，请忽略这封邮件，密码不会改变。",
        ),
        Language::Japanese => (
            "新しいパスワードの設定",
            format!(
                "このアドレスのパスワード再設定が依頼されました。リンクは一度だけ、{until} まで有効です。"
            ),
            "パスワードを設定",
            "お心当たりがない場合は、何もしないでください。パスワードは変わりません。",
        ),
    };
    Words { language, heading, text, action, link, closing }
}

fn changed(language: Language, change: SignInChange, link: String, at: &str) -> Words {
    let what = change_words(change, language);
    let (heading, text, action, closing) = match language {
        Language::English => (
            "How you sign in has changed",
            format!("{what} ({at})"),
            "See how you sign in",
            "If that was not you, change your password at once and tell an owner of your brand.",
        ),
        Language::Chinese => (
            "登录方式已变更",
            format!("{what}（{at}）"),
            "查看登录方式",
            "如果不是你本人操作，请立即修改密码，并告知品牌所有者。",
        ),
        Language::Japanese => (
            "ログイン方法が変更されました",
            format!("{what}（{at}）"),
            "ログイン方法を確認",
            "お心当たりがない場合は、すぐにパスワードを変更し、ブランドのオーナーに知らせてください。",
        ),
    };
    Words { language, heading, text, action, link, closing }
}

const fn change_words(change: SignInChange, language: Language) -> &'static str {
    use Language::{Chinese, English, Japanese};
    use SignInChange as Change;
    match (change, language) {
        (Change::AppAdded, English) => "An authenticator app was set up.",
        (Change::AppAdded, Chinese) => "已启用身份验证器应用。",
        (Change::AppAdded, Japanese) => "認証アプリが設定されました。",
        (Change::AppRemoved, English) => "The authenticator app was taken away.",
        (Change::AppRemoved, Chinese) => "已停用身份验证器应用。",
        (Change::AppRemoved, Japanese) => "認証アプリが解除されました。",
        (Change::PasskeyAdded, English) => "A passkey was added.",
        (Change::PasskeyAdded, Chinese) => "已添加通行密钥。",
        (Change::PasskeyAdded, Japanese) => "パスキーが追加されました。",
        (Change::PasskeyRemoved, English) => "A passkey was removed.",
        (Change::PasskeyRemoved, Chinese) => "已移除通行密钥。",
        (Change::PasskeyRemoved, Japanese) => "パスキーが削除されました。",
        (Change::CodesRenewed, English) => "New recovery codes were made; the old ones are void.",
        (Change::CodesRenewed, Chinese) => "已生成新的恢复代码，旧代码已失效。",
        (Change::CodesRenewed, Japanese) => {
            "新しいリカバリーコードが発行され、以前のコードは無効になりました。"
        }
        (Change::PasswordChanged, English) => {
            "The password was changed by a mailed link. Everybody was signed out."
        }
        (Change::PasswordChanged, Chinese) => "密码已通过邮件链接修改，所有设备均已退出登录。",
        (Change::PasswordChanged, Japanese) => {
            "メールのリンクからパスワードが変更され、すべての端末がログアウトされました。"
        }
        (Change::Reset, English) => {
            "An owner or the operator took away your second steps. You sign in with your password alone until you set one up again."
        }
        (Change::Reset, Chinese) => {
            "所有者或平台运营者已重置你的两步验证。重新设置之前，仅凭密码即可登录。"
        }
        (Change::Reset, Japanese) => {
            "オーナーまたは運営者が2段階認証をリセットしました。再設定するまでは、パスワードだけでログインできます。"
        }
    }
}

#[cfg(test)]
mod tests {
    use crier_core::Timestamp;

    use super::*;

    #[test]
    fn a_reset_carries_its_link_in_every_language() {
        let vault = Vault::new(&"k".repeat(32)).unwrap();
        for language in Language::ALL {
            let sealed_token = vault.seal("t0ken").unwrap();
            let expires_at = Timestamp::from_seconds(1_767_225_600);
            let mail = Mail::PasswordReset { sealed_token, expires_at, language: *language };
            let letter = Letter::of(&mail, &vault, "https://crier.test").unwrap();
            assert!(letter.text.contains("https://crier.test/console/forgotten/t0ken\n"));
            assert!(letter.html.contains(&format!(r#"<html lang="{language}">"#)));
            for change in SignInChange::ALL {
                let (change, language) = (*change, *language);
                let mail = Mail::SignInChanged { change, at: expires_at, language };
                let letter = Letter::of(&mail, &vault, "https://crier.test").unwrap();
                assert!(letter.text.contains("/console/settings/sign-in\n"));
            }
        }
    }
}
