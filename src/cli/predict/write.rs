//! How predictions are written, as they come: separated text, JSON lines or Parquet, the first two plain or gzip, to a file or to
//! standard output. A file takes its place when all is written, and not before.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use crate::answers::{Cell, CellType};
use crate::cli::stopped::Stopped;
use crate::data::{Object, cell_value, cells_batch, cells_schema};
use crate::source::Replacing;

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
    /// Whether a name is one of a folder and of no file, where an answer has files beside the table.
    pub fn is_folder(out: &Path, form: Option<Form>) -> bool {
        let name = out.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_file = out == Path::new("-") || Self::told(&name).is_some() || out.is_file();
        !is_file && (form.is_none() || out.is_dir())
    }

    /// A table in a folder, beside the files of the answers that are such; `of` is a task that has them.
    pub fn in_folder(out: &Path, form: Option<Form>, of: &str) -> Result<Self, Stopped> {
        let name = out.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_file = out == Path::new("-") || Self::told(&name).is_some() || out.is_file();
        if is_file {
            let message = format!("task `{of}` is answered with a file per row, and `{}` is one file", out.display());
            return Err(Stopped::Message(message, Some("name a folder: `--out answers`".into())));
        }
        let form = form.unwrap_or(Form::Csv);
        let ending = match form {
            Form::Csv => "csv",
            Form::Tsv => "tsv",
            Form::Jsonl => "jsonl",
            Form::Parquet => "parquet",
        };
        Ok(Self { path: Some(out.join(format!("{}.{ending}", crate::score::predictions::TABLE))), form, gzip: false })
    }

    /// The form that the end of a name tells.
    fn told(name: &str) -> Option<Form> {
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        match plain.rsplit_once('.').map(|(_, ending)| ending) {
            Some("csv") => Some(Form::Csv),
            Some("tsv") => Some(Form::Tsv),
            Some("jsonl" | "ndjson") => Some(Form::Jsonl),
            Some("parquet" | "pq") => Some(Form::Parquet),
            _ => None,
        }
    }

    /// What `--out` and `--out-format` say: `-` is standard output; else the end of the name tells the form.
    pub fn of(out: &Path, form: Option<Form>) -> Result<Self, Stopped> {
        if out == Path::new("-") {
            return Ok(Self { path: None, form: form.unwrap_or(Form::Csv), gzip: false });
        }
        let name = out.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let gzip = name.ends_with(".gz");
        match form.or(Self::told(&name)) {
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

    fn cannot(&self, error: impl std::fmt::Display) -> Stopped {
        let name = self.path.as_ref().map_or("standard output".into(), |path| format!("`{}`", path.display()));
        Stopped::from(format!("cannot write {name}: {error}"))
    }

    /// Begins to write a table.
    pub fn begin(&self, columns: &[(String, CellType)]) -> Result<Writer<'_>, Stopped> {
        let writing = self.start(columns).map_err(|error| self.cannot(error))?;
        Ok(Writer { target: self, columns: columns.to_vec(), writing })
    }

    fn start(&self, columns: &[(String, CellType)]) -> Result<Writing, Error> {
        let out = BufWriter::new(match &self.path {
            Some(path) => Out::File(Replacing::begin(path)?),
            None => Out::Standard(io::stdout()),
        });
        let out = if self.gzip {
            Sink::Gzip(Box::new(GzEncoder::new(out, flate2::Compression::default())))
        } else {
            Sink::Plain(out)
        };
        Ok(match self.form {
            Form::Csv | Form::Tsv => {
                let delimiter = if self.form == Form::Csv { b',' } else { b'\t' };
                let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
                writer.write_record(columns.iter().map(|(name, _)| name))?;
                Writing::Separated(Box::new(writer))
            }
            Form::Jsonl => Writing::Lines(out),
            Form::Parquet => {
                let schema = cells_schema(columns);
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(ROW_GROUP))
                    .build();
                Writing::Parquet(Box::new(ArrowWriter::try_new(out, schema, Some(properties))?))
            }
        })
    }
}

/// Rows of a Parquet file that lie in memory before they are written.
const ROW_GROUP: usize = 1 << 16;

type Error = Box<dyn std::error::Error>;

/// A table that is being written.
pub struct Writer<'t> {
    target: &'t Target,
    columns: Vec<(String, CellType)>,
    writing: Writing,
}

enum Writing {
    Separated(Box<csv::Writer<Sink>>),
    Lines(Sink),
    Parquet(Box<ArrowWriter<Sink>>),
}

impl Writer<'_> {
    pub fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<(), Stopped> {
        self.put(rows).map_err(|error| self.target.cannot(error))
    }

    fn put(&mut self, rows: &[Vec<Cell>]) -> Result<(), Error> {
        match &mut self.writing {
            Writing::Separated(writer) => {
                for row in rows {
                    writer.write_record(row.iter().map(|cell| match cell_value(cell) {
                        None | Some(Value::Null) => String::new(),
                        Some(Value::String(text)) => text,
                        Some(other) => other.to_string(),
                    }))?;
                }
            }
            // What a row does not have is left out of its object.
            Writing::Lines(out) => {
                for row in rows {
                    serde_json::to_writer(&mut *out, &Object { columns: &self.columns, row })?;
                    out.write_all(b"\n")?;
                }
            }
            // What a row does not have is null.
            Writing::Parquet(writer) => {
                writer.write(&cells_batch(&self.columns, rows)?)?;
            }
        }
        Ok(())
    }

    /// Everything is written: the file takes its place.
    pub fn finish(self) -> Result<(), Stopped> {
        let Writer { target, writing, .. } = self;
        close(writing).map_err(|error| target.cannot(error))
    }
}

fn close(writing: Writing) -> Result<(), Error> {
    let sink = match writing {
        Writing::Separated(writer) => writer.into_inner().map_err(|error| error.into_error())?,
        Writing::Lines(out) => out,
        Writing::Parquet(writer) => writer.into_inner()?,
    };
    let out = match sink {
        Sink::Plain(out) => out,
        Sink::Gzip(packed) => packed.finish()?,
    };
    match out.into_inner().map_err(io::IntoInnerError::into_error)? {
        Out::File(file) => file.finish()?,
        Out::Standard(mut out) => gone_is_fine(out.flush())?,
    }
    Ok(())
}

/// What is written to, packed or plain.
enum Sink {
    Plain(BufWriter<Out>),
    Gzip(Box<GzEncoder<BufWriter<Out>>>),
}

enum Out {
    File(Replacing),
    Standard(io::Stdout),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Plain(out) => out.write(bytes),
            Sink::Gzip(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Plain(out) => out.flush(),
            Sink::Gzip(out) => out.flush(),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::File(file) => file.write(bytes),
            Out::Standard(out) => gone_is_fine(out.write_all(bytes)).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::File(file) => file.flush(),
            Out::Standard(out) => gone_is_fine(out.flush()),
        }
    }
}

/// A reader that has gone (`mtlc … | head`) wants no more.
fn gone_is_fine(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However many rows there are: what has been written is on the disk, and no longer here.
    #[test]
    fn rows_are_written_as_they_come() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        let columns = [("id".to_string(), CellType::Text), ("y".to_string(), CellType::Number)];
        let batch: Vec<Vec<Cell>> =
            (0..1000).map(|row| vec![Cell::Text(format!("r{row}")), Cell::Number(f64::from(row) / 7.0)]).collect();
        let on_disk = || -> u64 {
            let entries = std::fs::read_dir(folder).expect("a folder").flatten();
            entries.filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum()
        };
        for (name, group) in [("p.csv", 1), ("p.tsv", 1), ("p.jsonl", 1), ("p.csv.gz", 60), ("p.parquet", 66)] {
            let path = folder.join(name);
            let written = || -> Result<(), Stopped> {
                let target = Target::of(&path, None)?;
                let mut writer = target.begin(&columns)?;
                let mut before = 0;
                for _ in 0..3 {
                    // Parquet waits for a group of rows, whose size does not grow with the table.
                    (0..group).try_for_each(|_| writer.rows(&batch))?;
                    let now = on_disk();
                    assert!(now > before, "{name}: {before} bytes before, {now} after more rows");
                    assert!(!path.exists(), "{name} takes its place when all is written");
                    before = now;
                }
                writer.finish()
            };
            written().unwrap_or_else(|_| panic!("{name} can be written"));
            assert!(path.exists() && std::fs::read_dir(folder).expect("a folder").count() == 1, "{name}");
            std::fs::remove_file(&path).expect("it is there");
        }
        // What is not finished was never there.
        let target = Target::of(&folder.join("p.csv"), None).unwrap_or_else(|_| panic!("a name"));
        let mut writer = target.begin(&columns).unwrap_or_else(|_| panic!("it can be written"));
        writer.rows(&batch).unwrap_or_else(|_| panic!("it can be written"));
        drop(writer);
        assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 0);
    }
}
