//! The report of a file of predictions: the figures of a run, without a run.

use super::figures::{judged_part, task_report};
use super::{JudgedReport, RunReport, families};
use crate::data::{Prepared, Tables};
use crate::pipeline::{Part, Pipeline};
use crate::score::judge::Judge;
use crate::score::predictions::Predicted;

/// Puts what was judged into a report. `others`: the rows are all of another file, and no part of the spec's own.
pub fn report(
    (pipeline, prepared, tables): (&Pipeline, &Prepared, &Tables),
    judge: &Judge,
    predicted: &Predicted,
    file: &str,
    others: bool,
) -> RunReport {
    let mut report = RunReport {
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        name: pipeline.name.clone(),
        doc: pipeline.doc.clone(),
        predictions: file.to_string(),
        not_judged: predicted.not_judged.clone(),
        ..RunReport::default()
    };
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let mut of_task = task_report(pipeline, prepared, judge, index);
        for (part, judged) in &predicted.parts {
            of_task.set_part(*part, judged_part(pipeline, judge, index, *part, &judged[index]));
        }
        report.tasks.insert(task.name.clone(), of_task);
    }
    if pipeline.tasks.len() > 1 {
        for (part, _) in &predicted.parts {
            report.over_tasks.insert(part.name(), report.sum_up(*part));
        }
    }
    report.families = families(pipeline, &report);
    for (data, set) in pipeline.data.iter().enumerate() {
        let of_part = |(part, rows): &(Part, Vec<usize>)| JudgedReport {
            data: set.name.clone(),
            files: tables.sets[data].files.iter().map(|file| file.name.clone()).collect(),
            part: if others { "all".into() } else { part.name().into() },
            rows: rows[data],
        };
        report.judged.extend(predicted.rows.iter().map(of_part).filter(|judged| judged.rows > 0));
    }
    report
}
