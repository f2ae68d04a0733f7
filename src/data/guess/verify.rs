//! Looks at a spec that was just written as `mtlc check --data` would, before anybody else does.

use std::path::Path;

use crate::check::{self, Options};
use crate::data::{self, Need, Overrides, Prepared, Tables};
use crate::diag::codes::data as codes;
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::Pipeline;
use crate::pipeline::{Column, DataSet};
use crate::source::{DiskLoader, Loader, Sources, Span};

/// Something that is wrong with a spec.
pub struct Complaint {
    pub message: String,
    /// The columns that it is about, as the file names them.
    pub columns: Vec<String>,
    /// It is about the parts of the split.
    pub parts: bool,
}

/// The table as the last spec read it: the next one mostly declares the same columns, and what takes time is reading.
#[derive(Default)]
pub struct Opened(Option<(String, Tables)>);

impl Opened {
    /// Reads what a spec declares, unless it has been read.
    fn tables(&mut self, pipeline: &Pipeline) -> Result<&Tables, Vec<Diagnostic>> {
        let column =
            |column: &Column| format!("{:?}{:?}{:?}{:?}", column.source, column.kind, column.shape, column.map);
        let set = |set: &DataSet| format!("{:?}{:?}", set.format, set.columns.iter().map(column).collect::<Vec<_>>());
        let declared: String = pipeline.data.iter().map(set).collect();
        if self.0.as_ref().is_none_or(|(read, _)| *read != declared) {
            // One table at a time.
            self.0 = None;
            self.0 = Some((declared, data::open(pipeline, &Overrides::default(), Need::Everything)?));
        }
        self.0.as_ref().map(|(_, tables)| tables).ok_or_else(Vec::new)
    }
}

/// What is wrong with a spec of this text in the file `out`.
pub fn complaints(text: &str, out: &Path, opened: &mut Opened) -> Vec<Complaint> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let disk = DiskLoader::default();
    let path = disk.canonical(out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let path = path.join(out.file_name().unwrap_or_default());
    let file = sources.add(out.display().to_string(), Some(&path), text);
    let checked = check::check(file, &mut sources, &disk, &Options::default(), &mut sink);
    let mut found = sink.finish();
    let pipeline = checked.into_pipeline().filter(|_| !found.iter().any(Diagnostic::is_error));
    if let Some(pipeline) = &pipeline {
        look(pipeline, opened, &mut found);
    }
    found.into_iter().map(|diagnostic| complaint(diagnostic, pipeline.as_ref())).collect()
}

/// Reads, cuts, inspects and prepares.
fn look(pipeline: &Pipeline, opened: &mut Opened, found: &mut Vec<Diagnostic>) {
    let mut keep = |problems: Vec<Diagnostic>| found.extend(problems);
    let Ok(tables) = opened.tables(pipeline).map_err(&mut keep) else { return };
    let Ok(parts) = data::split(pipeline, tables, None).map_err(&mut keep) else { return };
    keep(data::inspect(pipeline, tables, &parts));
    let Ok(prepared) = Prepared::fit(pipeline, tables, parts).map_err(&mut keep) else { return };
    keep(data::outlook(pipeline, &prepared));
}

/// A problem with the columns that it shows: by their declarations, or as labels.
fn complaint(diagnostic: Diagnostic, pipeline: Option<&Pipeline>) -> Complaint {
    let shown: Vec<Span> =
        std::iter::once(diagnostic.span).chain(diagnostic.labels.iter().map(|label| label.span)).collect();
    let parts = [codes::EMPTY_PART.name, codes::NO_ROWS.name].contains(&diagnostic.code.name);
    let mut columns = Vec::new();
    if let Some(pipeline) = pipeline {
        for set in &pipeline.data {
            columns.extend(
                set.columns.iter().filter(|column| shown.contains(&column.span)).map(|column| column.source.clone()),
            );
        }
        let of_labels =
            pipeline.tasks.iter().filter(|task| shown.contains(&task.label.span) || shown.contains(&task.span));
        columns.extend(
            of_labels.flat_map(|task| &task.label.columns).map(|column| pipeline.column(*column).source.clone()),
        );
        // What concerns an input as a whole concerns all that it reads, if that is little.
        if columns.is_empty() {
            let inputs = pipeline.inputs.iter().filter(|input| {
                shown.contains(&input.span) || input.steps.iter().any(|step| shown.contains(&step.span))
            });
            columns
                .extend(inputs.flat_map(|input| &input.columns).map(|column| pipeline.column(*column).source.clone()));
        }
    }
    Complaint { message: diagnostic.message, columns, parts }
}
