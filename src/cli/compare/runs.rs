//! `--runs`: every trained model as a run directory, for `mtlc eval` and `mtlc predict`.

use std::collections::BTreeMap;
use std::path::Path;

use super::CompareArgs;
use crate::cli::run::words;
use crate::lower::Backend;
use crate::project::directory::{NoRun, RunDirectory};
use crate::project::manifest::Manifest;
use crate::project::spec::Spec;
use crate::report::summary;
use crate::report::{self, ModelPicture, ReportInput};
use crate::score::judge::{Judge, Thresholds};
use crate::source::{Cannot, Wanted};
use crate::study::compare::store::Store;
use crate::study::compare::{Contender, Job, Keeper, Kind};
use crate::train::checkpoint;
use crate::train::engine::Engine;
use crate::train::fit::Trained;
use crate::train::session::Session;

pub struct Runs<'a> {
    store: &'a Store,
    /// Of each contender, by name.
    specs: BTreeMap<&'a str, &'a Spec>,
    args: &'a CompareArgs,
    backend: Backend,
}

impl<'a> Runs<'a> {
    pub fn new(
        store: &'a Store,
        specs: &'a [Spec],
        contenders: &'a [Contender],
        args: &'a CompareArgs,
        backend: Backend,
    ) -> Self {
        let specs = contenders.iter().map(|contender| contender.name.as_str()).zip(specs).collect();
        Self { store, specs, args, backend }
    }
}

impl Keeper for Runs<'_> {
    fn has(&self, job: &Job<'_>, key: &str) -> bool {
        // A model of shuffled labels is for nothing but the figure.
        matches!(job.kind, Kind::BesideShuffled(_))
            || RunDirectory::open(&self.store.run(job)).is_ok_and(|(run, manifest)| {
                manifest.identity == key && run.model().exists() && run.file("report.json").exists()
            })
    }

    fn keep(
        &self,
        job: &Job<'_>,
        key: &str,
        session: &Session,
        engine: &Engine<'_>,
        trained: &Trained,
    ) -> Result<(), NoRun> {
        let alone = match job.kind {
            Kind::BesideShuffled(_) => return Ok(()),
            Kind::Alone(task) => Some(job.contender.pipeline.tasks[task].name.clone()),
            Kind::Together => None,
        };
        let Some(spec) = self.specs.get(job.contender.name.as_str()) else { return Ok(()) };
        let path = self.store.run(job);
        // One that was not finished, or is of the spec as it was.
        if path.join("spec.mtl").exists() {
            std::fs::remove_dir_all(&path).map_err(Cannot::of(Wanted::Replace, &path))?;
        }
        let run = RunDirectory::create(&path)?;
        let pipeline = &session.pipeline;
        let manifest = Manifest {
            set: self.args.set.set.clone(),
            variant: job.contender.variant.clone(),
            seed: job.seed,
            split_seed: job.split_seed,
            device: self.backend.to_string(),
            identity: key.into(),
            alone,
            ..Manifest::of(spec, Path::new(&job.contender.spec), pipeline)
        };
        let text = spec.text();
        run.write_text("spec.mtl", text)?;
        run.write("defaults.json", &words::settings(pipeline))?;
        run.write_fitted(session.prepared.fitted())?;
        run.write("run.json", &manifest)?;
        let weights = checkpoint::weight_tensors(&engine.model.weights);
        checkpoint::write(&run.model(), &weights, [("run".to_string(), manifest.identity.clone())].into())?;
        let facts = summary::Facts {
            device: manifest.device.clone(),
            seed: job.seed,
            split_seed: job.split_seed.unwrap_or_else(|| pipeline.data.first().map_or(0, |data| data.split.seed)),
            spec_sha256: &manifest.spec_sha256,
            started: &manifest.started,
        };
        let thresholds = Thresholds::of(pipeline, &trained.best.thresholds);
        if !thresholds.0.is_empty() {
            run.write(Thresholds::FILE, &thresholds)?;
        }
        let judge = Judge::new(pipeline, &session.prepared).with_thresholds(&trained.best.thresholds);
        let (report, pictures) = summary::report(session, &engine.model, &judge, trained, &facts);
        let page = report::render(&ReportInput {
            report: &report,
            records: &run.records(),
            pictures: &pictures,
            spec: text,
            model: Some(ModelPicture::of(pipeline, &session.graph)),
        });
        run.write_text("report.html", &page)?;
        run.write_text("report.json", &report.to_json())
    }
}
