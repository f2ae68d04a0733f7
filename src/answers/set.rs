//! `set`: a set of classes. Predictions are probabilities of each class, or sets that were decided for.

use super::blind::Means;
use super::rows::rows;
use super::{
    About, AnswerHalf, Blind, Cell, CellType, Column, FileCells, FileColumn, Given, Labels, Learn, Prediction,
    Probabilities, ReadAnswers, Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::set::Set;
use crate::catalog::classes::Classes;

/// One truth value per class.
#[derive(Clone, Debug, PartialEq)]
pub struct Sets {
    pub width: usize,
    pub values: Vec<bool>,
}

impl Sets {
    fn width(&self) -> usize {
        self.width
    }
}

impl Column for Sets {
    rows!(Sets { width });

    fn kind(&self) -> AnswerDef {
        AnswerDef::Set(Set {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        shown(self.values[row * self.width..][..self.width].iter().copied(), about)
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same labels"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Sets { width: self.width, values: &self.values }
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }
}

impl AnswerHalf for Set {
    fn writes(&self, prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        let about = about.clone();
        match prediction.prediction() {
            Prediction::Probabilities { width, .. } | Prediction::Distribution { classes: width, .. } => {
                Box::new(LikelyCells { width, about, of_sets: true })
            }
            _ => Box::new(MemberCells { width: prediction.of::<Given>().map_or(0, |given| given.width), about }),
        }
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<Frequencies>::default()
    }
}

/// All classes that are likely, then a probability per class.
pub(super) struct LikelyCells {
    pub width: usize,
    pub about: About,
    /// Whether the label is a set: of one class the likeliest is the answer, however many are likely.
    pub of_sets: bool,
}

impl Written for LikelyCells {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        class_parts(self.width, &self.about, CellType::Number)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let (Prediction::Probabilities { width, values } | Prediction::Distribution { classes: width, values }) =
            prediction.prediction()
        else {
            return Vec::new();
        };
        let values = &values[row * width..][..width];
        std::iter::once(Cell::Text(likely(values, &self.about))).chain(numbers(values, &self.about)).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let values = cells.probabilities()?.filter(|_| self.about.classes.len() == self.width);
        let given = match cells.texts().filter(|_| self.of_sets) {
            Some(texts) => Some(members(texts, &self.about.classes)?),
            None => None,
        };
        let decides = |(place, value): (usize, &f64)| *value >= self.about.threshold(place % self.width.max(1));
        let differ = values.as_ref().zip(given.as_ref()).is_some_and(|(values, given)| {
            values.iter().enumerate().map(decides).ne(given.iter().map(|member| *member == 1))
        });
        let width = self.width;
        let decided = given.map(|values| Box::new(Given { width, values }) as Box<dyn Column>);
        let whole = values.map(|values| Probabilities { width, values });
        Ok(ReadAnswers { decided, differ, ..ReadAnswers::whole(whole) })
    }
}

/// For each class of each row, whether its text names it: `red|round`. A row without text has none.
fn members(texts: &[Option<String>], classes: &[String]) -> Result<Vec<u32>, WrongCell> {
    let known = Classes::new(classes);
    let mut values = vec![0; texts.len() * classes.len()];
    for (row, text) in texts.iter().enumerate() {
        let named = text.as_deref().unwrap_or_default().split('|').map(str::trim).filter(|name| !name.is_empty());
        for name in named {
            let class = known.index(name).ok_or_else(|| WrongCell::no_class(row, name, classes))?;
            values[row * classes.len() + class] = 1;
        }
    }
    Ok(values)
}

/// Whether a row is of a class, per class.
struct MemberCells {
    width: usize,
    about: About,
}

impl Written for MemberCells {
    fn answer(&self) -> Option<CellType> {
        None
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        class_parts(self.width, &self.about, CellType::Truth)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(given) = prediction.of::<Given>() else { return Vec::new() };
        let values = &given.values[row * given.width..][..given.width];
        values.iter().take(self.about.classes.len()).map(|value| Cell::Truth(*value == 1)).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let width = self.about.classes.len();
        let mut values = Vec::new();
        for (part, column) in cells.parts.iter().enumerate() {
            let Some(FileColumn::Texts(texts)) = column else { return Ok(ReadAnswers::default()) };
            values.resize(texts.len() * width, 0);
            for (row, text) in texts.iter().enumerate() {
                let text = text.as_ref().ok_or_else(|| WrongCell::missing(row, Some(part)))?;
                values[row * width + part] = match text.trim().to_lowercase().as_str() {
                    "true" | "1" | "yes" => 1,
                    "false" | "0" | "no" => 0,
                    _ => {
                        let why = format!("is `{text}`, and whether a row has the class is `true` or `false`");
                        return Err(WrongCell { row, part: Some(part), why });
                    }
                };
            }
        }
        Ok(ReadAnswers::whole((width == self.width).then_some(Given { width, values })))
    }
}

/// One column per class.
pub(super) fn class_parts(width: usize, about: &About, ty: CellType) -> Vec<(String, CellType)> {
    about.classes.iter().take(width).map(|class| (class.clone(), ty)).collect()
}

/// A number per class that has a name.
pub(super) fn numbers<'a>(values: &'a [f64], about: &About) -> impl Iterator<Item = Cell> + use<'a> {
    values.iter().take(about.classes.len()).map(|value| Cell::Number(*value))
}

/// The classes whose probabilities are enough: `red|round`.
pub(super) fn likely(values: &[f64], about: &About) -> String {
    joined(values.iter().enumerate().map(|(class, value)| *value >= about.threshold(class)), about)
}

pub(super) fn joined(has: impl Iterator<Item = bool>, about: &About) -> String {
    let classes = about.classes.iter().zip(has).filter(|(_, has)| *has);
    classes.map(|(class, _)| class.as_str()).collect::<Vec<_>>().join("|")
}

/// The classes of a set for a person.
pub(super) fn shown(has: impl Iterator<Item = bool>, about: &About) -> String {
    let classes = joined(has, about).replace('|', ", ");
    if classes.is_empty() { "–".to_string() } else { classes }
}

#[derive(Default)]
struct Frequencies {
    means: Means,
}

impl Learn for Frequencies {
    fn add(&mut self, labels: Labels<'_>) {
        if let Labels::Sets { width, values } = labels {
            let rows = super::rows::count(values.len(), width);
            self.means.add(rows, width, |row, label| f64::from(u8::from(values[row * width + label])));
        }
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        Some(Box::new(Shares { shares: self.means.finish()? }))
    }
}

/// The share of rows that have each class; one share for a yes-or-no task.
#[derive(Clone, Debug)]
pub(super) struct Shares {
    pub shares: Vec<f64>,
}

impl Blind for Shares {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let count = self.shares.len();
        match like {
            Prediction::Probabilities { width, .. } if count == width => {
                Some(Box::new(Probabilities { width, values: self.shares.repeat(rows) }))
            }
            Prediction::Classes(_) => {
                let row: Vec<u32> = self.shares.iter().map(|share| u32::from(*share >= 0.5)).collect();
                Some(Box::new(Given { width: count, values: row.repeat(rows) }))
            }
            _ => None,
        }
    }

    fn words(&self) -> &'static str {
        if self.shares.len() > 1 { "giving every row the same labels" } else { "giving every row the same class" }
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}
