//! `contrastive`: the right answer among those of the batch.

use super::Loss;
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, Range, ShapeError, Type};

crate::entry! {
    /// How little a row knows its own answer among the answers of the batch (van den Oord et al. 2018, [arXiv:1807.03748](https://arxiv.org/abs/1807.03748); Henderson et
    /// al. 2017, [arXiv:1705.00652](https://arxiv.org/abs/1705.00652)): the cross-entropy of softmax over cos(query, answer) / temperature, for all answers of the batch, with the row's own as
    /// the class.
    ///
    /// Output: `f32[rows, 2·n]`, the n numbers of the query and then the n of the answer, which the head reads by `whole(target)`; target: the tokens of the answer. Answers
    /// of the same tokens are no others: they are left out of each other's sum, as are rows without an answer. If `symmetric`, the answer is asked for its row as well,
    /// and the loss is the mean of both (Radford et al. 2021, [arXiv:2103.00020](https://arxiv.org/abs/2103.00020)). Unit: row, in nats; ln(rows of the batch) where nothing is known.
    pub struct Contrastive = "contrastive" {
        /// What cosines are divided by.
        temperature: f64 = 0.05, in Range::POSITIVE;
        /// Whether answers are asked for their rows too.
        symmetric: bool = true;
    }
}

impl Loss for Contrastive {
    fn check(&self, output: &Type, target: &Type, _undecided: &mut Undecided) -> Result<(), ShapeError> {
        if !matches!(target.kind, Kind::Tokens { .. }) {
            return Err(ShapeError::new(format!(
                "`contrastive` tells answers apart by their tokens, and the target is {}",
                target.words()
            ))
            .help("make tokens of the label: `target: candidates -> lowercase -> words`"));
        }
        let odd = output.last().size.value().is_some_and(|size| size % 2 == 1);
        if !output.is_real() || !output.is_vector() || odd {
            return Err(ShapeError::new(format!(
                "`contrastive` compares two vectors of one width, side by side, and the output is {output}"
            ))
            .help("write `head: concat(in -> dense(64), whole(target) -> embed_bag(64))`"));
        }
        Ok(())
    }

    fn contrasts(&self) -> bool {
        true
    }
}
