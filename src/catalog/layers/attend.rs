//! `attend`: what attention does with queries, keys and values that are given.

use super::attention::turns_pairs;
use super::{Layer, require_sequence, same_axes, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Scaled dot-product attention of queries, keys and values (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)),
    /// softmax(q·kᵀ/√width)·v, in several heads side by side.
    ///
    /// It is the part of [`attention`](#attention) that has no weights. With a layer of one's own for each of the three:
    ///
    /// ```text
    /// seen = attend(in -> dense(64), in -> dense(16), in -> dense(16), heads: 4, key_heads: 1, rotary: 10000) -> dense(64)
    /// ```
    ///
    /// Padding is looked at by none. If `causal`, a place sees itself and those before it. With `rotary`, queries and keys are turned by how far along the place stands, the pair of
    /// features i and i + width/2 of a head by place / base^(2i/width) (Su et al. 2021, arXiv:2104.09864), so that a product tells how far apart two places are; then no `positions` are needed.
    ///
    /// Shape: queries `f32[rows, time, n]`, keys and values `f32[rows, time, n · key_heads / heads]`, to `f32[rows, time, n]`.
    pub struct Attend = "attend" {
        /// How many means are made side by side, each of its share of the features.
        heads: usize = 1, in Range::AT_LEAST_ONE;
        /// How many heads keys and values have, each for several of the queries' (Ainslie et al. 2023, arXiv:2305.13245); as many as those unless written.
        key_heads: Option<usize>, in Range::AT_LEAST_ONE;
        /// Whether a place sees no place behind it.
        causal: bool = false;
        /// The base of rotary positions; without it, there are none.
        rotary: Option<f64>, in Range::POSITIVE;
    }
}

impl Attend {
    /// How many heads keys and values have.
    pub fn of_keys(&self) -> usize {
        self.key_heads.unwrap_or(self.heads)
    }
}

impl Layer for Attend {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        3..=3
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        for (index, input) in inputs.iter().enumerate() {
            require_sequence("attend", input).map_err(|error| error.inputs([index]))?;
            same_rows("attend", inputs, index)?;
            same_axes("attend", inputs, 0, index)?;
            undecided.require(&inputs[0].axes[1].size, &input.axes[1].size, "`attend` has keys for every query");
        }
        let (heads, of_keys) = (self.heads, self.of_keys());
        if !heads.is_multiple_of(of_keys) {
            return Err(ShapeError::new(format!("{heads} heads cannot share {of_keys} heads of keys evenly"))
                .parameter("key_heads"));
        }
        let width = &inputs[0].last().size;
        if let Some(number) = width.value() {
            let of_head = number / heads as i64;
            if number % heads as i64 != 0 {
                let what = format!("{heads} heads cannot share {number} features evenly");
                return Err(ShapeError::new(what).parameter("heads"));
            }
            if self.rotary.is_some() {
                turns_pairs(of_head)?;
            }
        }
        let shared = (heads / of_keys) as i64;
        for index in [1, 2] {
            let wide = inputs[index].last().size.clone() * Dim::int(shared);
            if !undecided.require(width, &wide, "each head of queries has keys of its width") {
                let what = if index == 1 { "keys" } else { "values" };
                return Err(ShapeError::new(format!(
                    "`attend` of {heads} heads of queries and {of_keys} of keys needs {what} of {} features, and gets {}",
                    width.clone().floor_div(shared),
                    inputs[index]
                ))
                .inputs([0, index]));
            }
        }
        Ok(inputs[0].clone())
    }

    /// The two products, where the number of places is known.
    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * inputs[0].axes[1].size.clone() * Dim::int(2)
    }

    fn along_time(&self) -> AlongTime {
        if self.causal { AlongTime::Past } else { AlongTime::All }
    }
}
