//! A server as an ordinary process, which can be killed and started again.
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::http;

/// How long a server may take until it is ready, and until it has stopped.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes the command that starts a server on a port.
type Launch = Box<dyn Fn() -> Command + Send + Sync>;

/// A process that serves on a port of the loopback.
pub struct Node {
    /// Where it listens.
    pub port: u16,
    launch: Launch,
    child: Child,
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Node {
    /// Starts one on a free port and waits until it is ready.
    ///
    /// # Errors
    /// When it ends, or is not ready within half a minute.
    pub async fn start(launch: impl Fn(u16) -> Command + Send + Sync + 'static) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let launch: Launch = Box::new(move || launch(port));
        let child = spawn(&launch)?;
        let mut node = Self { port, launch, child };
        node.ready().await?;
        Ok(node)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power failure would, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.launch)?;
        self.ready().await
    }

    /// Asks it to stop, and waits.
    pub async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.pid())?;
        kill_process(Pid::from_raw(pid).context("no process")?, Signal::TERM)?;
        let until = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > until {
                bail!("the server did not stop within {} s", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn ready(&mut self) -> Result<()> {
        let (until, request) = (Instant::now() + PATIENCE, http::request("GET", "/readyz", "", ""));
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once: {status}");
            }
            if let Ok((200, _)) = http::call(self.port, &request).await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the server was not ready within {} s", PATIENCE.as_secs())
    }
}

fn spawn(launch: &Launch) -> Result<Child> {
    let mut command = launch();
    let program = command.get_program().to_string_lossy().into_owned();
    command.spawn().with_context(|| format!("{program}: build it first, with make build"))
}
