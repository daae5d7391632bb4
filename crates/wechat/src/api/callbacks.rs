//! Where pushes come from and whether they get through (`reference/wechat-api.md` 2.1).
use std::net::IpAddr;
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::checks::Reached;
use crier_core::endpoints::{self, Dialect};
use serde_json::{Value, json};
use url::Url;

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Networks a check may be asked to be made from. There is one here, whichever is named.
const OPERATORS: [&str; 4] = ["DEFAULT", "CHINANET", "UNICOM", "CAP"];

/// Where pushes come from.
pub(super) async fn sources(call: Call, _: Arc<Account>) -> Outcome {
    Ok(listed(&call.app.sources()))
}

/// Where this API is reached.
pub(super) async fn own(call: Call, _: Arc<Account>) -> Outcome {
    let host = Url::parse(&call.app.public_url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    Ok(listed(&call.app.host_addresses(host).await))
}

fn listed(addresses: &[IpAddr]) -> Answer {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    Answer::Data(json!({ "ip_list": addresses }))
}

/// Resolves and reaches the account's endpoints of this dialect.
pub(super) async fn check(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (names, reaches) = match fields::words(&body, "action").as_str() {
        "dns" => (true, false),
        "ping" => (false, true),
        "all" => (true, true),
        _ => return Err(Refusal::new(code::BAD_CHECK)),
    };
    let said = fields::some(&body, "check_operator");
    let operator = said.unwrap_or_else(|| OPERATORS[0].to_owned());
    if !OPERATORS.contains(&operator.as_str()) {
        return Err(Refusal::new(code::BAD_OPERATOR));
    }
    let all = call.app.read(move |conn| Ok(endpoints::all(conn, account.id)?)).await?;
    let mut urls: Vec<String> = all
        .into_iter()
        .filter(|endpoint| endpoint.dialect == Dialect::Wechat)
        .map(|endpoint| endpoint.url)
        .collect();
    urls.dedup();
    if urls.is_empty() {
        return Err(Refusal::new(code::NO_CALLBACK));
    }
    let mut found: Vec<Reached> = Vec::new();
    for url in urls {
        found.extend(call.app.probe(url, reaches).await?);
    }
    let mut data = json!({});
    if names {
        let dns = found.iter().map(|one| json!({ "ip": one.address, "real_operator": "DEFAULT" }));
        data["dns"] = dns.collect();
    }
    if reaches {
        data["ping"] = found.iter().map(|one| pinged(one, &operator)).collect();
    }
    Ok(Answer::Data(data))
}

fn pinged(one: &Reached, operator: &str) -> Value {
    let lost = one.tries.saturating_sub(one.connected) * 100 / one.tries.max(1);
    let time = one.mean.map_or(0.0, |mean| mean.as_secs_f64() * 1_000.0);
    json!({
        "ip": one.address,
        "from_operator": operator,
        "package_loss": format!("{lost}%"),
        "time": format!("{time:.3}ms"),
    })
}
