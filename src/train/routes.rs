//! How the tasks' gradients would be compared at the parameters, layer by layer: for `mtlc plan`.

use burn::tensor::Device;

use super::gradients::Route;
use super::plan;
use super::session::{NoEngine, Session};
use crate::catalog::balancers::{Needs, On};

pub struct Routes {
    /// How many numbers tasks share.
    pub shared: usize,
    /// Each shared layer or weight, and how its share of the Gramian is found.
    pub layers: Vec<(String, &'static str)>,
}

/// `None` if the balancer does not look at the parameters, or nothing is shared there. Found by pulling the first batch
/// back, untrained.
///
/// # Errors
/// If the model cannot be lowered.
pub fn of(session: &Session, device: &Device) -> Result<Option<Routes>, NoEngine> {
    let pipeline = &session.pipeline;
    let balancer = &pipeline.weights.balancer;
    if balancer.on() != Some(On::Parameters) {
        return Ok(None);
    }
    // What the layers start from makes no difference to their routes.
    let engine = session.engine_to_resume(pipeline.train.seed, device)?;
    let updates = plan::epoch(pipeline, &session.prepared, pipeline.train.seed, 0);
    if updates.batches() == 0 {
        return Ok(None);
    }
    let batch = session.prepared.batch(&updates.batch(0).rows);
    let whole = balancer.needs() == Needs::Jacobian;
    let Some((_, gradients)) = engine.gradients_of_tasks(&batch, 0, whole) else { return Ok(None) };
    let model = &engine.model;
    let shared = model
        .steps
        .iter()
        .filter(|step| step.is_shared())
        .flat_map(|step| &step.slots)
        .collect::<std::collections::BTreeSet<_>>();
    let layers = gradients.shares.iter().map(|(path, route, _)| {
        let route = match route {
            Route::Products => "inner products of inputs and cotangents, no gradient per task",
            Route::Gradients => "a weight gradient per task",
        };
        (path.clone(), route)
    });
    Ok(Some(Routes {
        shared: shared.iter().map(|slot| model.weights.slots[**slot].elements()).sum(),
        layers: layers.collect(),
    }))
}

/// Training rows that have a task's label.
pub fn labelled_rows(session: &Session, task: usize) -> usize {
    let present = session.prepared.takes_part(task);
    let parts = &session.prepared.parts().0[session.pipeline.tasks[task].label.data];
    parts.train.both(present).len()
}
