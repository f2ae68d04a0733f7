//! What a run says at its end: `report.json` for programs and `report.html` for people.

mod families;
pub mod html;
mod ordered;
mod over_tasks;
mod pictures;
mod run;
mod seeds;
mod task_columns;

pub use families::{FamilyReport, families, pooled};
pub use html::{
    AffinityPage, ModelBox, ModelPicture, ModelRole, ReportInput, TunePage, affinity_page, render, tune_page,
};
pub use ordered::Ordered;
pub use over_tasks::{MANY, OfTask, OverTasks, over_tasks};
pub use pictures::{Bin, Calibration, ClassCurves, Named, Pictured, Scatter, TaskPictures, WorstRow, worst};
pub use run::{
    DeltaMReport, FigureReport, ImportanceReport, JudgedReport, LearnedReport, PartReport, RunReport, TaskGainReport,
    TaskReport, TrainReport,
};
pub use seeds::{FamilyOverSeeds, MeanOverTasks, SeedsReport, over_seeds};
pub use task_columns::TaskColumns;
