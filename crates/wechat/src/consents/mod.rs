//! Pages where a user lets an account send them something: one message
//! (`reference/wechat-api.md` 2.4), or notices by template (2.5). They work without script.
mod notices;
mod one_time;

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::one_time::LAST_SCENE;
use crier_core::rights::Right;
use url::Url;

use crate::sign_in::pages::Form;
use crate::sign_in::{Visitor, Wrong, account_of, same, visitor, web_address};

/// Bytes of what a page gets back as it sent it.
const MAX_RESERVED: usize = 128;

/// Adds the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource(one_time::PATH)
            .route(web::get().to(one_time::ask))
            .route(web::post().to(one_time::decide)),
    );
    cfg.service(
        web::resource(notices::PATH)
            .route(web::get().to(notices::ask))
            .route(web::post().to(notices::decide)),
    );
}

/// What every such page is asked with.
struct Asked {
    account: Arc<Account>,
    template: String,
    scene: i32,
    redirect: Url,
    reserved: Option<String>,
    query: String,
}

impl Asked {
    async fn read(app: &App, request: &HttpRequest, right: Right) -> Result<Self, Wrong> {
        let query = request.query_string();
        let scene = parameter(query, "scene");
        let scene = if scene.is_empty() { Ok(0) } else { scene.parse() };
        let scene = scene.ok().filter(|scene| (0..=LAST_SCENE).contains(scene));
        let reserved = parameter(query, "reserved");
        let template = parameter(query, "template_id");
        if reserved.len() > MAX_RESERVED || reserved.chars().any(char::is_control) {
            return Err(Wrong::Parameter);
        }
        if template.is_empty() || template.contains('\0') {
            return Err(Wrong::Template);
        }
        let redirect = web_address(&parameter(query, "redirect_url"))?;
        let account = account_of(app, &parameter(query, "appid")).await?;
        account.may(right)?;
        Ok(Self {
            account,
            template,
            scene: scene.ok_or(Wrong::Parameter)?,
            redirect,
            reserved: Some(reserved).filter(|reserved| !reserved.is_empty()),
            query: query.to_owned(),
        })
    }

    fn origin(&self) -> String {
        self.redirect.origin().ascii_serialization()
    }

    fn form(&self, app: &App, path: &str, visitor: Visitor) -> Form {
        Form {
            host: self.redirect.host_str().unwrap_or_default().to_owned(),
            action: format!("{path}?{}", self.query),
            seal: visitor.seal(app, path, &self.query),
            name: visitor.name,
        }
    }

    /// Where the user goes on, with what they said.
    fn back(&self, openid: &str, template: &str, action: &str) -> Url {
        let mut url = self.redirect.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("openid", openid)
                .append_pair("template_id", template)
                .append_pair("action", action)
                .append_pair("scene", &self.scene.to_string());
            if let Some(reserved) = &self.reserved {
                query.append_pair("reserved", reserved);
            }
        }
        url
    }
}

/// The first parameter of this name, empty if absent.
fn parameter(query: &str, name: &str) -> String {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Who pressed a button of the form, if it is the one that was shown to them for this question.
async fn decider(
    app: &App,
    request: &HttpRequest,
    path: &str,
    form: &str,
) -> Result<Visitor, Wrong> {
    let visitor = visitor(app, request).await?.ok_or(Wrong::Seal)?;
    let seal = visitor.seal(app, path, request.query_string());
    if same(&seal, &parameter(form, "seal")) { Ok(visitor) } else { Err(Wrong::Seal) }
}
