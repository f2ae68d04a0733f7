//! Batches made ahead of the one who uses them, on threads of their own: one where values are only copied, as many as the
//! processor has where they are computed.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use super::batch::Batch;
use super::draws::Drawing;
use super::parallel::{as_worker, threads};
use super::portions::Portion;
use super::prepare::Prepared;

/// Which rows are wanted, batch by batch.
pub trait BatchPlan: Send + Sync + 'static {
    fn batches(&self) -> usize;

    /// Per data set, the rows of a batch.
    fn rows(&self, batch: usize) -> Vec<Vec<usize>>;

    /// The part of each that is made.
    fn portion(&self) -> Portion {
        Portion::ALL
    }
}

impl BatchPlan for Vec<Vec<Vec<usize>>> {
    fn batches(&self) -> usize {
        self.len()
    }

    fn rows(&self, batch: usize) -> Vec<Vec<usize>> {
        self[batch].clone()
    }
}

/// Batches in the order of a plan. Dropping it early ends the threads.
#[derive(Debug)]
pub struct Prefetch {
    /// The batches are dealt out to the workers one after the other, and taken from them in the same order.
    workers: Vec<Worker>,
    next: usize,
}

#[derive(Debug)]
struct Worker {
    receiver: Option<Receiver<Batch>>,
    thread: Option<JoinHandle<()>>,
}

impl Prefetch {
    /// At most `ahead` batches wait to be taken, and one for each thread.
    pub fn start(prepared: Arc<Prepared>, plan: impl BatchPlan, ahead: usize) -> Self {
        Self::drawing(prepared, plan, ahead, None)
    }

    /// The same for training in some epoch.
    pub fn training(prepared: Arc<Prepared>, plan: impl BatchPlan, ahead: usize, drawing: Drawing) -> Self {
        Self::drawing(prepared, plan, ahead, Some(drawing))
    }

    fn drawing(prepared: Arc<Prepared>, plan: impl BatchPlan, ahead: usize, drawing: Option<Drawing>) -> Self {
        let batches = plan.batches();
        let plan = Arc::new(plan);
        let workers = if prepared.computes() { threads().min(batches).max(1) } else { 1 };
        let start = |worker: usize| {
            let (prepared, plan) = (prepared.clone(), plan.clone());
            let (sender, receiver) = sync_channel(ahead.div_ceil(workers).max(1));
            let work = move || {
                for batch in (worker..batches).step_by(workers) {
                    // The other end is gone: nobody wants more.
                    if sender.send(prepared.batch_of(&plan.rows(batch), plan.portion(), drawing)).is_err() {
                        break;
                    }
                }
            };
            let thread = std::thread::spawn(move || if workers > 1 { as_worker(work) } else { work() });
            Worker { receiver: Some(receiver), thread: Some(thread) }
        };
        Self { workers: (0..workers).map(start).collect(), next: 0 }
    }
}

impl Worker {
    fn join(&mut self) -> std::thread::Result<()> {
        self.receiver = None;
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

impl Iterator for Prefetch {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let count = self.workers.len();
        let worker = &mut self.workers[self.next % count];
        if let Some(batch) = worker.receiver.as_ref().and_then(|receiver| receiver.recv().ok()) {
            self.next += 1;
            return Some(batch);
        }
        // A panic over there is a panic here, not a short epoch.
        if let Err(panic) = worker.join() {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        // All are told before any is waited for; a second panic while unwinding would abort.
        self.workers.iter_mut().for_each(|worker| worker.receiver = None);
        self.workers.iter_mut().for_each(|worker| _ = worker.join());
    }
}
