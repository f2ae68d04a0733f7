//! What a run will not be able to do with this data, told before it starts: tasks that cannot be judged, labels that do not
//! vary, balancers that see too few labels at a time.

use super::labels::LabelColumn;
use super::pictures;
use super::prepare::Prepared;
use super::problems::count;
use super::row_set::RowSet;
use crate::answers::{About, Numbers};
use crate::catalog::Kind;
use crate::catalog::kinds::KindDef;
use crate::catalog::layers::substitute::Missing;
use crate::diag::Diagnostic;
use crate::diag::codes::outlook as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{Batches, Input, Op, Part, Stop, Task};

/// Everything worth a warning, in the order of the spec.
pub fn outlook(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        pipeline.data.iter().zip(&prepared.left_out).filter_map(|(set, rows)| pictures::left_out(set, rows)).collect();
    found.extend(prepared.told.iter().cloned());
    found.extend(constant_labels(pipeline, prepared));
    found.extend(unjudged(pipeline, prepared, Part::Valid));
    found.extend(unjudged(pipeline, prepared, Part::Test));
    found.extend(unsteady_losses(pipeline, prepared));
    found.extend(never_learnt(pipeline, prepared));
    found
}

/// What should be learnt to stand in for an input, where no row that is trained on lacks it: it would stay what it begins with.
fn never_learnt(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Diagnostic> {
    let said = |(index, input): (usize, &Input)| {
        let place = pipeline.nodes.iter().find(|node| matches!(node.op, Op::Present(input) if input == index))?.span;
        let learned = input.missing == Some(Missing::Learned) && prepared.inputs[index].dropping.is_never();
        let (lacking, rows) = prepared.lacking(index, Part::Train).filter(|_| learned)?;
        if lacking > 0 || rows == 0 {
            return None;
        }
        let message = format!(
            "every row of the training part has input `{}`, so that nothing is learnt of what stands in for it",
            input.name
        );
        let help = "let training rows lose the input now and then, by `-> drop_input(10%)` in its chain; or write `missing: zero`";
        let here = "stays zeros, as it begins";
        Some(
            Diagnostic::new(&codes::NEVER_MISSING, place, message).here(here).also(input.span, "this input").help(help),
        )
    };
    pipeline.inputs.iter().enumerate().filter_map(said).collect()
}

/// The rows of a part that a task is about.
fn labelled(pipeline: &Pipeline, prepared: &Prepared, index: usize, part: Part) -> RowSet {
    let data = pipeline.tasks[index].label.data;
    prepared.parts.0[data].of(part).both(&prepared.tasks[index].present)
}

/// What all of some rows have as their label, in words; `None` if they differ.
fn the_same(label: &LabelColumn, classes: Option<&[String]>, rows: &RowSet) -> Option<String> {
    let first = rows.first()?;
    let values = label.values.as_ref();
    if !rows.iter().all(|row| values.same_row(row, values, first)) {
        return None;
    }
    let about = About { classes: classes.unwrap_or_default().to_vec(), ..About::default() };
    Some(match label.classes() {
        Some(_) => format!("`{}`", values.show(first, &about)),
        None => values.show(first, &about),
    })
}

/// `a`, `a` and `b`, or `a`, `b`, `c` and 136 more.
fn some(tasks: &[&Task]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = tasks.iter().take(SHOWN).map(|task| format!("`{}`", task.name)).collect();
    match tasks.len() {
        1 => names[0].clone(),
        count if count <= SHOWN => format!("{} and {}", names[..count - 1].join(", "), names[count - 1]),
        count => format!("{} and {} more", names.join(", "), count - SHOWN),
    }
}

fn task_or_tasks(tasks: &[&Task]) -> &'static str {
    if tasks.len() == 1 { "task" } else { "tasks" }
}

/// Numbers that are the same in every training row. One class alone is an error, which has been raised.
fn constant_labels(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let rows = labelled(pipeline, prepared, index, Part::Train);
        let label = &prepared.tasks[index].label;
        if label.classes().is_some() {
            continue;
        }
        let whole = the_same(label, prepared.classes(index), &rows).map(|value| (label_name(pipeline, task), value));
        let parts = || {
            let Numbers { width, values } = label.values.of::<Numbers>()?;
            let first = rows.first()?;
            // One component of a vector.
            let place = (0..*width)
                .find(|place| rows.iter().all(|row| values[row * width + place] == values[first * width + place]))?;
            let column = task.label.columns.get(place).filter(|_| task.label.columns.len() == *width)?;
            Some((pipeline.column_name(*column), crate::catalog::show_number(values[first * width + place])))
        };
        let Some((name, value)) = whole.or_else(parts).filter(|_| rows.len() > 1) else { continue };
        if let Some(things) = nothing_there(pipeline, task, &value) {
            found.push(no_things(task, things, &name, rows.len()));
            continue;
        }
        let message = format!(
            "every label of task `{}` in the training part is the same: `{name}` is {value} in all {}",
            task.name,
            count(rows.len(), "row")
        );
        found.push(
            Diagnostic::new(&codes::CONSTANT_LABEL, task.label.span, message)
                .here("nothing to learn but this value")
                .help("check the data, or take the label out"),
        );
    }
    found
}

/// What a label has, one of which might be in each row, and where.
#[derive(Clone, Copy)]
pub(super) struct Things {
    pub one: &'static str,
    pub holder: &'static str,
}

impl Things {
    pub fn of(kind: &KindDef) -> Option<Things> {
        let (one, holder) = match kind {
            KindDef::Boxes(_) => ("box", "picture"),
            KindDef::Instances(_) => ("thing", "picture"),
            KindDef::Keypoints(_) => ("point", "picture"),
            KindDef::Tracks(_) => ("track", "clip"),
            KindDef::Labels(_) => ("class", "row"),
            _ => return None,
        };
        Some(Things { one, holder })
    }
}

/// What all labels of a task lack, where they show as nothing.
fn nothing_there(pipeline: &Pipeline, task: &Task, value: &str) -> Option<Things> {
    let column = task.label.columns.first().filter(|_| value == "–")?;
    Things::of(&pipeline.column(*column).kind)
}

/// A training part in which nothing is to be found.
fn no_things(task: &Task, Things { one, holder }: Things, name: &str, rows: usize) -> Diagnostic {
    let message = format!(
        "no {holder} of the training part has a {one}: `{name}` of task `{}` is empty in all {}",
        task.name,
        count(rows, "row")
    );
    Diagnostic::new(&codes::CONSTANT_LABEL, task.label.span, message)
        .here(format!("nothing to learn but that there is no {one}"))
        .help(format!(
            "check the data and what its column leaves out, or draw another split if some {holder} has a {one}"
        ))
}

fn label_name(pipeline: &Pipeline, task: &Task) -> String {
    task.label.columns.iter().map(|column| pipeline.column_name(*column)).collect::<Vec<_>>().join(", ")
}

/// In a part of fewer rows than this, labels are all alike now and then, and nobody expects much of it.
const ENOUGH: usize = 10;

/// Tasks of which a part says nothing: no label, or all labels alike.
fn unjudged(pipeline: &Pipeline, prepared: &Prepared, part: Part) -> Vec<Diagnostic> {
    let silent = pipeline.silent();
    let mut none: Vec<&Task> = Vec::new();
    let mut alike: Vec<(&Task, usize, String)> = Vec::new();
    let mut choosers = (0, 0);
    for (index, task) in pipeline.tasks.iter().enumerate() {
        // A part without rows has been told of, and one of a row or two says little of anything.
        let size = prepared.parts.0[task.label.data].of(part).len();
        if size < 3 {
            continue;
        }
        let rows = labelled(pipeline, prepared, index, part);
        let chooses = silent[index].is_none();
        let before = (none.len(), alike.len());
        if rows.is_empty() {
            none.push(task);
        } else if size >= ENOUGH
            && let Some(value) = the_same(&prepared.tasks[index].label, prepared.classes(index), &rows)
        {
            alike.push((task, rows.len(), value));
        }
        choosers.0 += usize::from(chooses);
        choosers.1 += usize::from(chooses && before != (none.len(), alike.len()));
    }
    // With no task left to choose, more than its own say is lost.
    let lost = part == Part::Valid && choosers.0 > 0 && choosers.0 == choosers.1;
    let consequence = |tasks: &[&Task]| match (part, lost) {
        (Part::Valid, true) => {
            let stops = matches!(pipeline.train.stop, Stop::Early { .. });
            let stop = if stops { " and when to stop" } else { "" };
            format!("nothing but the loss can tell which epoch to keep{stop}")
        }
        (Part::Valid, false) if tasks.len() == 1 => "it has no say in which epoch is kept".to_string(),
        (Part::Valid, false) => "they have no say in which epoch is kept".to_string(),
        _ if tasks.len() == 1 => "nothing can be said of it in the end".to_string(),
        _ => "nothing can be said of them in the end".to_string(),
    };
    let name = part.name();
    let mut found = Vec::new();
    if let Some(first) = none.first() {
        let consequence = match lost && alike.is_empty() {
            true => "the last epoch is kept, whatever it is worth".to_string(),
            false => consequence(&none),
        };
        let (what, does) = (task_or_tasks(&none), if none.len() == 1 { "has" } else { "have" });
        let message = format!("{what} {} {does} no label in the {name} part: {consequence}", some(&none));
        found.push(
            Diagnostic::new(&codes::UNJUDGED_TASK, first.label.span, message)
                .here(format!("missing in every row of {name}"))
                .help(split_help(pipeline, first)),
        );
    }
    if let Some((first, rows, value)) = alike.first() {
        let tasks: Vec<&Task> = alike.iter().map(|(task, ..)| *task).collect();
        let all = if *rows == 1 { "the one labelled row".to_string() } else { format!("all {rows} labelled rows") };
        let others = if tasks.len() > 1 { format!(" (and so for {})", some(&tasks[1..])) } else { String::new() };
        let has = match nothing_there(pipeline, first, value) {
            Some(Things { one, .. }) => format!("has no {one}"),
            None => format!("is {value}"),
        };
        let message = format!(
            "the label of task `{}` {has} in {all} of the {name} part{others}: {}",
            first.name,
            consequence(&tasks)
        );
        let metric = first.metrics[first.select].key();
        found.push(
            Diagnostic::new(&codes::UNJUDGED_TASK, first.label.span, message)
                .here(format!("`{metric}` tells nothing where all labels are alike"))
                .help(split_help(pipeline, first)),
        );
    }
    found
}

fn split_help(pipeline: &Pipeline, task: &Task) -> String {
    match task.label.columns.first().filter(|_| matches!(task.label.ty.kind, Kind::Category { .. })) {
        Some(column) => {
            let name = &pipeline.column(*column).name;
            format!("give the part more rows, or spread the labels over the parts: `stratify: {name}` in the split")
        }
        None => "give the part more rows, or draw another split: `seed: 1` in the split".to_string(),
    }
}

/// Fewer labelled rows per batch than this, and the loss of a batch is that of single rows.
const STEADY: f64 = 4.0;

/// Balancers that divide by the loss of the batch at hand, where that is the loss of a row or two.
fn unsteady_losses(pipeline: &Pipeline, prepared: &Prepared) -> Option<Diagnostic> {
    let balancer = &pipeline.weights.balancer;
    if !balancer.needs_steady_losses() || pipeline.train.batches == Batches::PerTask || pipeline.tasks.len() < 2 {
        return None;
    }
    let all: usize = prepared.parts.0.iter().map(|parts| parts.of(Part::Train).len()).sum();
    let share = |index: usize| labelled(pipeline, prepared, index, Part::Train).len() as f64 / all.max(1) as f64;
    let batch = prepared.rows_per_batch(pipeline) as f64;
    let few: Vec<(usize, f64)> = (0..pipeline.tasks.len())
        .map(|index| (index, share(index)))
        .filter(|(_, share)| share * batch < STEADY)
        .collect();
    let (least, share) = few.iter().copied().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let tasks: Vec<&Task> = few.iter().map(|(index, _)| &pipeline.tasks[*index]).collect();
    let task = &pipeline.tasks[least];
    let others = if tasks.len() > 1 { format!(", and few of {} others", tasks.len() - 1) } else { String::new() };
    let enough = (STEADY / share.max(1e-9)).ceil().min(all as f64);
    let rows = share * batch;
    let message = format!(
        "`{}` weighs tasks by their losses in a batch, and a batch of {batch} rows has about {:.1} labels of task `{}`{others}",
        balancer.name(),
        rows,
        task.name
    );
    let place = pipeline.weights.span.unwrap_or(task.span);
    Some(
        Diagnostic::new(&codes::UNSTEADY_LOSSES, place, message)
            .here("one row that is easy takes nearly all of the weight")
            .help(format!(
                "make batches larger (`batch: {enough:.0}` in `train` holds {STEADY:.0} labels), or take a balancer that looks over \
                 many batches, such as `uncertainty` or `dwa`"
            )),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::kinds;

    #[test]
    fn what_a_label_lacks_has_a_name() {
        let one = |name: &str| {
            let kind = kinds::find(name).and_then(|entry| (entry.from_args)(&Default::default()));
            Things::of(&kind.expect("usual arguments")).map(|things| (things.holder, things.one))
        };
        assert_eq!((one("boxes"), one("instances")), (Some(("picture", "box")), Some(("picture", "thing"))));
        assert_eq!((one("tracks"), one("labels")), (Some(("clip", "track")), Some(("row", "class"))));
        assert_eq!((one("number"), one("category")), (None, None));
    }
}
