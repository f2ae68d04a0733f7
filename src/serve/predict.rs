//! `POST /v1/models/NAME:predict`: rows in, predictions out.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Multipart;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::app::{About, App, refuse, unknown};
use super::describe::asked_about;
use super::engine::Job;
use super::refusal::Refusal;
use super::reply;
use super::request::Form;
use crate::data::sizes::shown;
use crate::project::opened::Opened;

pub(super) const ENDING: &str = ":predict";

pub async fn predict(State(app): State<Arc<App>>, Path(call): Path<String>, request: Request) -> Response<Body> {
    let Some(name) = call.strip_suffix(ENDING) else {
        let message = format!("`{call}` is not what a model is asked for");
        return refuse(Refusal::new(StatusCode::NOT_FOUND, message).help("post to `/v1/models/NAME:predict`"));
    };
    let Some(model) = app.models.get(name) else { return refuse(unknown(&app, name)) };
    let mut about = About { model: Some(model.name.clone()), ..About::default() };
    let mut response = match asked(&app, model.now(), request).await {
        Ok((response, rows)) => {
            about.rows = Some(rows);
            response
        }
        Err(refusal) => refuse(refusal),
    };
    response.extensions_mut().insert(about);
    response
}

/// Counts a question while it is under way.
struct Busy<'a>(&'a App);

impl<'a> Busy<'a> {
    fn new(app: &'a App) -> Self {
        app.metrics.busy.inc();
        Self(app)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.metrics.busy.dec();
    }
}

async fn asked(app: &App, model: Arc<Opened>, request: Request) -> Result<(Response<Body>, usize), Refusal> {
    let _permit = app.free.try_acquire().map_err(|_| {
        let message = format!("{} questions are under way, which is as many as are taken", app.settings.most_requests);
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, message).help("ask again in a moment")
    })?;
    let _busy = Busy::new(app);
    let data = asked_about(model.pipeline(), request.uri().query().unwrap_or(""))?;
    let headers = request.headers().clone();
    let limit = app.settings.timeout;
    let (form, body) = timeout(limit, taken(app, &headers, request)).await.map_err(|_| too_slow(limit))??;
    let answer = form.of_answer(&headers);
    let (reply, answered) = oneshot::channel();
    let most_rows = app.settings.most_rows;
    let ended = || Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the server is ending");
    app.jobs.send(Job { model, data, form, body, most_rows, reply }).map_err(|_| ended())?;
    let rows = timeout(limit, answered).await.map_err(|_| {
        let message = format!("no answer within {} seconds", limit.as_secs_f64());
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, message)
            .help("ask about fewer rows, or serve with a longer `--timeout`")
    })?;
    let rows = rows.map_err(|_| ended())??;
    let count = rows.rows.len();
    Ok((reply::answer(answer, rows)?, count))
}

fn too_slow(limit: Duration) -> Refusal {
    let message = format!("the request was not there within {} seconds", limit.as_secs_f64());
    Refusal::new(StatusCode::REQUEST_TIMEOUT, message)
}

/// The body, and how its rows are written.
async fn taken(app: &App, headers: &HeaderMap, request: Request) -> Result<(Form, Vec<u8>), Refusal> {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if said.starts_with("multipart/form-data") {
        return Ok((Form::Instances, uploaded(app, request).await?));
    }
    let form = Form::of(headers)?;
    let packed = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    if let Some(packed) = packed.filter(|packed| !packed.trim().eq_ignore_ascii_case("identity")) {
        let message = format!("the body is packed by `{packed}`, and bodies are not unpacked here");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).help("send it as it is"));
    }
    let most = app.settings.most_bytes;
    let claimed = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if claimed.is_some_and(|claimed| claimed > most as u64) {
        return Err(too_large(most));
    }
    let mut body = request.into_body();
    let mut bytes = Vec::with_capacity(claimed.unwrap_or(0) as usize);
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, format!("the request broke off: {error}")))?;
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > most {
                return Err(too_large(most));
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok((form, bytes))
}

fn too_large(most: usize) -> Refusal {
    let message = format!("the request is larger than {}, which is as much as is taken", shown(most as f64));
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
        .help("send several requests, or serve with a larger `--max-body`")
}

/// One row whose columns are the fields of a form: texts as they are, files as their bytes.
async fn uploaded(app: &App, request: Request) -> Result<Vec<u8>, Refusal> {
    let wrong = |status: StatusCode, why: String| match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(app.settings.most_bytes),
        _ => Refusal::new(StatusCode::BAD_REQUEST, format!("the form cannot be read: {why}")),
    };
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|error| wrong(error.status(), error.body_text()))?;
    let mut row = Map::new();
    while let Some(field) = form.next_field().await.map_err(|error| wrong(error.status(), error.body_text()))? {
        let Some(name) = field.name().map(str::to_string) else {
            return Err(wrong(StatusCode::BAD_REQUEST, "a part of it has no name".into()));
        };
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(|error| wrong(error.status(), error.body_text()))?;
        let value = match is_file {
            true => json!({ "b64": STANDARD.encode(&bytes) }),
            false => String::from_utf8_lossy(&bytes).into_owned().into(),
        };
        if row.insert(name.clone(), value).is_some() {
            return Err(wrong(StatusCode::BAD_REQUEST, format!("`{name}` is given twice, and a form is one row")));
        }
    }
    if row.is_empty() {
        return Err(wrong(StatusCode::BAD_REQUEST, "it has no field".into()));
    }
    Ok(json!({ "instances": [Value::Object(row)] }).to_string().into_bytes())
}
