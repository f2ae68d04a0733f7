//! Every request from its head to its answer: who may ask, what is asked, and what is said of it in logs and metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::get;
use serde_json::json;
use tokio::sync::Semaphore;

use super::describe::{described, openapi};
use super::engine::Job;
use super::metrics::Metrics;
use super::models::Models;
use super::predict;
use super::refusal::Refusal;
use super::{Log, Settings};

/// What requests share.
pub struct App {
    pub models: Arc<Models>,
    pub jobs: Sender<Job>,
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    /// How many more questions may be under way.
    pub free: Semaphore,
    /// False once it is ending.
    pub ready: AtomicBool,
    pub log: Log,
    /// What the ids of requests begin with, and how many there were.
    pub run: u32,
    pub count: AtomicU64,
}

/// What is known of an answer and stands in no header.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub model: Option<String>,
    pub rows: Option<usize>,
    pub error: Option<String>,
}

const PAGE: &str = include_str!("page.html");
/// The longest id of a request that is taken over.
const LONGEST_ID: usize = 128;

pub fn router(app: Arc<App>) -> Router {
    let most = app.settings.most_bytes;
    Router::new()
        .route("/", get(page))
        .route("/healthz", get(|| async { text(StatusCode::OK, "ok\n") }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(document))
        .route("/v1/models", get(models))
        .route("/v1/models/{name}", get(model).post(predict::predict))
        .fallback(|| async { refuse(Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path").help(PATHS)) })
        .method_not_allowed_fallback(|| async { refuse(otherwise()) })
        .layer(DefaultBodyLimit::max(most))
        .layer(from_fn_with_state(app.clone(), around))
        .with_state(app)
}

const PATHS: &str = "`GET /openapi.json` lists the paths; predictions come from `POST /v1/models/NAME:predict`";

/// A refusal whose request is not known yet; [`around`] puts it in.
pub fn refuse(refusal: Refusal) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = refusal.status;
    response.extensions_mut().insert(Arc::new(refusal));
    response
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn of_type(content: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content));
    response
}

/// What happens around every request.
async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let id = app.id(request.headers());
    let mut response = match app.may_ask(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refuse(refusal),
    };
    let refusal = response.extensions_mut().remove::<Arc<Refusal>>();
    let mut about = response.extensions_mut().remove::<About>().unwrap_or_default();
    if let Some(refusal) = refusal {
        about.error = Some(refusal.message.clone());
        response = refusal.response(&id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let (status, seconds) = (response.status().as_u16(), began.elapsed().as_secs_f64());
    let known = about.model.as_deref().unwrap_or("");
    app.metrics.request(route(&path), known, status, seconds);
    if let Some(rows) = about.rows {
        app.metrics.rows(known, rows);
    }
    if !app.settings.quiet || about.error.is_some() {
        app.log_request(&id, (&method, &path), (status, seconds), about);
    }
    response
}

/// The route of a path, of which there are few, whatever people ask for.
fn route(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        "/openapi.json" => "/openapi.json",
        "/v1/models" => "/v1/models",
        path if path.starts_with("/v1/models/") => "/v1/models/NAME",
        _ => "other",
    }
}

impl App {
    fn log_request(&self, id: &str, (method, path): (&Method, &str), (status, seconds): (u16, f64), about: About) {
        let mut line = json!({
            "event": "request", "request": id, "method": method.as_str(), "path": path, "status": status,
            "ms": (seconds * 1e6).round() / 1e3,
        });
        let more = [
            ("model", about.model.map(Into::into)),
            ("rows", about.rows.map(Into::into)),
            ("error", about.error.map(Into::into)),
        ];
        for (name, value) in more {
            if let Some(value) = value {
                line[name] = value;
            }
        }
        (self.log)(line);
    }

    /// The id that the request brings, if it can be one, or a new one.
    fn id(&self, headers: &HeaderMap) -> Arc<str> {
        let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        let can_be = |id: &&str| (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        match given.filter(can_be) {
            Some(given) => given.into(),
            None => format!("{:08x}-{:06x}", self.run, self.count.fetch_add(1, Ordering::Relaxed)).into(),
        }
    }

    /// Whether the one who asks may.
    fn may_ask(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        // Who keeps a page open on this machine is not thereby asked by pages from elsewhere, whatever name they give it.
        if self.settings.is_local() && !(is_local_host(headers) && uri.host().is_none_or(is_local)) {
            let message = "only this machine may ask, and the request was sent to another name";
            return Err(Refusal::new(StatusCode::FORBIDDEN, message)
                .help("ask `127.0.0.1` or `localhost`, or serve with `--host`"));
        }
        let Some(token) = &self.settings.token else { return Ok(()) };
        // Whether it lives is for whoever watches it, and the page holds nothing of the models.
        if matches!(uri.path(), "/" | "/healthz" | "/readyz") {
            return Ok(());
        }
        let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        match given.and_then(|given| given.strip_prefix(b"Bearer ")) {
            Some(given) if same(given, token.as_bytes()) => Ok(()),
            Some(_) => Err(Refusal::new(StatusCode::UNAUTHORIZED, "the token is another one")),
            None => Err(Refusal::new(StatusCode::UNAUTHORIZED, "a token is needed")
                .help("send it as `Authorization: Bearer TOKEN`")),
        }
    }
}

fn is_local_host(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    is_local(name)
}

fn is_local(name: &str) -> bool {
    let name = name.trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether two are the same, in a time that does not tell where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

async fn page() -> Response<Body> {
    let mut response = of_type("text/html; charset=utf-8", PAGE.to_string());
    // The page asks this server and nobody else.
    let policy = "default-src 'none'; connect-src 'self'; img-src data: blob:; script-src 'unsafe-inline'; style-src 'unsafe-inline'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

async fn ready(State(app): State<Arc<App>>) -> Response<Body> {
    match app.ready.load(Ordering::Relaxed) {
        true => text(StatusCode::OK, "ready\n"),
        false => text(StatusCode::SERVICE_UNAVAILABLE, "ending\n"),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response<Body> {
    of_type("application/openmetrics-text; version=1.0.0; charset=utf-8", app.metrics.text())
}

async fn document(State(app): State<Arc<App>>) -> Response<Body> {
    of_type("application/json", openapi(&app.models, &app.settings).to_string())
}

async fn models(State(app): State<Arc<App>>) -> Response<Body> {
    of_type("application/json", json!({ "models": app.models.names() }).to_string())
}

async fn model(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response<Body> {
    match app.models.get(&name) {
        Some(model) => of_type("application/json", described(model).to_string()),
        None if name.ends_with(predict::ENDING) => refuse(otherwise()),
        None => refuse(unknown(&app, &name)),
    }
}

/// That a path is asked by another method.
fn otherwise() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this path is not asked in this way").help(PATHS)
}

/// That there is no model of this name.
pub fn unknown(app: &App, name: &str) -> Refusal {
    let names = app.models.names().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Refusal::new(StatusCode::NOT_FOUND, format!("no model is called `{name}`")).help(format!("there are {names}"))
}
