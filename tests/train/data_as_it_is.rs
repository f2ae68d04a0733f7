//! Labels that are missing, rows that weigh more, tasks that read tasks: small cases worked by hand.

use std::collections::BTreeMap;

use mtlc::lower::Backend;
use mtlc::train::engine::{Engine, Moment, Outcome};
use mtlc::train::plan;
use mtlc::train::session::Session;

use super::session;
use crate::data::Folder;

/// A spec on tables, with weights that are set by hand.
fn small(spec: &str, files: &[(&str, &str)]) -> Session {
    let folder = Folder::new();
    for (name, content) in files {
        folder.write(name, content);
    }
    session(&folder, spec)
}

/// An engine with these weights; every weight must be given.
fn engine<'s>(session: &'s Session, weights: &[(&str, &[f32])]) -> Engine<'s> {
    let mut engine = session.engine(0, &Backend::Flex.device()).expect("a model");
    let given: BTreeMap<&str, &[f32]> = weights.iter().copied().collect();
    let values = engine.model.weights.to_host().into_iter().map(|(path, shape, _)| {
        let value = given.get(path.as_str()).unwrap_or_else(|| panic!("no value for {path}")).to_vec();
        (path, (shape, value))
    });
    let values = values.collect();
    assert_eq!(engine.model.weights.load(&values), Ok(Vec::new()));
    engine
}

fn weights(engine: &Engine<'_>) -> BTreeMap<String, Vec<f32>> {
    engine.model.weights.to_host().into_iter().map(|(path, _, values)| (path, values)).collect()
}

/// One step on these rows of each data set.
fn step(session: &Session, engine: &mut Engine<'_>, rows: &[Vec<usize>]) -> Outcome {
    let batch = session.prepared.batch(rows);
    let moment = Moment { step: 0, epoch: 0, learning_rate: session.pipeline.train.optimizer.learning_rate() };
    engine.step(&[batch], &[None], moment).expect("nothing diverges")
}

#[track_caller]
fn near(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

/// The gradient of a weight, from what a plain step of size 1 took off it.
struct Slopes {
    before: BTreeMap<String, Vec<f32>>,
    after: BTreeMap<String, Vec<f32>>,
}

impl Slopes {
    #[track_caller]
    fn are(&self, expected: &[(&str, f64)]) {
        for (path, slope) in expected {
            let found = f64::from(self.before[*path][0]) - f64::from(self.after[*path][0]);
            near(path, found, *slope);
        }
    }
}

/// The losses of a step from these weights, and the gradient.
fn slopes(session: &Session, weights_: &[(&str, &[f32])], rows: &[Vec<usize>]) -> (Vec<Option<f64>>, Slopes) {
    let mut engine = engine(session, weights_);
    let before = weights(&engine);
    let outcome = step(session, &mut engine, rows);
    (outcome.losses, Slopes { before, after: weights(&engine) })
}

const SGD: &str = "train { optimizer: sgd(lr: 1), batch: 100 }";

/// `y ≈ w·x + b` with squared errors, on `d.csv` with further fields.
fn straight(columns: &str, fields: &str) -> String {
    format!(
        "data d: csv(\"d.csv\") {{ split {{ train: 100% }}, columns {{ x: number, y: number, {columns} }} }}\n\
         input x from d.x\n\
         task y from x {{\n  label: d.y\n  head: dense(1)\n  loss: mse\n  predict: identity\n  metrics: [mse]\n  {fields}\n}}\n\
         {SGD}\n"
    )
}

const LINE: &[(&str, &[f32])] = &[("y.head.dense.1.weight", &[0.5]), ("y.head.dense.1.bias", &[0.0])];

#[test]
fn rows_without_a_label_are_masked() {
    // Half of the rows have the label: ρ = 1/2. Errors of the labelled ones: −0.5 at x = 1, 1.5 at x = 3.
    let session = small(&straight("", ""), &[("d.csv", "x,y\n1,1\n2,\n3,0\n4,\n")]);
    let all = slopes(&session, LINE, &[vec![0, 1, 2, 3]]);
    near("loss", all.0[0].unwrap(), (0.25 + 2.25) / (4.0 * 0.5));
    all.1.are(&[("y.head.dense.1.weight", 4.0), ("y.head.dense.1.bias", 1.0)]);
    // The labelled rows alone weigh B·ρ = 1 instead of their number: an unbiased estimate, whatever a batch holds.
    let labelled = slopes(&session, LINE, &[vec![0, 2]]);
    near("loss", labelled.0[0].unwrap(), 2.5);
    labelled.1.are(&[("y.head.dense.1.weight", 8.0), ("y.head.dense.1.bias", 2.0)]);
    let halves: f64 = [vec![0, 1], vec![2, 3]].map(|rows| slopes(&session, LINE, &[rows]).0[0].unwrap()).iter().sum();
    near("the mean over the halves", halves / 2.0, all.0[0].unwrap());
    // No label at all: no loss, no step.
    let (losses, none) = slopes(&session, LINE, &[vec![1, 3]]);
    assert_eq!((losses, none.before), (vec![None], none.after));
}

#[test]
fn an_absent_task_keeps_its_weights_and_its_momentum() {
    let spec = "use std.tasks.{regression}
data d: csv(\"d.csv\") { split { train: 100% }, columns { x: number, y: number, z: number } }
input x from d.x -> standardize
shared trunk from x -> dense(3) -> tanh
task y: regression from trunk { label: d.y }
task z: regression from trunk -> dense(2) { label: d.z }
train { optimizer: OPTIMIZER, batch: 100 }
";
    let table = "x,y,z\n1,1,3\n2,2,1\n3,0,2\n4,5,\n5,1,\n";
    for optimizer in ["adamw(lr: 0.1, weight_decay: 0.1)", "sgd(lr: 0.1, momentum: 0.9)"] {
        let session = small(&spec.replace("OPTIMIZER", optimizer), &[("d.csv", table)]);
        let mut engine = session.engine(1, &Backend::Flex.device()).expect("a model");
        step(&session, &mut engine, &[vec![0, 1, 2, 3]]);
        let states = |engine: &Engine<'_>| -> Vec<Vec<f32>> {
            engine.optimizer.iter().map(|state| mtlc::lower::value::to_host(state.clone())).collect()
        };
        let (before, before_states) = (weights(&engine), states(&engine));
        let outcome = step(&session, &mut engine, &[vec![3, 4]]);
        assert!(outcome.losses[0].is_some() && outcome.losses[1].is_none());
        let (after, after_states) = (weights(&engine), states(&engine));
        for slot in &engine.model.weights.slots {
            let own = slot.path.starts_with("z.");
            assert_eq!(before[&slot.path] == after[&slot.path], own, "{optimizer}: {}", slot.path);
            let range = slot.range().expect("it is trained");
            for (before, after) in before_states.iter().zip(&after_states) {
                assert_eq!(before[range.clone()] == after[range.clone()], own, "{optimizer}: state of {}", slot.path);
            }
        }
    }
}

#[test]
fn rows_of_two_data_sets_are_stacked() {
    let spec = "data a: csv(\"a.csv\") { split { train: 100% }, columns { x: number, y: number } }
data b: csv(\"b.csv\") { split { train: 100% }, columns { x: number, z: number } }
input x from union(a.x, b.x)
shared trunk from x -> dense(1, bias: false)
task y from trunk { label: a.y, head: identity, loss: mse, predict: identity, metrics: [mse] }
task z from trunk { label: b.z, head: identity, loss: mse, predict: identity, metrics: [mse] }
weights { y: 0.25, z: 0.75 }
train { optimizer: sgd(lr: 1), batch: 100 }
";
    // 2 and 6 rows: ρ is 1/4 and 3/4.
    let session = small(spec, &[("a.csv", "x,y\n1,1\n2,2\n"), ("b.csv", "x,z\n1,0\n2,0\n3,0\n1,0\n1,0\n1,0\n")]);
    let (losses, slopes) = slopes(&session, &[("trunk.dense.1.weight", &[0.5])], &[vec![1], vec![0, 1, 2]]);
    // Predictions: 1 against 2; 0.5, 1 and 1.5 against 0.
    let (y, z) = (1.0 / (4.0 * 0.25), (0.25 + 1.0 + 2.25) / (4.0 * 0.75));
    near("y", losses[0].unwrap(), y);
    near("z", losses[1].unwrap(), z);
    let slope = 0.25 * (-2.0 * 2.0) / 1.0 + 0.75 * (2.0 * (0.5 + 2.0 + 4.5)) / 3.0;
    slopes.are(&[("trunk.dense.1.weight", slope)]);
}

#[test]
fn rows_that_weigh_more() {
    let session = small(&straight("w: number", "weight: d.w"), &[("d.csv", "x,y,w\n1,1,2\n2,1,0\n3,0,0.5\n4,,\n")]);
    let (losses, slopes) = slopes(&session, LINE, &[vec![0, 1, 2, 3]]);
    // Errors −0.5, 0 and 1.5; three of four rows have the label.
    near("loss", losses[0].unwrap(), (2.0 * 0.25 + 0.5 * 2.25) / 3.0);
    slopes.are(&[
        ("y.head.dense.1.weight", 2.0 * (2.0 * -0.5 + 0.5 * 1.5 * 3.0) / 3.0),
        ("y.head.dense.1.bias", 2.0 * (2.0 * -0.5 + 0.5 * 1.5) / 3.0),
    ]);
}

#[test]
fn a_task_of_some_rows() {
    let spec = straight("kind: category", "where: [d.kind == \"in\", d.x > 1]");
    let session = small(&spec, &[("d.csv", "x,y,kind\n1,9,in\n2,0,in\n3,0,out\n4,0,\n6,1,in\n")]);
    // Only x = 2 and x = 6 take part, of five rows.
    let (losses, slopes) = slopes(&session, LINE, &[vec![0, 1, 2, 3, 4]]);
    near("loss", losses[0].unwrap(), (1.0 + 4.0) / 2.0);
    slopes.are(&[("y.head.dense.1.weight", 2.0 + 12.0)]);
    let judge = mtlc::score::judge::Judge::new(&session.pipeline, &session.prepared);
    let keep = mtlc::score::judge::Keep::Nothing;
    let judged = session.judged(&judge, &engine(&session, LINE).model, mtlc::pipeline::Part::Train, keep);
    near("evaluated", judged[0].figures.loss.unwrap(), 2.5);
}

fn classes(fields: &str) -> String {
    format!(
        "use std.tasks.{{classification}}\n\
         data d: csv(\"d.csv\") {{ split {{ train: 100% }}, columns {{ x: number, k: category }} }}\n\
         input x from d.x\n\
         task k: classification from x {{ label: d.k, {fields} }}\n{SGD}\n"
    )
}

#[test]
fn classes_that_weigh_more() {
    // With zero weights every row costs ln 2.
    let zero: &[(&str, &[f32])] = &[("k.head.dense.1.weight", &[0.0, 0.0]), ("k.head.dense.1.bias", &[0.0, 0.0])];
    let table = "x,k\n1,a\n2,a\n3,a\n4,b\n5,\n6,\n7,\n8,\n";
    for (fields, of_a, of_b) in [
        ("class_weights: none", 1.0, 1.0),
        ("class_weights: balanced", 4.0 / (2.0 * 3.0), 4.0 / 2.0),
        ("class_weights: [1, 3]", 1.0, 3.0),
    ] {
        let session = small(&classes(fields), &[("d.csv", table)]);
        let (losses, slopes) = slopes(&session, zero, &[(0..8).collect()]);
        near(fields, losses[0].unwrap(), 2f64.ln() * (3.0 * of_a + of_b) / 4.0);
        // d/db of class a: Σ w·(p − [a]) over the four labelled rows.
        slopes.are(&[("k.head.dense.1.bias", (3.0 * of_a * -0.5 + of_b * 0.5) / 4.0)]);
    }
}

#[test]
fn classes_that_are_drawn_more_often() {
    let table = "x,k\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n7,b\n8,b\n";
    for (fields, per_b) in [("resample: balanced", 2), ("resample: [25%, 75%]", 3), ("resample: none", 1)] {
        let session = small(&classes(fields), &[("d.csv", table)]);
        let drawn = |seed, epoch| -> Vec<usize> {
            plan::epoch(&session.pipeline, &session.prepared, seed, epoch)
                .all()
                .into_iter()
                .flatten()
                .flat_map(|planned| planned.rows[0].clone())
                .collect()
        };
        let rows = drawn(0, 0);
        assert_eq!(rows.len(), 8, "{fields}");
        for row in [6, 7] {
            assert_eq!(rows.iter().filter(|drawn| **drawn == row).count(), per_b, "{fields}: {rows:?}");
        }
        assert_eq!((drawn(0, 0), drawn(0, 0) == drawn(0, 1)), (rows, false), "{fields}");
    }
}

#[test]
fn a_batch_for_each_task() {
    let spec = "data d: csv(\"d.csv\") { split { train: 100% }, columns { x: number, y: number, z: number } }
input x from d.x
task y from x { label: d.y, head: dense(1), loss: mse, predict: identity, metrics: [mse] }
task z from x { label: d.z, head: dense(1), loss: mse, predict: identity, metrics: [mse] }
weights { y: 0.75, z: 0.25 }
train { optimizer: sgd(lr: 1), batch: 2, batches: per_task }
";
    let session = small(spec, &[("d.csv", "x,y,z\n1,1,\n2,,0\n3,0,\n4,1,\n5,1,2\n6,1,\n")]);
    let updates = plan::epoch(&session.pipeline, &session.prepared, 0, 0).all();
    let of = |task: usize| -> Vec<usize> {
        let mine = updates.iter().flatten().filter(|planned| planned.only == Some(task));
        let mut rows: Vec<usize> = mine.flat_map(|planned| planned.rows[0].clone()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    };
    assert_eq!((of(0), of(1)), (vec![0, 2, 3, 4, 5], vec![1, 4]));
    // Row 4 has both labels; in a batch of z, only z learns from it, and every row of the batch has the label.
    let start: &[(&str, &[f32])] = &[
        ("y.head.dense.1.weight", &[0.5]),
        ("y.head.dense.1.bias", &[0.0]),
        ("z.head.dense.1.weight", &[0.5]),
        ("z.head.dense.1.bias", &[0.0]),
    ];
    let mut engine = engine(&session, start);
    let batch = session.prepared.batch(&[vec![1, 4]]);
    let moment = Moment { step: 0, epoch: 0, learning_rate: 1.0 };
    let outcome = engine.step(&[batch], &[Some(1)], moment).expect("nothing diverges");
    assert_eq!(outcome.losses[0], None);
    near("z", outcome.losses[1].unwrap(), (1.0 + 0.25) / 2.0);
    let after = weights(&engine);
    assert_eq!(after["y.head.dense.1.weight"], [0.5]);
    near(
        "z's weight",
        f64::from(after["z.head.dense.1.weight"][0]),
        0.5 - 0.25 * (2.0 * (1.0 * 2.0 + 0.5 * 5.0) / 2.0),
    );
}

/// Ma et al. 2018: who buys has clicked, so the chance of buying is a product, and buying teaches clicking.
#[test]
fn click_then_purchase() {
    let spec = "use std.tasks.{binary}
data d: csv(\"d.csv\") {
  split { train: 100% }
  columns { x: number, click: category(\"no\", \"yes\"), buy: category(\"no\", \"yes\") }
}
input x from d.x
task click: binary(positive: \"yes\") from x { label: d.click }
shared willing from x -> dense(1) -> sigmoid
task buy from (click -> sigmoid) * willing {
  label: d.buy
  target: is(\"yes\")
  head: identity
  loss: binary_cross_entropy(from: probabilities)
  predict: probability
  metrics: [log_loss]
}
weights { click: 0.5, buy: 0.5 }
train { optimizer: sgd(lr: 1), batch: 100 }
";
    let session = small(spec, &[("d.csv", "x,click,buy\n-1,no,no\n0.5,yes,no\n2,yes,yes\n")]);
    let start: &[(&str, &[f32])] = &[
        ("click.head.dense.1.weight", &[0.7]),
        ("click.head.dense.1.bias", &[0.1]),
        ("willing.dense.1.weight", &[-0.4]),
        ("willing.dense.1.bias", &[0.2]),
    ];
    let (losses, slopes) = slopes(&session, start, &[vec![0, 1, 2]]);
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let (mut of_click, mut of_buy) = (0.0, 0.0);
    let (mut click_slope, mut willing_slope) = (0.0, 0.0);
    for (x, clicked, bought) in [(-1.0, 0.0, 0.0), (0.5, 1.0, 0.0), (2.0, 1.0, 1.0)] {
        let (click, willing) = (sigmoid(0.7 * x + 0.1), sigmoid(-0.4 * x + 0.2));
        let buy: f64 = click * willing;
        of_click -= f64::ln(if clicked == 1.0 { click } else { 1.0 - click }) / 3.0;
        of_buy -= f64::ln(if bought == 1.0 { buy } else { 1.0 - buy }) / 3.0;
        let by_buy = (buy - bought) / (buy * (1.0 - buy));
        click_slope += 0.5 * ((click - clicked) + by_buy * willing * click * (1.0 - click)) * x / 3.0;
        willing_slope += 0.5 * by_buy * click * willing * (1.0 - willing) * x / 3.0;
    }
    near("click", losses[0].unwrap(), of_click);
    near("buy", losses[1].unwrap(), of_buy);
    slopes.are(&[("click.head.dense.1.weight", click_slope), ("willing.dense.1.weight", willing_slope)]);
}

#[test]
fn no_gradient_through_a_stop() {
    let spec = |stop: &str| {
        format!(
            "data d: csv(\"d.csv\") {{ split {{ train: 100% }}, columns {{ x: number, y: number, z: number }} }}
input x from d.x
shared trunk from x -> dense(1, bias: false)
task y from trunk {{ label: d.y, head: dense(1, bias: false), loss: mse, predict: identity, metrics: [mse] }}
task z from trunk {stop} {{ label: d.z, head: dense(1, bias: false), loss: mse, predict: identity, metrics: [mse] }}
weights {{ y: 0.75, z: 0.25 }}
train {{ optimizer: sgd(lr: 1), batch: 100 }}
"
        )
    };
    let start: &[(&str, &[f32])] =
        &[("trunk.dense.1.weight", &[2.0]), ("y.head.dense.1.weight", &[0.5]), ("z.head.dense.1.weight", &[1.0])];
    // One row, x = 1: the trunk gives 2, y says 1 and should say 0, z says 2 and should say −1.
    let of_y = 0.75 * 2.0 * 1.0 * 0.5;
    let of_z = 0.25 * 2.0 * 3.0 * 1.0;
    for (stop, trunk) in [("", of_y + of_z), ("-> stop_gradient", of_y)] {
        let session = small(&spec(stop), &[("d.csv", "x,y,z\n1,0,-1\n")]);
        let (losses, slopes) = slopes(&session, start, &[vec![0]]);
        assert_eq!(losses, [Some(1.0), Some(9.0)]);
        slopes.are(&[
            ("trunk.dense.1.weight", trunk),
            ("y.head.dense.1.weight", 0.75 * 2.0 * 1.0 * 2.0),
            ("z.head.dense.1.weight", 0.25 * 2.0 * 3.0 * 2.0),
        ]);
    }
}
