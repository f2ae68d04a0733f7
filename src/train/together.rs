//! A step that several processes take together: what is added up over all of them, so that each takes the same.

use burn::tensor::{Tensor, TensorData};

use super::engine::{Engine, on_host_losses};
use super::failure::{Failure, Refused};
use super::gradients::Representation;
use super::loss::TaskLoss;
use super::whole::Whole;
use crate::data::{Batch, sha256};
use crate::lower::trace::{Gradients, Trace};
use crate::lower::value::to_host;
use crate::lower::world::{NotSummed, Places};

impl Engine<'_> {
    /// The losses of the tasks that are present in some process, in their order, and the sum of each over all. Where this
    /// process has no row of one, it has nothing to add. Rows that a loss leaves out are those of all processes.
    pub(super) fn agreed(&self, mine: Vec<TaskLoss>, trace: &Trace) -> Agreed {
        let own = on_host_losses(&mine);
        if self.world.is_alone() {
            return Agreed { losses: mine, values: own, asked: self.asked };
        }
        let tasks = self.pipeline.tasks.len();
        let mut sums = vec![0.0; 3 * tasks + 1];
        sums[3 * tasks] = f64::from(u8::from(self.asked));
        for (loss, value) in mine.iter().zip(&own) {
            sums[loss.task] = *value;
            sums[tasks + loss.task] = 1.0;
            sums[2 * tasks + loss.task] = loss.out_of_reach as f64;
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
        let losses = present.iter().map(|task| {
            let own = mine.next_if(|loss| loss.task == *task).unwrap_or_else(|| nothing(*task));
            TaskLoss { out_of_reach: sums[2 * tasks + task] as usize, ..own }
        });
        Agreed { losses: losses.collect(), values, asked: sums[3 * tasks] > 0.0 }
    }

    /// Whether something is true of every process.
    pub(super) fn nowhere(&self, here: bool) -> bool {
        !self.world.any(!here)
    }

    /// The gradients at the representation of all rows, and the value that they stand at, as a process has them that has all rows.
    pub(super) fn of_all_rows(
        &self,
        representation: &Representation,
        batch: &Batch,
        trace: &Trace,
        objectives: usize,
    ) -> OfAllRows {
        let (world, model) = (&*self.world, &self.model);
        let places = batch.whole.as_ref().map(|whole| Places::new(world, whole, &batch.rows));
        let (gradients, values) = (representation.own(model, trace), representation.own_values(model, trace));
        let whole = Whole::of(&gradients, places.as_ref(), world);
        let jacobian = (0..objectives).map(|objective| whole.numbers(&gradients, objective, world)).collect();
        let value = whole.rows().map(|rows| (rows, whole.numbers(&values, 0, world)));
        OfAllRows { jacobian, value, whole }
    }

    /// The gradient over the rows of all processes, flat, and for each weight whether one reached it in some process.
    ///
    /// # Errors
    /// If the processes cannot add up.
    pub(super) fn summed(&self, gradients: &Gradients) -> Result<(Tensor<1>, Vec<bool>), NotSummed> {
        let flat = gradients.flat(&self.model.weights);
        let reached = || gradients.slots.iter().map(Option::is_some);
        if self.world.is_alone() {
            return Ok((flat, reached().collect()));
        }
        let (device, [count]) = (flat.device(), flat.dims());
        let flags: Vec<f32> = reached().map(|reached| if reached { 1.0 } else { 0.0 }).collect();
        let slots = flags.len();
        // In one sum: what a step waits for is how often all meet, before it is how much they say.
        let own = Tensor::cat(vec![flat, Tensor::from_data(TensorData::new(flags, [slots]), &device)], 0);
        let sums = self.world.sum_tensor(own)?;
        let reached = to_host(sums.clone().narrow(0, count, slots)).into_iter().map(|times| times > 0.0).collect();
        Ok((sums.narrow(0, 0, count), reached))
    }

    /// Rows of the whole update for each task, in all processes: the B of its loss. Batches by tokens count as many as they have on
    /// average.
    pub(super) fn rows_of(&self, batches: &[Batch], only: &[Option<usize>]) -> Vec<f64> {
        let of = |task: usize| {
            let its = batches.iter().zip(only).filter(|(_, only)| only.is_none_or(|only| only == task));
            match self.labelled[task].rows {
                Some(mean) => match batches.iter().all(|batch| batch.whole.is_some()) {
                    true => mean * its.count() as f64,
                    false => mean * its.count() as f64 / self.world.size() as f64,
                },
                None => its.map(|(batch, _)| self.rows_in_all(batch, task)).sum::<usize>() as f64,
            }
        };
        let mut rows: Vec<f64> = (0..self.pipeline.tasks.len()).map(of).collect();
        if batches.iter().any(|batch| batch.whole.is_none()) {
            self.world.sum(&mut rows);
        }
        rows
    }

    /// How many rows of a task's output all processes have.
    pub(super) fn rows_in_all(&self, batch: &Batch, task: usize) -> usize {
        let own = batch.targets[task].present.len();
        let sets = || self.model.heads[task].first().map_or(&[][..], |step| self.model.steps[*step].rows.as_slice());
        batch.whole.as_ref().map_or(own, |whole| sets().iter().map(|set| whole[*set]).sum())
    }

    /// Compares the weights of all processes, to the bit.
    ///
    /// # Errors
    /// If one has others: it would train a model of its own from now on, and say nothing of it.
    pub(super) fn hold_together(&self, epoch: usize) -> Result<(), Failure> {
        if self.world.is_alone() {
            return Ok(());
        }
        let weights = to_host(self.model.weights.trained.clone());
        let bytes: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        let hashes = self.world.gather(sha256(&bytes).as_bytes());
        match hashes.iter().position(|hash| *hash != hashes[0]) {
            Some(rank) => Err(Failure::Refused(Refused::Apart { rank, epoch: epoch + 1 })),
            None => Ok(()),
        }
    }

    /// Of the rows of a task's output, which stand where among those of all processes.
    pub(super) fn places_of(&self, step: usize, batch: &Batch, rows: usize) -> Vec<usize> {
        let places = batch.whole.as_ref().map(|whole| Places::new(&*self.world, whole, &batch.rows));
        let known = places.and_then(|places| places.of(&self.model.steps[step].rows, rows));
        known.map_or_else(|| (0..rows).collect(), |(places, _)| places)
    }
}

/// What all processes know of a batch.
pub(super) struct Agreed {
    pub losses: Vec<TaskLoss>,
    pub values: Vec<f64>,
    /// Whether any of them is asked to stop.
    pub asked: bool,
}

/// What a balancer is shown that compares rows.
pub(super) struct OfAllRows {
    pub jacobian: Vec<Vec<f64>>,
    /// The value's rows, and its numbers.
    pub value: Option<(usize, Vec<f64>)>,
    pub whole: Whole,
}
