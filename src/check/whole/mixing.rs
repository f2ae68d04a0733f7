//! Inputs that mix the rows of a batch: whether the labels of all tasks that read them can be mixed alike.

use crate::catalog::losses::LossUnit;
use crate::catalog::steps::Mixing;
use crate::catalog::{Kind, Type};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{BatchSize, Input, Pipeline, StepUse, Task, inputs_behind};

impl Checker<'_> {
    pub(in crate::check) fn check_mixing(&mut self, pipeline: &Pipeline) {
        let mixing = |step: &&StepUse| step.def.mixes().is_some();
        let mut problems = Vec::new();
        for (index, input) in pipeline.inputs.iter().enumerate() {
            let steps: Vec<&StepUse> = input.steps.iter().filter(mixing).collect();
            let Some(first) = steps.first() else { continue };
            problems.extend(together(&steps));
            problems.extend(of_one(pipeline, first));
            for task in &pipeline.tasks {
                let behind = inputs_behind(&pipeline.nodes, task);
                if !behind.contains(&index) {
                    continue;
                }
                if let Some(other) = behind.iter().find(|other| **other != index) {
                    problems.push(beside(task, input, first, &pipeline.inputs[*other]));
                    continue;
                }
                problems.extend(steps.iter().find_map(|step| label(task, input, step)));
            }
        }
        problems.into_iter().for_each(|problem| self.report(problem, &Env::default()));
    }
}

/// A problem of steps that follow one another.
fn together(steps: &[&StepUse]) -> Option<Diagnostic> {
    let pieces = |step: &&&StepUse| step.def.mixes() == Some(Mixing::Pieces);
    let (step, other) = (steps.iter().find(pieces)?, steps.len());
    let second = steps.iter().rfind(|other| other.span != step.span).filter(|_| other > 1)?;
    let (one, two) = (step.def.name(), second.def.name());
    let message = match one == two {
        true => format!("`{one}` stands twice in one chain, and labels are put together once"),
        false => {
            format!(
                "`{one}` puts pieces together and `{two}` mixes labels by shares, which no label can follow both of"
            )
        }
    };
    let diagnostic = Diagnostic::new(&codes::CANNOT_MIX, second.span, message).here("mixes as well");
    Some(diagnostic.also(step.span, "mixes here").help(format!("leave one of them out, such as `{two}`")))
}

/// A problem of batches that hold one row.
fn of_one(pipeline: &Pipeline, step: &StepUse) -> Option<Diagnostic> {
    if !matches!(pipeline.train.batch, BatchSize::Rows(0 | 1)) {
        return None;
    }
    let name = step.def.name();
    let diagnostic = Diagnostic::new(
        &codes::CANNOT_MIX,
        step.span,
        format!("`{name}` mixes the rows of a batch, and a batch holds one"),
    )
    .here("finds no other row")
    .help(format!("write `batch: 32` in `train`, or leave `{name}` out"));
    Some(match pipeline.train.span {
        Some(train) => diagnostic.also(train, "`batch` is 1"),
        None => diagnostic,
    })
}

fn beside(task: &Task, input: &Input, step: &StepUse, other: &Input) -> Diagnostic {
    let (name, mixed, other_name) = (step.def.name(), &input.name, &other.name);
    let message = format!(
        "task `{}` reads `{other_name}` beside `{mixed}`, whose rows `{name}` mixes, and its rows are not mixed",
        task.name
    );
    Diagnostic::new(&codes::CANNOT_MIX, step.span, message)
        .here("mixes the rows of one input")
        .also(task.span, "reads both")
        .also(other.span, "is as it is")
        .help(format!("leave `{name}` out, or let `{}` read `{mixed}` alone", task.name))
}

/// A problem of a label that cannot follow.
fn label(task: &Task, input: &Input, step: &StepUse) -> Option<Diagnostic> {
    let (name, what) = (step.def.name(), task.label.ty.words());
    let by_row = || {
        task.loss
            .iter()
            .all(|term| !term.def.contrasts() && term.def.unit(&task.targets[term.target].ty) == LossUnit::Row)
    };
    let is_map = |ty: &Type| ty.classes_of_pixels().is_some();
    let lies_in_it = match task.label.ty.kind {
        Kind::Boxes { .. } | Kind::Instances { .. } => true,
        _ => is_map(&task.label.ty) && task.targets.iter().all(|target| is_map(&target.ty)),
    };
    let of_rows =
        matches!(task.label.ty.kind, Kind::Category { .. } | Kind::Categories { .. } | Kind::Labels | Kind::Real);
    let (fits, needs) = match step.def.mixes()? {
        Mixing::Shares => (of_rows && by_row(), "a class, a set of classes or numbers of each row"),
        Mixing::Pieces => (lies_in_it, "boxes, a class for each pixel, or instances"),
    };
    if fits {
        return None;
    }
    let message = format!("`{name}` mixes labels that are {needs}, and that of task `{}` is {what}", task.name);
    let instead = match lies_in_it {
        true => "write `mosaic`, which puts pictures together with what lies in them".to_string(),
        false => format!(
            "leave `{name}` out of `{}`, or let `{}` read an input of its own without it",
            input.name, task.name
        ),
    };
    let diagnostic = Diagnostic::new(&codes::CANNOT_MIX, step.span, message).here("mixes the rows of a batch");
    Some(diagnostic.also(task.label.span, "its label cannot be mixed").help(instead))
}
