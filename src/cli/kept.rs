//! A finished run, opened again: its spec, its preprocessing and its model, on its own data or on other files.

use std::path::Path;

use super::args::DeviceArg;
use super::others;
use super::output::complain;
use super::saved;
use super::spec::{Spec, show};
use super::stopped::Stopped;
use crate::data::{self, Fitted, Need, Overrides, Tables};
use crate::lower::{Backend, Model};
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::score::judge::Thresholds;
use crate::study::compare;
use crate::train::checkpoint;
use crate::train::directory::{Manifest, RunDirectory};
use crate::train::session::{Session, all_in};

/// A run that has a model.
pub struct Kept {
    pub run: RunDirectory,
    pub manifest: Manifest,
    pub spec: Spec,
    pub pipeline: Pipeline,
    pub fitted: Fitted,
}

impl Kept {
    /// # Errors
    /// If the folder holds no finished run.
    pub fn open(folder: &Path) -> Result<Self, Stopped> {
        let (run, manifest) = RunDirectory::open(folder)?;
        if !run.model().exists() {
            let help = format!("it was interrupted; finish it with `mtlc run --resume {}`", folder.display());
            return Err(Stopped::Message(format!("`{}` has no trained model", folder.display()), Some(help)));
        }
        let mut spec = saved::load(&run, &manifest)?;
        let Some(mut pipeline) = spec.pipeline.take() else {
            show(&spec.diagnostics, &spec);
            return Err(Stopped::Message("the spec of the run no longer passes the check".into(), None));
        };
        if let Some(task) =
            manifest.alone.as_ref().and_then(|of| pipeline.tasks.iter().position(|task| task.name == *of))
        {
            pipeline = compare::alone(&pipeline, task);
        }
        pipeline.train.seed = manifest.seed;
        pipeline.train.epochs = manifest.epochs;
        let fitted = run.read("preprocessing.json")?;
        if run.file(Thresholds::FILE).exists() {
            run.read::<Thresholds>(Thresholds::FILE)?.put_into(&mut pipeline);
        }
        Ok(Self { run, manifest, spec, pipeline, fitted })
    }

    /// The session on the run's own data, split as it was, or with every row of the given files in test.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn session(&self, overrides: &Overrides, need: Need) -> Result<(Session, Tables), Stopped> {
        let refuse = |diagnostics: Vec<crate::diag::Diagnostic>| {
            show(&diagnostics, &self.spec);
            others::explain(overrides, &self.pipeline);
            Stopped::Problems
        };
        let tables = data::open(&self.pipeline, overrides, need).map_err(refuse)?;
        let parts = if overrides.files.is_empty() {
            data::split(&self.pipeline, &tables, overrides.split_seed).map_err(refuse)?
        } else {
            // Of a data set that no file was given for, nothing was asked.
            let mut parts = all_in(Part::Test, &tables, &self.pipeline);
            for (data, rows) in parts.0.iter_mut().enumerate() {
                if !overrides.files.contains_key(&data) {
                    rows.test.clear();
                }
            }
            parts
        };
        for (set, table) in self.pipeline.data.iter().zip(&tables.sets) {
            let Some(first) = table.left_out.first() else { continue };
            let (rows, name) = (table.left_out.len(), &set.name);
            let are = if rows == 1 { "row is" } else { "rows are" };
            let why = format!("for broken pictures, such as {first}");
            complain(&format!("Note: {rows} {are} left out of `{name}`, {why}; those that are left are counted anew"));
        }
        let pipeline = self.pipeline.clone();
        let session = Session::applied(pipeline, &tables, parts, self.fitted.clone(), need, &self.manifest.no_pass)
            .map_err(refuse)?;
        Ok((session, tables))
    }

    /// Says if the run's own data is no longer what it was: then its parts hold other rows than those that were trained on.
    pub fn note_changed_data(&self, tables: &Tables) {
        let mut files = tables.sets.iter().flat_map(data::Table::all_files);
        if let Some(changed) = files.find(|file| self.manifest.data.get(&file.name) != Some(&file.sha256)) {
            complain(&format!(
                "Note: `{}` has changed since the run was trained: the parts may hold other rows than they did",
                changed.name
            ));
        }
    }

    /// Where to compute: as given, else where the run was trained if that can be had here, so that the numbers are the
    /// same to the last bit.
    ///
    /// # Errors
    /// In one line, if what is given cannot be had.
    pub fn backend(&self, given: &DeviceArg) -> Result<Backend, String> {
        let trained = self.manifest.device.parse::<Backend>().ok().filter(|backend| backend.check().is_ok());
        match trained {
            Some(backend) if given.given().is_none() => Ok(backend),
            _ => given.backend(),
        }
    }

    /// The trained model.
    ///
    /// # Errors
    /// If its file is damaged or of another spec.
    pub fn model(&self, session: &Session, backend: Backend) -> Result<Model, Stopped> {
        let mut model = session.model(self.manifest.seed, &backend.device())?;
        let (tensors, metadata) = checkpoint::read(&self.run.model())?;
        let another = |what: String| {
            Stopped::Message(
                format!("`{}` is not the model of this run: {what}", self.run.model().display()),
                Some("the run directory's files must stay together".into()),
            )
        };
        if metadata.get("run").is_some_and(|run| *run != self.manifest.identity) {
            return Err(another("it was made by another run".into()));
        }
        let lacking = model.weights.load(&tensors).map_err(another)?;
        match lacking.first() {
            Some(path) => Err(another(format!("it has no `{path}`"))),
            None => Ok(model),
        }
    }
}
