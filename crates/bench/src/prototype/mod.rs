//! The durable prototype: the same HTTP server and client as Crier's, durable commits in batches, and
//! nothing else. No accounts, rights, order, retries or logs: what it does is the least that any
//! server must do, and so the measure beside which Crier stands.
//!
//! POST, one writer, one transaction with a row of the message and one of the outbox, 201, hand-over
//! in memory, signed POST to the sink, marked as delivered in the writer's next commit.
mod delivery;
mod postgres;
mod sqlite;
mod writer;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use anyhow::{Result, bail};
use serde::Deserialize;
use tokio::sync::Semaphore;

use delivery::Courier;
use writer::{Message, Writer};

/// Worker threads of the HTTP server.
const WORKERS: usize = 2;
/// Messages accepted and not yet delivered: whoever sends more waits.
const BACKLOG: usize = 4_096;

/// How the prototype runs.
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// Port to listen on.
    #[arg(long)]
    port: u16,
    /// Port of the sink.
    #[arg(long)]
    sink: u16,
    /// The SQLite file.
    #[arg(long)]
    sqlite: Option<PathBuf>,
    /// The PostgreSQL database.
    #[arg(long)]
    postgres: Option<String>,
}

/// What clients send.
#[derive(Deserialize)]
struct Body {
    client_id: String,
    text: String,
}

struct Shared {
    writer: Writer,
    backlog: Arc<Semaphore>,
}

/// Serves until it is told to stop.
///
/// # Errors
/// When port or database cannot be had.
pub fn serve(settings: &Settings) -> Result<()> {
    let writer = match (&settings.sqlite, &settings.postgres) {
        (Some(path), None) => Writer::start(sqlite::Sqlite::open(path)?),
        (None, Some(url)) => Writer::start(postgres::Postgres::open(url)?),
        _ => bail!("one of --sqlite and --postgres"),
    };
    let shared = web::Data::new(Shared { writer, backlog: Arc::new(Semaphore::new(BACKLOG)) });
    let listener = TcpListener::bind(("127.0.0.1", settings.port))?;
    let sink = settings.sink;
    rt::System::new().block_on(async move {
        let routes = move || {
            App::new()
                .app_data(shared.clone())
                .app_data(web::Data::new(Courier::new(sink)))
                .route("/readyz", web::get().to(HttpResponse::Ok))
                .route("/v1/accounts/bench{account}/messages", web::post().to(accept))
        };
        Ok(HttpServer::new(routes).workers(WORKERS).listen(listener)?.run().await?)
    })
}

async fn accept(
    shared: web::Data<Shared>,
    courier: web::Data<Courier>,
    account: web::Path<i64>,
    body: web::Bytes,
) -> HttpResponse {
    let Ok(body) = serde_json::from_slice::<Body>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    // It stays open as long as the process.
    let Ok(place) = shared.backlog.clone().acquire_owned().await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let message = Message { account: *account, client_id: body.client_id, text: body.text };
    let Some((id, message)) = shared.writer.store(message).await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let writer = shared.writer.clone();
    rt::spawn(async move {
        courier.deliver(id, &message, &writer).await;
        drop(place);
    });
    HttpResponse::Created().json(serde_json::json!({ "id": id }))
}
