//! Every sharing strategy trains: gradients, passes, learning, what it reports.

use crate::lower::Device;

use super::summary;
use crate::graph;
use crate::lower::model::Model;
use crate::lower::trace::Mode;
use crate::pipeline::Part;
use crate::score::judge::{Judge, Keep};
use crate::train::engine::Engine;
use crate::train::fit::{Settings, Silent};
use crate::train::session::Session;
use crate::train::tests::{Case, penguins, session_of};

/// Every strategy on a dense and on a convolutional trunk. No dropout: its draws go by path.
const STRATEGIES: [&str; 12] = [
    "hard",
    "mmoe(experts: 3)",
    "omoe(experts: 2)",
    "cgc",
    "ple",
    "cross_stitch(per: channel)",
    "sluice",
    "mtan",
    "dselect_k(experts: 4)",
    "nddr",
    "ltb",
    "layer_skip",
];

const CHAINS: [&str; 2] = [
    "concat(body, island) -> dense(16) -> tanh -> dense(16) -> tanh",
    "concat(body, island) -> reshape(1, 7, 1) -> conv2d(4, kernel: 3, padding: same) -> tanh \
     -> conv2d(4, kernel: 3, padding: same) -> tanh -> flatten",
];

fn each(mut see: impl FnMut(&str, &str)) {
    for strategy in STRATEGIES {
        for chain in CHAINS {
            see(strategy, &format!("shared trunk by {strategy} from {chain}"));
        }
    }
}

/// Branches answer with a draw, whose gradient is an estimate by design.
fn draws(strategy: &str) -> bool {
    ["ltb", "layer_skip"].contains(&strategy)
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    each(|strategy, trunk| {
        let case = Case::new(trunk);
        let gradient = case.plain([0.5, 0.3, 0.2]);
        // Along a direction of signs; what only draws touch is left out.
        let model = &case.model;
        let direction: Vec<f32> = on_every_weight(model, |path, place| {
            let sign = if place % 2 == 0 { 1.0 } else { -1.0 };
            if draws(strategy) && (path.contains("parent") || path.contains("skip")) { 0.0 } else { sign }
        });
        let along: f64 = gradient.iter().zip(&direction).map(|(slope, sign)| slope * f64::from(*sign)).sum();
        // Normalised over a batch of few places, the fused values bend too much for a longer step.
        let step = if strategy == "nddr" { 1e-4 } else { 1e-3 };
        let slope = (case.loss_at(&direction, step) - case.loss_at(&direction, -step)) / (2.0 * f64::from(step));
        assert!(
            (slope - along).abs() < 2e-2 * along.abs().max(0.5),
            "{trunk}: the loss rises by {slope}, and its gradient says {along}"
        );
    });
}

fn on_every_weight(model: &Model, value: impl Fn(&str, usize) -> f32) -> Vec<f32> {
    let mut values = vec![0.0; model.weights.count()];
    for slot in &model.weights.slots {
        for place in slot.range().into_iter().flatten() {
            values[place] = value(&slot.path, place);
        }
    }
    values
}

#[test]
fn passes_change_no_number() {
    each(|_, trunk| {
        let session = session_of(&penguins(trunk, "by static"));
        let outputs = |graph: &graph::ModelGraph| -> Vec<Vec<f32>> {
            let model = Model::lower(graph, session.prepared.facts(), 3, &Device::flex());
            let model = model.unwrap_or_else(|error| panic!("{error}"));
            let trace = model.forward(&session.prepared.batch(&[(0..20).collect()]), Mode::train(5), false);
            (0..3).flat_map(|task| model.outputs(&trace, task)).flatten().map(|output| output.to_host()).collect()
        };
        let plain = graph::build(&session.pipeline);
        assert_eq!(outputs(&plain), outputs(&session.graph), "{trunk}");
    });
}

#[test]
fn one_expert_is_hard_sharing() {
    let outputs = |strategy: &str| -> Vec<Vec<f32>> {
        let session = session_of(&penguins(&format!("shared trunk by {strategy} from {}", CHAINS[0]), "by static"));
        let mut model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        // The same weights wherever the chain's copies stand.
        let values = model
            .weights
            .to_host()
            .into_iter()
            .map(|(path, shape, values)| {
                let plain = path.replace("expert_1.", "").replace("attention.", "");
                let same = values.iter().enumerate().map(|(place, _)| ((place + plain.len()) as f32 * 0.7).sin() * 0.3);
                (path, (shape, same.collect()))
            })
            .collect();
        model.weights.load(&values).unwrap_or_else(|error| panic!("{error}"));
        let trace = model.forward(&session.prepared.batch(&[(0..20).collect()]), Mode::EVALUATE, false);
        (0..3).flat_map(|task| model.outputs(&trace, task)).flatten().map(|output| output.to_host()).collect()
    };
    let hard = outputs("hard");
    for strategy in ["mmoe(experts: 1)", "omoe(experts: 1)"] {
        assert_eq!(outputs(strategy), hard, "{strategy}");
    }
    assert_ne!(outputs("mtan"), hard);
}

/// Epochs of training, and the mean training loss before and after.
fn train(session: &Session) -> (f64, f64, Model) {
    let mut engine: Engine<'_> = session.engine(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
    let loss = |model: &Model| {
        let judge = Judge::new(&session.pipeline, &session.prepared);
        let judged = session.judged(&judge, model, Part::Train, Keep::Nothing);
        let losses = judged.into_iter().filter_map(|task| task.figures.loss);
        losses.sum::<f64>() / 3.0
    };
    let before = loss(&engine.model);
    let trained = session.train(&mut engine, &Settings::silent(1), &mut Silent);
    assert!(trained.is_ok(), "{trained:?}");
    (before, loss(&engine.model), engine.model)
}

#[test]
fn every_strategy_learns_and_says_what_it_shares() {
    each(|strategy, trunk| {
        let session = session_of(&penguins(trunk, "by static").replace("epochs: 3", "epochs: 12"));
        let (before, after, model) = train(&session);
        // A guess gives (ln 3 + ln 2 + 0.4) / 3, about 0.73.
        assert!(after < 0.85 * before && after < 0.65, "{trunk}: from {before} to {after}");
        let learned = summary::learned(&session, &model);
        assert_eq!(learned.is_empty(), strategy == "hard", "{trunk}");
        for one in &learned {
            assert!(one.of.iter().all(|(_, value)| value.is_finite()), "{one:?}");
            if ["gate", "branch"].contains(&one.what.as_str()) {
                let sum: f64 = one.of.iter().map(|(_, value)| value).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{one:?}");
            }
        }
    });
}

#[test]
fn what_is_learned_is_named_as_a_person_would() {
    let names = |strategy: &str, node: &str| -> Vec<String> {
        let text = penguins(&format!("shared trunk by {strategy} from {}", CHAINS[0]), "by static");
        let session = session_of(&text);
        let model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        let learned = summary::learned(&session, &model);
        let found = learned.iter().find(|one| one.node == node);
        let found = found.unwrap_or_else(|| panic!("{node} is not among {learned:?}"));
        found.of.names().map(str::to_string).collect()
    };
    assert_eq!(names("mmoe(experts: 2)", "trunk.species.gate"), ["expert_1", "expert_2"]);
    assert_eq!(names("cgc", "trunk.sex.gate.1"), ["sex.expert_1", "expert_1"]);
    assert_eq!(names("cross_stitch", "trunk.sex.stitch.1"), ["sex", "species", "mass"]);
    assert_eq!(names("ltb(branches: 2)", "trunk.mass.parent"), ["branch_1", "branch_2"]);
    let parts = names("sluice", "trunk.species.stitch.1");
    assert_eq!(parts[..3], ["species/1 to 1", "species/2 to 1", "sex/1 to 1"]);
    assert_eq!(parts.len(), 12);
}

#[test]
fn the_same_seed_trains_to_the_same_numbers() {
    for strategy in ["ltb", "layer_skip", "dselect_k"] {
        let session = session_of(&penguins(&format!("shared trunk by {strategy} from {}", CHAINS[0]), "by static"));
        assert_eq!(train(&session).2.weights.to_host(), train(&session).2.weights.to_host(), "{strategy}");
    }
}
