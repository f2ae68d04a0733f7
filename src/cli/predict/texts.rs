//! Texts that are asked about on the command line: rows of a file that is there for as long as the command.

use std::path::PathBuf;

use crate::catalog::formats;
use crate::catalog::kinds::KindDef;
use crate::cli::stopped::Stopped;
use crate::data::Overrides;
use crate::pipeline::{DataSet, Pipeline};

/// The folder of the file, which goes with it.
pub struct Texts(PathBuf);

impl Texts {
    /// Puts the texts in the place of the rows of the data set of which a text is all that inputs read.
    ///
    /// # Errors
    /// If there is no such data set, or the file cannot be written.
    pub fn put(pipeline: &Pipeline, texts: &[String], overrides: &mut Overrides) -> Result<Self, Stopped> {
        let read = |data: usize| -> Vec<usize> {
            let columns = pipeline.inputs.iter().flat_map(|input| &input.columns);
            let own = columns.filter(|column| column.data == data).map(|column| column.column);
            pipeline.data[data].behind(own).into_iter().collect()
        };
        let alone = |(data, set): (usize, &DataSet)| match read(data).as_slice() {
            [only] if matches!(set.columns[*only].kind, KindDef::Text(_)) => Some((data, *only)),
            _ => None,
        };
        let Some((data, column)) = pipeline.data.iter().enumerate().find_map(alone) else {
            let message = "`--text` asks about a text, and the model reads more than one text of each row".to_string();
            return Err(Stopped::Message(
                message,
                Some("give rows with all columns that it reads: `--data FILE`".into()),
            ));
        };
        let name = &pipeline.data[data].columns[column].source;
        let rows: Vec<serde_json::Value> =
            texts.iter().map(|text| serde_json::json!({ (name.as_str()): text })).collect();
        Self::of(&rows, data, overrides)
    }

    /// Puts rows in the place of those of a data set.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn of(rows: &[serde_json::Value], data: usize, overrides: &mut Overrides) -> Result<Self, Stopped> {
        let folder = Self(std::env::temp_dir().join(format!("mtlc-texts-{}", std::process::id())));
        let path = folder.0.join("texts.jsonl");
        let rows: String = rows.iter().map(|row| row.to_string() + "\n").collect();
        std::fs::create_dir_all(&folder.0)
            .and_then(|()| std::fs::write(&path, rows))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        overrides.files.insert(data, vec![path]);
        overrides.formats.extend(formats::plain("jsonl", "").map(|format| (data, format)));
        Ok(folder)
    }
}

impl Drop for Texts {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
