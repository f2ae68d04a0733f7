//! How predictions are written: separated text or JSON lines, plain or gzip, to a file or to standard output.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
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
            _ => None,
        };
        match form.or(told) {
            Some(form) => Ok(Self { path: Some(out.to_path_buf()), form, gzip }),
            None => Err(Stopped::Message(
                format!("`{}` does not say how to write predictions", out.display()),
                Some(
                    "end its name in `.csv`, `.tsv` or `.jsonl` (and `.gz` to pack it), or say `--out-format csv`"
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
