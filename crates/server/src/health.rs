//! For whoever watches over the process.
use actix_web::{HttpResponse, web};
use crier_core::App;

/// `/healthz`: the process answers. `/readyz`: the database does too.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .service(web::redirect("/", "/console"));
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

async fn readyz(app: web::Data<App>) -> HttpResponse {
    match app.read(crier_core::nodes::any).await {
        Ok(true) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Ok(false) => not_ready("this node has lost its lease"),
        Err(error) => not_ready(&error.to_string()),
    }
}

fn not_ready(why: &str) -> HttpResponse {
    tracing::warn!(why, "not ready");
    HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready\n")
}
