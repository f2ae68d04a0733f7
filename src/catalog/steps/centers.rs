//! `centers`: where in a picture the middles of objects are, and how far their edges are from there.

use super::{SIDE, Step, refuse};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Boxes as a map that a convolution can answer with (Zhou et al. 2019, arXiv:1904.07850; the weights of places after Liu et al. 2019,
    /// arXiv:1909.00700): for each class a channel of heat, 1 where the middle of a box of the class is and less around it, the further the less; then the left, the
    /// upper, the right and the lower edge, in places of the map, and how much each place counts for them: near the middle of a box by its heat, together 1 for
    /// each box, elsewhere nothing. Of two boxes the smaller has the places that are near both.
    ///
    /// Shape: `boxes(n)[rows, …]` to `f32[rows, n + 5, height, width]`. It is learnt by the loss [`centers`](losses.md#centers) and read by the decoder
    /// [`peaks`](decoders.md#peaks). A map has a fourth of the picture's height and width, say, and any two boxes whose middles fall into one place of it
    /// are one to whoever reads it.
    pub struct Centers = "centers" {
        /// How many places the map is high.
        pos height: usize, in SIDE;
        /// How many it is wide; as many unless written.
        pos width: Option<usize>, in SIDE;
        /// How much of a box its heat covers, from the middle to where it has fallen to e^−4.5.
        spread: f64 = 0.54, in Range::POSITIVE;
    }
}

/// Channels behind those of the classes: four edges, and a weight.
pub const EDGES: usize = 4;

/// What is taken from the output of a head before the sigmoid that makes heat of it: one that has learnt nothing says one in a hundred, and not one in two, which would
/// drown what is there in what is not (Lin et al. 2017, arXiv:1708.02002).
pub const PRIOR: f64 = 4.595;

impl Centers {
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for Centers {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        let Kind::Boxes { classes } = &input.kind else { return Err(refuse("centers", "boxes", input)) };
        let (height, width) = self.size();
        Ok(Type::new(
            Kind::Real,
            vec![
                input.rows().clone(),
                Axis::new(Axis::CHANNELS, classes.clone() + Dim::int(EDGES as i64 + 1)),
                Axis::new(Axis::HEIGHT, Dim::int(height as i64)),
                Axis::new(Axis::WIDTH, Dim::int(width as i64)),
            ],
        ))
    }
}
