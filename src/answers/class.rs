//! `class`: one of several classes, or yes or no. Predictions are probabilities, or classes that were decided for.

use super::blind::Means;
use super::rows::rows;
use super::{
    About, AnswerHalf, Blind, Cell, CellType, Column, FileCells, Labels, Learn, Prediction, ReadAnswers, Written,
    WrongCell, likeliest, set,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::class::Class;
use crate::catalog::classes;

/// Indices of classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    pub classes: usize,
    pub values: Vec<u32>,
}

/// Labels of a yes-or-no task: whether a row has the class that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct YesOrNo {
    pub values: Vec<bool>,
}

/// Predictions: one probability per class, summing to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    pub classes: usize,
    pub values: Vec<f64>,
}

/// Predictions: independent probabilities, of yes or of each class.
#[derive(Clone, Debug, PartialEq)]
pub struct Probabilities {
    pub width: usize,
    pub values: Vec<f64>,
}

/// Predictions that were decided: class indices, or for each class of a set 0 or 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub width: usize,
    pub values: Vec<u32>,
}

impl Classes {
    fn width(&self) -> usize {
        1
    }
}

impl YesOrNo {
    fn width(&self) -> usize {
        1
    }
}

impl Distribution {
    fn width(&self) -> usize {
        self.classes
    }
}

impl Probabilities {
    fn width(&self) -> usize {
        self.width
    }
}

impl Given {
    fn width(&self) -> usize {
        self.width
    }
}

const ONE_CLASS: &str = "all rows have one class";

impl Column for Classes {
    rows!(Classes { classes });

    fn kind(&self) -> AnswerDef {
        AnswerDef::Class(Class {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        about.name(self.values[row] as usize)
    }

    fn constant_words(&self) -> &'static str {
        ONE_CLASS
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Classes { classes: self.classes, values: &self.values }
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Classes(&self.values)
    }
}

impl Column for YesOrNo {
    rows!(YesOrNo {});

    fn kind(&self) -> AnswerDef {
        AnswerDef::Class(Class {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        about.yes_or_no(self.values[row])
    }

    fn constant_words(&self) -> &'static str {
        ONE_CLASS
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Binary { values: &self.values }
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }
}

impl Column for Distribution {
    rows!(Distribution { classes });

    fn kind(&self) -> AnswerDef {
        AnswerDef::Class(Class {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        about.name(likeliest(&self.values[row * self.classes..][..self.classes]))
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Distribution { classes: self.classes, values: &self.values }
    }
}

impl Column for Probabilities {
    rows!(Probabilities { width });

    fn kind(&self) -> AnswerDef {
        AnswerDef::Class(Class {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        let values = &self.values[row * self.width..][..self.width];
        match values {
            [yes] => about.yes_or_no(*yes >= about.threshold(0)),
            all => set::likely(all, about),
        }
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Probabilities { width: self.width, values: &self.values }
    }
}

impl Column for Given {
    rows!(Given { width });

    fn kind(&self) -> AnswerDef {
        AnswerDef::Class(Class {})
    }

    fn show(&self, row: usize, about: &About) -> String {
        let values = &self.values[row * self.width..][..self.width];
        match values {
            [class] => about.name(*class as usize),
            all => set::joined(all.iter().map(|given| *given == 1), about),
        }
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Classes(&self.values)
    }
}

impl AnswerHalf for Class {
    fn writes(&self, prediction: &dyn Column, about: &About) -> Box<dyn Written> {
        let about = about.clone();
        match (prediction.prediction(), &about.positive) {
            (Prediction::Probabilities { width: 1, .. }, Some(yes)) => {
                let (yes, no) = (yes.clone(), about.negative(yes));
                Box::new(YesOrNoCells { yes, no, threshold: about.threshold(0) })
            }
            (Prediction::Probabilities { width, .. }, _) => Box::new(set::LikelyCells { width, about, of_sets: false }),
            (Prediction::Distribution { classes, .. }, _) => Box::new(LikeliestCells { classes, about }),
            _ => Box::new(ClassCells { about }),
        }
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<Frequencies>::default()
    }
}

/// The likeliest class, then a probability per class.
struct LikeliestCells {
    classes: usize,
    about: About,
}

impl Written for LikeliestCells {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        set::class_parts(self.classes, &self.about, CellType::Number)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Prediction::Distribution { classes, values } = prediction.prediction() else { return Vec::new() };
        let values = &values[row * classes..][..classes];
        std::iter::once(class_cell(&self.about, likeliest(values))).chain(set::numbers(values, &self.about)).collect()
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let values = cells.probabilities()?.filter(|_| self.about.classes.len() == self.classes);
        for (row, of_row) in values.iter().flat_map(|values| values.chunks_exact(self.classes.max(1))).enumerate() {
            adds_up(row, of_row)?;
        }
        let given = given(cells.texts(), &self.about.classes)?;
        let decides = |values: &[f64]| -> Vec<u32> {
            values.chunks_exact(self.classes.max(1)).map(|row| likeliest(row) as u32).collect()
        };
        let differ = values.as_deref().zip(given.as_deref()).is_some_and(|(values, given)| decides(values) != given);
        let whole = values.map(|values| Distribution { classes: self.classes, values });
        Ok(ReadAnswers { decided: given.map(decided), differ, ..ReadAnswers::whole(whole) })
    }
}

/// An error if the probabilities of a row are of no distribution, rounded to two digits or not at all.
fn adds_up(row: usize, values: &[f64]) -> Result<(), WrongCell> {
    let sum: f64 = values.iter().sum();
    if (sum - 1.0).abs() <= 0.005 * values.len() as f64 + 1e-3 {
        return Ok(());
    }
    let sum = crate::catalog::show_number((sum * 1e4).round() / 1e4);
    Err(WrongCell {
        row,
        part: Some(0),
        why: format!("and the probabilities of the other classes add up to {sum}, not to 1"),
    })
}

/// The classes that texts name.
fn given(texts: Option<&[Option<String>]>, classes: &[String]) -> Result<Option<Vec<u32>>, WrongCell> {
    let known = classes::Classes::new(classes);
    let index = |(row, text): (usize, &Option<String>)| {
        let text = text.as_ref().ok_or_else(|| WrongCell::missing(row, None))?;
        let found = known.index(text).or_else(|| known.index(text.trim()));
        found.map(|class| class as u32).ok_or_else(|| WrongCell::no_class(row, text, classes))
    };
    texts.map(|texts| texts.iter().enumerate().map(index).collect()).transpose()
}

fn decided(values: Vec<u32>) -> Box<dyn Column> {
    Box::new(Given { width: 1, values })
}

/// The answer to a yes-or-no question, then the probability of yes.
struct YesOrNoCells {
    yes: String,
    no: String,
    threshold: f64,
}

impl Written for YesOrNoCells {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        vec![(self.yes.clone(), CellType::Number)]
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Prediction::Probabilities { values, .. } = prediction.prediction() else { return Vec::new() };
        let answer = if values[row] >= self.threshold { &self.yes } else { &self.no };
        vec![Cell::Text(answer.clone()), Cell::Number(values[row])]
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let values = cells.probabilities()?;
        let given = given(cells.texts(), &[self.no.clone(), self.yes.clone()])?;
        let differ = values.as_ref().zip(given.as_ref()).is_some_and(|(values, given)| {
            values.iter().zip(given).any(|(value, given)| (*value >= self.threshold) != (*given == 1))
        });
        let whole = values.map(|values| Probabilities { width: 1, values });
        Ok(ReadAnswers { decided: given.map(decided), differ, ..ReadAnswers::whole(whole) })
    }
}

/// A class that was decided for; of a yes-or-no task, 1 is yes.
struct ClassCells {
    about: About,
}

impl ClassCells {
    /// The classes by the numbers that they have in predictions.
    fn classes(&self) -> Vec<String> {
        match &self.about.positive {
            Some(yes) => vec![self.about.negative(yes), yes.clone()],
            None => self.about.classes.clone(),
        }
    }
}

impl Written for ClassCells {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Prediction::Classes(values) = prediction.prediction() else { return Vec::new() };
        let class = self.classes().into_iter().nth(values[row] as usize);
        vec![class.map_or(Cell::Nothing, Cell::Text)]
    }

    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let given = given(cells.texts(), &self.classes())?;
        Ok(ReadAnswers::whole(given.map(|values| Given { width: 1, values })))
    }
}

fn class_cell(about: &About, class: usize) -> Cell {
    about.classes.get(class).map_or(Cell::Nothing, |class| Cell::Text(class.clone()))
}

/// How often each class is seen; of a yes-or-no task, yes.
#[derive(Default)]
struct Frequencies {
    means: Means,
    yes_or_no: bool,
}

impl Learn for Frequencies {
    fn add(&mut self, labels: Labels<'_>) {
        match labels {
            Labels::Classes { classes, values } => {
                self.means.add(values.len(), classes, |row, class| f64::from(u8::from(values[row] as usize == class)));
            }
            Labels::Binary { values } => {
                self.yes_or_no = true;
                self.means.add(values.len(), 1, |row, _| f64::from(u8::from(values[row])));
            }
            _ => {}
        }
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        let shares = self.means.finish()?;
        Some(if self.yes_or_no { Box::new(set::Shares { shares }) } else { Box::new(Majority { shares }) })
    }
}

/// The most frequent class, or how frequent each is where probabilities are wanted.
#[derive(Clone, Debug)]
struct Majority {
    shares: Vec<f64>,
}

impl Blind for Majority {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let count = self.shares.len();
        match like {
            Prediction::Distribution { classes, .. } if count == classes => {
                Some(Box::new(Distribution { classes, values: self.shares.repeat(rows) }))
            }
            Prediction::Probabilities { width: 1, .. } if count == 2 => {
                Some(Box::new(Probabilities { width: 1, values: self.shares[1..].repeat(rows) }))
            }
            Prediction::Probabilities { width, .. } if count == width => {
                Some(Box::new(Probabilities { width, values: self.shares.repeat(rows) }))
            }
            Prediction::Classes(_) => {
                Some(Box::new(Given { width: 1, values: vec![likeliest(&self.shares) as u32; rows] }))
            }
            _ => None,
        }
    }

    fn words(&self) -> &'static str {
        "giving every row the same class"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}
