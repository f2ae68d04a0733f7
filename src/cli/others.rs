//! Other files than those that a run was made of: which they are, and how they are written.

use clap::Args;

use super::output::complain;
use crate::catalog::formats::FormatDef;
use crate::catalog::written;
use crate::data::Overrides;
use crate::pipeline::Pipeline;

#[derive(Args, Clone, Debug, Default)]
pub struct Others {
    /// Rows to read instead of the run's own: a file, a folder, a pattern in quotes, or - for standard input; given again,
    /// more of one table (NAME=FILE if the run has several data sets, or for a table that is joined to one)
    #[arg(long, value_name = "FILE")]
    pub data: Vec<String>,
    /// How these files are written, where it is not as the spec says: --format 'csv(delimiter: ";", decimal: ",")'
    #[arg(long, value_name = "FORMAT", requires = "data")]
    pub format: Vec<String>,
}

/// After what is wrong with other files: how they were read, and how to say that they are written otherwise.
pub fn explain(overrides: &Overrides, pipeline: &Pipeline) {
    let said = |name: &str, own: &FormatDef, given: Option<&FormatDef>, option: &str| {
        let (format, whose) = match given {
            Some(format) => (format, "as `--format` says"),
            None => (own, "as the spec of the run says"),
        };
        let example = format!("; files that are written otherwise: --format '{option}csv(delimiter: \";\")'");
        complain(&format!("  The files of `{name}` were read {whose}: {}{example}", shown(format)));
    };
    let several = pipeline.data.len() > 1;
    for data in overrides.files.keys() {
        let set = &pipeline.data[*data];
        let option = if several { format!("{}=", set.name) } else { String::new() };
        said(&set.name, &set.format, overrides.formats.get(data), &option);
    }
    for (data, join) in overrides.joined.keys() {
        let (set, table) = (&pipeline.data[*data], &pipeline.data[*data].joins[*join].table);
        let name = format!("{}.{}", set.name, table.name);
        said(&name, &table.format, overrides.joined_formats.get(&(*data, *join)), &format!("{name}="));
    }
}

/// A format as it is written, without the path and what is usual.
fn shown(format: &FormatDef) -> String {
    written(format.name(), format.unusual().iter().filter(|(name, _)| *name != "path"))
}
