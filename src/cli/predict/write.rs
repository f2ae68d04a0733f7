//! How predictions are written: separated text, JSON lines or Parquet, the first two plain or gzip, to a file or to standard
//! output.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use clap::ValueEnum;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value};

use super::table::Answers;
use crate::cli::output;
use crate::cli::stopped::Stopped;
use crate::source;

/// How predictions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Comma-separated text
    Csv,
    /// Tab-separated text
    Tsv,
    /// A JSON object per line
    Jsonl,
    /// Parquet: numbers as doubles, everything else as text
    Parquet,
}

/// Where predictions go, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// `None` for standard output.
    pub path: Option<PathBuf>,
    form: Form,
    gzip: bool,
}

impl Target {
    /// What `--out` and `--out-format` say: `-` is standard output; else the end of the name tells the form.
    pub fn of(out: &Path, form: Option<Form>) -> Result<Self, Stopped> {
        if out == Path::new("-") {
            return Ok(Self { path: None, form: form.unwrap_or(Form::Csv), gzip: false });
        }
        let name = out.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let (plain, gzip) = match name.strip_suffix(".gz") {
            Some(plain) => (plain, true),
            None => (name.as_str(), false),
        };
        let told = match plain.rsplit_once('.').map(|(_, ending)| ending) {
            Some("csv") => Some(Form::Csv),
            Some("tsv") => Some(Form::Tsv),
            Some("jsonl" | "ndjson") => Some(Form::Jsonl),
            Some("parquet" | "pq") => Some(Form::Parquet),
            _ => None,
        };
        match form.or(told) {
            Some(Form::Parquet) if gzip => Err(Stopped::Message(
                "Parquet is packed inside, and is not packed again".into(),
                Some("leave the `.gz` out".into()),
            )),
            Some(form) => Ok(Self { path: Some(out.to_path_buf()), form, gzip }),
            None => Err(Stopped::Message(
                format!("`{}` does not say how to write predictions", out.display()),
                Some(
                    "end its name in `.csv`, `.tsv` or `.jsonl` (and `.gz` to pack it) or in `.parquet`, or say `--out-format csv`"
                        .into(),
                ),
            )),
        }
    }

    /// Writes everything; a file is replaced as a whole.
    pub fn write(&self, answers: &Answers) -> Result<(), Stopped> {
        let name = self.path.as_ref().map_or("standard output".into(), |path| format!("`{}`", path.display()));
        let cannot = |error: &dyn std::fmt::Display| Stopped::from(format!("cannot write {name}: {error}"));
        let mut bytes = match self.form {
            Form::Csv => separated(answers, b',').map_err(|error| cannot(&error))?,
            Form::Tsv => separated(answers, b'\t').map_err(|error| cannot(&error))?,
            Form::Jsonl => json_lines(answers).into_bytes(),
            Form::Parquet => parquet(answers).map_err(|error| cannot(&error))?,
        };
        if self.gzip {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            bytes = packed.write_all(&bytes).and_then(|()| packed.finish()).map_err(|error| cannot(&error))?;
        }
        match &self.path {
            Some(path) => source::replace(path, &bytes)?,
            None => output::print_bytes(&bytes),
        }
        Ok(())
    }
}

fn separated(answers: &Answers, delimiter: u8) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(&answers.columns)?;
    for row in &answers.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// What a row does not have is left out of its object.
fn json_lines(answers: &Answers) -> String {
    let object = |row: &Vec<Option<Value>>| {
        let cells = answers.columns.iter().zip(row);
        let known: Map<String, Value> = cells.filter_map(|(name, cell)| Some((name.clone(), cell.clone()?))).collect();
        Value::Object(known).to_string() + "\n"
    };
    answers.rows.iter().map(object).collect()
}

/// What a row does not have is null.
fn parquet(answers: &Answers) -> Result<Vec<u8>, ParquetError> {
    let columns = answers.columns.iter().enumerate().map(|(place, name)| {
        let cells: Vec<Option<&Value>> =
            answers.rows.iter().map(|row| row[place].as_ref().filter(|cell| !cell.is_null())).collect();
        (name.as_str(), column(&cells), true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.into_inner()
}

/// The narrowest column that all cells fit in.
fn column(cells: &[Option<&Value>]) -> ArrayRef {
    let all = |fits: fn(&Value) -> bool| cells.iter().flatten().all(|cell| fits(cell));
    let each = || cells.iter().copied();
    if all(Value::is_boolean) {
        return Arc::new(each().map(|cell| cell.and_then(Value::as_bool)).collect::<BooleanArray>());
    }
    if all(Value::is_i64) {
        return Arc::new(each().map(|cell| cell.and_then(Value::as_i64)).collect::<Int64Array>());
    }
    if all(Value::is_number) {
        return Arc::new(each().map(|cell| cell.and_then(Value::as_f64)).collect::<Float64Array>());
    }
    let text = |cell: &Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_string);
    Arc::new(each().map(|cell| cell.map(text)).collect::<StringArray>())
}
