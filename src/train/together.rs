//! A step that several processes take together: what is added up over all of them, so that each takes the same.

use burn::tensor::{Tensor, TensorData};

use super::engine::{Engine, on_host_losses};
use super::loss::TaskLoss;
use crate::lower::trace::{Gradients, Trace};
use crate::lower::value::{Real, to_host};

impl Engine<'_> {
    /// The losses of the tasks that are present in some process, in their order, and the sum of each over all. Where this
    /// process has no row of one, it has nothing to add.
    pub(super) fn agreed(&self, mine: Vec<TaskLoss>, trace: &Trace) -> (Vec<TaskLoss>, Vec<f64>) {
        let own = on_host_losses(&mine);
        if self.world.is_alone() {
            return (mine, own);
        }
        let tasks = self.pipeline.tasks.len();
        let mut sums = vec![0.0; 2 * tasks];
        for (loss, value) in mine.iter().zip(&own) {
            sums[loss.task] = *value;
            sums[tasks + loss.task] = 1.0;
        }
        self.world.sum(&mut sums);
        let present: Vec<usize> = (0..tasks).filter(|task| sums[tasks + task] > 0.0).collect();
        let mut mine = mine.into_iter().peekable();
        let nothing = |task| TaskLoss {
            task,
            value: Tensor::zeros([1], &self.model.device),
            terms: Vec::new(),
            slopes: self.model.outputs(trace, task).map_or(Vec::new(), |outputs| {
                outputs.iter().map(|output| output.map(|flat| flat.zeros_like())).collect()
            }),
            out_of_reach: 0,
        };
        let values = present.iter().map(|task| sums[*task]).collect();
        let losses =
            present.iter().map(|task| mine.next_if(|loss| loss.task == *task).unwrap_or_else(|| nothing(*task)));
        (losses.collect(), values)
    }

    /// Whether something is true of every process.
    pub(super) fn nowhere(&self, here: bool) -> bool {
        let mut others = [f64::from(u8::from(!here))];
        self.world.sum(&mut others);
        others[0] == 0.0
    }

    /// The gradient over the rows of all processes.
    pub(super) fn summed(&self, gradient: Tensor<1>) -> Tensor<1> {
        if self.world.is_alone() {
            return gradient;
        }
        let device = gradient.device();
        let sums = self.world.sum_f32(to_host(gradient));
        let count = sums.len();
        Tensor::from_data(TensorData::new(sums, [count]), &device)
    }

    /// For each weight, whether a gradient reached it in some process.
    pub(super) fn reached_anywhere(&self, gradients: &Gradients) -> Vec<bool> {
        let mut reached: Vec<f64> =
            gradients.slots.iter().map(|gradient| f64::from(u8::from(gradient.is_some()))).collect();
        self.world.sum(&mut reached);
        reached.into_iter().map(|count| count > 0.0).collect()
    }

    /// What layers keep of the rows that they saw, such as running means, is the mean of what the processes keep.
    pub(super) fn average_states(&mut self) {
        if self.world.is_alone() {
            return;
        }
        let size = self.world.size() as f32;
        for state in &mut self.model.weights.states {
            let mean = self.world.sum_f32(state.to_host()).into_iter().map(|sum| sum / size).collect();
            *state = Real::from_host(mean, state.shape().to_vec(), &self.model.device);
        }
    }
}
