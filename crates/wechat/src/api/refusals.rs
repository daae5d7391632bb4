//! Refusals: a code, what exactly is wrong, and now and then a field more. The one place where
//! the kinds of `core` become codes.
use crier_core::Error;
use crier_core::error::Denial;
use crier_core::rights::Right;
use serde_json::Value;

use super::errcodes as code;

/// Why a call was not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// One of [`code`].
    pub(crate) code: i32,
    /// What exactly is wrong, after the code's own message.
    pub(crate) detail: Option<String>,
    /// A field the answer carries beside.
    pub(crate) extra: Option<(&'static str, Value)>,
    /// A fault of ours, for the log alone.
    pub(crate) fault: Option<String>,
}

impl Refusal {
    /// With the code's own message.
    pub(crate) const fn new(code: i32) -> Self {
        Self { code, detail: None, extra: None, fault: None }
    }

    /// Saying what exactly is wrong.
    pub(crate) fn about(code: i32, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    /// The same with another code, when it has this one: a few calls have their own.
    pub(crate) fn instead(self, of: i32, code: i32) -> Self {
        if self.code == of { Self { code, ..self } } else { self }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(noun) => Self::new(missing(noun)),
            Error::Conflict(word) => Self::about(conflict(word), word),
            Error::Invalid { field, problem } => {
                Self::about(invalid(field), format!("{field} {problem}"))
            }
            Error::Denied(denial) => Self::new(denied(denial)),
            Error::Limited { .. } => Self::new(code::MINUTE_LIMIT),
            Error::Unavailable(_) | Error::Database(_) | Error::Internal(_) => {
                Self { fault: Some(error.to_string()), ..Self::new(code::SYSTEM) }
            }
        }
    }
}

fn missing(noun: &str) -> i32 {
    match noun {
        "media" | "draft" => code::BAD_MEDIA_ID,
        "article" | "publication" => code::BAD_ARTICLE_ID,
        "comment" => code::NO_COMMENT,
        "reply" => code::NO_REPLY,
        "openid" | "follower" | "conversation" | "user" => code::BAD_OPENID,
        "own_openid" => code::FOREIGN_OPENID,
        "tag" => code::BAD_TAG,
        "template" => code::BAD_TEMPLATE_ID,
        "title" => code::BAD_TITLE,
        "account" => code::BAD_APP_ID,
        "conditional_menu" => code::NO_CONDITIONAL_MENU,
        "code" => code::BAD_CODE,
        "agent" => code::NO_AGENT,
        "invitee" => code::NO_INVITEE,
        "session" => code::NO_SESSION,
        "rid" => code::NO_SUCH_RID,
        "refresh_token" => code::BAD_REFRESH_TOKEN,
        "user_token" => code::BAD_CREDENTIAL,
        _ => code::BAD_PARAMETER,
    }
}

fn conflict(word: &str) -> i32 {
    match word {
        "code_used" => code::CODE_USED,
        "code_expired" => code::CODE_EXPIRED,
        "refresh_token_expired" => code::REFRESH_TOKEN_EXPIRED,
        "user_token_expired" => code::TOKEN_EXPIRED,
        "not_withdrawable" => code::BAD_MESSAGE_TYPE,
        "too_many_tags" => code::TOO_MANY_TAGS,
        "tag_too_large" => code::TAG_TOO_LARGE,
        "system_tag" => code::SYSTEM_TAG,
        "tags_of_follower" => code::TAGS_OF_FOLLOWER,
        "tag_taken" => code::TAG_TAKEN,
        "no_default_menu" => code::NO_DEFAULT_MENU,
        "too_many_menus" => code::TOO_MANY_MENUS,
        "too_many_hosts" => code::TOO_MANY_HOSTS,
        "too_many_templates" => code::TOO_MANY_TEMPLATES,
        "agent_exists" => code::AGENT_EXISTS,
        "too_many_agents" => code::TOO_MANY_AGENTS,
        "agent_unbound" => code::AGENT_UNBOUND,
        "agent_offline" => code::AGENT_OFFLINE,
        "agent_bound" => code::AGENT_BOUND,
        "agent_invited" => code::AGENT_INVITED,
        "invited_already" => code::INVITED_ALREADY,
        "member_is_agent" => code::MEMBER_IS_AGENT,
        "too_many_of_member" => code::TOO_MANY_OF_MEMBER,
        "session_taken" => code::SESSION_TAKEN,
        "not_lately" => code::NOT_LATELY,
        "typing_already" => code::TYPING_ALREADY,
        "too_many_notices" => code::TOO_MANY_NOTICES,
        "template_banned" => code::TEMPLATE_BANNED,
        "industry_conflict" => code::INDUSTRY_CONFLICT,
        "industries_set_this_month" => code::INDUSTRY_TOO_OFTEN,
        "notice_refused" => code::NOTICE_REFUSED,
        "media_in_use" => code::MATERIAL_IN_USE,
        "clearances_spent" => code::CLEARANCES_SPENT,
        "draft_broken" => code::BROKEN_DRAFT,
        "publishing_too_often" => code::PUBLISHING_TOO_OFTEN,
        "already_replied" => code::ALREADY_REPLIED,
        "too_many_elected" => code::TOO_MANY_ELECTED,
        "too_many_drafts" | "too_many_codes" => code::DAILY_LIMIT,
        "figures_not_ready" => code::NOT_READY,
        _ => code::BAD_PARAMETER,
    }
}

fn invalid(field: &str) -> i32 {
    match field {
        "media_id" => code::BAD_MEDIA_ID,
        "type" => code::BAD_FILE_TYPE,
        "size" => code::TOO_LARGE,
        "title" => code::TITLE_TOO_LONG,
        "agent" => code::BAD_AGENT,
        "agent_length" => code::AGENT_TOO_LONG,
        "agent_characters" => code::AGENT_CHARACTERS,
        "nickname" => code::BAD_NICKNAME,
        "introduction" | "digest" => code::DESCRIPTION_TOO_LONG,
        "note" | "content" => code::CONTENT_TOO_LONG,
        "empty" => code::NO_CONTENT,
        "body" => code::BAD_CONTENT,
        "author" => code::AUTHOR_TOO_LONG,
        "source_url" => code::URL_TOO_LONG,
        "articles" => code::TOO_MANY_ARTICLES,
        "index" => code::BAD_ARTICLE_INDEX,
        "reply" => code::BAD_REPLY_LENGTH,
        "scene" => code::BAD_ACTION_INFO,
        "url" => code::BAD_URL_DOMAIN,
        "button" => code::BAD_BUTTON_COUNT,
        "sub_button" => code::BAD_SUB_COUNT,
        "name" => code::BAD_BUTTON_NAME,
        "speed" => code::BAD_SPEED,
        "tag_name" => code::TAG_NAME_TOO_LONG,
        "rule" => code::EMPTY_RULE,
        "data" => code::BAD_DATA,
        "industry_id" => code::BAD_INDUSTRY,
        "kids" => code::BAD_KEYWORDS,
        "purpose" => code::BAD_PURPOSE,
        "client_id" => code::CLIENT_ID_TOO_LONG,
        "openids" => code::BAD_LIST_SIZE,
        "date" => code::BAD_DATE,
        "days" => code::BAD_DATES,
        _ => code::BAD_PARAMETER,
    }
}

const fn denied(denial: Denial) -> i32 {
    match denial {
        // Who left is past every window (`reference/wechat-api.md` 5.2).
        Denial::NotFollowing | Denial::WindowClosed => code::WINDOW_CLOSED,
        Denial::Blocked => code::BLOCKED,
        Denial::WindowSpent => code::WINDOW_SPENT,
        Denial::Right(Right::Comments) => code::NO_COMMENT_RIGHT,
        Denial::Right(Right::ChoiceMenu) => code::BAD_ACCOUNT_TYPE,
        Denial::Right(Right::ConditionalMenus) => code::MENU_UNSUPPORTED,
        Denial::Quota => code::NO_BROADCAST_LEFT,
        Denial::Credentials => code::BAD_CREDENTIAL,
        Denial::Pending => code::LIMITED,
        Denial::Suspended | Denial::Closed => code::BANNED,
        _ => code::UNAUTHORIZED,
    }
}
