//! The account's operator backend: calls of the WeChat dialect, one after the other.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::net::TcpStream;

use crate::http;

/// A backend with an access token and a connection.
pub struct Operator {
    stream: TcpStream,
    buffer: Vec<u8>,
    token: String,
}

impl Operator {
    /// Of the account that the command line described so.
    ///
    /// # Errors
    /// When the server gives no token.
    pub async fn new(port: u16, account: &Value) -> Result<Self> {
        let text = |name: &str| account[name].as_str().with_context(|| format!("no {name}"));
        let path = format!(
            "/cgi-bin/token?grant_type=client_credential&appid={}&secret={}",
            text("app_id")?,
            text("app_secret")?
        );
        let (mut stream, mut buffer) = (http::connect(port).await?, Vec::new());
        let asked = http::request("GET", &path, "", "");
        let (_, answer) = http::ask(&mut stream, &mut buffer, &asked).await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        let token = answer["access_token"].as_str();
        let token = token.with_context(|| format!("no token: {answer}"))?.to_owned();
        Ok(Self { stream, buffer, token })
    }

    /// One call: how long its answer took, and what it is.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn call(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<(Duration, Value)> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{mark}access_token={}", self.token);
        let asked = http::request(method, &path, "", body);
        let sent = Instant::now();
        let (_, answer) = http::ask(&mut self.stream, &mut self.buffer, &asked).await?;
        let took = sent.elapsed();
        let answer: Value = serde_json::from_slice(&answer)?;
        let code = answer["errcode"].as_i64().unwrap_or_default();
        ensure!(code == 0, "{path} was refused: {answer}");
        Ok((took, answer))
    }
}
