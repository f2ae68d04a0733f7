//! Texts that are asked about on the command line.

use crate::catalog::kinds::KindDef;
use crate::cli::stopped::Stopped;
use crate::data::Overrides;
use crate::pipeline::{DataSet, Pipeline};
use crate::project::opened;

/// Puts the texts in the place of the rows of the data set of which a text is all that inputs read.
///
/// # Errors
/// If there is no such data set.
pub fn put(pipeline: &Pipeline, texts: &[String], overrides: &mut Overrides) -> Result<(), Stopped> {
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
        return Err(Stopped::Message(message, Some("give rows with all columns that it reads: `--data FILE`".into())));
    };
    let name = &pipeline.data[data].columns[column].source;
    let rows: Vec<serde_json::Value> = texts.iter().map(|text| serde_json::json!({ (name.as_str()): text })).collect();
    opened::put(&rows, data, overrides);
    Ok(())
}
