//! Elaborates which classes a task knows and how much the rows of each count.

use super::per_class::OneEach;
use crate::catalog::classes::Classes;
use crate::catalog::{ArgValue, ParamKind, Type};
use crate::check::declare::template::{Fields, Written};
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::{Diagnostic, suggest};
use crate::pipeline::{ClassWeights, Label, LossTerm, Target};
use crate::source::Span;
use crate::syntax::tree::ExprKind;

impl Checker<'_> {
    /// Reports class weights that no loss of the task heeds.
    pub(super) fn class_weights_count(
        &mut self,
        fields: &Fields<'_>,
        weights: &ClassWeights,
        loss: &[LossTerm],
    ) -> bool {
        if *weights == ClassWeights::None || loss.iter().any(|term| term.def.supports_class_weights()) {
            return true;
        }
        let Some(Written { field, env }) = fields.get("class_weights") else { return true };
        let names: Vec<&str> = loss.iter().map(|term| term.def.name()).collect();
        let diagnostic = Diagnostic::new(
            &codes::LOSS_MISMATCH,
            field.span,
            format!("{} cannot weigh rows by their class", list(names)),
        )
        .here("has no effect")
        .help("weigh classes in `cross_entropy`, `focal` or `binary_cross_entropy`, or draw them evenly: `resample: balanced`");
        self.report(diagnostic, env);
        false
    }

    pub(super) fn class_weights(&mut self, fields: &Fields<'_>, label: &Type, name: &str) -> Option<ClassWeights> {
        let Some(Written { field, env }) = fields.get("class_weights") else {
            self.setting(format!("{name}.class_weights"), "none", true);
            return Some(ClassWeights::None);
        };
        let value = self.field_value(field, env)?;
        self.setting(format!("{name}.class_weights"), self.source_text(value.span), false);
        let Some(classes) = label.classes_of_rows().or(label.classes_of_pixels()) else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_LABEL,
                field.span,
                format!("class weights need a label with classes, and this label is {}", label.words()),
            )
            .here("no classes to weigh");
            self.report(diagnostic, env);
            return None;
        };
        if let Some(word) = value.as_name() {
            match word.name.as_str() {
                "balanced" => return Some(ClassWeights::Balanced),
                "none" => return Some(ClassWeights::None),
                _ => {}
            }
        }
        if !matches!(value.bare().kind, ExprKind::List(_)) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                value.span,
                "`class_weights` is `balanced`, `none` or a list of one number per class",
            )
            .here("none of these")
            .did_you_mean(&self.source_text(value.span), ["balanced", "none"]);
            self.report(diagnostic, env);
            return None;
        }
        let kind = ParamKind::List(Box::new(ParamKind::Number));
        let ArgValue::List(members) = self.constant(value, &kind, env, "`class_weights`")? else { return None };
        let numbers: Vec<f64> = members
            .iter()
            .filter_map(|member| match member {
                ArgValue::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        if numbers.iter().any(|number| !number.is_finite() || *number < 0.0)
            || numbers.iter().all(|number| *number == 0.0)
        {
            let diagnostic =
                Diagnostic::new(&codes::ARGUMENT_RANGE, value.span, "class weights are at least 0, and one is above 0")
                    .here("out of range");
            self.report(diagnostic, env);
            return None;
        }
        let names = self.classes_of_label(fields);
        self.one_per_class(numbers.len(), classes, OneEach { one: "class weight", names }, value.span, env)
            .then_some(ClassWeights::Given(numbers))
    }

    /// A class that a target's step names must be one of the label's, if the spec writes these down.
    /// `call` is where a step that stands in a template is shown.
    pub(super) fn classes_exist(&mut self, targets: &[Target], label: &Label, call: Span) -> bool {
        let file = label.span.file;
        let Some(label) = label.columns.first() else { return true };
        let column = &self.declared.data[label.data].columns[label.column];
        let (declared, at) = (column.kind.declared_classes().map(<[String]>::to_vec), column.span);
        let Some(declared) = declared else { return true };
        let classes = Classes::new(&declared);
        for step in targets.iter().flat_map(|target| &target.steps) {
            let Some(class) = step.def.names_class() else { continue };
            if classes.contains(class) {
                continue;
            }
            let place = if step.span.file == file { step.span } else { call };
            let mut diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, place, format!("the label has no class \"{class}\""))
                    .here("unknown class")
                    .also(at, format!("its classes are {}", list(declared.iter().map(String::as_str))));
            if let Some(close) = suggest::closest(class, declared.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean \"{close}\"?"));
            }
            self.sink.push(diagnostic);
            return false;
        }
        true
    }
}
