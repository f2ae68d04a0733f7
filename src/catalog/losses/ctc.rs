//! `ctc`: connectionist temporal classification.

use super::{Loss, LossUnit};
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// Connectionist temporal classification (Graves et al. 2006, [doi:10.1145/1143844.1143891](https://doi.org/10.1145/1143844.1143891)): −ln of the
    /// probability of the target, which is shorter than the output and of which nobody has said where in it each symbol stands. It is the sum over all ways to write
    /// a symbol or *blank* at each place which become the target when symbols that follow each other are joined and blanks taken out. The blank is index 0,
    /// which no token has.
    ///
    /// Output: `f32[rows, time, n]` logits; target: `tokens(n)[rows, time]`, along a time of its own. Unit: row, in nats. A row needs a place for each
    /// symbol of its target and another one between two equal ones. One that has too few has loss 0 and teaches nothing (as with PyTorch's `zero_infinity`);
    /// after the first epoch the run says how many there were.
    pub struct Ctc = "ctc" {}
}

impl Loss for Ctc {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let Kind::Tokens { vocabulary } = &target.kind else {
            return Err(ShapeError::new(format!(
                "`ctc` learns a sequence of symbols, and the target is {}",
                target.words()
            ))
            .help("make tokens of a text: `target: characters`"));
        };
        if !output.is_real() || !output.is_sequence() {
            return Err(ShapeError::new(format!(
                "`ctc` needs a number per symbol at each place of a sequence, and the output is {output}"
            ))
            .help("end the head in `dense(label.vocabulary)`, without a pool before it"));
        }
        let size = &output.last().size;
        if !undecided.require(size, vocabulary, "the head has one output per symbol") {
            return Err(ShapeError::new(format!(
                "the head has {size} outputs, and the label has {vocabulary} symbols, the blank among them"
            ))
            .help("write `dense(label.vocabulary)`"));
        }
        Ok(())
    }

    fn unit(&self, _target: &Type) -> LossUnit {
        LossUnit::Row
    }
}
