//! `crf`: how much more likely every other sequence of tags is than the right one.

use super::{Loss, LossUnit};
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The negative log-likelihood of the right tags under a conditional random field: ln Σ exp(score) over all sequences of tags (by the forward
    /// algorithm), less the score of the right one.
    ///
    /// Output: `f32[rows, time, n·n]`, the scores of the layer [`crf`](layers.md#crf); target: `tokens(n)[rows, time]`. Unit: row, in nats; a row without places has 0.
    pub struct Crf = "crf" {}
}

impl Loss for Crf {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let Kind::Tokens { vocabulary } = &target.kind else {
            return Err(ShapeError::new(format!(
                "`crf` learns sequences of tags, and the target is {}",
                target.words()
            ))
            .help("make tags of the label: `target: tags(\"INPUT\")`"));
        };
        let help = "end the head in `dense(label.vocabulary) -> crf`";
        if !output.is_real() || !output.is_sequence() {
            return Err(ShapeError::new(format!(
                "`crf` needs the scores of tags at each place, and the output is {output}"
            ))
            .help(help));
        }
        let why = "`crf` can compare output and target place by place";
        if !undecided.require(&output.axes[1].size, &target.axes[1].size, why) {
            return Err(ShapeError::new(format!(
                "`crf` needs an answer at every place of the target: {output} against {target}"
            ))
            .help("`tags(\"INPUT\")` names the input whose places are tagged"));
        }
        let pairs = vocabulary.clone() * vocabulary.clone();
        if !undecided.require(&output.last().size, &pairs, "the head has a score for each tag behind each other") {
            let size = &output.last().size;
            return Err(
                ShapeError::new(format!("the head has {size} outputs, and there are {pairs} pairs of tags")).help(help)
            );
        }
        Ok(())
    }

    fn unit(&self, _target: &Type) -> LossUnit {
        LossUnit::Row
    }
}
