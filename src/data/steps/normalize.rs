//! `normalize`: numbers of pictures, less the mean of their channel and divided by its deviation.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::normalize::{Norm, Normalize};
use crate::data::values::Values;

/// Mean and standard deviation of ImageNet's channels, of white.
const IMAGENET: [(f64, f64); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];

impl StepHalf for Normalize {
    /// Mean and standard deviation of each channel, in pixel values.
    type State = Vec<(f64, f64)>;

    fn fit(&self, training: &Training<'_>) -> Result<Self::State, Refusal> {
        let channels = match training.like() {
            Values::Pictures(pictures) => pictures.channels.count(),
            _ => 0,
        };
        if !self.mean.is_empty() {
            let given = self.mean.iter().zip(&self.deviation);
            return Ok(given.map(|(mean, deviation)| (255.0 * mean, 255.0 * deviation)).collect());
        }
        match self.by {
            Norm::Unit => return Ok(vec![(0.0, 255.0); channels]),
            Norm::Imagenet => return Ok(IMAGENET.map(|(mean, deviation)| (255.0 * mean, 255.0 * deviation)).to_vec()),
            Norm::Training => {}
        }
        // Whole numbers, so that no order of adding makes a difference.
        let mut sums = vec![(0_u128, 0_u128, 0_u64); channels];
        training.each(&mut |values| {
            let Values::Pictures(pictures) = values else { return };
            for picture in pictures.all.iter().flatten() {
                let mut own = vec![(0_u64, 0_u64); channels];
                for pixel in picture.pixels.chunks_exact(channels) {
                    for (sum, value) in own.iter_mut().zip(pixel) {
                        let value = u64::from(*value);
                        *sum = (sum.0 + value, sum.1 + value * value);
                    }
                }
                for (sum, own) in sums.iter_mut().zip(own) {
                    let pixels = (picture.height * picture.width) as u64;
                    *sum = (sum.0 + u128::from(own.0), sum.1 + u128::from(own.1), sum.2 + pixels);
                }
            }
        })?;
        if sums.iter().any(|(.., pixels)| *pixels == 0) {
            return Err(Refusal::new("finds no picture in the training part"));
        }
        let figures = |(sum, square, pixels): (u128, u128, u64)| {
            let mean = sum as f64 / pixels as f64;
            let deviation = (square as f64 / pixels as f64 - mean * mean).max(0.0).sqrt();
            // A channel that is the same everywhere becomes 0.
            (mean, if deviation > 0.0 { deviation } else { 1.0 })
        };
        Ok(sums.into_iter().map(figures).collect())
    }

    fn apply(&self, state: &Self::State, values: Values) -> Result<Values, Refusal> {
        let Values::Pictures(pictures) = values else { return Ok(values) };
        let (height, width) = pictures.size.unwrap_or((1, 1));
        let table = |(mean, deviation): &(f64, f64)| -> Vec<f32> {
            (0..256).map(|value| ((f64::from(value) - mean) / deviation) as f32).collect()
        };
        let tables: Vec<Vec<f32>> = state.iter().map(table).collect();
        Ok(Values::Single {
            shape: pictures.frames.into_iter().chain([pictures.channels.count(), height, width]).collect(),
            values: pictures.planes(&tables, f32::NAN),
        })
    }
}
