//! `text`: text of any length.

use std::collections::HashMap;

use super::ranked::{Ranked, RankedCells};
use super::{
    About, AnswerHalf, Blind, Cell, CellType, Column, FileCells, Labels, Learn, Prediction, ReadAnswers, Written,
    WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::text::Text;

/// A text per row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    pub values: Vec<String>,
    /// Of answers that a model wrote beside labels: −ln p of the tokens of the row's label, each given those before it; how many they are; and what that would be if
    /// all tokens that there are were equally likely. Empty where that is not known.
    pub surprises: Vec<[f64; 3]>,
}

impl From<Vec<String>> for Texts {
    fn from(values: Vec<String>) -> Self {
        Self { values, surprises: Vec::new() }
    }
}

/// Of longer texts the beginning is shown.
const SHOWN: usize = 80;

impl Column for Texts {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Text(Text {})
    }

    fn rows(&self) -> usize {
        self.values.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        let surprises = rows.iter().filter_map(|row| self.surprises.get(*row).copied()).collect();
        Box::new(Texts { values: rows.iter().map(|row| self.values[*row].clone()).collect(), surprises })
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Texts>() {
            Some(other) => {
                self.values.extend_from_slice(&other.values);
                self.surprises.extend_from_slice(&other.surprises);
                if self.surprises.len() < self.values.len() {
                    self.surprises.clear();
                }
            }
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        other.of::<Texts>().is_some_and(|other| self.values[row] == other.values[other_row])
    }

    fn show(&self, row: usize, _about: &About) -> String {
        let text = &self.values[row];
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.clone(),
        }
    }

    fn constant_words(&self) -> &'static str {
        "all rows have the same text"
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn wrong(&self, row: usize, prediction: &dyn Column) -> Option<(f64, String)> {
        let given = &prediction.of::<Texts>()?.values[row];
        let edits = edits(&self.values[row], given);
        Some((edits as f64, format!("{edits} edit{}", if edits == 1 { "" } else { "s" })))
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(&(&self.values, &self.surprises)).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

impl AnswerHalf for Text {
    fn writes(&self, prediction: &dyn Column, _about: &About) -> Box<dyn Written> {
        match prediction.of::<Ranked>() {
            Some(ranked) => Box::new(RankedCells { best: ranked.choices.first().map_or(1, Vec::len) }),
            None => Box::new(TextCell),
        }
    }

    /// One of so many texts, if it has a size.
    fn nothing(&self, shape: &[usize]) -> Box<dyn Column> {
        match shape {
            [best] => {
                let mut ranked = Ranked::default();
                ranked.push(vec![(String::new(), 0.0); *best], 0);
                Box::new(ranked)
            }
            _ => Box::<Texts>::default(),
        }
    }

    fn learn(&self) -> Box<dyn Learn> {
        Box::<Frequencies>::default()
    }

    fn load(&self, saved: &[u8]) -> Option<Box<dyn Column>> {
        if let Some(ranked) = Ranked::load(saved) {
            return Some(Box::new(ranked));
        }
        let (values, surprises) = serde_json::from_slice(saved).ok()?;
        Some(Box::new(Texts { values, surprises }))
    }
}

/// The text alone.
pub(super) struct TextCell;

impl Written for TextCell {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        prediction.of::<Texts>().map(|texts| Cell::Text(texts.values[row].clone())).into_iter().collect()
    }

    /// A cell without text is the text without letters.
    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let texts = |texts: &[Option<String>]| {
            Texts::from(texts.iter().map(|text| text.clone().unwrap_or_default()).collect::<Vec<_>>())
        };
        Ok(ReadAnswers::whole(cells.texts().map(texts)))
    }
}

/// How often each text is seen.
#[derive(Default)]
struct Frequencies(HashMap<String, usize>);

impl Learn for Frequencies {
    fn add(&mut self, labels: Labels<'_>) {
        let Labels::Other(column) = labels else { return };
        for text in column.of::<Texts>().into_iter().flat_map(|texts| &texts.values) {
            match self.0.get_mut(text) {
                Some(count) => *count += 1,
                None => {
                    self.0.insert(text.clone(), 1);
                }
            }
        }
    }

    /// The most frequent text; of equally frequent ones the first by its letters.
    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        let most = self.0.into_iter().max_by(|one, other| one.1.cmp(&other.1).then_with(|| other.0.cmp(&one.0)));
        Some(Box::new(Always { text: most?.0 }))
    }
}

/// One text for all.
#[derive(Clone, Debug)]
struct Always {
    text: String,
}

impl Blind for Always {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let Prediction::Other(column) = like else { return None };
        let like = column.of::<Texts>()?;
        // Who never looks finds no token likelier than another.
        let surprises = like.surprises.iter().map(|[_, tokens, even]| [*even, *tokens, *even]).collect();
        Some(Box::new(Texts { values: vec![self.text.clone(); rows], surprises }))
    }

    fn words(&self) -> &'static str {
        "giving every row the most frequent text"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}

/// How many characters must be put in, taken out or replaced to make one text of the other (Levenshtein 1966).
pub fn edits(one: &str, other: &str) -> usize {
    if one == other {
        return 0;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    edits_between(&one, &other)
}

/// The same of anything that stands in a row.
pub fn edits_between<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    // One row of the table at a time: what it costs to make each beginning of the shorter text.
    let mut costs: Vec<usize> = (0..=short.len()).collect();
    for (place, letter) in long.iter().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = place + 1;
        for (column, own) in short.iter().enumerate() {
            let replaced = diagonal + usize::from(own != letter);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[short.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_in_characters() {
        for (one, other, count) in [
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("Öl", "ol", 1),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
            ("漢字", "漢", 1),
        ] {
            assert_eq!((edits(one, other), edits(other, one)), (count, count), "{one} {other}");
        }
    }

    #[test]
    fn the_predictor_that_never_looks_says_the_most_frequent_text() {
        let mut learn = Text {}.learn();
        learn.add(Texts::from(["b", "a", "c"].map(str::to_string).to_vec()).labels());
        learn.add(Texts::from(["c", "b"].map(str::to_string).to_vec()).labels());
        let blind = learn.finish().expect("there are labels");
        let answers = blind.answers(Texts::default().prediction(), 2).expect("it answers");
        assert!(answers.same(&Texts::from(vec!["b".to_string(); 2])));
        assert!(Text {}.learn().finish().is_none());
    }
}
