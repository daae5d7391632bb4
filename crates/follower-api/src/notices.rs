//! Which of an account's notices a follower wants.
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use crier_core::facts::NoticeAnswer;
use crier_core::notices::{self, AT_ONCE, Listed};
use crier_core::one_time::LAST_SCENE;
use crier_core::{App, followers};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fields, required};
use crate::identity::Identity;

#[derive(Serialize, ToSchema)]
pub struct NoticesView {
    notices: Vec<NoticeView>,
}

/// A notice an account sends, or may ask to send.
#[derive(Serialize, ToSchema)]
pub struct NoticeView {
    template_id: String,
    title: String,
    /// One of them, as lines.
    example: String,
    /// `message` comes unless it is refused; of `once` each yes is good for one; `long` comes until
    /// it is refused.
    kind: &'static str,
    /// Whether the follower wants it.
    accepted: bool,
    /// Of `once`: how many were agreed to and have not come yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<i32>,
}

impl NoticeView {
    fn of(listed: Listed) -> Self {
        let accepted = listed.is_accepted();
        let Listed { template, permit } = listed;
        let remaining = permit.filter(|_| template.kind == crier_core::templates::Kind::Once);
        Self {
            template_id: template.template_key,
            title: template.title,
            example: template.example,
            kind: template.kind.as_str(),
            accepted,
            remaining: remaining.map(|permit| permit.remaining),
        }
    }
}

/// An account's notices
///
/// Its template messages, and the subscription notices that the follower was asked about.
#[utoipa::path(get, path = "/v1/accounts/{account}/notices", tag = "Notices",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 200, body = NoticesView), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: Data<App>, who: Identity, name: Path<String>) -> Answer<Json<NoticesView>> {
    let account = app.account(&name).await?;
    let (id, follower) = (account.id, who.at(&app, &account).await?);
    let all = app.read(move |conn| notices::all(conn, id, follower)).await?;
    Ok(Json(NoticesView { notices: all.into_iter().map(NoticeView::of).collect() }))
}

/// What a follower said when they were asked.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct AnswersBody {
    /// One to ten.
    answers: Vec<AnswerBody>,
    /// Where they were asked, as the host app numbers its places: 0 to 10000; 0 if absent.
    scene: Option<i32>,
}

/// What they said to one notice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct AnswerBody {
    template_id: String,
    accept: bool,
}

/// Answer what an account asked
///
/// The host app asks on the account's behalf. Each yes to a notice of kind `once` is good for one.
/// The operator is told. It needs no following.
#[utoipa::path(post, path = "/v1/accounts/{account}/notices", tag = "Notices",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = AnswersBody, responses(
    (status = 204, description = "noted"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody)))]
pub async fn answer(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let answers: Vec<NoticeAnswer> =
        fields.objects("answers", AT_ONCE)?.iter().map(said).collect::<Result<_, _>>()?;
    let scene = fields.whole("scene", 0, i64::from(LAST_SCENE))?.unwrap_or(0);
    let scene = i32::try_from(scene).unwrap_or(0);
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let (vault, roster) = (app.vault.clone(), app.roster.clone());
    let noted = app.write(move |tx| {
        let follower = followers::acquaint(tx, &vault, &account, who.user)?;
        notices::answer(tx, &roster, account.id, follower.id, &answers, scene)
    });
    noted.await?;
    Ok(HttpResponse::NoContent().finish())
}

fn said(fields: &Fields) -> Result<NoticeAnswer, Problem> {
    Ok(NoticeAnswer {
        template_id: required("answers.template_id", fields.text("template_id", 1, 64)?)?,
        accepted: required("answers.accept", fields.flag("accept")?)?,
    })
}

/// What a follower wants of one notice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct ChoiceBody {
    accept: bool,
}

/// Switch a notice on or off
///
/// A refusal takes back what was agreed to and has not come yet. The operator is told of
/// subscription notices.
#[utoipa::path(put, path = "/v1/accounts/{account}/notices/{template}", tag = "Notices",
    params(("account" = String, Path, description = "handle or app id"),
        ("template" = String, Path, description = "the notice's `template_id`")),
    request_body = ChoiceBody, responses(
    (status = 204, description = "noted"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn set(
    app: Data<App>,
    who: Identity,
    path: Path<(String, String)>,
    fields: Json<Fields>,
) -> Answer {
    let accepted = required("accept", fields.flag("accept")?)?;
    let (name, template_id) = path.into_inner();
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let follower = who.at(&app, &account).await?;
    let (roster, answer) = (app.roster.clone(), NoticeAnswer { template_id, accepted });
    app.write(move |tx| notices::set(tx, &roster, account.id, follower, &answer)).await?;
    Ok(HttpResponse::NoContent().finish())
}
