//! `normalize_text`: one spelling for texts that mean the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::normalize_text::{Form, Keep, NormalizeText, Spaces};
use crate::data::values::Values;

impl StepHalf for NormalizeText {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        Ok(Values::Text(texts.iter().map(|text| self.normalized(text)).collect()))
    }
}

impl NormalizeText {
    fn normalized(&self, text: &str) -> String {
        let stripped: String;
        let text = match self.accents {
            Keep::Keep => text,
            // Composed again, so that letters which come apart without having an accent (Korean ones) are as they were.
            Keep::Strip => {
                stripped = text.nfd().filter(|letter| canonical_combining_class(*letter) == 0).nfc().collect();
                &stripped
            }
        };
        let formed: String = match self.form {
            Form::Nfc => text.nfc().collect(),
            Form::Nfd => text.nfd().collect(),
            Form::Nfkc => text.nfkc().collect(),
            Form::Nfkd => text.nfkd().collect(),
            Form::None => text.to_string(),
        };
        match self.spaces {
            Spaces::Keep => formed,
            Spaces::Collapse => formed.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}
