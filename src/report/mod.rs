//! What a run says at its end: `report.json` for programs and `report.html` for people.

mod families;
pub mod figures;
pub mod html;
pub mod importance;
mod over_tasks;
mod pictures;
pub mod predictions;
mod run;
mod seeds;
pub mod settings;
pub mod summary;
mod task_columns;
pub mod tensorboard;
mod worked;

pub use families::{FamilyReport, families};
pub use html::{
    AffinityPage, ModelBox, ModelPicture, ModelRole, ReportInput, TunePage, affinity_page, render, tune_page,
};
pub use over_tasks::{MANY, OfTask, OverTasks, over_tasks};
pub use pictures::{Bin, Calibration, ClassCurves, Named, Pictured, Scatter, TaskPictures, WorstRow, worst};
pub use run::{
    FigureReport, ImportanceReport, JudgedReport, LearnedReport, PartReport, RunReport, TaskReport, TrainReport,
};
pub use seeds::{FamilyOverSeeds, MeanOverTasks, SeedsReport, over_seeds};
pub use task_columns::TaskColumns;

#[cfg(test)]
mod sharing_tests;
