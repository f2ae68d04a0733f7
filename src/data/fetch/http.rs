//! One file over HTTP into a file: what is there already is gone on with, and what breaks off is tried again.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ureq::config::ConfigBuilder;
use ureq::http::{Response, StatusCode};
use ureq::typestate::AgentScope;
use ureq::{Agent, Body, Error, Proxy};

use super::Fetching;
use crate::catalog::formats::after_scheme;

/// So often in a row it may fail without a byte.
const TRIES: u32 = 4;
const BLOCK: usize = 1 << 16;

/// What went wrong; each to complete "cannot read URL: …".
pub enum Failure {
    /// It may go well the next time.
    Passing(String),
    Final(String),
}

/// Fetches into `part`, which may hold the beginning already.
pub(super) fn download(url: &str, part: &Path, fetching: &Fetching) -> Result<(), String> {
    let bar = ProgressBar::no_length();
    let style = ProgressStyle::with_template("{msg} {bar:24.cyan/dim} {bytes} of {total_bytes}, {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(url.rsplit('/').find(|part| !part.is_empty()).unwrap_or(url).to_string());
    let attempt = Attempt { url, part, fetching, agent: agent(url, fetching.patience), bar: &bar };
    let mut failures = 0;
    let done = loop {
        let before = length(part);
        match attempt.run() {
            Ok(()) => break Ok(()),
            Err(Failure::Final(reason)) => break Err(reason),
            Err(Failure::Passing(reason)) => {
                failures = if length(part) > before { 1 } else { failures + 1 };
                if failures == TRIES {
                    let kept = match length(part) {
                        0 => String::new(),
                        bytes => format!("; the {bytes} bytes that came are kept, and gone on from the next time"),
                    };
                    break Err(reason + &kept);
                }
                std::thread::sleep(fetching.pause * (1 << failures));
            }
        }
    };
    bar.finish_and_clear();
    done
}

/// What asks a server, and waits so long for it; none that stands on this machine is asked by a proxy.
pub fn agent(url: &str, patience: Duration) -> Agent {
    settings(url, patience).build().new_agent()
}

/// The same, for whoever has more to say of how it asks.
pub fn settings(url: &str, patience: Duration) -> ConfigBuilder<AgentScope> {
    let host = host(url);
    let here = ["localhost", "127.0.0.1", "[::1]"].contains(&host.split(':').next().unwrap_or(host));
    Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(concat!("mtlc/", env!("CARGO_PKG_VERSION")))
        .proxy(if here { None } else { Proxy::try_from_env() })
        .timeout_resolve(Some(patience))
        .timeout_connect(Some(patience))
        .timeout_recv_response(Some(patience))
        .timeout_per_read(Some(patience))
}

pub fn host(url: &str) -> &str {
    after_scheme(url).split('/').next().unwrap_or(url)
}

fn length(part: &Path) -> u64 {
    part.metadata().map_or(0, |metadata| metadata.len())
}

struct Attempt<'a> {
    url: &'a str,
    part: &'a Path,
    fetching: &'a Fetching,
    agent: Agent,
    bar: &'a ProgressBar,
}

impl Attempt<'_> {
    fn run(&self) -> Result<(), Failure> {
        let have = length(self.part);
        let mut request = self.agent.get(self.url);
        if have > 0 {
            request = request.header("Range", format!("bytes={have}-"));
        }
        let response = request.call().map_err(|error| self.failure(error))?;
        let range = header(&response, "content-range").unwrap_or_default().to_string();
        let from = match response.status() {
            StatusCode::OK => 0,
            // `bytes 100-199/200`
            StatusCode::PARTIAL_CONTENT
                if range.strip_prefix("bytes ").is_some_and(|range| range.starts_with(&format!("{have}-"))) =>
            {
                have
            }
            // `bytes */200`: there is nothing behind what is there.
            StatusCode::RANGE_NOT_SATISFIABLE if range.ends_with(&format!("/{have}")) => return Ok(()),
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                let _ = std::fs::remove_file(self.part);
                return Err(Failure::Passing("the server does not go on where it ended".into()));
            }
            status => return Err(refused(status)),
        };
        let total = header(&response, "content-length")
            .and_then(|length| length.parse::<u64>().ok())
            .map(|rest| from.saturating_add(rest));
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(from);
        let file = OpenOptions::new().create(true).write(true).append(from > 0).truncate(from == 0).open(self.part);
        let mut file = file.map_err(|error| Failure::Final(self.fetching.cannot_keep(&error)))?;
        let came = from + self.copy(response.into_body(), &mut file)?;
        match total {
            Some(total) if came < total => Err(Failure::Passing(broke_off(came, Some(total)))),
            _ => Ok(()),
        }
    }

    fn copy(&self, body: Body, file: &mut File) -> Result<u64, Failure> {
        let mut reader = body.into_reader();
        let mut buffer = vec![0; BLOCK];
        let mut came = 0;
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => return Ok(came),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Err(Failure::Passing(broke_off(self.bar.position(), self.bar.length()))),
            };
            file.write_all(&buffer[..read]).map_err(|error| Failure::Final(self.fetching.cannot_keep(&error)))?;
            came += read as u64;
            self.bar.inc(read as u64);
        }
    }

    fn failure(&self, error: Error) -> Failure {
        unreached(host(self.url), error, "; with no network, a folder of copies is named by `MTLC_MIRROR`")
    }
}

/// Why a host gives no answer; `copy` says what to do without it.
pub fn unreached(host: &str, error: Error, copy: &str) -> Failure {
    match error {
        Error::HostNotFound => Failure::Final(format!("there is no host `{host}`, or no network{copy}")),
        Error::Timeout(_) => Failure::Passing(format!("`{host}` does not answer")),
        Error::TooManyRedirects => Failure::Final(format!("`{host}` sends in a circle: it redirects too often")),
        Error::BadUri(_) | Error::Http(_) => Failure::Final("it is no URL".into()),
        Error::Tls(reason) => Failure::Final(format!("`{host}` cannot be trusted: {reason}")),
        Error::Rustls(reason) => Failure::Final(format!("`{host}` cannot be trusted: {reason}")),
        Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            Failure::Final(format!("nobody answers at `{host}`{copy}"))
        }
        error => Failure::Passing(format!("`{host}` cannot be reached: {error}{copy}")),
    }
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

pub fn broke_off(came: u64, total: Option<u64>) -> String {
    let of = total.map_or(String::new(), |total| format!(" of {total}"));
    format!("the connection broke off after {came}{of} bytes")
}

fn refused(status: StatusCode) -> Failure {
    let code = status.as_u16();
    match code {
        404 | 410 => Failure::Final(format!("the server has no such file ({code})")),
        401 | 403 => Failure::Final(format!("the server does not give it to everybody ({code})")),
        408 | 429 | 500..=599 => Failure::Passing(format!("the server answers with an error ({code})")),
        _ => Failure::Final(format!("the server answers with {code} in place of the file")),
    }
}
