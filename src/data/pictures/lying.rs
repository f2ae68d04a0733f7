//! Boxes that lie in the pictures of a table: looked at once, when it is read.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, StringArray};
use arrow_select::nullif::nullif;

use crate::answers::Outline;
use crate::catalog::kinds::boxes::{Boxes, BrokenBox};
use crate::catalog::kinds::video::{Short, Take, Video};
use crate::data::boxes::{self, Kept, count_of};
use crate::data::formats::skipped_cells;
use crate::data::instances;
use crate::data::keypoints;
use crate::data::problems::{Places, count};
use crate::data::table::Table;
use crate::data::tracks;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::Column;

/// The height and width of the picture of each row, as far as they are known.
pub type Sizes = [Option<(usize, usize)>];

/// Looks at the boxes of a column. What cannot be a box is a problem, or is left out or cut off where the spec says so, and counted.
pub fn look(column: &Column, kind: &Boxes, index: usize, sizes: &Sizes, table: &mut Table) -> Option<Diagnostic> {
    let array = table.column(index)?.clone();
    let texts = array.as_string_opt::<i32>()?;
    let (mut wrong, mut rows) = (Places::default(), Vec::with_capacity(texts.len()));
    let mut changed = false;
    for row in 0..texts.len() {
        if texts.is_null(row) {
            rows.push(None);
            continue;
        }
        let size = match kind.relative {
            true => Some((1.0, 1.0)),
            false => sizes.get(row).copied().flatten().map(|(height, width)| (height as f64, width as f64)),
        };
        // How much a pixel is.
        let slack = match (kind.relative, sizes.get(row).copied().flatten()) {
            (false, _) => 1.0,
            (true, Some((height, width))) => 1.0 / height.min(width).max(1) as f64,
            (true, None) => 0.01,
        };
        let mut kept = Vec::new();
        for (place, one) in boxes::read(texts.value(row)).into_iter().enumerate() {
            let Some(why) = problem(&one, size, slack, kind.relative) else {
                kept.push(one);
                continue;
            };
            changed = true;
            wrong.add(|| format!("{}: {} of `{}` {why}", table.place(row), table.object(row, place), column.source));
            let clipped = Some(one).filter(|_| kind.broken == BrokenBox::Clip).map(|one| clipped(one, size));
            kept.extend(clipped.filter(|one| problem(one, size, slack, kind.relative).is_none()));
        }
        rows.push(Some(boxes::written(&kept)));
    }
    if !changed {
        return None;
    }
    if kind.broken == BrokenBox::Error {
        let diagnostic = Diagnostic::new(&codes::BROKEN_BOX, column.span, wrong.first().to_string())
            .here("its boxes must lie in their pictures, and have an area");
        let help = format!(
            "say what the four numbers are (`form: xyxy`, `form: center`, `relative: true`), or `broken: clip` or `broken: skip` in `{}: boxes(…)`",
            column.name
        );
        return Some(wrong.note_rest(diagnostic).help(help));
    }
    let what = if kind.broken == BrokenBox::Clip { "cut off or left out" } else { "left out" };
    let message = format!("{} of `{}` {what} ({})", count_of(wrong.count()), column.name, wrong.first());
    let diagnostic = Diagnostic::new(&codes::SKIPPED_BOX, column.span, message).here("says so");
    table.told.push(wrong.note_rest(diagnostic));
    let array: ArrayRef = Arc::new(StringArray::from(rows));
    table.columns[index] = Some(array);
    None
}

/// Looks at whether all boxes of a column, which are said to be in pixels, are smaller than one: shares of a picture are.
pub fn look_at_unit(column: &Column, kind: &Boxes, index: usize, table: &Table) -> Option<Diagnostic> {
    let texts = table.column(index)?.as_string_opt::<i32>().filter(|_| !kind.relative)?;
    let mut boxes = texts.iter().flatten().flat_map(boxes::read).map(|one| one.edges).peekable();
    boxes.peek()?;
    if boxes.any(|[left, top, right, bottom]| (right - left).abs() >= 1.0 || (bottom - top).abs() >= 1.0) {
        return None;
    }
    let message = format!("all boxes of `{}` are smaller than a pixel in both directions", column.name);
    let help =
        format!("if they are shares of width and height, say so: `relative: true` in `{}: boxes(…)`", column.name);
    Some(Diagnostic::new(&codes::TINY_BOXES, column.span, message).here("read as pixels").help(help))
}

/// Looks at whether the pictures of a column are as large as the file says that names them.
pub fn look_at_sizes(column: &Column, sizes: &Sizes, table: &Table) -> Option<Diagnostic> {
    let mut other = Places::default();
    for (row, (note, size)) in table.notes.iter().zip(sizes).enumerate() {
        // A size of nothing says nothing, and one of a picture that is turned may be that of before or behind.
        let said = note.size.filter(|(height, width)| *height > 0 && *width > 0);
        let (Some((high, wide)), Some((height, width))) = (said, *size) else { continue };
        if (high, wide) != (height, width) && (wide, high) != (height, width) {
            other.add(|| {
                format!(
                    "{}: its file of annotations says {high} × {wide} pixels, and the picture has {height} × {width}",
                    table.place(row)
                )
            });
        }
    }
    if other.is_empty() {
        return None;
    }
    let diagnostic = Diagnostic::new(&codes::OTHER_SIZE, column.span, other.first().to_string());
    let help = "what is written in pixels of one size lies elsewhere in a picture of another: take the pictures that were annotated, or mend the sizes";
    Some(other.note_rest(diagnostic.here("its pictures")).help(help))
}

/// Cells that do not fit the pictures beside them.
#[derive(Default)]
struct Unfit {
    /// Their rows, from the first on.
    rows: Vec<usize>,
    places: Places,
}

impl Unfit {
    /// `what` is said of the cell, or of something in it.
    fn add(&mut self, row: usize, table: &Table, what: impl FnOnce() -> String) {
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
        }
        self.places.add(|| format!("{}: {}", table.place(row), what()));
    }

    /// Takes the cells as missing where the spec says so, and says that; else they are a problem.
    fn answer(self, column: &Column, index: usize, here: &str, table: &mut Table) -> Option<Diagnostic> {
        if self.places.is_empty() {
            return None;
        }
        if !column.kind.skips_broken() {
            let diagnostic = Diagnostic::new(&codes::BROKEN_BOX, column.span, self.places.first().to_string());
            let help = format!(
                "mend them, or take them as missing: `broken: skip` in `{}: {}(…)`",
                column.name,
                column.kind.name()
            );
            return Some(self.places.note_rest(diagnostic.here(here)).help(help));
        }
        let array = table.column(index)?.clone();
        let mut gone = vec![false; array.len()];
        self.rows.iter().for_each(|row| gone[*row] = true);
        match nullif(&array, &BooleanArray::from(gone)) {
            Ok(rest) => table.columns[index] = Some(rest),
            Err(reason) => {
                let message = format!("`{}` cannot be read: {reason}", column.name);
                return Some(Diagnostic::new(&codes::UNREADABLE_DATA, column.span, message).here("this column"));
            }
        }
        table.told.push(skipped_cells(column, &self.places));
        None
    }
}

/// Looks at the masks of a column, each of this height and width: whether they show all of the pictures beside them, at whatever size.
pub fn look_at_masks(
    column: &Column,
    index: usize,
    masks: &Sizes,
    sizes: &Sizes,
    table: &mut Table,
) -> Option<Diagnostic> {
    let mut unfit = Unfit::default();
    for (row, (mask, picture)) in masks.iter().zip(sizes).enumerate() {
        let (Some((high, wide)), Some((height, width))) = (*mask, *picture) else { continue };
        // One that is smaller in proportion has lost less than a pixel in both directions.
        if (high * width).abs_diff(wide * height) > height.max(width) {
            unfit.add(row, table, || {
                format!(
                    "the mask of `{}` is of {high} × {wide} pixels, and its picture of {height} × {width}, which is of another form",
                    column.source
                )
            });
        }
    }
    unfit.answer(column, index, "its masks must show all of their pictures", table)
}

/// Looks at the outlines of a column: whether they are of the pictures that they lie in.
pub fn look_at_things(column: &Column, index: usize, sizes: &Sizes, table: &mut Table) -> Option<Diagnostic> {
    let array = table.column(index)?.clone();
    let texts = array.as_string_opt::<i32>()?;
    let mut unfit = Unfit::default();
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        let Some((height, width)) = sizes.get(row).copied().flatten() else { continue };
        for (place, thing) in instances::read(texts.value(row)).iter().enumerate() {
            let why = match &thing.outline {
                Outline::Runs(runs) if (runs.height, runs.width) != (height, width) => {
                    format!("is of {} × {} pixels, and its picture has {height} × {width}", runs.height, runs.width)
                }
                outline => match outline.edges() {
                    Some([left, top, right, bottom])
                        if right <= 0.0 || bottom <= 0.0 || left >= width as f32 || top >= height as f32 =>
                    {
                        format!("lies outside its picture of {height} × {width} pixels")
                    }
                    _ => continue,
                },
            };
            unfit.add(row, table, || format!("{} of `{}` {why}", table.object(row, place), column.source));
        }
    }
    unfit.answer(column, index, "its things must lie in their pictures", table)
}

/// Looks at the points of a column: whether they lie in the pictures that they are of.
pub fn look_at_points(column: &Column, index: usize, sizes: &Sizes, table: &mut Table) -> Option<Diagnostic> {
    let array = table.column(index)?.clone();
    let texts = array.as_string_opt::<i32>()?;
    let names = column.kind.declared_classes().unwrap_or_default();
    let mut unfit = Unfit::default();
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        let Some((height, width)) = sizes.get(row).copied().flatten() else { continue };
        for (place, point) in keypoints::read(texts.value(row)).points.into_iter().enumerate() {
            // A point on the last pixel may be said to be where that ends.
            let Some([x, y]) = point.filter(|[x, y]| *x > width as f64 + 1.0 || *y > height as f64 + 1.0) else {
                continue;
            };
            let name = names.get(place).map_or("", String::as_str);
            unfit.add(row, table, || {
                format!(
                    "`{name}` of `{}` lies outside its picture of {height} × {width} pixels: {x} to the right and {y} down",
                    column.source
                )
            });
        }
    }
    unfit.answer(column, index, "its points must lie in their pictures", table)
}

/// Height and width of a picture, or of the frames of a clip, and how many these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub size: (usize, usize),
    pub frames: usize,
}

/// Looks at the tracks of a column: whether they lie in the clips beside them, of which all frames are read, or those that they begin with.
pub fn look_at_tracks(
    column: &Column,
    index: usize,
    video: &Video,
    shapes: &[Option<Shape>],
    table: &mut Table,
) -> Option<Diagnostic> {
    let array = table.column(index)?.clone();
    let texts = array.as_string_opt::<i32>()?;
    let mut unfit = Unfit::default();
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        let Some(Shape { size: (height, width), frames }) = shapes.get(row).copied().flatten() else { continue };
        let even = video.take == Take::Even;
        let read_in_part = match video.short {
            Short::Pad => frames > video.frames,
            Short::Error | Short::Repeat => frames != video.frames,
        };
        if even && read_in_part {
            unfit.add(row, table, || {
                format!(
                    "the clip of `{}` has {frames} frames, of which `video({})` reads some: tracks are of frames without a gap, `take: first`, or `video({frames})`",
                    column.source, video.frames
                )
            });
            continue;
        }
        let read = frames.min(video.frames);
        if let Some(own) = table.frames.get(&index).filter(|own| (1..read).contains(*own)) {
            unfit.add(row, table, || {
                format!(
                    "the array of `{}` has {}, and of its clip {read} are read",
                    column.source,
                    count(*own, "frame")
                )
            });
            continue;
        }
        for seen in tracks::read(texts.value(row)) {
            let kept = Kept { class: seen.class, edges: seen.edges, passed_over: seen.passed_over };
            let why = match even && seen.frame as usize >= frames {
                true => Some(format!("is behind its clip, which has {}", count(frames, "frame"))),
                false => problem(&kept, Some((height as f64, width as f64)), 1.0, false),
            };
            if let Some(why) = why {
                // Text files count from 1, in frames and in pixels.
                unfit.add(row, table, || {
                    format!(
                        "track {} of `{}` in frame {}, counted from 0 ({} in a text file of MOTChallenge), {why}",
                        seen.track,
                        column.source,
                        seen.frame,
                        seen.frame + 1
                    )
                });
            }
        }
    }
    unfit.answer(column, index, "its boxes must lie in the frames of their clips", table)
}

/// Why it is no box in a picture of this height and width, if that is known.
fn problem(one: &Kept, size: Option<(f64, f64)>, slack: f64, relative: bool) -> Option<String> {
    let [left, top, right, bottom] = one.edges;
    let shown = |edge: f64| format!("{}", (edge * 1000.0).round() / 1000.0);
    if right < left || bottom < top {
        let (what, one, other) = if right < left {
            ("its right edge lies left of its left edge", right, left)
        } else {
            ("its lower edge lies above its upper edge", bottom, top)
        };
        return Some(format!("is inverted: {what} ({} and {})", shown(one), shown(other)));
    }
    if right == left || bottom == top {
        let what = if right == left { "width" } else { "height" };
        return Some(format!("has no area: its {what} is 0"));
    }
    let (height, width) = size?;
    let of = match relative {
        true => "its picture, which reaches from 0 to 1".to_string(),
        false => format!("its picture of {height} × {width} pixels"),
    };
    if right <= 0.0 || bottom <= 0.0 || left >= width || top >= height {
        let edges = one.edges.map(shown).join(", ");
        return Some(format!("lies outside {of}: its edges are {edges}"));
    }
    let beyond = [
        (left < -slack, "left", left),
        (top < -slack, "upper", top),
        (right > width + slack, "right", right),
        (bottom > height + slack, "lower", bottom),
    ];
    let (_, edge, at) = beyond.into_iter().find(|(beyond, ..)| *beyond)?;
    Some(format!("reaches beyond {of}: its {edge} edge is at {}", shown(at)))
}

/// The part that lies in the picture.
fn clipped(one: Kept, size: Option<(f64, f64)>) -> Kept {
    let Some((height, width)) = size else { return one };
    let [left, top, right, bottom] = one.edges;
    let edges = [left.clamp(0.0, width), top.clamp(0.0, height), right.clamp(0.0, width), bottom.clamp(0.0, height)];
    Kept { edges, ..one }
}
