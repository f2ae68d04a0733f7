//! Specs as texts: what is wrong with them, and how they are laid out.

use std::path::Path;

use mtlc::diag::Sink;
use mtlc::diag::render::{Format, Style, render};
use mtlc::project::spec::Spec;
use mtlc::source::Sources;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A style for texts that no terminal shows.
const PLAIN: Style = Style { color: false, width: 120 };

/// The problems of a text as one JSON document, and drawn for people. Imports are looked for from the folder of `path`, under which
/// the text is known.
#[pyfunction]
pub fn check(py: Python<'_>, text: &str, path: &str) -> PyResult<(String, String)> {
    py.detach(|| {
        let spec = Spec::of_text(Path::new(path), text).map_err(|not| PyValueError::new_err(not.to_string()))?;
        let all = [(spec.diagnostics.as_slice(), &spec.sources)];
        Ok((render(Format::Json, &all, PLAIN), render(Format::Human, &all, PLAIN)))
    })
}

/// The text laid out; the problems as JSON, and drawn, if it cannot be read.
#[pyfunction]
pub fn format(py: Python<'_>, text: &str, path: &str) -> (Option<String>, String, String) {
    py.detach(|| {
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let file = sources.add(path.to_string(), None, text.to_string());
        let formatted = mtlc::format::format(file, text, &mut sink);
        let problems = sink.finish();
        let all = [(problems.as_slice(), &sources)];
        (formatted, render(Format::Json, &all, PLAIN), render(Format::Human, &all, PLAIN))
    })
}

/// What a spec says of its data and tasks, as JSON: of each data set its name and where its format's path and its split stand (bytes of the
/// text), of each task its label's columns as the file has them, and whether
/// it is a class.
#[pyfunction]
pub fn describe(py: Python<'_>, text: &str, path: &str) -> PyResult<String> {
    py.detach(|| {
        let spec = Spec::of_text(Path::new(path), text).map_err(|not| PyValueError::new_err(not.to_string()))?;
        let Some(pipeline) = &spec.pipeline else {
            let all = [(spec.diagnostics.as_slice(), &spec.sources)];
            return Err(PyValueError::new_err(render(Format::Human, &all, PLAIN)));
        };
        let span = |span: mtlc::source::Span| serde_json::json!([span.start, span.end]);
        let data: Vec<serde_json::Value> = pipeline
            .data
            .iter()
            .map(|set| serde_json::json!({ "name": set.name, "path": span(set.path_span), "split": span(set.split.span) }))
            .collect();
        let tasks: Vec<serde_json::Value> = pipeline
            .tasks
            .iter()
            .map(|task| {
                let columns: Vec<&str> =
                    task.label.columns.iter().map(|column| pipeline.column(*column).source.as_str()).collect();
                let classes = task.label.ty.classes_of_rows().is_some();
                let data = &pipeline.data[task.label.data].name;
                serde_json::json!({ "name": task.name, "data": data, "label": columns, "classes": classes })
            })
            .collect();
        Ok(serde_json::json!({ "data": data, "tasks": tasks }).to_string())
    })
}
