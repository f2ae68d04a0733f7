//! Elaborates `variant` declarations: overrides of a spec under a name, each as `--set` would give it.

use crate::check::resolve::program::{Program, duplicate_name, list};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Variant;
use crate::source::Span;
use crate::syntax::tree::{Decl, EntryKind, Expr, Keyword};

/// Every variant that a spec names, with its declaration.
fn named(program: &Program) -> impl Iterator<Item = (&str, &Decl)> {
    let root = program.modules[0].decls.iter().map(|id| &*program.decls[id.0].decl);
    let variants = root.filter(|decl| decl.keyword == Keyword::Variant);
    variants.filter_map(|decl| Some((decl.name.as_ref()?.name.as_str(), decl)))
}

/// The names of a spec's variants that can be checked: one without its block, as while it is typed, says nothing yet.
pub(in crate::check) fn variant_names(program: &Program) -> Vec<String> {
    let whole = named(program).filter(|(_, decl)| decl.block.is_some());
    let mut names: Vec<String> = whole.map(|(name, _)| name.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

impl Checker<'_> {
    /// Every variant of the spec; the one that was asked for takes effect.
    pub(in crate::check) fn variants(&mut self) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        let root = self.names.program.modules[0].decls.clone();
        for id in root {
            let decl = self.decl(id);
            if decl.keyword != Keyword::Variant {
                continue;
            }
            let (Some(name), Some(block)) = (&decl.name, &decl.block) else { continue };
            if let Some(first) = variants.iter().find(|other| other.name == name.name) {
                self.sink.push(duplicate_name(&name.name, name.span, first.span));
                continue;
            }
            let mut set: Vec<(String, Expr, Span)> = Vec::new();
            for entry in &block.entries {
                let field = match &entry.kind {
                    EntryKind::Field(field) => field,
                    EntryKind::Join(join) => {
                        self.join_elsewhere(join.span, &crate::check::resolve::env::Env::of_module(0));
                        continue;
                    }
                    EntryKind::Assign { .. } => {
                        let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a variant sets with `:`")
                            .here("`=` does not belong here")
                            .help("write `name: value`");
                        self.sink.push(diagnostic);
                        continue;
                    }
                };
                let setting = field.name.name.as_str();
                if !self.is_setting(setting) {
                    let what = format!("variant `{}` cannot set `{setting}`", name.name);
                    let value = field.value.as_ref().map_or(String::new(), |value| self.source_text(value.span));
                    let diagnostic = self.unknown_setting(setting, &value, field.name.span, &what, false);
                    self.sink.push(diagnostic);
                    continue;
                }
                if let Some((.., first)) = set.iter().find(|(other, ..)| other == setting) {
                    self.sink.push(duplicate_name(setting, field.name.span, *first));
                    continue;
                }
                if let Some(inner) = &field.block {
                    let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, inner.span, "a variant sets single values")
                        .here("braces do not belong here")
                        .help("make what differs a `param`, and set that");
                    self.sink.push(diagnostic);
                    continue;
                }
                let env = crate::check::resolve::env::Env::of_module(0);
                if let Some(value) = self.field_value(field, &env) {
                    set.push((setting.to_string(), value.clone(), field.name.span));
                }
            }
            if self.options.variant.as_ref() == Some(&name.name) {
                self.constants.variant =
                    set.iter().map(|(setting, value, _)| (setting.clone(), value.clone())).collect();
            }
            variants.push(Variant {
                name: name.name.clone(),
                doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
                set: set.into_iter().map(|(setting, value, _)| (setting, self.source_text(value.span))).collect(),
                span: name.span,
            });
        }
        if let Some(wanted) = self.options.variant.clone()
            // Of one that lacks its block, that has been said.
            && !named(&self.names.program).any(|(name, _)| name == wanted)
        {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            let file = self.sources.add("--variant", None, wanted.clone());
            let mut diagnostic = Diagnostic::new(
                &codes::UNKNOWN_NAME,
                Span::new(file, 0, wanted.len()),
                format!("the spec has no variant `{wanted}`"),
            )
            .here("unknown variant")
            .did_you_mean(&wanted, names.iter().copied());
            if names.is_empty() {
                diagnostic =
                    diagnostic.help(format!("it declares none: write `variant {wanted} {{ … }}` into the spec"));
            } else if diagnostic.help.is_none() {
                diagnostic = diagnostic.note(format!("it has {}", list(names)));
            }
            self.sink.push(diagnostic);
        }
        variants
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{Options, check, codes};
    use crate::diag::Sink;
    use crate::source::{MemoryLoader, Sources};

    /// The codes of what is wrong with a spec, or with a variant of it.
    fn said(text: &str, variant: Option<&str>) -> Vec<&'static str> {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add("a.mtl", None, text);
        let options = Options { variant: variant.map(str::to_string), ..Options::default() };
        check(file, &mut sources, &MemoryLoader::default(), &options, &mut sink);
        sink.finish().iter().filter(|problem| problem.is_error()).map(|problem| problem.code.name).collect()
    }

    #[test]
    fn a_variant_that_lacks_its_block_lacks_nothing_else() {
        let unknown = codes::UNKNOWN_NAME.name;
        for text in [
            "variant a",
            "variant a x",
            "param n: int = 1\nvariant a",
            "variant b { n: 2 }\nparam n: int = 1\nvariant a\n",
        ] {
            for variant in [None, Some("a")] {
                let said = said(text, variant);
                assert!(!said.is_empty() && !said.contains(&unknown), "{text:?} {variant:?}: {said:?}");
            }
        }
        // One that nothing declares is still missed.
        assert!(said("param n: int = 1\nvariant a { n: 2 }", Some("b")).contains(&unknown));
    }
}
