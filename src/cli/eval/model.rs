//! `mtlc eval` without a file of predictions: the model of the run is asked.

use super::{EvalArgs, unknown_labels};
use crate::cli::kept;
use crate::cli::output::complain;
use crate::cli::ranks;
use crate::cli::stopped::Stopped;
use crate::cli::unseen::unseen;
use crate::data::{Need, Overrides, Tables, columns_of};
use crate::diag::suggest;
use crate::pipeline::Part;
use crate::project::kept::Kept;
use crate::report::importance;
use crate::report::summary::{self, Facts};
use crate::report::{JudgedReport, RunReport};
use crate::score::Ordered;
use crate::score::judge::Judge;
use crate::train::fit::{Ending, Trained};
use crate::train::session::Session;

pub fn evaluate(args: &EvalArgs) -> Result<RunReport, Stopped> {
    let mut kept = Kept::open(&args.run)?;
    let backend = args.device.backend_or(kept.trained_on())?;
    let overrides = kept.overrides(&args.others.data, &args.others.format)?;
    let others = !overrides.files.is_empty();
    if others {
        kept.pipeline.evaluate.parts = vec![Part::Test];
    }
    let (session, tables) = kept::session(&kept, &overrides, if others { Need::Available } else { Need::Everything })?;
    if !others {
        kept::note_changed_data(&kept, &tables, &overrides);
    }
    let not_judged = if others { not_judged(&session, &tables, &overrides) } else { Ordered::default() };
    if not_judged.len() == session.pipeline.tasks.len() {
        let reasons: Vec<String> = not_judged.iter().map(|(task, why)| format!("{task}: {why}")).collect();
        complain(&format!("error: there is nothing to judge\n  {}", reasons.join("\n  ")));
        return Err(Stopped::Problems);
    }
    let unseen = unseen(&kept, &session, &tables, &overrides, args.unknown)?;
    let mut model = ranks::in_step(|| Ok(kept.model(&session, backend)?))?;
    model.world = ranks::world();
    let before: RunReport = kept.run.read("report.json")?;
    let trained = Trained {
        ending: Ending::AllEpochs,
        epochs: before.epochs,
        best: crate::train::checkpoint::Best { epoch: before.best_epoch, score: before.score, ..Default::default() },
        seconds: before.train.seconds,
        examples: (before.train.seconds * before.train.examples_per_second).round() as u64,
        updates: before.train.steps as u64,
    };
    let facts = Facts {
        device: backend.to_string(),
        seed: kept.manifest.seed,
        split_seed: before.split_seed,
        spec_sha256: &kept.manifest.spec_sha256,
        started: &kept.manifest.started,
    };
    // What answering without looking would reach is fitted on the training part, which another file has not.
    let judge = Judge::new(&session.pipeline, &session.prepared);
    let (mut report, _) = summary::report(&session, &model, &judge, &trained, &facts);
    // How the run went is as it was.
    report.ended = before.ended;
    report.train = before.train;
    if others {
        report.warnings = unseen;
        report.warnings.extend(unknown_labels(&session.prepared, &not_judged));
    } else {
        report.warnings.extend(kept.manifest.notes.iter().cloned());
    }
    if session.pipeline.evaluate.importance {
        importance::add(&mut report, &session, &model, &judge, &tables, kept.manifest.seed)?;
    }
    report.judged = judged(&session, &tables, others);
    report.not_judged = not_judged;
    Ok(report)
}

/// The tasks of which other files have no label, and why.
fn not_judged(session: &Session, tables: &Tables, overrides: &Overrides) -> Ordered<String> {
    let pipeline = &session.pipeline;
    let mut found = Ordered::default();
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let data = task.label.data;
        let set = &pipeline.data[data];
        let table = &tables.sets[data];
        let files = table.files.iter().map(|file| format!("`{}`", file.name)).collect::<Vec<_>>().join(", ");
        let lacking = columns_of(task).find(|column| tables.sets[column.data].column(column.column).is_none());
        let why = match lacking {
            _ if !overrides.files.contains_key(&data) => format!("no file was given for its data set `{}`", set.name),
            Some(column) => {
                let source = &pipeline.column(column).source;
                let close = suggest::closest(source, table.header.iter().map(String::as_str));
                let meant = close.map_or(String::new(), |close| format!("; is `{close}` meant?"));
                format!("{files} has no column `{source}`{meant}")
            }
            None if session.prepared.takes_part(index).is_empty()
                && let Some(labels) = session.prepared.unknown_labels().get(&task.name) =>
            {
                format!("{files}: {}", labels.words())
            }
            None if session.prepared.takes_part(index).is_empty() => {
                let what = if task.sample_space.is_empty() { "" } else { " and meets its `where`" };
                format!("no row of {files} has its label{what}")
            }
            None => continue,
        };
        found.insert(task.name.clone(), why);
    }
    found
}

/// Which rows stand behind the figures.
fn judged(session: &Session, tables: &Tables, others: bool) -> Vec<JudgedReport> {
    let mut judged = Vec::new();
    for (data, rows) in session.prepared.parts().0.iter().enumerate() {
        for part in session.pipeline.evaluate.parts.iter().copied().filter(|part| !rows.of(*part).is_empty()) {
            judged.push(JudgedReport {
                data: session.pipeline.data[data].name.clone(),
                files: tables.sets[data].files.iter().map(|file| file.name.clone()).collect(),
                part: if others { "all".into() } else { part.name().into() },
                rows: rows.of(part).len(),
            });
        }
    }
    judged
}
