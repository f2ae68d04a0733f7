//! `mtlc serve`: finished runs, asked over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::args::DeviceArg;
use super::output::complain;
use super::stopped::Stopped;
use super::{Outcome, interrupt};
use crate::project::kept::Kept;
use crate::project::opened::{Opened, State};
use crate::serve::{self, Gathering, Models, Named, NotServed, Settings};

/// Serve finished runs over HTTP: predictions, a page to try them, health, metrics
///
/// Rows go to `POST /v1/models/NAME:predict` as `{"instances": [{…}]}`, JSON lines, CSV, an Arrow stream or a form with files, and predictions
/// come back as `mtlc predict` writes them. Logs are lines of JSON on standard error. SIGTERM or Ctrl-C ends it when all that was asked
/// has its answer. `docs/serve.md` has everything.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// Run directories or packs, each served by the name of its spec, or by another: `NAME=RUN`
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<String>,
    /// Where to listen: this machine alone, unless told otherwise
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port; 0 for any that is free, which the first line of the log says
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    port: u16,
    /// What requests must bring, as `Authorization: Bearer TOKEN`; `@FILE` reads it from a file, so that no list of processes shows it
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// The largest body of a request, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=4096))]
    max_body: u32,
    /// The most rows of a request
    #[arg(long, value_name = "ROWS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_rows: u32,
    /// The most questions under way; to more, 429 is answered
    #[arg(long, value_name = "REQUESTS", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_requests: u32,
    /// How many seconds a request may take to come, and to be answered
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// How many milliseconds a question waits for others to be asked together. What comes while a model computes is gathered anyway
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=1000))]
    gather: u64,
    /// The most rows that a model is asked about together
    #[arg(long, value_name = "ROWS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    gather_rows: u32,
    /// How often, in seconds, to look whether a run has been replaced, such as by `latest` moved on; 0 for never
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds)]
    reload: f64,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    device: DeviceArg,
}

fn seconds(text: &str) -> Result<f64, String> {
    let given = text.parse::<f64>().ok().filter(|seconds| (0.0..=86_400.0).contains(seconds));
    given.ok_or_else(|| "write a number of seconds, 0 or more".into())
}

pub fn run(args: ServeArgs) -> Outcome {
    match served(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn served(args: &ServeArgs) -> Result<(), Stopped> {
    let token = args.token.as_deref().map(token).transpose()?;
    let settings = Settings {
        address: SocketAddr::new(args.host, args.port),
        token,
        most_bytes: args.max_body as usize * (1 << 20),
        most_rows: args.max_rows as usize,
        most_requests: args.max_requests as usize,
        timeout: Duration::from_secs(args.timeout),
        gathering: Gathering { wait: Duration::from_millis(args.gather), rows: args.gather_rows as usize },
        quiet: args.quiet,
        renew: (args.reload > 0.0).then(|| Duration::from_secs_f64(args.reload)),
    };
    // A port that is taken is told before models are loaded, which takes longer.
    let listener = serve::bind(settings.address)?;
    let (mut models, mut states) = (Vec::<Named>::new(), Vec::new());
    for given in &args.runs {
        let (name, path) = match given.split_once('=').filter(|_| !Path::new(given).exists()) {
            Some((name, path)) => (Some(name), PathBuf::from(path)),
            None => (None, PathBuf::from(given)),
        };
        // What it is before it is read: whatever changes from now on is another.
        states.push(State::of(&path));
        let opened = opened(&path, &args.device)?;
        let name = name.map_or_else(|| opened.kept().manifest.name.clone(), str::to_string);
        if name.is_empty() || name.contains(['/', ':', '?', '#', '%']) {
            let message = format!("`{name}` cannot be the name of a model");
            return Err(Stopped::with(&message, "name it yourself, by letters, digits, `-` and `_`: `NAME=RUN`"));
        }
        if models.iter().any(|other| other.name == name) {
            let message = format!("two models are called `{name}`");
            return Err(Stopped::with(&message, "name one of them yourself: `NAME=RUN`"));
        }
        models.push(Named::new(name, path, opened));
    }
    let address = listener.local_addr().unwrap_or(settings.address);
    let quiet = args.quiet;
    let log: serve::Log = Arc::new(move |line| {
        if !quiet || line.get("error").is_some() {
            complain(&line.to_string());
        }
    });
    interrupt::listen();
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    log(serde_json::json!({ "event": "serving", "address": format!("http://{address}"), "models": names }));
    let device = args.device.clone();
    let open: serve::Open = Box::new(move |path| opened(path, &device).map_err(words));
    serve::serve(listener, Models(models), states, open, settings, (log, Arc::new(interrupt::asked)))?;
    Ok(())
}

/// The token, as it is or from a file.
fn token(given: &str) -> Result<String, Stopped> {
    let token = match given.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read the token from `{path}`: {error}"))?
            .trim()
            .to_string(),
        None => given.to_string(),
    };
    match token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Err(Stopped::with(
            &"the token is empty, or has spaces or letters beyond ASCII",
            "make one by `openssl rand -hex 32`",
        )),
        false => Ok(token),
    }
}

fn opened(path: &Path, device: &DeviceArg) -> Result<Opened, Stopped> {
    let kept = Kept::open(path)?;
    let backend = device.backend_or(kept.trained_on())?;
    Ok(Opened::open(kept, backend)?)
}

/// Why a run that was to take the place of another cannot.
fn words(stopped: Stopped) -> String {
    match stopped {
        Stopped::Message(message, Some(help)) => format!("{message}; {help}"),
        Stopped::Message(message, None) | Stopped::Interrupted(message) => message,
        Stopped::Problems | Stopped::Said(_) => "its preprocessing does not go together with its spec".into(),
    }
}

impl From<NotServed> for Stopped {
    fn from(not_served: NotServed) -> Self {
        let help = match not_served {
            NotServed::Taken(_) => {
                "choose another port by `--port`, or end the other process; `--port 0` takes any that is free"
            }
            NotServed::NoAddress(..) => {
                "`--host` is an address of this machine; ports below 1024 are for the administrator"
            }
            NotServed::Failed(_) => "see what else runs on this machine",
        };
        Stopped::with(&not_served, help)
    }
}
