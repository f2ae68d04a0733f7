//! Maps of numbers for the report, such as depths: the rows that a model gets most wrong, each with its picture, and with what is true and what was predicted as colours
//! of one scale. A number for each pixel is shown by a scale on which equal steps look equal (viridis); three numbers are the three parts of a colour.

use std::sync::Arc;

use super::pictures::{Named, Scale, Scene};
use super::scenes::answers;
use super::show::ShownPicture;
use super::{WorstRow, worst_places};
use crate::answers::{Column, Labels, Prediction};
use crate::catalog::{Axis, Kind, Type};
use crate::data::pictures::{Channels, Picture};
use crate::data::{HostTensor, HostValues};
use crate::lower::Model;
use crate::pipeline::inputs_behind;
use crate::score::judge::Answered;
use crate::train::session::Session;

/// The colour of a pixel of which nothing is said.
const NOTHING: [u8; 3] = [128; 3];

/// So many numbers for each pixel of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    channels: usize,
    height: usize,
    width: usize,
}

impl Form {
    /// Of what a task answers with, if that is a map of numbers.
    pub(super) fn of(session: &Session, task: usize) -> Option<Form> {
        let of = &session.pipeline.tasks[task];
        let head = &session.pipeline.node(of.outputs.first()?.1).ty;
        let is_map = head.axis(Axis::HEIGHT).is_some() && head.axis(Axis::WIDTH).is_some();
        Self::of_type(&of.label.ty.resolve(session.prepared.facts())).filter(|_| is_map)
    }

    fn of_type(ty: &Type) -> Option<Form> {
        let sizes: Option<Vec<usize>> =
            ty.axes.iter().skip(1).map(|axis| usize::try_from(axis.size.value()?).ok()).collect();
        match (&ty.kind, &sizes?[..]) {
            (Kind::Real, [height, width]) => Some(Form { channels: 1, height: *height, width: *width }),
            (Kind::Real, [channels, height, width]) => {
                Some(Form { channels: *channels, height: *height, width: *width })
            }
            _ => None,
        }
    }

    fn places(self) -> usize {
        self.height * self.width
    }

    fn numbers(self) -> usize {
        self.channels * self.places()
    }

    /// A map as colours; beyond the ends of the scale lies the colour of the end. Of two numbers a pixel, or more than three, the first is shown.
    /// What is no number is grey.
    fn coloured(self, values: &[f64], scale: &Scale) -> Arc<Picture> {
        let colour = |place: usize| match self.channels {
            _ if values[place].is_nan() => NOTHING,
            3 => [0, 1, 2].map(|part| (scale.share(values[part * self.places() + place]) * 255.0).round() as u8),
            _ => scale.colour(values[place]),
        };
        let pixels = (0..self.places()).flat_map(colour).collect();
        Arc::new(Picture::new(self.height, self.width, Channels::Rgb, pixels))
    }
}

/// The rows that a task gets most wrong, the worst first; at most so many.
pub(super) fn scenes(
    session: &Session,
    model: &Model,
    (task, form): (usize, Form),
    answered: &Answered,
    named: Named,
    most: usize,
) -> Option<Vec<Scene>> {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let data = pipeline.tasks[task].label.data;
    let worst = worst_places(&answered.scored(), named, most);
    let rows: Vec<usize> = worst.iter().map(|(place, _)| answered.rows[*place]).collect();
    if rows.is_empty() {
        return None;
    }
    let mut batch: Vec<Vec<usize>> = vec![Vec::new(); pipeline.data.len()];
    batch[data].clone_from(&rows);
    let given = given(session, task, &batch);
    let (labels, found) = (prepared.labels(pipeline, task, &rows), answers(session, model, task, batch, &rows)?);
    let (truth, found) = (numbers(labels.as_ref(), form)?, predicted(found.as_ref(), form)?);
    let shown = match form.channels {
        3 => form.numbers(),
        _ => form.places(),
    };
    let scale = Scale::of(truth.chunks(form.numbers()).flat_map(|map| &map[..shown]), form.channels == 3)?;
    let of_row = |(number, (_, words)): (usize, (usize, WorstRow))| {
        let own = number * form.numbers()..(number + 1) * form.numbers();
        let (truth, found) = (&truth[own.clone()], &found[own]);
        let picture = |title: &str, frames| ShownPicture { title: title.into(), frames, marks: Vec::new() };
        let said = || truth.iter().zip(found).filter(|(one, other)| !one.is_nan() && !other.is_nan());
        let off = said().map(|(one, other)| (one - other).abs()).sum::<f64>() / said().count().max(1) as f64;
        let wrong = format!("off by {} in the mean", super::html::number(off));
        Scene {
            words: WorstRow { row: prepared.row_name(data, rows[number]), wrong, ..words },
            given: given
                .as_ref()
                .and_then(|given| given.get(number)?.clone())
                .map(|frame| picture("given", vec![frame])),
            truth: picture("true", vec![form.coloured(truth, &scale)]),
            found: Some(picture("predicted", vec![form.coloured(found, &scale)])),
            scale: Some(scale),
        }
    };
    Some(worst.into_iter().enumerate().map(of_row).collect())
}

fn numbers(column: &dyn Column, form: Form) -> Option<Vec<f64>> {
    match column.labels() {
        Labels::Numbers { width, values } if width == form.numbers() => Some(values.to_vec()),
        _ => None,
    }
}

fn predicted(column: &dyn Column, form: Form) -> Option<Vec<f64>> {
    match column.prediction() {
        Prediction::Numbers { width, values } if width == form.numbers() => Some(values.to_vec()),
        _ => None,
    }
}

/// Of each row of a batch the picture that the task reads, be it a picture or an array of as many numbers; `None` if it reads neither.
fn given(session: &Session, task: usize, batch: &[Vec<usize>]) -> Option<Vec<Option<Arc<Picture>>>> {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let of = &pipeline.tasks[task];
    let mut read = inputs_behind(&pipeline.nodes, of);
    // Rows are numbered by the stacks of an input of several data sets.
    read.retain(|input| pipeline.inputs[*input].rows == [of.label.data]);
    if let Some(pictures) = read.iter().find_map(|input| prepared.pictures(*input, batch, None)) {
        return Some(pictures.into_iter().map(|frames| frames.into_iter().next()).collect());
    }
    let values = prepared.batch(batch).inputs;
    read.iter().find_map(|input| of_array(&values[*input]))
}

/// Arrays of one or three numbers a pixel as pictures: from the least number of all rows, which is black, to the largest.
fn of_array(values: &HostTensor) -> Option<Vec<Option<Arc<Picture>>>> {
    let (channels, height, width) = match values.shape[..] {
        [_, height, width] => (1, height, width),
        [_, channels @ (1 | 3), height, width] => (channels, height, width),
        _ => return None,
    };
    let HostValues::F32(numbers) = &values.values else { return None };
    let scale = Scale::of(numbers.iter().map(|value| f64::from(*value)).collect::<Vec<_>>().iter(), false)?;
    let places = height * width;
    let picture = |own: &[f32]| {
        let pixel = |place: usize| (0..channels).map(move |channel| f64::from(own[channel * places + place]));
        let pixels = (0..places).flat_map(pixel).map(|value| (scale.share(value) * 255.0).round() as u8).collect();
        let kind = if channels == 3 { Channels::Rgb } else { Channels::Gray };
        Some(Arc::new(Picture::new(height, width, kind, pixels)))
    };
    Some(numbers.chunks((channels * places).max(1)).map(picture).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_colours_of_the_scale() {
        let scale = Scale::of([2.0, f64::NAN, 4.0, 3.0].iter(), false).expect("a scale");
        assert_eq!((scale.least, scale.largest), (2.0, 4.0));
        let form = Form { channels: 1, height: 1, width: 4 };
        let picture = form.coloured(&[2.0, 3.0, 9.0, -1.0], &scale);
        // The ends and the middle of matplotlib's viridis: #440154, #21918c and #fde725.
        let near = |found: &[u8], wanted: [u8; 3]| found.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) < 4);
        for (place, wanted) in
            [[0x44, 0x01, 0x54], [0x21, 0x91, 0x8c], [0xfd, 0xe7, 0x25], [0x44, 0x01, 0x54]].iter().enumerate()
        {
            let found = &picture.pixels[3 * place..3 * place + 3];
            assert!(near(found, *wanted), "{found:?} is not {wanted:?}");
        }
        // Three numbers are red, green and blue.
        let form = Form { channels: 3, height: 1, width: 2 };
        let picture = form.coloured(&[2.0, 4.0, 3.0, 3.0, 4.0, 2.0], &scale);
        assert_eq!(picture.pixels, [0, 128, 255, 255, 128, 0]);
        // All alike is no scale of no width.
        assert_eq!(Scale::of([5.0, 5.0].iter(), false).map(|scale| scale.share(5.0)), Some(0.0));
        assert_eq!(Scale::of([f64::NAN].iter(), false), None);
    }

    #[test]
    fn arrays_are_pictures() {
        let values = |shape: Vec<usize>, numbers: &[f32]| HostTensor {
            shape,
            values: HostValues::F32(numbers.to_vec()),
            lengths: Vec::new(),
        };
        let found = of_array(&values(vec![2, 1, 1, 2], &[0.0, 0.5, 0.25, 1.0])).expect("pictures");
        let pixels = |place: usize| found[place].as_ref().map(|picture| picture.pixels.clone());
        assert_eq!((pixels(0), pixels(1)), (Some(vec![0, 128]), Some(vec![64, 255])));
        let found = of_array(&values(vec![1, 3, 1, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])).expect("pictures");
        assert_eq!(found[0].as_ref().map(|picture| picture.pixels.clone()), Some(vec![0, 102, 204, 51, 153, 255]));
        assert!(of_array(&values(vec![1, 2, 1, 1], &[0.0, 1.0])).is_none());
    }
}
