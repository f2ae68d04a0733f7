//! What predictions are worth: predictions beside labels, decoding, metrics, the judge, and how sure a figure is. No tensors.

pub(crate) mod assign;
pub(crate) mod averages;
pub mod beside;
mod best;
mod classed;
pub mod decode;
mod errors;
pub(crate) mod followed;
pub mod judge;
pub mod metrics;
mod ordered;
pub(crate) mod pixels;
pub mod predictions;
mod ranking;
mod scored;
mod skill;
mod spread;
mod squares;
pub mod statistics;
mod tally;
mod threshold;
mod trivial;

pub use crate::answers::{Labels, Prediction};
pub use best::{Candidate, MultiTaskScore, multi_task_score};
pub use ordered::Ordered;
pub use scored::{Figure, RowWeights, Scored};
pub use skill::{beside_trivial, is_better, scale, trivial_score};
pub use squares::{Squares, pooled};
pub use threshold::fitted_thresholds;
pub use trivial::Trivial;

pub(crate) use averages::ratio;
pub(crate) use classed::Classed;
pub(crate) use errors::{Error, Errors};
#[cfg(feature = "run")]
pub(crate) use ranking::Ranking;
pub(crate) use ranking::{Sides, rankings};
pub(crate) use spread::Spread;
pub(crate) use tally::Tally;
