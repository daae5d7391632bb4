//! Uploads: streamed into memory up to a limit, then checked and stored by the domain.
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpResponse;
use actix_web::web::Data;
use crier_core::media::{Media, MediaKind, Owner, Upload};
use crier_core::{App, Error, Timestamp};
use crier_http::inputs::too_large;
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Code, Problem};
use futures_util::TryStreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Identity;
use crate::shapes::media_url;

/// The largest file of any kind.
const MAX_FILE: usize = 10 << 20;
/// What is read and thrown away of a file that is too large, so that the client hears why: most
/// clients read no answer before they have sent everything.
const MAX_DRAINED: usize = 64 << 20;
/// Fields of a form that mean nothing here.
const MAX_FIELDS: usize = 20;

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct UploadForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// `image`, `voice`, `video` or `thumb`; told from the content if absent.
    r#type: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Uploaded {
    /// What messages name it by.
    media_id: String,
    /// `image`, `voice`, `video` or `thumb`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Bytes, after metadata was taken out of a picture.
    size: i64,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl Uploaded {
    fn of(media: &Media, public_url: &str) -> Self {
        let url = media_url(public_url, &media.media_key);
        Self {
            media_id: media.media_key.clone(),
            kind: media.kind.as_str(),
            size: media.size,
            thumbnail_url: media.has_thumbnail.then(|| format!("{url}/thumbnail")),
            url,
            width: media.width,
            height: media.height,
            expires_at: media.expires_at,
        }
    }
}

/// Upload a file
///
/// Pictures (JPEG, PNG, GIF, WebP up to 10 MB) lose their metadata; recordings (AMR, MP3, M4A,
/// Ogg, WAV up to 2 MB) and films (MP4 up to 10 MB) are kept as they are. The content decides what
/// a file is.
#[utoipa::path(post, path = "/v1/media", tag = "Media",
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = Uploaded), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 413, body = ProblemBody),
    (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn upload(app: Data<App>, who: Identity, form: Multipart) -> Answer {
    app.limits.uploads.check(&who.user.to_string()).await?;
    let Form { file, kind } = read(form).await?;
    let (name, bytes) = file.ok_or_else(|| Problem::invalid("file", "is required"))?;
    let upload = Upload {
        owner: Owner::User(who.user),
        kind,
        name,
        bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    let media = app.store_media(upload).await.map_err(refusal)?;
    Ok(HttpResponse::Created().json(Uploaded::of(&media, &app.public_url)))
}

fn refusal(error: Error) -> Problem {
    match error {
        Error::Invalid { field: "size", problem } => Problem::new(Code::TooLarge, problem),
        Error::Invalid { field: "type", problem } => Problem::invalid("file", problem),
        other => other.into(),
    }
}

#[derive(Default)]
struct Form {
    file: Option<(String, Vec<u8>)>,
    kind: Option<MediaKind>,
}

async fn read(mut fields: Multipart) -> Answer<Form> {
    let mut form = Form::default();
    let mut read = 0;
    while let Some(field) = fields.try_next().await.map_err(broken)? {
        read += 1;
        if read > MAX_FIELDS {
            return Err(Problem::new(Code::MalformedBody, "the form has too many fields"));
        }
        match field.name().unwrap_or_default() {
            "file" if form.file.is_none() => {
                let name = field.content_disposition().and_then(|part| part.get_filename());
                let name = name.unwrap_or_default().to_owned();
                form.file = Some((name, bytes(field, MAX_FILE).await?));
            }
            "type" => {
                let word = bytes(field, 64).await?;
                let kind = std::str::from_utf8(&word).ok().and_then(MediaKind::parse);
                let wrong = || Problem::invalid("type", "must be image, voice, video or thumb");
                form.kind = Some(kind.ok_or_else(wrong)?);
            }
            _ => drop(bytes(field, MAX_FILE).await?),
        }
    }
    Ok(form)
}

async fn bytes(mut field: Field, limit: usize) -> Answer<Vec<u8>> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = field.try_next().await.map_err(broken)? {
        seen += chunk.len();
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else {
            kept = Vec::new();
        }
        if seen > MAX_DRAINED {
            break;
        }
    }
    if seen > limit { Err(too_large(limit)) } else { Ok(kept) }
}

fn broken(error: MultipartError) -> Problem {
    Problem::new(Code::MalformedBody, format!("multipart/form-data: {error}"))
}
