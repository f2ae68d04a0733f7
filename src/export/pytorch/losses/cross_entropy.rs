//! `cross_entropy`: a function of PyTorch.

use super::{Compared, Write};
use crate::catalog::losses::cross_entropy::CrossEntropy;
use crate::export::pytorch::source::number;

impl Write for CrossEntropy {
    fn write(&self, of: &Compared<'_>) -> Option<String> {
        let (output, target) = (of.output(), of.target());
        let mut how = String::from("reduction=\"none\"");
        if self.smoothing > 0.0 {
            how += &format!(", label_smoothing={}", number(self.smoothing));
        }
        match (of.members(), of.rank()) {
            (1, 1 | 3) => Some(format!("F.cross_entropy({output}, {target}, {how})")),
            // The classes of tokens stand last.
            (1, 2) => Some(format!("F.cross_entropy({output}.transpose(1, 2), {target}, {how})")),
            (members, 1) => Some(format!(
                "F.cross_entropy({output}.flatten(0, 1), {target}.repeat_interleave({members}), {how}).unflatten(0, (-1, {members})).mean(1)"
            )),
            _ => None,
        }
    }
}
