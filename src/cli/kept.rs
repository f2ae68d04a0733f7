//! What is said of a run that is opened again, and of the data that it is asked about.

use super::others;
use super::output::complain;
use super::spec::show;
use super::stopped::Stopped;
use crate::data::{Need, Overrides, Parts, Tables};
use crate::diag::Diagnostic;
use crate::project::kept::Kept;
#[cfg(feature = "run")]
use crate::train::session::Session;

/// The session on the run's own data, split as it was, or with every row of the given files in test.
///
/// # Errors
/// Everything that is wrong with the data; it has been shown.
#[cfg(feature = "run")]
pub fn session(kept: &Kept, overrides: &Overrides, need: Need) -> Result<(Session, Tables), Stopped> {
    let (tables, parts) = tables(kept, overrides, need)?;
    let session = kept.session(&tables, parts, need).map_err(|wrong| refuse(kept, overrides, &wrong))?;
    Ok((session, tables))
}

/// Shows what is wrong with the data of a run, or with files in its place.
pub fn refuse(kept: &Kept, overrides: &Overrides, diagnostics: &[Diagnostic]) -> Stopped {
    show(diagnostics, &kept.spec);
    others::explain(overrides, &kept.pipeline);
    if let (Some(pack), true) = (&kept.run.pack, overrides.own_rows()) {
        complain(&format!("`{}` is a pack, which holds no data: name rows by `--data FILE`", pack.display()));
    }
    Stopped::Problems
}

/// The same before anything is made of it.
///
/// # Errors
/// As [`session`].
pub fn tables(kept: &Kept, overrides: &Overrides, need: Need) -> Result<(Tables, Parts), Stopped> {
    let (tables, parts) = kept.tables(overrides, need).map_err(|wrong| refuse(kept, overrides, &wrong))?;
    for left_out in kept.left_out(&tables) {
        let (rows, name, first) = (left_out.rows, left_out.data, left_out.first);
        let are = if rows == 1 { "row is" } else { "rows are" };
        let why = format!("for broken {}, such as {first}", left_out.what);
        complain(&format!("Note: {rows} {are} left out of `{name}`, {why}; those that are left are counted anew"));
    }
    Ok((tables, parts))
}

/// Says if the run's own data is no longer what it was.
pub fn note_changed_data(kept: &Kept, tables: &Tables, overrides: &Overrides) {
    if let Some(changed) = kept.changed_data(tables, overrides) {
        complain(&format!("Note: {changed}: the parts may hold other rows than they did"));
    }
}
