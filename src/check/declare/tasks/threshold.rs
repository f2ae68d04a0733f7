//! Elaborates `threshold`: from which probability on a yes-or-no answer, or a class of a set, is given.

use crate::catalog::decoders::{Decoded, Role};
use crate::catalog::{ArgValue, Kind, ParamKind, Type};
use crate::check::constants::bind::CallRef;
use crate::check::constants::choices::choices;
use crate::check::declare::template::{Fields, Written};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Criterion, Threshold};
use crate::syntax::tree::ExprKind;

crate::entry! {
    /// Chosen on the validation part, for each class by itself.
    pub struct Fitted = "fitted" {
        /// What is to be as large as it can be.
        pos by: Criterion = Criterion::F1;
    }
}

choices! {
    /// What `threshold:` may be besides a number.
    THRESHOLDS: ThresholdDef { Fitted }
}

impl Checker<'_> {
    /// The threshold of a task; `None` after an error.
    pub(super) fn threshold(
        &mut self,
        fields: &Fields<'_>,
        prediction: &Decoded,
        label: &Type,
        name: &str,
    ) -> Option<Threshold> {
        let setting = format!("{name}.threshold");
        // Of several classes that exclude each other the likeliest is given.
        let one = prediction.ty.elements_per_row().value() == Some(1);
        let decides = prediction.role == Role::Probabilities && (one || label.kind == Kind::Labels);
        let written = match fields.own("threshold") {
            // What a template says counts where there is something to decide.
            None if !decides => None,
            _ => fields.get("threshold"),
        };
        let Some(Written { field, env }) = written else {
            if decides {
                self.setting(setting, "0.5", true);
            }
            return Some(Threshold::default());
        };
        let value = self.field_value(field, env)?;
        if !decides {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_KIND,
                field.span,
                "a threshold decides by probabilities of yes and no, and `predict` ends in something else",
            )
            .here("nothing to decide")
            .help("end `predict` in `sigmoid` or `probability`, as `binary` and `multilabel` do, or leave `threshold` out");
            self.report(diagnostic, env);
            return None;
        }
        let call = CallRef::of(value);
        if matches!(value.bare().kind, ExprKind::Call(..)) || call.is_some_and(|call| call.name() == "fitted") {
            let ThresholdDef::Fitted(fitted) = self.bind_in(THRESHOLDS, "threshold", value, env, "")?.def;
            self.setting(setting, format!("fitted({})", fitted.by.word()), false);
            return Some(Threshold::Fitted(fitted.by));
        }
        let ArgValue::Number(at) = self.constant(value, &ParamKind::Number, env, "`threshold`")? else { return None };
        if !(0.0..=1.0).contains(&at) {
            let diagnostic = Diagnostic::new(
                &codes::ARGUMENT_RANGE,
                value.span,
                format!("a threshold is a probability between 0 and 1, not {}", crate::catalog::show_number(at)),
            )
            .here("out of range")
            .help("write a number such as `threshold: 0.3`, or let it be found on valid: `threshold: fitted(f1)`");
            self.report(diagnostic, env);
            return None;
        }
        self.setting(setting, crate::catalog::show_number(at), false);
        Some(Threshold::At(vec![at]))
    }
}
