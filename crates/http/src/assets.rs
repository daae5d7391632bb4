//! Styles, scripts and icons: `web/dist`, built into the binary (read from the folder in debug
//! builds). Their names never change, so browsers ask each time and mostly hear "not modified".
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header as _, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::Answer;
use crate::problems::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// Serves `/assets/…`.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::resource("/assets/{path:.+}")
            .route(web::get().to(asset))
            .route(web::head().to(asset))
            .default_service(web::to(crate::inputs::other_method)),
    );
}

async fn asset(req: HttpRequest, path: web::Path<String>) -> Answer {
    let file = find(&path).ok_or_else(|| Problem::not_found("file"))?;
    let tag = EntityTag::new_strong(hex::encode(&file.metadata.sha256_hash()[..16]));
    let mut answer =
        if is_known(&req, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, "no-cache"));
    if is_known(&req, &tag) {
        return Ok(answer.finish());
    }
    Ok(answer.insert_header((CONTENT_TYPE, content_type(&file))).body(file.data.into_owned()))
}

/// In debug builds the folder itself is read: nothing above it, and no stamp files of the build.
fn find(path: &str) -> Option<EmbeddedFile> {
    let plain = !path.split(['/', '\\']).any(|part| part.starts_with('.') || part.is_empty());
    plain.then(|| Dist::get(path)).flatten()
}

fn content_type(file: &EmbeddedFile) -> String {
    let mime = file.metadata.mimetype();
    if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() }
}

/// Whether the client has this version already.
pub(crate) fn is_known(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|one| one.weak_eq(tag)),
        Err(_) => false,
    }
}
