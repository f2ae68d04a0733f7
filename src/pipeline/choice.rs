//! Which tasks learn, and which choose the model that is kept.

use super::{Batches, Pipeline};

impl Pipeline {
    /// λ of all tasks in an epoch, counted from 0.
    pub fn lambda_in(&self, epoch: usize) -> Vec<f64> {
        let weights = &self.weights;
        weights.balancer.lambda_in(&weights.moments, epoch).unwrap_or_else(|| weights.lambda.clone())
    }

    /// λ of all tasks when training ends.
    pub fn last_lambda(&self) -> Vec<f64> {
        self.lambda_in(self.train.epochs.saturating_sub(1))
    }

    /// Whether each task ever learns: no balancer gives anything to a task whose λ is 0, and what is never drawn is never
    /// learned from.
    pub fn learning(&self) -> Vec<bool> {
        self.weighed().iter().zip(self.drawn()).map(|(weighed, drawn)| *weighed && drawn).collect()
    }

    /// Whether each task ever has a weight.
    pub fn weighed(&self) -> Vec<bool> {
        let last = self.train.epochs.saturating_sub(1);
        // Between two of these λ moves in a straight line or not at all.
        let moments = self.weights.balancer.moments().unwrap_or_default().iter().copied().filter(|at| *at <= last);
        let mut weighed = vec![false; self.tasks.len()];
        for epoch in [0, last].into_iter().chain(moments) {
            let lambda = self.lambda_in(epoch);
            weighed.iter_mut().zip(lambda).for_each(|(weighed, lambda)| *weighed |= lambda > 0.0);
        }
        weighed
    }

    /// Whether `sampling` ever draws the rows of each task.
    fn drawn(&self) -> Vec<bool> {
        let per_task = self.train.batches == Batches::PerTask;
        let count = if per_task { self.tasks.len() } else { self.data.len() };
        let shares = self.train.sampling.shares(&vec![1; count], 0, self.train.epochs);
        let of = |task: usize| if per_task { task } else { self.tasks[task].label.data };
        (0..self.tasks.len()).map(|task| shares.get(of(task)).is_none_or(|share| *share > 0.0)).collect()
    }

    /// Why each task has no say in which epoch is kept, to complete "left out: …"; `None` for those that have one. A task
    /// that does not learn, or that its weight has let go by the end, would choose by what nobody asked for.
    pub fn silent(&self) -> Vec<Option<&'static str>> {
        let why: Vec<Option<&str>> = self.why_silent();
        // Of a part of the tasks (one trained alone, a group of them) nobody may be left to choose: then all do.
        if why.iter().all(Option::is_some) { vec![None; why.len()] } else { why }
    }

    /// As [`silent`](Self::silent), where nobody may be left.
    pub fn why_silent(&self) -> Vec<Option<&'static str>> {
        let (learning, last) = (self.learning(), self.last_lambda());
        let why = |task: usize| match (self.tasks[task].chooses, learning[task], last[task] > 0.0) {
            (false, ..) => Some("it says `select: none`"),
            (true, false, _) => Some("it does not learn"),
            (true, true, false) => Some("its weight ends at 0"),
            (true, true, true) => None,
        };
        (0..self.tasks.len()).map(why).collect()
    }
}
