//! Words for steps that cannot compute and for obligations that the data does not meet.

use super::fitting::{Fitting, listed};
use super::steps::Refusal;
use crate::check::obligations;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ColumnRef, StepUse};
use crate::source::Span;

impl Fitting<'_> {
    /// Reports obligations that the data does not meet, with the classes that they count.
    pub(super) fn unmet(&mut self) {
        for one in &self.pipeline.obligations {
            let (_, Some(refuted)) = obligations::verdict(one, &self.facts) else { continue };
            let named = |(column, classes): (&ColumnRef, &Vec<String>)| {
                let name = self.pipeline.column_name(*column);
                let symbol = format!("classes({name})");
                let counts = one.left.symbols().into_iter().chain(one.right.symbols()).any(|other| *other == *symbol);
                counts.then(|| format!("the classes of `{name}`, in this order: {}", listed(classes)))
            };
            let notes: Vec<String> = self.classes.iter().filter_map(named).collect();
            self.problems.push(notes.into_iter().fold(refuted, Diagnostic::note));
        }
    }

    /// Why a step cannot compute, in words.
    pub(super) fn refused(
        &self,
        step: &StepUse,
        span: Span,
        refusal: &Refusal,
        stacked: &[(usize, usize)],
        what: &str,
        columns: &[ColumnRef],
    ) -> Diagnostic {
        let message = format!("{what}: `{}` {}", step.def.name(), refusal.reason);
        if let Some((place, of)) = refusal.column {
            // Stacked data sets have the same columns; as long as no step has changed how many there are.
            let own = columns.len() / stacked.len().max(1);
            let column = columns.get(place).filter(|_| own == of);
            let message = match column {
                Some(column) => {
                    format!("{message}: `{}` is missing in every row of it", self.pipeline.column_name(*column))
                }
                None => format!("{message}, in number {} of {of}", place + 1),
            };
            let diagnostic = Diagnostic::new(&codes::STEP_VALUE, span, message).here("cannot be computed");
            return match column {
                Some(column) => diagnostic
                    .also(self.pipeline.column(*column).span, "this column")
                    .help(format!("leave `{}` out of the input", self.pipeline.column(*column).name)),
                None => diagnostic,
            };
        }
        if let Some((class, known)) = refusal.unknown.as_deref() {
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_CLASS, span, message)
                .here("of this column")
                .note(format!("its classes are {}", listed(known)));
            return match crate::diag::suggest::closest(class, known.iter().map(String::as_str)) {
                Some(close) => diagnostic.help(format!("did you mean {close:?}?")),
                None => diagnostic,
            };
        }
        if refusal.rows.is_empty() {
            return Diagnostic::new(&codes::STEP_VALUE, span, message).here("cannot be computed");
        }
        self.at(&codes::STEP_VALUE, span, &message, &refusal.rows, stacked).here("cannot be computed")
    }
}
