//! From files to batches: formats, columns, splits, fitted steps, batches; and what the data says
//! of a pipeline's obligations. Arrow columns and plain host arrays; no tensors.

mod batch;

pub use batch::{Batch, HostTensor, HostValues, TargetBatch};
