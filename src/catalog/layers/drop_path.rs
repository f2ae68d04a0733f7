//! `drop_path`: whole rows of a branch at random.

use super::{Capabilities, Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Sets all that a row has here to zero with probability `rate` while training, and scales the others by `1 / (1 − rate)`: put at
    /// the end of a branch that is added to what it reads, the row goes past the branch (stochastic depth, Huang et al. 2016,
    /// arXiv:1603.09382). Does nothing when evaluating.
    ///
    /// Shape: any numbers, unchanged. Which rows are dropped is a function of the seed, the layer's path, the epoch, the step and the row.
    pub struct DropPath = "drop_path" {
        /// The probability that a row goes past.
        pos rate: f64 = 0.1, in Range::UNIT_BELOW_ONE;
    }
}

impl Layer for DropPath {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("drop_path", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn capabilities(&self) -> Capabilities {
        let active = self.rate > 0.0;
        Capabilities { random: active, mode_dependent: active, identity: !active, ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
