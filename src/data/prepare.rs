//! Prepared data: classes, steps and targets fitted on the training part, every value computed once.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::ArrayRef;

use super::batch::{Batch, HostTensor, TargetBatch};
use super::boxes::Following;
use super::chain::Limits;
use super::computed::{Computed, Done};
use super::draws::Drawing;
use super::fitted::{Fitted, Learnt};
use super::fitting::Fitting;
use super::given::{Dropping, Stacked};
use super::host::Host;
use super::kinds;
use super::labels::LabelColumn;
use super::learnable::UnknownLabels;
use super::lost::lost;
use super::maps::MapSizes;
use super::mixing::Mix;
use super::open::Need;
use super::pictures::Frame;
use super::pixels::PixelWeights;
use super::portions::{Making, Portion};
use super::reader::RowReader;
use super::row_set::RowSet;
use super::spans::Spans;
use super::split::Parts;
use super::steps::FittedStep;
use super::table::Tables;
use super::tokens_seen::TokensSeen;
use super::unseen::UnseenClasses;
use super::values::Values;
use crate::catalog::Facts;
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::pipeline::ColumnRef;
use crate::pipeline::Pipeline;

/// Everything a run needs of the data. Immutable: threads share it.
#[derive(Debug)]
pub struct Prepared {
    pub(super) facts: Facts,
    pub(super) fitted: Arc<Learnt>,
    pub(super) parts: Parts,
    pub(super) rows: Vec<usize>,
    pub(super) inputs: Vec<PreparedInput>,
    pub(super) tasks: Vec<PreparedTask>,
    pub(super) unseen: BTreeMap<ColumnRef, [UnseenClasses; 3]>,
    pub(super) unknown_labels: BTreeMap<String, UnknownLabels>,
    pub(super) ids: Vec<Option<Ids>>,
    /// By data set, rows that were left out, each with why.
    pub(super) left_out: Vec<Vec<String>>,
    /// What is to be told of the cells of the tables.
    pub(super) told: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(super) struct PreparedInput {
    /// The data sets it stacks.
    pub stacked: Vec<Stacked>,
    pub dropping: Dropping,
    pub held: Held,
    /// Its columns, if they are texts.
    pub texts: Option<RowReader>,
    /// What was seen of it, if it is tokens.
    pub tokens: Option<TokensSeen>,
}

/// Where the values of an input come from.
#[derive(Debug)]
pub(super) enum Held {
    /// All of them have been prepared.
    Whole(Host),
    /// They are computed for each batch.
    Computed(Box<Computed>),
}

#[derive(Debug)]
pub(super) struct PreparedTask {
    /// The data set of the label.
    pub data: usize,
    /// The data sets of the head's rows, in stacked order.
    pub stacked: Vec<usize>,
    pub label: LabelColumn,
    pub classes: Option<Vec<String>>,
    pub targets: Vec<PreparedTarget>,
    /// If labels have been dealt out anew: of which row each has the target.
    pub dealt: Option<Vec<u32>>,
    /// The input whose pictures the labels lie in, if they must be taken along to where these come.
    pub follows: Option<usize>,
    /// How, if they are boxes.
    pub following: Option<Following>,
    /// Of maps beside pictures that do not show what their files show, how large they are here and there.
    pub map_sizes: Option<MapSizes>,
    /// How much of the pictures that is.
    pub share_shown: Option<f64>,
    /// The input whose steps mix training rows, so that the labels of these are mixed too.
    pub mixed_by: Option<usize>,
    /// Whether a row takes part: it has the label and meets the task's `where`.
    pub present: RowSet,
    /// Empty if every row weighs 1.
    pub row_weights: Vec<f32>,
    /// If the pixels of the label do not all count alike, how much they do.
    pub pixel_weights: Option<PixelWeights>,
    /// The texts in which its answers stand, if they are parts of some.
    pub spans: Option<Spans>,
    /// Shares of the draws, if classes are resampled.
    pub draws: Option<Vec<f64>>,
}

#[derive(Debug)]
pub(super) struct PreparedTarget {
    pub steps: Vec<Arc<dyn FittedStep>>,
    pub host: Host,
    /// How many places a labelled row of the training part has on average.
    pub places: f64,
    /// How many texts its steps have shortened.
    pub cut: usize,
    /// Which rows have it, if a step leaves some out, and the share of the labelled training rows that do.
    pub having: Option<(RowSet, f64)>,
}

/// Where prepared values of all rows are, with how many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Memory(u64),
    Disk(u64),
    /// Nowhere: they are computed for each batch.
    Computed,
}

impl Kept {
    fn of(host: &Host) -> Self {
        match host.bytes() {
            (memory, 0) => Kept::Memory(memory),
            (_, disk) => Kept::Disk(disk),
        }
    }
}

impl Prepared {
    /// Learns classes, steps, targets and class weights from the training rows, and prepares all rows.
    pub fn fit(pipeline: &Pipeline, tables: &Tables, parts: Parts) -> Result<Prepared, Vec<Diagnostic>> {
        Self::fit_within(pipeline, tables, parts, Limits::default())
    }

    /// The same within other limits, which change no bit of it.
    pub fn fit_within(
        pipeline: &Pipeline,
        tables: &Tables,
        parts: Parts,
        limits: Limits,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        let mut fitting = Fitting::new(pipeline, tables, parts, None, Need::Everything);
        fitting.limits = limits;
        fitting.prepare()
    }

    /// The same without keeping the values of inputs, for who looks at the data: the values of a batch are computed again.
    pub fn fit_and_look(pipeline: &Pipeline, tables: &Tables, parts: Parts) -> Result<Prepared, Vec<Diagnostic>> {
        let mut fitting = Fitting::new(pipeline, tables, parts, None, Need::Everything);
        fitting.keeps = false;
        fitting.prepare()
    }

    /// Prepares all rows with what was learnt before.
    pub fn apply(
        pipeline: &Pipeline,
        tables: &Tables,
        parts: Parts,
        learnt: impl Into<Arc<Learnt>>,
        need: Need,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        Fitting::new(pipeline, tables, parts, Some(learnt.into()), need).prepare()
    }

    /// The labels alone, without any input, for who has answers and asks no model: with what was learnt before, or is learnt now from
    /// the training rows. No batch can be made of it.
    pub fn of_labels(
        pipeline: &Pipeline,
        tables: &Tables,
        parts: Parts,
        learnt: Option<Arc<Learnt>>,
        need: Need,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        let mut fitting = Fitting::new(pipeline, tables, parts, learnt, need);
        fitting.labels_alone = true;
        fitting.prepare()
    }

    /// Every symbol of the pipeline that data tells: `rows(d)`, `classes(d.c)`, `vocabulary(x)`, …
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    pub fn fitted(&self) -> &Fitted {
        &self.fitted
    }

    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// By task, labels of given files whose class the model has not learnt.
    pub fn unknown_labels(&self) -> &BTreeMap<String, UnknownLabels> {
        &self.unknown_labels
    }

    /// How many rows a data set has.
    pub fn rows(&self, data: usize) -> usize {
        self.rows[data]
    }

    /// A batch of rows per data set of the pipeline; a row may stand in it more than once. Nothing is drawn.
    pub fn batch(&self, rows: &[Vec<usize>]) -> Batch {
        self.batch_of(rows, Portion::ALL, None)
    }

    /// The same for training in some epoch: drawn steps draw.
    pub fn training_batch(&self, rows: &[Vec<usize>], drawing: Drawing) -> Batch {
        self.batch_of(rows, Portion::ALL, Some(drawing))
    }

    /// Where the values of an input are.
    pub fn input_kept(&self, input: usize) -> Kept {
        match &self.inputs[input].held {
            Held::Whole(host) => Kept::of(host),
            Held::Computed(_) => Kept::Computed,
        }
    }

    /// Where each target of a task is.
    pub fn targets_kept(&self, task: usize) -> Vec<Kept> {
        self.tasks[task].targets.iter().map(|target| Kept::of(&target.host)).collect()
    }

    /// Whether a batch is computed, and not only copied.
    pub fn computes(&self) -> bool {
        self.inputs.iter().any(|input| matches!(input.held, Held::Computed(_)))
    }

    /// The label of a task in its own unit, over all rows of its data set.
    pub fn label(&self, task: usize) -> &LabelColumn {
        &self.tasks[task].label
    }

    /// The data set of a task's label.
    pub fn label_data(&self, task: usize) -> usize {
        self.tasks[task].data
    }

    /// The class names of a label that has classes.
    pub fn classes(&self, task: usize) -> Option<&[String]> {
        self.tasks[task].classes.as_deref()
    }

    /// With resampling of classes: how often each row of the label's data set is drawn, as shares that sum to 1; rows that are
    /// not trained on have 0. `None` without.
    pub fn draws(&self, task: usize) -> Option<&[f64]> {
        self.tasks[task].draws.as_deref()
    }

    /// From the units of a target back to the label's own, in place on row-major numbers: its steps undone, last first.
    pub fn invert_target(&self, task: usize, target: usize, values: &mut [f64]) {
        let target = &self.tasks[task].targets[target];
        for step in target.steps.iter().rev() {
            step.invert(values, target.host.width());
        }
    }

    /// How the boxes of a task's label follow their pictures, and back; `None` of other labels.
    pub fn following(&self, task: usize) -> Option<Following> {
        self.tasks[task].following
    }

    /// The text that tokens of a target spell; empty if it has none.
    pub fn spell(&self, task: usize, target: usize, tokens: &[i64]) -> String {
        let mut tokens = tokens;
        for step in self.tasks[task].targets[target].steps.iter().rev() {
            // The mark may be that of a step behind the one that spells.
            let end = step.end();
            let length = tokens.iter().position(|token| Some(*token) == end).unwrap_or(tokens.len());
            tokens = &tokens[..length];
            if let Some(text) = step.spell(tokens) {
                return text;
            }
        }
        String::new()
    }

    /// The token that ends a text of a target.
    pub fn end_of(&self, task: usize, target: usize) -> Option<i64> {
        self.tasks[task].targets[target].steps.iter().rev().find_map(|step| step.end())
    }

    /// The texts among which an answer is chosen, of a target that keeps them.
    pub fn candidates(&self, task: usize, target: usize) -> &[String] {
        let kept = self.tasks[task].targets[target].steps.iter().map(|step| step.candidates());
        kept.into_iter().find(|texts| !texts.is_empty()).unwrap_or(&[])
    }

    /// What a target makes of some texts; `None` if a step refuses them.
    pub fn target_of(&self, task: usize, target: usize, texts: &[String]) -> Option<HostTensor> {
        let mut values = Values::Text(texts.to_vec());
        for step in &self.tasks[task].targets[target].steps {
            values = step.apply(values).ok()?;
        }
        Some(Host::new(values).whole(texts.len()))
    }

    /// How many places (tokens, pixels) of a target a labelled row of the training part has on average.
    pub fn places(&self, task: usize, target: usize) -> f64 {
        self.tasks[task].targets[target].places
    }

    /// Of the labelled rows of the training part, the share that has something to compare with for a target.
    pub fn share_having(&self, task: usize, target: usize) -> f64 {
        self.tasks[task].targets[target].having.as_ref().map_or(1.0, |(_, share)| *share)
    }

    /// The rows that have something to compare with for a target; `None` if its steps leave out no row that has the label.
    pub fn having(&self, task: usize, target: usize) -> Option<&RowSet> {
        self.tasks[task].targets[target].having.as_ref().map(|(rows, _)| rows)
    }

    /// What its rows are called, if the data set has a column of that and the file has it.
    pub fn ids(&self, data: usize) -> Option<&Ids> {
        self.ids[data].as_ref()
    }

    /// What a row is called in messages to people: its id, or its number.
    pub fn row_name(&self, data: usize, row: usize) -> String {
        match self.ids[data].as_ref().map(|ids| ids.of(row)) {
            Some(id) if !id.is_empty() => id,
            _ => format!("row {}", row + 1),
        }
    }
}

impl PreparedInput {
    /// Of each row of its data sets, its place among those that have the input, if it does and is not drawn to lack it.
    pub(super) fn pick(&self, rows: &[Vec<usize>], drawing: Option<Drawing>, picked: &mut Vec<Option<usize>>) {
        picked.clear();
        for set in &self.stacked {
            picked.extend(rows[set.data].iter().map(|row| set.place(*row)));
        }
        if let Some(drawing) = drawing.filter(|_| !self.dropping.is_never()) {
            let each = self.stacked.iter().flat_map(|set| rows[set.data].iter().map(|row| (set.data, *row)));
            self.dropping.drop(drawing, &each.collect::<Vec<_>>(), picked);
        }
    }

    /// The values of rows; if there may be rows that lack the input, which have it; and, of pictures, where their places have come to and with what they have been mixed.
    pub(super) fn gather(
        &self,
        making: &Making,
        drawing: Option<Drawing>,
        picked: &mut Vec<Option<usize>>,
    ) -> (HostTensor, Option<Vec<bool>>, Done) {
        self.pick(&making.rows, drawing, picked);
        let (mut values, done) = match &self.held {
            Held::Whole(host) => (host.gather(picked), Done::default()),
            Held::Computed(computed) => computed.batch(making, picked, drawing),
        };
        if !self.stacked.iter().any(|set| set.given.may_lack()) {
            return (values, None, done);
        }
        let present: Vec<bool> = picked.iter().map(Option::is_some).collect();
        // Where places differ from row to row, a row that lacks the input has one, for what stands in.
        for (_, lengths) in &mut values.lengths {
            lengths.iter_mut().zip(&present).filter(|(_, present)| !**present).for_each(|(length, _)| *length = 1);
        }
        (values, Some(present), done)
    }
}

impl PreparedTask {
    pub(super) fn gather(
        &self,
        rows: &[Vec<usize>],
        picked: &mut Vec<Option<usize>>,
        frames: &[Frame],
        mix: Option<Mix>,
    ) -> TargetBatch {
        picked.clear();
        let mut row_weights = Vec::new();
        for data in &self.stacked {
            let own = *data == self.data;
            for row in &rows[*data] {
                let present = own && self.present.contains(*row);
                let from = || self.dealt.as_ref().map_or(*row, |dealt| dealt[*row] as usize);
                picked.push(present.then(from));
                row_weights.push(if own { self.row_weights.get(*row).copied().unwrap_or(1.0) } else { 1.0 });
            }
        }
        if let Some(mix) = mix {
            return self.mixed(picked, &row_weights, frames, mix);
        }
        let values = self.targets.iter().map(|target| match target.host.followed(picked, frames) {
            Some(values) => target.of_followed(values),
            None => target.host.gather(picked),
        });
        self.target_batch(picked, row_weights, values.collect())
    }

    /// The targets of rows that have these labels.
    pub(super) fn target_batch(
        &self,
        picked: &[Option<usize>],
        row_weights: Vec<f32>,
        values: Vec<HostTensor>,
    ) -> TargetBatch {
        let present = picked.iter().map(Option::is_some).collect();
        let of_rows = |rows: &RowSet| picked.iter().map(|row| row.is_some_and(|row| rows.contains(row))).collect();
        let having = self.targets.iter().map(|target| target.having.as_ref().map(|(rows, _)| of_rows(rows))).collect();
        let place_weights = vec![None; self.targets.len()];
        TargetBatch {
            values,
            present,
            row_weights,
            having,
            place_weights,
            frames: Vec::new(),
            mix: Mix::default(),
            others: Vec::new(),
        }
    }
}

impl PreparedTarget {
    /// What its steps make of what has been taken along.
    pub(super) fn of_followed(&self, mut values: Values) -> HostTensor {
        for step in &self.steps {
            values =
                step.apply(values).unwrap_or_else(|refusal| lost(format!("a step of a target {}", refusal.reason)));
        }
        match values {
            // Which says how many boxes of a row are real.
            Values::Boxes(placed) => placed.array(),
            Values::Tracks(placed) => placed.array(),
            Values::Keypoints(placed) => placed.array(),
            values => {
                let rows = values.rows();
                Host::new(values).whole(rows)
            }
        }
    }
}

/// What the rows of a data set are called.
#[derive(Clone, Debug)]
pub struct Ids {
    kind: KindDef,
    column: ArrayRef,
}

impl Ids {
    pub(super) fn new(pipeline: &Pipeline, tables: &Tables, data: usize) -> Option<Self> {
        let set = &pipeline.data[data];
        let id = set.called_by()?;
        Some(Self { kind: set.columns[id].kind.clone(), column: tables.sets[data].column(id)?.clone() })
    }

    /// The id of a row; empty if it has none.
    pub fn of(&self, row: usize) -> String {
        kinds::half(&self.kind).text(&self.column, row).unwrap_or_default()
    }
}
