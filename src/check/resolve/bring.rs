//! What the standard library has and no `use` has brought in: how to bring it in.

use crate::check::Checker;
use crate::check::resolve::standard::Library;
use crate::diag::fixes::Safety;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;
use crate::syntax::tree::{File, Item, UseSource};

impl Checker<'_> {
    /// Says of a name that nobody knows in a module that a part of the library has it, and brings it in.
    pub(in crate::check) fn in_library(
        &self,
        diagnostic: Diagnostic,
        library: &Library,
        name: &str,
        module: usize,
    ) -> Diagnostic {
        let line = format!("use {}.{{{name}}}", library.name);
        let diagnostic = diagnostic.help(format!("it is in the standard library: `{line}`"));
        match brought_in(&self.names.program.modules[module].tree, library, name, &line) {
            Some(edit) => diagnostic.change(format!("write `{line}`"), Safety::Safe, vec![edit]),
            None => diagnostic,
        }
    }
}

/// The name beside others of that part of the library, else its line behind the last `use`, or before all that stands in the file.
fn brought_in(tree: &File, library: &Library, name: &str, line: &str) -> Option<Edit> {
    let at = |place: u32, span: Span| Span::new(span.file, place as usize, place as usize);
    let mut last = None;
    for item in &tree.items {
        let Item::Use(item) = item else { continue };
        last = Some(item.span);
        if let (UseSource::Std(path), Some(beside)) = (&item.source, item.names.last())
            && path.text() == library.name
        {
            return Some(Edit::new(at(beside.span.end, beside.span), format!(", {name}")));
        }
    }
    if let Some(last) = last {
        return Some(Edit::new(at(last.end, last), format!("\n{line}")));
    }
    tree.items.iter().find_map(|item| match item {
        Item::Decl(decl) => {
            let first = decl.docs.first().map_or(decl.span, |doc| doc.span);
            Some(Edit::new(at(first.start.min(decl.span.start), decl.span), format!("{line}\n\n")))
        }
        Item::Use(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::{self, Options};
    use crate::diag::fixes::applied;
    use crate::diag::{Diagnostic, Sink};
    use crate::source::{DiskLoader, Sources};

    fn said(text: &str) -> Vec<Diagnostic> {
        let mut sources = Sources::default();
        let file = sources.add("a.mtl", None, text);
        let mut sink = Sink::default();
        check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
        sink.finish()
    }

    const REST: &str = "data d: csv(\"d.csv\") { columns { t: text, y: number } }\n\
        input t from d.t -> bytes -> embed(8) -> text_cnn(4)\n\
        input u from d.t -> bytes -> embed(8) -> text_cnn(4)\n\
        task y: regression from concat(t, u) { label: d.y }\n";

    #[test]
    fn a_block_or_a_template_without_use_is_brought_in() {
        let beside = "use std.blocks.{vit}\nuse std.tasks.{regression}\n";
        for (before, after) in [
            ("use std.tasks.{regression}\n", "use std.tasks.{regression}\nuse std.blocks.{text_cnn}\n"),
            (beside, "use std.blocks.{vit, text_cnn}\nuse std.tasks.{regression}\n"),
        ] {
            let text = format!("{before}{REST}");
            let problems = said(&text);
            let unknown: Vec<&Diagnostic> = problems.iter().filter(|one| one.code.name == "unknown-name").collect();
            let [only] = unknown.as_slice() else { panic!("{unknown:#?}") };
            assert_eq!(only.help.as_deref(), Some("it is in the standard library: `use std.blocks.{text_cnn}`"));
            // Read at two places, and brought in once.
            let text = applied(&text, &[&only.fixes[0]]);
            assert_eq!(text, format!("{after}{REST}"));
            assert!(said(&text).iter().all(|one| !one.is_error()), "{:#?}", said(&text));
        }
        let text = format!("/// Texts.\n{}", REST.replace("text_cnn(4)", "mean_pool"));
        let problems = said(&text);
        let unknown = problems.iter().find(|one| one.code.name == "unknown-name").expect("a template");
        let text = applied(&text, &[&unknown.fixes[0]]);
        assert!(text.starts_with("use std.tasks.{regression}\n\n/// Texts.\ndata"), "{text}");
        assert!(said(&text).iter().all(|one| !one.is_error()), "{:#?}", said(&text));
    }
}
