//! How long each step of a model takes, and how much it holds, where somebody wants to know.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use burn::tensor::Device;

use super::value::Value;

/// What one step of a model costs, added up over the evaluations since it was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub forward: Duration,
    pub back: Duration,
    /// Of its value, and of what it keeps for the way back: the most that one evaluation had.
    pub bytes: usize,
}

/// Counts while a model that has one is evaluated. A device is waited for, so that a step's time is its own.
#[derive(Debug)]
pub struct Clock {
    device: Device,
    costs: Mutex<Vec<Cost>>,
    optimizer: Mutex<Duration>,
}

impl Clock {
    pub fn new(steps: usize, device: &Device) -> Self {
        Self { device: device.clone(), costs: Mutex::new(vec![Cost::default(); steps]), optimizer: Mutex::default() }
    }

    /// When all that was asked of the device is done.
    pub fn now(&self) -> Instant {
        // A device that has failed says so at the next thing that is asked of it.
        let _ = self.device.sync();
        Instant::now()
    }

    pub(super) fn forward(&self, step: usize, since: Instant, value: Option<&Value>, kept: &[Value]) {
        let passed = self.now() - since;
        let bytes: usize = value.into_iter().chain(kept).map(bytes).sum();
        let mut costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        costs[step].forward += passed;
        costs[step].bytes = costs[step].bytes.max(bytes);
    }

    pub(super) fn back(&self, step: usize, since: Instant) {
        let passed = self.now() - since;
        self.costs.lock().unwrap_or_else(PoisonError::into_inner)[step].back += passed;
    }

    /// The update of the weights took this long.
    pub fn optimizer(&self, since: Instant) {
        let passed = self.now() - since;
        *self.optimizer.lock().unwrap_or_else(PoisonError::into_inner) += passed;
    }

    /// Of each step, and of the updates of the weights; it begins again at nothing.
    pub fn take(&self) -> (Vec<Cost>, Duration) {
        let mut costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let nothing = vec![Cost::default(); costs.len()];
        let optimizer = std::mem::take(&mut *self.optimizer.lock().unwrap_or_else(PoisonError::into_inner));
        (std::mem::replace(&mut costs, nothing), optimizer)
    }
}

/// Numbers take 4 bytes on every backend, indices 8.
fn bytes(value: &Value) -> usize {
    let elements: usize = value.shape().iter().product();
    match value {
        Value::Real(_) => elements * 4,
        Value::Index(_) => elements * 8,
    }
}
