//! A run followed by MLflow, as a command tells of it: what cannot be told once training goes on is said, and nothing is lost for it.

use std::path::Path;

use super::output::complain;
use super::stopped::Stopped;
use crate::export::onnx::{self, Asked, Storage};
use crate::lower::Model;
use crate::project::directory::{RunDirectory, now};
use crate::project::manifest::Manifest;
use crate::project::pack::{self, CARD, ENDING};
use crate::report::RunReport;
use crate::report::card::{Facts, card};
use crate::report::mlflow::{self, FILE, Followed, Metric, NotFollowed, Status, Store, described, put};
use crate::train::records::Record;
use crate::train::session::Session;

/// Where MLflow's own clients look, unless somebody says otherwise.
const DEFAULT: &str = "mlruns";

pub struct Follower {
    store: Box<dyn Store>,
    of: Followed,
    /// Whether something could not be told: it is said once.
    failed: bool,
}

/// The store that is meant by `--mlflow` or `--mlflow=WHERE`.
pub fn place(given: &str) -> String {
    let meant = || std::env::var("MLFLOW_TRACKING_URI").ok().filter(|at| !at.is_empty());
    if given.is_empty() { meant().unwrap_or_else(|| DEFAULT.into()) } else { given.into() }
}

/// When a store is told of a run: what is to be done where it cannot be differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// While it trains, by `--mlflow=WHERE`.
    Meanwhile,
    /// When it has finished, by `--out WHERE`.
    Afterwards,
}

/// Asks whether the store of a command can be had, before anything is done.
///
/// # Errors
/// If it cannot.
pub fn reach(at: Option<&str>, telling: Telling) -> Result<(), Stopped> {
    let reached = at.map_or(Ok(()), |at| mlflow::store(&place(at)).and_then(|store| store.reach()));
    reached.map_err(|not| stopped(&not, telling))
}

fn stopped(not: &NotFollowed, telling: Telling) -> Stopped {
    Stopped::with(&not, &help(not, telling))
}

/// What to do where a store cannot be told.
fn help(not: &NotFollowed, telling: Telling) -> String {
    let (option, or) = match telling {
        Telling::Meanwhile => ("--mlflow=WHERE", ", or train without `--mlflow`"),
        Telling::Afterwards => ("--out WHERE", ""),
    };
    match not {
        NotFollowed::Unreachable { .. } => format!("start it, or name another by {option}{or}"),
        NotFollowed::Refused { .. } => format!("look whether it is a server of MLflow; name another by {option}{or}"),
        NotFollowed::Unknown { .. } | NotFollowed::IsFile { .. } => {
            format!(
                "{option} names a folder (`mlruns`, `file:///folder`) or a server of MLflow (`http://…`, `https://…`)"
            )
        }
        NotFollowed::Cannot(_) => format!("name another by {option}{or}"),
    }
}

impl Follower {
    /// Begins a run in a store, or goes on with the one that the run directory names.
    ///
    /// # Errors
    /// If the store cannot be had. Nothing has been trained then.
    pub fn begin(
        at: Option<&str>,
        run: &RunDirectory,
        manifest: &Manifest,
        session: &Session,
        telling: Telling,
    ) -> Result<Option<Self>, Stopped> {
        let kept: Option<Followed> = run.file(FILE).exists().then(|| run.read(FILE)).transpose()?;
        let Some(at) = at.map(place).or_else(|| kept.as_ref().map(|kept| kept.at.clone())) else { return Ok(None) };
        let store = mlflow::store(&at).map_err(|not| stopped(&not, telling))?;
        let begun = match kept.filter(|kept| kept.at == at) {
            Some(kept) => store.status(&kept, Status::Running, millis()).map(|()| kept),
            None => begun(store.as_ref(), run, manifest, session),
        };
        let of = begun.map_err(|not| stopped(&not, telling))?;
        run.write(FILE, &of)?;
        Ok(Some(Self { store, of, failed: false }))
    }

    /// The store.
    pub fn at(&self) -> &str {
        &self.of.at
    }

    /// What the store calls the run.
    pub fn run(&self) -> &str {
        &self.of.run
    }

    /// Tells of an epoch.
    pub fn epoch(&mut self, records: &[Record]) {
        // Who has not answered once is not waited for again before the end.
        if self.failed {
            return;
        }
        let told = self.store.metrics(&self.of, &mlflow::metrics(records), millis());
        self.said(told);
    }

    /// Tells how a run that has no result has ended.
    pub fn ended(&mut self, status: Status) {
        let told = self.store.status(&self.of, status, millis());
        self.said(told);
    }

    /// Tells of the result: figures of every part, files, and the model.
    pub fn finish(
        &mut self,
        run: &RunDirectory,
        manifest: &Manifest,
        session: &Session,
        model: &Model,
        report: &RunReport,
    ) {
        let told = self.store.metrics(&self.of, &final_figures(report), millis());
        self.said(told);
        let told = self.files(run, manifest, session, report).and_then(|()| self.models(manifest, session, model));
        self.said(told);
        self.ended(Status::Finished);
    }

    fn files(
        &self,
        run: &RunDirectory,
        manifest: &Manifest,
        session: &Session,
        report: &RunReport,
    ) -> Result<(), NotFollowed> {
        let store = self.store.as_ref();
        for name in ["report.html", "report.json", "spec.mtl", "defaults.json"] {
            put(store, &self.of, &run.file(name), name)?;
        }
        let facts = Facts { started: &manifest.started, files: &manifest.data, identity: &manifest.identity };
        let card = card(&session.pipeline, report, &facts);
        store.artifact(&self.of, CARD, card.as_bytes())?;
        let scratch = std::env::temp_dir().join(format!("mtlc-{}.{ENDING}", self.of.run));
        if pack::write(run, manifest, &card, &scratch).is_ok() {
            put(store, &self.of, &scratch, &format!("{}.{ENDING}", manifest.name))?;
        }
        let _ = std::fs::remove_file(&scratch);
        Ok(())
    }

    /// The model for each data set, as far as it has a form in ONNX.
    fn models(&self, manifest: &Manifest, session: &Session, model: &Model) -> Result<(), NotFollowed> {
        let sets = &session.pipeline.data;
        for (data, set) in sets.iter().enumerate() {
            let asked =
                Asked { session, model, data, storage: Storage::F32, identity: &manifest.identity, alone: None };
            let Ok(Some(exported)) = onnx::file(&asked) else { continue };
            let name = if sets.len() == 1 { "model".into() } else { format!("model-{}", set.name) };
            let served = described(&self.of, &name, exported.bytes, &now());
            for (file, bytes) in &served.files {
                self.store.artifact(&self.of, &format!("{}/{file}", served.path), bytes)?;
            }
        }
        Ok(())
    }

    fn said(&mut self, told: Result<(), NotFollowed>) {
        if let Err(not) = told
            && !std::mem::replace(&mut self.failed, true)
        {
            complain(&format!("warning: {not}; the run itself goes on, and has everything in its directory"));
        }
    }
}

fn begun(
    store: &dyn Store,
    run: &RunDirectory,
    manifest: &Manifest,
    session: &Session,
) -> Result<Followed, NotFollowed> {
    let name = run.path.file_name().map_or_else(|| manifest.name.clone(), |name| name.to_string_lossy().into_owned());
    let spec = Path::new(&manifest.spec).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let tags = [
        ("mlflow.runName", name.clone()),
        ("mlflow.source.name", spec),
        ("mlflow.source.type", "LOCAL".into()),
        ("mtlc.identity", manifest.identity.clone()),
        ("mtlc.version", manifest.mtlc_version.clone()),
    ];
    let tags = tags.map(|(key, value)| (key.to_string(), value));
    let of = store.begin(&manifest.name, &name, &tags, millis())?;
    store.params(&of, &mlflow::params(&session.pipeline, manifest.seed, &manifest.device))?;
    Ok(of)
}

/// Of the kept model, every figure of every part.
fn final_figures(report: &RunReport) -> Vec<Metric> {
    let mut all = Vec::new();
    let mut add = |key: String, value: Option<f64>| {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            all.push(Metric { key, value, step: report.best_epoch });
        }
    };
    add("kept/score".into(), report.score);
    for (name, task) in report.tasks.iter() {
        for part in crate::pipeline::Part::ALL {
            let Some(figures) = task.part(part) else { continue };
            for (key, _) in figures.metrics.iter() {
                add(format!("kept/{name}/{key}/{}", part.name()), figures.number(key));
            }
        }
    }
    all
}

fn millis() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |elapsed| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_done_is_of_the_command_and_of_what_is_wrong() {
        let server = || NotFollowed::Unreachable { at: "http://x".into(), why: "no route".into() };
        let refused = NotFollowed::Refused {
            at: "http://x".into(),
            asked: "runs/create".into(),
            code: String::new(),
            why: "404 Not Found".into(),
        };
        assert!(help(&server(), Telling::Meanwhile).contains("train without `--mlflow`"));
        for not in [server(), refused, NotFollowed::IsFile { at: "a.csv".into() }] {
            let help = help(&not, Telling::Afterwards);
            assert!(help.contains("--out WHERE") && !help.contains("--mlflow"), "nothing is trained: {help}");
            assert_eq!(help.contains("start it"), not == server(), "{help}");
        }
    }
}
