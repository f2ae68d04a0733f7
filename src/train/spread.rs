//! Evaluation by several processes: each answers for some of the batches, and every one of them is told what all have answered, in the
//! order of the batches, so that figures are those of one process to the last bit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::plan::BatchRows;
use crate::answers::sent::{Form, receive, send};
use crate::data::{Batch, BatchPlan, Prefetch, Prepared};
use crate::lower::world::World;
use crate::score::judge::TaskAnswers;

/// The batches of one process.
struct Own<P> {
    plan: P,
    rank: usize,
    size: usize,
}

impl<P: BatchPlan> BatchPlan for Own<P> {
    fn batches(&self) -> usize {
        (self.rank..self.plan.batches()).step_by(self.size).len()
    }

    fn rows(&self, batch: usize) -> BatchRows {
        self.plan.rows(self.rank + batch * self.size)
    }
}

/// What stands before the bytes of the columns.
#[derive(Serialize, Deserialize)]
struct Head {
    rows: BatchRows,
    tasks: Vec<HeadOf>,
}

#[derive(Serialize, Deserialize)]
struct HeadOf {
    task: usize,
    rows: Vec<(usize, usize)>,
    pictures: Vec<(usize, usize)>,
    /// The bits of each sum, since a loss may be no number.
    loss: Vec<(u64, usize)>,
    form: Form,
    bytes: usize,
}

/// Answers batch by batch, as [`evaluate`](super::evaluate) does, by all processes.
pub fn spread<E>(
    world: &dyn World,
    prepared: &Arc<Prepared>,
    plan: impl BatchPlan,
    mut answer: impl FnMut(&Batch) -> Vec<TaskAnswers>,
    take: &mut impl FnMut(&BatchRows, Vec<TaskAnswers>) -> Result<(), E>,
) -> Result<(), E> {
    let rounds = plan.batches().div_ceil(world.size());
    let mut batches = Prefetch::start(prepared.clone(), Own { plan, rank: world.rank(), size: world.size() }, 2);
    for _ in 0..rounds {
        let own = batches.next().map(|batch| written(&batch.rows, &answer(&batch)));
        for bytes in world.gather(&own.unwrap_or_default()) {
            if let Some((rows, tasks)) = read(&bytes) {
                take(&rows, tasks)?;
            }
        }
    }
    Ok(())
}

fn written(rows: &BatchRows, tasks: &[TaskAnswers]) -> Vec<u8> {
    let (mut heads, mut columns) = (Vec::new(), Vec::new());
    for TaskAnswers { task, rows, answers, pictures, loss } in tasks {
        let (form, bytes) = send(answers.as_ref());
        let loss = loss.iter().map(|(sum, count)| (sum.to_bits(), *count)).collect();
        let (rows, pictures) = (rows.clone(), pictures.clone());
        heads.push(HeadOf { task: *task, rows, pictures, loss, form, bytes: bytes.len() });
        columns.extend(bytes);
    }
    let head = serde_json::to_vec(&Head { rows: rows.clone(), tasks: heads }).unwrap_or_default();
    [&(head.len() as u64).to_le_bytes()[..], &head, &columns].concat()
}

/// `None` of a process that had no batch any more.
fn read(bytes: &[u8]) -> Option<(BatchRows, Vec<TaskAnswers>)> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (head, mut rest) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let head: Head = serde_json::from_slice(head).ok()?;
    let tasks = head.tasks.into_iter().map(|HeadOf { task, rows, pictures, loss, form, bytes }| {
        let own = rest.split_off(..bytes)?;
        let loss = loss.into_iter().map(|(bits, count)| (f64::from_bits(bits), count)).collect();
        Some(TaskAnswers { task, rows, answers: receive(&form, own)?, pictures, loss })
    });
    Some((head.rows, tasks.collect::<Option<Vec<_>>>()?))
}
