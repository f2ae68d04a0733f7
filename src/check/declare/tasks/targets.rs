//! Elaborates a task's targets: what is made of its label for the losses to compare with.

use super::rows_span;
use crate::catalog::Type;
use crate::catalog::kinds::Reading;
use crate::check::declare::template::{Fields, Written};
use crate::check::resolve::env::Env;
use crate::check::resolve::program;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{StepUse, Target};
use crate::source::Span;
use crate::syntax::tree::{EntryKind, Expr, Field};

/// A target on its way; without a type after an error.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub name: String,
    pub steps: Vec<StepUse>,
    pub ty: Option<Type>,
    pub span: Span,
}

impl Made {
    /// All of them, if none has an error.
    pub fn finish(all: Vec<Made>) -> Option<Vec<Target>> {
        all.into_iter()
            .map(|made| Some(Target { name: made.name, steps: made.steps, ty: made.ty?, span: made.span }))
            .collect()
    }
}

impl Checker<'_> {
    /// `target: steps`, or `target { class: steps, size: steps }`; without any, the label itself. `None` if nothing is known of them.
    pub(super) fn targets(&mut self, fields: &Fields<'_>, name: &str, label: &Type) -> Option<Vec<Made>> {
        let only = |steps, ty, span| Some(vec![Made { name: Target::ONLY.into(), steps, ty, span }]);
        let Some(Written { field, env }) = fields.get("target") else {
            return only(Vec::new(), Some(label.clone()), rows_span(fields));
        };
        if field.block.is_some() {
            return self.named_targets(field, name, label, env);
        }
        let value = self.field_value(field, env)?;
        let (steps, ty) = self.target_steps(value, label, name, &format!("{name}.target"), env);
        only(steps, ty, field.name.span)
    }

    fn named_targets(&mut self, field: &Field, name: &str, label: &Type, env: &Env) -> Option<Vec<Made>> {
        let block = field.block.as_ref()?;
        let mut all: Vec<Made> = Vec::new();
        let mut good = true;
        for entry in &block.entries {
            let EntryKind::Field(field) = &entry.kind else {
                let diagnostic =
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a task's targets are written with `:`")
                        .here("`=` does not belong here")
                        .help("write `name: step -> step`");
                self.report(diagnostic, env);
                good = false;
                continue;
            };
            let target = &field.name.name;
            if all.iter().any(|other| other.name == *target) {
                self.report(program::duplicate_field(target, field.name.span, block.span), env);
                good = false;
                continue;
            }
            let Some(value) = self.field_value(field, env) else {
                good = false;
                continue;
            };
            let owner = format!("{name}.{target}");
            let (steps, ty) = self.target_steps(value, label, &owner, &format!("{name}.target.{target}"), env);
            all.push(Made { name: target.clone(), steps, ty, span: field.name.span });
        }
        if block.entries.is_empty() && !self.broken_within(block.span) {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, "the task has no target")
                .here("empty")
                .help("write `target: standardize`, or name several: `target { class: above(0), size: standardize }`");
            self.report(diagnostic, env);
        }
        (good && !all.is_empty()).then_some(all)
    }

    /// The steps from the label; `label` stands for the label itself.
    fn target_steps(
        &mut self,
        value: &Expr,
        label: &Type,
        owner: &str,
        setting: &str,
        env: &Env,
    ) -> (Vec<StepUse>, Option<Type>) {
        let stages = match value.stages() {
            [first, rest @ ..] if first.as_name().is_some_and(|word| word.name == "label") => rest,
            all => all,
        };
        let (mut steps, mut ty) = self.steps((stages, Reading::Label), Some(label.clone()), owner, setting, env);
        // It has a mark for each place of the input as that is in the end.
        if let Some(step) = steps.last_mut().filter(|step| step.def.locates().is_some())
            && let Some(of) =
                step.def.along().and_then(|name| self.declared.inputs.iter().find(|input| input.name == name))
            && let (Some(places), Some(ty)) = (of.ty.axes.get(1), &mut ty)
        {
            ty.axes[1] = places.clone();
            step.ty = ty.clone();
        }
        for step in steps.iter().filter(|step| step.def.drawn()) {
            let message = match step.def.drops() {
                Some(_) => format!("`{}` takes inputs away from rows, and a target is none", step.def.name()),
                None => format!("`{}` draws anew in every epoch, and a target must stay what it is", step.def.name()),
            };
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, step.span, message)
                .here("changes the answer itself")
                .help(format!("write it in an input: `input x from … -> {}`", step.def.show()));
            self.report(diagnostic, env);
        }
        (steps, ty)
    }
}
