//! Both backends train one spec from the same initial weights to the same losses, within float tolerance.

use mtlc::lower::Backend;
use mtlc::train::engine::Moment;
use mtlc::train::plan;

use super::{SHOP, session, shop};

/// The losses of all tasks at each step, and the weights at the end.
fn train(spec: &str, backend: Backend) -> (Vec<f64>, Vec<f32>) {
    let folder = shop();
    let session = session(&folder, spec);
    let mut engine = session.engine(3, &backend.device()).expect("a model");
    let mut losses = Vec::new();
    for epoch in 0..2 {
        for update in plan::epoch(&session.pipeline, &session.prepared, 3, epoch) {
            let batches: Vec<_> = update.iter().map(|planned| session.prepared.batch(&planned.rows)).collect();
            let only: Vec<_> = update.iter().map(|planned| planned.only).collect();
            let moment = Moment { step: losses.len() as u64 / 3, epoch, learning_rate: 1e-2 };
            let outcome = engine.step(&batches, &only, moment).expect("no task diverges");
            losses.extend(outcome.losses.iter().map(|loss| loss.unwrap_or(-1.0)));
        }
    }
    let weights = engine.model.weights.to_host().into_iter().flat_map(|(_, _, values)| values).collect();
    (losses, weights)
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
        let (flex, flex_weights) = train(&spec, Backend::Flex);
        let (torch, torch_weights) = train(&spec, Backend::LibTorch);
        assert_eq!(flex.len(), torch.len());
        for (step, (one, other)) in flex.iter().zip(&torch).enumerate() {
            assert!((one - other).abs() <= 1e-4 * one.abs().max(1.0), "step {}: {one} and {other}\n{spec}", step / 3);
        }
        for (one, other) in flex_weights.iter().zip(&torch_weights) {
            assert!((one - other).abs() <= 2e-3 * one.abs().max(1.0), "{one} and {other}\n{spec}");
        }
        assert!(flex[0] > flex[flex.len() - 3], "nothing was learned: {flex:?}");
    }
}
