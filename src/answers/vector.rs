//! `vector`: several numbers, one column each.

use super::number::MeanLearn;
use super::{
    About, AnswerHalf, Cell, CellType, Column, FileCells, Learn, Numbers, Prediction, ReadAnswers, Written, WrongCell,
};
use crate::catalog::answers::vector::Vector;

impl AnswerHalf for Vector {
    fn writes(&self, prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        let width = match prediction.prediction() {
            Prediction::Numbers { width, .. } => width,
            _ => 0,
        };
        let names = match width == about.columns.len() {
            true => about.columns.clone(),
            false => (1..=width).map(|place| place.to_string()).collect(),
        };
        Box::new(ComponentCells { names, leaves_open: about.leaves_open })
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<MeanLearn>::default()
    }
}

/// A number per component.
struct ComponentCells {
    names: Vec<String>,
    leaves_open: bool,
}

impl Written for ComponentCells {
    fn answer(&self) -> Option<CellType> {
        None
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        self.names.iter().map(|name| (name.clone(), CellType::Number)).collect()
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Prediction::Numbers { width, values } = prediction.prediction() else { return Vec::new() };
        let cell = |value: &f64| if value.is_nan() { Cell::Nothing } else { Cell::Number(*value) };
        values[row * width..][..width].iter().map(cell).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let width = self.names.len();
        let numbers = if self.leaves_open { cells.numbers_or_none() } else { cells.numbers()? };
        Ok(ReadAnswers::whole(numbers.map(|values| Numbers { width, values })))
    }
}
