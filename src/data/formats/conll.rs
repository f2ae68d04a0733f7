//! `conll`: a word per line, and a row per sentence.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};

use super::hashes::{RowHasher, hash_of};
use super::{Chunk, Chunks, Filled, FormatHalf, Found, Raw, Request};
use crate::catalog::formats::conll::Conll;
use crate::data::encoding::Decoded;
use crate::data::source::Source;
use crate::diag::Diagnostic;

/// A line that is longer is no word.
const MOST_OF_A_LINE: u64 = 1 << 20;
/// So many sentences are given at once.
const AT_ONCE: usize = 1024;
/// What begins a document in the data of 2003, and is no sentence.
const DOCUMENT: &str = "-DOCSTART-";

impl FormatHalf for Conll {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        if let Some(kind) = source.foreign() {
            return Err(unreadable(kind));
        }
        let text = Decoded::of_text(source.reader().map_err(unreadable)?).map_err(unreadable)?;
        let mut lines = Lines { text: BufReader::new(text), comment: self.comment.as_deref(), line: 0, tabs: None };
        let first = lines.sentence(None).map_err(unreadable)?;
        let Some(first) = first else { return Err(unreadable("it has no sentence".into())) };
        let refused = request.unreadable("");
        let columns = first.columns.len();
        let undeclared = (0..columns).filter(|place| !request.declares(&(place + 1).to_string())).collect();
        Ok(Box::new(Sentences { columns, lines, ahead: Some(first), asked: Vec::new(), undeclared, refused }))
    }
}

/// What a sentence has in each column, its words apart by spaces.
struct Sentence {
    /// The line of its first word.
    line: u32,
    columns: Vec<String>,
}

struct Lines<'c, R> {
    text: R,
    comment: Option<&'c str>,
    /// How many lines have been read.
    line: u32,
    /// Whether tabs stand between columns, once a word has been seen.
    tabs: Option<bool>,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next sentence; `None` behind the last. Its words have so many columns, if that is known.
    fn sentence(&mut self, columns: Option<usize>) -> Result<Option<Sentence>, String> {
        let mut sentence: Option<Sentence> = None;
        let mut line = String::new();
        loop {
            line.clear();
            let read = (&mut self.text).take(MOST_OF_A_LINE).read_line(&mut line).map_err(|error| error.to_string())?;
            if read == 0 {
                return Ok(sentence);
            }
            self.line += 1;
            if read as u64 == MOST_OF_A_LINE {
                return Err(format!("line {} is longer than a megabyte", self.line));
            }
            let word = line.trim_end_matches(['\n', '\r']);
            if word.trim().is_empty() {
                match sentence {
                    Some(sentence) => return Ok(Some(sentence)),
                    None => continue,
                }
            }
            if self.comment.is_some_and(|comment| word.starts_with(comment)) || word.starts_with(DOCUMENT) {
                continue;
            }
            let tabs = *self.tabs.get_or_insert_with(|| word.contains('\t'));
            let cells: Vec<&str> = if tabs { word.split('\t').collect() } else { word.split_whitespace().collect() };
            // Of CoNLL-U: words that several others make, or that are not written.
            if self.comment.is_some() && is_range(cells[0]) {
                continue;
            }
            let wanted = columns.or(sentence.as_ref().map(|sentence| sentence.columns.len())).unwrap_or(cells.len());
            if cells.len() != wanted {
                return Err(format!(
                    "line {} has {} columns, and the words before it have {wanted}",
                    self.line,
                    cells.len()
                ));
            }
            if let Some((place, _)) = cells.iter().enumerate().find(|(_, cell)| cell.trim().is_empty()) {
                return Err(format!("line {} has nothing in its column {}", self.line, place + 1));
            }
            let empty = || Sentence { line: self.line, columns: vec![String::new(); wanted] };
            let sentence = sentence.get_or_insert_with(empty);
            for (column, cell) in sentence.columns.iter_mut().zip(cells) {
                if !column.is_empty() {
                    column.push(' ');
                }
                column.extend(cell.trim().chars().map(|letter| if letter.is_whitespace() { '_' } else { letter }));
            }
        }
    }
}

/// `1-2` or `8.1`.
fn is_range(cell: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    cell.split_once(['-', '.']).is_some_and(|(from, to)| number(from) && number(to))
}

struct Sentences<'c, R> {
    lines: Lines<'c, R>,
    columns: usize,
    /// What was read to know the columns.
    ahead: Option<Sentence>,
    asked: Vec<usize>,
    /// The places of columns that nobody declares.
    undeclared: Vec<usize>,
    /// What is said of a file that cannot be read, but for the reason.
    refused: Diagnostic,
}

impl<R: BufRead + Send> Chunks for Sentences<'_, R> {
    fn header(&self) -> Vec<String> {
        (1..=self.columns).map(|place| place.to_string()).collect()
    }

    fn find(&self, source: &str) -> Found {
        let place = source.parse::<usize>().ok().filter(|place| (1..=self.columns).contains(place));
        place.map_or(Found::No, |place| Found::At(place - 1))
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let mut sentences: Vec<Sentence> = self.ahead.take().into_iter().collect();
        while sentences.len() < AT_ONCE {
            match self.lines.sentence(Some(self.columns)) {
                Ok(Some(sentence)) => sentences.push(sentence),
                Ok(None) => break,
                Err(reason) => {
                    let mut refused = self.refused.clone();
                    refused.message += &reason;
                    return Err(vec![refused]);
                }
            }
        }
        if sentences.is_empty() {
            return Ok(None);
        }
        let (columns, asked, undeclared) = (self.columns, self.asked.clone(), self.undeclared.clone());
        let taken_apart = move || {
            let column = |place: usize| -> ArrayRef {
                Arc::new(StringArray::from_iter_values(sentences.iter().map(|sentence| &sentence.columns[place])))
            };
            let all: Vec<ArrayRef> = (0..columns).map(column).collect();
            let others = |sentence: &Sentence| hash_of(undeclared.iter().map(|place| &sentence.columns[*place]));
            let mut content = RowHasher::new(sentences.len());
            all.iter().for_each(|column| content.add(column));
            Ok(Chunk {
                rows: sentences.len(),
                columns: asked.iter().map(|place| Filled::Array(all[*place].clone())).collect(),
                lines: sentences.iter().map(|sentence| sentence.line).collect(),
                content: content.finish(),
                undeclared: sentences.iter().map(others).collect(),
                ..Chunk::default()
            })
        };
        Ok(Some(Box::new(taken_apart)))
    }

    fn undeclared(&self) -> Vec<String> {
        self.undeclared.iter().map(|place| (place + 1).to_string()).collect()
    }
}
