//! What a run says at its end: `report.json` for programs and `report.html` for people.

#[cfg(feature = "run")]
mod attention;
#[cfg(feature = "data")]
pub mod card;
mod families;
pub mod figures;
#[cfg(feature = "data")]
pub mod given;
#[cfg(feature = "run")]
pub mod html;
#[cfg(feature = "run")]
pub mod importance;
#[cfg(feature = "run")]
mod maps;
#[cfg(feature = "run")]
pub mod mlflow;
#[cfg(feature = "run")]
mod moving;
mod over_tasks;
#[cfg(feature = "run")]
mod pictures;
pub mod predictions;
mod run;
#[cfg(feature = "run")]
mod scalars;
#[cfg(feature = "run")]
mod scenes;
#[cfg(feature = "run")]
mod seeds;
#[cfg(feature = "run")]
pub mod settings;
#[cfg(feature = "data")]
pub mod show;
#[cfg(feature = "run")]
pub mod summary;
#[cfg(feature = "run")]
mod task_columns;
#[cfg(feature = "run")]
pub mod tensorboard;
#[cfg(feature = "run")]
mod worked;

pub use families::{FamilyReport, families};
#[cfg(feature = "run")]
pub use html::{
    AFFINITY_MARK, AffinityPage, ModelBox, ModelPicture, ModelRole, ReportInput, TunePage, affinity_page, render,
    tune_page,
};
pub use over_tasks::{MANY, OfTask, OverTasks, over_tasks};
#[cfg(feature = "run")]
pub use pictures::{
    Attention, Bin, Calibration, ClassCurves, Example, Named, Pictured, Scale, Scatter, Scene, Shown, TaskPictures,
    WorstRow, examples, worst, worst_places,
};
pub use run::{
    FigureReport, ImportanceReport, JudgedReport, LearnedReport, PartReport, RunReport, TaskReport, TextsReport,
    TrainReport,
};
#[cfg(feature = "run")]
pub use seeds::{FamilyOverSeeds, MeanOverTasks, SeedsReport, over_seeds};
#[cfg(feature = "run")]
pub use task_columns::TaskColumns;

#[cfg(all(test, feature = "run"))]
mod sharing_tests;
