//! How sure a figure is: intervals by bootstrap over rows, intervals over seeds, and the gain of learning together.

mod bootstrap;
mod delta_m;
mod interval;
mod spread;
mod student;
mod told;
mod verdict;

pub use bootstrap::{Bootstrap, bootstrap, quantile};
pub use delta_m::{DeltaM, TaskDelta, TaskGain, delta_m, delta_m_over_seeds, relative_gain};
pub use interval::Interval;
pub use spread::Spread;
pub use student::student_quantile;
pub use told::{DeltaMReport, TaskGainReport};
pub use verdict::{Verdict, verdict};
