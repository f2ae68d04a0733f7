//! `span_f1`: the F score of spans that are marked by tags.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The F score of spans over all rows: a span is right if its words and its type are those of the label. Spans are read from tags with spaces between
    /// them as `conlleval` and seqeval read them: `B-PER` begins one and `I-PER` goes on with it, `E-` ends one and `S-` is one by itself, a change of type begins another
    /// one, and so does an `I-` behind `O`. A tag without such a mark is in no span.
    pub struct SpanF1 = "span_f1" {}
}

impl Metric for SpanF1 {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("span_f1", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "span_f1".into()
    }
}
