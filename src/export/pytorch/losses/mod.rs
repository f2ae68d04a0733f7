//! What losses are in PyTorch: one file each, with the expression that stands in the training loop, and a word in the list below. A loss that is not
//! here is not trained on there, which is said.

use super::Asked;
use super::file::{lengths_of, output_key};
use super::helpers::Helper;
use super::source::text;
use crate::catalog::losses::{LossDef, LossUnit};
use crate::pipeline::{ColumnRef, LossTerm, Task};

crate::mirror! {
    /// How a loss is written; `None` if it has no form in PyTorch.
    pub fn writer(LossDef) -> Option<dyn Write> {
        binary_cross_entropy::BinaryCrossEntropy,
        centers::Centers,
        contrastive::Contrastive,
        crf::Crf,
        cross_entropy::CrossEntropy,
        ctc::Ctc,
        dice::Dice,
        focal::Focal,
        grouping::Grouping,
        heat_maps::HeatMaps,
        huber::Huber,
        mae::Mae,
        moving_centers::MovingCenters,
        mse::Mse,
        span::Span,
    }
}

pub trait Write {
    /// The loss of each row, or of each place of each row; `None` if it has no form for such an output.
    fn write(&self, of: &Compared<'_>) -> Option<String>;

    /// What the file brings along for it, if PyTorch has no function.
    fn helper(&self) -> Option<Helper> {
        None
    }
}

/// What a loss compares, as the loop calls it: `outputs[…]` of the forward pass and `rows[…]` of the batch.
pub struct Compared<'a> {
    asked: &'a Asked<'a>,
    /// The task by its place, and itself.
    index: usize,
    task: &'a Task,
    term: &'a LossTerm,
    operand: usize,
}

impl<'a> Compared<'a> {
    /// Of a loss that compares one output.
    pub fn of(asked: &'a Asked<'a>, index: usize, term: &'a LossTerm) -> Option<Self> {
        let [operand] = *term.operands else { return None };
        Some(Self { asked, index, task: &asked.session.pipeline.tasks[index], term, operand })
    }

    pub fn output(&self) -> String {
        format!("outputs[{}]", text(&output_key(self.task, self.operand)))
    }

    pub fn target(&self) -> String {
        format!("rows[{}]", self.of_target(""))
    }

    /// How many answers stand side by side in the output.
    pub fn members(&self) -> usize {
        self.task.members[self.operand]
    }

    /// How many axes the target has, that of the rows among them.
    pub fn rank(&self) -> usize {
        self.task.targets[self.term.target].ty.rank()
    }

    /// Of each row, how many places of the output are its own.
    pub fn lengths(&self) -> String {
        lengths_of(self.asked, self.index, self.operand)
    }

    /// Of each row, how many places of the target are.
    pub fn target_lengths(&self) -> String {
        format!("rows[{}]", self.of_target(".lengths"))
    }

    /// How much each place of the target counts; `None` in the loop where all count alike.
    pub fn places(&self) -> String {
        format!("rows.get({})", self.of_target(".places"))
    }

    /// The name of something that belongs to the target.
    pub fn of_target(&self, what: &str) -> String {
        text(&format!("{}.{}{what}", self.task.name, self.task.targets[self.term.target].name))
    }

    /// Whether some numbers of a row may count nowhere: those beyond the edges of its picture, and those that an array lacks.
    pub fn counts_numbers(&self) -> bool {
        let of_array = |column: &ColumnRef| !self.asked.session.pipeline.column(*column).shape.is_empty();
        (self.task.lies_in.is_some() || matches!(&self.task.label.columns[..], [column] if of_array(column)))
            && self.term.unit == LossUnit::Row
            && self.task.targets[self.term.target].ty.is_real()
    }

    /// A function of PyTorch that compares number by number, and what it is told: the mean over the numbers of each row, and of each member.
    pub fn by_number(&self, function: &str, output: &str, more: &str) -> Option<String> {
        let mut target = self.target();
        if self.members() > 1 {
            target = format!("{target}[:, None].expand_as({})", self.output());
        }
        let each = format!("F.{function}({output}, {target}, reduction=\"none\"{more})");
        if self.counts_numbers() {
            return Some(format!("counted_mean({each}, {})", self.places()));
        }
        (self.term.unit == LossUnit::Row).then(|| format!("{each}.flatten(1).mean(1)"))
    }

    /// A function that the file brings along, of the output, the target and what else it is given; `None` for several members.
    pub fn by_function(&self, name: &str, more: &[String]) -> Option<String> {
        let given = [self.output(), self.target()].into_iter().chain(more.iter().cloned()).collect::<Vec<_>>();
        (self.members() == 1).then(|| format!("{name}({})", given.join(", ")))
    }
}
