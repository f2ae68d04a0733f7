//! `member_scale`: factors and shifts of each member of an ensemble.

use super::{Init, Layer, WeightSpec, require_members};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Multiplies each member's features by its own learned factors and adds its own shifts: the adapters of BatchEnsemble (Wen et al.
    /// 2020, arXiv:2002.06715) and TabM, between layers that the members of an `ensemble` share.
    ///
    /// Shape: `f32[rows, members, n]`, unchanged. Weights: `factor[members, n]`, ones, and `shift[members, n]`, zeros.
    pub struct MemberScale = "member_scale" {}
}

impl Layer for MemberScale {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_members("member_scale", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape: Vec<Dim> = inputs[0].axes[1..].iter().map(|axis| axis.size.clone()).collect();
        vec![WeightSpec::bias("factor", shape.clone(), Init::Ones), WeightSpec::bias("shift", shape, Init::Zeros)]
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }
}
