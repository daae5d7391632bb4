//! For whoever watches over the process.
use actix_web::{HttpResponse, web};
use crier_core::App;
use crier_dispatch::Dispatcher;

use crate::metering::Metering;

/// `/healthz`: the process answers. `/readyz`: the database does too. `/metrics`: what it is doing,
/// for Prometheus.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics))
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

async fn metrics(
    app: web::Data<App>,
    dispatcher: web::Data<Dispatcher>,
    metering: web::Data<Metering>,
) -> HttpResponse {
    app.gauge();
    dispatcher.gauge();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metering.render())
}

fn not_ready(why: &str) -> HttpResponse {
    tracing::warn!(why, "not ready");
    HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready\n")
}
