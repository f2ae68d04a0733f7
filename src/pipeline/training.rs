//! Weights, training and evaluation.

use crate::catalog::averaging::AveragingDef;
use crate::catalog::balancers::BalancerDef;
use crate::catalog::optimizers::OptimizerDef;
use crate::catalog::sampling::SamplingDef;
use crate::catalog::schedules::ScheduleDef;
use crate::source::Span;

#[derive(Clone, Debug)]
pub struct Weights {
    pub balancer: BalancerDef,
    /// One λ per task, in the order of [`Pipeline::tasks`](super::Pipeline::tasks); they sum to 1.
    pub lambda: Vec<f64>,
    /// True if `--set` or a variant gave some, and the others were rescaled to keep the sum.
    pub rescaled: bool,
    /// Under `schedule`, λ at each of its moments, the first of which is [`lambda`](Self::lambda); else empty.
    pub moments: Vec<Vec<f64>>,
    /// Where they stand; the tasks' own places if there is no `weights` block.
    pub span: Option<Span>,
}

#[derive(Clone, Debug)]
pub struct Train {
    pub epochs: usize,
    pub batch: BatchSize,
    /// Whether rows of like length go together.
    pub bucket: bool,
    pub optimizer: OptimizerDef,
    pub schedule: Vec<ScheduleDef>,
    pub stop: Stop,
    /// Largest global norm of the gradient.
    pub clip: Option<f64>,
    pub seed: u64,
    /// How many batches make one step of the optimizer.
    pub accumulate: usize,
    /// How often each data set (mixed batches) or task (a batch per task) is drawn.
    pub sampling: SamplingDef,
    pub batches: Batches,
    pub epoch: Epoch,
    /// Which average of the weights over time is kept; `none` for the weights themselves.
    pub average: AveragingDef,
    pub precision: Precision,
    /// Whether activations are computed again in the backward pass instead of kept.
    pub checkpointing: bool,
    /// Whether the same seed must give the same bytes.
    pub deterministic: bool,
    pub span: Option<Span>,
}

/// How large a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    /// So many rows.
    Rows(usize),
    /// So many rows that they have no more tokens than this, padding included; one at least.
    Tokens(usize),
}

impl BatchSize {
    /// How many rows that is, where each has so many tokens.
    pub fn rows(self, tokens: f64) -> usize {
        match self {
            BatchSize::Rows(rows) => rows.max(1),
            BatchSize::Tokens(all) => ((all as f64 / tokens.max(1.0)) as usize).max(1),
        }
    }
}

/// What one batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batches {
    /// Rows of every task and data set, as the sampling has it.
    Mixed,
    /// Rows of one task, which alone learns from it.
    PerTask,
}

/// When an epoch ends, where data sets are of different sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epoch {
    /// When the longest data set has been seen once; shorter ones start again.
    Longest,
    /// When the shortest has.
    Shortest,
    /// After as many rows as all data sets have together.
    Sum,
    /// After so many steps.
    Steps(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    F32,
    /// Multiplications in bfloat16, weights and sums in f32.
    Bf16,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// After all epochs.
    Never,
    /// When the multi-task score on valid has not grown for so many epochs.
    Early { patience: usize, min_delta: f64 },
}

/// The `evaluate` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluate {
    /// Rows per batch; 0 means the training batch.
    pub batch: usize,
    /// Which parts to report on.
    pub parts: Vec<Part>,
    /// Train each task alone as well, and report the gain of training together.
    pub baseline: bool,
    /// How many seeds to run; 1 is a single run.
    pub seeds: usize,
    pub control: Option<Control>,
    /// How many bootstrap samples of the rows the intervals of the metrics rest on; 0 for none.
    pub bootstrap: usize,
    /// Report what each input column is worth to each task.
    pub importance: bool,
}

/// A run that shows what a gain is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The other tasks' labels are shuffled (Caruana 1997): a gain that stays is no gain from their content.
    ShuffledLabels,
}

/// A `variant`: overrides under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub name: String,
    pub doc: String,
    /// As `--set` takes them: `weights`, `weights.TASK`, `train.FIELD` or a param, and the text of the value.
    pub set: Vec<(String, String)>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Train,
    Valid,
    Test,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Train, Part::Valid, Part::Test];

    /// Its place among all.
    pub fn index(self) -> u8 {
        self as u8
    }

    pub fn name(self) -> &'static str {
        match self {
            Part::Train => "train",
            Part::Valid => "valid",
            Part::Test => "test",
        }
    }
}
