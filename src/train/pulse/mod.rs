//! Whether the processes of a command still hear of each other. One that is stopped, or behind a network that has dropped, says nothing, and the others would wait for it in a sum
//! for ever; no launcher notices.
//!
//! Beside its work each process says every now and then that it is there, and whether it waits, to the first one over a connection of its own, and the first one answers.
//! Whoever is not heard for as long as there is patience has [fallen silent](Fallen::Silent). Where all are heard and all have waited as long for what they add up, it is the network
//! between them that [carries nothing](Fallen::Waiting). A process that works is waited for as long as it takes.
//!
//! Time is that of the machine since it was started, so that no clock matters; and who was stopped itself begins to listen anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use burn::tensor::Tensor;

use crate::lower::world::{NotSummed, World};

mod door;
mod ear;
mod said;
#[cfg(test)]
mod tests;

use door::{Door, reach};
use ear::Ear;
use said::Said;

/// How a command cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallen {
    /// These have not been heard.
    Silent(Vec<usize>),
    /// All are there, and wait for each other.
    Waiting,
}

/// A world of which it is known whether this process waits for the others.
#[derive(Debug)]
pub struct Counted {
    world: Arc<dyn World>,
    waits: Arc<Waits>,
}

/// How often this process has begun to wait for the others, and how often that has come to its end.
#[derive(Debug, Default)]
pub struct Waits {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Waits {
    fn during<R>(&self, wait: impl FnOnce() -> R) -> R {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let done = wait();
        self.ended.fetch_add(1, Ordering::SeqCst);
        done
    }

    fn now(&self) -> Said {
        Said { begun: self.begun.load(Ordering::SeqCst), ended: self.ended.load(Ordering::SeqCst) }
    }
}

impl Counted {
    pub fn over(world: Arc<dyn World>) -> Self {
        Self { world, waits: Arc::default() }
    }

    pub fn waits(&self) -> Arc<Waits> {
        self.waits.clone()
    }
}

impl World for Counted {
    fn rank(&self) -> usize {
        self.world.rank()
    }

    fn size(&self) -> usize {
        self.world.size()
    }

    fn sum(&self, values: &mut [f64]) {
        self.waits.during(|| self.world.sum(values));
    }

    fn sum_f32(&self, values: &mut [f32]) {
        self.waits.during(|| self.world.sum_f32(values));
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.waits.during(|| self.world.gather(bytes))
    }

    fn sum_tensor(&self, values: Tensor<1>) -> Result<Tensor<1>, NotSummed> {
        self.waits.during(|| self.world.sum_tensor(values))
    }

    fn leave(&self) -> Result<(), NotSummed> {
        self.waits.during(|| self.world.leave())
    }
}

/// The listening of a process, as long as it takes part.
#[derive(Debug)]
pub struct Listening {
    /// Nothing is sent: that it is gone says enough.
    stays: Sender<()>,
    thread: Option<JoinHandle<()>>,
    /// Those that cannot reach the first one, and are not listened to.
    pub unheard: Vec<usize>,
}

impl Listening {
    /// Begins to listen; every process comes here. `machines` says where each of them is, and `fallen` is told once, on a thread of its own, if this process finds that the
    /// command cannot go on.
    pub fn begin(
        world: &dyn World,
        machines: &[String],
        waits: Arc<Waits>,
        patience: Duration,
        fallen: impl FnOnce(Fallen) + Send + 'static,
    ) -> Self {
        let leads = world.rank() == 0;
        let door = if leads { Door::open(machines).ok() } else { None };
        let told = door.as_ref().map_or(String::new(), |door| door.told(machines));
        let told = world.gather(told.as_bytes()).swap_remove(0);
        let told = String::from_utf8_lossy(&told).into_owned();
        let reached = if leads { None } else { reach(&told, machines, world.rank()) };
        let heard: Vec<bool> =
            world.gather(&[u8::from(leads || reached.is_some())]).iter().map(|one| one == &[1]).collect();
        let unheard: Vec<usize> = (0..heard.len()).filter(|rank| !heard[*rank]).collect();
        let (stays, leaves) = channel();
        let mut ear = Ear::new(waits, patience, leaves);
        let expected: Vec<usize> = (1..heard.len()).filter(|rank| heard[*rank]).collect();
        let thread = match (door, reached) {
            (Some(door), _) => Some(std::thread::spawn(move || ear.listen_to_all(&door, &expected, fallen))),
            (None, Some(stream)) => Some(std::thread::spawn(move || ear.listen_to_first(stream, fallen))),
            (None, None) => None,
        };
        Self { stays, thread, unheard }
    }

    /// Says farewell, so that nobody misses this process.
    pub fn end(self) {
        drop(self.stays);
        let _ = self.thread.map(JoinHandle::join);
    }
}
