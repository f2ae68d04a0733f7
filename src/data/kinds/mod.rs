//! The other half of `catalog/kinds/`: how cells become a column, and a column becomes values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::NullBuffer;

use super::formats::{Part, Parts, mixed};
use super::labels::LabelColumn;
use super::looks::Look;
use super::notation::{Mark, Tally};
use super::values::Values;
use crate::catalog::classes;
use crate::catalog::kinds::{KindDef, Reading};
use crate::catalog::layout::Layout;

/// How the cells of a text file are written.
#[derive(Clone, Copy, Debug)]
pub struct Spelling {
    pub decimal: char,
    /// What groups the digits of large numbers; without one none are grouped.
    pub thousands: Option<Mark>,
}

impl Spelling {
    /// As programs write numbers.
    pub const PLAIN: Spelling = Spelling { decimal: '.', thousands: None };
}

/// Fills a column cell by cell.
pub trait Cells: Send {
    /// Takes a cell that is not missing; if it is none of this kind, the reason, which completes "`x` is …", and the row is
    /// left without a value.
    fn push(&mut self, cell: &str) -> Result<(), String>;

    fn push_missing(&mut self);

    /// Where paths begin that cells hold.
    fn folder(&mut self, _folder: &Path) {}

    /// Whether what comes next is an array that its file has, which is written out as lists.
    fn come_from_array(&mut self, _array: bool) {}

    /// How arrays are to lie, if not as the file has them.
    fn lay_out(&mut self, _layout: &Layout) {}

    /// Whether numbers are taken as they are; else they are written out.
    fn takes_numbers(&self) -> bool {
        false
    }

    /// Takes a number, as [`push`](Cells::push) takes a cell.
    fn push_number(&mut self, number: f64) -> Result<(), String> {
        self.push(&number.to_string())
    }

    /// Takes numbers that need no looking at, and says how many of them are missing; `None`, and takes none, if one needs it.
    fn push_numbers(&mut self, _numbers: &[f64], _present: Option<&NullBuffer>) -> Option<usize> {
        None
    }

    /// Takes rows that need no looking at and keeps them as they are, if it can; else false, and takes none.
    fn push_part(&mut self, _part: &Part) -> bool {
        false
    }

    /// Whether plain numbers of a text may be given as numbers, with what they tell of how numbers are written.
    fn takes_plain(&self) -> bool {
        false
    }

    /// Takes such numbers, which are finite.
    fn push_plain(&mut self, _numbers: &[f64]) {}

    fn add_tally(&mut self, _tally: &Tally) {}

    /// Takes a point in time, in seconds since 1970.
    fn push_moment(&mut self, seconds: f64) -> Result<(), String> {
        self.push(&crate::catalog::dates::show(seconds))
    }

    /// Takes a list.
    fn push_list(&mut self, _items: &ArrayRef) -> Result<(), String> {
        self.push_missing();
        Err("a list; one value per row is needed".into())
    }

    /// Whether bytes are taken as they are; else they are text, if they can be.
    fn takes_bytes(&self) -> bool {
        false
    }

    /// Takes bytes.
    fn push_bytes(&mut self, _bytes: &[u8]) {
        self.push_missing();
    }

    /// What the cells look like, if they are numbers.
    fn look(&self) -> Option<&Look> {
        None
    }

    /// What to write so that cells are read that were not; `name` is the column's.
    fn advice(&self, _name: &str) -> Option<String> {
        None
    }

    /// What has been taken since the last time; later classes stand behind earlier ones.
    fn finish(&mut self) -> ArrayRef;
}

pub trait KindHalf: Sync {
    /// A column to fill; `shape` is that of `number[8, 8]`.
    fn cells(&self, spelling: Spelling, shape: &[usize]) -> Box<dyn Cells>;

    /// Whether cells are kept as they are, spaces included.
    fn keeps_spaces(&self) -> bool {
        false
    }

    /// What a cell is read as, by the column's `map`.
    fn meaning<'c>(&self, cell: &'c str, map: &BTreeMap<String, String>) -> Cow<'c, str> {
        map.get(cell).map_or(Cow::Borrowed(cell), |meant| Cow::Owned(meant.clone()))
    }

    /// Whether an empty cell holds no value.
    fn empty_is_missing(&self) -> bool {
        true
    }

    /// Whether the column has classes.
    fn has_classes(&self) -> bool {
        false
    }

    /// Adds the classes that some rows hold.
    fn classes_seen(&self, _column: &ArrayRef, _rows: &mut dyn Iterator<Item = usize>, _seen: &mut BTreeSet<String>) {}

    /// Whether values are read for each batch, as those that lie in files of their own: they are too large to be prepared.
    fn read_for_each_batch(&self) -> bool {
        false
    }

    /// Whether values are decoded from files, or from bytes of such: some at a time, and what a row lacks is asked of its cell.
    fn decoded(&self) -> bool {
        self.read_for_each_batch()
    }

    /// Whether a row has no value.
    fn lacks(&self, column: &ArrayRef, row: usize) -> bool {
        column.is_null(row)
    }

    /// Columns of one data set read together, all of this kind; one alone if the kind has classes.
    fn values(&self, columns: &[&ArrayRef], shape: &[usize], reading: Reading, classes: &[String]) -> Values;

    /// The same columns as a label, in the label's own unit.
    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn;

    /// What rows hold, for messages, ids and splits; `None` for a missing value.
    fn text(&self, column: &ArrayRef, row: usize) -> Option<String>;

    /// The same without a copy, where the column holds texts.
    fn text_in<'c>(&self, column: &'c ArrayRef, row: usize) -> Option<Cow<'c, str>> {
        self.text(column, row).map(Cow::Owned)
    }

    /// Whether a row says what the spec writes; `None` for a missing value.
    fn says(&self, column: &ArrayRef, row: usize, written: &str) -> Option<bool> {
        Some(self.text(column, row)? == written)
    }

    /// Mixes what rows from the first on hold into their hashes, so that equal rows are found.
    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        for (row, hash) in hashes.iter_mut().enumerate() {
            *hash = mixed(*hash, hash_of_text(self.text_in(column, first + row).as_deref()));
        }
    }

    /// What a column holds, in a few words: its classes, its range.
    fn describe(&self, column: &ArrayRef, classes: &[String]) -> String;
}

mod arrays;
mod lists;
mod objects;

crate::mirror! {
    /// The half of a kind that knows data.
    pub fn half(KindDef) -> dyn KindHalf {
        audio::Audio,
        boxes::Boxes,
        category::Category,
        id::Id,
        image::Image,
        instances::Instances,
        keypoints::Keypoints,
        labels::Labels,
        mask::Mask,
        number::Number,
        text::Text,
        time::Time,
        tracks::Tracks,
        video::Video,
    }
}

/// The pieces of one column as one.
pub fn concat(pieces: &[&ArrayRef]) -> Result<ArrayRef, String> {
    let pieces: Vec<&dyn Array> = pieces.iter().map(|piece| piece.as_ref()).collect();
    arrow_select::concat::concat(&pieces).map_err(|error| error.to_string())
}

/// A column in another order.
pub fn rearranged(array: &ArrayRef, order: &[u64]) -> Result<ArrayRef, String> {
    let order = arrow_array::UInt64Array::from(order.to_vec());
    arrow_select::take::take(array.as_ref(), &order, None).map_err(|error| error.to_string())
}

/// The classes that were seen, spellings of one number as one, in their order: by value if all are numbers, else by letter.
pub fn sort_classes(seen: BTreeSet<String>) -> Vec<String> {
    let mut classes: Vec<String> = classes::distinct(seen).into_iter().collect();
    let numbers: Option<Vec<f64>> =
        classes.iter().map(|class| class.parse().ok().filter(|number: &f64| number.is_finite())).collect();
    if let Some(numbers) = numbers {
        let mut order: Vec<usize> = (0..classes.len()).collect();
        order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]).then(classes[*a].cmp(&classes[*b])));
        classes = order.into_iter().map(|index| std::mem::take(&mut classes[index])).collect();
    }
    classes
}

// ------------------------------------------------------------------------- shared by several kinds

/// The hash of a text, or of none.
fn hash_of_text(text: Option<&str>) -> u64 {
    let Some(text) = text else { return 0 };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain((!rest.is_empty()).then_some(&last)).map(|word| u64::from_le_bytes(*word));
    words.fold(mixed(1, text.len() as u64), mixed)
}

/// A column of text, filled cell by cell.
#[derive(Default)]
struct TextCells {
    /// What has been taken as it was; `texts` stand behind it.
    parts: Parts,
    texts: StringBuilder,
}

impl Cells for TextCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        self.texts.append_value(cell);
        Ok(())
    }

    fn push_missing(&mut self) {
        self.texts.append_null();
    }

    fn push_part(&mut self, part: &Part) -> bool {
        let takes = self.texts.is_empty() && !part.is_of_numbers();
        if takes {
            self.parts.push(part.clone());
        }
        takes
    }

    fn finish(&mut self) -> ArrayRef {
        let behind = Arc::new(self.texts.finish());
        let mut all = self.parts.arrays();
        if !behind.is_empty() || all.is_empty() {
            all.push(behind);
        }
        match all.as_slice() {
            [only] => only.clone(),
            several => concat(&several.iter().collect::<Vec<_>>()).expect("fewer bytes than an offset can count"),
        }
    }
}

/// A text column's value.
fn text_at(column: &ArrayRef, row: usize) -> Option<&str> {
    let texts = column.as_string_opt::<i32>()?;
    (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
}

/// Mixes texts into the hashes of rows from the first on.
fn hash_texts(column: &ArrayRef, first: usize, hashes: &mut [u64]) {
    let Some(texts) = column.as_string_opt::<i32>() else { return };
    for (row, hash) in hashes.iter_mut().enumerate() {
        let text = texts.is_valid(first + row).then(|| texts.value(first + row));
        *hash = mixed(*hash, hash_of_text(text));
    }
}

/// Classes as a summary shows them.
fn describe_classes(classes: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = classes.iter().take(SHOWN).map(|class| crate::data::problems::shown(class)).collect();
    match classes.len() {
        0 => "no classes".into(),
        count if count > SHOWN => format!("{count} classes: {}, …", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// How many characters texts have.
fn describe_texts(column: &ArrayRef) -> String {
    let Some(texts) = column.as_string_opt::<i32>() else { return String::new() };
    let (mut least, mut most) = (usize::MAX, 0);
    for text in texts.iter().flatten() {
        let length = text.chars().count();
        (least, most) = (least.min(length), most.max(length));
    }
    match most.checked_sub(least) {
        Some(0) => format!("{most} characters"),
        Some(_) => format!("{least} to {most} characters"),
        None => "no values".into(),
    }
}

/// A dictionary column's keys and the texts they stand for.
fn dictionary(column: &ArrayRef) -> Option<(&arrow_array::Int32Array, &StringArray)> {
    let dictionary = column.as_dictionary_opt::<Int32Type>()?;
    Some((dictionary.keys(), dictionary.values().as_string_opt::<i32>()?))
}
