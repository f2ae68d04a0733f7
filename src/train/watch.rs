//! What a training loop tells of itself, and to whom.

use super::engine::{Engine, Moment};
use super::records::Conflict;
use crate::data::Batch;
use crate::score::judge::TaskFigures;
use crate::source::Cannot;

/// What happened in an epoch.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    pub updates: u64,
    pub learning_rate: f64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// For each task, the mean of its losses while training; `None` if no batch had its label.
    pub losses: Vec<Option<f64>>,
    /// For each task, the mean of the balancer's weights.
    pub weights: Vec<Option<f64>>,
    /// On valid; empty if there is no validation part.
    pub valid: Vec<TaskFigures>,
    pub score: Option<f64>,
    /// Tasks that the score leaves out, and why.
    pub left_out: Vec<(String, String)>,
    pub is_best: bool,
    /// How the tasks' gradients agreed at the start of the epoch, if that was measured.
    pub conflicts: Vec<Conflict>,
}

/// Where training stands within an epoch.
#[derive(Clone, Debug)]
pub struct Tick<'a> {
    pub epoch: usize,
    pub step: usize,
    pub steps: usize,
    /// The epoch in which this process began, from 0.
    pub first_epoch: usize,
    /// Rows trained on since the run started (or resumed), and the seconds that took.
    pub examples: u64,
    pub seconds: f64,
    /// For each task, the mean loss of the epoch so far.
    pub losses: &'a [Option<f64>],
}

/// Told of what happens, and asked whether to go on.
pub trait Watch {
    /// May look at the engine; must leave it as it was.
    fn before_step(&mut self, _engine: &mut Engine<'_>, _batches: &[Batch], _moment: Moment) {}
    fn tick(&mut self, _tick: &Tick<'_>) {}
    /// Something that a person may want to know, in one line.
    fn note(&mut self, _text: &str) {}
    /// # Errors
    /// If what happened cannot be written down; training ends.
    fn epoch(&mut self, _epoch: &Epoch) -> Result<(), Cannot> {
        Ok(())
    }
    /// True if a person asked to stop.
    fn interrupted(&self) -> bool {
        false
    }
}

/// A watcher that says nothing.
pub struct Silent;

impl Watch for Silent {}
