//! What steps of several inputs and targets learn together: a vocabulary with a name, of the texts of all that have it.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow_array::ArrayRef;

use super::chain::Chain;
use super::fitting::{Fitting, fitted_chain};
use super::kinds;
use super::row_set::RowSet;
use super::steps;
use super::training::Training;
use super::values::Values;
use crate::catalog::kinds::Reading;
use crate::pipeline::{Input, Part, StepUse, Task};

/// Reads rows of one of the stacked data sets, before any step.
type Read<'a> = Box<dyn Fn(usize, Range<usize>) -> Option<Values> + Sync + 'a>;

/// A chain with a step that learns with others.
struct Member<'a> {
    read: Read<'a>,
    /// How many rows each stacked data set has.
    sets: Vec<usize>,
    train: RowSet,
    /// Up to that step.
    steps: &'a [StepUse],
}

impl<'a> Fitting<'a> {
    /// Learns each named vocabulary of the training rows of all that have it. One that cannot be learnt is left out: the first chain that
    /// wants it says why.
    pub(super) fn learn_together(&mut self) {
        if self.saved.is_some() || self.labels_alone {
            return;
        }
        let mut members: BTreeMap<String, Vec<Member<'a>>> = BTreeMap::new();
        let mut join = |member: Option<Member<'a>>, steps: &'a [StepUse]| {
            let name = steps.last().and_then(|step| step.def.shared()).map(|(name, _)| name.to_string());
            if let (Some(member), Some(name)) = (member, name) {
                members.entry(name).or_default().push(member);
            }
        };
        for input in &self.pipeline.inputs {
            for steps in up_to_shared(&input.steps) {
                join(self.of_input(input, steps), steps);
            }
        }
        for task in &self.pipeline.tasks {
            for steps in task.targets.iter().flat_map(|target| up_to_shared(&target.steps)) {
                join(self.of_task(task, steps), steps);
            }
        }
        for (name, members) in members {
            if let Some(state) = self.learnt_by(&members) {
                self.shared.insert(name, state);
            }
        }
    }

    fn of_input(&mut self, input: &'a Input, steps: &'a [StepUse]) -> Option<Member<'a>> {
        let reader = self.reader(input)?;
        let mut train = Vec::new();
        let mut base = 0;
        for set in &reader.sets {
            let of_part = &self.parts.0[set.data].train;
            train.extend((0..set.rows).filter(|row| of_part.contains(set.given.row(*row))).map(|row| base + row));
            base += set.rows;
        }
        let sets = reader.sets.iter().map(|set| set.rows).collect();
        let read = Box::new(move |set: usize, rows: Range<usize>| reader.range(set, rows));
        Some(Member { read, sets, train: train.into_iter().collect(), steps })
    }

    fn of_task(&mut self, task: &'a Task, steps: &'a [StepUse]) -> Option<Member<'a>> {
        let arrays: Option<Vec<&'a ArrayRef>> = task.label.columns.iter().map(|column| self.column(*column)).collect();
        let arrays = arrays?;
        let column = self.pipeline.column(*task.label.columns.first()?);
        let half = kinds::half(&column.kind);
        let mut train = self.parts.0[task.label.data].of(Part::Train).both(&half.label(&arrays, &[]).present);
        if let Some(space) = self.sample_space(task) {
            train = train.both(&RowSet::of_flags(space.iter().copied()));
        }
        let (kind, shape) = (column.kind.clone(), column.sizes());
        let read = Box::new(move |_: usize, rows: Range<usize>| {
            let arrays: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(rows.start, rows.len())).collect();
            let arrays: Vec<&ArrayRef> = arrays.iter().collect();
            Some(kinds::half(&kind).values(&arrays, &shape, Reading::Label, &[]))
        });
        Some(Member { read, sets: vec![self.tables.sets[task.label.data].rows], train, steps })
    }

    fn learnt_by(&self, members: &[Member<'_>]) -> Option<serde_json::Value> {
        let before = |member: &'_ Member<'_>| member.steps.len() - 1;
        let chains: Option<Vec<Chain<'_>>> = members
            .iter()
            .map(|member| {
                let chain = Chain::new(member.sets.clone(), &*member.read, self.limits, false)?;
                let chain = chain.beside(&self.pipeline.folder);
                fitted_chain(chain, &member.steps[..before(member)], &member.train, None, &self.shared).ok()
            })
            .collect();
        let chains = chains?;
        let pass = |take: &mut dyn FnMut(&Values)| {
            chains.iter().zip(members).try_for_each(|(chain, member)| chain.each(&member.train, take))
        };
        let rows = members.iter().map(|member| member.train.len()).sum();
        let training =
            Training::new(rows, Values::Text(Vec::new()), &pass, self.limits.memory).beside(&self.pipeline.folder);
        let step = members.first()?.steps.last()?;
        steps::fit(&step.def, &training).ok().map(|step| step.state())
    }
}

/// Of some steps those up to each that learns with others.
fn up_to_shared(steps: &[StepUse]) -> impl Iterator<Item = &[StepUse]> {
    (0..steps.len()).filter(|place| steps[*place].def.shared().is_some()).map(|place| &steps[..=place])
}
