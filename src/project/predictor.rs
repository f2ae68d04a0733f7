//! A run that is asked again and again, about rows that are at hand and not in a file of somebody's: its model is loaded once, and what it chooses
//! answers among is brought to vectors once. Who holds a conversation or serves answers keeps one of these.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::kept::Kept;
use super::model::NoModel;
use crate::catalog::formats;
use crate::data::{Need, Overrides};
use crate::diag::Diagnostic;
use crate::lower::{Backend, Model};
use crate::pipeline::Part;
use crate::score::judge::TaskAnswers;
use crate::source::{Cannot, Wanted};
use crate::train::find::Known;
use crate::train::session::Session;
use crate::train::{evaluate, plan};

/// A run, and what is kept of it between two questions.
pub struct Predictor {
    kept: Kept,
    backend: Backend,
    model: Option<Model>,
    known: Known,
}

/// Rows as the run's steps have prepared them.
pub struct Asked {
    pub session: Session,
    data: usize,
    _rows: Rows,
}

/// Why rows cannot be asked about.
#[derive(Debug)]
pub enum NotAsked {
    Cannot(Cannot),
    /// Everything that is wrong with them, and what they stand in the place of.
    Wrong(Vec<Diagnostic>, Box<Overrides>),
}

impl Predictor {
    pub fn new(kept: Kept, backend: Backend) -> Self {
        Self { kept, backend, model: None, known: Known::default() }
    }

    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Prepares rows of a data set, each an object of cells by the names of the file's columns.
    ///
    /// # Errors
    /// If the model reads something of a row that it does not have, or cannot read what it has.
    pub fn ask(&self, data: usize, rows: &[serde_json::Value]) -> Result<Asked, NotAsked> {
        let mut overrides = Overrides { unhashed: true, ..Overrides::default() };
        let rows = Rows::put(rows, data, &mut overrides).map_err(NotAsked::Cannot)?;
        let session = self
            .kept
            .tables(&overrides, Need::Inputs)
            .and_then(|(tables, parts)| self.kept.session(&tables, parts, Need::Inputs));
        match session {
            Ok(session) => Ok(Asked { session, data, _rows: rows }),
            Err(wrong) => Err(NotAsked::Wrong(wrong, Box::new(overrides))),
        }
    }

    /// What the model answers, task by task and batch by batch.
    ///
    /// # Errors
    /// If it cannot be loaded.
    pub fn answer(&mut self, asked: &Asked, take: impl FnMut(TaskAnswers)) -> Result<(), NoModel> {
        let session = &asked.session;
        // Which sizes its weights have is known of the first rows; the run has settled them for all.
        let model = match self.model.take() {
            Some(model) => model,
            None => self.kept.model(session, self.backend)?,
        };
        let model = self.model.insert(model);
        let rows = session.prepared.parts().0[asked.data].of(Part::Test).clone();
        let plan = plan::of_rows(&session.pipeline, &session.prepared, asked.data, rows);
        evaluate::each_among(&session.pipeline, model, &session.prepared, plan, &mut self.known, take);
        Ok(())
    }
}

/// Rows in a file that is there for as long as this is, since data is read from files.
pub struct Rows(PathBuf);

impl Rows {
    /// Puts rows in the place of those of a data set.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn put(rows: &[serde_json::Value], data: usize, overrides: &mut Overrides) -> Result<Self, Cannot> {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("mtlc-rows-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let folder = Self(std::env::temp_dir().join(name));
        let path = folder.0.join("rows.jsonl");
        let lines: String = rows.iter().map(|row| row.to_string() + "\n").collect();
        std::fs::create_dir_all(&folder.0).map_err(Cannot::of(Wanted::Make, &folder.0))?;
        std::fs::write(&path, lines).map_err(Cannot::of(Wanted::Write, &path))?;
        overrides.files.insert(data, vec![path]);
        overrides.formats.extend(formats::plain("jsonl", "").map(|format| (data, format)));
        Ok(folder)
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
