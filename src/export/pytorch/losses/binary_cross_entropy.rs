//! `binary_cross_entropy`: a function of PyTorch.

use super::{Compared, Write};
use crate::catalog::losses::binary_cross_entropy::{BinaryCrossEntropy, Scores};

impl Write for BinaryCrossEntropy {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        let output = of.output();
        match self.from {
            Scores::Logits => of.by_number("binary_cross_entropy_with_logits", &output, ""),
            Scores::Probabilities => {
                of.by_number("binary_cross_entropy", &format!("{output}.clamp(1e-7, 1 - 1e-7)"), "")
            }
        }
    }
}
