//! A run that is asked again and again, about rows that are at hand and not in a file of somebody's: its model is loaded once, and what it chooses
//! answers among is brought to vectors once. Who holds a conversation or serves answers keeps one of these.

use super::kept::Kept;
use super::model::NoModel;
use crate::catalog::formats;
use crate::data::{Need, Overrides};
use crate::diag::Diagnostic;
use crate::lower::{Backend, Model};
use crate::pipeline::Part;
use crate::score::judge::TaskAnswers;
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
}

/// Why rows cannot be asked about: everything that is wrong with them, and what they stand in the place of.
#[derive(Debug)]
pub struct NotAsked {
    pub wrong: Vec<Diagnostic>,
    pub overrides: Box<Overrides>,
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
        put(rows, data, &mut overrides);
        let session = self
            .kept
            .tables(&overrides, Need::Inputs)
            .and_then(|(tables, parts)| self.kept.session(&tables, parts, Need::Inputs));
        match session {
            Ok(session) => Ok(Asked { session, data }),
            Err(wrong) => Err(NotAsked { wrong, overrides: Box::new(overrides) }),
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

/// Puts rows, each an object of cells, in the place of those of a data set.
pub fn put(rows: &[serde_json::Value], data: usize, overrides: &mut Overrides) {
    let lines: String = rows.iter().map(|row| row.to_string() + "\n").collect();
    if let Some(format) = formats::plain("jsonl", "") {
        overrides.put(data, format, lines.into_bytes());
    }
}
