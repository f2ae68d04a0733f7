//! Losses that compare each row of a batch with all others (`contrastive`), where several processes have a part of the rows each: every process is told what all have answered
//! and were to answer, computes the loss of all rows as one process would, and takes what is of its own.

use burn::tensor::{Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::loss::by_members;
use super::many_heads::Answered;
use crate::data::{Batch, HostTensor, HostValues};
use crate::lower::losses;
use crate::lower::{Real, Value};
use crate::pipeline::LossTerm;

/// What a term of a task's loss came to among the rows of all processes.
pub struct Contrasted {
    pub task: usize,
    pub term: usize,
    /// The loss of each own row, and its slopes: the derivatives of the sum over all rows.
    pub rows: Tensor<1>,
    pub slopes: Tensor<2>,
}

/// What a process has to be compared.
#[derive(Default)]
struct Part {
    rows: Rows,
    /// Row by row.
    numbers: Vec<f32>,
}

#[derive(Serialize, Deserialize, Default)]
struct Rows {
    /// Where they stand in the batch of all.
    places: Vec<usize>,
    /// The tokens of each row's answer; none of a row without one.
    answers: Vec<Vec<i64>>,
}

impl Part {
    fn written(&self) -> Vec<u8> {
        let rows = serde_json::to_vec(&self.rows).unwrap_or_default();
        let numbers: Vec<u8> = self.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        [&(rows.len() as u64).to_le_bytes()[..], &rows, &numbers].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (rows, numbers) = rest.split_at_checked(u64::from_le_bytes(*length) as usize)?;
        let numbers = numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        Some(Self { rows: serde_json::from_slice(rows).ok()?, numbers })
    }
}

impl Engine<'_> {
    /// Of the tasks that learn, every term that compares rows; nothing with one process, which has them all. Every process comes here for as many terms, with rows or without.
    pub(super) fn contrasted(
        &self,
        learns: impl Fn(usize) -> bool,
        heads: &[Answered],
        batch: &Batch,
    ) -> Vec<Contrasted> {
        if self.world.is_alone() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (task, of) in self.pipeline.tasks.iter().enumerate().filter(|(task, _)| learns(*task)) {
            for (number, term) in of.loss.iter().enumerate().filter(|(_, term)| term.def.contrasts()) {
                let head = heads.iter().find(|head| head.task == task);
                let own = head.map_or(Part::default(), |head| self.part(head, term, batch));
                let said = self.world.gather(&own.written());
                let all: Vec<Part> = said.iter().map(|bytes| Part::read(bytes).unwrap_or_default()).collect();
                found.extend(self.among(&all, term).map(|(rows, slopes)| Contrasted {
                    task,
                    term: number,
                    rows,
                    slopes,
                }));
            }
        }
        found
    }

    /// What this process has of a term.
    fn part(&self, head: &Answered, term: &LossTerm, batch: &Batch) -> Part {
        let (task, operand) = (&self.pipeline.tasks[head.task], term.operands[0]);
        let members = task.members[operand];
        let outputs = by_members(&head.outputs[operand], members);
        let step = self.model.heads[head.task][operand];
        let places = self.places_of(step, batch, head.outputs[operand].rows());
        let places = places.iter().flat_map(|place| (0..members).map(move |member| place * members + member));
        let answers = batch.targets[head.task].values[term.target].repeated(members);
        let answers = (0..outputs.rows()).map(|row| tokens_of(&answers, row)).collect();
        Part { rows: Rows { places: places.collect(), answers }, numbers: outputs.to_host() }
    }

    /// Losses and slopes of the own rows; `None` if this process has none.
    fn among(&self, all: &[Part], term: &LossTerm) -> Option<(Tensor<1>, Tensor<2>)> {
        let rank = self.world.rank();
        let mut order: Vec<(usize, usize, usize)> = Vec::new();
        for (rank, part) in all.iter().enumerate() {
            order.extend(part.rows.places.iter().enumerate().map(|(row, place)| (*place, rank, row)));
        }
        order.sort_unstable();
        let own: Vec<i64> =
            (0i64..).zip(&order).filter(|(_, (_, of, _))| *of == rank).map(|(place, _)| place).collect();
        if own.is_empty() {
            return None;
        }
        let device = &self.model.device;
        let width = all[rank].numbers.len() / own.len();
        let numbers = order.iter().flat_map(|(_, rank, row)| &all[*rank].numbers[row * width..(row + 1) * width]);
        let outputs = [Real::from_host(numbers.copied().collect(), vec![order.len(), width], device)];
        let answers: Vec<&[i64]> =
            order.iter().map(|(_, rank, row)| all[*rank].rows.answers[*row].as_slice()).collect();
        let target = Value::from_host(&side_by_side(&answers), device);
        let loss = losses::compute(&term.def);
        let slopes = losses::slopes(loss, &outputs, &target).swap_remove(0).by_rows();
        let count = own.len();
        let own: Tensor<1, Int> = Tensor::from_data(TensorData::new(own, [count]), device);
        Some((loss.rows(&outputs, &target).select(0, own.clone()), slopes.select(0, own)))
    }
}

/// The tokens of a row, without padding.
fn tokens_of(all: &HostTensor, row: usize) -> Vec<i64> {
    let (HostValues::I64(tokens), places) = (&all.values, all.shape.get(1).copied().unwrap_or(1)) else {
        return Vec::new();
    };
    tokens[row * places..row * places + all.places(row)].to_vec()
}

/// Rows of tokens, padded to the longest.
fn side_by_side(rows: &[&[i64]]) -> HostTensor {
    let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0).max(1);
    let padded = |row: &&[i64]| row.iter().copied().chain(std::iter::repeat(0)).take(longest).collect::<Vec<_>>();
    HostTensor {
        shape: vec![rows.len(), longest],
        values: HostValues::I64(rows.iter().flat_map(padded).collect()),
        lengths: vec![(1, rows.iter().map(|row| row.len()).collect())],
    }
}
