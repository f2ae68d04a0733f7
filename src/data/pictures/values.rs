//! The pictures of some rows on their way through the steps.

use std::sync::Arc;

use super::{Channels, Frame, Picture, Window};
use crate::data::mixing::{Mix, Part};
use crate::data::parallel::in_order;
use crate::data::values::Values;

/// Pictures, as long as they have not become numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    pub channels: Channels,
    /// How many of them a row has one behind the other, if each row has a clip.
    pub frames: Option<usize>,
    /// Height and width, once all have the same.
    pub size: Option<(usize, usize)>,
    /// One for each row, or so many; `None` where a row has none, and behind the last frame of a clip that is shorter.
    pub all: Vec<Option<Arc<Picture>>>,
}

impl Pictures {
    /// The sizes of each, as far as they are the same for all.
    pub fn row_shape(&self) -> Vec<usize> {
        let size = self.size.into_iter().flat_map(|(height, width)| [height, width]);
        self.frames.into_iter().chain([self.channels.count()]).chain(size).collect()
    }

    /// How many pictures a row has.
    pub fn each(&self) -> usize {
        self.frames.unwrap_or(1)
    }

    /// How many pictures each row has.
    pub fn lengths(&self) -> Vec<usize> {
        self.all.chunks(self.each()).map(|of_row| of_row.iter().flatten().count()).collect()
    }

    /// Where the picture of each row has come to, or those of its clip; of no picture, nowhere.
    pub fn places(&self) -> Vec<Frame> {
        self.all
            .iter()
            .step_by(self.each())
            .map(|picture| picture.as_ref().map_or(Frame::whole(0, 0), |picture| picture.frame))
            .collect()
    }

    /// Pixels as numbers between 0 and 1, channel by channel; a picture that is not there is zero.
    pub fn numbers(&self) -> Vec<f32> {
        let table: Vec<f32> = (0..=u8::MAX).map(|value| f32::from(value) / 255.0).collect();
        self.planes(&vec![table; self.channels.count()], 0.0)
    }

    /// Numbers channel by channel, each from a table of its channel that has one for every value of a pixel; `missing` where a row has
    /// no picture.
    pub fn planes(&self, tables: &[Vec<f32>], missing: f32) -> Vec<f32> {
        let (channels, (height, width)) = (self.channels.count(), self.size.unwrap_or((1, 1)));
        let places = height * width;
        let mut numbers = vec![missing; self.all.len() * channels * places];
        for (picture, numbers) in self.all.iter().zip(numbers.chunks_mut((channels * places).max(1))) {
            let Some(picture) = picture.as_ref().filter(|picture| picture.pixels.len() == numbers.len()) else {
                continue;
            };
            for (channel, (numbers, table)) in numbers.chunks_mut(places.max(1)).zip(tables).enumerate() {
                let values = picture.pixels.iter().skip(channel).step_by(channels);
                numbers.iter_mut().zip(values).for_each(|(number, value)| *number = table[usize::from(*value)]);
            }
        }
        numbers
    }
}

impl Picture {
    /// A window of it. Beyond its edges stands `beyond`, or, without it, what stands at the edge.
    pub fn cut(&self, window: Window, beyond: Option<u8>) -> Picture {
        let pixels = window.cut(&self.pixels, (self.height, self.width), self.channels.count(), beyond);
        let (height, width, frame) = (window.height, window.width, self.frame.cut(window));
        Picture { height, width, channels: self.channels, pixels, frame }
    }
}

/// The pictures of a row: one, or the frames of a clip.
pub type OfRow = Vec<Arc<Picture>>;

/// Mixes the pictures of some rows: of each row, told by its number and by how the pictures of any row are had, comes what `make` says, and what that is made of; with `None` it
/// stays as it is.
pub fn with_others(
    values: Values,
    rows: usize,
    make: &(dyn Fn(usize, &dyn Fn(usize) -> Option<OfRow>) -> Option<(OfRow, Vec<Part>)> + Sync),
) -> (Values, Mix) {
    let Values::Pictures(pictures) = values else { return (values, Mix::none(rows)) };
    let each = pictures.each();
    let of_row =
        |row: usize| pictures.all.get(row * each..(row + 1) * each)?.iter().cloned().collect::<Option<OfRow>>();
    let made = in_order(rows, &|row| make(row, &of_row));
    let (mut all, mut parts) = (pictures.all.clone(), Vec::with_capacity(rows));
    for (row, made) in made.into_iter().enumerate() {
        let Some((own, of)) = made else {
            parts.push(vec![Part::alone(row)]);
            continue;
        };
        all.iter_mut().skip(row * each).zip(own).for_each(|(place, picture)| *place = Some(picture));
        parts.push(of);
    }
    (Values::Pictures(Pictures { all, ..pictures }), Mix::new(parts))
}

impl Values {
    /// Cuts a window out of each picture, which is told by its row and its size; `to` is the size of all windows, if it is not that of
    /// the pictures.
    pub fn cut(self, to: Option<(usize, usize)>, window: &dyn Fn(usize, (usize, usize)) -> Option<Window>) -> Values {
        let Values::Pictures(mut pictures) = self else { return self };
        let each = pictures.each();
        for (place, picture) in pictures.all.iter_mut().enumerate() {
            let Some(picture) = picture else { continue };
            let row = place / each;
            let (height, width) = (picture.height, picture.width);
            let window = window(row, (height, width)).filter(|window| *window != Window::whole(height, width));
            if let Some(window) = window {
                *picture = Arc::new(picture.cut(window, None));
            }
        }
        pictures.size = to.or(pictures.size);
        Values::Pictures(pictures)
    }

    /// Makes another of each picture, which is told by its row; `to` is the size of all that come, if it is not that of the pictures.
    pub fn each_picture(
        self,
        to: Option<(usize, usize)>,
        change: &(dyn Fn(usize, &Picture) -> Picture + Sync),
    ) -> Values {
        let Values::Pictures(pictures) = self else { return self };
        let each = pictures.each();
        let one = |place: usize| pictures.all[place].as_ref().map(|picture| Arc::new(change(place / each, picture)));
        let all = in_order(pictures.all.len(), &one);
        Values::Pictures(Pictures { size: to.or(pictures.size), all, ..pictures })
    }
}
