//! What `predict` writes of an answer, cells of a table or files beside it, and what is read of such cells again.

use serde_json::{Map, Value};

use super::Column;

/// What must be known of a task to read its answers.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The classes of the label, if it has any.
    pub classes: Vec<String>,
    /// The class that a yes-or-no task asks for.
    pub positive: Option<String>,
    /// The names of the label's columns.
    pub columns: Vec<String>,
    /// From which probability on yes, or a class of a set, is answered; one for all or one for each.
    pub thresholds: Vec<f64>,
    /// Whether an answer may say nothing of some places, of pictures that the model is not shown whole.
    pub leaves_open: bool,
}

impl About {
    /// From which probability on a class is answered.
    pub fn threshold(&self, class: usize) -> f64 {
        let given = self.thresholds.get(class).or(self.thresholds.first());
        given.copied().unwrap_or(crate::pipeline::HALF)
    }

    /// The other of two classes.
    pub fn negative(&self, positive: &str) -> String {
        let other = self.classes.iter().find(|class| *class != positive).filter(|_| self.classes.len() == 2);
        other.cloned().unwrap_or_else(|| format!("not {positive}"))
    }

    /// The answer to a yes-or-no question.
    pub fn yes_or_no(&self, yes: bool) -> String {
        let positive = self.positive.as_deref().unwrap_or("yes");
        if yes { positive.to_string() } else { self.negative(positive) }
    }

    /// A class by its name, or its number.
    pub fn name(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_else(|| class.to_string())
    }
}

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellType {
    Text,
    Number,
    Whole,
    Truth,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Whole(u64),
    Truth(bool),
    /// A file of its own, such as a picture; in the cell stands its path.
    File(Vec<u8>),
    Nothing,
}

/// A form in which other programs read answers that are found in pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// A file of annotations for all rows, as COCO has them, with categories of these names.
    Coco(Vec<String>),
    /// The same for the points of one thing in each, which have these names.
    CocoPoints(Vec<String>),
    /// A text file for each row, as MOTChallenge has them.
    Mot,
}

/// How predictions of one form become cells.
pub trait Written: Send {
    /// What the column of the task's own name holds; `None` if it has no one answer.
    fn answer(&self) -> Option<CellType>;

    /// What else is written, in columns `TASK.PART`.
    fn parts(&self) -> Vec<(String, CellType)> {
        Vec::new()
    }

    /// The cells of a row: the answer, if there is one, then its parts.
    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell>;

    /// The form in which other programs read such answers, if there is one.
    fn exchange(&self) -> Option<Exchange> {
        None
    }

    /// The annotations of a row, without their own numbers and that of the picture.
    fn annotations(&self, _prediction: &dyn Column, _row: usize) -> Vec<Map<String, Value>> {
        Vec::new()
    }

    /// The text of a row.
    fn text(&self, _prediction: &dyn Column, _row: usize) -> String {
        String::new()
    }

    /// The predictions that such cells of some rows say, whoever wrote them.
    ///
    /// # Errors
    /// The first cell that says none.
    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell>;
}

/// What a file holds of a task in some rows; `None` for a column that it does not have.
#[derive(Debug, Default)]
pub struct FileCells {
    pub answer: Option<FileColumn>,
    /// In the order of [`Written::parts`].
    pub parts: Vec<Option<FileColumn>>,
}

/// One column of some rows.
#[derive(Debug)]
pub enum FileColumn {
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<f64>>),
    /// Answers that are files of their own, read.
    Answers(Box<dyn Column>),
}

/// What cells say.
#[derive(Debug, Default)]
pub struct ReadAnswers {
    /// Predictions of the form that is written; `None` if a column for them is not there.
    pub whole: Option<Box<dyn Column>>,
    /// Of probabilities, what was decided, as the answers themselves say it.
    pub decided: Option<Box<dyn Column>>,
    /// Whether the probabilities decide otherwise in some row.
    pub differ: bool,
}

/// A cell that says no prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongCell {
    /// The place of its row among those that were given.
    pub row: usize,
    /// Which of the parts it is of; `None` for the answer.
    pub part: Option<usize>,
    /// To complete "`x` …": "is missing".
    pub why: String,
}

impl ReadAnswers {
    /// Predictions that are in one form.
    pub(super) fn whole(column: Option<impl Column>) -> Self {
        Self { whole: column.map(|column| Box::new(column) as Box<dyn Column>), ..Self::default() }
    }
}

impl FileCells {
    /// The answers as texts.
    pub(super) fn texts(&self) -> Option<&[Option<String>]> {
        match &self.answer {
            Some(FileColumn::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// The numbers of all parts, row after row; `None` if one is not there.
    pub(super) fn numbers(&self) -> Result<Option<Vec<f64>>, WrongCell> {
        let mut columns = Vec::with_capacity(self.parts.len());
        for (part, column) in self.parts.iter().enumerate() {
            let Some(FileColumn::Numbers(numbers)) = column else { return Ok(None) };
            columns.push(all_there(numbers, Some(part))?);
        }
        let rows = columns.first().map_or(0, Vec::len);
        Ok(Some((0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect()))
    }

    /// The same where some may be missing, or whole columns, which are then none (`NAN`); `None` if no column is there.
    pub(super) fn numbers_or_none(&self) -> Option<Vec<f64>> {
        let column = |column: &Option<FileColumn>| match column {
            Some(FileColumn::Numbers(numbers)) => numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect(),
            _ => Vec::new(),
        };
        let columns: Vec<Vec<f64>> = self.parts.iter().map(column).collect();
        let rows = columns.iter().map(Vec::len).max().filter(|rows| *rows > 0)?;
        let of_row = |row: usize| columns.iter().map(move |column| column.get(row).copied().unwrap_or(f64::NAN));
        Some((0..rows).flat_map(of_row).collect())
    }

    /// The same of probabilities.
    pub(super) fn probabilities(&self) -> Result<Option<Vec<f64>>, WrongCell> {
        let numbers = self.numbers()?;
        let width = self.parts.len();
        let is_none = |value: &f64| !(0.0..=1.0).contains(value);
        match numbers.iter().flatten().position(is_none) {
            Some(place) => Err(WrongCell {
                row: place / width,
                part: Some(place % width),
                why: format!(
                    "is {}, and a probability is from 0 to 1",
                    numbers.iter().flatten().nth(place).copied().unwrap_or_default()
                ),
            }),
            None => Ok(numbers),
        }
    }
}

/// Numbers of which none may be missing.
pub(super) fn all_there(numbers: &[Option<f64>], part: Option<usize>) -> Result<Vec<f64>, WrongCell> {
    let there = |(row, number): (usize, &Option<f64>)| number.ok_or_else(|| WrongCell::missing(row, part));
    numbers.iter().enumerate().map(there).collect()
}

impl WrongCell {
    pub(super) fn missing(row: usize, part: Option<usize>) -> Self {
        Self { row, part, why: "is missing".into() }
    }

    /// An answer that is none of some classes.
    pub(super) fn no_class(row: usize, given: &str, classes: &[String]) -> Self {
        const SHOWN: usize = 10;
        let close = crate::diag::suggest::closest(given, classes.iter().map(String::as_str));
        let why = match close {
            Some(close) => format!("is `{given}`, which is none of the classes; is `{close}` meant?"),
            None => {
                let known: Vec<String> = classes.iter().take(SHOWN).map(|class| format!("`{class}`")).collect();
                let more = classes.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("is `{given}`, which is none of the classes ({}{more})", known.join(", "))
            }
        };
        Self { row, part: None, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Distribution, Given, Numbers, Probabilities, Sets, Texts, half};
    use crate::catalog::answers::AnswerDef;

    /// What a file would hold of some rows.
    fn cells_of(written: &dyn Written, column: &dyn Column) -> FileCells {
        let rows: Vec<Vec<Cell>> = (0..column.rows()).map(|row| written.cells(column, row)).collect();
        let of = |place: usize, ty: CellType| match ty {
            CellType::Text | CellType::Truth => FileColumn::Texts(
                rows.iter()
                    .map(|row| match &row[place] {
                        Cell::Text(text) => Some(text.clone()),
                        Cell::Truth(truth) => Some(truth.to_string()),
                        other => panic!("{other:?}"),
                    })
                    .collect(),
            ),
            CellType::Number | CellType::Whole => FileColumn::Numbers(
                rows.iter()
                    .map(|row| match row[place] {
                        Cell::Number(number) => Some(number),
                        _ => None,
                    })
                    .collect(),
            ),
        };
        let first = usize::from(written.answer().is_some());
        let parts = written.parts();
        FileCells {
            answer: written.answer().map(|ty| of(0, ty)),
            parts: parts.iter().enumerate().map(|(part, (_, ty))| Some(of(first + part, *ty))).collect(),
        }
    }

    fn about(positive: Option<&str>) -> About {
        let classes = ["b", "a", "c"].iter().take(if positive.is_some() { 2 } else { 3 });
        About {
            classes: classes.map(|class| class.to_string()).collect(),
            positive: positive.map(str::to_string),
            columns: vec!["x".into(), "y".into()],
            thresholds: vec![0.3],
            leaves_open: false,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let thirds = vec![0.1 + 0.2, 0.5, 0.2, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0];
        let class = Distribution { classes: 3, values: vec![0.1 + 0.2, 0.5, 0.2] };
        let of_set = |values: &[u32]| Given { width: 3, values: values.to_vec() };
        let cases: Vec<(AnswerDef, Option<&str>, Box<dyn Column>, Option<Box<dyn Column>>)> = vec![
            (class.kind(), None, Box::new(class), Some(Box::new(Given { width: 1, values: vec![1] }))),
            (
                AnswerDef::Class(crate::catalog::answers::class::Class {}),
                Some("b"),
                Box::new(Probabilities { width: 1, values: vec![0.3, 0.2] }),
                Some(Box::new(Given { width: 1, values: vec![1, 0] })),
            ),
            // Of two classes the first is asked for: 1 is yes, and not the second.
            (
                AnswerDef::Class(crate::catalog::answers::class::Class {}),
                Some("b"),
                Box::new(Given { width: 1, values: vec![1, 0, 0] }),
                None,
            ),
            (
                Sets { width: 3, values: vec![] }.kind(),
                None,
                Box::new(Probabilities { width: 3, values: thirds.clone() }),
                Some(Box::new(of_set(&[1, 1, 0, 1, 1, 1]))),
            ),
            (Sets { width: 3, values: vec![] }.kind(), None, Box::new(of_set(&[0, 0, 0, 1, 0, 1])), None),
            (Texts::default().kind(), None, Box::new(Texts::from(vec!["é, \"x\"".to_string(), String::new()])), None),
        ];
        for (kind, positive, column, decided) in cases {
            let written = half(&kind).writes(column.as_ref(), &about(positive));
            let mut cells = cells_of(written.as_ref(), column.as_ref());
            let read = written.read(&cells).expect("it was written");
            assert_eq!(read.whole.as_deref().map(|whole| whole.same(column.as_ref())), Some(true), "{column:?}");
            assert_eq!((read.decided.is_some(), read.differ), (decided.is_some(), false), "{column:?}");
            assert!(read.decided.iter().zip(&decided).all(|(read, wanted)| read.same(wanted.as_ref())), "{column:?}");
            // Without the probabilities, what was decided; without the answers, all else.
            if decided.is_some() {
                let answer = cells.answer.take();
                let read = written.read(&cells).expect("probabilities");
                assert!(read.whole.is_some() && read.decided.is_none());
                cells = FileCells { answer, parts: cells.parts.iter().map(|_| None).collect() };
                let read = written.read(&cells).expect("answers");
                assert!(read.whole.is_none() && read.decided.is_some());
            }
        }
        let pair = Numbers { width: 2, values: vec![1.5, -2.0, 1e300, 0.1] };
        let written = half(&pair.kind()).writes(&pair, &about(None));
        assert!(written.read(&cells_of(written.as_ref(), &pair)).expect("numbers").whole.expect("all").same(&pair));
    }

    #[test]
    fn a_cell_that_says_no_prediction_is_named() {
        let form = Distribution { classes: 3, values: Vec::new() };
        let written = half(&form.kind()).writes(&form, &about(None));
        let wrong = |texts: &[&str], numbers: [&[f64]; 3]| {
            let answer = FileColumn::Texts(texts.iter().map(|text| Some(text.to_string())).collect());
            let parts = numbers.map(|of| Some(FileColumn::Numbers(of.iter().copied().map(Some).collect())));
            written.read(&FileCells { answer: Some(answer), parts: parts.into() }).expect_err("it is wrong")
        };
        assert_eq!(wrong(&["a", "d"], [&[0.0, 0.0], &[1.0, 1.0], &[0.0, 0.0]]).row, 1);
        let beyond = wrong(&["a", "a"], [&[0.0, 0.0], &[1.0, 1.5], &[0.0, 0.0]]);
        assert_eq!((beyond.row, beyond.part), (1, Some(1)));
        assert!(wrong(&["a"], [&[0.2], &[0.2], &[0.2]]).why.contains("add up to 0.6"));
        // Rounded to two digits, thirds are a distribution.
        let answer = Some(FileColumn::Texts(vec![Some(" b ".into())]));
        let third = || Some(FileColumn::Numbers(vec![Some(0.33)]));
        assert!(written.read(&FileCells { answer, parts: vec![third(), third(), third()] }).is_ok());
    }
}
