//! Writes what was found into the spec: the defaults of its params and its weights. Nothing else in the text changes.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use crate::cli::spec::show;
use crate::cli::stopped::Stopped;
use crate::diag::Sink;
use crate::project::spec::Spec;
use crate::source::{self, FileId, Span};
use crate::study::tune::space::{Axis, SearchSpace, Setting, weight_name};
use crate::syntax::tree::{Block, Decl, Item, Keyword};

/// What cannot be written into the spec itself, to complete "`--write` …"; known before the search.
pub fn obstacle(text: &str, space: &SearchSpace) -> Option<String> {
    let decls = decls(text);
    let declared = |name: &str| {
        decls
            .iter()
            .any(|decl| decl.keyword == Keyword::Param && decl.name.as_ref().is_some_and(|own| own.name == name))
    };
    let imported = space.axes.iter().find(|axis| matches!(axis, Axis::Param { .. }) && !declared(axis.name()))?;
    Some(format!("edits the spec alone, and `{}` is declared in a file that it imports", imported.name()))
}

/// Edits the file of the spec; `text` is what was searched with.
///
/// # Errors
/// If the file has changed, or what is written would not pass the check. The file is then as it was.
pub fn write(path: &Path, text: &str, space: &SearchSpace, best: &Setting) -> Result<(), Stopped> {
    let now = std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    // The text of a file is kept without a byte order mark.
    let (mark, body) = match now.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", now.as_str()),
    };
    if body != text && now != text {
        return Err(Stopped::Message(
            format!("`{}` has changed since the search began: nothing was written", path.display()),
            Some("set the values by hand, as the line above has them".into()),
        ));
    }
    let mark = if now == text { "" } else { mark };
    let edited = edited(text, space, best);
    let spec = Spec::of_text(path, &edited)?;
    if spec.pipeline.is_none() {
        show(&spec.diagnostics, &spec);
        return Err(Stopped::Message(
            format!("with these values `{}` would not pass the check: nothing was written", path.display()),
            None,
        ));
    }
    // A link stays a link.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    source::replace(&target, format!("{mark}{edited}").as_bytes())?;
    Ok(())
}

fn decls(text: &str) -> Vec<Rc<Decl>> {
    let items = crate::syntax::parse(FileId(0), text, &mut Sink::default()).items;
    let decl = |item| match item {
        Item::Decl(decl) => Some(decl),
        _ => None,
    };
    items.into_iter().filter_map(decl).collect()
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// The text with the best setting in it.
fn edited(text: &str, space: &SearchSpace, best: &Setting) -> String {
    let values: HashMap<&str, &str> = best.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let decls = decls(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for axis in &space.axes {
        match axis {
            Axis::Param { name, .. } => {
                let own = decls.iter().find(|decl| {
                    decl.keyword == Keyword::Param && decl.name.as_ref().is_some_and(|own| own.name == *name)
                });
                let default = own.and_then(|decl| decl.value.as_ref());
                if let (Some(default), Some(value)) = (default, values.get(name.as_str())) {
                    edits.push((range(default.span), (*value).to_string()));
                }
            }
            Axis::Weights { tasks, .. } => {
                let shares: Vec<(&str, &str)> = tasks
                    .iter()
                    .filter_map(|task| Some((task.as_str(), *values.get(weight_name(task).as_str())?)))
                    .collect();
                edits.extend(weights(text, &decls, &shares));
            }
        }
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_string();
    for (range, replacement) in edits {
        text.replace_range(range, &replacement);
    }
    text
}

/// The weights where they are written; a block where there is none.
fn weights(text: &str, decls: &[Rc<Decl>], shares: &[(&str, &str)]) -> Vec<(Range<usize>, String)> {
    let fields: Vec<String> = shares.iter().map(|(task, share)| format!("{task}: {share}")).collect();
    let block = format!("{{ {} }}", fields.join(", "));
    let declared = decls.iter().find(|decl| decl.keyword == Keyword::Weights).map(|decl| &**decl);
    match declared {
        Some(Decl { block: Some(written), .. }) => {
            in_place(written, shares).unwrap_or_else(|| vec![(range(written.span), block)])
        }
        Some(decl) => {
            let end = range(decl.span).end;
            vec![(end..end, format!(" {block}"))]
        }
        None => {
            // After the last task.
            let last = decls.iter().rfind(|decl| decl.keyword == Keyword::Task && decl.from.is_some());
            let end = last.map_or(text.len(), |decl| range(decl.span).end);
            // A comment at the end of its line stays there.
            let line_end = text[end..].find('\n').map_or(text.len(), |line_end| end + line_end);
            vec![(line_end..line_end, format!("\n\nweights {block}"))]
        }
    }
}

/// One edit per weight, if each task has its own field.
fn in_place(block: &Block, shares: &[(&str, &str)]) -> Option<Vec<(Range<usize>, String)>> {
    if block.entries.len() != shares.len() {
        return None;
    }
    let edit =
        |(task, share): &(&str, &str)| Some((range(block.field(task)?.value.as_ref()?.span), (*share).to_string()));
    shares.iter().map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ParamKind;
    use crate::pipeline::Space;

    fn space() -> SearchSpace {
        let over = Space::Range { low: 1e-4, high: 1e-1, log: true, kind: ParamKind::Number };
        let param = Axis::Param { name: "lr".into(), space: over, written: "3e-3".into() };
        let weights = Axis::Weights { tasks: vec!["a".into(), "b".into()], written: vec![0.5, 0.5] };
        SearchSpace { axes: vec![param, weights] }
    }

    fn best() -> Setting {
        [("lr", "0.002"), ("weights.a", "0.3"), ("weights.b", "0.7")]
            .map(|(name, value)| (name.into(), value.into()))
            .into()
    }

    #[test]
    fn only_values_change() {
        let text = "param lr:number  = 3e-3 over log(1e-4, 1e-1) // tried\n\
                    task a: binary from x { label: d.a }  // one\ntask b: binary from x { label: d.b }\n\
                    weights by uncertainty {\n  a:   0.5,   // half\n  b: 1/2\n}\n";
        let expected = text.replace("= 3e-3", "= 0.002").replace("a:   0.5", "a:   0.3").replace("1/2", "0.7");
        assert_eq!(edited(text, &space(), &best()), expected);
    }

    #[test]
    fn a_rest_becomes_weights_and_a_missing_block_is_added() {
        let tasks = "task a: binary from x { label: d.a }\ntask b: binary from x { label: d.b } // two\n";
        let rest = format!("{tasks}weights {{ a: 0.2, rest: 0.8 }}\n");
        assert_eq!(edited(&rest, &space(), &best()), format!("{tasks}weights {{ a: 0.3, b: 0.7 }}\n"));
        let by = format!("{tasks}weights by uncertainty // Kendall\n");
        assert_eq!(
            edited(&by, &space(), &best()),
            format!("{tasks}weights by uncertainty {{ a: 0.3, b: 0.7 }} // Kendall\n")
        );
        let train = "train { epochs: 3 }\n";
        assert_eq!(
            edited(&format!("{tasks}{train}"), &space(), &best()),
            format!("{}\n\nweights {{ a: 0.3, b: 0.7 }}\n{train}", tasks.trim_end())
        );
    }

    #[test]
    fn params_of_other_files_are_no_ones_to_write() {
        assert!(obstacle("param lr: number = 1 over linear(0, 2)\n", &space()).is_none());
        assert!(obstacle("use \"other.mtl\".{lr}\n", &space()).is_some_and(|words| words.contains("`lr`")));
    }
}
