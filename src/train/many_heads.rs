//! The losses of many heads of one kind, such as a hundred classifications of one trunk: computed as the loss of one head with as many rows
//! for each row as there are tasks, instead of a few small operations for each.

use burn::tensor::{Device, Tensor, TensorData};

use super::contrasted::Contrasted;
use super::loss::{TaskLoss, coefficients, task_loss_among};
use crate::data::{HostTensor, HostValues, TargetBatch, interleaved};
use crate::lower::losses;
use crate::lower::siblings::LEAST_SIBLINGS;
use crate::lower::{Real, Value};
use crate::pipeline::{LossTerm, Task};

/// What a task's head has answered.
pub struct Answered {
    pub task: usize,
    pub outputs: Vec<Real>,
}

/// What the tasks' losses are computed from.
pub struct Compared<'a> {
    pub tasks: &'a [Task],
    pub targets: &'a [TargetBatch],
    /// As [`task_loss`] has it, by task.
    pub scale: &'a dyn Fn(usize, &LossTerm) -> f64,
    /// Terms that compare rows, where other processes have some of these.
    pub among: &'a [Contrasted],
    pub device: &'a Device,
}

impl Compared<'_> {
    /// The loss of each head that the batch has labels of, in the heads' order. Fewer than a handful are to the bit what each would be alone.
    pub fn losses(&self, heads: &[Answered]) -> Vec<TaskLoss> {
        let mut found: Vec<Option<TaskLoss>> = heads.iter().map(|_| None).collect();
        let mut families: Vec<(Family<'_>, Vec<usize>)> = Vec::new();
        for (place, head) in heads.iter().enumerate() {
            let Some(family) = self.family(head) else { continue };
            match families.iter_mut().find(|(other, _)| *other == family) {
                Some((_, members)) => members.push(place),
                None => families.push((family, vec![place])),
            }
        }
        for (family, members) in families.into_iter().filter(|(_, members)| members.len() >= LEAST_SIBLINGS) {
            let own: Vec<&Answered> = members.iter().map(|place| &heads[*place]).collect();
            let losses = self.together(&family, &own);
            members.into_iter().zip(losses).for_each(|(place, loss)| found[place] = Some(loss));
        }
        let alone = |head: &Answered| {
            let scale = |term: &LossTerm| (self.scale)(head.task, term);
            let (task, target) = (&self.tasks[head.task], &self.targets[head.task]);
            task_loss_among(head.task, task, &head.outputs, target, &scale, self.among, self.device)
        };
        found.into_iter().zip(heads).filter_map(|(found, head)| found.or_else(|| alone(head))).collect()
    }

    /// What heads have in common whose losses are computed as one; `None` of a head whose loss is its own.
    fn family(&self, head: &Answered) -> Option<Family<'_>> {
        let (task, target) = (&self.tasks[head.task], &self.targets[head.task]);
        let ([term], [output]) = (task.loss.as_slice(), head.outputs.as_slice()) else { return None };
        let host = &target.values[term.target];
        let of_rows = task.members == [1]
            && output.rank() == 2
            && output.extents().is_empty()
            && host.lengths.is_empty()
            && target.place_weights.get(term.target).is_none_or(Option::is_none)
            && target.present.contains(&true)
            && target.others.is_empty()
            && !term.def.contrasts();
        of_rows.then(|| Family {
            term,
            shape: [output.rows(), output.width()],
            compared_with: &host.shape,
            classes: matches!(host.values, HostValues::I64(_)),
        })
    }

    fn together(&self, family: &Family<'_>, heads: &[&Answered]) -> Vec<TaskLoss> {
        let ([rows, width], count) = (family.shape, heads.len());
        let term_of = |head: &Answered| &self.tasks[head.task].loss[0];
        let outputs: Vec<Real> = heads.iter().map(|head| head.outputs[0].clone()).collect();
        let output = Real::new(Real::side_by_side(&outputs)).reshaped(vec![rows * count, width]);
        let own = |head: &&Answered| {
            let term = term_of(head);
            coefficients(&self.targets[head.task], term.target, (self.scale)(head.task, term))
        };
        let of_each: Vec<Vec<f32>> = heads.iter().filter_map(own).collect();
        let of_each: Vec<&[f32]> = of_each.iter().map(Vec::as_slice).collect();
        let coefficients = Tensor::from_data(TensorData::new(interleaved(&of_each, 1), [rows * count]), self.device);
        let targets: Vec<&HostTensor> =
            heads.iter().map(|head| &self.targets[head.task].values[term_of(head).target]).collect();
        let target = Value::from_host(&HostTensor::by_row(&targets), self.device);
        let loss = losses::compute(&family.term.def);
        let operands = [output];
        let values = loss.rows(&operands, &target) * coefficients.clone();
        let values = values.reshape([rows, count]).sum_dim(0).reshape([count]) * family.term.weight;
        let mut slopes = losses::slopes(loss, &operands, &target);
        let weights = (coefficients * family.term.weight).reshape([rows * count, 1]);
        let slope = (slopes.swap_remove(0).by_rows() * weights).reshape([rows, count * width]);
        let slopes = Real::columns_of(slope, &vec![width; count]);
        let of_task = |(place, (head, slope)): (usize, (&&Answered, Real))| {
            let value = values.clone().narrow(0, place, 1);
            TaskLoss { task: head.task, terms: vec![value.clone()], value, slopes: vec![slope], out_of_reach: 0 }
        };
        heads.iter().zip(slopes).enumerate().map(of_task).collect()
    }
}

/// What heads have in common whose losses are computed as one.
struct Family<'a> {
    term: &'a LossTerm,
    /// Of the output.
    shape: [usize; 2],
    /// The shape of the target.
    compared_with: &'a [usize],
    /// Whether the target is classes.
    classes: bool,
}

impl PartialEq for Family<'_> {
    fn eq(&self, other: &Self) -> bool {
        let alike = self.term.def == other.term.def && self.term.weight == other.term.weight;
        alike && self.shape == other.shape && self.compared_with == other.compared_with && self.classes == other.classes
    }
}
