//! Permutation importance: how much worse a task's metric gets when the values of a column are dealt out anew among the rows
//! (Breiman 2001). On request: `evaluate { importance: true }`.
//!
//! Columns are dealt out as they stand in the data, before any step, so that whatever an input makes of them is seen, and
//! labels stay where they are.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{ImportanceReport, RunReport};
use crate::catalog::metrics::Direction;
use crate::data::{Need, Prepared, Tables};
use crate::diag::Diagnostic;
use crate::lower::{Draw, Model};
use crate::pipeline::{ColumnRef, Part};
use crate::score::judge::{Judge, Keep};
use crate::train::evaluate;
use crate::train::plan;
use crate::train::session::Session;

/// How often each column is dealt out.
const DEALS: usize = 5;

/// Why a column cannot be dealt out anew.
#[derive(Debug)]
pub enum NotDealt {
    /// Its rows cannot be read again, and why.
    Unreadable(String),
    /// What is wrong with the data, now that it is prepared again.
    Data(Vec<Diagnostic>),
}

impl fmt::Display for NotDealt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotDealt::Unreadable(reason) => f.write_str(reason),
            NotDealt::Data(problems) => {
                f.write_str(problems.first().map_or("the data has problems", |problem| problem.message.as_str()))
            }
        }
    }
}

impl std::error::Error for NotDealt {}

/// Adds to a report what each input column is worth, on the part that its figures are judged on.
///
/// # Errors
/// If the data cannot be prepared again.
pub fn add(
    report: &mut RunReport,
    session: &Session,
    model: &Model,
    judge: &Judge,
    tables: &Tables,
    seed: u64,
) -> Result<(), NotDealt> {
    let (pipeline, prepared) = (&session.pipeline, &session.prepared);
    let parts = [Part::Test, Part::Valid].into_iter().filter(|part| pipeline.evaluate.parts.contains(part));
    let has_rows = |part: &Part| prepared.parts().0.iter().any(|rows| !rows.of(*part).is_empty());
    let Some(part) = parts.into_iter().find(has_rows) else { return Ok(()) };
    let select = |of: &Arc<Prepared>| -> Vec<Option<f64>> {
        // By the labels of the session, whatever was dealt out.
        let mut judging = judge.begin(pipeline, prepared, Keep::Nothing);
        let plan = plan::evaluation(pipeline, prepared, part);
        evaluate::each(pipeline, model, of, plan, |answers| judging.add(&answers));
        let tasks = pipeline.tasks.iter().zip(judging.finish());
        tasks.map(|(task, judged)| judged.figures.metrics[task.select].number()).collect()
    };
    let before = select(prepared);
    let columns: BTreeSet<ColumnRef> = pipeline.inputs.iter().flat_map(|input| input.columns.iter().copied()).collect();
    for column in columns {
        let name = match pipeline.data.len() {
            1 => pipeline.column(column).name.clone(),
            _ => pipeline.column_name(column),
        };
        let mut worse: Vec<Vec<f64>> = vec![Vec::new(); pipeline.tasks.len()];
        for deal in 0..DEALS {
            let draw = Draw::new(seed, "importance", &name).at(deal as u64);
            let dealt = Arc::new(dealt(session, tables, column, part, draw)?);
            let after = select(&dealt);
            for (task, (before, after)) in before.iter().zip(after).enumerate() {
                let of = &pipeline.tasks[task];
                let sign = if of.metrics[of.select].direction() == Direction::LowerIsBetter { 1.0 } else { -1.0 };
                worse[task].extend(before.zip(after).map(|(before, after)| sign * (after - before)));
            }
        }
        for (task, worse) in pipeline.tasks.iter().zip(worse).filter(|(_, worse)| !worse.is_empty()) {
            if let Some(report) = report.tasks.get_mut(&task.name) {
                report.importance.insert(name.clone(), spread(&worse));
            }
        }
    }
    Ok(())
}

/// The data of a session with the values of one column dealt out anew among the rows of a part.
fn dealt(session: &Session, tables: &Tables, column: ColumnRef, part: Part, draw: Draw) -> Result<Prepared, NotDealt> {
    let (pipeline, prepared) = (&session.pipeline, &session.prepared);
    let rows = prepared.parts().0[column.data].of(part);
    let mut from = rows.to_vec();
    draw.shuffle(&mut from);
    let mut order: Vec<u64> = (0..prepared.rows(column.data) as u64).collect();
    rows.iter().zip(from).for_each(|(row, from)| order[row] = from as u64);
    let mut tables = tables.clone();
    tables.sets[column.data] =
        tables.sets[column.data].rearranged(column.column, &order).map_err(NotDealt::Unreadable)?;
    // Nobody asks this data for labels: predictions are judged by the labels of the session.
    Prepared::apply(pipeline, &tables, prepared.parts().clone(), prepared.fitted().clone(), Need::Inputs)
        .map_err(NotDealt::Data)
}

fn spread(values: &[f64]) -> ImportanceReport {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    ImportanceReport { mean, sd: if values.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 } }
}
