//! What goes out: predictions, a row for each that came, as `mtlc predict` writes them.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::engine::Rows;
use super::refusal::Refusal;
use super::request::Form;
use crate::answers::Cell;
use crate::data::cells_stream;
use crate::score::predictions::Table;

/// The body of an answer, and what its content is called.
pub fn answer(form: Form, answered: Rows) -> Result<Response<Body>, Refusal> {
    let Rows { columns, mut rows, notes } = answered;
    // An answer that would be a file of its own stands in its cell.
    for cell in rows.iter_mut().flatten() {
        if let Cell::File(bytes) = cell {
            *cell = Cell::Text(format!("data:image/png;base64,{}", STANDARD.encode(bytes)));
        }
    }
    let objects = rows.iter().map(|row| Value::Object(Table::object(&columns, row)).to_string());
    let body = match form {
        Form::Arrow => cells_stream(&columns, &rows)
            .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?,
        Form::Lines => objects.flat_map(|object| (object + "\n").into_bytes()).collect(),
        Form::Instances | Form::Csv => {
            let predictions = objects.collect::<Vec<_>>().join(",");
            let notes = match notes.is_empty() {
                true => String::new(),
                false => format!(",\"notes\":{}", Value::from(notes)),
            };
            format!("{{\"predictions\":[{predictions}]{notes}}}").into_bytes()
        }
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    Ok(response)
}
