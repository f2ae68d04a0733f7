//! What a model is asked with and what it answers, for people and programs: of one model, and as an OpenAPI document of all.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Settings;
use super::models::{Models, Named};
use super::refusal::Refusal;
use crate::answers::CellType;
use crate::catalog::kinds::{KindDef, Media};
use crate::pipeline::{Column, Pipeline};
use crate::project::opened::Opened;
use crate::train::plan::is_used;
use percent_encoding::percent_decode_str;

/// A column of the rows that a model is asked about.
struct Asked<'a> {
    column: &'a Column,
    /// Its classes, as far as they are known.
    classes: &'a [String],
    /// Whether every input that reads it may be lacking.
    optional: bool,
}

/// The data set that rows are of: the one that is named (`?data=NAME`), or the only one.
///
/// # Errors
/// If it is none that the model answers about, or there are several.
pub fn asked_about(pipeline: &Pipeline, query: &str) -> Result<usize, Refusal> {
    let used = || (0..pipeline.data.len()).filter(|data| is_used(pipeline, *data));
    let names = || used().map(|data| format!("`{}`", pipeline.data[data].name)).collect::<Vec<_>>().join(", ");
    let mut named = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            // As forms and clients write names that are not ASCII.
            Some(("data", name)) => {
                let plain = percent_decode_str(&name.replace('+', " ")).decode_utf8_lossy().into_owned();
                named = Some(plain);
            }
            _ => {
                let message = format!("`{pair}` in the address means nothing here");
                return Err(Refusal::new(StatusCode::BAD_REQUEST, message).help("it may say `data=NAME`"));
            }
        }
    }
    match (named.as_deref(), used().collect::<Vec<_>>().as_slice()) {
        (None, [only]) => Ok(*only),
        (None, _) => Err(Refusal::new(StatusCode::BAD_REQUEST, "the model answers about rows of several data sets")
            .help(format!("say of which these are by `?data=NAME`: {}", names()))),
        (Some(name), _) => used().find(|data| pipeline.data[*data].name == name).ok_or_else(|| {
            let message = format!("the model answers about no rows of `{name}`");
            Refusal::new(StatusCode::BAD_REQUEST, message).help(format!("about those of {}", names()))
        }),
    }
}

/// The columns that the model reads of a data set, each by the name that rows have it by.
fn columns(model: &Opened, data: usize) -> Vec<Asked<'_>> {
    let pipeline = model.pipeline();
    let set = &pipeline.data[data];
    let mut optional: BTreeMap<usize, bool> = BTreeMap::new();
    for input in &pipeline.inputs {
        let own = input.columns.iter().filter(|column| column.data == data).map(|column| column.column);
        for column in set.behind(own) {
            *optional.entry(column).or_insert(true) &= input.missing.is_some();
        }
    }
    let of = |(column, optional): (usize, bool)| {
        let column = &set.columns[column];
        let learnt = model.kept().fitted.classes.get(&format!("{}.{}", set.name, column.name));
        let classes = column.kind.declared_classes().or(learnt.map(Vec::as_slice)).unwrap_or(&[]);
        Asked { column, classes, optional }
    };
    optional.into_iter().map(of).collect()
}

/// A model in JSON: what [`page.html`](page) is made of, too.
pub fn described(model: &Named) -> Value {
    let opened = model.now();
    let pipeline = opened.pipeline();
    let of_set = |(data, answers): &(usize, Vec<(String, CellType)>)| {
        let column = |asked: Asked<'_>| {
            let kind = asked.column.kind.name();
            let mut said = json!({ "name": asked.column.source, "kind": kind, "optional": asked.optional });
            if !asked.classes.is_empty() {
                said["classes"] = asked.classes.into();
            }
            if !asked.column.shape.is_empty() {
                said["shape"] = asked.column.shape.clone().into();
            }
            said
        };
        let answer = |(name, ty): &(String, CellType)| json!({ "name": name, "type": type_of(*ty) });
        json!({
            "name": pipeline.data[*data].name,
            "columns": columns(&opened, *data).into_iter().map(column).collect::<Vec<_>>(),
            "answers": answers.iter().map(answer).collect::<Vec<_>>(),
        })
    };
    let manifest = &opened.kept().manifest;
    json!({
        "name": model.name,
        "ready": true,
        "about": pipeline.doc,
        "run": manifest.identity,
        "weights": opened.weights(),
        "trained": manifest.started,
        "tasks": pipeline.tasks.iter().map(|task| task.name.clone()).collect::<Vec<_>>(),
        "data": opened.columns().iter().map(of_set).collect::<Vec<_>>(),
    })
}

fn type_of(ty: CellType) -> &'static str {
    match ty {
        CellType::Text => "string",
        CellType::Number => "number",
        CellType::Whole => "integer",
        CellType::Truth => "boolean",
    }
}

/// What a cell may be in JSON.
fn schema(asked: &Asked<'_>) -> Value {
    let kind = &asked.column.kind;
    match kind {
        KindDef::Number(_) if asked.column.shape.is_empty() => json!({ "type": ["number", "null"] }),
        KindDef::Number(_) => json!({ "type": "array" }),
        KindDef::Category(_) if !asked.classes.is_empty() => json!({ "enum": asked.classes }),
        KindDef::Category(_) | KindDef::Text(_) | KindDef::Id(_) | KindDef::Time(_) => {
            json!({ "type": ["string", "null"] })
        }
        kind if kind.names_files() => json!({
            "description": format!("{}its bytes in base64, or as a data URL", of_media(kind)),
            "oneOf": [
                { "type": "object", "properties": { "b64": { "type": "string", "contentEncoding": "base64" } }, "required": ["b64"] },
                { "type": "string", "pattern": "^data:.*;base64," },
            ],
        }),
        _ => json!({}),
    }
}

/// What a cell of bytes is, with the forms that it may have.
fn of_media(kind: &KindDef) -> &'static str {
    match kind.media() {
        Some(Media::Sounds) => "a sound (WAV, AIFF, FLAC, Ogg Vorbis, MP3): ",
        Some(Media::Pictures) => "a picture (PNG, JPEG, GIF, WebP, BMP, PNM, TIFF), or a clip: ",
        None => "",
    }
}

/// The OpenAPI document.
pub fn openapi(models: &Models, settings: &Settings) -> Value {
    let mut paths = Map::new();
    let plain = |summary: &str, content: &str| json!({ "get": { "summary": summary, "responses": { "200": { "description": summary, "content": { content: {} } } } } });
    paths.insert("/healthz".into(), plain("Whether it lives", "text/plain"));
    paths.insert("/readyz".into(), plain("Whether it takes questions", "text/plain"));
    paths.insert("/metrics".into(), plain("What is counted, for Prometheus", "application/openmetrics-text"));
    paths.insert("/v1/models".into(), plain("The names of the models", "application/json"));
    let mut schemas = Map::new();
    schemas.insert(
        "Error".into(),
        json!({
            "type": "object",
            "required": ["error", "request"],
            "properties": {
                "error": { "type": "string" },
                "help": { "type": "string" },
                "request": { "type": "string", "description": "as in the header x-request-id and in the log" },
                "problems": { "type": "array", "items": { "type": "object" } },
            },
        }),
    );
    for model in &models.0 {
        let opened = model.now();
        let name = &model.name;
        paths.insert(
            format!("/v1/models/{name}"),
            plain("What the model is asked with and what it answers", "application/json"),
        );
        let (mut rows, mut answers) = (Vec::new(), Vec::new());
        for (data, columns_of_answers) in opened.columns() {
            let columns = columns(&opened, *data);
            let required: Vec<&str> =
                columns.iter().filter(|asked| !asked.optional).map(|asked| asked.column.source.as_str()).collect();
            let properties: Map<String, Value> =
                columns.iter().map(|asked| (asked.column.source.clone(), schema(asked))).collect();
            let title = &opened.pipeline().data[*data].name;
            rows.push(json!({ "title": title, "type": "object", "properties": properties, "required": required }));
            let properties: Map<String, Value> =
                columns_of_answers.iter().map(|(name, ty)| (name.clone(), json!({ "type": type_of(*ty) }))).collect();
            answers.push(json!({ "title": title, "type": "object", "properties": properties }));
        }
        let one_of = |mut all: Vec<Value>| if all.len() == 1 { all.remove(0) } else { json!({ "oneOf": all }) };
        let several = opened.columns().len() > 1;
        schemas.insert(format!("{name}.row"), one_of(rows));
        schemas.insert(format!("{name}.prediction"), one_of(answers));
        let row = json!({ "$ref": format!("#/components/schemas/{name}.row") });
        let prediction = json!({ "$ref": format!("#/components/schemas/{name}.prediction") });
        let said = |description: &str| json!({ "description": description, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } });
        let mut call = json!({
            "summary": "Predictions for rows",
            "requestBody": { "required": true, "content": {
                "application/json": { "schema": { "type": "object", "required": ["instances"], "properties": {
                    "instances": { "type": "array", "minItems": 1, "maxItems": settings.most_rows, "items": row } } } },
                "application/x-ndjson": {}, "text/csv": {}, "application/vnd.apache.arrow.stream": {},
                "multipart/form-data": { "schema": row },
            } },
            "responses": {
                "200": { "description": "A prediction for each row, in their order", "content": {
                    "application/json": { "schema": { "type": "object", "properties": {
                        "predictions": { "type": "array", "items": prediction },
                        "notes": { "type": "array", "items": { "type": "string" } } } } },
                    "application/x-ndjson": {}, "application/vnd.apache.arrow.stream": {},
                } },
                "400": said("The request cannot be read"),
                "413": said("The request is too large, or has too many rows"),
                "415": said("No type of content that is read here"),
                "422": said("The rows are not what the model needs"),
                "429": said("Too many questions are under way"),
                "504": said("No answer within the time that there is"),
            },
        });
        if several {
            call["parameters"] =
                json!([{ "name": "data", "in": "query", "required": true, "schema": { "type": "string" } }]);
        }
        if settings.token.is_some() {
            call["security"] = json!([{ "token": [] }]);
            call["responses"]["401"] = said("The token is missing or another one");
        }
        paths.insert(format!("/v1/models/{name}:predict"), json!({ "post": call }));
    }
    let mut components = json!({ "schemas": schemas });
    if settings.token.is_some() {
        components["securitySchemes"] = json!({ "token": { "type": "http", "scheme": "bearer" } });
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Models served by mtlc", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": components,
    })
}
