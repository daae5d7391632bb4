//! OpenID Connect, as the one who relies on a provider: authorization code flow with PKCE, state and
//! nonce. Providers are asked through the application, which guards what it reaches.
use std::sync::Arc;

use crier_core::outside::Ask;
use crier_core::sign_in_rules::{Rules, Vouched};
use crier_core::{App, Error, mint};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse as _,
};
use serde::{Deserialize, Serialize};

/// What a sign-in on its way must come back with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    /// Comes back in the address.
    pub state: String,
    nonce: String,
    verifier: String,
}

/// Why a provider's word is not taken: for the log, and for the owner who sets it up.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

fn refusal(error: impl std::error::Error) -> Refusal {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    Refusal(text.chars().take(500).collect())
}

fn because(text: &str) -> Refusal {
    Refusal(text.to_owned())
}

/// A brand's provider.
pub struct Provider {
    app: Arc<App>,
    metadata: CoreProviderMetadata,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect: RedirectUrl,
}

impl Provider {
    /// Asks the provider what it is.
    ///
    /// # Errors
    /// When it cannot be reached, or is none.
    pub async fn discover(app: Arc<App>, rules: &Rules) -> Result<Self, Refusal> {
        let secret = rules.secret(&app.vault).map_err(refusal)?;
        let issuer = IssuerUrl::new(rules.issuer.clone()).map_err(refusal)?;
        let redirect = RedirectUrl::new(redirect_of(&app, rules)).map_err(refusal)?;
        let http = |request| fetch(app.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await;
        Ok(Self {
            metadata: metadata.map_err(refusal)?,
            client_id: ClientId::new(rules.client_id.clone()),
            client_secret: ClientSecret::new(secret),
            redirect,
            app,
        })
    }

    /// Where to send somebody, and what they must come back with.
    pub fn begin(&self) -> (String, Secrets) {
        let secrets =
            Secrets { state: mint::token(), nonce: mint::token(), verifier: mint::token() };
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            self.client_id.clone(),
            Some(self.client_secret.clone()),
        )
        .set_redirect_uri(self.redirect.clone());
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state.clone()),
                move || Nonce::new(nonce.clone()),
            )
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        (url.into(), secrets)
    }

    /// Whom the provider vouches for with this code.
    ///
    /// # Errors
    /// When the code is refused, the token is not what it must be, or the address is not verified.
    pub async fn finish(&self, code: String, secrets: Secrets) -> Result<Vouched, Refusal> {
        let http = |request| fetch(self.app.clone(), request);
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            self.client_id.clone(),
            Some(self.client_secret.clone()),
        )
        .set_redirect_uri(self.redirect.clone())
        .set_auth_type(self.auth_type());
        let token = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(refusal)?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier))
            .request_async(&http)
            .await
            .map_err(refusal)?;
        let id_token = token.id_token().ok_or_else(|| because("there is no id token"))?;
        let app = self.app.clone();
        let now = move || app.clock.now().to_chrono();
        let verifier = client.id_token_verifier().set_time_fn(now);
        let claims = id_token.claims(&verifier, &Nonce::new(secrets.nonce)).map_err(refusal)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(refusal)?;
            let key = id_token.signing_key(&verifier).map_err(refusal)?;
            let hash = AccessTokenHash::from_token(token.access_token(), algorithm, key);
            if hash.map_err(refusal)? != *expected {
                return Err(because("the access token is another"));
            }
        }
        if let Some(vouched) = of_token(claims) {
            return verified(vouched);
        }
        // Providers may keep the address for the second question.
        let subject = claims.subject().clone();
        let asked = client.user_info(token.access_token().clone(), Some(subject));
        let told: CoreUserInfoClaims =
            asked.map_err(refusal)?.request_async(&http).await.map_err(refusal)?;
        verified(of_info(&told).ok_or_else(|| because("the provider tells no e-mail address"))?)
    }

    /// As the provider wants to know us: by its own preference, else in the head.
    fn auth_type(&self) -> AuthType {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        let head = methods.is_none_or(|all| all.contains(&CoreClientAuthMethod::ClientSecretBasic));
        if head { AuthType::BasicAuth } else { AuthType::RequestBody }
    }
}

/// Where a provider sends people back to: an address for each brand, so that one provider's answer
/// is never taken for another's.
pub fn redirect_of(app: &App, rules: &Rules) -> String {
    format!("{}/console/sso/{}/callback", app.public_url, rules.brand_id)
}

fn verified((vouched, is_verified): (Vouched, bool)) -> Result<Vouched, Refusal> {
    if is_verified {
        Ok(vouched)
    } else {
        Err(because("the provider has not verified the e-mail address"))
    }
}

fn of_token(claims: &CoreIdTokenClaims) -> Option<(Vouched, bool)> {
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    let vouched = Vouched {
        subject: claims.subject().to_string(),
        email: claims.email()?.to_string(),
        name: name.unwrap_or_default(),
    };
    Some((vouched, claims.email_verified()?))
}

fn of_info(claims: &CoreUserInfoClaims) -> Option<(Vouched, bool)> {
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    let vouched = Vouched {
        subject: claims.subject().to_string(),
        email: claims.email()?.to_string(),
        name: name.unwrap_or_default(),
    };
    Some((vouched, claims.email_verified().unwrap_or_default()))
}

/// Asks through the application.
async fn fetch(app: Arc<App>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let (head, body) = request.into_parts();
    let header =
        |(name, value): (&openidconnect::http::HeaderName, &openidconnect::http::HeaderValue)| {
            Some((name.to_string(), value.to_str().ok()?.to_owned()))
        };
    let ask = Ask {
        post: head.method == openidconnect::http::Method::POST,
        url: head.uri.to_string(),
        headers: head.headers.iter().filter_map(header).collect(),
        body,
    };
    Ok(HttpResponse::new(app.ask_outside(ask).await?))
}
