//! A run that takes the place of the one that is served: `latest` moved on, or a pack was replaced. Questions that came before are answered
//! by the old one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::metrics::Metrics;
use super::models::Models;
use super::{Log, Stop};
use crate::project::opened::{Opened, State};

/// How a run is opened; in words, why it cannot be.
pub type Open = Box<dyn Fn(&Path) -> Result<Opened, String> + Send>;

/// How often it is asked whether to end.
const ASKED: Duration = Duration::from_millis(50);

/// Looks every so often, until the server ends. `states` are what the runs were when they were opened.
pub fn watch(
    models: &Arc<Models>,
    mut states: Vec<Option<State>>,
    open: &Open,
    every: Duration,
    (metrics, log): (&Metrics, &Log),
    stop: &Stop,
) {
    // What was seen the last time: a run that is still being put there is left alone until it stays the same.
    let mut before = states.clone();
    loop {
        let mut slept = Duration::ZERO;
        while slept < every {
            if stop() {
                return;
            }
            std::thread::sleep(ASKED.min(every));
            slept += ASKED.min(every);
        }
        for (model, (served, before)) in models.0.iter().zip(states.iter_mut().zip(&mut before)) {
            let now = State::of(&model.path);
            let settled = now.is_some() && now == *before;
            *before = now.clone();
            if !settled || now == *served {
                continue;
            }
            // One that cannot be opened is not tried again before it changes.
            *served = now;
            match open(&model.path) {
                Ok(opened) => {
                    let run = opened.kept().manifest.identity.clone();
                    let weights = opened.weights().to_string();
                    model.replace(opened);
                    metrics.reloaded(&model.name, true);
                    log(json!({ "event": "renewed", "model": model.name, "run": run, "weights": weights }));
                }
                Err(error) => {
                    metrics.reloaded(&model.name, false);
                    log(json!({ "event": "not-renewed", "model": model.name, "error": error }));
                }
            }
        }
    }
}
