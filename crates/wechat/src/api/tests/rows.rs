//! Every row of `reference/wechat-api.md` that operators need (P0 and P1), from a table: what its
//! answer looks like, and codes it refuses with. The rows build on each other, as a backend's day
//! does; what each noun does in detail stands in its own file.
use std::collections::{BTreeSet, HashMap};

use actix_web::http::Method;
use crier_testing::{both_engines, eventually};
use serde_json::{Value, json};

use super::*;
use crate::api::routes::{Handler, TABLE};

const ROWS: &str = include_str!("../rows.json");

/// Rows that have no account, or are tried where their noun is: they begin with a secret, or end
/// what the others need.
const ELSEWHERE: [&str; 15] = [
    "/cgi-bin/token",
    "/cgi-bin/stable_token",
    "/cgi-bin/clear_quota/v2",
    "/cgi-bin/showqrcode",
    "/sns/oauth2/access_token",
    "/sns/oauth2/refresh_token",
    "/sns/userinfo",
    "/sns/auth",
    "/cgi-bin/media/uploadvideo",
    "/cgi-bin/media/get/jssdk",
    "/customservice/kfaccount/inviteworker",
    "/customservice/kfsession/create",
    "/customservice/kfsession/close",
    "/customservice/msgrecord/getrecord",
    "/customservice/getrecord",
];

/// A day at the bot's desk: names stand in braces in the table, and their values here.
pub(super) struct Day {
    bot: Bot,
    pub(super) kept: HashMap<String, Value>,
}

impl Day {
    pub(super) async fn begin(app: &Arc<App>) -> Self {
        let bot = Bot::new(app, Kind::Service, "harbour").await;
        let (ada, bob) = (bot.writer("ada").await, bot.writer("bob").await);
        let now = app.clock.now();
        // The account's days begin eight hours before those of the clock.
        // Two minutes ago it was: a day has no figures in the first minute after it.
        let ago = chrono::Duration::hours(8 - 24) - chrono::Duration::minutes(2);
        let yesterday = (now.to_chrono() + ago).date_naive();
        let kept = [
            ("openid", json!(ada.openid)),
            ("other", json!(bob.openid)),
            ("appid", json!(bot.account.app_id)),
            ("original", json!(bot.account.original_id)),
            ("yesterday", json!(yesterday.to_string())),
            ("day_start", json!(now.seconds() - 3600)),
            ("day_end", json!(now.seconds())),
        ];
        let kept = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { bot, kept }
    }

    /// Puts values in the places of their names. A text that is nothing but a name becomes the
    /// value itself, a number for one.
    pub(super) fn fill(&self, of: &Value) -> Value {
        match of {
            Value::String(text) => match self.whole(text) {
                Some(value) => value.clone(),
                None => json!(self.fill_text(text)),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn whole(&self, text: &str) -> Option<&Value> {
        self.kept.get(text.strip_prefix('{')?.strip_suffix('}')?)
    }

    fn fill_text(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("{{{name}}}"), &value)
        })
    }

    pub(super) async fn call(&self, call: &str, body: &Value, file: bool) -> ServiceResponse {
        let (method, path) = call.split_once(' ').unwrap();
        let path = self.fill_text(path);
        let mark = if path.contains('?') { '&' } else { '?' };
        let uri = format!("{path}{mark}access_token={}", self.bot.token);
        let request = TestRequest::default().method(method.parse::<Method>().unwrap()).uri(&uri);
        let request = match (file, body) {
            (true, _) => with_picture(request),
            (false, Value::Null) => request,
            (false, body) => request.set_payload(self.fill(body).to_string()),
        };
        send(&self.bot.app, request).await
    }
}

fn with_picture(request: TestRequest) -> TestRequest {
    let mut picture = std::io::Cursor::new(Vec::new());
    let drawn = image::DynamicImage::new_rgb8(40, 30);
    drawn.write_to(&mut picture, image::ImageFormat::Png).unwrap();
    let head = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"p.png\"\r\n\r\n";
    let body = [head.as_bytes(), &picture.into_inner(), b"\r\n--b--\r\n"].concat();
    request.insert_header((CONTENT_TYPE, "multipart/form-data; boundary=b")).set_payload(body)
}

/// Whether an answer has what the table says, with the JSON types that clients need (T3 to T5).
fn fits(answer: &Value, wanted: &Value) -> Result<(), String> {
    let right = match wanted {
        Value::String(kind) => match kind.as_str() {
            "text" => answer.is_string(),
            "int" => answer.is_i64(),
            "bool" => answer.is_boolean(),
            "list" => answer.is_array(),
            "object" => answer.is_object(),
            other => return Err(format!("the table says {other}")),
        },
        Value::Array(items) => {
            let [item] = items.as_slice() else { return Err("the table has two items".into()) };
            let Some(found) = answer.as_array() else { return Err(format!("{answer} is no list")) };
            for one in found {
                fits(one, item)?;
            }
            !found.is_empty()
        }
        Value::Object(fields) => {
            for (name, wanted) in fields {
                let found = answer.get(name).ok_or_else(|| format!("{name} is missing"))?;
                fits(found, wanted).map_err(|fault| format!("{name}: {fault}"))?;
            }
            // A read says no code, because one client takes any `errmsg` for a failure.
            fields.contains_key("errcode") || answer.get("errcode").is_none()
        }
        other => answer == other,
    };
    if right { Ok(()) } else { Err(format!("{answer} is not {wanted}")) }
}

async fn walk(day: &mut Day, row: &Value) {
    let call = row["call"].as_str().unwrap();
    if row.get("answer").is_some_and(|answer| answer == "file") {
        let answer = day.call(call, &row["body"], false).await;
        assert!(answer.headers().contains_key("content-disposition"), "{call}: T10");
    } else if let Some(wanted) = row.get("answer") {
        let file = row.get("file").is_some();
        let answer = json(day.call(call, &row["body"], file).await).await;
        fits(&answer, wanted).unwrap_or_else(|fault| panic!("{call}: {fault} in {answer}"));
        for (name, pointer) in row["keep"].as_object().into_iter().flatten() {
            let value = answer.pointer(pointer.as_str().unwrap()).unwrap().clone();
            day.kept.insert(name.clone(), value);
        }
    }
    if row.get("settle").is_some() {
        let day = &*day;
        eventually("the publication is out", async || {
            let asked = json!({ "publish_id": day.kept["publish"] });
            let got = json(day.call("POST /cgi-bin/freepublish/get", &asked, false).await).await;
            (got["publish_status"] == 0).then_some(())
        })
        .await;
    }
    for refused in row["refuses"].as_array().into_iter().flatten() {
        let call = refused[0].as_str().unwrap_or(call);
        let answer = json(day.call(call, &refused[1], false).await).await;
        assert_eq!(answer["errcode"], refused[2], "{call} {}: {answer}", refused[1]);
    }
}

#[test]
fn every_row_answers_in_its_shape_and_refuses_by_its_codes() {
    both_engines(|app| async move {
        let mut day = Day::begin(&app).await;
        let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap();
        for row in &rows {
            walk(&mut day, row).await;
        }
    });
}

#[test]
fn every_route_is_in_the_table_and_asks_for_a_token() {
    let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap();
    let path = |row: &Value| {
        let call = row["call"].as_str().unwrap().split_once(' ').unwrap().1;
        call.split('?').next().unwrap().to_owned()
    };
    let walked: BTreeSet<String> = rows.iter().map(path).collect();
    // What stands at two addresses is walked at one of them.
    let short = |path: &str| path.replacen("/cgi-bin/customservice/", "/customservice/", 1);
    let walked: BTreeSet<String> = walked.iter().map(|path| short(path)).collect();
    let missing: Vec<&str> = TABLE
        .iter()
        .map(|route| route.path)
        .filter(|path| !walked.contains(&short(path)) && !ELSEWHERE.contains(&&*short(path)))
        .collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    both_engines(|app| async move {
        for route in TABLE {
            if matches!(route.handler, Handler::Account(..)) {
                let get = matches!(route.method, crate::api::routes::Method::Get);
                let method = if get { Method::GET } else { Method::POST };
                let ask = |query: &str| {
                    let uri = format!("{}{query}", route.path);
                    send(&app, TestRequest::default().method(method.clone()).uri(&uri))
                };
                assert_eq!(code(&json(ask("").await).await), 41001, "{}", route.path);
                let unknown = json(ask("?access_token=abc").await).await;
                assert_eq!(code(&unknown), 40001, "{}", route.path);
                let odd = json(ask("?access_token=a%20b").await).await;
                assert_eq!(code(&odd), 40014, "{}", route.path);
            }
        }
    });
}
