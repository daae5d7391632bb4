//! Serves stored files. The key is the right to read one, so the answer belongs to who asked.
//! Whatever a file holds, a browser must never run it with our rights.
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, Charset,
    ContentDisposition, DispositionParam, DispositionType, ETAG, EntityTag, ExtendedValue,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use crier_core::App;
use crier_core::media::Media;

use crate::Answer;
use crate::assets::is_known;

/// A browser that shows a file on its own may play it and nothing else.
const POLICY: &str = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; \
    style-src 'unsafe-inline'";

/// Serves `/media/KEY` and `/media/KEY/thumbnail`.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for (path, thumbnail) in [("/media/{key}", false), ("/media/{key}/thumbnail", true)] {
        let serve = move |req, app, key| serve(req, app, key, thumbnail);
        cfg.service(
            web::resource(path)
                .route(web::get().to(serve))
                .route(web::head().to(serve))
                .default_service(web::to(crate::inputs::other_method)),
        );
    }
}

async fn serve(
    req: HttpRequest,
    app: web::Data<App>,
    key: web::Path<String>,
    thumbnail: bool,
) -> Answer {
    let media = app.media(&key).await?;
    let tag = EntityTag::new_strong(format!("{}{}", media.id, if thumbnail { "t" } else { "" }));
    if is_known(&req, &tag) {
        return Ok(dress(HttpResponse::NotModified(), &media, &tag, thumbnail).finish());
    }
    let bytes = if thumbnail {
        app.thumbnail_bytes(&media).await?
    } else {
        app.media_bytes(&media).await?
    };
    Ok(dress(HttpResponse::Ok(), &media, &tag, thumbnail).body(bytes))
}

fn dress(
    mut answer: HttpResponseBuilder,
    media: &Media,
    tag: &EntityTag,
    thumbnail: bool,
) -> HttpResponseBuilder {
    let lasts = if media.permanent { "31536000" } else { "259200" };
    let mime = if thumbnail { "image/jpeg" } else { media.mime.as_str() };
    answer
        .insert_header((CONTENT_TYPE, mime))
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, format!("private, max-age={lasts}, immutable")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY));
    if !thumbnail {
        answer.insert_header((CONTENT_DISPOSITION, disposition(&media.name)));
    }
    answer
}

fn disposition(name: &str) -> ContentDisposition {
    let plain = name.bytes().all(|byte| (0x20..0x7F).contains(&byte) && byte != b'\\');
    let name = if plain {
        DispositionParam::Filename(name.to_owned())
    } else {
        let value = name.as_bytes().to_vec();
        let charset = Charset::Ext("UTF-8".into());
        DispositionParam::FilenameExt(ExtendedValue { charset, language_tag: None, value })
    };
    ContentDisposition { disposition: DispositionType::Inline, parameters: vec![name] }
}
