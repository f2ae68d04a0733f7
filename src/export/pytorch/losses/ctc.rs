//! `ctc`: a function of PyTorch, which has time first.

use super::{Compared, Write};
use crate::catalog::losses::ctc::Ctc;

impl Write for Ctc {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        let logarithms = format!("{}.log_softmax(2).transpose(0, 1)", of.output());
        let (target, lengths, target_lengths) = (of.target(), of.lengths(), of.target_lengths());
        (of.members() == 1).then(|| {
            format!(
                "F.ctc_loss({logarithms}, {target}, {lengths}, {target_lengths}, reduction=\"none\", zero_infinity=True)"
            )
        })
    }
}
