//! Who is calling: the user of a follower token.
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::error::{Denial, Error};
use crier_core::ids::UserId;
use crier_core::users::Platform;
use crier_http::Problem;

/// The user a request's token is for. A handler that asks for it cannot run without a valid one.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    pub user: UserId,
    /// What they call from: as their token says, or else as the request does.
    pub platform: Option<Platform>,
}

impl FromRequest for Identity {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = req.app_data::<web::Data<App>>().cloned();
        let token = bearer(req).map(str::to_owned);
        let agent = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        let seen = agent.map(Platform::of_user_agent);
        Box::pin(async move {
            let app = app.ok_or_else(|| Error::Internal("no application is set".into()))?;
            let missing = "send a follower token as Authorization: Bearer";
            let token = token.ok_or_else(|| Problem::unauthorized(missing))?;
            identify(&app, &token, seen).await
        })
    }
}

fn bearer(req: &HttpRequest) -> Option<&str> {
    let (scheme, token) = req.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

async fn identify(app: &App, token: &str, seen: Option<Platform>) -> Result<Identity, Problem> {
    let checked = app.verify_follower_token(token).await;
    let (host_app, claims) = checked.map_err(|error| match error {
        Error::Denied(Denial::Credentials) => {
            Problem::unauthorized("the follower token is wrong or has expired")
        }
        other => other.into(),
    })?;
    let platform = claims.platform.as_deref().map(Platform::of_claim).or(seen);
    Ok(Identity { user: app.user(&host_app, &claims).await?, platform })
}

impl Identity {
    /// Counts one thing done by this user.
    pub async fn pace(&self, app: &App) -> Result<(), Problem> {
        Ok(app.limits.messages.check(&self.user.to_string()).await?)
    }

    /// The follower this user is at an account, also after they left.
    pub async fn at(
        &self,
        app: &App,
        account: &Account,
    ) -> Result<crier_core::ids::FollowerId, Problem> {
        Ok(app.follower(account.id, self.user).await?)
    }
}
