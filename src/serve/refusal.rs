//! What is answered in the place of predictions: a status, a reason, and what to do about it.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::diag::Diagnostic;

/// Why a request is not answered as it would like.
#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    pub message: String,
    pub help: Option<String>,
    /// Everything that is wrong with the rows.
    pub problems: Vec<Diagnostic>,
}

impl Refusal {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: None, problems: Vec::new() }
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Rows that the model cannot be asked about.
    pub fn of_rows(problems: Vec<Diagnostic>) -> Self {
        let first = problems.first();
        let more = match problems.len() {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let message = first.map_or("the rows cannot be read".into(), |first| format!("{}{more}", first.message));
        let help = first.and_then(|first| first.help.clone());
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, message, help, problems }
    }

    /// As the body of an answer.
    pub fn json(&self, request: &str) -> Value {
        let mut said = json!({ "error": self.message, "request": request });
        if let Some(help) = &self.help {
            said["help"] = help.as_str().into();
        }
        if self.problems.len() > 1 {
            let one = |problem: &Diagnostic| {
                let mut said = json!({ "code": problem.code.name, "message": problem.message });
                if let Some(help) = &problem.help {
                    said["help"] = help.as_str().into();
                }
                said
            };
            said["problems"] = self.problems.iter().map(one).collect();
        }
        said
    }

    pub fn response(&self, request: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(format!("{}\n", self.json(request))));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => _ = headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // What is left of the body is not read.
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
