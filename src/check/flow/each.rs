//! `each(time) { … }`: a chain for every place of an axis.

use crate::catalog::ParamValue;
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::join_places::JoinPlaces;
use crate::catalog::layers::split_places::{Along, SplitPlaces};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::Call;

impl Checker<'_> {
    /// Each place becomes a row of its own, goes through the chain, and is put back among the others of its row.
    pub(in crate::check) fn each(&mut self, call: &Call, value: Flow, env: &Env, place: &mut Place) -> Flow {
        let mut inside = place.turn("each");
        let axis = self.along(call, env);
        let Some(body) = call.body.as_deref() else { return self.each_without_chain(call, env) };
        let (Some(whole), Some(axis)) = (value, axis) else {
            self.stage(body, None, env, &mut inside);
            return None;
        };
        let split = LayerDef::SplitPlaces(SplitPlaces { axis });
        let places = self.layer_node(split, vec![whole], call.span, &Default::default(), env, &mut inside);
        let computed = self.stage(body, places, env, &mut inside)?;
        let join = LayerDef::JoinPlaces(JoinPlaces { axis });
        self.layer_node(join, vec![computed, whole], call.span, &Default::default(), env, &mut inside)
    }

    fn along(&mut self, call: &Call, env: &Env) -> Option<Along> {
        if let [arg] = call.args.as_slice() {
            let axis = self.constant(&arg.value, &Along::kind(), env, "`each`")?;
            return Along::from_arg(&axis);
        }
        let diagnostic =
            Diagnostic::new(&codes::MISSING_ARGUMENT, call.span, "`each` needs the axis that it goes along")
                .here("expected one axis")
                .help("write `each(time) { … }`");
        let diagnostic = match call.parenthesised {
            true => diagnostic,
            false => diagnostic.proposal("go along time", call.callee.span, "each(time)"),
        };
        self.report(diagnostic, env);
        None
    }

    fn each_without_chain(&mut self, call: &Call, env: &Env) -> Flow {
        if !self.broken_within(call.span) {
            let text = self.source_text(call.span).to_string();
            let diagnostic = Diagnostic::new(&codes::MISSING_ARGUMENT, call.span, "`each` needs a chain in braces")
                .here("nothing to do at each place")
                .help(format!("write `{text} {{ dense(64) -> relu }}`"));
            self.report(diagnostic, env);
        }
        None
    }

    /// A layer that is not called by its name: says how it is written.
    pub(in crate::check) fn written_otherwise(&mut self, def: &LayerDef, span: Span, env: &Env) -> bool {
        let Some(form) = def.written() else { return false };
        let diagnostic = Diagnostic::new(
            &codes::NOT_A_LAYER,
            span,
            format!("`{}` is a part of `{form}`, and cannot be called alone", def.name()),
        )
        .here("not by this name")
        .help(format!("write `{form}`"));
        self.report(diagnostic, env);
        true
    }
}
