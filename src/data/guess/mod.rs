//! A first spec from a table: kinds are guessed and said, tasks suggested, and the result is ready to run.

mod columns;
mod parts;
mod profile;
mod spec;
mod tasks;

use std::path::Path;

pub use columns::{Guessed, Kind};

/// A first spec, and what was thought on the way.
pub struct Guess {
    pub spec: String,
    /// One line per decision.
    pub reasons: Vec<String>,
}

/// Guesses a spec for a file. `written` is the path as the spec will name it, `name` what its data set may be called.
/// The reason if there is nothing to make a spec of.
pub fn guess(file: &Path, written: &str, name: &str) -> Result<Guess, String> {
    let content = super::bytes::read(file)?;
    let table = profile::read(&content.bytes)?;
    let columns = columns::guess(&table);
    let tasks = tasks::suggest(&columns, table.rows)?;
    let mut reasons: Vec<String> =
        columns.iter().map(|column| format!("{}: {}, {}", column.header, column.kind.word(), column.why)).collect();
    reasons.extend(tasks.iter().filter(|task| task.chosen).map(|task| format!("task {}: {}", task.name, task.why)));
    Ok(Guess { spec: spec::write(&table, &columns, &tasks, written, name), reasons })
}
