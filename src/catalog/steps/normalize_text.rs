//! `normalize_text`: texts that mean the same in one spelling.

use super::{Step, needs_text};
use crate::catalog::{ShapeError, Type};

crate::words! {
    /// The Unicode normalization forms, or none.
    pub enum Form {
        Nfc = "nfc",
        Nfd = "nfd",
        Nfkc = "nfkc",
        Nfkd = "nfkd",
        None = "none",
    }
}

crate::words! {
    /// What happens to some characters.
    pub enum Keep {
        Keep = "keep",
        Strip = "strip",
    }
}

crate::words! {
    /// What happens to white space.
    pub enum Spaces {
        Keep = "keep",
        Collapse = "collapse",
    }
}

crate::entry! {
    /// Brings texts that mean the same to one spelling, by Unicode's normalization forms
    /// ([UAX #15](https://unicode.org/reports/tr15/)).
    ///
    /// `nfc` writes a letter and its accent as one character where there is one, `nfkc` besides that makes `ﬁ` `fi`, `①` `1` and full-width
    /// `Ａ` `A`; `nfd` and `nfkd` write accents as characters of their own. Of a target that is written, nothing is undone.
    pub struct NormalizeText = "normalize_text" {
        /// The form.
        pos form: Form = Form::Nfkc;
        /// `strip` takes accents, and whatever else has a combining class, off their letters: `é` becomes `e`.
        accents: Keep = Keep::Keep;
        /// `collapse` makes one space of all white space that stands together, and takes it from both ends.
        spaces: Spaces = Spaces::Collapse;
    }
}

impl Step for NormalizeText {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_text("normalize_text", input)?;
        Ok(input.clone())
    }

    fn invertible(&self) -> bool {
        true
    }
}
