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
    }
}

impl Step for Normalize {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("normalize", input)?;
        let channels = input.axis(Axis::CHANNELS).and_then(|place| input.axes[place].size.value());
        if self.by == Norm::Imagenet && channels != Some(3) {
            return Err(ShapeError::new("ImageNet has pictures of three channels, and these have one")
                .parameter("by")
                .help("declare the column as `image` (of `rgb`), or write `normalize` alone"));
        }
        Ok(Type::new(Kind::Real, input.axes.clone()))
    }

    fn fitted(&self) -> bool {
        self.by == Norm::Training
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
