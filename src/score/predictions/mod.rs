//! A file of predictions, judged: what `predict` writes ([`layout`]), read again or read from another program, put beside the rows of
//! the data that it answers ([`pairing`]), and judged by the same judge as the model's own answers. No model is asked.
//!
//! A file may say less than a model. Where it has classes and no probabilities, what needs these has no figure, and says why; where
//! it has both, and its classes are not those that are decided by the probabilities, figures of decisions are of the classes and
//! all others of the probabilities.

mod layout;
pub mod names;
mod pairing;
mod table;
mod unanswered;
mod unfit;

use std::path::Path;

use crate::answers::{Column, FileCells, ReadAnswers, WrongCell};
use crate::catalog::decoders::{Decoded, Role};
use crate::catalog::formats::FormatDef;
use crate::catalog::metrics::MetricDef;
use crate::data::{AnswerFile, Prepared};
use crate::diag::suggest;
use crate::pipeline::{Part, Pipeline, Task};
use crate::score::beside::both;
use crate::score::judge::{Judge, Judged, Judging, Keep, TaskAnswers};
use crate::score::{Figure, Ordered};

pub use layout::{Layout, TaskLayout, about, ending};
pub use pairing::Rows;
use pairing::{Pair, Pairing};
pub use table::Table;
pub use unanswered::Unanswered;
pub use unfit::{Unfit, Unpaired};

/// What a file of predictions came to.
pub struct Predicted {
    /// Of each part, every task of the pipeline; of one that is not judged there are no rows.
    pub parts: Vec<(Part, Vec<Judged>)>,
    /// Rows of each part that were judged, by data set.
    pub rows: Vec<(Part, Vec<usize>)>,
    /// Tasks that the file does not answer, with the reason.
    pub not_judged: Ordered<String>,
    /// Rows of the file that are of other parts.
    pub beside: usize,
    /// Tasks whose answers are not what their probabilities decide.
    pub differ: Vec<String>,
}

/// What the table of answers is called where it lies in a folder with others that are files, before the ending that tells its form.
pub const TABLE: &str = "predictions";

/// As many rows are read together.
const TOGETHER: usize = 4096;

/// Judges the file.
///
/// # Errors
/// If it cannot be read, or says no predictions for these rows.
pub fn judge(
    pipeline: &Pipeline,
    prepared: &Prepared,
    judge: &Judge,
    (path, format): (&Path, &FormatDef),
    rows: &Rows,
) -> Result<Predicted, Unfit> {
    let layout = Layout::of(pipeline, prepared);
    let file = AnswerFile::read(path, format, &layout.columns(pipeline)).map_err(Unfit::Unreadable)?;
    if file.rows() == 0 {
        return Err(Unfit::Empty { file: file.name.clone() });
    }
    let not_judged = not_judged(pipeline, prepared, &layout, &file);
    let is_judged = |index: &usize| not_judged.get(&pipeline.tasks[*index].name).is_none();
    let tasks: Vec<usize> = (0..pipeline.tasks.len()).filter(is_judged).collect();
    if tasks.is_empty() {
        let tasks = not_judged.iter().map(|(task, why)| (task.to_string(), why.clone())).collect();
        return Err(Unfit::NoTask { file: file.name.clone(), tasks, header: file.header().to_vec() });
    }
    let paired = Pairing { pipeline, prepared, layout: &layout, file: &file, tasks: &tasks, rows }.pair()?;
    let beside_labels = Beside { pipeline, prepared, layout: &layout, file: &file, judge };
    let (mut parts, mut differ) = (Vec::new(), Vec::new());
    for (part, pairs) in &paired.parts {
        let (judged, of_part) = beside_labels.judge(&tasks, pairs)?;
        parts.push((*part, judged));
        differ.extend(of_part);
    }
    differ.sort_unstable();
    differ.dedup();
    let differ = differ.into_iter().map(|task: usize| pipeline.tasks[task].name.clone()).collect();
    let count = |pairs: &[Pair]| {
        (0..pipeline.data.len()).map(|data| pairs.iter().filter(|pair| pair.data == data).count()).collect()
    };
    let rows = paired.parts.iter().map(|(part, pairs)| (*part, count(pairs))).collect();
    Ok(Predicted { parts, rows, not_judged, beside: paired.beside, differ })
}

/// The tasks of which the file has no column, or the data no label, and why.
fn not_judged(pipeline: &Pipeline, prepared: &Prepared, layout: &Layout, file: &AnswerFile) -> Ordered<String> {
    let mut found = Ordered::default();
    for (index, (task, of)) in pipeline.tasks.iter().zip(&layout.tasks).enumerate() {
        let all: Vec<&String> = of.names.answer.iter().chain(&of.names.parts).collect();
        let there = |name: &String| file.has(name);
        // What no row is shown is in no row of a file that leaves out what a row lacks.
        let parts = match task.lies_in {
            Some(_) => of.names.parts.iter().any(there),
            None => !of.names.parts.is_empty() && of.names.parts.iter().all(there),
        };
        let can = of.names.answer.as_ref().is_some_and(there) || parts;
        let why = if !can {
            let lacking = all.iter().find(|name| !file.has(name)).map_or(task.name.as_str(), |name| name.as_str());
            let unread = file.header().iter().map(String::as_str).filter(|name| !file.has(name));
            let close = suggest::closest(lacking, unread);
            let meant = close.map_or(String::new(), |close| format!("; is `{close}` meant?"));
            format!("`{}` has no column `{lacking}`{meant}", file.name)
        } else if !is_labelled(prepared, index, task) {
            "no row of the data has its label".into()
        } else {
            continue;
        };
        found.insert(task.name.clone(), why);
    }
    found
}

/// Whether a row of some part has the label of a task. Of a data set that no file was given for, there are no parts.
fn is_labelled(prepared: &Prepared, index: usize, task: &Task) -> bool {
    let (parts, present) = (&prepared.parts().0[task.label.data], prepared.takes_part(index));
    Part::ALL.iter().any(|part| !parts.of(*part).both(present).is_empty())
}

/// Puts what the file says beside the labels.
struct Beside<'a> {
    pipeline: &'a Pipeline,
    prepared: &'a Prepared,
    layout: &'a Layout,
    file: &'a AnswerFile,
    judge: &'a Judge,
}

/// What a file says of a task in some part.
#[derive(Clone, Copy, Debug, Default)]
struct Says {
    whole: bool,
    decided: bool,
    differ: bool,
}

impl Beside<'_> {
    /// Every task, and which of them decide otherwise than their probabilities.
    fn judge(&self, tasks: &[usize], pairs: &[Pair]) -> Result<(Vec<Judged>, Vec<usize>), Unfit> {
        let begin = || self.judge.begin(self.pipeline, self.prepared, Keep::Sample);
        let (mut whole, mut decided) = (begin(), begin());
        let mut says = vec![Says::default(); self.pipeline.tasks.len()];
        for task in tasks {
            says[*task] = self.read(*task, pairs, &mut whole, &mut decided)?;
        }
        let both = whole.finish().into_iter().zip(decided.finish());
        let differ = tasks.iter().copied().filter(|task| says[*task].differ).collect();
        let of = self.pipeline.tasks.iter().zip(&self.layout.tasks);
        let judged = both.zip(of).zip(says).map(|((judged, (task, of)), says)| one_of(judged, task, of, says));
        Ok((judged.collect(), differ))
    }

    /// Reads the predictions of a task for its labelled rows.
    fn read(
        &self,
        task: usize,
        pairs: &[Pair],
        whole: &mut Judging<'_>,
        decided: &mut Judging<'_>,
    ) -> Result<Says, Unfit> {
        let (data, present) = (self.pipeline.tasks[task].label.data, self.prepared.takes_part(task));
        let pairs: Vec<&Pair> = pairs.iter().filter(|pair| pair.data == data && present.contains(pair.row)).collect();
        let mut says = Says::default();
        for pairs in pairs.chunks(TOGETHER) {
            let in_file: Vec<usize> = pairs.iter().map(|pair| pair.in_file).collect();
            let mut read = self.cells(task, &in_file)?;
            if let Some(whole) = read.whole.take() {
                let labels = &self.prepared.label(task).values;
                for (place, pair) in pairs.iter().enumerate() {
                    if let Some(why) = labels.misfit(pair.row, whole.as_ref(), place) {
                        let column = self.layout.tasks[task].names.answer.clone().unwrap_or_default();
                        return Err(Unfit::Cell { place: self.file.place(pair.in_file), column, why });
                    }
                }
                read.whole = Some(self.beside(task, &in_file, whole.as_ref())?.unwrap_or(whole));
            }
            says.whole |= read.whole.is_some();
            says.decided |= read.decided.is_some();
            says.differ |= read.differ;
            let rows: Vec<(usize, usize)> = pairs.iter().map(|pair| (data, pair.row)).collect();
            let answers = |answers: Box<dyn Column>| {
                let (pictures, loss) = (Vec::new(), Vec::new());
                TaskAnswers { task, rows: rows.clone(), answers, pictures, loss }
            };
            read.whole.into_iter().for_each(|column| whole.add(&answers(column)));
            read.decided.into_iter().for_each(|column| decided.add(&answers(column)));
        }
        Ok(says)
    }

    /// Answers with what the file says for the same rows of another task, where a metric looks at both.
    fn beside(&self, task: usize, rows: &[usize], own: &dyn Column) -> Result<Option<Box<dyn Column>>, Unfit> {
        let Some(other) = self.pipeline.beside(task) else { return Ok(None) };
        let there = self.layout.tasks[other].names.answer.as_ref().is_some_and(|name| self.file.has(name));
        let beside = if there { self.cells(other, rows)?.whole } else { None };
        Ok(beside.and_then(|beside| both(self.prepared, (task, own), (other, beside.as_ref()))))
    }

    fn cells(&self, task: usize, rows: &[usize]) -> Result<ReadAnswers, Unfit> {
        let of = &self.layout.tasks[task];
        let wrong = |cell: WrongCell| {
            let name = match cell.part {
                Some(part) => of.names.parts.get(part),
                None => of.names.answer.as_ref(),
            };
            let column = name.cloned().unwrap_or_default();
            Unfit::Cell { place: self.file.place(rows[cell.row]), column, why: cell.why }
        };
        let column = |name: &String, part: Option<usize>| {
            let empty = |row| wrong(WrongCell { row, part, why: "is missing".into() });
            self.file.column(name, rows).map_err(empty)
        };
        let mut cells = FileCells::default();
        if let Some(name) = &of.names.answer {
            cells.answer = column(name, None)?;
        }
        for (part, name) in of.names.parts.iter().enumerate() {
            cells.parts.push(column(name, Some(part))?);
        }
        of.written.read(&cells).map_err(wrong)
    }
}

/// Of what the file says in two ways, each figure from the one that tells it.
fn one_of((whole, decided): (Judged, Judged), task: &Task, of: &TaskLayout, says: Says) -> Judged {
    if says.whole && !(says.decided && says.differ) {
        return whole;
    }
    if !says.decided {
        return whole;
    }
    let graded: Vec<bool> = task.metrics.iter().map(|metric| needs_probabilities(metric, task)).collect();
    let mut judged = decided;
    for (index, _) in graded.iter().enumerate().filter(|(_, graded)| **graded) {
        if says.whole {
            judged.figures.metrics[index] = whole.figures.metrics[index].clone();
            judged.trivial[index] = whole.trivial[index].clone();
        } else {
            judged.figures.metrics[index] = Figure::Undefined(lacking(of));
            judged.trivial[index] = Err("the file has no probabilities".into());
        }
    }
    if graded[task.select] {
        judged.figures.skill = match says.whole {
            true => whole.figures.skill.clone(),
            false => Err("the file has no probabilities".into()),
        };
    }
    judged
}

/// Whether a metric wants probabilities, and classes that were decided for are not enough.
fn needs_probabilities(metric: &MetricDef, task: &Task) -> bool {
    // Whatever the model says of them: what is decided is what the label is.
    let decided = Decoded { role: Role::Classes, ty: task.label.ty.clone() };
    metric.check(&decided, &task.label.ty).is_err()
}

/// Why what needs probabilities has no figure.
fn lacking(of: &TaskLayout) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = of.names.parts.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = of.names.parts.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("it needs probabilities, and the file does not have all of {}{more}", shown.join(", "))
}
