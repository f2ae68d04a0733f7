//! A model that answers, with folded norms and values written over, against one whose values all stay.

use burn::tensor::Device;

use super::engine::{Engine, Moment};
use super::plan::Labelled;
use super::session::Session;
use super::tests::session_of;
use crate::data::Batch;
use crate::lower::Model;
use crate::lower::trace::{Mode, Trace};
use crate::lower::value::to_host;

/// Norms behind convolutions with and without a bias, in groups, transposed, behind a dense layer; one that another reads as well.
const NORMS: &str = r#"
use std.tasks.{classification}
data digits: npz("data/multimnist.npz") {
  columns { picture: number[28, 28], left: category, right: category }
}
input picture from digits.picture -> scale(1/255)
let one = picture -> reshape([1, 28, 28]) -> conv2d(8, kernel: 5, stride: 4, bias: false) -> batch_norm -> relu
let two = one -> conv2d(8, kernel: 3, padding: same, groups: 4) -> batch_norm -> tanh
let up = two -> conv_transpose2d(4, kernel: 2) -> batch_norm -> leaky_relu
let read = up -> conv2d(4, kernel: 3)
shared trunk from concat(up -> flatten, read -> batch_norm -> sigmoid -> flatten, read -> relu6 -> flatten) -> dense(16) -> batch_norm -> gelu
task left: classification from trunk { label: digits.left }
task right: classification from ((trunk -> dense(16) -> relu) + (trunk -> dense(16))) -> relu { label: digits.right }
train { epochs: 1, batch: 32, seed: 1 }
"#;

/// Every row has a label.
fn every_row() -> Labelled {
    Labelled { share: 1.0, places: vec![1.0], having: vec![1.0], rows: None }
}

/// After some steps, so that running moments are some.
fn trained(session: &Session) -> (Model, Batch) {
    let model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
    let batch = session.prepared.batch(&[(0..32).collect()]);
    let labelled = session.pipeline.tasks.iter().map(|_| every_row()).collect();
    let mut engine = Engine::new(&session.pipeline, model, labelled, 1);
    for step in 0..3 {
        let moment = Moment { step, epoch: 1, learning_rate: 0.01 };
        engine.step(std::slice::from_ref(&batch), &[None], moment).unwrap_or_else(|lost| panic!("{lost:?}"));
    }
    (engine.model, session.prepared.batch(&[(32..50).collect()]))
}

fn outputs(model: &Model, trace: &Trace) -> Vec<f32> {
    (0..2)
        .flat_map(|task| model.outputs(trace, task).expect("rows"))
        .flat_map(|output| to_host(output.flat()))
        .collect()
}

#[test]
fn folded_norms_answer_as_before() {
    let session = session_of(NORMS);
    let (model, batch) = trained(&session);
    let folded = model.folded();
    let norms = |model: &Model| {
        let is_norm =
            |step: &&crate::lower::model::Step| step.layer().is_some_and(|layer| layer.name() == "batch_norm");
        model.steps.iter().filter(is_norm).count()
    };
    assert_eq!(norms(&model), 5);
    assert_eq!(norms(&folded), 1, "what is read without its norm as well stays as it is");
    let expected = outputs(&model, &model.forward(&batch, Mode::EVALUATE, false));
    let found = outputs(&folded, &folded.answer(&batch, Mode::EVALUATE));
    assert!(expected.iter().any(|value| value.abs() > 0.01));
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
    }
}

#[test]
fn what_is_written_over_changes_no_bit_and_is_no_more_there() {
    let session = session_of(NORMS);
    let (model, batch) = trained(&session);
    let whole = model.forward(&batch, Mode::EVALUATE, false);
    let lean = model.answer(&batch, Mode::EVALUATE);
    assert_eq!(outputs(&model, &lean), outputs(&model, &whole));
    let held = |trace: &Trace| trace.values.iter().filter(|value| value.is_some()).count();
    assert_eq!(held(&whole), model.steps.len());
    assert_eq!(held(&lean), 2, "the outputs");
}

/// Gradients where values are written over, against those where all stay because everything is computed again.
#[test]
fn the_way_back_finds_what_it_wants() {
    let session = session_of(NORMS);
    let (mut model, batch) = trained(&session);
    let steps = |model: &Model| {
        let labelled = session.pipeline.tasks.iter().map(|_| every_row()).collect();
        let mut engine = Engine::new(&session.pipeline, model.clone(), labelled, 1);
        for step in 0..2 {
            let moment = Moment { step, epoch: 1, learning_rate: 0.01 };
            engine.step(std::slice::from_ref(&batch), &[None], moment).unwrap_or_else(|lost| panic!("{lost:?}"));
        }
        to_host(engine.model.weights.trained)
    };
    let over = steps(&model);
    model.checkpointing = true;
    assert_eq!(over, steps(&model));
}
