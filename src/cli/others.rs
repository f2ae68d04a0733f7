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
    /// more of one table (NAME=FILE if the run has several data sets)
    #[arg(long, value_name = "FILE")]
    pub data: Vec<String>,
    /// How these files are written, where it is not as the spec says: --format 'csv(delimiter: ";", decimal: ",")'
    #[arg(long, value_name = "FORMAT", requires = "data")]
    pub format: Vec<String>,
}

/// After what is wrong with other files: how they were read, and how to say that they are written otherwise.
pub fn explain(overrides: &Overrides, pipeline: &Pipeline) {
    for data in overrides.files.keys() {
        let set = &pipeline.data[*data];
        let (format, whose) = match overrides.formats.get(data) {
            Some(format) => (format, "as `--format` says"),
            None => (&set.format, "as the spec of the run says"),
        };
        let example = "; files that are written otherwise: --format 'csv(delimiter: \";\")'";
        complain(&format!("  The files of `{}` were read {whose}: {}{example}", set.name, shown(format)));
    }
}

/// A format as it is written, without the path and what is usual.
fn shown(format: &FormatDef) -> String {
    written(format.name(), format.unusual().iter().filter(|(name, _)| *name != "path"))
}
