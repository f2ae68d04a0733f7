//! Inputs that tell a task's label in every row: a copy, a copy in another unit, or a column of other names for the classes.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};

use super::kinds::{self, KindHalf};
use super::problems::{count, shown};
use super::sample::sample_space;
use super::split::Parts;
use super::table::Tables;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{ColumnRef, Task, inputs_behind};

/// Two columns that fall into the same groups by chance do so with a probability below this, in natural logarithms; the
/// first if they hold the same words as well.
const CHANCE_OF_EQUALS: f64 = -13.8;
const CHANCE_OF_NAMES: f64 = -20.7;

/// Fewer rows than this are on a line by chance, or by the making of an example; the first if the line is `y = x`.
const ROWS_OF_EQUALS: usize = 10;
const ROWS_OF_A_LINE: usize = 30;

/// So many rows are looked at.
const MOST_ROWS: usize = 1 << 20;

/// Numbers that differ by less than this part of their range are one: they have been rounded.
const ROUNDED: f64 = 1e-6;

/// Warns of each column of an input that tells the label of a task that reads it.
pub(super) fn copies(pipeline: &Pipeline, tables: &Tables, parts: &Parts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told: BTreeSet<(ColumnRef, ColumnRef)> = BTreeSet::new();
    for task in &pipeline.tasks {
        let own: BTreeSet<ColumnRef> = task.label.columns.iter().map(|column| pipeline.of_file(*column)).collect();
        let inputs = inputs_behind(&pipeline.nodes, task);
        for label in &task.label.columns {
            let Some(seen) = Seen::of(pipeline, tables, parts, task, *label) else { continue };
            let columns = inputs.iter().flat_map(|input| {
                let input = &pipeline.inputs[*input];
                input.columns.iter().map(move |column| (input, *column))
            });
            for (input, column) in columns.filter(|(_, column)| column.data == label.data) {
                if own.contains(&pipeline.of_file(column)) || told.contains(&(column, *label)) {
                    continue;
                }
                let declared = pipeline.column(column);
                super::store::release();
                let Some(array) = tables.sets[column.data].column(column.column).filter(|_| declared.shape.is_empty())
                else {
                    continue;
                };
                let Some((rows, how)) = seen.told_by(array, &declared.kind) else { continue };
                told.insert((column, *label));
                let (name, of) = (pipeline.column_name(column), pipeline.column_name(*label));
                let message = format!(
                    "`{name}` tells the label `{of}` of task `{}` in all {}: {how}",
                    task.name,
                    count(rows, "row")
                );
                found.push(
                    Diagnostic::new(&codes::LABEL_COPY, declared.span, message)
                        .here("tells the label")
                        .also(input.span, "read by this input")
                        .also(task.label.span, "the label")
                        .help(format!(
                            "take `{}` out of the input, unless it is known before the label is: then no model is needed",
                            declared.name
                        )),
                );
            }
        }
    }
    found
}

/// What is looked at of a label.
struct Seen<'a> {
    half: &'a dyn KindHalf,
    array: &'a ArrayRef,
    /// The class that the task asks for, if it asks for one: all others are one to it.
    class: Option<&'a str>,
    /// The rows that have it and take part.
    rows: Vec<usize>,
    numbers: Option<Float64Array>,
    /// How far apart the least and the largest of the numbers are.
    range: f64,
    /// Asked for only where the first rows do not tell already that a column is no copy.
    groups: OnceCell<Groups>,
}

/// The rows of a label by what they hold.
#[derive(Default)]
struct Groups {
    /// For each row, the group that it belongs to: its class, or its number as it is written.
    of_row: Vec<u32>,
    texts: Vec<String>,
    /// The logarithm of the probability of these groups.
    chance: f64,
}

/// So many rows tell of nearly every column that it is no line.
const FIRST: usize = 64;
/// And so many that it has not the groups of the label, of which numbers may make many.
const FIRST_OF_GROUPS: usize = 4096;

impl<'a> Seen<'a> {
    fn of(pipeline: &'a Pipeline, tables: &'a Tables, parts: &Parts, task: &'a Task, label: ColumnRef) -> Option<Self> {
        let declared = pipeline.column(label);
        let half = kinds::half(&declared.kind);
        let array = tables.sets[label.data].column(label.column).filter(|_| declared.shape.is_empty())?;
        let space = sample_space(pipeline, &tables.sets[label.data], task);
        let meets = |row: usize| space.as_ref().is_none_or(|space| space[row]);
        // `binary` asks of a class only whether it is the one.
        let class = task.target_steps().find_map(|step| step.def.names_class());
        let all = parts.0[label.data].all();
        // Of very many rows, some from everywhere.
        let every = all.len().div_ceil(MOST_ROWS).max(1);
        let has = |row: usize| array.is_valid(row) && half.text_in(array, row).is_some();
        let numbers = numbers(array);
        let rows = all.iter().filter(|row| row.is_multiple_of(every) && meets(*row));
        let rows: Vec<usize> = match &numbers {
            Some(numbers) => rows.filter(|row| numbers.is_valid(*row)).collect(),
            None => rows.filter(|row| has(*row)).collect(),
        };
        let range = numbers.as_ref().map_or(0.0, |numbers| range(rows.iter().map(|row| numbers.value(*row))));
        Some(Seen { half, array, class, rows, numbers, range, groups: OnceCell::new() })
    }

    /// What a row holds, as the task sees it.
    fn text(&self, row: usize) -> String {
        let text = self.half.text(self.array, row).unwrap_or_default();
        match self.class {
            Some(class) if text != class => String::from("\0"),
            _ => text,
        }
    }

    fn groups(&self) -> &Groups {
        self.groups.get_or_init(|| {
            let mut groups = Groups::default();
            let mut of_number: HashMap<u64, u32> = HashMap::new();
            let mut of_text: HashMap<String, u32> = HashMap::new();
            for row in &self.rows {
                // Numbers that are written alike are alike, and need not be written for that.
                let number = self.numbers.as_ref().filter(|_| self.class.is_none());
                let number = number.map(|numbers| numbers.value(*row).to_bits());
                let next = groups.texts.len() as u32;
                let known = number.and_then(|number| of_number.get(&number));
                let group = known.copied().unwrap_or_else(|| {
                    let text = self.text(*row);
                    let group = match number {
                        Some(number) => *of_number.entry(number).or_insert(next),
                        None => *of_text.entry(text.clone()).or_insert(next),
                    };
                    if group == next {
                        groups.texts.push(text);
                    }
                    group
                });
                groups.of_row.push(group);
            }
            groups.chance = chance(&sizes(&groups.of_row));
            groups
        })
    }

    /// In how many rows a column tells this label, and how.
    fn told_by(&self, array: &ArrayRef, kind: &crate::catalog::kinds::KindDef) -> Option<(usize, String)> {
        if let (Some(mine), Some(other)) = (&self.numbers, numbers(array))
            && let Some(found) = self.on_a_line(mine, &other)
        {
            return Some(found);
        }
        self.same_groups(array, kind)
    }

    /// Whether the label is a multiple of the other numbers, and a constant.
    fn on_a_line(&self, mine: &Float64Array, other: &Float64Array) -> Option<(usize, String)> {
        let both = || {
            let has = |row: &&usize| other.is_valid(**row) && mine.is_valid(**row);
            self.rows.iter().filter(has).map(|row| (other.value(*row), mine.value(*row)))
        };
        let near = |line: f64, y: f64, range: f64| (line - y).abs() <= ROUNDED * range;
        // Where all points are near a line, the first are near the one through two of them, by twice as much at most.
        let ((low_x, low_y), slope) = line(both().take(FIRST));
        if slope.is_finite() && !both().take(FIRST).all(|(x, y)| near(low_y + slope * (x - low_x), y, 3.0 * self.range))
        {
            return None;
        }
        let (count, range) = (both().count(), range(both().map(|(_, y)| y)));
        let (least, slope) = line(both());
        if count < ROWS_OF_EQUALS || !slope.is_finite() || slope == 0.0 || range <= 0.0 {
            return None;
        }
        let near = |line: f64, y: f64| near(line, y, range);
        if !both().all(|(x, y)| near(least.1 + slope * (x - least.0), y)) {
            return None;
        }
        let mut different: Vec<f64> = both().map(|(x, _)| x).collect();
        different.sort_by(f64::total_cmp);
        different.dedup();
        // Of a few numbers, any two columns could be made one by a line.
        if different.len() < 6 {
            return None;
        }
        if both().all(|(x, y)| near(x, y)) {
            return Some((count, "they are equal".into()));
        }
        let constant = least.1 - slope * least.0;
        let sign = if constant < 0.0 { '-' } else { '+' };
        let shown = |value: f64| crate::catalog::show_number((value * 1e6).round() / 1e6);
        let and = if near(constant, 0.0) { String::new() } else { format!(" {sign} {}", shown(constant.abs())) };
        (count >= ROWS_OF_A_LINE).then(|| (count, format!("the label is {} times it{and}", shown(slope))))
    }

    /// Whether each value of the other column stands for one value of the label, and each of the label for one of it.
    fn same_groups(&self, array: &ArrayRef, kind: &crate::catalog::kinds::KindDef) -> Option<(usize, String)> {
        let half = kinds::half(kind);
        // What differs in the first rows differs in all.
        let mut first: (HashMap<String, String>, HashMap<String, String>) = Default::default();
        for row in self.rows.iter().take(FIRST_OF_GROUPS) {
            let Some(text) = half.text(array, *row) else { continue };
            let label = self.text(*row);
            if *first.0.entry(text.clone()).or_insert_with(|| label.clone()) != label
                || *first.1.entry(label).or_insert_with(|| text.clone()) != text
            {
                return None;
            }
        }
        let Groups { of_row, texts, chance: chance_of_all } = self.groups();
        if texts.len() < 2 || *chance_of_all > CHANCE_OF_EQUALS {
            return None;
        }
        let mut of_value: HashMap<String, u32> = HashMap::new();
        let mut of_group: Vec<Option<String>> = vec![None; texts.len()];
        let mut both = Vec::new();
        for (row, group) in self.rows.iter().zip(of_row) {
            let Some(text) = half.text(array, *row) else { continue };
            if *of_value.entry(text.clone()).or_insert(*group) != *group {
                return None;
            }
            let known = of_group[*group as usize].get_or_insert_with(|| text.clone());
            if *known != text {
                return None;
            }
            both.push(*group);
        }
        let same_words = of_value.iter().all(|(text, group)| *text == texts[*group as usize]);
        let least = if same_words { CHANCE_OF_EQUALS } else { CHANCE_OF_NAMES };
        if of_value.len() < 2 || chance(&sizes(&both)) > least {
            return None;
        }
        if same_words {
            return Some((both.len(), "they are equal".into()));
        }
        let mut pairs: Vec<(String, &String)> =
            of_value.into_iter().map(|(text, group)| (text, &texts[group as usize])).collect();
        pairs.sort();
        let pair = |(text, label): &(String, &String)| {
            let label = if *label == "\0" { "any other".to_string() } else { format!("`{}`", shown(label)) };
            format!("`{}` is {label}", shown(text))
        };
        let examples: Vec<String> = pairs.iter().take(3).map(pair).collect();
        let more = if pairs.len() > 3 { ", …" } else { "" };
        Some((both.len(), format!("{}{more}", examples.join(", "))))
    }
}

/// The point of the least x, and the slope of the line from there to the point of the largest.
fn line(points: impl Iterator<Item = (f64, f64)>) -> ((f64, f64), f64) {
    let (mut least, mut most) = ((f64::INFINITY, 0.0), (f64::NEG_INFINITY, 0.0));
    for point in points {
        least = if point.0 < least.0 { point } else { least };
        most = if point.0 > most.0 { point } else { most };
    }
    (least, (most.1 - least.1) / (most.0 - least.0))
}

/// How far the least and the largest of some numbers are apart; below zero if there are none.
fn range(numbers: impl Iterator<Item = f64>) -> f64 {
    let (low, high) =
        numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(number), high.max(number)));
    high - low
}

/// How many rows each group has.
fn sizes(groups: &[u32]) -> Vec<usize> {
    let mut sizes = vec![0; groups.iter().map(|group| *group as usize + 1).max().unwrap_or(0)];
    groups.iter().for_each(|group| sizes[*group as usize] += 1);
    sizes.retain(|size| *size > 0);
    sizes
}

/// The logarithm of the probability that rows fall into groups of these sizes just so: one over the number of ways. Where
/// every row is a group of its own there is one way, and nothing is shown by it.
fn chance(sizes: &[usize]) -> f64 {
    let factorial = |number: usize| (2..=number).map(|factor| (factor as f64).ln()).sum::<f64>();
    let mut alike: HashMap<usize, usize> = HashMap::new();
    sizes.iter().for_each(|size| *alike.entry(*size).or_default() += 1);
    let ways = factorial(sizes.iter().sum())
        - alike.iter().map(|(size, count)| *count as f64 * factorial(*size) + factorial(*count)).sum::<f64>();
    -ways
}

fn numbers(array: &ArrayRef) -> Option<Float64Array> {
    array.as_primitive_opt::<Float64Type>().cloned()
}

#[cfg(test)]
mod tests {
    use super::chance;

    #[test]
    fn chances_are_counted() {
        // Two groups of two among four rows: three ways.
        assert!((chance(&[2, 2]) + 3f64.ln()).abs() < 1e-12);
        // One row by itself among five: five ways.
        assert!((chance(&[1, 4]) + 5f64.ln()).abs() < 1e-12);
        assert_eq!(chance(&[1; 50]), 0.0);
        assert!(chance(&[10, 10]) > -13.8 && chance(&[20, 20]) < -20.7);
    }
}
