//! Answers that are a part of a text: where the answer of a row stands among the tokens of an input, and what a part of these says.

use std::ops::Range;
use std::sync::Arc;

use super::fitted::{NoSteps, Sort};
use super::fitting::Fitting;
use super::given::Stacked;
use super::prepare::Prepared;
use super::reader::RowReader;
use super::steps::{self, FittedStep, Piece};
use super::tokens::SEPARATOR;
use super::values::Values;
use crate::catalog::steps::locate::Which;
use crate::pipeline::{Pipeline, Task};

/// The marks of `locate`.
const BEGINS: i64 = 1;
const ENDS: i64 = 2;

/// The texts of the input in which a task's answers stand.
#[derive(Debug)]
pub(super) struct Spans {
    reader: RowReader,
    stacked: Vec<Stacked>,
    /// Those of the input.
    steps: Vec<Arc<dyn FittedStep>>,
    which: Which,
    data: usize,
}

/// The text of a row, and where its tokens stand.
struct Text {
    /// As the file has it.
    written: String,
    /// As it is cut into tokens.
    cut: String,
    pieces: Vec<Piece>,
}

impl Text {
    /// What steps make of a text; `None` if they make no tokens of it, or do not know where these stand.
    fn of(steps: &[Arc<dyn FittedStep>], written: String) -> Option<Self> {
        let (cut, tokenizer) = prepared(steps, written.clone())?;
        let pieces = steps.get(tokenizer)?.pieces(&cut)?;
        let pieces = steps[tokenizer + 1..].iter().fold(pieces, |pieces, step| step.moved(pieces));
        Some(Text { written, cut, pieces })
    }

    /// A part of what is cut into tokens, with the letters that it had before if there are as many.
    fn part(&self, from: usize, to: usize) -> &str {
        if self.written.chars().count() != self.cut.chars().count() {
            return &self.cut[from..to];
        }
        let at = |place: usize| {
            let mut places = self.written.char_indices().skip(self.cut[..place].chars().count());
            places.next().map_or(self.written.len(), |(at, _)| at)
        };
        &self.written[at(from)..at(to)]
    }
}

/// What the steps before the first that makes tokens make of a text, and the place of that one.
fn prepared(steps: &[Arc<dyn FittedStep>], text: String) -> Option<(String, usize)> {
    let mut text = text;
    for (place, step) in steps.iter().enumerate() {
        match step.apply(Values::Text(vec![text.clone()])).ok()? {
            Values::Text(texts) => text = texts.into_iter().next()?,
            _ => return Some((text, place)),
        }
    }
    None
}

impl Spans {
    fn text(&self, row: usize) -> Option<Text> {
        let set = self.stacked.iter().position(|set| set.data == self.data)?;
        let place = self.stacked[set].place(row)? - self.stacked[set].base;
        let Values::Text(texts) = self.reader.rows(set, &[place])? else { return None };
        Text::of(&self.steps, texts.into_iter().next()?)
    }

    /// The marks of rows that follow one another, given their answers; without any in a row where the answer does not stand.
    pub fn located(&self, rows: Range<usize>, answers: &[String]) -> Values {
        let (mut starts, mut tokens) = (vec![0], Vec::new());
        for (row, answer) in rows.zip(answers) {
            if let Some(text) = self.text(row) {
                let answer =
                    prepared(&self.steps, answer.trim().to_string()).map(|(answer, _)| answer).unwrap_or_default();
                tokens.extend(marks(&text.cut, &text.pieces, answer.trim(), self.which));
            }
            starts.push(tokens.len());
        }
        Values::Tokens { vocabulary: 4, starts, tokens }
    }
}

/// Of each token, whether the answer begins or ends there.
fn marks(text: &str, pieces: &[Piece], answer: &str, which: Which) -> Vec<i64> {
    let mut marks = vec![0; pieces.len()];
    if answer.is_empty() {
        return marks;
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(answer).map(|at| from + at) {
        let end = at + answer.len();
        let begins = pieces.iter().position(|piece| piece.as_ref().is_some_and(|piece| piece.start == at));
        let ends = pieces.iter().rposition(|piece| piece.as_ref().is_some_and(|piece| piece.end == end));
        if let (Some(begins), Some(ends)) = (begins, ends)
            && begins <= ends
        {
            found.push((begins, ends));
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    let kept = match which {
        Which::All => &found[..],
        Which::First => &found[..found.len().min(1)],
        Which::Last => &found[found.len().saturating_sub(1)..],
    };
    for (begins, ends) in kept {
        marks[*begins] |= BEGINS;
        marks[*ends] |= ENDS;
    }
    marks
}

impl Fitting<'_> {
    /// The texts in which a task's answers stand, if they are looked for in some; `None` too where no input was prepared.
    pub(super) fn spans(&mut self, task: &Task) -> Option<Spans> {
        let (within, which) = task.target_steps().find_map(|step| Some((step.def.along()?, step.def.locates()?)))?;
        let input = self.pipeline.inputs.iter().find(|input| input.name == within)?;
        let steps = match &self.saved {
            Some(saved) => saved.steps(Sort::Input, &input.name, &input.steps),
            None => {
                let states = self.fitted.inputs.get(&input.name)?.iter();
                let steps = input.steps.iter().zip(states).map(|(step, state)| steps::load(&step.def, &state.state));
                steps.collect::<Result<_, String>>().map_err(NoSteps::Unreadable)
            }
        };
        let steps = self.there(steps, &input.steps, &input.name)?;
        let reader = self.reader(input)?;
        let mut base = 0;
        let mut stacked = Vec::new();
        for set in &reader.sets {
            stacked.push(Stacked { data: set.data, base, given: set.given.clone() });
            base += set.rows;
        }
        Some(Spans { reader, stacked, steps, which, data: task.label.data })
    }
}

impl Prepared {
    /// What each token of an input stands for in the text of a row, which may be nothing (a mark); `None` if it reads no text, or its steps do not know.
    pub fn tokens_of(&self, pipeline: &Pipeline, input: usize, data: usize, row: usize) -> Option<Vec<String>> {
        let of = &pipeline.inputs[input];
        let steps = self.fitted.steps(Sort::Input, &of.name, &of.steps).ok()?;
        let text = Text::of(&steps, self.text(input, data, row)?)?;
        let piece =
            |piece: &Piece| piece.clone().map_or(String::new(), |at| text.cut.get(at).unwrap_or("").to_string());
        Some(text.pieces.iter().map(piece).collect())
    }

    /// The text that an input reads in a row, as the file has it, as far as the input has tokens of it; `None` if it reads no text, or several, or its steps do not know
    /// where their tokens stand.
    pub fn as_written(&self, pipeline: &Pipeline, input: usize, data: usize, row: usize) -> Option<String> {
        let of = &pipeline.inputs[input];
        let steps = self.fitted.steps(Sort::Input, &of.name, &of.steps).ok()?;
        let written = self.text(input, data, row).filter(|text| !text.contains(SEPARATOR))?;
        let text = Text::of(&steps, written)?;
        let end = text.pieces.iter().flatten().map(|piece| piece.end).max().unwrap_or(0);
        Some(text.part(0, floor(&text.cut, end)).to_string())
    }

    /// The best part of the text of a row for a task whose answers are such, by two scores for each of its tokens: of at most so many
    /// tokens.
    pub fn best_span(&self, task: usize, row: usize, scores: &[f64], max: usize) -> String {
        let Some(text) = self.tasks[task].spans.as_ref().and_then(|spans| spans.text(row)) else {
            return String::new();
        };
        let Some((first, last)) = best(&text.pieces, scores, max) else { return String::new() };
        let (Some(first), Some(last)) = (&text.pieces[first], &text.pieces[last]) else { return String::new() };
        let (from, to) = (floor(&text.cut, first.start), ceil(&text.cut, last.end));
        text.part(from, to).to_string()
    }
}

/// Where the character begins that a byte is part of.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Where it ends.
fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// The first and the last token of the part with the highest sum, the first of equals; `None` if no token stands in the text.
fn best(pieces: &[Piece], scores: &[f64], max: usize) -> Option<(usize, usize)> {
    let mut found: Option<(f64, usize, usize)> = None;
    let places = pieces.len().min(scores.len() / 2);
    for first in (0..places).filter(|place| pieces[*place].is_some()) {
        for last in (first..places.min(first + max)).filter(|place| pieces[*place].is_some()) {
            let sum = scores[2 * first] + scores[2 * last + 1];
            if found.is_none_or(|(best, ..)| sum > best) {
                found = Some((sum, first, last));
            }
        }
    }
    found.map(|(_, first, last)| (first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tokens;

    fn pieces(text: &str) -> Vec<Piece> {
        let start = text.as_ptr() as usize;
        tokens::words(text)
            .map(|word| word.as_ptr() as usize - start)
            .zip(tokens::words(text))
            .map(|(at, word)| Some(at..at + word.len()))
            .collect()
    }

    #[test]
    fn answers_are_found_where_tokens_end() {
        let text = "to the hall, then to the hallway";
        let of = |answer: &str, which| marks(text, &pieces(text), answer, which);
        // "hall" stands at the beginning of "hallway" too, but ends inside of it.
        assert_eq!(of("hall", Which::All), [0, 0, 3, 0, 0, 0, 0, 0]);
        assert_eq!(of("to the", Which::All), [1, 2, 0, 0, 0, 1, 2, 0]);
        assert_eq!(of("to the", Which::First), [1, 2, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of("to the", Which::Last), [0, 0, 0, 0, 0, 1, 2, 0]);
        assert_eq!(of("the hall, then", Which::All), [0, 1, 0, 0, 2, 0, 0, 0]);
        for answer in ["", "cellar", "o the", "all"] {
            assert_eq!(of(answer, Which::All), [0; 8], "{answer}");
        }
        let repeated = "a a a";
        assert_eq!(marks(repeated, &pieces(repeated), "a a", Which::All), [1, 3, 2]);
    }

    #[test]
    fn the_best_part_is_no_longer_than_it_may_be_and_begins_before_it_ends() {
        let pieces: Vec<Piece> = (0..5).map(|at| (at != 3).then_some(at..at + 1)).collect();
        // As a beginning the third token is best, as an end the first.
        let scores = [1.0f64, 9.0, 0.0, 2.0, 5.0, 1.0, 9.0, 9.0, 0.0, 4.0];
        let all = |max: usize| {
            let pairs = (0..5).flat_map(|first| (first..5.min(first + max)).map(move |last| (first, last)));
            let legal = pairs.filter(|(first, last)| *first != 3 && *last != 3);
            legal.max_by(|one, other| {
                let sum = |(first, last): &(usize, usize)| scores[2 * first] + scores[2 * last + 1];
                sum(one).total_cmp(&sum(other)).then(other.cmp(one))
            })
        };
        for max in 1..6 {
            assert_eq!(best(&pieces, &scores, max), all(max), "{max}");
        }
        assert_eq!(best(&pieces, &scores, 1), Some((0, 0)));
        assert_eq!(best(&[None, None], &[1.0; 4], 3), None);
        assert_eq!(best(&[], &[], 3), None);
    }
}
