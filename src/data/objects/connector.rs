//! How requests to object stores are sent: by the HTTP client that fetches files of the network too, with its certificates and proxies.
//!
//! It waits in the thread that asks. Who wants several objects at once has a thread for each.

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::io::Read;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use ureq::http::{Method, Request, Response};
use ureq::{Agent, BodyReader};

use crate::data::fetch::{Failure, broke_off, host, settings, unreached};

/// So many bytes are read at once.
const BLOCK: usize = 1 << 16;

/// What machines of a cloud ask to be told who they are, and how long that is waited for: nobody answers on any other machine.
const ABOUT_MACHINES: [&str; 4] =
    ["/latest/api/token", "/latest/meta-data/", "/computeMetadata/", "/metadata/identity/oauth2"];
const SHORTLY: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Connector {
    /// How long a server may be silent.
    pub patience: Duration,
    /// Connections that are kept open.
    pub at_once: usize,
}

/// Why a server gave no answer, or not all of it.
#[derive(Clone, Debug)]
pub struct Unreached {
    pub why: String,
    /// Whether it was only asked who this machine is.
    pub about_machine: bool,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Unreached {}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Client { connector: self.clone(), agents: Arc::default() }))
    }
}

#[derive(Clone, Debug)]
struct Client {
    connector: Connector,
    /// By host, since not every one is asked by a proxy.
    agents: Arc<Mutex<HashMap<String, Agent>>>,
}

impl Client {
    fn agent(&self, url: &str) -> Agent {
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let patience = if is_about_machine(url) { SHORTLY } else { self.connector.patience };
            // A store that sends elsewhere means another region, for which the request is to be signed anew.
            let settings = settings(url, patience).max_redirects(0).max_redirects_will_error(false);
            settings.max_idle_connections_per_host(self.connector.at_once).build().new_agent()
        };
        agents.entry(host(url).to_string()).or_insert_with(made).clone()
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let (agent, is_head) = (self.agent(&url), parts.method == Method::HEAD);
        let sent = match body.as_bytes() {
            Some(bytes) if !bytes.is_empty() => agent.run(Request::from_parts(parts, &bytes[..])),
            _ => agent.run(Request::from_parts(parts, ())),
        };
        let response = sent.map_err(|error| failed(&url, error))?;
        let (parts, body) = response.into_parts();
        if is_about_machine(&url) && !parts.status.is_success() {
            let why = format!("`{}` does not say who this machine is ({})", host(&url), parts.status.as_u16());
            return Err(HttpError::new(HttpErrorKind::Unknown, Unreached { why, about_machine: true }));
        }
        let length = parts.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        let blocks = Blocks {
            reader: Mutex::new(body.into_reader()),
            came: 0,
            length: length.filter(|_| !is_head),
            ended: false,
        };
        Ok(Response::from_parts(parts, HttpResponseBody::new(blocks)))
    }
}

impl HttpService for Client {
    fn call<'s, 'a>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>
    where
        's: 'a,
        Self: 'a,
    {
        Box::pin(ready(self.ask(request)))
    }
}

fn is_about_machine(url: &str) -> bool {
    ABOUT_MACHINES.iter().any(|path| url.contains(path))
}

fn failed(url: &str, error: ureq::Error) -> HttpError {
    let about_machine = is_about_machine(url);
    let (kind, why) = match (unreached(host(url), error, ""), about_machine) {
        (Failure::Passing(why), false) => (HttpErrorKind::Timeout, why),
        (Failure::Passing(why) | Failure::Final(why), _) => (HttpErrorKind::Unknown, why),
    };
    HttpError::new(kind, Unreached { why, about_machine })
}

/// An answer, block by block as it comes.
struct Blocks {
    /// What waits for a block is one thread; the lock is for types only.
    reader: Mutex<BodyReader<'static>>,
    came: u64,
    length: Option<u64>,
    ended: bool,
}

impl Body for Blocks {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut block = vec![0; BLOCK];
        let read = self.reader.get_mut().unwrap_or_else(PoisonError::into_inner).read(&mut block);
        let whole = |came: u64| self.length.is_none_or(|length| came >= length);
        match read {
            Ok(0) if whole(self.came) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Ok(0) | Err(_) => {
                self.ended = true;
                let why = broke_off(self.came, self.length);
                let unreached = Unreached { why, about_machine: false };
                Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Interrupted, unreached))))
            }
            Ok(read) => {
                self.came += read as u64;
                block.truncate(read);
                Poll::Ready(Some(Ok(Frame::data(block.into()))))
            }
        }
    }
}
