//! From the syntax tree to the typed pipeline: names, kinds, dimensions, obligations, lints.
//!
//! [`check`] never stops at the first problem: what cannot be understood is reported, left out, and
//! what depends on it stays silent. Declarations are elaborated on demand, so their order never matters.

mod bind;
mod blocks;
mod checker;
pub mod codes;
mod constants;
mod data;
mod elaborate;
mod env;
pub mod facts;
mod fields;
mod inputs;
mod labels;
pub mod lints;
pub mod obligations;
pub mod pipeline;
mod program;
mod shared;
pub mod std_tasks;
mod synonyms;
mod tasks;
mod template;
mod train;
mod weights;

use checker::Checker;
pub use pipeline::Pipeline;

use crate::catalog::Facts;
use crate::diag::Sink;
use crate::diag::settings::Remark;
use crate::source::{FileId, Loader, Sources};

/// What the command line adds to a spec.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--set name=value`, in order: params, `weights.TASK`, `train.FIELD`.
    pub set: Vec<(String, String)>,
    /// What is known of the data, from a facts file.
    pub facts: Option<Facts>,
}

/// What a check comes to, besides its problems.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// `None` if there are errors.
    pub pipeline: Option<Pipeline>,
    /// The comments of every file, for suppression.
    pub remarks: Vec<(FileId, Vec<Remark>)>,
}

/// Checks a spec that has been added to `sources`.
pub fn check(root: FileId, sources: &mut Sources, loader: &dyn Loader, options: &Options, sink: &mut Sink) -> Checked {
    let mut program = program::load(root, sources, loader, sink);
    let remarks = program.modules.iter_mut().map(|module| (module.file, std::mem::take(&mut module.remarks))).collect();
    let mut checker = Checker::new(program, sources, options, sink);
    Checked { pipeline: checker.run(), remarks }
}
