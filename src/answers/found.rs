//! What the kinds that are found in pictures share: boxes, things with their pixels, tracks. How an object is written and read, and the predictor that finds nothing.

use serde_json::{Map, Value, json};

use super::{About, Blind, Column, Labels, Learn, Located, Prediction, WrongCell};
use crate::catalog::classes::Classes;

/// What is found with less than this counts for nothing where rows are told apart.
const SURE: f32 = 0.3;
/// Two that share so much are one.
const ONE: f64 = 0.5;

/// How wrong it is what was found in a picture: what was missed, what was found and is not there, and of the rest how much they do not share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Off {
    pub missed: usize,
    pub too_many: usize,
    pub right: usize,
    /// Added up over those that are right.
    pub apart: f64,
}

/// Whether somebody sure enough has found what he found.
pub(super) fn is_sure(one: &Located) -> bool {
    one.score >= SURE
}

/// Gives each of those found, the surest first, the one of its class that it shares most with and that nobody has; says which has which. What shares enough with something passed over
/// counts for nothing.
pub(super) fn off(
    truth: &[Located],
    given: &[Located],
    shared: &dyn Fn(usize, usize) -> f64,
) -> (Off, Vec<(usize, usize)>) {
    let mut order: Vec<usize> = (0..given.len()).filter(|place| is_sure(&given[*place])).collect();
    order.sort_by(|one, other| given[*other].score.total_cmp(&given[*one].score));
    let (mut off, mut pairs) = (Off::default(), Vec::<(usize, usize)>::new());
    for one in order {
        let fits = |other: &usize| truth[*other].class == given[one].class && shared(one, *other) >= ONE;
        let free =
            (0..truth.len()).filter(|other| !truth[*other].passed_over && pairs.iter().all(|pair| pair.1 != *other));
        match free.filter(fits).max_by(|a, b| shared(one, *a).total_cmp(&shared(one, *b))) {
            Some(other) => {
                off.right += 1;
                off.apart += 1.0 - shared(one, other);
                pairs.push((one, other));
            }
            None if (0..truth.len()).any(|other| truth[other].passed_over && shared(one, other) >= ONE) => {}
            None => off.too_many += 1,
        }
    }
    off.missed = truth.iter().filter(|one| !one.passed_over).count() - off.right;
    (off, pairs)
}

impl Off {
    /// As a number, and in words.
    pub fn said(&self, swapped: usize) -> (f64, String) {
        let apart = self.apart / self.right.max(1) as f64;
        let wrong = (self.missed + self.too_many + swapped) as f64;
        let words = [(self.missed, "missed"), (self.too_many, "too many"), (swapped, "swapped")];
        let words: Vec<String> =
            words.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        match words.is_empty() {
            true if self.right == 0 => (0.0, "nothing to find".into()),
            true => (wrong + apart, format!("{:.0}% shared", 100.0 * (1.0 - apart))),
            false => (wrong + apart, words.join(", ")),
        }
    }
}

/// The names of the first few, and how many more there are.
pub(super) fn some_names(classes: impl ExactSizeIterator<Item = u32>, about: &About) -> String {
    const SHOWN: usize = 6;
    let all = classes.len();
    let shown: Vec<String> = classes.take(SHOWN).map(|class| about.name(class as usize)).collect();
    match all.saturating_sub(SHOWN) {
        0 if all == 0 => "–".into(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether starts of rows are those of so many objects.
pub(super) fn are_starts(starts: &[usize], objects: usize) -> bool {
    let rising = starts.windows(2).all(|pair| pair[0] <= pair[1]);
    rising && starts.first() == Some(&0) && starts.last() == Some(&objects)
}

/// As short as it is in 32 bits.
pub(super) fn number(value: f32) -> f64 {
    value.to_string().parse::<f64>().unwrap_or_default()
}

/// The left and the upper edge, width and height.
pub(super) fn bbox(one: &Located) -> [f64; 4] {
    let [left, top, ..] = one.edges;
    [left, top, one.width(), one.height()].map(number)
}

/// An object as COCO has it, of the category of its class, which is counted from 1.
pub(super) fn annotation(one: &Located) -> Map<String, Value> {
    let bbox = bbox(one);
    let members = json!({
        "category_id": one.class + 1, "bbox": bbox, "area": bbox[2] * bbox[3], "iscrowd": 0, "score": number(one.score),
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// How sure somebody is who does not say it.
pub(super) fn sure() -> f32 {
    1.0
}

/// The class that an object names, by a text or a number.
pub(super) fn class_of(named: &Value, known: &Classes, about: &About, row: usize) -> Result<u32, WrongCell> {
    let class = named.as_str().map_or_else(|| named.to_string(), str::to_string);
    match known.index(&class) {
        Some(class) => Ok(class as u32),
        None => Err(WrongCell::no_class(row, &class, &about.classes)),
    }
}

/// The edges of a box that is written as [`bbox`] has it.
pub(super) fn edges_of(bbox: [f32; 4], row: usize) -> Result<[f32; 4], WrongCell> {
    let [left, top, width, height] = bbox;
    if bbox.iter().any(|number| !number.is_finite()) || width < 0.0 || height < 0.0 {
        return Err(without_size(row));
    }
    Ok([left, top, left + width, top + height])
}

pub(super) fn without_size(row: usize) -> WrongCell {
    WrongCell { row, part: None, why: "has a box without width or height".into() }
}

/// Learns whether there was a label; `none` is so many rows in which nothing is found.
pub(super) fn learn(none: fn(usize) -> Box<dyn Column>) -> Box<dyn Learn> {
    Box::new(Seen { any: false, none })
}

struct Seen {
    any: bool,
    none: fn(usize) -> Box<dyn Column>,
}

impl Learn for Seen {
    fn add(&mut self, labels: Labels<'_>) {
        self.any |= labels.rows() > 0;
    }

    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>> {
        self.any.then(|| Box::new(Nothing(self.none)) as Box<dyn Blind>)
    }
}

/// What is found where nobody looks.
#[derive(Clone, Debug)]
struct Nothing(fn(usize) -> Box<dyn Column>);

impl Blind for Nothing {
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>> {
        let Prediction::Other(column) = like else { return None };
        let none = self.0(rows);
        (column.kind() == none.kind()).then_some(none)
    }

    fn words(&self) -> &'static str {
        "finding nothing in any row"
    }

    fn copy(&self) -> Box<dyn Blind> {
        Box::new(self.clone())
    }
}
