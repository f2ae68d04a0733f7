//! Finished runs served over HTTP: rows in, predictions out, the same to the last byte as `mtlc predict` writes.
//!
//! One thread speaks with everybody ([`listen`], [`app`]) and never computes; another one asks the models ([`engine`]), about all that has come
//! in the meantime at once. What comes in is read as files are ([`request`]), so that rows are checked in the same words. Paths and
//! bodies are those of KServe's first protocol, which other servers of models speak too.

mod app;
mod describe;
mod engine;
mod listen;
mod metrics;
mod models;
mod predict;
mod refusal;
mod renew;
mod reply;
mod request;

use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use tokio::sync::Semaphore;

pub use engine::Gathering;
pub use models::{Models, Named};
pub use renew::Open;

use crate::project::directory::now;
use crate::project::opened::State;

/// How it is served.
#[derive(Clone, Debug)]
pub struct Settings {
    pub address: SocketAddr,
    /// What whoever asks must know.
    pub token: Option<String>,
    pub most_bytes: usize,
    pub most_rows: usize,
    /// How many questions may be under way.
    pub most_requests: usize,
    /// How long a request may take to come, and to be answered.
    pub timeout: Duration,
    pub gathering: Gathering,
    /// Whether the log is of errors alone.
    pub quiet: bool,
    /// How often it is looked for new runs; never if it is nothing.
    pub renew: Option<Duration>,
}

impl Settings {
    /// Whether only this machine can ask, and needs no token.
    fn is_local(&self) -> bool {
        self.address.ip().is_loopback() && self.token.is_none()
    }
}

/// Takes a line of the log.
pub type Log = Arc<dyn Fn(serde_json::Value) + Send + Sync>;
/// Whether it is time to end.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// Why nothing is served.
#[derive(Debug)]
pub enum NotServed {
    /// Another process listens there.
    Taken(SocketAddr),
    /// The address cannot be listened at.
    NoAddress(SocketAddr, std::io::Error),
    /// The system gives no thread, or no more of the network.
    Failed(std::io::Error),
}

/// Takes an address.
///
/// # Errors
/// If it cannot be had.
pub fn bind(address: SocketAddr) -> Result<TcpListener, NotServed> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => NotServed::Taken(address),
        _ => NotServed::NoAddress(address, error),
    })
}

/// Serves until it is asked to stop, and then until every question has its answer. `states` are what the runs were when they were opened.
///
/// # Errors
/// If the system lets it down.
pub fn serve(
    listener: TcpListener,
    models: Models,
    states: Vec<Option<State>>,
    open: Open,
    settings: Settings,
    (log, stop): (Log, Stop),
) -> Result<(), NotServed> {
    let (models, metrics) = (Arc::new(models), Arc::new(metrics::Metrics::default()));
    let engine = engine::Engine::start(settings.gathering, metrics.clone()).map_err(NotServed::Failed)?;
    let renewing = settings.renew.map(|every| {
        let (models, metrics, log, stop) = (models.clone(), metrics.clone(), log.clone(), stop.clone());
        std::thread::spawn(move || renew::watch(&models, states, &open, every, (&metrics, &log), &stop))
    });
    let log: Log = Arc::new(move |line: serde_json::Value| {
        let mut whole = serde_json::json!({ "time": now() });
        if let (Some(whole), serde_json::Value::Object(line)) = (whole.as_object_mut(), line) {
            whole.extend(line);
        }
        log(whole);
    });
    let app = Arc::new(app::App {
        models,
        jobs: engine.jobs(),
        free: Semaphore::new(settings.most_requests),
        settings,
        metrics,
        ready: AtomicBool::new(true),
        log,
        run: std::process::id() ^ since_1970(),
        count: AtomicU64::new(1),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NotServed::Failed)?;
    let listened = runtime.block_on(listen::listen(listener, app::router(app.clone()), app.clone(), stop));
    // With the last connection goes the last way to the engine.
    drop((runtime, app));
    engine.end();
    if let Some(renewing) = renewing {
        let _ = renewing.join();
    }
    listened.map_err(NotServed::Failed)
}

fn since_1970() -> u32 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| since.as_millis() as u32)
}

impl fmt::Display for NotServed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotServed::Taken(address) => write!(f, "another process listens at {address}"),
            NotServed::NoAddress(address, error) => write!(f, "cannot listen at {address}: {error}"),
            NotServed::Failed(error) => write!(f, "cannot serve: {error}"),
        }
    }
}
