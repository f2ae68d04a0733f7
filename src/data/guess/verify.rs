//! Looks at a spec that was just written as `mtlc check --data` would, before anybody else does.

use std::path::Path;

use crate::check::{self, Options, Pipeline};
use crate::data::{self, Need, Overrides, Prepared};
use crate::diag::codes::data as codes;
use crate::diag::{Diagnostic, Sink};
use crate::source::{DiskLoader, Loader, Sources, Span};

/// Something that is wrong with a spec.
pub struct Complaint {
    pub message: String,
    /// The columns that it is about, as the file names them.
    pub columns: Vec<String>,
    /// It is about the parts of the split.
    pub parts: bool,
}

/// What is wrong with a spec of this text in the file `out`.
pub fn complaints(text: &str, out: &Path) -> Vec<Complaint> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let disk = DiskLoader::default();
    let path = disk.canonical(out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let path = path.join(out.file_name().unwrap_or_default());
    let file = sources.add(out.display().to_string(), Some(&path), text);
    let checked = check::check(file, &mut sources, &disk, &Options::default(), &mut sink);
    let mut found = sink.finish();
    let pipeline = checked.pipeline.filter(|_| !found.iter().any(Diagnostic::is_error));
    if let Some(pipeline) = &pipeline {
        look(pipeline, &mut found);
    }
    found.into_iter().map(|diagnostic| complaint(diagnostic, pipeline.as_ref())).collect()
}

/// Reads, cuts, inspects and prepares.
fn look(pipeline: &Pipeline, found: &mut Vec<Diagnostic>) {
    let mut keep = |problems: Vec<Diagnostic>| found.extend(problems);
    let Ok(tables) = data::open(pipeline, &Overrides::default(), Need::Everything).map_err(&mut keep) else { return };
    let Ok(parts) = data::split(pipeline, &tables, None).map_err(&mut keep) else { return };
    keep(data::inspect(pipeline, &tables, &parts));
    let Ok(prepared) = Prepared::fit(pipeline, &tables, parts).map_err(&mut keep) else { return };
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
