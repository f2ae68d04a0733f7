//! Arrays in columns: `number[8, 8]`, and with names of axes `number[time: 50, channels: 3]`.

use crate::catalog::kinds;
use crate::catalog::layout::{Layout, NAMES};
use crate::catalog::{ArgValue, ParamKind};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::resolve::synonyms;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Expr, ExprKind, Ident};

/// The shape of an array as files have it; no sizes for a value that is none.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Shape {
    pub sizes: Vec<usize>,
    /// The names of its axes, if they have been named.
    pub axes: Vec<&'static str>,
}

impl Checker<'_> {
    /// What stands in the brackets behind `number`.
    pub(in crate::check) fn shape(&mut self, items: &[Expr], whole: Span, env: &Env) -> Option<Shape> {
        let mut shape = Shape::default();
        let mut names: Vec<&Ident> = Vec::new();
        for item in items {
            let size = match &item.kind {
                ExprKind::Axis { name, size } => {
                    names.push(name);
                    size.as_ref()
                }
                _ => item,
            };
            match self.constant(size, &ParamKind::Integer, env, "a size")? {
                ArgValue::Integer(size) if size >= 1 => shape.sizes.push(size as usize),
                _ => {
                    self.sink.push(
                        Diagnostic::new(&codes::ARGUMENT_RANGE, size.span, "a size must be at least 1")
                            .here("must be at least 1"),
                    );
                    return None;
                }
            }
        }
        for (place, name) in names.iter().enumerate() {
            let known = NAMES.iter().find(|known| **known == name.name);
            let Some(known) = known else {
                let diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("there is no axis `{}`", name.name))
                        .here("unknown axis")
                        .surely_meant(synonyms::of("axis", &name.name, NAMES));
                let diagnostic = match diagnostic.help {
                    Some(_) => diagnostic,
                    None => diagnostic.did_you_mean(&name.name, NAMES),
                };
                let diagnostic = match diagnostic.help {
                    Some(_) => diagnostic,
                    None => diagnostic.note(format!("known: {}", NAMES.join(", "))),
                };
                self.sink.push(diagnostic);
                return None;
            };
            if let Some(first) = names[..place].iter().find(|first| first.name == name.name) {
                let message = format!("the axis `{}` is named twice", name.name);
                let diagnostic = Diagnostic::new(&codes::DUPLICATE_NAME, name.span, message)
                    .here("again here")
                    .also(first.span, "first here")
                    .help("give each axis a name of its own");
                self.sink.push(diagnostic);
                return None;
            }
            shape.axes.push(known);
        }
        if !names.is_empty() && names.len() < items.len() {
            let bare =
                items.iter().find(|item| !matches!(item.kind, ExprKind::Axis { .. })).map_or(whole, |item| item.span);
            let diagnostic = Diagnostic::new(
                &codes::MISSING_PART,
                bare,
                "some axes of this array have names, and this one has none",
            )
            .here("which axis is it?")
            .help(format!("name all of them ({}), or none", list(NAMES)));
            self.sink.push(diagnostic);
            return None;
        }
        if !names.is_empty()
            && let Err(why) =
                Layout::of(&shape.axes.iter().copied().zip(shape.sizes.iter().copied()).collect::<Vec<_>>())
        {
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, whole, format!("these axes {why}"))
                .here("no array that layers know")
                .help("vectors have `features`; series `time` and `features`; pictures `channels`, `height` and `width`; clips these over `time`");
            self.sink.push(diagnostic);
            return None;
        }
        Some(shape)
    }
}

/// A problem with a word that is no kind of columns.
pub(in crate::check) fn no_kind(name: &Ident) -> Diagnostic {
    let known = kinds::ENTRIES.iter().map(|kind| kind.name);
    let message = format!("there is no column kind `{}`", name.name);
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, name.span, message)
        .here("unknown kind")
        .surely_meant(synonyms::of("column kind", &name.name, known.clone()));
    let diagnostic = match diagnostic.help {
        None => diagnostic.did_you_mean(&name.name, known.clone()),
        Some(_) => diagnostic,
    };
    match diagnostic.help {
        None => diagnostic.help(format!("the kinds are {}", list(known))),
        Some(_) => diagnostic,
    }
}
