//! `resize`: pictures of one size.

use super::affine::PIXEL;
use super::{SIDE, Step, needs_images};
use crate::catalog::{Axis, Dim, Kind, ShapeError, Type};

crate::words! {
    /// What becomes of the proportions.
    pub enum Proportions {
        /// Every picture is stretched.
        Stretch = "stretch",
        /// All of it, with a margin.
        Fit = "fit",
        /// The middle of it.
        Fill = "fill",
    }
}

crate::entry! {
    /// Makes all pictures one size: each pixel is the mean of those that it covers, weighted by a triangle
    /// (bilinear, antialiased, as Pillow and torchvision have it).
    ///
    /// Type: `image[rows, channels]` to `image[rows, channels, height, width]`.
    pub struct Resize = "resize" {
        /// Height in pixels.
        pos height: usize, in SIDE;
        /// Width in pixels; as the height unless it is said.
        pos width: Option<usize>, in SIDE;
        /// Of pictures of other proportions: `stretch` takes no notice; `fit` shows all of each, in the middle, with a margin on two sides; `fill` shows the middle of each,
        /// and cuts off what lies beyond.
        proportions: Proportions = Proportions::Stretch;
        /// What stands in the margin: a value from 0, black, to 255, white; without it the edge goes on.
        fill: Option<usize>, in PIXEL;
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
        let is_size = |axis: &&Axis| [Axis::HEIGHT, Axis::WIDTH].contains(&axis.name);
        let mut axes: Vec<Axis> = input.axes.iter().filter(|axis| !is_size(axis)).cloned().collect();
        axes.extend([size(Axis::HEIGHT, height), size(Axis::WIDTH, width)]);
        Ok(Type::new(Kind::Image, axes))
    }

    fn keeps_whole(&self) -> bool {
        self.proportions == Proportions::Stretch
    }
}
