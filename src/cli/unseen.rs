//! Classes that a model was not trained with, and inputs that are lacking, in files that `eval` and `predict` are given.

use clap::Args;

use super::spec::show;
use super::stopped::Stopped;
use crate::data::{self, Overrides, Tables, UnseenClasses};
use crate::pipeline::Part;
use crate::project::kept::Kept;
use crate::train::session::Session;

#[derive(Args, Clone, Copy, Debug, Default)]
pub struct UnknownArg {
    /// Answer even if no row of a column has a class that training had
    #[arg(long)]
    allow_unknown: bool,
}

/// What given files hold that the model has not learnt, a line per column.
///
/// # Errors
/// If all rows of a column hold classes that it has not.
pub fn unseen(
    kept: &Kept,
    session: &Session,
    tables: &Tables,
    overrides: &Overrides,
    arg: UnknownArg,
) -> Result<Vec<String>, Stopped> {
    if overrides.is_empty() {
        return Ok(Vec::new());
    }
    if !arg.allow_unknown {
        let problems = data::all_unknown(&session.pipeline, tables, &session.prepared);
        if !problems.is_empty() {
            show(&problems, &kept.spec);
            return Err(Stopped::Problems);
        }
    }
    let unseen = session.prepared.unseen_classes(&[Part::Test]);
    let lacking = session.prepared.lacking_in_words(&session.pipeline, tables);
    Ok(unseen.iter().map(UnseenClasses::words).chain(lacking).collect())
}
