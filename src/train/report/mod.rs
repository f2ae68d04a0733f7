//! What a run says at its end: `report.json` for programs and `report.html` for people.

mod families;
pub mod html;
mod ordered;
mod picture;
mod run;
mod seeds;

pub use families::{FamilyReport, families};
pub use html::{ModelBox, ModelPicture, ModelRole, ReportInput, TunePage, affinity_page, render, tune_page};
pub use ordered::Ordered;
pub use picture::{Pictured, RocCurve, Scatter, TaskPictures};
pub use run::{DeltaMReport, FigureReport, LearnedReport, PartReport, RunReport, TaskReport, TrainReport};
pub use seeds::{SeedsReport, over_seeds};
