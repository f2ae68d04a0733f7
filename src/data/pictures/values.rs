//! The pictures of some rows on their way through the steps.

use std::sync::Arc;

use super::{Channels, Frame, Picture, Window};
use crate::data::values::Values;

/// Pictures, as long as they have not become numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    pub channels: Channels,
    /// Height and width, once all have the same.
    pub size: Option<(usize, usize)>,
    /// One for each row; `None` where a row has none.
    pub all: Vec<Option<Arc<Picture>>>,
}

impl Pictures {
    /// The sizes of each, as far as they are the same for all.
    pub fn row_shape(&self) -> Vec<usize> {
        let channels = self.channels.count();
        self.size.map_or(vec![channels], |(height, width)| vec![channels, height, width])
    }

    /// Where each picture has come to; of no picture, nowhere.
    pub fn frames(&self) -> Vec<Frame> {
        self.all.iter().map(|picture| picture.as_ref().map_or(Frame::whole(0, 0), |picture| picture.frame)).collect()
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
    fn cut(&self, window: Window) -> Picture {
        let pixels = window.cut(&self.pixels, (self.height, self.width), self.channels.count(), None);
        let (height, width, frame) = (window.height, window.width, self.frame.cut(window));
        Picture { height, width, channels: self.channels, pixels, frame }
    }
}

impl Values {
    /// Cuts a window out of each picture, which is told by its row and its size; `to` is the size of all windows, if it is not that of
    /// the pictures.
    pub fn cut(self, to: Option<(usize, usize)>, window: &dyn Fn(usize, (usize, usize)) -> Option<Window>) -> Values {
        let Values::Pictures(mut pictures) = self else { return self };
        for (row, picture) in pictures.all.iter_mut().enumerate() {
            let Some(picture) = picture else { continue };
            let (height, width) = (picture.height, picture.width);
            let window = window(row, (height, width)).filter(|window| *window != Window::whole(height, width));
            if let Some(window) = window {
                *picture = Arc::new(picture.cut(window));
            }
        }
        pictures.size = to.or(pictures.size);
        Values::Pictures(pictures)
    }
}
