//! Batches made ahead of the one who uses them, on a thread of their own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use super::batch::Batch;
use super::prepare::Prepared;

/// Batches in the order of a plan. Dropping it early ends the thread.
#[derive(Debug)]
pub struct Prefetch {
    receiver: Option<Receiver<Batch>>,
    thread: Option<JoinHandle<()>>,
}

impl Prefetch {
    /// `plan`: per batch, per data set, the rows. At most `ahead` batches wait to be taken.
    pub fn start(prepared: Arc<Prepared>, plan: Vec<Vec<Vec<usize>>>, ahead: usize) -> Self {
        let (sender, receiver) = sync_channel(ahead.max(1));
        let thread = std::thread::spawn(move || {
            for rows in plan {
                // The other end is gone: nobody wants more.
                if sender.send(prepared.batch(&rows)).is_err() {
                    break;
                }
            }
        });
        Self { receiver: Some(receiver), thread: Some(thread) }
    }

    fn join(&mut self) -> std::thread::Result<()> {
        self.receiver = None;
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

impl Iterator for Prefetch {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if let Some(batch) = self.receiver.as_ref().and_then(|receiver| receiver.recv().ok()) {
            return Some(batch);
        }
        // A panic over there is a panic here, not a short epoch.
        if let Err(panic) = self.join() {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        // A second panic while unwinding would abort.
        let _ = self.join();
    }
}
