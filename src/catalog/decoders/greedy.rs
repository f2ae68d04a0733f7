//! `greedy`: writes an answer token by token, each time the likeliest.

use super::{Decoded, Decoder, Writes, written};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// Writes an answer token by token: each time the likeliest token is taken, and given back to the head, until the end mark or `max`
    /// tokens.
    ///
    /// The head is driven step by step, and its layers keep what they need of what came before, so that one token costs one step,
    /// however long the answer is. For a head that reads `previous(target)`.
    pub struct Greedy = "greedy" {
        /// No answer is longer; what it begins with does not count.
        max: usize = 64, in Range::AT_LEAST_ONE;
        /// The name of an input of tokens that the answer begins with, which must be those of the target (`shared:`): what is written goes on from there.
        after: Option<String>;
    }
}

impl Decoder for Greedy {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        written("greedy", input)
    }

    fn goes_on_from(&self) -> Option<&str> {
        self.after.as_deref()
    }

    fn writes(&self) -> Option<Writes> {
        Some(Writes::greedily(self.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::decoders::Role;

    #[test]
    fn what_is_written_is_tokens() {
        assert_eq!(Greedy { max: 3, after: None }.writes(), Some(Writes::greedily(3)));
        let classes = crate::catalog::Type::real(crate::catalog::Axis::new("rows", crate::catalog::Dim::int(2)), []);
        assert!(Greedy { max: 3, after: None }.infer(&Decoded { role: Role::Raw, ty: classes }).is_err());
    }
}
