//! What is answered in the place of predictions: a status, a reason, and what to do about it.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

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
        let help = first.and_then(advice);
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
                if let Some(help) = advice(problem) {
                    said["help"] = help.into();
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

/// What who sends rows can do about a problem of them. A problem of data is told to who writes the spec, which of a model that answers nobody changes any more.
fn advice(problem: &Diagnostic) -> Option<String> {
    const NAMES: &str = "`GET /v1/models/NAME` says what each row has, by which names; CSV is separated by commas";
    let advice = match problem.code.name {
        name if name == codes::MISSING_COLUMN.name => NAMES,
        name if name == codes::DUPLICATE_COLUMN.name => "give each name once",
        name if name == codes::WRONG_VALUE.name => {
            "`GET /v1/models/NAME` says what a value is; where there is none, send null"
        }
        name if name == codes::AMBIGUOUS_NUMBERS.name => {
            "write numbers with a point before their decimals, and nothing between thousands"
        }
        name if name == codes::RAGGED_ROW.name => {
            "write as many values in each row as there are names in the first, and quotes around one that holds a comma"
        }
        name if name == codes::UNREADABLE_DATA.name => "write CSV with commas and a first line of names, or send JSON",
        name if [codes::BROKEN_PICTURE.name, codes::BROKEN_SOUND.name].contains(&name) => {
            "send the bytes of the file as `{\"b64\": \"…\"}` and nothing beside it, or upload it by `multipart/form-data`"
        }
        name if name == codes::MISSING_INPUT.name => "the model needs this of every row",
        name if name == codes::STEP_VALUE.name => "send values such as the model was trained on",
        _ => return problem.help.clone(),
    };
    Some(advice.into())
}
