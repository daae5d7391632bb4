//! A call in the words of a shell.
use crate::operator::{By, Call};

/// What stands for a token where it is not to be seen.
pub const fn mask(by: By) -> &'static str {
    match by {
        By::Account => "ACCESS_TOKEN",
        By::Follower => "FOLLOWER_TOKEN",
    }
}

/// The call's path at an account.
pub fn path(call: &Call, handle: &str) -> String {
    call.path.replace("{account}", handle)
}

/// The call's path and query, with the account's token where it is the account's call.
pub fn target(call: &Call, handle: &str, token: &str) -> String {
    let token = (call.by == By::Account).then(|| format!("access_token={token}"));
    let query = Some(call.query.clone()).filter(|query| !query.is_empty());
    let parts: Vec<String> = token.into_iter().chain(query).collect();
    let sign = if parts.is_empty() { "" } else { "?" };
    format!("{}{sign}{}", path(call, handle), parts.join("&"))
}

/// The call as a command for a shell; `file` is the name of what it sends.
pub fn curl(public_url: &str, call: &Call, handle: &str, token: &str, file: &str) -> String {
    let address = quoted(&format!("{public_url}{}", target(call, handle, token)));
    let method = match call.method.as_str() {
        "GET" => String::new(),
        other => format!("-X {other} "),
    };
    let mut lines = vec![format!("curl {method}{address}")];
    if call.by == By::Follower {
        lines.push(format!("-H {}", quoted(&format!("authorization: Bearer {token}"))));
    }
    if let Some(field) = &call.file {
        lines.push(format!("-F {}", quoted(&format!("{field}=@{file}"))));
    } else if call.takes_body() {
        lines.push("-H 'content-type: application/json'".to_owned());
        lines.push(format!("-d {}", quoted(&call.body)));
    }
    lines.join(" \\\n  ")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Effect;

    fn call(by: By, method: &str, path: &str) -> Call {
        Call {
            by,
            method: method.into(),
            path: path.into(),
            query: String::new(),
            body: String::new(),
            file: None,
            effect: Effect::Changes,
        }
    }

    #[test]
    fn a_command_is_quoted_for_a_shell() {
        let call = Call {
            query: "a=b+c".into(),
            body: "{\"name\":\"it's\"}".into(),
            ..call(By::Account, "POST", "/cgi-bin/tags/create")
        };
        let command = curl("https://crier.example", &call, "tea", mask(By::Account), "");
        assert!(command.starts_with(
            "curl -X POST 'https://crier.example/cgi-bin/tags/create?access_token=ACCESS_TOKEN&a=b+c'"
        ));
        assert!(command.ends_with(r#"-d '{"name":"it'\''s"}'"#), "{command}");
    }

    #[test]
    fn a_follower_s_token_is_in_a_header_and_a_file_in_a_form() {
        let follow = call(By::Follower, "DELETE", "/v1/accounts/{account}/follow");
        let command = curl("https://crier.example", &follow, "tea", mask(By::Follower), "");
        assert_eq!(
            command,
            "curl -X DELETE 'https://crier.example/v1/accounts/tea/follow' \\\n  \
             -H 'authorization: Bearer FOLLOWER_TOKEN'"
        );
        let upload = call(By::Follower, "POST", "/v1/media");
        let upload = Call { file: Some("file".into()), ..upload };
        let command = curl("https://crier.example", &upload, "tea", "t", "it's.png");
        assert!(command.ends_with(r"-F 'file=@it'\''s.png'"), "{command}");
        assert!(!command.contains("content-type"));
    }
}
