//! `coordinates`: where in the picture a place is, as channels.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Adds two channels behind the others that say where each place is, down and across, from −1 to 1 (Liu et al. 2018,
    /// arXiv:1807.03247): a convolution behind it can tell the top of a picture from the bottom.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C + 2, H, W]`. A side of one place has 0 there.
    pub struct Coordinates = "coordinates" {}
}

/// Where each place of a picture is, across and down, line by line.
pub fn places(height: usize, width: usize) -> impl Iterator<Item = [f32; 2]> {
    (0..height).flat_map(move |down| (0..width).map(move |across| [along(across, width), along(down, height)]))
}

/// Where a place is along an axis, from −1 to 1.
fn along(place: usize, size: usize) -> f32 {
    match size {
        1 => 0.0,
        _ => 2.0 * place as f32 / (size - 1) as f32 - 1.0,
    }
}

impl Layer for Coordinates {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("coordinates", &inputs[0])?;
        let mut output = inputs[0].clone();
        output.axes[1].size = output.axes[1].size.clone() + Dim::int(2);
        Ok(output)
    }
}
