//! `ensemble`: several members of an ensemble that share their layers.

use super::{Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Range, ShapeError, Type};

crate::entry! {
    /// Lets each row go several ways at once, one per member of an ensemble, through the same layers: TabM (Gorishniy et al. 2025,
    /// arXiv:2410.24210), after BatchEnsemble (Wen et al. 2020, arXiv:2002.06715). Each member multiplies the features by factors of
    /// its own before it goes on.
    ///
    /// What follows computes for each member, and a head that reads members answers once for each. In training each member's answer
    /// has its loss, and the task's is their mean; what is predicted is the mean of their answers: of probabilities after `sigmoid`
    /// or `softmax`, otherwise of numbers before the target's steps are undone. Several members guess better than one of them, as in
    /// any ensemble, for little more than the price of one model.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, members, n]`. Weights: `factor[members, n]`, drawn from ±1 (`signs`) or from N(0, 1)
    /// (`normal`). Let members part further with `member_scale` or `member_dense`.
    pub struct Ensemble = "ensemble" {
        /// How many ways.
        pos members: usize = 8, in Range::AT_LEAST_ONE;
        /// `signs` or `normal`: where the factors start.
        start: Start = Start::Signs;
    }
}

crate::words! {
    /// What a member's factors are drawn from.
    pub enum Start {
        Signs = "signs",
        Normal = "normal",
    }
}

impl Layer for Ensemble {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_real("ensemble", &inputs[0])?;
        if let Some(members) = inputs[0].members() {
            return Err(ShapeError::new(format!(
                "these are {members} members already, and a member has no members of its own"
            ))
            .help("leave out the second `ensemble`"));
        }
        super::require_rank("ensemble", &inputs[0], 2..=2)?;
        super::require_features("ensemble", &inputs[0])?;
        let mut output = inputs[0].clone();
        output.axes.insert(1, Axis::new(Type::MEMBERS, Dim::int(self.members as i64)));
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape = vec![Dim::int(self.members as i64), inputs[0].last().size.clone()];
        let init = match self.start {
            Start::Signs => Init::Signs,
            Start::Normal => Init::Normal { deviation: 1.0 },
        };
        // To decay towards zero would be to fade the features themselves.
        vec![WeightSpec::bias("factor", shape, init)]
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }
}
