//! A folder as MLflow's file store lays it out: `EXPERIMENT/RUN/{params,metrics,tags,artifacts}`, with a `meta.yaml` for each experiment and run.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Followed, Metric, NotFollowed, Status, Store};
use crate::data::sha256;
use crate::source::{Cannot, Wanted, replace};

pub struct Folder(pub PathBuf);

/// What MLflow calls the kind of whatever is started by hand.
const LOCAL: u32 = 4;

impl Folder {
    fn run(&self, of: &Followed) -> PathBuf {
        self.0.join(&of.experiment).join(&of.run)
    }

    /// The experiment of this name, made if there is none.
    fn experiment(&self, name: &str, now: u64) -> Result<String, NotFollowed> {
        for entry in std::fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let meta = std::fs::read_to_string(entry.path().join("meta.yaml")).unwrap_or_default();
            if value(&meta, "name").is_some_and(|own| own == name) && value(&meta, "experiment_id").is_some() {
                return Ok(entry.file_name().to_string_lossy().into_owned());
            }
        }
        // Long numbers, as MLflow draws them; the same name gives the same one.
        let id: String = sha256(format!("{name} {now}").as_bytes())
            .bytes()
            .take(18)
            .map(|byte| char::from(b'0' + byte % 10))
            .collect();
        let folder = self.0.join(&id);
        let at = absolute(&folder);
        let meta = format!(
            "artifact_location: {}\ncreation_time: {now}\nexperiment_id: '{id}'\nlast_update_time: {now}\nlifecycle_stage: active\nname: {}\n",
            quoted(&address(&at)),
            quoted(name),
        );
        write(&folder.join("meta.yaml"), meta.as_bytes())?;
        Ok(id)
    }

    fn meta(
        &self,
        of: &Followed,
        status: Status,
        started: u64,
        ended: Option<u64>,
        name: &str,
    ) -> Result<(), NotFollowed> {
        let ended = ended.map_or_else(|| "null".into(), |ended| ended.to_string());
        let meta = format!(
            "artifact_uri: {}\nend_time: {ended}\nentry_point_name: ''\nexperiment_id: '{}'\nlifecycle_stage: active\nrun_id: {run}\n\
             run_name: {}\nrun_uuid: {run}\nsource_name: ''\nsource_type: {LOCAL}\nsource_version: ''\nstart_time: {started}\n\
             status: {}\ntags: []\nuser_id: ''\n",
            quoted(&of.artifacts),
            of.experiment,
            quoted(name),
            status as u32,
            run = of.run,
        );
        write(&self.run(of).join("meta.yaml"), meta.as_bytes())
    }
}

impl Store for Folder {
    fn reach(&self) -> Result<(), NotFollowed> {
        Ok(std::fs::create_dir_all(&self.0).map_err(Cannot::of(Wanted::Make, &self.0))?)
    }

    fn begin(&self, experiment: &str, run: &str, tags: &[(String, String)], now: u64) -> Result<Followed, NotFollowed> {
        let experiment = self.experiment(experiment, now)?;
        let id = sha256(format!("{run} {now} {}", std::process::id()).as_bytes())[..32].to_string();
        let folder = self.0.join(&experiment).join(&id);
        for part in ["params", "metrics", "tags", "artifacts"] {
            let path = folder.join(part);
            std::fs::create_dir_all(&path).map_err(Cannot::of(Wanted::Make, &path))?;
        }
        let artifacts = address(&absolute(&folder.join("artifacts")));
        let followed = Followed { at: self.0.to_string_lossy().into_owned(), experiment, run: id, artifacts };
        self.meta(&followed, Status::Running, now, None, run)?;
        for (key, value) in tags {
            write(&folder.join("tags").join(key), value.as_bytes())?;
        }
        Ok(followed)
    }

    fn params(&self, of: &Followed, params: &[(String, String)]) -> Result<(), NotFollowed> {
        params.iter().try_for_each(|(key, value)| write(&self.run(of).join("params").join(key), value.as_bytes()))
    }

    fn metrics(&self, of: &Followed, metrics: &[Metric], now: u64) -> Result<(), NotFollowed> {
        for metric in metrics {
            let path = self.run(of).join("metrics").join(&metric.key);
            let cannot = Cannot::of(Wanted::Write, &path);
            folder_of(&path)?;
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(&path)
                .and_then(|mut file| file.write_all(format!("{now} {} {}\n", metric.value, metric.step).as_bytes()))
                .map_err(cannot)?;
        }
        Ok(())
    }

    fn artifact(&self, of: &Followed, path: &str, bytes: &[u8]) -> Result<(), NotFollowed> {
        write(&self.run(of).join("artifacts").join(path), bytes)
    }

    fn status(&self, of: &Followed, status: Status, now: u64) -> Result<(), NotFollowed> {
        let meta = std::fs::read_to_string(self.run(of).join("meta.yaml")).unwrap_or_default();
        let started = value(&meta, "start_time").and_then(|time| time.parse().ok()).unwrap_or(now);
        let name = value(&meta, "run_name").unwrap_or_default();
        self.meta(of, status, started, (status != Status::Running).then_some(now), &name)
    }
}

/// A value of a flat file of ours, or of MLflow's.
fn value(meta: &str, key: &str) -> Option<String> {
    let line = meta.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))?;
    let text = line.trim();
    let inside = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    Some(inside.map_or_else(|| text.to_string(), |inside| inside.replace("''", "'")))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn address(path: &Path) -> String {
    format!("file://{}", path.to_string_lossy())
}

fn folder_of(path: &Path) -> Result<(), NotFollowed> {
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(std::fs::create_dir_all(folder).map_err(Cannot::of(Wanted::Make, folder))?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), NotFollowed> {
    folder_of(path)?;
    Ok(replace(path, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_experiment_is_found_again_whoever_made_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let scratch = folder.path();
        write(&scratch.join("7/meta.yaml"), b"artifact_location: a\nexperiment_id: '7'\nname: it''s\n")
            .expect("it is written");
        write(&scratch.join("8/meta.yaml"), b"artifact_location: a\nexperiment_id: '8'\nname: 'shop''s'\n")
            .expect("it is written");
        let folder = Folder(scratch.to_path_buf());
        assert_eq!(folder.experiment("shop's", 1), Ok("8".into()));
        let new = folder.experiment("other", 1).expect("it is made");
        assert_eq!(folder.experiment("other", 2), Ok(new));
        let run = folder.begin("other", "first", &[("mlflow.runName".into(), "first".into())], 5).expect("it begins");
        let metric = |value, step| Metric { key: "a/b".into(), value, step };
        folder.metrics(&run, &[metric(0.5, 1)], 6).expect("kept");
        folder.metrics(&run, &[metric(0.25, 2)], 7).expect("kept");
        folder.status(&run, Status::Finished, 9).expect("kept");
        let at = folder.run(&run);
        assert_eq!(std::fs::read_to_string(at.join("metrics/a/b")).expect("it is there"), "6 0.5 1\n7 0.25 2\n");
        let meta = std::fs::read_to_string(at.join("meta.yaml")).expect("it is there");
        for line in ["start_time: 5", "end_time: 9", "status: 3", "run_name: 'first'"] {
            assert!(meta.contains(line), "{meta}");
        }
    }
}
