//! Elaborates a task's head: one chain, or several named ones.

use crate::check::declare::template::Written;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::resolve::program;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::NodeId;
use crate::syntax::tree::{Block, EntryKind};

impl Checker<'_> {
    /// `head: chain`, or `head { heat: chain, size: chain }`.
    pub(super) fn head(&mut self, written: Written<'_>, input: Flow, place: &Place) -> Option<Vec<(String, NodeId)>> {
        let Written { field, env } = written;
        if let Some(block) = &field.block {
            return self.named_heads(block, env, input, place);
        }
        let value = self.field_value(field, env)?;
        let mut inside = place.inside("head");
        let mut flow = input;
        for stage in value.stages() {
            flow = self.stage(stage, flow, env, &mut inside);
        }
        Some(vec![("out".to_string(), flow?)])
    }

    fn named_heads(&mut self, block: &Block, env: &Env, input: Flow, place: &Place) -> Option<Vec<(String, NodeId)>> {
        let mut outputs: Vec<(String, NodeId)> = Vec::new();
        let mut good = !block.entries.is_empty();
        for entry in &block.entries {
            let EntryKind::Field(field) = &entry.kind else {
                let diagnostic =
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a head's outputs are written with `:`")
                        .here("`=` does not belong here")
                        .help("write `name: layer -> layer`");
                self.report(diagnostic, env);
                good = false;
                continue;
            };
            if outputs.iter().any(|(other, _)| *other == field.name.name) {
                self.report(program::duplicate_field(&field.name.name, field.name.span, block.span), env);
                good = false;
                continue;
            }
            let Some(value) = self.field_value(field, env) else {
                good = false;
                continue;
            };
            let mut inside = place.inside("head").inside(&field.name.name);
            let mut flow = input;
            for stage in value.stages() {
                flow = self.stage(stage, flow, env, &mut inside);
            }
            match flow {
                Some(node) => outputs.push((field.name.name.clone(), node)),
                None => good = false,
            }
        }
        if block.entries.is_empty() {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, "the head has no output")
                .here("empty")
                .help("write `head: dense(label.width)`");
            self.report(diagnostic, env);
        }
        good.then_some(outputs)
    }
}
