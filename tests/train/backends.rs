//! Both backends train one spec from the same initial weights to the same losses, within float tolerance.

use mtlc::lower::Backend;
use mtlc::train::engine::Moment;
use mtlc::train::plan;

use super::{SHOP, session, shop};

/// The losses of all tasks at each step. Weights are not compared: a bias before a batch norm has no gradient but
/// rounding, which Adam brings to the size of any other, and which no loss depends on.
fn train(spec: &str, backend: Backend) -> Vec<f64> {
    let folder = shop();
    let session = session(&folder, spec);
    let mut engine = session.engine(3, &backend.device()).expect("a model");
    let mut losses = Vec::new();
    for epoch in 0..2 {
        for update in plan::epoch(&session.pipeline, &session.prepared, 3, epoch).all() {
            let batches: Vec<_> = update.iter().map(|planned| session.prepared.batch(&planned.rows)).collect();
            let only: Vec<_> = update.iter().map(|planned| planned.only).collect();
            let moment = Moment { step: losses.len() as u64 / 3, epoch, learning_rate: 1e-2 };
            let outcome = engine.step(&batches, &only, moment).expect("no task diverges");
            losses.extend(outcome.losses.iter().map(|loss| loss.unwrap_or(-1.0)));
        }
    }
    losses
}

#[test]
fn flex_and_libtorch_train_to_the_same_losses() {
    let convolutions = SHOP.replace(
        "-> dense(width) ->",
        "-> reshape(1, 5, 1) -> conv2d(width, kernel: 3, padding: same) -> relu -> flatten -> dense(8) ->",
    );
    let by = |name: &str| SHOP.replace("weights {", &format!("weights by {name} {{"));
    let specs = [SHOP.to_string(), convolutions, by("cagrad"), by("mgda(on: parameters)"), by("graddrop")];
    for spec in specs {
        let (flex, torch) = (train(&spec, Backend::Flex), train(&spec, Backend::LibTorch));
        assert_eq!(flex.len(), torch.len());
        for (step, (one, other)) in flex.iter().zip(&torch).enumerate() {
            assert!((one - other).abs() <= 1e-4 * one.abs().max(1.0), "step {}: {one} and {other}\n{spec}", step / 3);
        }
        assert!(flex[0] > flex[flex.len() - 3], "nothing was learned: {flex:?}");
    }
}
