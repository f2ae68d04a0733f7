//! Inputs while they are prepared: read, taken through their steps, and looked through for gaps.

use super::chain::{CACHED, Chain, Limits, Sizes};
use super::computed::Computed;
use super::fitted::Sort;
use super::fitting::{Fitting, fitted_chain, locate, unwritten_rows};
use super::given::{Dropping, Given, Stacked};
use super::host::{Host, HostWriter};
use super::kinds;
use super::prepare::{Held, PreparedInput};
use super::problems::count;
use super::reader::{RowReader, StackedSet};
use super::row_set::RowSet;
use super::tokens_seen::{ByPart, TokensSeen};
use super::values::Values;
use crate::catalog::Kind;
use crate::catalog::kinds::{KindDef, Media};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ColumnRef, Input, Origin, Part};

/// So many values that are read for each batch are read at once while steps learn from them.
const AT_ONCE: usize = 64;

/// Numbers that go through so few steps are read from their columns again for each of them: to hold them all takes longer.
pub(super) const MOST_READ_ANEW: usize = 2;

/// Numbers of an input that no model can compute with, found while all rows go by.
#[derive(Default)]
struct Gaps {
    width: usize,
    /// Rows in which one is missing, and where in the first of them.
    missing: Vec<usize>,
    place: usize,
    /// Rows in which one is too large.
    large: Vec<usize>,
}

impl Gaps {
    /// Those of some values, which begin at a row.
    fn of(first: usize, values: &Values, used: &RowSet) -> Self {
        let mut gaps = Gaps { width: values.width(), ..Gaps::default() };
        let Values::Real { values: numbers, .. } = values else { return Gaps::default() };
        // Mostly there are none, which is seen quickest of all numbers at once.
        if numbers.chunks(CACHED).all(|some| some.iter().fold(true, |all, number| all & fits(*number))) {
            return gaps;
        }
        for (row, numbers) in
            numbers.chunks(gaps.width.max(1)).enumerate().filter(|(row, _)| used.contains(first + row))
        {
            if let Some(place) = numbers.iter().position(|value| value.is_nan()) {
                if gaps.missing.is_empty() {
                    gaps.place = place;
                }
                gaps.missing.push(first + row);
            } else if !numbers.iter().all(|value| fits(*value)) {
                gaps.large.push(first + row);
            }
        }
        gaps
    }

    /// Adds those of later rows.
    fn extend(&mut self, later: Gaps) {
        self.width = later.width;
        if self.missing.is_empty() {
            self.place = later.place;
        }
        self.missing.extend(later.missing);
        self.large.extend(later.large);
    }
}

/// Whether a number is finite in four bytes.
fn fits(number: f64) -> bool {
    (number as f32).is_finite()
}

impl Fitting<'_> {
    pub(super) fn input(&mut self, input: &Input) -> Option<PreparedInput> {
        let reader = self.reader(input)?;
        let mut stacked = Vec::new();
        // Of each data set, the number of its first row as messages count rows: all of them.
        let mut counted: Vec<(usize, usize)> = Vec::new();
        let (mut base, mut all) = (0, 0);
        for set in &reader.sets {
            stacked.push(Stacked { data: set.data, base, given: set.given.clone() });
            counted.push((set.data, all));
            base += set.rows;
            all += self.tables.sets[set.data].rows;
        }
        let places = |rows: &dyn Fn(usize) -> RowSet| -> RowSet {
            let of_set = |set: &Stacked| rows(set.data).iter().filter_map(|row| set.place(row)).collect::<RowSet>();
            stacked.iter().map(of_set).fold(RowSet::default(), |all, more| all.either(&more))
        };
        let train = places(&|data| self.parts.0[data].train.clone());
        let used = places(&|data| self.parts.0[data].all());
        let as_counted = |place: usize| {
            let set = stacked.iter().rposition(|set| set.base <= place).unwrap_or(0);
            counted[set].1 + stacked[set].given.row(place - stacked[set].base)
        };
        let trained = || stacked.iter().any(|set| !self.parts.0[set.data].of(Part::Train).is_empty());
        if input.missing.is_some() && self.saved.is_none() && train.is_empty() && trained() {
            self.problems.push(self.never_given(input));
            return None;
        }
        let loaded = self.loaded(&input.steps, Sort::Input, &input.name)?;
        let by_row = kinds::half(&reader.kind).read_for_each_batch();
        let stored = reader.sets.iter().any(|set| self.tables.sets[set.data].stored);
        let decoded = kinds::half(&reader.kind).decoded();
        let ragged = decoded || matches!(input.ty.kind, Kind::Tokens { .. } | Kind::Text);
        let computed = !self.keeps
            || by_row
            || (decoded && self.is_long(&reader, input))
            || (stored && ragged)
            || input.steps.iter().any(|step| step.def.draws_values());
        let mut gaps = Gaps::default();
        // Frames of sounds are counted like tokens.
        let has_lengths = matches!(input.ty.kind, Kind::Tokens { .. }) || (decoded && !by_row);
        let by_part = has_lengths.then(|| ByPart::of(|part| places(&|data| self.parts.0[data].of(part).clone())));
        let mut seen = TokensSeen::default();
        let mut writer = None;
        let done = {
            let read = |set: usize, rows: std::ops::Range<usize>| reader.range(set, rows);
            let sets = reader.sets.iter().map(|set| set.rows).collect();
            // Pictures and sounds are never held before they are numbers, however few they seem.
            let numbers = matches!(reader.kind, KindDef::Number(_)) && !stored;
            let limits = match by_row {
                true => Limits { memory: 0, chunk: AT_ONCE },
                false if decoded => Limits { chunk: AT_ONCE, ..self.limits },
                false if numbers => Limits { chunk: CACHED.min(self.limits.chunk), ..self.limits },
                false => self.limits,
            };
            let read_anew = numbers && input.steps.len() <= MOST_READ_ANEW;
            // What lies on disk is read some rows at a time.
            let columns = reader.numbers().filter(|_| !stored);
            let chain = Chain::new(sets, &read, limits, !stored && !read_anew && !decoded)?
                .of_columns(columns)
                .chunk_by_chunk(decoded)
                .beside(&self.pipeline.folder);
            let to_disk = (stored || chain.is_large()) && !ragged;
            fitted_chain(chain, &input.steps, &train, loaded, &self.shared).and_then(|chain| {
                if by_row {
                    return chain.without_rows();
                }
                let mut host = HostWriter::new(to_disk);
                let looked_at = |first: usize, values: Values| {
                    let gaps = Gaps::of(first, &values, &used);
                    let tokens = by_part.as_ref().map(|by_part| by_part.look(first, &values));
                    (gaps, tokens, (!computed).then(|| Host::new(values)))
                };
                let done = chain.finish(&looked_at, &mut |(later, tokens, values)| {
                    gaps.extend(later);
                    tokens.into_iter().for_each(|tokens| seen.extend(tokens));
                    values.into_iter().for_each(|values| host.push(values));
                });
                writer = Some(host);
                done
            })
        };
        if decoded {
            let half = kinds::half(&reader.kind);
            for (set, stacked) in reader.sets.iter().zip(&stacked) {
                let missing =
                    |place: &usize| set.columns.iter().any(|column| half.lacks(&column.array, set.given.row(*place)));
                let places = (0..set.rows).filter(missing).map(|place| stacked.base + place);
                gaps.missing.extend(places.filter(|place| used.contains(*place)));
            }
        }
        gaps.missing.iter_mut().chain(&mut gaps.large).for_each(|row| *row = as_counted(*row));
        let (steps, sizes) = match done {
            Ok(done) => done,
            Err((index, mut refusal)) => {
                let step = &input.steps[index];
                let what = format!("input `{}`", input.name);
                refusal.rows.iter_mut().for_each(|row| *row = as_counted(*row));
                let diagnostic = self.refused(step, step.span, &refusal, &counted, &what, &input.columns);
                self.problems.push(diagnostic);
                return None;
            }
        };
        self.keep(Sort::Input, &input.name, &input.steps, &steps);
        seen.cut = sizes.iter().map(|sizes| sizes.cut).sum();
        let raw = Sizes::of(&reader.range(0, 0..0)?);
        self.bind_all(&input.steps, &sizes);
        self.bind(&input.ty, sizes.last().unwrap_or(&raw));
        if let Some(problem) = self.gaps(input, &gaps, &counted) {
            self.problems.push(problem);
            return None;
        }
        let texts = (input.raw.kind == Kind::Text).then(|| reader.clone());
        let host = match writer.map_or(Ok(None), HostWriter::finish) {
            Ok(host) => host,
            Err(reason) => {
                self.problems.push(unwritten_rows(&format!("input `{}`", input.name), input.span, &reason));
                return None;
            }
        };
        let held = match host {
            Some(host) if !computed => Held::Whole(host),
            _ => Held::Computed(Box::new(Computed::new(input, reader, steps))),
        };
        Some(PreparedInput { stacked, dropping: Dropping::of(input), held, texts, tokens: has_lengths.then_some(seen) })
    }

    /// Whether the sounds that an input reads, of which nobody may know how long they are, are too long to be kept in any form.
    fn is_long(&self, reader: &RowReader, input: &Input) -> bool {
        let of_set = |set: &StackedSet| {
            let own = input.columns.iter().find(|column| column.data == set.data)?;
            Some(self.tables.sets[set.data].sounds.get(&own.column)?.all)
        };
        let samples: Option<Vec<usize>> = reader.sets.iter().map(of_set).collect();
        samples.is_none_or(|samples| 4 * samples.iter().sum::<usize>() > self.limits.memory)
    }

    /// What an input reads of each data set that it stacks.
    pub(super) fn reader(&mut self, input: &Input) -> Option<RowReader> {
        let first = self.pipeline.column(*input.columns.first()?);
        let mut sets = Vec::new();
        for data in &input.rows {
            let mut columns = Vec::new();
            if let Some(problem) = input.missing.and_then(|_| self.columns_in_part(input, *data)) {
                self.problems.push(problem);
                return None;
            }
            let mut arrays = Vec::new();
            for reference in input.columns.iter().filter(|column| column.data == *data) {
                let array = self.read_column(input, *reference)?;
                arrays.push(array.clone());
                columns.push(self.classed(*reference, array));
            }
            let rows = self.tables.sets[*data].rows;
            let given = input.missing.map_or_else(Given::default, |_| Given::of(&first.kind, &arrays, rows));
            sets.push(StackedSet { data: *data, rows: given.count(rows), given, columns });
        }
        Some(RowReader { kind: first.kind.clone(), shape: first.sizes(), sets })
    }

    /// The table that a column is joined from, if it has nothing for a row.
    fn without_partner(&self, column: ColumnRef, row: usize) -> Option<&str> {
        let Origin::Joined { join, .. } = self.pipeline.column(column).origin else { return None };
        let unmatched = self.tables.sets[column.data].unmatched.get(&join)?;
        unmatched.contains(&row).then_some(self.pipeline.data[column.data].joins[join].table.name.as_str())
    }

    /// Numbers that are missing or infinite after all steps, where a row is used.
    fn gaps(&self, input: &Input, gaps: &Gaps, stacked: &[(usize, usize)]) -> Option<Diagnostic> {
        let (width, missing, large) = (gaps.width, &gaps.missing, &gaps.large);
        if let Some(first) = missing.first() {
            // The numbers are still those of the columns, unless a step has changed how many there are.
            let place = gaps.place;
            let (data, _) = locate(*first, stacked);
            let columns: Vec<&ColumnRef> = input.columns.iter().filter(|column| column.data == data).collect();
            let column = if columns.len() == width { columns.get(place) } else { columns.first() };
            let what = column.map_or(String::new(), |column| format!("`{}`", self.pipeline.column_name(**column)));
            let leaves_out = input.steps.iter().find(|step| step.def.leaves_out_rows());
            let rows = count(missing.len(), "row");
            let message = match leaves_out {
                Some(step) => format!(
                    "`{}` leaves input `{}` without a value in {rows}, and no step behind it fills them in",
                    step.def.name(),
                    input.name
                ),
                None => format!(
                    "input `{}` reads {what}, no step fills what is missing, and {rows} {} no value",
                    input.name,
                    if missing.len() == 1 { "has" } else { "have" },
                ),
            };
            let media = column.and_then(|column| self.pipeline.column(**column).kind.media());
            // Rows without a single value lack the input, for which there is another way.
            let half = column.map(|column| kinds::half(&self.pipeline.column(**column).kind));
            let lacks = |column: &ColumnRef, row: usize| {
                half.zip(self.column(*column)).is_some_and(|(half, array)| half.lacks(array, row))
            };
            let lacking = missing.iter().any(|row| {
                let (data, row) = locate(*row, stacked);
                input.columns.iter().filter(|column| column.data == data).all(|column| lacks(column, row))
            });
            let help = match (&self.saved, lacking) {
                _ if media == Some(Media::Pictures) => {
                    "say where their pictures are, take these rows out of the table, or let something stand in for them: \
                     `{ missing: learned }` behind the input's chain"
                }
                _ if media == Some(Media::Sounds) => {
                    "say where their sounds are, take these rows out of the table, or let something stand in for them: \
                     `{ missing: learned }` behind the input's chain"
                }
                (None, true) => {
                    "add `-> impute(median)` to the input's steps, or, for rows that have none of its values, \
                     `{ missing: learned }` behind its chain"
                }
                (None, false) => "add `-> impute(median)` to the input's steps",
                (Some(_), true) => {
                    "fill the values in, or train a model with `-> impute(median)` in the input's steps or \
                     `{ missing: learned }` behind its chain"
                }
                (Some(_), false) => {
                    "fill the values in, or train a model with `-> impute(median)` in the input's steps"
                }
            };
            let (span, cause) = match leaves_out {
                Some(step) => (step.span, "this step"),
                None => (column.map_or(input.span, |column| self.pipeline.column(**column).span), "this column"),
            };
            let diagnostic = self
                .at(&codes::MISSING_INPUT, input.span, &message, missing, stacked)
                .here("needs every number")
                .also(span, cause)
                .help(help);
            return Some(match column.and_then(|column| self.without_partner(**column, locate(*first, stacked).1)) {
                Some(table) => diagnostic.note(format!("the table `{table}` has no row with the key of that one")),
                None => diagnostic,
            });
        }
        if large.is_empty() {
            return None;
        }
        let message = format!("input `{}` has numbers too large to compute with", input.name);
        Some(
            self.at(&codes::STEP_VALUE, input.span, &message, large, stacked)
                .here("beyond 3.4e38")
                .help("bring them to a usual size: `-> log`, `-> clip(low, high)` or `-> standardize`"),
        )
    }
}
