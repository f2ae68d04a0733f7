//! A run that is asked by tables of Arrow, which come and go by its C interface.

use std::ffi::CStr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use mtlc::catalog::formats;
use mtlc::data::{cells_batch, cells_schema};
use mtlc::diag::Diagnostic;
use mtlc::diag::render::{Format, Style, render};
use mtlc::lower::{Backend, on_pool};
use mtlc::project::kept::Kept;
use mtlc::project::opened::{NotOpened, Opened};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};

/// What a capsule with a stream is called, as Arrow has it.
const STREAM: &CStr = c"arrow_array_stream";
/// A style for texts that no terminal shows.
const PLAIN: Style = Style { color: false, width: 120 };

/// A finished run, opened.
#[pyclass(module = "mtlc._mtlc", frozen)]
pub struct Model {
    /// One question at a time, as burn has it.
    opened: Mutex<Opened>,
    report: String,
}

/// A table that gives itself by the C interface, as often as it is asked.
#[pyclass(module = "mtlc._mtlc", frozen)]
struct Answers {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Answers {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Whoever wants other types casts them.
        let _ = requested_schema;
        let batches: Vec<Result<RecordBatch, ArrowError>> = self.batches.iter().cloned().map(Ok).collect();
        let reader: Box<dyn RecordBatchReader + Send> =
            Box::new(RecordBatchIterator::new(batches, self.schema.clone()));
        PyCapsule::new(py, FFI_ArrowArrayStream::new(reader), Some(STREAM.to_owned()))
    }
}

#[pymethods]
impl Model {
    #[new]
    #[pyo3(signature = (run, device=None))]
    fn new(py: Python<'_>, run: String, device: Option<String>) -> PyResult<Self> {
        py.detach(|| on_pool(|| Self::open(&run, device.as_deref())))
    }

    #[getter]
    fn name(&self) -> PyResult<String> {
        self.with(|opened| opened.pipeline().name.clone())
    }

    #[getter]
    fn tasks(&self) -> PyResult<Vec<String>> {
        self.with(|opened| opened.pipeline().tasks.iter().map(|task| task.name.clone()).collect())
    }

    #[getter]
    fn nodes(&self) -> PyResult<Vec<String>> {
        self.with(|opened| opened.nodes().map(str::to_string).collect())
    }

    #[getter]
    fn report(&self) -> &str {
        &self.report
    }

    #[pyo3(signature = (table, data=None))]
    fn predict(&self, py: Python<'_>, table: &Bound<'_, PyAny>, data: Option<String>) -> PyResult<Answers> {
        let bytes = stream(table)?;
        py.detach(|| {
            let opened = self.opened.lock().map_err(poisoned)?;
            on_pool(|| {
                let data = place(&opened, data.as_deref())?;
                let rows = read(&opened, data, bytes)?;
                let count = rows.rows;
                let answered = opened.answer(data, rows, &[count]).map_err(|wrong| wrong_rows(&opened, &wrong))?;
                let batch = cells_batch(&answered.columns, &answered.rows)
                    .map_err(|error| PyValueError::new_err(error.to_string()))?;
                Ok(Answers { schema: cells_schema(&answered.columns), batches: vec![batch] })
            })
        })
    }

    #[pyo3(signature = (node, table, data=None))]
    fn embed<'py>(
        &self,
        py: Python<'py>,
        node: &str,
        table: &Bound<'py, PyAny>,
        data: Option<String>,
    ) -> PyResult<(Vec<usize>, Bound<'py, PyBytes>)> {
        let bytes = stream(table)?;
        let embedded = py.detach(|| {
            let opened = self.opened.lock().map_err(poisoned)?;
            on_pool(|| {
                let data = place(&opened, data.as_deref())?;
                let Some(step) = opened.nodes().position(|own| own == node) else {
                    let close = mtlc::diag::suggest::closest(node, opened.nodes());
                    let meant = close.map_or(String::new(), |close| format!("; is `{close}` meant?"));
                    return Err(PyValueError::new_err(format!("the model has no node `{node}`{meant}")));
                };
                let rows = read(&opened, data, bytes)?;
                let embedded = opened.embed(data, rows, step).map_err(|wrong| wrong_rows(&opened, &wrong))?;
                embedded.ok_or_else(|| PyValueError::new_err(format!("rows of this data set have no `{node}`")))
            })
        })?;
        let bytes: Vec<u8> = embedded.values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        Ok((embedded.shape, PyBytes::new(py, &bytes)))
    }
}

impl Model {
    fn open(run: &str, device: Option<&str>) -> PyResult<Self> {
        let wrong = |message: String| PyValueError::new_err(message);
        let kept = Kept::open(Path::new(run)).map_err(|not| wrong(not.to_string()))?;
        let report = std::fs::read_to_string(kept.run.file("report.json")).unwrap_or_else(|_| "{}".into());
        let backend = match device {
            Some(device) => device.parse::<Backend>().map_err(|not| wrong(not.to_string()))?,
            None => kept.trained_on().unwrap_or_else(Backend::auto),
        };
        backend.check().map_err(|not| wrong(not.to_string()))?;
        let opened = Opened::open(kept, backend).map_err(|not| match not {
            NotOpened::Wrong(kept, problems) => {
                wrong(render(Format::Human, &[(problems.as_slice(), &kept.spec.sources)], PLAIN))
            }
            NotOpened::NoModel(no_model) => wrong(no_model.to_string()),
        })?;
        Ok(Self { opened: Mutex::new(opened), report })
    }

    fn with<T>(&self, take: impl FnOnce(&Opened) -> T) -> PyResult<T> {
        Ok(take(&*self.opened.lock().map_err(poisoned)?))
    }
}

fn poisoned<T>(_: T) -> PyErr {
    PyValueError::new_err("the model was lost while it answered; load it again")
}

/// The rows of a table as an Arrow file in memory, which the reader of that format reads.
fn stream(table: &Bound<'_, PyAny>) -> PyResult<Arc<[u8]>> {
    let capsule = table.call_method0("__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>()?;
    // Fails on a capsule of another name.
    let pointer = capsule.pointer_checked(Some(STREAM))?;
    let wrong = |error: ArrowError| PyValueError::new_err(error.to_string());
    // The capsule is the owner until the stream has been taken out of it, which leaves a released one.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr().cast()) }.map_err(wrong)?;
    let schema = reader.schema();
    let mut writer = FileWriter::try_new(Vec::new(), &schema).map_err(wrong)?;
    for batch in reader {
        writer.write(&batch.map_err(wrong)?).map_err(wrong)?;
    }
    Ok(writer.into_inner().map_err(wrong)?.into())
}

/// The data set of this name, or the only one that the model is asked about.
fn place(opened: &Opened, name: Option<&str>) -> PyResult<usize> {
    let sets = &opened.pipeline().data;
    let names = || sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) => sets
            .iter()
            .position(|set| set.name == name)
            .ok_or_else(|| PyValueError::new_err(format!("the model has no data set `{name}`, but {}", names()))),
        None if sets.len() == 1 => Ok(0),
        None => Err(PyValueError::new_err(format!("say whose rows these are: data=… one of {}", names()))),
    }
}

fn read(opened: &Opened, data: usize, bytes: Arc<[u8]>) -> PyResult<mtlc::data::Table> {
    let format = formats::plain("arrow", "").ok_or_else(|| PyValueError::new_err("this build reads no Arrow"))?;
    opened.read(data, format, bytes).map_err(|wrong| wrong_rows(opened, &wrong))
}

fn wrong_rows(opened: &Opened, wrong: &[Diagnostic]) -> PyErr {
    let sources = &opened.kept().spec.sources;
    PyValueError::new_err(render(Format::Human, &[(wrong, sources)], PLAIN))
}
