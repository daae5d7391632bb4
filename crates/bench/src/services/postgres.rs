//! A PostgreSQL that keeps what it has committed. The one for tests does not (`fsync=off`), and with
//! it every figure would flatter: beside such a one, this starts another from the same programs.
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use super::database::connect;

/// What is set apart from the defaults: as the floor was measured with.
const SETTINGS: [&str; 4] = [
    "--shared_buffers=1GB",
    "--max_wal_size=4GB",
    "--max_connections=300",
    "--unix_socket_directories=",
];

/// A PostgreSQL server on this machine.
pub struct Postgres {
    /// Where it is, with a database to make others from.
    pub url: String,
    /// The parent of all its processes.
    pub postmaster: u32,
    _own: Option<Cluster>,
}

impl Postgres {
    /// The server at `url`, or one like it that keeps what it has committed.
    ///
    /// # Errors
    /// When it cannot be reached, or is not on this machine.
    pub async fn durable(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        let show = async |setting: &str| -> Result<String> {
            Ok(client.query_one(&format!("SHOW {setting}"), &[]).await?.get(0))
        };
        let folder = show("data_directory").await?;
        let postmaster = postmaster(Path::new(&folder))?;
        if show("fsync").await? == "on" && show("synchronous_commit").await? != "off" {
            return Ok(Self { url: url.to_owned(), postmaster, _own: None });
        }
        let program = std::fs::read_link(format!("/proc/{postmaster}/exe"))?;
        let own = Cluster::start(&program).await?;
        let url = own.url();
        eprintln!(
            "PostgreSQL there does not flush what it commits; measuring on one that does: {url}"
        );
        Ok(Self { url, postmaster: own.postmaster.id(), _own: Some(own) })
    }
}

fn postmaster(data: &Path) -> Result<u32> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).with_context(|| {
        format!("PostgreSQL keeps its files out of sight, in {}", data.display())
    })?;
    text.lines().next().and_then(|line| line.trim().parse().ok()).context("no process in its file")
}

/// A server of our own, in a folder of its own.
struct Cluster {
    postmaster: Child,
    port: u16,
    _folder: TempDir,
}

impl Cluster {
    async fn start(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = prepare(&folder)?;
        let initdb = program.with_file_name("initdb");
        let words = ["--no-sync", "--locale=C", "--encoding=UTF8", "--username=postgres"];
        let mut making = command(&initdb);
        making.arg("--pgdata").arg(&data).args(words).arg("--auth=trust").stdout(Stdio::null());
        anyhow::ensure!(making.status()?.success(), "initdb failed");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let postmaster = command(program)
            .arg("-D")
            .arg(&data)
            .args(SETTINGS)
            .args([&format!("--port={port}"), "--listen_addresses=127.0.0.1"])
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { postmaster, port, _folder: folder };
        cluster.ready().await?;
        Ok(cluster)
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    async fn ready(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if connect(&self.url()).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("PostgreSQL was not ready within 30 s")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.postmaster.id()).ok().and_then(Pid::from_raw) {
            // An interrupt is PostgreSQL's fast stop.
            let _ = kill_process(pid, Signal::INT);
            drop(self.postmaster.wait());
        }
    }
}

/// PostgreSQL refuses to run as root, so it runs as its own user then; and it ends with this tool,
/// however that ends.
fn command(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if geteuid().is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg("--").arg(program).current_dir("/");
    command
}

fn prepare(folder: &TempDir) -> Result<PathBuf> {
    let data = folder.path().join("data");
    let mut install = Command::new("install");
    install.args(["-d", "-m", "700"]);
    if geteuid().is_root() {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
        install.args(["-o", "postgres", "-g", "postgres"]);
    }
    anyhow::ensure!(install.arg(&data).status()?.success(), "{} not made", data.display());
    Ok(data)
}
