//! Texts that were chosen among others: the best ones with their scores, and where a right one stands. A form of the kind `text`.

use super::text::{TextCell, Texts};
use super::{
    About, Cell, CellType, Column, FileCells, FileColumn, Labels, Prediction, ReadAnswers, Written, WrongCell,
};
use crate::catalog::answers::AnswerDef;
use crate::catalog::answers::text::Text;

/// For each row the best texts, and the rank of a right one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranked {
    /// The best of each row.
    pub best: Texts,
    /// Of each row the best ones with their scores, the very best first.
    pub choices: Vec<Vec<(String, f64)>>,
    /// The rank of the first right answer among those of all rows that were asked about, from 1; 0 if it is not known.
    pub ranks: Vec<u64>,
}

/// What is kept of these begins with.
const FORM: &str = "ranked";

impl Ranked {
    /// What [`Column::save`] made; `None` if it is another form's.
    pub(super) fn load(saved: &[u8]) -> Option<Self> {
        let (form, choices, ranks) =
            serde_json::from_slice::<(String, Vec<Vec<(String, f64)>>, Vec<u64>)>(saved).ok()?;
        let mut ranked = Ranked::default();
        choices.into_iter().zip(ranks).for_each(|(choices, rank)| ranked.push(choices, rank));
        (form == FORM).then_some(ranked)
    }

    pub fn push(&mut self, choices: Vec<(String, f64)>, rank: u64) {
        self.best.values.push(choices.first().map(|(text, _)| text.clone()).unwrap_or_default());
        self.choices.push(choices);
        self.ranks.push(rank);
    }
}

impl Column for Ranked {
    fn kind(&self) -> AnswerDef {
        AnswerDef::Text(Text {})
    }

    fn rows(&self) -> usize {
        self.ranks.len()
    }

    fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
        let mut gathered = Ranked::default();
        rows.iter().for_each(|row| gathered.push(self.choices[*row].clone(), self.ranks[*row]));
        Box::new(gathered)
    }

    fn append(&mut self, other: &dyn Column) {
        match other.of::<Ranked>() {
            Some(other) => {
                self.best.values.extend_from_slice(&other.best.values);
                self.choices.extend_from_slice(&other.choices);
                self.ranks.extend_from_slice(&other.ranks);
            }
            None => unreachable!("columns of two forms are never one"),
        }
    }

    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
        match other.of::<Ranked>() {
            Some(other) => self.choices[row] == other.choices[other_row] && self.ranks[row] == other.ranks[other_row],
            None => self.best.same_row(row, other, other_row),
        }
    }

    fn show(&self, row: usize, about: &About) -> String {
        self.best.show(row, about)
    }

    fn labels(&self) -> Labels<'_> {
        Labels::Other(self)
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::Other(self)
    }

    fn plain(&self) -> Option<&dyn Column> {
        Some(&self.best)
    }

    fn save(&self) -> Vec<u8> {
        serde_json::to_vec(&(FORM, &self.choices, &self.ranks)).unwrap_or_default()
    }

    fn copy(&self) -> Box<dyn Column> {
        Box::new(self.clone())
    }
}

/// The answer, its score, the next ones with theirs, and the rank of a right one.
pub(super) struct RankedCells {
    /// How many are written.
    pub best: usize,
}

impl Written for RankedCells {
    fn answer(&self) -> Option<CellType> {
        Some(CellType::Text)
    }

    fn parts(&self) -> Vec<(String, CellType)> {
        let others = (2..=self.best)
            .flat_map(|place| [(place.to_string(), CellType::Text), (format!("score_{place}"), CellType::Number)]);
        let first = [("score".to_string(), CellType::Number), ("rank".to_string(), CellType::Whole)];
        first.into_iter().chain(others).collect()
    }

    fn cells(&self, prediction: &dyn Column, row: usize) -> Vec<Cell> {
        let Some(ranked) = prediction.of::<Ranked>() else { return TextCell.cells(prediction, row) };
        let choices = &ranked.choices[row];
        let text = |place: usize| choices.get(place).map_or(Cell::Nothing, |(text, _)| Cell::Text(text.clone()));
        let score = |place: usize| choices.get(place).map_or(Cell::Nothing, |(_, score)| Cell::Number(*score));
        let rank = if ranked.ranks[row] > 0 { Cell::Whole(ranked.ranks[row]) } else { Cell::Nothing };
        let others = (1..self.best).flat_map(|place| [text(place), score(place)]);
        [text(0), score(0), rank].into_iter().chain(others).collect()
    }

    /// A file without ranks is a file of texts.
    fn read(&self, cells: &FileCells) -> Result<ReadAnswers, WrongCell> {
        let Some(FileColumn::Numbers(ranks)) = cells.parts.get(1).and_then(Option::as_ref) else {
            return TextCell.read(cells);
        };
        let Some(texts) = cells.texts() else { return TextCell.read(cells) };
        let mut ranked = Ranked::default();
        for (row, rank) in ranks.iter().enumerate() {
            let score = match cells.parts.first() {
                Some(Some(FileColumn::Numbers(scores))) => scores[row].unwrap_or(0.0),
                _ => 0.0,
            };
            ranked.push(
                vec![(texts[row].clone().unwrap_or_default(), score)],
                rank.map_or(0, |rank| rank.max(0.0) as u64),
            );
        }
        Ok(ReadAnswers { whole: Some(Box::new(ranked)), ..ReadAnswers::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::AnswerHalf;

    fn two() -> Ranked {
        let mut ranked = Ranked::default();
        ranked.push(vec![("yes".into(), 0.9), ("no".into(), 0.2)], 1);
        ranked.push(vec![("no".into(), 0.5)], 0);
        ranked
    }

    #[test]
    fn it_is_a_column_of_texts_too() {
        let ranked = two();
        let column: &dyn Column = &ranked;
        assert_eq!(column.of::<Texts>().map(|texts| texts.values.clone()), Some(vec!["yes".into(), "no".to_string()]));
        let again = Text {}.load(&column.save()).expect("it was saved");
        assert!(again.same(column) && again.of::<Ranked>().is_some());
        assert!(column.gather(&[1]).same_row(0, column, 1));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let (ranked, cells) = (two(), RankedCells { best: 3 });
        let names: Vec<String> = cells.parts().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["score", "rank", "2", "score_2", "3", "score_3"]);
        let rows: Vec<Vec<Cell>> = (0..2).map(|row| cells.cells(&ranked, row)).collect();
        assert_eq!(
            rows[0][..5],
            [Cell::Text("yes".into()), Cell::Number(0.9), Cell::Whole(1), Cell::Text("no".into()), Cell::Number(0.2)]
        );
        assert_eq!((&rows[1][2], &rows[1][3]), (&Cell::Nothing, &Cell::Nothing));
        let file = FileCells {
            answer: Some(FileColumn::Texts(vec![Some("yes".into()), Some("no".into())])),
            parts: vec![
                Some(FileColumn::Numbers(vec![Some(0.9), Some(0.5)])),
                Some(FileColumn::Numbers(vec![Some(1.0), None])),
            ],
        };
        let read = cells.read(&file).expect("cells").whole.expect("answers");
        assert_eq!(read.of::<Ranked>().map(|ranked| ranked.ranks.clone()), Some(vec![1, 0]));
    }
}
