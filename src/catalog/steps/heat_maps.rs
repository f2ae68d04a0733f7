//! `heat_maps`: where in a picture each point is, as a map.

use super::{SIDE, Step, refuse};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Named points as maps that a convolution can answer with, one for each point: heat that falls off around it as a normal curve does, 1 over the whole map, and none where the point is not known (after Tompson et al. 2014,
    /// arXiv:1406.2984).
    ///
    /// Shape: `keypoints(n)[rows, …]` to `f32[rows, n, height, width]`. It is learnt by the loss [`heat_maps`](losses.md#heat_maps) and read by the decoder
    /// [`heat_maps`](decoders.md#heat_maps).
    pub struct HeatMaps = "heat_maps" {
        /// How many places the map is high: as many as the picture, or a part.
        pos height: usize, in SIDE;
        /// How many it is wide; as many unless written.
        pos width: Option<usize>, in SIDE;
        /// How far heat is spread around a point, as the deviation of a normal curve, in places.
        spread: f64 = 1.0, in Range::POSITIVE;
    }
}

impl HeatMaps {
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for HeatMaps {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        let Kind::Keypoints { classes } = &input.kind else { return Err(refuse("heat_maps", "points", input)) };
        let (height, width) = self.size();
        let axes = vec![
            input.rows().clone(),
            Axis::new(Axis::CHANNELS, classes.clone()),
            Axis::new(Axis::HEIGHT, Dim::int(height as i64)),
            Axis::new(Axis::WIDTH, Dim::int(width as i64)),
        ];
        Ok(Type::new(Kind::Real, axes))
    }
}
