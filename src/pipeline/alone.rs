//! One task of a spec by itself, as what is trained together is measured against.

use super::Pipeline;
use crate::catalog::balancers;

impl Pipeline {
    /// The spec with one task: the same trunk, and nothing that the task is weighed against.
    pub fn alone(&self, task: usize) -> Pipeline {
        let mut alone = self.clone();
        alone.name = format!("{}-{}", self.name, self.tasks[task].name);
        alone.tasks = vec![self.tasks[task].clone()];
        alone.tasks[0].reads.clear();
        alone.weights.lambda = vec![1.0];
        // The weights as written.
        if let Some(plain) = balancers::find("static").and_then(|entry| (entry.from_args)(&Default::default())) {
            alone.weights.balancer = plain;
        }
        alone
    }
}
