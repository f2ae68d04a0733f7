//! `union`: rows of several data sets, stacked.

use super::{Capabilities, Layer};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Stacks the rows of values from different data sets, so that one trunk serves both.
    ///
    /// Shape: values of one kind and one shape after the rows; the output's rows are all of theirs, in the order written. Lengths
    /// that differ from row to row need not be the same: each row keeps its own.
    pub struct Union = "union" {}
}

impl Layer for Union {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let first = &inputs[0];
        let mut rows = Dim::int(0);
        for (index, input) in inputs.iter().enumerate() {
            let fits = input.kind == first.kind
                && input.rank() == first.rank()
                && first.axes.iter().zip(&input.axes).skip(1).all(|(left, right)| {
                    left.name == right.name
                        && (left.varies()
                            || right.varies()
                            || undecided.require(&left.size, &right.size, "the rows can be stacked"))
                });
            if !fits {
                return Err(ShapeError::new(format!("`union` stacks values of one shape: {first} and {input}"))
                    .inputs([0, index])
                    .help("bring both to one width first, for example by `-> dense(…)`"));
            }
            if inputs[..index].iter().any(|other| other.rows().size == input.rows().size) {
                return Err(ShapeError::new("`union` stacks rows of different data sets, and these are of one")
                    .inputs([0, index])
                    .help("values of the same rows stand side by side: `concat(a, b)`"));
            }
            rows = rows + input.rows().size.clone();
        }
        let mut output = first.clone();
        output.axes[0].size = rows;
        for (place, axis) in output.axes.iter_mut().enumerate().skip(1) {
            if inputs.iter().any(|input| input.axes[place].varies()) {
                let extents: Vec<Dim> = inputs.iter().map(|input| input.axes[place].size.clone()).collect();
                axis.size = Dim::stacked(&extents);
            }
        }
        Ok(output)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { stacks_rows: true, ..Capabilities::default() }
    }
}
