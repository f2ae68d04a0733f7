//! `nearest`: the candidates that fit a row best.

use super::{Decoded, Decoder, Finds, Role};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// The answers whose vectors are nearest to the query's, by cosine, among the [`candidates`](steps.md#candidates) of the training part: for a head with which
    /// [`contrastive`](losses.md#contrastive) learns. The best is the answer.
    ///
    /// `predict` writes the answer, its score (the cosine), the next best ones with theirs, and, where the label is known, the rank of a right answer among
    /// the different answers of all rows that are asked about (`recall_at` and `mrr` are made of it): one is right for a row if it is the label of this row or of
    /// another one with the same inputs.
    pub struct Nearest = "nearest" {
        /// How many are kept of each row.
        pos best: usize = 5, in Range::AT_LEAST_ONE;
        /// How much of a score says how near the query is to that of a question of the training part which was so answered (the nearest one of them), in place of how near it
        /// is to the answer: from 0, the answer alone, to 1, the questions alone. Then the training part's questions are kept with the model, and the head reads one text input.
        memory: f64 = 0.0, in Range::UNIT;
        /// Above 0, that candidate is best which agrees most with the others (*minimum Bayes risk*): the one with the highest chrF to be expected if each of the 32 of the highest
        /// scores is right with the probability that a softmax of the scores over this temperature gives it. The score that `predict` writes is that chrF.
        agreement: f64 = 0.0, in Range::NON_NEGATIVE;
    }
}

impl Decoder for Nearest {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() || !input.ty.is_vector() {
            return Err(ShapeError::new(
                "`nearest` reads a query and an answer, two vectors side by side, and must come first in `predict`",
            ));
        }
        let kept = Axis::new("best", Dim::int(self.best as i64));
        Ok(Decoded { role: Role::Answer, ty: Type::new(Kind::Text, vec![input.ty.rows().clone(), kept]) })
    }

    fn finds(&self) -> Option<Finds> {
        Some(Finds::Nearest { best: self.best, memory: self.memory, agreement: self.agreement })
    }
}
