//! Going on from a checkpoint is as if nothing had happened: for every balancer and everything that has a state.

use std::time::Duration;

use mtlc::catalog::balancers::ENTRIES;
use mtlc::lower::Backend;
use mtlc::train::checkpoint::Snapshot;
use mtlc::train::fit::{Ending, Epoch, Settings, Tick, Trained, Watch};
use mtlc::train::session::Session;

use super::{SHOP, session, shop};
use crate::data::Folder;

/// Stops after a step of an epoch (the next one there is, if the epoch has fewer), and keeps what it is told of each epoch.
#[derive(Default)]
struct Stop {
    /// Epoch and step, from 1.
    at: Option<(usize, usize)>,
    reached: bool,
    epochs: Vec<String>,
}

impl Watch for Stop {
    fn tick(&mut self, tick: &Tick<'_>) {
        self.reached |= self.at.is_some_and(|at| (tick.epoch, tick.step) >= at);
    }

    fn epoch(&mut self, epoch: &Epoch) -> Result<(), mtlc::source::Cannot> {
        // Times are no part of what must be the same.
        self.epochs.push(format!("{:?}", Epoch { seconds: 0.0, ..epoch.clone() }));
        Ok(())
    }

    fn interrupted(&self) -> bool {
        self.reached
    }
}

/// What a training came to: weights and states, bit by bit, and how it ended.
#[derive(Debug, PartialEq)]
struct Came {
    weights: Vec<(String, Vec<u32>)>,
    ended: String,
    epochs: Vec<String>,
}

fn train(session: &Session, folder: &Folder, interruptions: &[(usize, usize)]) -> Came {
    let device = Backend::Flex.device();
    let path = folder.0.join("checkpoint.safetensors");
    let _ = std::fs::remove_file(&path);
    let mut epochs = Vec::new();
    for at in interruptions.iter().map(|at| Some(*at)).chain([None]) {
        let mut engine = session.engine(3, &device).expect("a model");
        let resume =
            path.exists().then(|| Snapshot::read(&path, &engine.model.weights, &device).expect("a checkpoint"));
        let settings = Settings {
            checkpoint: Some(path.clone()),
            checkpoint_every: Duration::from_secs(3600),
            measure_conflicts: true,
            resume,
            ..Settings::silent(3)
        };
        let mut watch = Stop { at, ..Stop::default() };
        let trained = session.train(&mut engine, &settings, &mut watch).expect("it trains");
        epochs.extend(watch.epochs);
        if trained.ending == Ending::Interrupted {
            continue;
        }
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
        let weights = engine.model.weights.to_host().into_iter().map(|(path, _, values)| (path, bits(values)));
        let ended = format!("{:?}", Trained { seconds: 0.0, ..trained });
        return Came { weights: weights.collect(), ended, epochs };
    }
    unreachable!("the last part is not interrupted")
}

/// Trains a spec straight, and with interruptions in the middle and at the end of an epoch.
fn resumes(what: &str, spec: &str) {
    resumes_in(what, &shop(), spec);
}

/// The same in a folder that has the data.
pub fn resumes_in(what: &str, folder: &Folder, spec: &str) {
    let session = session(folder, spec);
    let straight = train(&session, folder, &[]);
    let last = |epochs: &[String]| epochs.last().cloned().unwrap_or_default();
    for interruptions in [&[(2, 5)][..], &[(1, 2), (3, 1)]] {
        let resumed = train(&session, folder, interruptions);
        assert_eq!(last(&resumed.epochs), last(&straight.epochs), "{what}, interrupted at {interruptions:?}");
        assert!(resumed == straight, "{what}, interrupted at {interruptions:?}: {resumed:?} is not {straight:?}");
    }
}

#[test]
fn every_balancer() {
    for entry in ENTRIES {
        let (arguments, weights) = match entry.name {
            "schedule" => ("(at: [0, 2])", "{ kind: [0.6, 0.2], flag: [0.2, 0.4], price: [0.2, 0.4] }"),
            _ => ("", "{ kind: 1/3, flag: 1/3, price: 1/3 }"),
        };
        let spec = |arguments: &str| {
            SHOP.replace(
                "weights { kind: 1/3, flag: 1/3, price: 1/3 }",
                &format!("weights by {}{arguments} {weights}", entry.name),
            )
        };
        let folder = shop();
        let places = session(&folder, &spec(arguments)).pipeline.weights.balancer.places();
        resumes(entry.name, &spec(arguments));
        for on in places.iter().skip(1) {
            let on = format!("(on: {})", on.word());
            resumes(&format!("{}{on}", entry.name), &spec(&on));
        }
    }
}

#[test]
fn everything_else_that_has_a_state() {
    let train = "epochs: 4, batch: 16, optimizer: adam(lr: 1e-2), seed: 3";
    for (what, fields) in [
        ("momentum", "epochs: 4, batch: 16, optimizer: sgd(lr: 1e-2, momentum: 0.9, nesterov: true)"),
        ("no state", "epochs: 4, batch: 16, optimizer: sgd(lr: 1e-2)"),
        ("decay and clip", "epochs: 4, batch: 16, optimizer: adamw(lr: 3e-2, weight_decay: 0.1), clip: 0.5"),
        ("ema", "average: ema(decay: 0.8)"),
        ("swa", "average: swa(from: 25%)"),
        ("plateau", "schedule: plateau(factor: 0.5x, patience: 1)"),
        ("warm-up and cosine", "schedule: warmup(20%) -> cosine"),
        ("accumulation", "accumulate: 3"),
        ("a task per batch", "batches: per_task, accumulate: 2"),
        ("uniform tasks", "batches: per_task, sampling: uniform"),
        ("steps", "batches: per_task, sampling: round_robin, epoch: steps(6)"),
        ("early stop", "stop: early(patience: 1)"),
    ] {
        let fields = if fields.contains("optimizer") { fields.to_string() } else { format!("{train}, {fields}") };
        resumes(what, &SHOP.replace(train, &fields));
    }
    // Tasks that stop alone, each of them soon.
    let stops = SHOP.replace("label: shop.kind", "label: shop.kind, stop: early(patience: 1, min_delta: 0.5)");
    resumes("a task's own stop", &stops);
    resumes("noise", &SHOP.replace("-> standardize", "-> standardize -> noise(0.3)"));
    resumes("classes drawn alike", &SHOP.replace("label: shop.kind", "label: shop.kind, resample: balanced"));
    for strategy in ["mmoe(experts: 2)", "ltb", "cross_stitch"] {
        resumes(strategy, &SHOP.replace("shared trunk from", &format!("shared trunk by {strategy} from")));
    }
}

#[test]
fn data_sets_of_two_sizes_drawn_alike() {
    let spec = r#"use std.tasks.{regression}

data a: csv("shop.csv") { columns { a: number, b: number, price: number } }
data b: csv("short.csv") { columns { a: number, b: number, price: number } }

input x from union(a[a, b], b[a, b]) -> impute(median) -> standardize
shared trunk from x -> dense(8) -> relu -> dropout(0.2)
task one: regression from trunk { label: a.price }
task two: regression from trunk { label: b.price }
train { epochs: 4, batch: 16, sampling: uniform, epoch: longest, seed: 3 }
"#;
    let folder = shop();
    folder.write("short.csv", super::table().lines().take(31).collect::<Vec<_>>().join("\n"));
    let session = session(&folder, spec);
    let straight = train(&session, &folder, &[]);
    assert!(train(&session, &folder, &[(2, 3), (3, 1)]) == straight);
}
