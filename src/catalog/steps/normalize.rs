//! `normalize`: numbers of pictures.

use super::{Step, needs_sized_images};
use crate::catalog::{Axis, Kind, ShapeError, Type};

crate::words! {
    /// What is taken off, and divided by.
    pub enum Norm {
        Training = "training",
        Imagenet = "imagenet",
        Unit = "unit",
    }
}

crate::entry! {
    /// Makes numbers of the pixels: less the mean of their channel, divided by its standard deviation.
    ///
    /// Type: `image[rows, channels, height, width]` to `f32[rows, channels, height, width]`.
    pub struct Normalize = "normalize" {
        /// Mean and deviation are those of the `training` part; or those of `imagenet` (0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of
        /// white), as models that were trained on it expect; `unit` only divides by white, so that numbers lie between 0 and 1.
        pos by: Norm = Norm::Training;
        /// The mean of each channel, of white, in place of that: `mean: [0.5, 0.5, 0.5]`. `deviation` is given with it.
        mean: Vec<f64> = Vec::new();
        /// The standard deviation of each channel, of white.
        deviation: Vec<f64> = Vec::new();
    }
}

impl Step for Normalize {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("normalize", input)?;
        let channels = input.axis(Axis::CHANNELS).and_then(|place| input.axes[place].size.value());
        let given = (self.mean.len(), self.deviation.len());
        let wrong = |length: usize| channels.is_some_and(|channels| channels != length as i64);
        if given != (0, 0) && (given.0 != given.1 || wrong(given.0)) {
            let count = channels.map_or(String::new(), |channels| format!(", and these pictures have {channels}"));
            let message = format!(
                "`mean` and `deviation` have a number for each channel{count}; {} and {} are given",
                given.0, given.1
            );
            return Err(ShapeError::new(message).parameter(if wrong(given.0) { "mean" } else { "deviation" }));
        }
        if self.deviation.iter().any(|deviation| *deviation <= 0.0) {
            return Err(ShapeError::new("a deviation is above 0").parameter("deviation"));
        }
        if self.by == Norm::Imagenet && channels != Some(3) {
            return Err(ShapeError::new("ImageNet has pictures of three channels, and these have one")
                .parameter("by")
                .help("declare the column as `image` (of `rgb`), or write `normalize` alone"));
        }
        Ok(Type::new(Kind::Real, input.axes.clone()))
    }

    fn fitted(&self) -> bool {
        self.by == Norm::Training && self.mean.is_empty()
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
