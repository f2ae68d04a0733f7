//! What is scored: predictions beside labels, and the ground that metrics share.

mod averages;
mod best;
mod classed;
mod errors;
mod ranking;
mod scored;
mod skill;
mod squares;
mod tally;
mod threshold;
mod trivial;

pub use best::{Candidate, MultiTaskScore, multi_task_score};
pub use scored::{Figure, Labels, Prediction, RowWeights, Scored};
pub use skill::{beside_trivial, is_better, scale, skill, trivial_score};
pub use squares::Squares;
pub use threshold::fitted_thresholds;
pub use trivial::Trivial;

pub(in crate::train) use averages::{averaged, ratio};
pub(in crate::train) use classed::Classed;
pub(in crate::train) use errors::{Error, Errors};
pub(in crate::train) use ranking::{Ranking, Sides, rankings};
pub(in crate::train) use tally::Tally;
