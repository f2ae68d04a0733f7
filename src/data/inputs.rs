//! Inputs while they are prepared: read, taken through their steps, and looked through for gaps.

use arrow_array::Array;

use super::chain::{Chain, Limits, Sizes};
use super::computed::Computed;
use super::fitting::{Fitting, fitted_chain, locate, unwritten_rows};
use super::host::HostWriter;
use super::kinds;
use super::prepare::{Held, PreparedInput};
use super::problems::count;
use super::reader::{RowReader, StackedSet};
use super::values::Values;
use crate::catalog::Kind;
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ColumnRef, Input, Part};

/// So many values that are read for each batch are read at once while steps learn from them.
const AT_ONCE: usize = 64;

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
    fn look(&mut self, first: usize, values: &Values, used: &[bool]) {
        let Values::Real { values: numbers, .. } = values else { return };
        self.width = values.width();
        for (row, numbers) in numbers.chunks(self.width.max(1)).enumerate().filter(|(row, _)| used[first + row]) {
            if let Some(place) = numbers.iter().position(|value| value.is_nan()) {
                if self.missing.is_empty() {
                    self.place = place;
                }
                self.missing.push(first + row);
            } else if numbers.iter().any(|value| !(*value as f32).is_finite()) {
                self.large.push(first + row);
            }
        }
    }
}

impl Fitting<'_> {
    pub(super) fn input(&mut self, input: &Input) -> Option<PreparedInput> {
        let reader = self.reader(input)?;
        let mut stacked = Vec::new();
        let mut base = 0;
        for set in &reader.sets {
            stacked.push((set.data, base));
            base += set.rows;
        }
        let mut train: Vec<u32> = Vec::new();
        let mut used = vec![false; base];
        for (data, base) in &stacked {
            let parts = &self.parts.0[*data];
            train.extend(parts.of(Part::Train).iter().map(|row| (base + row) as u32));
            Part::ALL.iter().flat_map(|part| parts.of(*part)).for_each(|row| used[base + row] = true);
        }
        let saved = self.saved.as_ref().map(|saved| saved.inputs.get(&input.name).cloned());
        let loaded = saved.map(|saved| self.load_steps(&input.steps, saved, &input.name));
        let loaded = match loaded {
            // Reported.
            Some(None) => return None,
            Some(loaded) => loaded,
            None => None,
        };
        let by_row = kinds::half(&reader.kind).read_for_each_batch();
        let stored = reader.sets.iter().any(|set| self.tables.sets[set.data].stored);
        let ragged = matches!(input.ty.kind, Kind::Tokens { .. } | Kind::Text);
        let computed = by_row || (stored && ragged) || input.steps.iter().any(|step| step.def.drawn());
        let mut gaps = Gaps::default();
        let mut writer = None;
        let mut unwritten = Ok(());
        let done = {
            let read = |set: usize, rows: std::ops::Range<usize>| reader.range(set, rows);
            let sets = reader.sets.iter().map(|set| set.rows).collect();
            // Pictures are never held, however few they seem.
            let limits = if by_row { Limits { memory: 0, chunk: AT_ONCE } } else { self.limits };
            let chain = Chain::new(sets, &read, limits, !stored)?;
            let to_disk = !chain.is_held() && !ragged;
            fitted_chain(chain, &input.steps, &train, loaded).and_then(|chain| {
                if by_row {
                    return chain.without_rows();
                }
                let mut host = HostWriter::new(to_disk);
                let done = chain.finish(&mut |first, values| {
                    gaps.look(first, &values, &used);
                    if !computed && unwritten.is_ok() {
                        unwritten = host.push(values);
                    }
                });
                writer = Some(host);
                done
            })
        };
        if by_row {
            for (set, (_, base)) in reader.sets.iter().zip(&stacked) {
                let missing = |row: &usize| set.columns.iter().any(|column| column.array.is_null(*row));
                gaps.missing.extend((0..set.rows).filter(missing).map(|row| base + row).filter(|row| used[*row]));
            }
        }
        let (steps, sizes) = match done {
            Ok(done) => done,
            Err((index, refusal)) => {
                let step = &input.steps[index];
                let what = format!("input `{}`", input.name);
                let diagnostic = self.refused(step, step.span, &refusal, &stacked, &what, &input.columns);
                self.problems.push(diagnostic);
                return None;
            }
        };
        self.fitted.inputs.insert(input.name.clone(), self.states(&input.steps, &steps));
        let raw = Sizes::of(&reader.range(0, 0..0)?);
        self.bind_all(&input.steps, &sizes);
        self.bind(&input.ty, sizes.last().unwrap_or(&raw));
        if let Some(problem) = self.gaps(input, &gaps, &stacked) {
            self.problems.push(problem);
            return None;
        }
        let host = match unwritten.and_then(|()| writer.map_or(Ok(None), HostWriter::finish)) {
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
        Some(PreparedInput { stacked, held })
    }

    /// What an input reads of each data set that it stacks.
    fn reader(&mut self, input: &Input) -> Option<RowReader> {
        let first = self.pipeline.column(*input.columns.first()?);
        let mut sets = Vec::new();
        for data in &input.rows {
            let mut columns = Vec::new();
            for reference in input.columns.iter().filter(|column| column.data == *data) {
                let array = self.column(*reference)?.clone();
                columns.push(self.classed(*reference, array));
            }
            sets.push(StackedSet { data: *data, rows: self.tables.sets[*data].rows, columns });
        }
        Some(RowReader { kind: first.kind.clone(), shape: first.shape.clone(), sets })
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
            let message = format!(
                "input `{}` reads {what}, no step fills what is missing, and {} {} no value",
                input.name,
                count(missing.len(), "row"),
                if missing.len() == 1 { "has" } else { "have" },
            );
            let picture = column.is_some_and(|column| matches!(self.pipeline.column(**column).kind, KindDef::Image(_)));
            let help = match &self.saved {
                _ if picture => "say where their pictures are, or take these rows out of the table",
                None => "add `-> impute(median)` to the input's steps",
                Some(_) => "fill the values in, or train a model with `-> impute(median)` in the input's steps",
            };
            let span = column.map_or(input.span, |column| self.pipeline.column(**column).span);
            return Some(
                self.at(&codes::MISSING_INPUT, input.span, &message, missing, stacked)
                    .here("needs every number")
                    .also(span, "this column")
                    .help(help),
            );
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
