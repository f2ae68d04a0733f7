//! From files to batches: formats, columns, splits, fitted steps, batches; and what the data says
//! of a pipeline's obligations. Arrow columns and plain host arrays; no tensors.
//!
//! [`open`] reads, [`split`] cuts, [`Prepared::fit`] learns and computes, [`Prepared::batch`] gathers, [`Prefetch`] runs ahead.

mod batch;
mod classes;
mod copies;
mod encoding;
pub mod files;
mod fitted;
mod fitting;
mod flags;
mod folds;
mod foreign;
mod formats;
pub mod guess;
mod host;
mod inspect;
mod joined;
mod kinds;
mod labels;
mod learnable;
mod looks;
mod made;
mod notation;
mod open;
mod outlook;
pub mod pictures;
mod prefetch;
mod prepare;
mod problems;
mod refusals;
mod sample;
mod seen;
mod shuffled;
mod source;
mod split;
mod steps;
mod symmetric;
mod table;
mod targets;
mod unseen;
mod values;

pub use batch::{Batch, HostTensor, HostValues, TargetBatch};
pub use fitted::{Fitted, StepState};
pub use folds::folds;
pub use inspect::{inspect, likely_class};
pub use labels::{LabelColumn, LabelValues};
pub use learnable::UnknownLabels;
pub use open::{Need, Overrides, classes_in, columns_of, open};
pub use outlook::outlook;
pub use prefetch::Prefetch;
pub use prepare::Prepared;
pub use seen::{facts_file, stale_facts, summary};
pub use source::{STANDARD_INPUT, sha256};
pub use split::{PartRows, Parts, split};
pub use table::{FileSeen, RowHash, Table, Tables};
pub use unseen::{UnseenClasses, all_unknown};
