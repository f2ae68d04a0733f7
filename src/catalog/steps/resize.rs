//! `resize`: pictures of one size.

use super::{Step, needs_images};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Makes all pictures one size, whatever their proportions: each pixel is the mean of those that it covers, weighted by a triangle
    /// (bilinear, antialiased, as Pillow and torchvision have it).
    ///
    /// Type: `image[rows, channels]` to `image[rows, channels, height, width]`.
    pub struct Resize = "resize" {
        /// Height in pixels.
        pos height: usize, in Range::AT_LEAST_ONE;
        /// Width in pixels; as the height unless it is said.
        pos width: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl Resize {
    /// Height and width.
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for Resize {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("resize", input)?;
        let (height, width) = self.size();
        let size = |name, size: usize| Axis::new(name, Dim::int(size as i64));
        let mut axes: Vec<Axis> = input.axes.iter().take(2).cloned().collect();
        axes.extend([size(Axis::HEIGHT, height), size(Axis::WIDTH, width)]);
        Ok(Type::new(Kind::Image, axes))
    }
}
