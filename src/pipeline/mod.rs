//! The typed pipeline: everything a spec says, checked, with defaults filled in.
//!
//! It is the contract between `check/`, which makes it, and every later stage: `graph/` builds the model graph from its
//! nodes, `data/` loads and prepares what its data sets, inputs and tasks name, `train/` runs it.
//! Nothing in it refers back to the syntax tree but spans.

mod alone;
mod choice;
mod columns;
pub mod expansion;
mod heads;
mod readers;
mod sample;
mod space;
mod threshold;
mod training;
mod transfer;

use std::path::PathBuf;

use crate::catalog::decoders::Decoded;
use crate::catalog::formats::FormatDef;
use crate::catalog::layers::substitute::Missing;
use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::metrics::{GainOn, MetricDef};
use crate::catalog::sharing::SharingDef;
use crate::catalog::steps::StepDef;
use crate::catalog::{Dim, Type};
use crate::expression::Expression;
use crate::source::{FileId, Span};

pub use columns::{Column, Join, JoinKey, Origin};
pub use heads::{LossTerm, Predict, Target};
pub(crate) use readers::stage_weights;
pub use readers::{SharedReaders, inputs_behind, inputs_of, readers, root};
pub use sample::{ClassWeights, Resample};
pub use space::Space;
pub use threshold::{Criterion, HALF, Threshold};
pub use training::{BatchSize, Batches, Control, Epoch, Evaluate, Part, Precision, Stop, Train, Variant, Weights};
pub use transfer::{Freeze, Init, Lora, Transfer, Unfreeze};

/// A checked spec.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The spec file's name without extension: names the run directory.
    pub name: String,
    pub file: FileId,
    /// The folder of the spec: data paths are relative to it.
    pub folder: PathBuf,
    /// The `//!` lines, joined.
    pub doc: String,
    pub params: Vec<Param>,
    pub data: Vec<DataSet>,
    pub inputs: Vec<Input>,
    /// Every computed value in an order in which each comes after what it reads.
    pub nodes: Vec<Node>,
    pub shared: Vec<Shared>,
    pub tasks: Vec<Task>,
    pub weights: Weights,
    pub train: Train,
    pub evaluate: Evaluate,
    /// What starts from other weights, learns slower or not at all; the most specific path wins.
    pub transfer: Vec<Transfer>,
    /// Frozen parts thaw one after another.
    pub unfreeze: Option<Unfreeze>,
    /// Named sets of overrides: `mtlc compare` runs each, `--variant NAME` one.
    pub variants: Vec<Variant>,
    /// The variant that this pipeline is, if one was asked for.
    pub variant: Option<String>,
    /// What must hold of the data so that no shape error can happen.
    pub obligations: Vec<Obligation>,
    /// Every setting with its value, written or default: `check --show-defaults` and the run directory.
    pub settings: Vec<Setting>,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    /// As written or set: `128`, `1e-3`, `"a.csv"`.
    pub value: String,
    /// True if `--set` or a variant gave it.
    pub overridden: bool,
    /// What `mtlc tune` may try: `over log(1e-5, 1e-1)`.
    pub over: Option<Space>,
    pub span: Span,
}

/// One resolved setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// `train.batch`, `trunk.dense.1.bias`, `species.loss.smoothing`.
    pub path: String,
    pub value: String,
    /// True if the spec says nothing and the default holds.
    pub is_default: bool,
}

// ---------------------------------------------------------------------------------------------- data

/// A `data` declaration.
#[derive(Clone, Debug)]
pub struct DataSet {
    pub name: String,
    pub doc: String,
    pub format: FormatDef,
    /// The place of the format's path argument, for "no such file".
    pub path_span: Span,
    pub split: Split,
    /// Those of the file, those made of others, and those of the tables that are joined, each after the name of its table.
    pub columns: Vec<Column>,
    pub joins: Vec<Join>,
    /// For each column, the first that reads the same column of the file: two names for one are one column.
    pub same: Vec<usize>,
    /// The column (index into `columns`) that identifies a row.
    pub id: Option<usize>,
    pub span: Span,
}

/// How rows are cut into train, valid and test.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub method: SplitMethod,
    /// 0 unless written; `--split-seed` overrides, `--seed` does not.
    pub seed: u64,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SplitMethod {
    /// By shares, ordered by a hash of the row.
    Shares {
        train: f64,
        valid: f64,
        test: f64,
        /// Shares hold within each class of this column.
        stratify: Option<usize>,
        /// Rows with one value of this column stay together.
        group: Option<usize>,
        /// Ordered by this column instead of by hash: train is the earliest.
        time: Option<usize>,
    },
    /// By the values of a column.
    Column { column: usize, train: Vec<String>, valid: Vec<String>, test: Vec<String> },
    /// Separate files: the data set's own file is train.
    Files { valid: Option<String>, test: Option<String> },
}

/// A column of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    pub data: usize,
    pub column: usize,
}

// ------------------------------------------------------------------------------------------- model

/// The steps of an `input`; the layers that follow them are nodes.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub doc: String,
    /// The data sets it reads, in stacked order: one, or several for `union(a.text, b.text)`.
    pub rows: Vec<usize>,
    /// Read together; all of one kind. After a `union`, each data set has the same number of them.
    pub columns: Vec<ColumnRef>,
    pub steps: Vec<StepUse>,
    /// The raw type, before any step.
    pub raw: Type,
    /// After all steps: what a batch holds, and the type of the input's first node.
    pub ty: Type,
    /// What stands in for it in rows in which all of its columns are missing; without it, there are no such rows.
    pub missing: Option<Missing>,
    pub span: Span,
}

impl Input {
    /// The first step after which its pictures no longer show all that their files show and nothing else, if there is one.
    pub fn reframed(&self) -> Option<&StepUse> {
        self.steps.iter().find(|step| !step.def.keeps_whole())
    }
}

#[derive(Clone, Debug)]
pub struct StepUse {
    pub def: StepDef,
    /// After this step.
    pub ty: Type,
    pub span: Span,
}

/// An index into [`Pipeline::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// A value that the model computes.
#[derive(Clone, Debug)]
pub struct Node {
    /// `trunk.dense.2`: counted per kind, so that adding a dropout renames nothing. Unique.
    pub path: String,
    pub op: Op,
    pub inputs: Vec<NodeId>,
    pub ty: Type,
    /// The data sets whose rows it has, in stacked order: one, or several after `union`.
    pub rows: Vec<usize>,
    /// What it was written in.
    pub owner: Owner,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Op {
    /// The prepared values of an input (index into [`Pipeline::inputs`]).
    Input(usize),
    Layer {
        def: LayerDef,
        /// Which weights it uses: the node's own path, or that of the instance it shares them with.
        instance: String,
        weights: Vec<WeightSpec>,
    },
    /// The tokens of a target of the task whose head it stands in (the first part of its path), each one place later: while training those
    /// of the label, when predicting those that have been written.
    Previous { target: usize },
    /// The tokens of such a target as they are, all of them: those of the label, or those of a candidate that is compared with it.
    Whole { target: usize },
    /// Whether each row has an input (index into [`Pipeline::inputs`]), as 0 or 1.
    Present(usize),
    /// What a shared node gives its readers (index into [`Pipeline::shared`]); its one input is the value that the
    /// chain (or the named line of the block form) ends in. The sharing strategy is expanded at these.
    Shared(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    Input(usize),
    Shared(usize),
    /// A `let` or something inside another expression at the top level.
    Value,
    Task(usize),
}

/// A `shared` node.
#[derive(Clone, Debug)]
pub struct Shared {
    pub name: String,
    pub doc: String,
    pub strategy: SharingDef,
    /// What flows in.
    pub from: NodeId,
    /// The stages of the chain form, each by its nodes; the block form is one stage.
    pub stages: Vec<Stage>,
    /// The values that others can read, each an [`Op::Shared`] node: `out` for the node itself, and for the block
    /// form each name (`neck.low`).
    pub outputs: Vec<(String, NodeId)>,
    pub span: Span,
    /// Where the strategy is named; the node's own place if it is not.
    pub strategy_span: Span,
}

/// A part of a chain that strategies, transfer and freezing can name.
#[derive(Clone, Debug)]
pub struct Stage {
    /// `trunk.conv2d.2` or `trunk.residual.1`.
    pub path: String,
    pub nodes: Vec<NodeId>,
    /// The value it ends in.
    pub output: NodeId,
}

// ------------------------------------------------------------------------------------------- tasks

#[derive(Clone, Debug)]
pub struct Task {
    pub name: String,
    pub doc: String,
    /// The family that it is a member of: `assay` of `assay_nr_ar`.
    pub family: Option<String>,
    /// The template it was made from.
    pub template: Option<String>,
    pub label: Label,
    /// What is made of the label for the losses to compare with; one called `target` if none was named.
    pub targets: Vec<Target>,
    /// The input that shows less or more than its files' pictures, if the targets are maps beside one: they are as high and wide as what it gives, and lie in that.
    pub lies_in: Option<usize>,
    /// What flows into the task's own chain.
    pub from: NodeId,
    /// Named outputs of the head; one called `out` if none was named.
    pub outputs: Vec<(String, NodeId)>,
    /// Of each output, the target that it reads as far as it is written, if it does: it is driven step by step when predicting.
    pub writes: Vec<Option<usize>>,
    /// Of each output, how many members of an ensemble give it; 1 where there is no ensemble.
    pub members: Vec<usize>,
    pub loss: Vec<LossTerm>,
    pub predict: Predict,
    /// What `predict` ends in.
    pub prediction: Decoded,
    pub metrics: Vec<MetricDef>,
    /// The metric that speaks for the task (index into `metrics`): by it the best model is chosen, if the task has a say.
    pub select: usize,
    /// What a gain of learning together is taken on.
    pub gain: Gain,
    /// From which probability on yes, or a class of a set, is answered.
    pub threshold: Threshold,
    /// False under `select: none`: others choose the model that is kept.
    pub chooses: bool,
    pub class_weights: ClassWeights,
    /// A number of at least 0 per row: the weight of the row in the loss.
    pub weight: Option<ColumnRef>,
    /// `where`: the rows that the task learns from and is judged by; all conditions hold. Empty for all rows.
    pub sample_space: Vec<Expression>,
    /// How often rows of each class are drawn.
    pub resample: Resample,
    /// When this task alone stops to contribute.
    pub stop: Stop,
    /// Tasks whose outputs this one reads, directly or through other nodes (indices into [`Pipeline::tasks`]).
    pub reads: Vec<usize>,
    pub span: Span,
}

/// A figure of a task that a gain (Δm) is taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Index into [`Task::metrics`].
    pub metric: usize,
    pub on: GainOn,
}

impl Gain {
    /// As `gain` of a task says it: `accuracy`, `root_error(r2)`.
    pub fn written(self, metrics: &[MetricDef]) -> String {
        let def = &metrics[self.metric];
        match self.on {
            GainOn::Value if def.gain() == GainOn::Value => def.key(),
            on => format!("{}({})", on.word(), def.key()),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Label {
    pub data: usize,
    /// Several columns of numbers make a vector, several of yes or no a set of labels, whose classes are the columns.
    pub columns: Vec<ColumnRef>,
    /// For such a set: the class of each column that means yes.
    pub yes: Vec<String>,
    pub ty: Type,
    pub span: Span,
}

impl Task {
    /// What the steps of a target are saved under: the task's name, and that of the target if it has one.
    pub fn saved_as(&self, target: &Target) -> String {
        if target.name == Target::ONLY { self.name.clone() } else { format!("{}.{}", self.name, target.name) }
    }

    /// The steps of all targets.
    pub fn target_steps(&self) -> impl Iterator<Item = &StepUse> {
        self.targets.iter().flat_map(|target| &target.steps)
    }

    /// A summand of the loss with what it compares, where there are several outputs or targets: `mae(rough, target: size)`.
    pub fn term(&self, term: &LossTerm) -> String {
        let names: Vec<&str> = term.operands.iter().map(|operand| self.outputs[*operand].0.as_str()).collect();
        let target = self.targets[term.target].name.as_str();
        let mut compared: Vec<String> = Vec::new();
        if self.outputs.len() > 1 {
            compared.extend(names.iter().map(|name| name.to_string()));
        }
        if self.targets.len() > 1 && names != [target] {
            compared.push(format!("target: {target}"));
        }
        let name = term.def.name();
        if compared.is_empty() { name.to_string() } else { format!("{name}({})", compared.join(", ")) }
    }
}

/// Something that arithmetic could not decide and the data must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    pub left: Dim,
    pub right: Dim,
    /// Completes "so that …".
    pub why: String,
    pub span: Span,
}

impl Pipeline {
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    pub fn column(&self, reference: ColumnRef) -> &Column {
        &self.data[reference.data].columns[reference.column]
    }

    /// The task whose answers the metrics of a task look at too, if there is one; there is none where a task is trained alone.
    pub fn beside(&self, task: usize) -> Option<usize> {
        let name = self.tasks[task].metrics.iter().find_map(|metric| metric.beside())?;
        self.tasks.iter().position(|other| other.name == name)
    }

    /// The first of the columns that read what this one reads from the file.
    pub fn of_file(&self, reference: ColumnRef) -> ColumnRef {
        self.data[reference.data].of_file(reference)
    }

    /// `penguins.island`.
    pub fn column_name(&self, reference: ColumnRef) -> String {
        format!("{}.{}", self.data[reference.data].name, self.column(reference).name)
    }

    /// The families of tasks in the order of the spec, each with its members (indices into `tasks`).
    pub fn families(&self) -> Vec<(&str, Vec<usize>)> {
        let mut families: Vec<(&str, Vec<usize>)> = Vec::new();
        for (index, task) in self.tasks.iter().enumerate() {
            let Some(name) = task.family.as_deref() else { continue };
            match families.iter_mut().find(|(other, _)| *other == name) {
                Some((_, members)) => members.push(index),
                None => families.push((name, vec![index])),
            }
        }
        families
    }

    /// What a stage of a shared node owns.
    pub fn stage_weights(&self, shared: usize, stage: usize) -> Vec<WeightSpec> {
        stage_weights(&self.nodes, &self.shared, shared, stage)
    }

    /// The symbols of the pipeline that only data can tell.
    pub fn unknown_symbols(&self) -> Vec<crate::catalog::Symbol> {
        let mut symbols: Vec<_> = self
            .nodes
            .iter()
            .flat_map(|node| node.ty.axes.iter().flat_map(|axis| axis.size.symbols()))
            .chain(
                self.tasks
                    .iter()
                    .flat_map(|task| &task.targets)
                    .flat_map(|target| target.ty.axes.iter().flat_map(|axis| axis.size.symbols())),
            )
            .collect();
        symbols.sort();
        symbols.dedup();
        symbols
    }
}
