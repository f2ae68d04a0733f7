//! What stands around a picture or a sequence where a window walks over it.

use crate::catalog::{ArgValue, ParamKind, ParamValue, Range, ShapeError};

/// What stands around a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Nothing: the output shrinks.
    Valid,
    /// Zeros, so that with a stride of 1 the size stays.
    Same,
    /// So many zeros on each side.
    Zeros(usize),
}

impl Padding {
    /// Zeros on each side of what a window of so many places, from the first tap to the last, walks along.
    pub fn margin(self, extent: usize) -> usize {
        match self {
            Padding::Valid => 0,
            Padding::Same => extent / 2,
            Padding::Zeros(margin) => margin,
        }
    }

    /// `same` has a middle only in an odd kernel.
    pub(super) fn require_odd(self, kernel: usize) -> Result<(), ShapeError> {
        if self == Padding::Same && kernel.is_multiple_of(2) {
            return Err(ShapeError::new("`padding: same` needs an odd kernel")
                .parameter("kernel")
                .help(format!("use `kernel: {}`, `padding: valid`, or a number of zeros on each side", kernel + 1)));
        }
        Ok(())
    }
}

impl ParamValue for Padding {
    fn kind() -> ParamKind {
        ParamKind::WordOrInteger(&["valid", "same"])
    }

    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Word(word) if word == "valid" => Some(Padding::Valid),
            ArgValue::Word(word) if word == "same" => Some(Padding::Same),
            other => usize::from_arg(other).map(Padding::Zeros),
        }
    }

    fn range() -> Range {
        usize::range()
    }

    fn to_arg(&self) -> ArgValue {
        match self {
            Padding::Valid => ArgValue::Word("valid".into()),
            Padding::Same => ArgValue::Word("same".into()),
            Padding::Zeros(margin) => margin.to_arg(),
        }
    }
}

/// What stands around a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePadding {
    /// As of pictures.
    Around(Padding),
    /// As many zeros as `same` has, all of them before the first place.
    Causal,
}

impl ParamValue for TimePadding {
    fn kind() -> ParamKind {
        ParamKind::WordOrInteger(&["valid", "same", "causal"])
    }

    fn from_arg(value: &ArgValue) -> Option<Self> {
        match value {
            ArgValue::Word(word) if word == "causal" => Some(TimePadding::Causal),
            other => Padding::from_arg(other).map(TimePadding::Around),
        }
    }

    fn range() -> Range {
        usize::range()
    }

    fn to_arg(&self) -> ArgValue {
        match self {
            TimePadding::Causal => ArgValue::Word("causal".into()),
            TimePadding::Around(padding) => padding.to_arg(),
        }
    }
}
