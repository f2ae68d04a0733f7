//! From a checked spec to what can be trained: its data opened and prepared, and what a run of it is of.

use super::manifest::Manifest;
use super::spec::Spec;
use crate::data::{self, Overrides, open_and_split};
use crate::diag::Diagnostic;
use crate::pipeline::Pipeline;
use crate::train::session::Session;

/// What can be trained.
pub struct Ready {
    pub session: Session,
    pub manifest: Manifest,
    /// What is to be expected of the data, none of it an error.
    pub outlook: Vec<Diagnostic>,
}

impl Ready {
    /// Opens the data, and says in the manifest what the run is of.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn prepare(spec: &Spec, pipeline: Pipeline, mut manifest: Manifest) -> Result<Self, Vec<Diagnostic>> {
        let overrides = Overrides { split_seed: manifest.split_seed, ..Overrides::default() };
        let (tables, parts) = open_and_split(&pipeline, &overrides)?;
        let session = Session::fitted(pipeline, &tables, parts, &manifest.no_pass)?;
        let outlook = spec.judged(data::outlook(&session.pipeline, &session.prepared));
        if outlook.iter().any(Diagnostic::is_error) {
            return Err(outlook);
        }
        manifest.identify(&session.pipeline, &tables);
        Ok(Self { session, manifest, outlook })
    }
}
