//! Lists that have one member for each class of a label, and the classes that the spec writes down.

use crate::catalog::{Dim, Equality, show_number};
use crate::check::declare::template::Fields;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Ask, Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Obligation;
use crate::source::Span;
use crate::syntax::tree::{Expr, Parameter};

/// What there is one of for each class.
pub(super) struct OneEach {
    /// "class weight", "share".
    pub one: &'static str,
    /// The classes, if the spec writes them down.
    pub names: Option<Vec<String>>,
}

impl Checker<'_> {
    /// The classes that the spec writes down for a label: `d.k`.
    pub(super) fn classes_of(&mut self, label: &Expr, module: usize) -> Option<Vec<String>> {
        let [data, column] = label.as_path()?.parts.as_slice() else { return None };
        let data = self.data_named(module, data)??;
        let column = *self.declared.columns_by_name[data].get(&column.name)?;
        self.declared.data[data].columns[column].kind.declared_classes().map(<[String]>::to_vec)
    }

    /// Notes that a parameter must be one of a label's classes, if it is a text and only the data knows these.
    pub(super) fn ask_for_a_class(
        &mut self,
        label: &Expr,
        owner: &str,
        parameter: &Parameter,
        span: Span,
        module: usize,
    ) {
        let is_text = parameter.kind.as_ref().and_then(Expr::as_name).is_some_and(|kind| kind.name == "text");
        let Some([data, column]) = label.as_path().map(|path| path.parts.as_slice()) else { return };
        let Some(Some(data)) = self.data_named(module, data) else { return };
        let Some(column) = self.declared.columns_by_name[data].get(&column.name).copied() else { return };
        if is_text && self.declared.data[data].columns[column].kind.name() == "category" {
            self.asks.push(Ask {
                span,
                owner: owner.to_string(),
                parameter: parameter.name.name.clone(),
                data: self.declared.data[data].clone(),
                column,
            });
        }
    }

    pub(super) fn classes_of_label(&mut self, fields: &Fields<'_>) -> Option<Vec<String>> {
        let written = fields.own("label")?;
        self.classes_of(written.field.value.as_ref()?, written.env.module)
    }

    /// Whether a list has one member per class; what only data can tell becomes an obligation.
    pub(super) fn one_per_class(&mut self, given: usize, classes: &Dim, each: OneEach, span: Span, env: &Env) -> bool {
        let OneEach { one, names } = each;
        let count = Dim::int(given as i64);
        match count.equality(classes) {
            Equality::Proven => true,
            Equality::Refuted => {
                let many = format!("{given} {one}{}", if given == 1 { "" } else { "s" });
                let verb = if given == 1 { "is" } else { "are" };
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    span,
                    format!("the label has {classes} classes, and {many} {verb} given"),
                )
                .here(many);
                let diagnostic = match names {
                    Some(names) => {
                        let member = match one {
                            "share" => format!("{}%", show_number((1e4 / names.len() as f64).round() / 100.0)),
                            _ => "1".to_string(),
                        };
                        diagnostic
                            .help(format!("write one for each: `[{}]`", vec![member; names.len()].join(", ")))
                            .note(format!("the classes, in this order: {}", list(names.iter().map(String::as_str))))
                    }
                    None => diagnostic.help(format!("write {classes}, one for each class")),
                };
                self.report(diagnostic, env);
                false
            }
            Equality::DependsOnData => {
                self.flowing.obligations.push(Obligation {
                    left: classes.clone(),
                    right: count,
                    why: format!("there is one {one} per class"),
                    span,
                });
                true
            }
        }
    }
}
