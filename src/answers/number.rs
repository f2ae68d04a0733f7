//! `number`: a number, in the label's own unit; and the column of numbers that vectors have too.

use super::blind::Means;
use super::rows::{self, rows};
use super::written::all_there;
use super::{
    About, AnswerHalf, Blind, Cell, CellType, Column, FileCells, FileColumn, Labels, Learn, Prediction, ReadAnswers,
    Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::number::Number;
use crate::catalog::answers::vector::Vector;

/// So many numbers per row.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    pub width: usize,
    pub values: Vec<f64>,
}

impl Numbers {
    fn width(&self) -> usize {
        self.width
    }
}

/// More components than these are not shown in a line.
const SHOWN: usize = 4;

impl Column for Numbers {
    rows!(Numbers { width });

    fn kind(&self) -> AnswerDef {
        if self.width == 1 { AnswerDef::Number(Number {}) } else { AnswerDef::Vector(Vector {}) }
    }

    fn show(&self, row: usize, _about: &About) -> String {
        let values = &self.values[row * self.width..][..self.width];
        let shown: Vec<String> = values.iter().take(SHOWN).map(|value| crate::catalog::show_number(*value)).collect();
        shown.join(", ") + if self.width > SHOWN { ", …" } else { "" }
    }

    /// No number stands for what is left open.
    fn answered(&self, prediction: &dyn Column) -> Option<Box<dyn Column>> {
        let given = prediction.of::<Numbers>().filter(|given| given.values.len() == self.values.len())?;
        given.values.iter().any(|value| value.is_nan()).then(|| {
            let known = |(truth, given): (&f64, &f64)| if given.is_nan() { f64::NAN } else { *truth };
            let values = self.values.iter().zip(&given.values).map(known).collect();
            Box::new(Numbers { values, ..*self }) as Box<dyn Column>
        })
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Numbers { width: self.width, values: &self.values }
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Numbers { width: self.width, values: &self.values }
    }
}

impl AnswerHalf for Number {
    fn writes(&self, _prediction: &dyn Column, _about: &About) -> Box<dyn Written> {
        Box::new(NumberCell)
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<MeanLearn>::default()
    }
}

/// The number.
struct NumberCell;

impl Written for NumberCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Number)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Prediction::Numbers { values, .. } = prediction.prediction() else { return Vec::new() };
        vec![Cell::Number(values[row])]
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(FileColumn::Numbers(numbers)) = &cells.answer else { return Ok(ReadAnswers::default()) };
        Ok(ReadAnswers::whole(Some(Numbers { width: 1, values: all_there(numbers, None)? })))
    }
}

#[derive(Default)]
pub(super) struct MeanLearn {
    means: Means,
}

impl Learn for MeanLearn {
    fn add(&mut self, labels: Labels<'_>) {
        if let Labels::Numbers { width, values } = labels {
            self.means.add(rows::count(values.len(), width), width, |row, place| values[row * width + place]);
        }
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        Some(Box::new(Mean { mean: self.means.finish()? }))
    }
}

/// The mean of each component.
#[derive(Clone, Debug)]
struct Mean {
    mean: Vec<f64>,
}

impl Blind for Mean {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        match like {
            Prediction::Numbers { width, .. } if self.mean.len() == width => {
                Some(Box::new(Numbers { width, values: self.mean.repeat(rows) }))
            }
            _ => None,
        }
    }

    fn words(&self) -> &'static str {
        "answering every row with the mean"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}
