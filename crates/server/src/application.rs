//! The whole application: built from settings, bound before it runs, stopped gracefully.
use std::fs::File;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Compress, NormalizePath, TrailingSlash, from_fn};
use actix_web::{App as Routes, HttpServer, web};
use anyhow::{Context as _, Result, bail};
use crier_core::App;
use crier_core::app::Parts;
use crier_core::clock::SystemClock;
use crier_core::media::Blobs;
use crier_core::meters::Meters;
use crier_core::nodes::{self, Node};
use crier_core::{drafts, followers, host_apps, menus, migrate, publications, quotas, sweeps};
use crier_dispatch::guard::Guard;
use crier_dispatch::native::Native;
use crier_dispatch::sender::Sender;
use crier_dispatch::{Dispatcher, Propagate, Setup, dialect::Dialect};
use tokio::sync::watch;

use crate::metering::Metering;
use crate::operating::operator;
use crate::settings::Settings;
use crate::traces;
use crate::watching::{Watch, watched};

/// How long open requests may take at a stop.
const REQUESTS_END: u64 = 5;

/// A server that is bound and wired, but does not serve yet.
pub struct Application {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    dispatcher: Dispatcher,
    runtime: tokio::runtime::Runtime,
    mails: crier_mail::Transport,
    log_days: i64,
    metering: Metering,
    watch: Watch,
    /// Held while this runs: a SQLite file has one server.
    _lock: Option<File>,
}

/// The application for commands that run beside the server: it delivers nothing.
pub async fn beside(settings: &Settings) -> Result<Arc<App>> {
    prepare(settings)?;
    build(settings, None, String::new(), None, Meters::default()).await
}

/// Makes the data directory and brings the database up to date.
pub fn prepare(settings: &Settings) -> Result<usize> {
    std::fs::create_dir_all(&settings.data_dir)
        .with_context(|| format!("{} cannot be made", settings.data_dir.display()))?;
    if let Some(folder) = settings.database.file().and_then(|file| file.parent()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut conn = settings
        .database
        .connect()
        .context("the database cannot be reached; check database_url")?;
    migrate::up(&mut conn).map_err(|error| anyhow::anyhow!("the database is not migrated: {error}"))
}

async fn build(
    settings: &Settings,
    node: Option<Node>,
    public_url: String,
    redis_url: Option<String>,
    meters: Meters,
) -> Result<Arc<App>> {
    let vault = settings.vault()?;
    let app = App::build(Parts {
        database: settings.database.clone(),
        redis_url,
        clock: Arc::new(SystemClock::default()),
        vault: vault.clone(),
        blobs: Blobs::folder(&settings.media_dir),
        public_url,
        node,
        rates: settings.rates,
        meters,
        closed_days: settings.closed_account_days,
    })
    .await?;
    app.quotas.set_limits(settings.daily_limits.clone());
    app.write(move |tx| host_apps::ensure_local(tx, &vault)).await?;
    Ok(app)
}

impl Application {
    /// Binds, migrates, enters as a node and wires everything.
    pub async fn build(settings: &Settings) -> Result<Self> {
        let lock = lock(settings)?;
        let listener = TcpListener::bind(settings.listen)
            .with_context(|| format!("{} cannot be listened on; set listen", settings.listen))?;
        let address = listener.local_addr()?;
        prepare(settings)?;
        let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let node = enter(settings)?;
        let metering = Metering::new()?;
        let (meters, delivering, http) = metering.meters();
        let watch = Watch::new(http, settings.traces.as_ref());
        let redis_url = settings.redis_url.clone();
        let app = build(settings, Some(node.clone()), public_url, redis_url, meters).await?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("crier-dispatch")
            .enable_all()
            .build()?;
        let guard = Guard::new(settings.webhook_allow.clone());
        let sender = Sender::trusting(guard, &settings.webhook_ca)
            .context("no TLS for webhooks; are the system's root certificates installed?")?;
        app.set_outside(Arc::new(sender.clone()));
        let dialects: Vec<Arc<dyn Dialect>> =
            vec![Arc::new(Native), Arc::new(crier_wechat::Wechat)];
        let dispatcher = Dispatcher::start(Setup {
            app: app.clone(),
            node,
            sender,
            dialects,
            schedule: settings.webhook_schedule.clone(),
            off_after: settings.webhook_off_after,
            meters: delivering,
            propagate: settings.traces.as_ref().map(|_| traces::parent_of as Propagate),
            runtime: runtime.handle().clone(),
        });
        dispatcher.check_endpoints();
        app.set_sources(sources(settings));
        let log_days = settings.log_retention_days;
        let mails = match &settings.smtp_url {
            Some(url) => crier_mail::Transport::smtp(url)?,
            None => crier_mail::Transport::Folder(settings.data_dir.join("mails")),
        };
        Ok(Self {
            app,
            listener,
            address,
            dispatcher,
            runtime,
            mails,
            log_days,
            metering,
            watch,
            _lock: lock,
        })
    }

    /// The application inside.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done, then stops gracefully: no new requests, open streams end, what
    /// is being delivered is finished, the rest is given back.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<()> {
        self.begin_work();
        let data = web::Data::from(self.app.clone());
        let load = web::Data::new(self.dispatcher.clone());
        let metering = web::Data::new(self.metering.clone());
        let watch = web::Data::new(self.watch);
        let operator = web::Data::new(operator(self.address)?);
        let server = HttpServer::new(move || {
            Routes::new()
                .app_data(data.clone())
                .app_data(load.clone())
                .app_data(metering.clone())
                .app_data(watch.clone())
                .app_data(operator.clone())
                .wrap(from_fn(watched))
                .wrap(Compress::default())
                .wrap(from_fn(crier_http::envelope::envelope))
                .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
                .configure(routes)
        })
        .listen(self.listener)?
        .disable_signals()
        .shutdown_timeout(REQUESTS_END)
        .run();
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        let (ending, ended) = watch::channel(false);
        self.runtime.spawn(crier_mail::run(self.app.clone(), self.mails, ended));
        let dispatcher = self.dispatcher.clone();
        let replaced = tokio::select! {
            () = stop => false,
            () = dispatcher.until_replaced() => true,
        };
        tracing::info!("stopping");
        self.app.hub.close();
        handle.stop(true).await;
        ending.send_replace(true);
        self.dispatcher.stop().await;
        serving.await??;
        if let Err(error) = self.app.store_calls().await {
            tracing::warn!(%error, "the last calls were not stored");
        }
        self.runtime.shutdown_background();
        if replaced {
            bail!("another node has taken this one's place while it was away; start it again");
        }
        Ok(())
    }

    /// What goes on beside the answering of requests: each ends with the runtime.
    fn begin_work(&self) {
        self.runtime.spawn(sweeps::keep_swept(self.app.clone(), self.log_days));
        self.runtime.spawn(crier_core::agents::keep_ended(self.app.clone()));
        self.runtime.spawn(crier_core::trails::keep_followed(self.app.clone()));
        self.runtime.spawn(crier_core::scheduled_replies::keep_sent(self.app.clone()));
        self.runtime.spawn(crier_core::team_queues::keep_filed(self.app.clone()));
        self.runtime.spawn(crier_core::mention_mails::keep_queued(self.app.clone()));
        self.runtime.spawn(crier_core::daily::keep_counted(self.app.clone()));
        self.runtime.spawn(crier_core::privacy::keep_erasing(self.app.clone()));
        self.runtime.spawn(crier_core::closures::keep_emptied(self.app.clone()));
        self.runtime.spawn(publications::keep_finishing(self.app.clone()));
        self.runtime.spawn(crier_core::plans::keep_sending(self.app.clone()));
        self.runtime.spawn(drafts::keep_publishing(self.app.clone()));
        self.runtime.spawn(followers::keep_indexed(self.app.clone()));
        self.runtime.spawn(menus::keep_publishing(self.app.clone()));
        self.runtime.spawn(self.metering.keep_small());
        self.runtime.spawn(keep_limits_small(self.app.clone()));
        self.runtime.spawn(quotas::keep_stored(self.app.clone()));
    }
}

fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(crate::health::configure)
        .configure(crier_http::assets::configure)
        .configure(crier_http::media::configure)
        .configure(crier_follower_api::configure)
        .configure(crier_console::configure)
        .configure(crier_wechat::configure)
        .default_service(web::to(crier_wechat::unknown));
}

/// Where webhooks come from: as it is set, or this machine's own addresses. Behind a translating
/// router only the setting is right.
fn sources(settings: &Settings) -> Vec<IpAddr> {
    if !settings.callback_ips.is_empty() {
        return settings.callback_ips.clone();
    }
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    let mut all: Vec<IpAddr> = found.iter().map(if_addrs::Interface::ip).collect();
    all.sort_unstable();
    all.dedup();
    let outward = |address: &IpAddr| match address {
        IpAddr::V4(four) => !four.is_loopback() && !four.is_link_local(),
        IpAddr::V6(six) => !six.is_loopback() && !six.is_unicast_link_local(),
    };
    let some: Vec<IpAddr> = all.iter().copied().filter(outward).collect();
    if some.is_empty() { all } else { some }
}

fn enter(settings: &Settings) -> Result<Node> {
    use crier_core::clock::Clock as _;
    let mut conn = settings.database.connect()?;
    Ok(nodes::enter(&mut conn, SystemClock::default().now())?)
}

/// A second server on one SQLite file would take the first one's deliveries for orphans.
fn lock(settings: &Settings) -> Result<Option<File>> {
    let Some(file) = settings.database.file() else { return Ok(None) };
    std::fs::create_dir_all(file.parent().unwrap_or(file))?;
    let path = file.with_extension("lock");
    let lock = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    if lock.try_lock().is_err() {
        bail!(
            "another server runs on {}; stop it, or use PostgreSQL for more than one",
            file.display()
        );
    }
    Ok(Some(lock))
}

async fn keep_limits_small(app: Arc<App>) {
    let mut every = tokio::time::interval(Duration::from_mins(1));
    loop {
        every.tick().await;
        app.limits.sweep();
    }
}

/// Done when the process is told to stop.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
