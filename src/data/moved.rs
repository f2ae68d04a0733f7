//! Labels that lie in pictures, taken along to where the steps of an input take the pictures: boxes always, and what has something for each place
//! of a picture where drawn steps move things.

use super::batch::{HostTensor, HostValues, TargetBatch};
use super::draws::Drawing;
use super::fitting::Fitting;
use super::maps::{known, laid_in};
use super::mixing::{Mix, Part};
use super::pictures::Frame;
use super::prepare::{Prepared, PreparedTarget, PreparedTask};
use crate::catalog::kinds::KindDef;
use crate::catalog::{Dim, Kind};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{StepUse, Task, inputs_behind};

/// A pixel of a mask is a byte.
const NUMBERS_OF_CLASSES: i64 = 256;

impl Fitting<'_> {
    /// The input whose pictures the labels of a task lie in, if that matters. A problem if they cannot be taken along.
    pub(super) fn followed(&mut self, task: &Task, targets: &[PreparedTarget]) -> Option<usize> {
        match task.label.ty.kind {
            Kind::Boxes { .. } | Kind::Instances { .. } | Kind::Keypoints { .. } | Kind::Tracks { .. } => {
                self.picture_of_boxes(task)
            }
            // An answer needs the way back, with or without a label.
            _ if targets.len() == task.targets.len() || task.lies_in.is_some() => self.moved_by(task),
            _ => None,
        }
    }

    /// The input that mixes the rows of a task, if one does: `check` allows no other beside it.
    pub(super) fn mixed_by(&self, task: &Task) -> Option<usize> {
        let mixes = |input: &usize| self.pipeline.inputs[*input].steps.iter().any(|step| step.def.mixes().is_some());
        inputs_behind(&self.pipeline.nodes, task).into_iter().find(mixes)
    }

    fn picture_of_boxes(&mut self, task: &Task) -> Option<usize> {
        let data = task.label.data;
        let pictures = |input: &usize| {
            let columns = &self.pipeline.inputs[*input].columns;
            columns.iter().any(|column| column.data == data)
                && columns
                    .iter()
                    .all(|column| matches!(self.pipeline.column(*column).kind, KindDef::Image(_) | KindDef::Video(_)))
        };
        let inputs: Vec<usize> = inputs_behind(&self.pipeline.nodes, task).into_iter().filter(pictures).collect();
        if let [one, other, ..] = inputs[..] {
            let (one, other) = (&self.pipeline.inputs[one], &self.pipeline.inputs[other]);
            let message = format!(
                "task `{}` reads pictures of two inputs, `{}` and `{}`, and what its label names lies in one of them",
                task.name, one.name, other.name
            );
            self.problems.push(
                Diagnostic::new(&codes::STEP_VALUE, task.label.span, message)
                    .here("lie in a picture")
                    .also(one.span, "one input here")
                    .also(other.span, "another here")
                    .help("let the task read one input of pictures"),
            );
            return None;
        }
        inputs.first().copied()
    }

    fn moved_by(&mut self, task: &Task) -> Option<usize> {
        task.targets.iter().find(|target| target.ty.is_of_pixels())?;
        let moves = |step: &&StepUse| step.def.moves() || !step.def.keeps_whole();
        let moving = |input: &usize| self.pipeline.inputs[*input].steps.iter().any(|step| moves(&step));
        let inputs: Vec<usize> = inputs_behind(&self.pipeline.nodes, task).into_iter().filter(moving).collect();
        let input = *inputs.first()?;
        let of = &self.pipeline.inputs[input];
        let reframed = of.reframed();
        let step = reframed.or_else(|| of.steps.iter().find(moves))?;
        let classes = task.label.ty.classes_of_pixels().and_then(Dim::value).unwrap_or(0);
        let name = step.def.name();
        let (what, help) = match reframed {
            _ if inputs.len() > 1 => (
                "two inputs of it move their pictures each in its own way".to_string(),
                "let one input move its pictures".to_string(),
            ),
            Some(_) if task.lies_in != Some(input) => (
                format!(
                    "its head reads `{}`, of which `{name}` makes pictures that do not show what its label shows",
                    of.name
                ),
                format!("write the task `from` what has come of `{}`, and not its head alone", of.name),
            ),
            Some(_) if classes >= NUMBERS_OF_CLASSES => (
                format!("after `{name}` some pixels may have no class, and {classes} classes leave no number for that"),
                "leave a class out that no pixel has".to_string(),
            ),
            _ => return Some(input),
        };
        let message = format!("labels of task `{}` cannot be moved along with the pictures: {what}", task.name);
        self.problems.push(
            Diagnostic::new(&codes::STEP_VALUE, task.label.span, message)
                .here("has something for each place")
                .also(step.span, "moves the pictures")
                .help(help),
        );
        None
    }
}

impl Prepared {
    /// Where the pictures of a task's rows have come to, given where those of each input have.
    pub(super) fn frames_of(&self, task: &PreparedTask, rows: &[Vec<usize>], frames: &[Vec<Frame>]) -> Vec<Frame> {
        let Some((input, frames)) = task.follows.map(|input| (input, &frames[input])) else { return Vec::new() };
        if frames.is_empty() {
            return Vec::new();
        }
        let mut start = 0;
        let starts = self.inputs[input].stacked.iter().map(|set| {
            start += rows[set.data].len();
            (set.data, start - rows[set.data].len())
        });
        let starts: Vec<(usize, usize)> = starts.collect();
        let of_set = |data: &usize| {
            let start = starts.iter().find(|(of, _)| of == data).map(|(_, start)| *start);
            let none = Frame::whole(0, 0);
            (0..rows[*data].len()).map(move |row| start.map_or(none, |start| frames[start + row]))
        };
        task.stacked.iter().flat_map(of_set).collect()
    }
}

impl Prepared {
    /// What a task learns of rows, where the steps of each input have taken the places of their pictures, and mixed them.
    pub(super) fn targets_of(
        &self,
        task: &PreparedTask,
        rows: &[Vec<usize>],
        frames: &[Vec<Frame>],
        mix: Option<Mix>,
        drawing: Option<Drawing>,
    ) -> TargetBatch {
        let places = self.frames_of(task, rows, frames);
        let mut batch = task.gather(rows, &mut Vec::new(), &places, mix);
        match (task.following, task.map_sizes) {
            (Some(_), _) => batch.frames = places,
            (None, Some(sizes)) => {
                if !batch.mix.has_pieces() {
                    batch.values.iter_mut().for_each(|map| *map = laid_in(map, sizes, &places));
                }
                batch.frames = places;
            }
            (None, None) if drawing.is_some() && !batch.mix.has_pieces() => move_maps(&mut batch, &places),
            (None, None) => {}
        }
        task.weigh(&mut batch);
        batch
    }
}

impl PreparedTask {
    /// Says how much the places count, once they are where they stay.
    fn weigh(&self, batch: &mut TargetBatch) {
        batch.others.iter_mut().for_each(|other| self.weigh(other));
        let targets = self.targets.iter().zip(&mut batch.values).zip(&mut batch.place_weights);
        for ((target, values), places) in targets {
            match (&self.pixel_weights, target.host.is_of_labels()) {
                (Some(weights), true) => *places = weights.weigh(values),
                _ if self.map_sizes.is_some() || self.label.gaps => *places = known(values),
                _ => {}
            }
        }
    }
}

/// Moves what a batch has for each place of a picture as the pictures of its rows have been moved. Each place is what lies there in the picture that the
/// model is given, at its middle; beyond the edges of the picture stands what stands at them.
fn move_maps(batch: &mut TargetBatch, frames: &[Frame]) {
    for target in batch.values.iter_mut().filter(|target| matches!(target.shape.len(), 3 | 4)) {
        moved(target, frames);
    }
}

/// The maps of rows whose pictures are put together of pieces, from those of the rows by themselves. Each place is what lies there in the picture that the model is given, at its
/// middle; beyond the edges of the picture stands what stands at them. What has no place for each pixel stays as it is.
pub(super) fn maps_put_together(of: &HostTensor, frames: &[Frame], mix: &Mix) -> HostTensor {
    let [rows, height, width] = of.shape[..] else { return of.clone() };
    let size = (height, width);
    let places: Vec<usize> = (0..rows)
        .flat_map(|row| {
            let frame = frames.get(row).copied().unwrap_or(Frame::whole(0, 0));
            (0..height * width).map(move |place| {
                let (row, place) = origin(mix.of(row), &frame, (size, size), place, true).unwrap_or((row, place));
                row * height * width + place
            })
        })
        .collect();
    fn taken<T: Copy>(values: &[T], places: &[usize]) -> Vec<T> {
        places.iter().map(|place| values[*place]).collect()
    }
    let values = match &of.values {
        HostValues::F32(values) => HostValues::F32(taken(values, &places)),
        HostValues::I64(values) => HostValues::I64(taken(values, &places)),
    };
    HostTensor { values, ..of.clone() }
}

/// Of which row a place of a map is whose picture is put together of parts, and which place of that row's own map it is, each map of a size; `None` if it has no picture. Beyond the edges of
/// a picture lies what lies at them, or nothing.
pub(super) fn origin(
    parts: &[Part],
    frame: &Frame,
    ((high, wide), (height, width)): ((usize, usize), (usize, usize)),
    place: usize,
    edges_go_on: bool,
) -> Option<(usize, usize)> {
    let middle = |place: usize, of: usize, to: usize| (place as f64 + 0.5) * to as f64 / of as f64;
    let inside = |at: f64, start: usize, size: usize| (start as f64..(start + size) as f64).contains(&at);
    let within = |at: f64, size: usize| at.clamp(0.0, (size.max(1) as f64).next_down());
    let there = frame.back([middle(place % wide, wide, frame.to.1), middle(place / wide, high, frame.to.0)]);
    if !edges_go_on && !frame.keeps(there) {
        return None;
    }
    let (x, y) = (within(there[0], frame.from.1), within(there[1], frame.from.0));
    let shows = |part: &&Part| {
        let piece = part.piece.as_ref();
        piece.is_none_or(|of| inside(y, of.top, of.frame.to.0) && inside(x, of.left, of.frame.to.1))
    };
    let part = parts.iter().find(shows)?;
    let (there, from) = match part.piece {
        Some(piece) => (piece.frame.back([x - piece.left as f64, y - piece.top as f64]), piece.frame),
        None => ([x, y], *frame),
    };
    let (high, wide) = from.from;
    if high * wide == 0 || (!edges_go_on && !from.keeps(there)) {
        return None;
    }
    let line = |at: f64, size: usize, places: usize| (within(at, size) * places as f64 / size as f64) as usize;
    let (row, column) = (line(there[1], high, height).min(height - 1), line(there[0], wide, width).min(width - 1));
    Some((part.of, row * width + column))
}

fn moved(target: &mut HostTensor, frames: &[Frame]) {
    fn each<T: Copy>(values: &mut [T], of_row: usize, size: (usize, usize), frames: &[Frame]) {
        for (row, frame) in values.chunks_mut(of_row.max(1)).zip(frames) {
            let Some(places) = places(frame, size) else { continue };
            for channel in row.chunks_mut((size.0 * size.1).max(1)) {
                let before = channel.to_vec();
                channel.iter_mut().zip(&places).for_each(|(value, place)| *value = before[*place]);
            }
        }
    }
    let [.., height, width] = target.shape[..] else { return };
    let of_row = target.shape[1..].iter().product();
    match &mut target.values {
        HostValues::F32(values) => each(values, of_row, (height, width), frames),
        HostValues::I64(values) => each(values, of_row, (height, width), frames),
    }
}

/// Of each place of a map of the whole picture, which place of the map before lies there; `None` if it is the same place.
fn places(frame: &Frame, (height, width): (usize, usize)) -> Option<Vec<usize>> {
    let ((from_high, from_wide), (to_high, to_wide)) = (frame.from, frame.to);
    if *frame == Frame::whole(from_high, from_wide).stretched(frame.to) || from_high * from_wide == 0 {
        return None;
    }
    let (high, wide) = (height as f64, width as f64);
    let within = |place: f64, size: usize| (place.floor().max(0.0) as usize).min(size - 1);
    let back = frame.way_back();
    let place = |row: usize, column: usize| {
        let there = [(column as f64 + 0.5) * to_wide as f64 / wide, (row as f64 + 0.5) * to_high as f64 / high];
        let [x, y] = back(there);
        within(y * high / from_high as f64, height) * width + within(x * wide / from_wide as f64, width)
    };
    Some((0..height).flat_map(|row| (0..width).map(move |column| place(row, column))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::pictures::Window;
    use super::*;

    #[test]
    fn every_row_goes_its_own_way() {
        let whole = Window::whole(1, 3);
        let values = HostValues::I64(vec![1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut target = HostTensor { shape: vec![3, 1, 3], values, lengths: Vec::new() };
        let picture = Frame::whole(1, 3);
        let mirrored = picture.cut(Window { mirrored: true, ..whole });
        moved(&mut target, &[mirrored, picture, mirrored.cut(Window { left: 1, ..whole })]);
        assert_eq!(target.values, HostValues::I64(vec![3, 2, 1, 4, 5, 6, 8, 7, 7]));
        // Every channel goes the way of its row.
        let values = HostValues::F32((1..=12).map(|number| number as f32).collect());
        let mut target = HostTensor { shape: vec![2, 2, 1, 3], values, lengths: Vec::new() };
        moved(&mut target, &[mirrored, picture]);
        let wanted = [3, 2, 1, 6, 5, 4, 7, 8, 9, 10, 11, 12].map(|number| number as f32);
        assert_eq!(target.values, HostValues::F32(wanted.to_vec()));
    }

    #[test]
    fn a_map_of_another_size_goes_with_its_picture() {
        // A picture of 8 pixels, made 4, moved by one of these to the left: of a map of 2 half a place.
        let frame = Frame::whole(1, 8).stretched((1, 4)).cut(Window { left: 1, ..Window::whole(1, 4) });
        let mut target =
            HostTensor { shape: vec![1, 1, 4], values: HostValues::I64(vec![1, 2, 3, 4]), lengths: vec![] };
        moved(&mut target, &[frame]);
        assert_eq!(target.values, HostValues::I64(vec![2, 3, 4, 4]));
        let mirrored = Frame::whole(2, 8).cut(Window { mirrored: true, ..Window::whole(2, 8) });
        let mut target = HostTensor { shape: vec![1, 1, 2], values: HostValues::F32(vec![1.0, 2.0]), lengths: vec![] };
        moved(&mut target, &[mirrored]);
        assert_eq!(target.values, HostValues::F32(vec![2.0, 1.0]));
    }
}
