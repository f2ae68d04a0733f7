//! How the tasks' gradients would be compared at the parameters, layer by layer: for `mtlc plan`.

use burn::tensor::Device;

use super::gradients::{ParameterGradients, Representation, Route};
use super::loss::task_loss;
use super::plan;
use super::session::Session;
use crate::catalog::balancers::{Needs, On};
use crate::lower::trace::{Flow, Mode};

pub struct Routes {
    /// How many numbers tasks share.
    pub shared: usize,
    /// Each shared layer or weight, and how its share of the Gramian is found.
    pub layers: Vec<(String, &'static str)>,
}

/// `None` if the balancer does not look at the parameters. Found by pulling the first batch back, untrained.
///
/// # Errors
/// If the model cannot be lowered.
pub fn of(session: &Session, device: &Device) -> Result<Option<Routes>, String> {
    let pipeline = &session.pipeline;
    let balancer = &pipeline.weights.balancer;
    if balancer.on() != Some(On::Parameters) {
        return Ok(None);
    }
    let model = session.model(pipeline.train.seed, device)?;
    let updates = plan::epoch(pipeline, &session.prepared, pipeline.train.seed, 0);
    let Some(first) = updates.first().and_then(|update| update.first()) else { return Ok(None) };
    let batch = session.prepared.batch(&first.rows);
    let mut trace = model.forward(&batch, Mode::train(0), true);
    let mut flow = Flow::new(&model);
    let mut objectives = 0;
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let Some(outputs) = model.outputs(&trace, index) else { continue };
        if let Some(loss) = task_loss(index, task, &outputs, &batch.targets[index], 1.0, device) {
            for (step, slope) in model.heads[index].iter().zip(loss.slopes) {
                flow.add(*step, objectives, slope);
            }
            objectives += 1;
        }
    }
    model.pull(&mut trace, &mut flow, |step| !model.steps[step].is_shared(), |_, _, _| {});
    let representation = Representation::collect(&mut flow, objectives);
    let whole = balancer.needs() == Needs::Jacobian;
    let gradients = ParameterGradients::pull(&model, &mut trace, representation, objectives, whole);
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
    parts.train.iter().filter(|row| present[**row]).count()
}
