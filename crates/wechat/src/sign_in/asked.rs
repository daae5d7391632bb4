//! What a web page asks for, and what may be wrong with it.
use crier_core::Error;
use crier_core::grants::Scope;
use url::Url;

/// What was asked. Parameters come in any order; others beside them are not looked at.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Which account asks.
    pub(super) app_id: String,
    /// What it wants to know.
    pub(super) scope: Scope,
    /// Whether the follower must be asked, even where they need not be.
    pub(super) must_ask: bool,
    redirect: Url,
    state: String,
}

/// Bytes of a state: eight times what the protocol promises.
const MAX_STATE: usize = 1_024;

/// Why there is nothing to agree to.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// No account has this app id.
    AppId,
    /// The address to come back to is none of the web.
    Redirect,
    /// The scope or the type is unknown.
    Scope,
    /// The account's template is unknown.
    Template,
    /// Another parameter is missing or out of range.
    Parameter,
    /// The state is too long.
    State,
    /// The account may not ask this.
    Right,
    /// The form is not ours, or the follower has changed since.
    Seal,
    /// A fault of ours.
    Ours(String),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(_) => Self::Right,
            Error::NotFound("template") => Self::Template,
            other => Self::Ours(other.to_string()),
        }
    }
}

impl Wrong {
    /// What the follower reads.
    pub(super) const fn sentence(&self, zh: bool) -> &'static str {
        match (self, zh) {
            (Self::AppId, true) => "appid 参数错误：没有这个公众号。",
            (Self::AppId, false) => "The appid names no account.",
            (Self::Redirect, true) => "返回地址参数错误：必须是 http 或 https 地址。",
            (Self::Redirect, false) => "The address to come back to must be an http or https one.",
            (Self::Scope, true) => "scope 或 response_type 参数错误。",
            (Self::Scope, false) => "The scope or response_type is unknown.",
            (Self::Template, true) => "template_id 参数错误：该公众号没有这个模板。",
            (Self::Template, false) => "The template_id is none of this account's.",
            (Self::Parameter, true) => "参数错误：action、scene 或 reserved 不正确。",
            (Self::Parameter, false) => "The action, scene or reserved parameter is wrong.",
            (Self::Right, true) => "该公众号没有此功能的权限。",
            (Self::Right, false) => "This account may not ask for this.",
            (Self::State, true) => "state 参数过长。",
            (Self::State, false) => "The state is too long.",
            (Self::Seal, true) => "页面已过期，请返回后重试。",
            (Self::Seal, false) => "This page is out of date. Go back and try again.",
            (Self::Ours(_), true) => "系统繁忙，请稍后再试。",
            (Self::Ours(_), false) => "Something went wrong on our side. Try again later.",
        }
    }
}

impl Asked {
    /// Reads the query.
    pub(super) fn read(query: &str) -> Result<Self, Wrong> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        if of("response_type") != "code" {
            return Err(Wrong::Scope);
        }
        let scope = match of("scope") {
            "snsapi_base" => Scope::Base,
            "snsapi_userinfo" => Scope::Profile,
            _ => return Err(Wrong::Scope),
        };
        let redirect = web_address(of("redirect_uri"))?;
        let (app_id, state) = (of("appid").to_owned(), of("state").to_owned());
        if app_id.contains('\0') {
            return Err(Wrong::AppId);
        }
        if state.len() > MAX_STATE {
            return Err(Wrong::State);
        }
        let must_ask = matches!(of("forcePopup"), "true" | "1");
        Ok(Self { app_id, scope, must_ask, redirect, state })
    }

    /// The host the answer goes to.
    pub(super) fn host(&self) -> &str {
        self.redirect.host_str().unwrap_or_default()
    }

    /// The origin the answer goes to, for the page's policy.
    pub(super) fn origin(&self) -> String {
        self.redirect.origin().ascii_serialization()
    }

    /// The same in one text, to be sealed.
    pub(super) fn text(&self) -> String {
        let Self { app_id, scope, must_ask: _, redirect, state } = self;
        format!("{app_id}\n{scope}\n{redirect}\n{state}")
    }

    /// Where the follower goes on, with the code if they agreed.
    pub(super) fn back(&self, code: Option<&str>) -> String {
        let mut url = self.redirect.clone();
        {
            let mut query = url.query_pairs_mut();
            if let Some(code) = code {
                query.append_pair("code", code);
            }
            query.append_pair("state", &self.state);
        }
        url.into()
    }
}

/// An address to come back to, which must be one of the web.
pub(crate) fn web_address(text: &str) -> Result<Url, Wrong> {
    let url = Url::parse(text).map_err(|_| Wrong::Redirect)?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if is_web { Ok(url) } else { Err(Wrong::Redirect) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "state=S%26T&appid=wx1&redirect_uri=https%3A%2F%2Fx.example%2Fcb%3Fa%3D1%23top\
                        &response_type=code&scope=snsapi_base";

    #[test]
    fn the_way_back_keeps_its_own_query() {
        let asked = Asked::read(GOOD).unwrap();
        assert_eq!(asked.back(Some("C")), "https://x.example/cb?a=1&code=C&state=S%26T#top");
        assert_eq!(asked.back(None), "https://x.example/cb?a=1&state=S%26T#top");
        assert_eq!(asked.origin(), "https://x.example");
    }

    #[test]
    fn what_else_clients_send_changes_nothing() {
        let more = format!("{GOOD}&connect_redirect=1&component_appid=wx2&forcePopup=true");
        let (plain, asked) = (Asked::read(GOOD).unwrap(), Asked::read(&more).unwrap());
        assert_eq!(plain.text(), asked.text());
        assert!(asked.must_ask && !plain.must_ask);
        let long = GOOD.replace("state=S", &format!("state={}", "s".repeat(MAX_STATE)));
        assert!(matches!(Asked::read(&long), Err(Wrong::State)));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for bad in ["javascript:alert(1)", "https:", "/cb", ""] {
            let query =
                format!("appid=wx1&response_type=code&scope=snsapi_base&redirect_uri={bad}");
            assert!(matches!(Asked::read(&query), Err(Wrong::Redirect)), "{bad}");
        }
        let query = GOOD.replace("snsapi_base", "snsapi_login");
        assert!(matches!(Asked::read(&query), Err(Wrong::Scope)));
    }
}
