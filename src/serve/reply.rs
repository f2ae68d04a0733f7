//! What goes out: predictions, a row for each that came, as `mtlc predict` writes them.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::engine::Rows;
use super::refusal::Refusal;
use super::request::Form;
use crate::answers::Cell;
use crate::data::{Object, cells_stream};

/// The body of an answer, and what its content is called.
pub fn answer(form: Form, answered: Rows) -> Result<Response<Body>, Refusal> {
    let Rows { columns, mut rows, notes } = answered;
    // An answer that would be a file of its own stands in its cell.
    for cell in rows.iter_mut().flatten() {
        if let Cell::File(bytes) = cell {
            *cell = Cell::Text(format!("data:image/png;base64,{}", STANDARD.encode(bytes)));
        }
    }
    let failed = |error: String| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error);
    let mut body = Vec::new();
    match form {
        Form::Arrow => body = cells_stream(&columns, &rows).map_err(|error| failed(error.to_string()))?,
        Form::Lines => {
            for row in &rows {
                write(&mut body, &Object { columns: &columns, row }).map_err(failed)?;
                body.push(b'\n');
            }
        }
        Form::Instances | Form::Csv => {
            body.extend(b"{\"predictions\":[");
            for (place, row) in rows.iter().enumerate() {
                body.extend(if place > 0 { &b","[..] } else { b"" });
                write(&mut body, &Object { columns: &columns, row }).map_err(failed)?;
            }
            body.push(b']');
            if !notes.is_empty() {
                body.extend(b",\"notes\":");
                write(&mut body, &notes).map_err(failed)?;
            }
            body.push(b'}');
        }
    }
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    Ok(response)
}

fn write(body: &mut Vec<u8>, value: &impl Serialize) -> Result<(), String> {
    serde_json::to_writer(body, value).map_err(|error| error.to_string())
}
