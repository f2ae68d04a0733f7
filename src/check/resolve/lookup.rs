//! Declarations by their handles, what marks them as used, and the way in which a problem is reported.

use std::rc::Rc;

use super::env::{CallSite, Env};
use super::program::DeclId;
use crate::check::checker::Checker;
use crate::diag::{Diagnostic, Label};
use crate::source::Span;
use crate::syntax::tree::{Decl, Expr, ExprKind, Keyword};

/// Suggestions cost a comparison with every known name; a file with thousands of wrong names gets
/// them for the first ones.
const MOST_SUGGESTIONS: usize = 200;

impl Checker<'_> {
    /// The spec's own declaration of a keyword that it may have once.
    pub(in crate::check) fn root_decl(&self, keyword: Keyword) -> Option<Rc<Decl>> {
        let id = self.names.program.modules[0]
            .decls
            .iter()
            .find(|id| self.names.program.decls[id.0].decl.keyword == keyword)?;
        Some(self.decl(*id))
    }

    pub(in crate::check) fn decl(&self, id: DeclId) -> Rc<Decl> {
        self.names.program.decls[id.0].decl.clone()
    }

    pub(in crate::check) fn module_of(&self, id: DeclId) -> usize {
        self.names.program.decls[id.0].module
    }

    /// A name that stands for a declaration.
    pub(in crate::check) fn use_at(&mut self, id: DeclId, span: Span) {
        self.mark_used(id);
        // Only to hold what is told of names to it.
        if cfg!(debug_assertions) {
            self.names.read.push((span, id));
        }
    }

    pub(in crate::check) fn mark_used(&mut self, id: DeclId) {
        self.names.program.decls[id.0].used = true;
    }

    /// What a misspelt name was meant to be is used, so that it is not told to be unused as well.
    pub(in crate::check) fn mark_meant(&mut self, diagnostic: &Diagnostic, module: usize) {
        let meant = diagnostic.fixes.first().and_then(|fix| fix.edits.first()).map(|edit| edit.replacement.clone());
        if let Some(meant) = meant {
            let scope = &self.names.program.modules[module];
            if let Some(id) = scope.values.get(&meant).or(scope.callables.get(&meant)) {
                self.mark_used(*id);
            }
        }
    }

    pub(in crate::check) fn source_text(&self, span: Span) -> String {
        self.sources.text(span).to_string()
    }

    /// False once so many suggestions have been made that more would only cost time.
    pub(in crate::check) fn may_suggest(&mut self) -> bool {
        self.names.suggestions += 1;
        self.names.suggestions <= MOST_SUGGESTIONS
    }

    /// Reports a problem; one inside a template or block is shown where the user called it.
    pub(in crate::check) fn report(&mut self, diagnostic: Diagnostic, env: &Env) {
        let diagnostic = at_call_site(diagnostic, env.call_site.as_deref());
        self.sink.push(diagnostic);
    }
}

/// Moves the primary place of a problem inside a template to where the user called it.
pub(in crate::check) fn at_call_site(mut diagnostic: Diagnostic, site: Option<&CallSite>) -> Diagnostic {
    let Some(site) = site else { return diagnostic };
    if diagnostic.span.file == site.span.file {
        return diagnostic;
    }
    let label = if diagnostic.label.is_empty() { diagnostic.message.clone() } else { diagnostic.label.clone() };
    let inside = Label { span: diagnostic.span, message: format!("in {}: {label}", site.what) };
    diagnostic.labels.insert(0, inside);
    diagnostic.span = site.span;
    diagnostic.label = format!("in the use of {}", site.what);
    // An edit inside a template is not the user's to make here.
    diagnostic.fixes.retain(|fix| fix.edits.iter().all(|edit| edit.span.file == site.span.file));
    diagnostic
}

/// Calls `found` with every single name that an expression reads, those in arguments included.
pub(in crate::check) fn names_in<'e>(expr: &'e Expr, found: &mut dyn FnMut(&'e str)) {
    for part in expr.everything() {
        match &part.kind {
            ExprKind::Path(path) => path.parts.first().into_iter().for_each(|first| found(&first.name)),
            ExprKind::Call(call) => call.callee.single().into_iter().for_each(|name| found(&name.name)),
            _ => {}
        }
    }
}
