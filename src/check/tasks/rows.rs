//! Elaborates which rows a task learns from and how much each counts.

use super::super::pipeline::{ClassWeights, Obligation};
use super::super::template::{Fields, Written};
use super::super::{Checker, codes};
use crate::catalog::{ArgValue, Dim, Kind, ParamKind, Type};
use crate::diag::Diagnostic;
use crate::syntax::tree::ExprKind;

impl Checker<'_> {
    pub(super) fn class_weights(&mut self, fields: &Fields<'_>, label: &Type, name: &str) -> Option<ClassWeights> {
        let Some(Written { field, env }) = fields.get("class_weights") else {
            self.setting(format!("{name}.class_weights"), "none", true);
            return Some(ClassWeights::None);
        };
        let value = self.field_value(field, env)?;
        let Kind::Category { classes } = &label.kind else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_LABEL,
                field.span,
                format!("class weights need a label with classes, and this label is {}", label.kind.words()),
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
        let given = Dim::int(numbers.len() as i64);
        match given.equality(classes) {
            crate::catalog::Equality::Proven => {}
            crate::catalog::Equality::Refuted => {
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    value.span,
                    format!("the label has {classes} classes, and {given} weights are given"),
                )
                .here(format!("{given} weights"));
                self.report(diagnostic, env);
                return None;
            }
            crate::catalog::Equality::DependsOnData => self.obligations.push(Obligation {
                left: given,
                right: classes.clone(),
                why: "there is one class weight per class".into(),
                span: value.span,
            }),
        }
        Some(ClassWeights::Given(numbers))
    }
}
