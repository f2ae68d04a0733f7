//! How many tokens rows have: what batches of like length are made of, and what a person is told of texts that were cut.

use super::prepare::{Prepared, PreparedInput};
use super::problems::count;
use super::tokens_seen::TokensSeen;
use super::values::Values;
use crate::catalog::Kind;
use crate::pipeline::{BatchSize, Input, Part, Pipeline, Target};

impl Prepared {
    /// How many tokens a row has in each input and each target that is tokens and that its data set takes part in; the others have `None`.
    pub fn lengths(&self, data: usize, row: usize) -> impl Iterator<Item = Option<usize>> {
        let of_inputs = self.inputs.iter().map(move |input| {
            let tokens = input.tokens.as_ref()?;
            let set = input.stacked.iter().find(|set| set.data == data)?;
            Some(set.place(row).map_or(0, |place| tokens.length(place)))
        });
        let of_targets = self.tasks.iter().flat_map(move |task| {
            let row_of_label = task.dealt.as_ref().map_or(row, |dealt| dealt.get(row).map_or(row, |row| *row as usize));
            let takes_part = task.stacked.contains(&data);
            let present = task.data == data && task.present.contains(row);
            task.targets.iter().map(move |target| {
                let length = target.host.length(row_of_label).filter(|_| takes_part)?;
                Some(if present { length } else { 0 })
            })
        });
        of_inputs.chain(of_targets)
    }

    /// How many tokens a row has where it has most.
    pub fn longest(&self, data: usize, row: usize) -> usize {
        self.lengths(data, row).flatten().max().unwrap_or(0)
    }

    /// The text that an input reads in a row, as the file has it; `None` if it reads no text, or the row lacks it.
    pub fn text(&self, input: usize, data: usize, row: usize) -> Option<String> {
        let input = self.inputs.get(input)?;
        let set = input.stacked.iter().position(|set| set.data == data)?;
        let place = input.stacked[set].place(row)? - input.stacked[set].base;
        match input.texts.as_ref()?.rows(set, &[place])? {
            Values::Text(texts) => texts.into_iter().next(),
            _ => None,
        }
    }

    /// What was seen of the tokens of an input; `None` if it has none.
    pub fn tokens_seen(&self, input: usize) -> Option<&TokensSeen> {
        self.inputs.get(input)?.tokens.as_ref()
    }

    /// How many tokens the longest training row has.
    pub fn longest_of_all(&self, pipeline: &Pipeline) -> usize {
        let of = |data: usize| self.parts.0[data].of(Part::Train).iter().map(move |row| self.longest(data, row));
        (0..pipeline.data.len()).flat_map(of).max().unwrap_or(0)
    }

    /// How many rows a batch has, by what training rows have on average if it is cut by tokens.
    pub fn rows_per_batch(&self, pipeline: &Pipeline) -> usize {
        let BatchSize::Tokens(_) = pipeline.train.batch else { return pipeline.train.batch.rows(1.0) };
        let (mut rows, mut tokens) = (0, 0);
        for (data, parts) in self.parts.0.iter().enumerate() {
            for row in parts.of(Part::Train).iter() {
                rows += 1;
                tokens += self.longest(data, row);
            }
        }
        pipeline.train.batch.rows(tokens as f64 / f64::max(rows as f64, 1.0))
    }

    /// What to say of inputs whose texts were shortened.
    pub fn cut_short(&self, pipeline: &Pipeline) -> Vec<String> {
        let of_input = |(input, prepared): (&Input, &PreparedInput)| {
            let tokens = prepared.tokens.as_ref().filter(|_| matches!(input.ty.kind, Kind::Tokens { .. }))?;
            said(format!("input `{}`", input.name), tokens.cut, tokens.rows())
        };
        pipeline.inputs.iter().zip(&self.inputs).filter_map(of_input).collect()
    }

    /// What to say of texts that were shortened and of answers that do not stand where they are looked for.
    pub fn lost_of_texts(&self, pipeline: &Pipeline) -> Vec<String> {
        let targets = pipeline.tasks.iter().zip(&self.tasks).flat_map(|(task, prepared)| {
            task.targets.iter().zip(&prepared.targets).filter_map(|(target, of_target)| {
                let own = if target.name == Target::ONLY { String::new() } else { format!(" `{}`", target.name) };
                said(format!("the target{own} of task `{}`", task.name), of_target.cut, self.rows[task.label.data])
            })
        });
        let lost = pipeline.tasks.iter().zip(&self.tasks).flat_map(|(task, prepared)| {
            task.targets.iter().zip(&prepared.targets).filter_map(|(target, of_target)| {
                let within = target.steps.iter().find(|step| step.def.locates().is_some())?.def.along()?;
                let labelled = self.parts.0[prepared.data].all().both(&prepared.present);
                let found = labelled.both(&of_target.having.as_ref()?.0).len();
                (found < labelled.len()).then(|| {
                    let lost = count(labelled.len() - found, "answer");
                    format!("task `{}`: {lost} of {} not in the text of `{within}`", task.name, labelled.len())
                })
            })
        });
        self.cut_short(pipeline).into_iter().chain(targets).chain(lost).collect()
    }
}

fn said(what: String, cut: usize, rows: usize) -> Option<String> {
    (cut > 0).then(|| format!("{what}: {cut} of {} cut short by `truncate`", count(rows, "text")))
}
