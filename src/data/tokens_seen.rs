//! How many tokens the texts of an input have, and how many of these no vocabulary has.

use super::prepare::Prepared;
use super::problems::count;
use super::row_set::RowSet;
use super::tokens::UNKNOWN;
use super::values::Values;
use crate::pipeline::{Part, Pipeline};

/// The rows of each part.
pub(super) struct ByPart([RowSet; 3]);

/// What was seen of rows that belong to a part.
#[derive(Debug, Default)]
pub struct TokensSeen {
    parts: [Counts; 3],
    /// How many tokens the longest row has, and how many rows have as many.
    longest: (usize, usize),
    /// How many tokens, or places, each row has, of rows of no part too.
    lengths: Vec<u32>,
    /// How many rows a step has shortened.
    pub(super) cut: usize,
}

#[derive(Debug, Default)]
struct Counts {
    rows: usize,
    tokens: usize,
    unknown: usize,
}

impl ByPart {
    pub fn of(rows: impl Fn(Part) -> RowSet) -> Self {
        Self(Part::ALL.map(rows))
    }

    /// Looks at rows from this one on: at tokens, and at how long series are.
    pub fn look(&self, first: usize, values: &Values) -> TokensSeen {
        let mut seen = TokensSeen::default();
        let lengths = |starts: &[usize]| -> Vec<u32> {
            starts.windows(2).map(|ends| u32::try_from(ends[1] - ends[0]).unwrap_or(u32::MAX)).collect()
        };
        if let Values::Series(series) = values {
            seen.lengths = lengths(&series.starts);
        }
        let Values::Tokens { starts, tokens, .. } = values else { return seen };
        seen.lengths = lengths(starts);
        for (row, ends) in starts.windows(2).enumerate() {
            let Some(part) = self.0.iter().position(|rows| rows.contains(first + row)) else { continue };
            let of_row = &tokens[ends[0]..ends[1]];
            let counts = &mut seen.parts[part];
            counts.rows += 1;
            counts.tokens += of_row.len();
            counts.unknown += of_row.iter().filter(|token| **token == UNKNOWN).count();
            seen.longer(of_row.len(), 1);
        }
        seen
    }
}

impl TokensSeen {
    /// With what was seen of other rows.
    pub fn extend(&mut self, other: TokensSeen) {
        for (own, other) in self.parts.iter_mut().zip(&other.parts) {
            own.rows += other.rows;
            own.tokens += other.tokens;
            own.unknown += other.unknown;
        }
        self.longer(other.longest.0, other.longest.1);
        self.lengths.extend(other.lengths);
        self.cut += other.cut;
    }

    /// How many rows a step has shortened.
    pub fn cut(&self) -> usize {
        self.cut
    }

    /// How many tokens each row has, of rows of no part too.
    pub fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// Of the tokens of each part, the share that is unknown; of parts without tokens nothing.
    pub fn unknown(&self) -> Vec<(Part, f64)> {
        let with_tokens = self.parts.iter().zip(Part::ALL).filter(|(counts, _)| counts.tokens > 0);
        with_tokens.map(|(counts, part)| (part, counts.unknown as f64 / counts.tokens as f64)).collect()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.lengths.len()
    }

    /// How many tokens a row has, by its place among those that have the input.
    pub fn length(&self, place: usize) -> usize {
        self.lengths.get(place).map_or(0, |length| *length as usize)
    }

    fn longer(&mut self, length: usize, rows: usize) {
        let (longest, so_far) = self.longest;
        self.longest = match length {
            length if length > longest => (length, rows),
            length if length == longest => (longest, so_far + rows),
            _ => (longest, so_far),
        };
    }

    /// "24.1 tokens on average, 256 at most (12 rows); unknown: train 0.0%, valid 3.1%, test 2.9%"; `None` if there is no row.
    fn words(&self) -> Option<String> {
        let (rows, tokens) =
            self.parts.iter().fold((0, 0), |(rows, tokens), counts| (rows + counts.rows, tokens + counts.tokens));
        if rows == 0 {
            return None;
        }
        let mean = tokens as f64 / rows as f64;
        let (longest, of_longest) = self.longest;
        let shares = self.unknown().into_iter().map(|(part, share)| format!("{} {:.1}%", part.name(), 100.0 * share));
        let shares: Vec<String> = shares.collect();
        let none = self.parts.iter().all(|counts| counts.unknown == 0);
        let unknown = if none { "none unknown".to_string() } else { format!("unknown: {}", shares.join(", ")) };
        let cut = if self.cut == 0 { String::new() } else { format!("; {} cut short", count(self.cut, "text")) };
        Some(format!("{mean:.1} tokens on average, {longest} at most ({}){cut}; {unknown}", count(of_longest, "row")))
    }
}

/// A line for each input that is tokens: "input text  vocabulary 8,002; …".
pub(super) fn lines(pipeline: &Pipeline, prepared: &Prepared) -> String {
    let of_input = |(input, prepared_input): (&crate::pipeline::Input, &super::prepare::PreparedInput)| {
        let seen = prepared_input.tokens.as_ref()?.words()?;
        let crate::catalog::Kind::Tokens { vocabulary } = input.ty.resolve(prepared.facts()).kind else { return None };
        Some(format!("input {}  vocabulary of {vocabulary}; {seen}\n", input.name))
    };
    pipeline.inputs.iter().zip(&prepared.inputs).filter_map(of_input).collect()
}
