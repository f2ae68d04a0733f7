//! Texts that are asked about on the command line.

use crate::catalog::kinds::KindDef;
use crate::cli::stopped::Stopped;
use crate::data::Overrides;
use crate::pipeline::{Column, DataSet, Pipeline};
use crate::project::opened;

/// As many columns are named; others are counted.
const NAMED: usize = 4;

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
        let message = format!("`--text` asks about a text, and {}", reads_instead(pipeline, read));
        return Err(Stopped::Message(message, Some("give rows with all columns that it reads: `--data FILE`".into())));
    };
    let name = &pipeline.data[data].columns[column].source;
    let rows: Vec<serde_json::Value> = texts.iter().map(|text| serde_json::json!({ (name.as_str()): text })).collect();
    opened::put(&rows, data, overrides);
    Ok(())
}

/// What the model reads of a row, where that is not one text alone. `read` are the columns of a data set that it reads.
fn reads_instead(pipeline: &Pipeline, read: impl Fn(usize) -> Vec<usize>) -> String {
    let sets = pipeline.data.iter().enumerate();
    let columns = sets.flat_map(|(data, set)| read(data).into_iter().map(move |column| &set.columns[column]));
    let (texts, others): (Vec<&Column>, Vec<&Column>) =
        columns.partition(|column| matches!(column.kind, KindDef::Text(_)));
    let named = |columns: &[&Column]| -> String {
        let names = columns.iter().take(NAMED).map(|column| format!("`{}`", column.name));
        let more = columns.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("{more} more"));
        names.chain(more).collect::<Vec<_>>().join(", ")
    };
    match (texts.as_slice(), others.as_slice()) {
        ([], []) => "the model reads nothing of a row".into(),
        ([], others) => format!("the model reads none: it reads {}", named(others)),
        (texts, []) => format!("the model reads several of each row: {}", named(texts)),
        (texts, others) => format!("the model reads {} beside {}", named(others), named(texts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::spec::Spec;

    fn refused(columns: &str, inputs: &str) -> String {
        let text = format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{ columns {{ {columns}, y: number }} }}\n{inputs}\
             task y: regression from x {{ label: d.y }}\n"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("d.mtl");
        std::fs::write(&file, &text).expect("it can be written");
        let spec = Spec::of_text(&file, &text);
        let pipeline = spec.ok().and_then(|spec| spec.pipeline).expect("a sound spec");
        match put(&pipeline, &["one".into()], &mut Overrides::default()) {
            Err(Stopped::Message(message, _)) => message,
            _ => String::new(),
        }
    }

    #[test]
    fn a_model_that_reads_no_text_is_said_to_read_what_it_reads() {
        let said = refused("area: number, rooms: number", "input x from d[area, rooms] -> standardize\n");
        assert!(said.ends_with("the model reads none: it reads `area`, `rooms`"), "{said}");
    }
}
