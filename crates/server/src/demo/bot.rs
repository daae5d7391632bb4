//! The demo's operator backend: an HTTP server of its own that knows Crier only through the WeChat
//! dialect. It greets, answers keywords, and sends a picture it uploads itself.
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::picture;
use super::setup::Demo;
use super::xml::{Push, image, news, text};

/// The bot, with what WeChat would have given its developer.
pub struct Bot {
    app_id: String,
    app_secret: String,
    token: String,
    base: String,
    client: reqwest::Client,
}

impl Bot {
    /// A bot for this account, calling the API at `base`.
    pub fn new(demo: &Demo, base: String) -> Self {
        Self {
            app_id: demo.app_id.clone(),
            app_secret: demo.app_secret.clone(),
            token: demo.token.clone(),
            base,
            client: reqwest::ClientBuilder::new().no_proxy().build().unwrap_or_default(),
        }
    }

    async fn answer(&self, push: &Push) -> Result<String> {
        let said = push.content.to_lowercase();
        let topic = if push.event == "subscribe" { "welcome" } else { &push.event_key };
        let topic = if topic.is_empty() { said.trim() } else { topic };
        Ok(match topic {
            "welcome" => text(push, WELCOME),
            "picture" | "图片" => image(push, &self.upload().await?),
            "hours" | "营业时间" => text(push, "We pour from 9:00 to 21:00, every day."),
            "menu" | "菜单" => news(push, &self.base),
            _ if push.kind == "image" => text(push, "What a lovely picture. Thank you!"),
            _ if push.kind == "location" => {
                text(push, &format!("{} is a fine place. We are one stop away.", push.label))
            }
            _ if push.kind == "event" => "success".to_owned(),
            _ if said.contains("hello") || said.contains("hi") || said.contains("你好") => {
                text(push, HELLO)
            }
            _ => text(push, &format!("You said: {}", push.content)),
        })
    }

    async fn upload(&self) -> Result<String> {
        let token: Value = self
            .client
            .get(format!("{}/cgi-bin/token", self.base))
            .query(&[
                ("grant_type", "client_credential"),
                ("appid", &self.app_id),
                ("secret", &self.app_secret),
            ])
            .send()
            .await?
            .json()
            .await?;
        let token = token["access_token"].as_str().context("no access token")?;
        let part = reqwest::multipart::Part::bytes(picture::of_the_day()?)
            .file_name("tea.png")
            .mime_str("image/png")?;
        let stored: Value = self
            .client
            .post(format!("{}/cgi-bin/media/upload", self.base))
            .query(&[("access_token", token), ("type", "image")])
            .multipart(reqwest::multipart::Form::new().part("media", part))
            .send()
            .await?
            .json()
            .await?;
        Ok(stored["media_id"].as_str().context("the picture was not stored")?.to_owned())
    }
}

const WELCOME: &str = "Welcome to Lantern Tea House. Say hello, picture, hours or menu.";
const HELLO: &str = "Hello! Try: picture, hours, menu. 也可以说：图片、营业时间、菜单。";

#[derive(Deserialize)]
struct Signed {
    signature: String,
    timestamp: String,
    nonce: String,
    #[serde(default)]
    echostr: String,
}

/// Starts the bot's own server.
pub fn serve(bot: Bot, listener: TcpListener) -> Result<ServerHandle> {
    let bot = web::Data::from(Arc::new(bot));
    let routes = move || {
        App::new()
            .app_data(bot.clone())
            .route("/", web::get().to(echo))
            .route("/", web::post().to(receive))
    };
    let server = HttpServer::new(routes).workers(1).listen(listener)?.disable_signals().run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

fn is_signed(bot: &Bot, signed: &Signed) -> bool {
    let mut parts = [bot.token.as_str(), &signed.timestamp, &signed.nonce];
    parts.sort_unstable();
    hex::encode(Sha1::digest(parts.concat())) == signed.signature
}

async fn echo(bot: web::Data<Bot>, signed: web::Query<Signed>) -> HttpResponse {
    if !is_signed(&bot, &signed) {
        return HttpResponse::Forbidden().finish();
    }
    HttpResponse::Ok().body(signed.into_inner().echostr)
}

async fn receive(
    bot: web::Data<Bot>,
    signed: web::Query<Signed>,
    body: web::Bytes,
) -> HttpResponse {
    if !is_signed(&bot, &signed) {
        return HttpResponse::Forbidden().finish();
    }
    let answer = match Push::read(&body) {
        Ok(push) => bot.answer(&push).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => HttpResponse::Ok().content_type("application/xml").body(answer),
        Err(error) => {
            tracing::warn!(%error, "the demo bot could not answer");
            HttpResponse::Ok().body("success")
        }
    }
}
