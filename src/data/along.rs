//! Targets with a token for each place of an input: whether rows have as many of both.

use super::batch::HostTensor;
use super::fitting::Fitting;
use super::portions::Making;
use super::prepare::{PreparedInput, PreparedTask};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{Target, Task};

/// So many rows are looked at at once.
const AT_ONCE: usize = 1024;

impl Fitting<'_> {
    /// Rows of a part that have another number of tags than places to stand at.
    pub(super) fn uneven(&self, inputs: &[PreparedInput], tasks: &[PreparedTask]) -> Vec<Diagnostic> {
        let of_task = |(task, prepared): (&Task, &PreparedTask)| -> Vec<Diagnostic> {
            let of_target = |(place, target): (usize, &Target)| {
                let step = target.steps.iter().find(|step| step.def.along().is_some())?;
                let name = step.def.along()?;
                let input = self.pipeline.inputs.iter().position(|input| input.name == name)?;
                let (rows, first) = self.uneven_rows(&inputs[input], prepared, place)?;
                let (tags, tokens) = first;
                let message = format!(
                    "task `{}`: the target has another number of tags than the input `{name}` has tokens",
                    task.name
                );
                let diagnostic = self.at(&codes::STEP_VALUE, task.label.span, &message, &rows, &[(task.label.data, 0)]);
                Some(
                    diagnostic
                        .here(format!("{tags} tags and {tokens} tokens in the first of these rows"))
                        .also(step.span, "as long as that input")
                        .help("let the input read words that have been split before, by `words(split: spaces)`, and let `max` of both be the same"),
                )
            };
            task.targets.iter().enumerate().filter_map(of_target).collect()
        };
        self.pipeline.tasks.iter().zip(tasks).flat_map(of_task).collect()
    }

    /// The rows, and both numbers in the first of them; `None` if all have as many.
    fn uneven_rows(
        &self,
        input: &PreparedInput,
        task: &PreparedTask,
        target: usize,
    ) -> Option<(Vec<usize>, (usize, usize))> {
        let rows: Vec<usize> = self.parts.0[task.data].all().both(&task.present).iter().collect();
        let (mut uneven, mut first) = (Vec::new(), None);
        for rows in rows.chunks(AT_ONCE) {
            let mut of_sets = vec![Vec::new(); self.tables.sets.len()];
            of_sets[task.data] = rows.to_vec();
            let (tokens, given, _) = input.gather(&Making::own(of_sets), None, &mut Vec::new());
            let labelled: Vec<Option<usize>> = rows.iter().map(|row| Some(*row)).collect();
            let tags = task.targets[target].host.gather(&labelled);
            for (place, (tags, tokens)) in lengths(&tags).zip(lengths(&tokens)).enumerate() {
                if tags != tokens && given.as_ref().is_none_or(|given| given[place]) {
                    first.get_or_insert((tags, tokens));
                    uneven.push(rows[place]);
                }
            }
        }
        Some((uneven, first?))
    }
}

/// How many places each row has.
fn lengths(values: &HostTensor) -> impl Iterator<Item = usize> {
    let fixed = (values.lengths.is_empty()).then(|| values.shape.get(1).copied().unwrap_or(0));
    let each = values.lengths.first().map(|(_, lengths)| lengths.clone());
    each.unwrap_or_else(|| vec![fixed.unwrap_or(0); values.shape[0]]).into_iter()
}
