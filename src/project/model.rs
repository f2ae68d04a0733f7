//! The model of a finished run, and what it is asked with.

use std::fmt;
use std::path::PathBuf;

use super::kept::Kept;
use super::pack::NotOpened;
use crate::data::{Need, Parts, Tables};
use crate::diag::Diagnostic;
use crate::lower::{Backend, Misfit, Model};
use crate::train::checkpoint::{self, NotRead};
use crate::train::session::{NoEngine, Session};

/// Why a run has no model.
#[derive(Debug)]
pub enum NoModel {
    /// This machine cannot compute it.
    NotHere(NoEngine),
    /// The file cannot be read.
    NotRead(NotRead),
    /// The file holds another model.
    Another { file: PathBuf, why: Another },
    /// The pack holds none of its own.
    NotInPack(NotOpened),
}

/// How a model is known to be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Another {
    /// It says so.
    OfAnotherRun,
    /// A weight has another shape.
    Misfit(Misfit),
    /// It does not have this weight.
    Lacks(String),
}

impl Kept {
    /// What the model is asked with: prepared as it was in training.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn session(&self, tables: &Tables, parts: Parts, need: Need) -> Result<Session, Vec<Diagnostic>> {
        let pipeline = self.pipeline.clone();
        Session::applied(pipeline, tables, parts, self.fitted.clone(), need, &self.manifest.no_pass)
    }

    /// Where the run was trained, if that can be had here: there the numbers are the same to the last bit.
    pub fn trained_on(&self) -> Option<Backend> {
        self.manifest.device.parse::<Backend>().ok().filter(|backend| backend.check().is_ok())
    }

    /// The trained model.
    ///
    /// # Errors
    /// If its file is damaged or of another spec.
    pub fn model(&self, session: &Session, backend: Backend) -> Result<Model, NoModel> {
        let mut model = session.model(self.manifest.seed, &backend.device()).map_err(NoModel::NotHere)?;
        let packed = |why: String| {
            let pack = self.run.pack.as_ref()?;
            Some(NoModel::NotInPack(NotOpened::damaged(pack, format!("its model {why}"))))
        };
        let (tensors, metadata) = checkpoint::read(&self.run.model()).map_err(|not_read| {
            packed("holds something else than weights".into()).unwrap_or(NoModel::NotRead(not_read))
        })?;
        let another = |why: Another| {
            packed(format!("is not the one of its run: {why}"))
                .unwrap_or_else(|| NoModel::Another { file: self.run.model(), why })
        };
        if metadata.get("run").is_some_and(|run| *run != self.manifest.identity) {
            return Err(another(Another::OfAnotherRun));
        }
        let lacking = model.weights.load(&tensors).map_err(|misfit| another(Another::Misfit(misfit)))?;
        match lacking.into_iter().next() {
            Some(path) => Err(another(Another::Lacks(path))),
            None => Ok(model),
        }
    }
}

impl fmt::Display for NoModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoModel::NotHere(no_engine) => no_engine.fmt(f),
            NoModel::NotRead(not_read) => not_read.fmt(f),
            NoModel::Another { file, why } => {
                write!(f, "`{}` is not the model of this run: {why}", file.display())
            }
            NoModel::NotInPack(not_opened) => not_opened.fmt(f),
        }
    }
}

impl fmt::Display for Another {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Another::OfAnotherRun => f.write_str("it was made by another run"),
            Another::Misfit(misfit) => misfit.fmt(f),
            Another::Lacks(path) => write!(f, "it has no `{path}`"),
        }
    }
}
