//! What happened to an account, a brand or a broadcast: told to those it concerns.
use askama::Template;
use crier_core::error::{Error, Result};
use crier_core::mails::{Language, Mail, Topic};
use crier_core::vault::Vault;

use super::Letter;

#[derive(Template)]
#[template(path = "mail/news.subject.txt")]
struct Subject<'a> {
    subject: &'a str,
}

#[derive(Template)]
#[template(path = "mail/news.txt")]
struct Text<'a> {
    language: Language,
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "mail/news.html")]
struct Html<'a> {
    language: Language,
    words: &'a Words<'a>,
}

struct Words<'a> {
    subject: String,
    text: String,
    reason: &'a str,
    action: &'static str,
    link: String,
}

/// The letter of what happened.
///
/// # Errors
/// When its token does not open, or the mail is about something else.
pub fn letter(mail: &Mail, vault: &Vault, public_url: &str) -> Result<Letter> {
    let Mail::News { topic, name, reason, path, sealed_token, language } = mail else {
        return Err(Error::Internal("this mail tells no news".into()));
    };
    let (subject, text, action) = said(*topic, *language);
    let token = sealed_token.as_deref().map(|sealed| vault.open(sealed)).transpose()?;
    let words = &Words {
        subject: subject.replace("{name}", name),
        text: text.replace("{name}", name),
        reason,
        action,
        link: format!("{public_url}{path}{}", token.unwrap_or_default()),
    };
    let language = *language;
    Letter::new(
        &Subject { subject: &words.subject },
        &Text { language, words },
        &Html { language, words },
    )
}

type Said = (&'static str, &'static str, &'static str);

/// Subject, what happened, and what the button says.
const fn said(topic: Topic, language: Language) -> Said {
    match language {
        Language::English => english(topic),
        Language::Chinese => chinese(topic),
        Language::Japanese => japanese(topic),
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table: a row for each topic")]
const fn english(topic: Topic) -> Said {
    match topic {
        Topic::Waits => (
            "{name}: an application waits",
            "An application for {name} waits for your decision. It says:",
            "Open the application",
        ),
        Topic::Asked => (
            "{name}: the platform asks for more",
            "Before it decides about {name}, the platform wants to know more:",
            "Answer",
        ),
        Topic::Approved => (
            "{name} is approved",
            "The platform has approved {name}. It is verified and can be followed.",
            "Open the account",
        ),
        Topic::Rejected => (
            "{name}: the application is rejected",
            "The platform has rejected the application for {name}. The reason:",
            "See it, or appeal",
        ),
        Topic::Suspended => (
            "{name} is suspended",
            "The platform has suspended {name}: it reaches nobody and cannot be followed anew. What followers write is kept. The reason:",
            "See it, or appeal",
        ),
        Topic::Reopened => (
            "{name} is open again",
            "The platform has opened {name} again. What followers wrote meanwhile waits in the inbox.",
            "Open the account",
        ),
        Topic::Closed => (
            "{name} is closed",
            "An owner has closed the account {name}: nobody can follow it or write to it, and nothing is delivered. It can be opened again until:",
            "Open the page",
        ),
        Topic::BrandGiven => (
            "{name} has a new owner",
            "The ownership of the brand {name} has been handed over. Between whom:",
            "Open the team",
        ),
        Topic::AccountOffered => (
            "{name} is offered to your brand",
            "The account {name} is offered to a brand that you own, with its followers, conversations and articles. By:",
            "See the offer",
        ),
        Topic::AccountMoved => (
            "{name} has moved",
            "The account {name} belongs to another brand now, with everything in it. The brand:",
            "Open the console",
        ),
        Topic::PlanWaits => (
            "“{name}” waits for your approval",
            "The broadcast “{name}” is sent once somebody else approves it, and you may. It was asked for by:",
            "Look at it",
        ),
        Topic::PlanApproved => (
            "“{name}” is approved",
            "Your broadcast “{name}” is approved and goes out at its time. Approved by:",
            "Open the broadcast",
        ),
        Topic::PlanSentBack => (
            "“{name}” was sent back",
            "Your broadcast “{name}” is not sent as it is: it is a draft again. Who sent it back, and why:",
            "Open the broadcast",
        ),
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table: a row for each topic")]
const fn chinese(topic: Topic) -> Said {
    match topic {
        Topic::Waits => (
            "{name}：有申请等待审核",
            "{name} 提交了申请，等待你审核。申请说明：",
            "查看申请",
        ),
        Topic::Asked => (
            "{name}：平台需要补充材料",
            "在审核 {name} 之前，平台需要你补充：",
            "补充材料",
        ),
        Topic::Approved => (
            "{name} 已通过审核",
            "平台已通过 {name} 的申请。公众号已认证，可以被关注。",
            "打开公众号",
        ),
        Topic::Rejected => (
            "{name}：申请未通过",
            "平台没有通过 {name} 的申请。原因：",
            "查看或申诉",
        ),
        Topic::Suspended => (
            "{name} 已被暂停",
            "平台暂停了 {name}：它无法触达任何人，也不能被新关注；关注者发来的消息会保留。原因：",
            "查看或申诉",
        ),
        Topic::Reopened => (
            "{name} 已恢复",
            "平台已恢复 {name}。其间关注者发来的消息都在收件箱里。",
            "打开公众号",
        ),
        Topic::Closed => (
            "{name} 已关闭",
            "所有者关闭了公众号 {name}：无法再被关注，也收不到消息，不再推送任何内容。可重新开启，截止：",
            "打开页面",
        ),
        Topic::BrandGiven => (
            "{name} 更换了所有者",
            "品牌 {name} 的所有权已转让。转让双方：",
            "打开团队",
        ),
        Topic::AccountOffered => (
            "有人要把 {name} 转给你的品牌",
            "公众号 {name} 要转给你名下的品牌，连同关注者、会话和文章。转出方：",
            "查看",
        ),
        Topic::AccountMoved => (
            "{name} 已转移",
            "公众号 {name} 连同全部内容，已转到另一个品牌。品牌：",
            "打开控制台",
        ),
        Topic::PlanWaits => (
            "群发“{name}”等待你审核",
            "群发“{name}”需要另一人同意后才会发送，你可以审核。提交人：",
            "查看群发",
        ),
        Topic::PlanApproved => (
            "群发“{name}”已通过",
            "你的群发“{name}”已通过审核，会按时发送。审核人：",
            "打开群发",
        ),
        Topic::PlanSentBack => (
            "群发“{name}”被退回",
            "你的群发“{name}”暂不发送，已退回草稿。退回人和原因：",
            "打开群发",
        ),
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table: a row for each topic")]
const fn japanese(topic: Topic) -> Said {
    match topic {
        Topic::Waits => (
            "{name}：審査待ちの申請があります",
            "{name} の申請が審査を待っています。申請内容：",
            "申請を開く",
        ),
        Topic::Asked => (
            "{name}：追加の情報が必要です",
            "{name} の審査にあたり、プラットフォームから追加のお願いがあります：",
            "回答する",
        ),
        Topic::Approved => (
            "{name} が承認されました",
            "{name} がプラットフォームに承認されました。認証済みとなり、フォローを受けられます。",
            "アカウントを開く",
        ),
        Topic::Rejected => (
            "{name}：申請は承認されませんでした",
            "{name} の申請は承認されませんでした。理由：",
            "確認する・異議を申し立てる",
        ),
        Topic::Suspended => (
            "{name} は停止されました",
            "プラットフォームが {name} を停止しました。誰にも届かず、新たなフォローも受けられません。フォロワーからのメッセージは保存されます。理由：",
            "確認する・異議を申し立てる",
        ),
        Topic::Reopened => (
            "{name} が再開されました",
            "プラットフォームが {name} を再開しました。停止中に届いたメッセージは受信箱にあります。",
            "アカウントを開く",
        ),
        Topic::Closed => (
            "{name} を閉鎖しました",
            "オーナーがアカウント {name} を閉鎖しました。フォローもメッセージの送信もできず、何も配信されません。再開できる期限：",
            "ページを開く",
        ),
        Topic::BrandGiven => (
            "{name} のオーナーが変わりました",
            "ブランド {name} のオーナー権限が譲渡されました。譲渡の当事者：",
            "チームを開く",
        ),
        Topic::AccountOffered => (
            "{name} の移管の提案",
            "アカウント {name} を、フォロワー・会話・記事ごと、あなたのブランドへ移す提案です。提案者：",
            "提案を見る",
        ),
        Topic::AccountMoved => (
            "{name} を移管しました",
            "アカウント {name} は、すべての内容とともに別のブランドへ移りました。ブランド：",
            "コンソールを開く",
        ),
        Topic::PlanWaits => (
            "配信「{name}」が承認を待っています",
            "配信「{name}」は、ほかの人が承認すると送られます。あなたも承認できます。依頼者：",
            "配信を見る",
        ),
        Topic::PlanApproved => (
            "配信「{name}」が承認されました",
            "配信「{name}」が承認されました。予定の時刻に送られます。承認者：",
            "配信を開く",
        ),
        Topic::PlanSentBack => (
            "配信「{name}」が差し戻されました",
            "配信「{name}」はまだ送られません。下書きに戻りました。差し戻した人と理由：",
            "配信を開く",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_say_what_why_and_where() {
        let vault = Vault::new(&"k".repeat(32)).unwrap();
        for topic in Topic::ALL {
            for language in Language::ALL {
                let mail = Mail::News {
                    topic: *topic,
                    name: "Harbour <Town>".into(),
                    reason: "a & b\nsecond line".into(),
                    path: "/console/x/".into(),
                    sealed_token: Some(vault.seal("t0ken").unwrap()),
                    language: *language,
                };
                let letter = letter(&mail, &vault, "https://crier.test").unwrap();
                assert!(letter.subject.contains("Harbour <Town>"), "{}", letter.subject);
                assert!(
                    letter.text.contains("https://crier.test/console/x/t0ken"),
                    "{}",
                    letter.text
                );
                assert!(letter.text.contains("a & b"), "{}", letter.text);
                assert!(!letter.html.contains("<Town>") && letter.html.contains("second line"));
                assert!(!letter.text.contains('{') && !letter.html.contains("{{"));
            }
        }
    }
}
