//! `span`: where an answer begins and ends.

use super::Loss;
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The mean of two cross-entropies: of the place at which an answer begins among all places of the row, and of that at which it ends (Devlin et al. 2019,
    /// [arXiv:1810.04805](https://arxiv.org/abs/1810.04805)). Where several places are right, it is the probability of all of them together that counts (Kadlec et al. 2016,
    /// [arXiv:1603.01547](https://arxiv.org/abs/1603.01547)).
    ///
    /// Output: `f32[rows, time, 2]`, a score as the beginning and one as the end; target: `tokens(4)[rows, time]`, the marks of [`locate`](steps.md#locate). Unit: row, in nats.
    pub struct Span = "span" {}
}

impl Loss for Span {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let marks = matches!(&target.kind, Kind::Tokens { vocabulary } if vocabulary.value() == Some(4));
        if !marks {
            return Err(ShapeError::new(format!(
                "`span` learns where an answer stands in a text, and the target is {}",
                target.words()
            ))
            .help("let it be looked for: `target: locate(\"INPUT\")`"));
        }
        let two = output.is_real() && output.is_sequence() && output.last().size.value() == Some(2);
        if !two {
            return Err(ShapeError::new(format!(
                "`span` needs two scores at each place of the text, and the output is {output}"
            ))
            .help("end the head in `dense(2)`, without a pool before it"));
        }
        if !undecided.require(&output.axes[1].size, &target.axes[1].size, "`span` has a score for each place") {
            return Err(ShapeError::new(format!(
                "`span` needs scores at the places of the text in which the answer stands: {output} against {target}"
            ))
            .help("`locate(\"INPUT\")` names the input whose places the head answers at"));
        }
        Ok(())
    }
}
