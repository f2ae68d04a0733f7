//! A tracking server, by its [REST interface](https://mlflow.org/docs/latest/rest-api.html).

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Followed, Metric, NotFollowed, Status, Store};
use crate::data::fetch::agent;
use crate::source::{Cannot, Wanted, replace};

/// So long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many metrics, and so many parameters, are taken at once.
const METRICS: usize = 1000;
const PARAMS: usize = 100;

pub struct Server {
    at: String,
    agent: ureq::Agent,
}

impl Server {
    pub fn of(at: &str) -> Self {
        Self { at: at.trim_end_matches('/').to_string(), agent: agent(at, PATIENCE) }
    }

    fn unreachable(&self, error: &ureq::Error) -> NotFollowed {
        NotFollowed::Unreachable { at: self.at.clone(), why: error.to_string() }
    }

    fn address(&self, call: &str) -> String {
        format!("{}/api/2.0/mlflow/{call}", self.at)
    }

    /// What the server answers, if it is content.
    fn answered(&self, asked: &str, response: ureq::http::Response<ureq::Body>) -> Result<Value, NotFollowed> {
        let status = response.status();
        let text = response.into_body().read_to_string().unwrap_or_default();
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(answer);
        }
        let said = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_string);
        let (code, why) = (said("error_code").unwrap_or_default(), said("message"));
        Err(self.refused(asked, code, why.unwrap_or_else(|| status.to_string())))
    }

    fn refused(&self, asked: &str, code: String, why: String) -> NotFollowed {
        NotFollowed::Refused { at: self.at.clone(), asked: asked.into(), code, why }
    }

    /// With the token of MLflow's own variable, if there is one.
    fn known<T>(request: ureq::RequestBuilder<T>) -> ureq::RequestBuilder<T> {
        let token = std::env::var("MLFLOW_TRACKING_TOKEN").ok().filter(|token| !token.is_empty());
        match token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn post(&self, call: &str, body: &Value) -> Result<Value, NotFollowed> {
        let request = self.agent.post(self.address(call)).header("Content-Type", "application/json");
        let response = Self::known(request).send(body.to_string()).map_err(|error| self.unreachable(&error))?;
        self.answered(call, response)
    }

    fn experiment(&self, name: &str) -> Result<String, NotFollowed> {
        let id = |answer: &Value, at: &str| answer.pointer(at).and_then(Value::as_str).map(str::to_string);
        let call = "experiments/get-by-name";
        let request = self.agent.get(self.address(call)).query("experiment_name", name);
        let response = Self::known(request).call().map_err(|error| self.unreachable(&error))?;
        match self.answered(call, response) {
            Ok(answer) => id(&answer, "/experiment/experiment_id").ok_or_else(|| self.odd(call)),
            Err(NotFollowed::Refused { code, .. }) if code == "RESOURCE_DOES_NOT_EXIST" => {
                let call = "experiments/create";
                id(&self.post(call, &json!({ "name": name }))?, "/experiment_id").ok_or_else(|| self.odd(call))
            }
            Err(refused) => Err(refused),
        }
    }

    /// The answer is of some other program.
    fn odd(&self, asked: &str) -> NotFollowed {
        self.refused(asked, String::new(), "its answer is none of MLflow's".into())
    }
}

fn pairs(all: &[(String, String)]) -> Vec<Value> {
    all.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

impl Store for Server {
    fn reach(&self) -> Result<(), NotFollowed> {
        self.post("experiments/search", &json!({ "max_results": 1 })).map(|_| ())
    }

    fn begin(&self, experiment: &str, run: &str, tags: &[(String, String)], now: u64) -> Result<Followed, NotFollowed> {
        let experiment = self.experiment(experiment)?;
        let call = "runs/create";
        let body = json!({ "experiment_id": experiment, "start_time": now, "run_name": run, "tags": pairs(tags) });
        let answer = self.post(call, &body)?;
        let text = |at: &str| answer.pointer(at).and_then(Value::as_str).map(str::to_string);
        let (Some(id), Some(artifacts)) = (text("/run/info/run_id"), text("/run/info/artifact_uri")) else {
            return Err(self.odd(call));
        };
        Ok(Followed { at: self.at.clone(), experiment, run: id, artifacts })
    }

    fn params(&self, of: &Followed, params: &[(String, String)]) -> Result<(), NotFollowed> {
        for some in params.chunks(PARAMS) {
            self.post("runs/log-batch", &json!({ "run_id": of.run, "params": pairs(some) }))?;
        }
        Ok(())
    }

    fn metrics(&self, of: &Followed, metrics: &[Metric], now: u64) -> Result<(), NotFollowed> {
        for some in metrics.chunks(METRICS) {
            let one = |metric: &Metric| json!({ "key": metric.key, "value": metric.value, "timestamp": now, "step": metric.step });
            let some: Vec<Value> = some.iter().map(one).collect();
            self.post("runs/log-batch", &json!({ "run_id": of.run, "metrics": some }))?;
        }
        Ok(())
    }

    fn artifact(&self, of: &Followed, path: &str, bytes: &[u8]) -> Result<(), NotFollowed> {
        // A server hands them on itself, or names a folder of this machine.
        if let Some(place) = of.artifacts.strip_prefix("mlflow-artifacts:") {
            let place = place.trim_start_matches('/');
            let call = "mlflow-artifacts/artifacts";
            let address = format!("{}/api/2.0/{call}/{place}/{path}", self.at);
            let request = self.agent.put(address).header("Content-Type", "application/octet-stream");
            let response = Self::known(request).send(bytes).map_err(|error| self.unreachable(&error))?;
            return self.answered(call, response).map(|_| ());
        }
        let folder = of.artifacts.strip_prefix("file://").unwrap_or(&of.artifacts);
        if folder.contains("://") {
            let why = format!(
                "it keeps artefacts at `{folder}`; start it with `--serve-artifacts`, so that it takes them itself"
            );
            return Err(self.refused("artifacts", String::new(), why));
        }
        let file = PathBuf::from(folder).join(path);
        let above = file.parent().unwrap_or(&file);
        std::fs::create_dir_all(above).map_err(Cannot::of(Wanted::Make, above))?;
        Ok(replace(&file, bytes)?)
    }

    fn status(&self, of: &Followed, status: Status, now: u64) -> Result<(), NotFollowed> {
        let word = match status {
            Status::Running => "RUNNING",
            Status::Finished => "FINISHED",
            Status::Failed => "FAILED",
            Status::Killed => "KILLED",
        };
        let body = match status {
            Status::Running => json!({ "run_id": of.run, "status": word }),
            _ => json!({ "run_id": of.run, "status": word, "end_time": now }),
        };
        self.post("runs/update", &body).map(|_| ())
    }
}
