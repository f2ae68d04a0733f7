//! What `check --data` warns of: data that can be trained on and will disappoint.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{Array, ArrayRef};

use super::classes::without_rows;
use super::fitting::listed;
use super::kinds::{self, KindHalf};
use super::problems::{EXAMPLES, at_rows, count, shown};
use super::split::Parts;
use super::store::{self, Fixed};
use super::table::{Table, Tables};
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Pipeline;
use crate::pipeline::{ColumnRef, DataSet, Part, SplitMethod};

/// Everything worth a warning, in the order of the spec.
pub fn inspect(pipeline: &Pipeline, tables: &Tables, parts: &Parts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for data in 0..pipeline.data.len() {
        store::release();
        found.extend(empty_parts(pipeline, parts, data));
        found.extend(unused_rows(pipeline, tables, parts, data));
        let (repeated, all_differ) = repeated_ids(pipeline, tables, parts, data);
        found.extend(repeated);
        // Rows of different ids are no copies.
        if !all_differ {
            found.extend(duplicate_rows(pipeline, tables, parts, data));
        }
        found.extend(super::joined::unmatched_keys(&pipeline.data[data], &tables.sets[data]));
        found.extend(super::made::undefined_values(&pipeline.data[data], &tables.sets[data]));
    }
    found.extend(super::copies::copies(pipeline, tables, parts));
    found.extend(missing_classes(pipeline, tables));
    found.extend(constant_columns(pipeline, tables, parts));
    found.extend(absent_classes(pipeline, tables, parts));
    found
}

fn empty_parts(pipeline: &Pipeline, parts: &Parts, data: usize) -> Option<Diagnostic> {
    let set = &pipeline.data[data];
    let asked = match &set.split.method {
        SplitMethod::Shares { valid, test, .. } => [*valid > 0.0, *test > 0.0],
        SplitMethod::Column { valid, test, .. } => [!valid.is_empty(), !test.is_empty()],
        SplitMethod::Files { valid, test } => [valid.is_some(), test.is_some()],
    };
    let empty: Vec<&str> = [Part::Valid, Part::Test]
        .into_iter()
        .zip(asked)
        .filter(|(part, asked)| *asked && parts.0[data].of(*part).is_empty())
        .map(|(part, _)| part.name())
        .collect();
    if empty.is_empty() {
        return None;
    }
    let rows = parts.0[data].of(Part::Train).len();
    let message = format!(
        "the split of `{}` leaves no rows for {} ({} for train)",
        set.name,
        empty.join(" and "),
        count(rows, "row")
    );
    Some(Diagnostic::new(&codes::EMPTY_PART, set.split.span, message).here("asks for more parts than there are rows"))
}

fn unused_rows(pipeline: &Pipeline, tables: &Tables, parts: &Parts, data: usize) -> Option<Diagnostic> {
    let set = &pipeline.data[data];
    let SplitMethod::Column { column, train, valid, test } = &set.split.method else { return None };
    let used = parts.0[data].all();
    let unused: Vec<usize> = (0..tables.sets[data].rows).filter(|row| !used.contains(*row)).collect();
    let first = unused.first()?;
    let declared = &set.columns[*column];
    let half = kinds::half(&declared.kind);
    let value = tables.sets[data].column(*column).and_then(|array| half.text(array, *first));
    let what = value.as_ref().map_or("is missing".to_string(), |value| format!("is `{}`", shown(value)));
    let message =
        format!("{} of `{}` belong to no part: `{}` {what}", count(unused.len(), "row"), set.name, declared.name);
    let mut diagnostic =
        at_rows(&codes::UNUSED_ROWS, set.split.span, &message, &tables.sets[data], &unused).here("names no such value");
    let listed: Vec<&str> = [train, valid, test].into_iter().flatten().map(String::as_str).collect();
    if let Some(close) = value.as_deref().and_then(|value| crate::diag::suggest::closest(value, listed)) {
        diagnostic = diagnostic.help(format!("is `{close}` meant?"));
    }
    Some(diagnostic)
}

/// Rows of one id in several parts: what holds rows together is not the id, once the split says otherwise. And whether every
/// row has an id of its own.
fn repeated_ids(pipeline: &Pipeline, tables: &Tables, parts: &Parts, data: usize) -> (Option<Diagnostic>, bool) {
    let (set, table) = (&pipeline.data[data], &tables.sets[data]);
    let column = set.id.and_then(|id| Some((id, table.column(id)?)));
    let Some((id, array)) = column else { return (None, false) };
    let mut hashed =
        Hashed::of(parts, data, table.rows, &[(kinds::half(&set.columns[id].kind), array)], &Fixed::default());
    if array.null_count() > 0 {
        hashed.0.retain(|(_, _, row)| array.is_valid(*row as usize));
    }
    let all = array.null_count() == 0 || hashed.0.len() == parts.0[data].all().len();
    let all_differ = all && hashed.all_differ();
    let repeated = if all_differ { None } else { cut_ids(set, table, id, &mut hashed) };
    (repeated, all_differ)
}

/// Ids that rows of several parts have.
fn cut_ids(set: &DataSet, table: &Table, id: usize, hashed: &mut Hashed) -> Option<Diagnostic> {
    let array = table.column(id)?;
    let half = kinds::half(&set.columns[id].kind);
    let mut cut = Vec::new();
    for run in hashed.runs().filter(|run| run.iter().any(|(_, part, _)| *part != run[0].1)) {
        let mut first: BTreeMap<String, (Part, usize)> = BTreeMap::new();
        for (_, part, row) in run {
            let one = (Part::ALL[usize::from(*part)], *row as usize);
            let text = half.text(array, one.1).unwrap_or_default();
            let seen = *first.entry(text.clone()).or_insert(one);
            if seen.0 != one.0 {
                cut.push((text, seen, one));
            }
        }
    }
    cut.sort_by_key(|(_, _, (part, row))| (part.index(), *row));
    let (text, one, other) = cut.first()?;
    let place = |(part, row): &(Part, usize)| format!("{} ({})", table.short_place(*row), part.name());
    let name = &set.columns[id].name;
    let message = format!(
        "{} of `{}` have the id of a row in an earlier part: `{name}` is `{}` in {} and {}",
        count(cut.len(), "row"),
        set.name,
        shown(text),
        place(one),
        place(other)
    );
    let group = match &set.split.method {
        SplitMethod::Shares { group: Some(group), .. } => Some(&set.columns[*group].name),
        _ => None,
    };
    let diagnostic = Diagnostic::new(&codes::REPEATED_ID, set.split.span, message).also(set.columns[id].span, "the id");
    Some(match group {
        Some(group) => diagnostic.here(format!("keeps rows of one `{group}` together, and cuts ids")).help(format!(
            "keep rows of one id together: `group: {name}`; or, if `{name}` identifies no row, declare it otherwise: `{name}: category`"
        )),
        None => diagnostic.here("cuts ids").help(format!(
            "keep rows of one id together: `group: {name}` in a split by shares; or, if `{name}` identifies no row, declare it otherwise: `{name}: category`"
        )),
    })
}

/// Rows by a hash of what they hold: the hash, the part and the row.
struct Hashed(Vec<(u64, u8, u32)>);

/// So many rows are hashed at once, after which the pages that have been read are let go.
const AT_ONCE: usize = 1 << 15;

impl Hashed {
    /// The rows of all parts by some of their columns.
    fn of(
        parts: &Parts,
        data: usize,
        rows: usize,
        columns: &[(&dyn KindHalf, &ArrayRef)],
        undeclared: &Fixed<8>,
    ) -> Self {
        let of_part = Part::ALL.map(|part| parts.0[data].of(part));
        let mut hashed = Vec::with_capacity(rows);
        for first in (0..rows).step_by(AT_ONCE) {
            let last = rows.min(first + AT_ONCE);
            let mut hashes: Vec<u64> =
                (first..last).map(|row| undeclared.get(row).map_or(0, u64::from_le_bytes)).collect();
            columns.iter().for_each(|(half, array)| half.hash_rows(array, first, &mut hashes));
            for (part, of_part) in Part::ALL.into_iter().zip(of_part) {
                let own = of_part.between(first..last);
                hashed.extend(own.map(|row| (hashes[row - first], part.index(), row as u32)));
            }
            store::release();
        }
        Self(hashed)
    }

    /// Whether no two rows have one hash, which is quicker to see than to sort them.
    fn all_differ(&self) -> bool {
        // Twice as many places as rows: a hash stands in its own place or in the next free one.
        let size = (2 * self.0.len()).next_power_of_two();
        let mut places = vec![0u64; size];
        let mut zeros = 0;
        for (hash, _, _) in &self.0 {
            // Which marks a free place.
            if *hash == 0 {
                zeros += 1;
                continue;
            }
            let mut place = (hash >> 20) as usize & (size - 1);
            while places[place] != 0 {
                if places[place] == *hash {
                    return false;
                }
                place = (place + 1) & (size - 1);
            }
            places[place] = *hash;
        }
        zeros < 2
    }

    /// The rows of equal hashes, each in the order of parts and rows.
    fn runs(&mut self) -> impl Iterator<Item = &[(u64, u8, u32)]> {
        self.0.sort_unstable();
        self.0.chunk_by(|one, other| one.0 == other.0)
    }
}

fn duplicate_rows(pipeline: &Pipeline, tables: &Tables, parts: &Parts, data: usize) -> Option<Diagnostic> {
    let (set, table) = (&pipeline.data[data], &tables.sets[data]);
    // Which part a row belongs to is no part of what it says. All else is, read or not: people of one age are no copies.
    let part = match &set.split.method {
        SplitMethod::Column { column, .. } => Some(*column),
        _ => None,
    };
    let columns: Vec<_> = set
        .columns
        .iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != part)
        .filter_map(|(index, column)| Some((kinds::half(&column.kind), table.column(index)?)))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let mut hashed = Hashed::of(parts, data, table.rows, &columns, &table.undeclared);
    let (mut twice, mut distinct) = (Vec::new(), 0);
    for run in hashed.runs() {
        let (_, first, one) = run[0];
        distinct += usize::from(first == Part::Train.index());
        let later = run.iter().filter(|(_, part, _)| *part != first);
        twice.extend(later.map(|(_, part, row)| {
            (one as usize, Part::ALL[usize::from(first)], *row as usize, Part::ALL[usize::from(*part)])
        }));
    }
    drop(hashed);
    twice.sort_by_key(|(_, _, row, part)| (part.index(), *row));
    // In a table of a few categories most rows have a twin, and it means nothing.
    let train = parts.0[data].of(Part::Train).len();
    if distinct * 2 < train {
        return None;
    }
    let describe = |(one, of, other, part): &(usize, Part, usize, Part)| {
        format!("{} ({}) and {} ({})", table.short_place(*one), of.name(), table.short_place(*other), part.name())
    };
    let first = twice.first()?;
    let file = table.files.first().map_or("", |file| file.name.as_str());
    let message = format!(
        "{} of `{}` also {} in an earlier part: in `{file}`, {}",
        count(twice.len(), "row"),
        set.name,
        if twice.len() == 1 { "stands" } else { "stand" },
        describe(first)
    );
    let mut diagnostic = Diagnostic::new(&codes::DUPLICATE_ROWS, set.split.span, message)
        .here("cuts between equal rows")
        .help("take the copies out of the file, or let the split keep them together");
    for pair in twice.iter().skip(1).take(EXAMPLES - 1) {
        diagnostic = diagnostic.note(format!("also {}", describe(pair)));
    }
    Some(diagnostic)
}

/// A class that most rows hold and that is read as missing, since its name is a usual spelling of that.
fn missing_classes(pipeline: &Pipeline, tables: &Tables) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (set, table) in pipeline.data.iter().zip(&tables.sets) {
        for (column, spelled) in set.columns.iter().zip(&table.spelled_missing) {
            // Who lists the spellings of a column, or its classes, has thought of it.
            let decided = column.kind.missing().is_some() || column.kind.declared_classes().is_some();
            if decided || !kinds::half(&column.kind).has_classes() {
                continue;
            }
            let Some((spelling, rows)) = likely_class(spelled, table.rows) else { continue };
            let message = format!(
                "`{}.{}` is `{spelling}` in {rows} of {}, which is read as a missing value",
                set.name,
                column.name,
                count(table.rows, "row")
            );
            let help = format!(
                "if `{spelling}` is a class, write `{name}: {kind}(missing: [])`, where an empty cell alone is missing; if it does mean a \
                 missing value, write `{name}: {kind}(missing: [{spelling:?}])`",
                name = column.name,
                kind = column.kind.name(),
            );
            found.push(
                Diagnostic::new(&codes::MISSING_CLASS, column.span, message).here("most rows have no class").help(help),
            );
        }
    }
    found
}

/// The word among the spellings of a missing value that at least half of the rows hold: more likely a class of its own (`None`,
/// for a house without an alley) than a gap.
pub fn likely_class(spelled: &BTreeMap<String, usize>, rows: usize) -> Option<(&str, usize)> {
    let (spelling, count) = spelled
        .iter()
        .filter(|(spelling, _)| spelling.chars().any(char::is_alphabetic))
        .max_by_key(|(_, count)| **count)?;
    (count * 2 >= rows && rows > 1).then_some((spelling.as_str(), *count))
}

fn constant_columns(pipeline: &Pipeline, tables: &Tables, parts: &Parts) -> Vec<Diagnostic> {
    let read: BTreeSet<ColumnRef> =
        pipeline.inputs.iter().flat_map(|input| &input.columns).map(|column| pipeline.of_file(*column)).collect();
    let mut found = Vec::new();
    for reference in read {
        let column = pipeline.column(reference);
        // Pixels at the rim of a picture are constant, and nobody would take them out of `p00 .. p63`.
        let columns = &pipeline.data[reference.data].columns;
        if columns.iter().filter(|other| other.span == column.span).count() > 1 {
            continue;
        }
        let train = parts.0[reference.data].of(Part::Train);
        let half = kinds::half(&column.kind);
        // What is shown of bytes says how many they are, and not what they hold.
        if half.decoded() {
            continue;
        }
        store::release();
        let Some(array) = tables.sets[reference.data].column(reference.column) else { continue };
        // One row alone is constant in every column, and has been reported as what it is.
        let Some(value) = train.first().filter(|_| train.len() > 1).and_then(|row| half.text(array, row)) else {
            continue;
        };
        if train.iter().any(|row| half.text(array, row).as_ref() != Some(&value)) {
            continue;
        }
        let message = format!(
            "`{}` is `{}` in all {} of the training part",
            pipeline.column_name(reference),
            shown(&value),
            count(train.len(), "row")
        );
        found.push(
            Diagnostic::new(&codes::CONSTANT_COLUMN, column.span, message)
                .here("tells no rows apart")
                .help("leave it out of the inputs"),
        );
    }
    found
}

fn absent_classes(pipeline: &Pipeline, tables: &Tables, parts: &Parts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for task in &pipeline.tasks {
        let Some(reference) = task.label.columns.first() else { continue };
        let column = pipeline.column(*reference);
        let Some(declared) = column.kind.declared_classes() else { continue };
        let Some(array) = tables.sets[reference.data].column(reference.column) else { continue };
        let half = kinds::half(&column.kind);
        let mut seen = BTreeSet::new();
        half.classes_seen(array, &mut parts.0[reference.data].of(Part::Train).iter(), &mut seen);
        let absent = without_rows(declared, &seen);
        // None at all, or one alone: an error that says so has been raised. Of lists of objects one alone is learnt.
        let lists = matches!(column.kind, KindDef::Boxes(_) | KindDef::Instances(_) | KindDef::Tracks(_));
        if absent.is_empty() || seen.len() < if lists { 1 } else { 2 } {
            continue;
        }
        let mut elsewhere = BTreeSet::new();
        for part in [Part::Valid, Part::Test] {
            half.classes_seen(array, &mut parts.0[reference.data].of(part).iter(), &mut elsewhere);
        }
        let message = format!("no training row has the label {} of task `{}`", listed(&absent), task.name);
        let help = if without_rows(&absent, &elsewhere).len() < absent.len() {
            format!("let every part have each class: `stratify: {}` in the split", column.name)
        } else {
            "take the class out of the declaration, or find rows of it".to_string()
        };
        found.push(
            Diagnostic::new(&codes::ABSENT_CLASS, column.span, message)
                .here("declared here")
                .also(task.label.span, "the label")
                .help(help),
        );
    }
    found
}
