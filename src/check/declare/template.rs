//! Task templates: which fields a task ends up with, and checking a template on its own.

use crate::catalog::{Axis, Dim, Kind, Type};
use crate::check::declare::shapes::no_kind;
use crate::check::resolve::env::{Env, LabelSizes};
use crate::check::resolve::not_built;
use crate::check::resolve::program::{DeclId, list};
use crate::check::resolve::standard::TASKS;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Block, Decl, Expr, ExprKind, Field, Keyword};

/// The fields of a task.
pub(in crate::check) const TASK_FIELDS: [&str; 14] = [
    "label",
    "target",
    "head",
    "loss",
    "predict",
    "metrics",
    "select",
    "gain",
    "threshold",
    "class_weights",
    "resample",
    "stop",
    // A template knows no columns.
    "weight",
    "where",
];

/// The fields of a template.
pub(in crate::check) const FIELDS: &[&str] = TASK_FIELDS.split_at(12).0;

/// A field and the body it was written in.
#[derive(Clone, Copy)]
pub(in crate::check) struct Written<'a> {
    pub field: &'a Field,
    pub env: &'a Env,
}

/// A task's fields over its template's.
pub(in crate::check) struct Fields<'a> {
    pub own: Option<(&'a Block, &'a Env)>,
    pub template: Option<(&'a Block, &'a Env)>,
}

impl<'a> Fields<'a> {
    /// The field that counts: the task's own, else the template's.
    pub fn get(&self, name: &str) -> Option<Written<'a>> {
        self.own(name).or_else(|| self.inherited(name))
    }

    pub fn own(&self, name: &str) -> Option<Written<'a>> {
        let (block, env) = self.own?;
        block.field(name).map(|field| Written { field, env })
    }

    /// What `inherited` may refer to in the value of a field: the template's, if the field is the task's own. A
    /// template has nothing above it.
    pub fn beneath(&self, name: &str) -> Fields<'a> {
        Fields { own: None, template: self.template.filter(|_| self.own(name).is_some()) }
    }

    /// The template's, which `inherited` stands for.
    pub fn inherited(&self, name: &str) -> Option<Written<'a>> {
        let (block, env) = self.template?;
        block.field(name).map(|field| Written { field, env })
    }
}

impl Checker<'_> {
    /// The template that a task's `: name(…)` calls.
    pub(in crate::check) fn template_named(&mut self, kind: &Expr, env: &Env) -> Option<DeclId> {
        let Some(call) = crate::check::constants::bind::CallRef::of(kind) else {
            if !matches!(kind.bare().kind, ExprKind::Broken) {
                let diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, kind.span, "the name of a task template is expected here")
                        .here("expected a template")
                        .note(format!("`std.tasks` has {}", list(crate::check::resolve::standard::tasks())));
                let diagnostic = self.instead_of_a_template(diagnostic, kind);
                self.report(diagnostic, env);
            }
            return None;
        };
        let name = call.name();
        let found = self.names.program.modules[env.module].callables.get(name).copied();
        match found {
            Some(id) if self.decl(id).keyword == Keyword::Task => {
                self.use_at(id, call.path.span);
                Some(id)
            }
            Some(id) => {
                self.use_at(id, call.path.span);
                let span = self.decl(id).name.as_ref().map_or(self.decl(id).span, |name| name.span);
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    call.path.span,
                    format!("`{name}` is a block of layers, and a task template is expected here"),
                )
                .here("not a template")
                .also(span, "declared here");
                self.report(diagnostic, env);
                None
            }
            None if self.names.program.modules[env.module].lost.contains(name) => None,
            None => {
                if let Some(diagnostic) = not_built::answer(name, call.path.span) {
                    self.report(diagnostic, env);
                    return None;
                }
                let mut diagnostic = Diagnostic::new(
                    &codes::UNKNOWN_NAME,
                    call.path.span,
                    format!("there is no task template `{}`", call.path.text()),
                )
                .here("unknown template");
                if crate::check::resolve::standard::tasks().any(|standard| standard == name) {
                    diagnostic = self.in_library(diagnostic, &TASKS, name, env.module);
                } else if let Some(ours) =
                    crate::check::resolve::synonyms::of("task template", name, crate::check::resolve::standard::tasks())
                {
                    diagnostic = diagnostic.surely_meant(Some(ours));
                    if !self.names.program.modules[env.module].callables.contains_key(ours) {
                        diagnostic = diagnostic.note(format!("it is brought in by `use std.tasks.{{{ours}}}`"));
                    }
                    self.mark_meant(&diagnostic, env.module);
                } else if self.may_suggest() {
                    let known = self.names.program.modules[env.module]
                        .callables
                        .iter()
                        .filter(|(_, id)| self.names.program.decls[id.0].decl.keyword == Keyword::Task)
                        .map(|(name, _)| name.clone());
                    let standard = crate::check::resolve::standard::tasks().map(String::from);
                    let all: Vec<String> = known.chain(standard).collect();
                    diagnostic = diagnostic.did_you_mean(name, all.iter().map(String::as_str));
                    self.mark_meant(&diagnostic, env.module);
                }
                self.report(diagnostic, env);
                None
            }
        }
    }

    /// Reports a label whose kind is not what the template asks for.
    pub(in crate::check) fn label_fits_template(
        &mut self,
        wanted: &Field,
        label: &Type,
        label_span: Span,
        env: &Env,
    ) -> bool {
        let Some(name) = wanted.value.as_ref().and_then(|value| value.as_name()) else { return true };
        let actual = match &label.kind {
            Kind::Real => "number",
            Kind::Category { .. } if label.rank() > 1 => "mask",
            other => other.name(),
        };
        if name.name == actual {
            return true;
        }
        if crate::catalog::kinds::find(&name.name).is_none() {
            self.report(no_kind(name), env);
            return false;
        }
        let what = env.call_site.as_ref().map_or("this template".to_string(), |site| site.what.clone());
        let mut diagnostic = Diagnostic::new(
            &codes::WRONG_LABEL,
            label_span,
            format!("{what} learns a `{}` label, and this is `{actual}`", name.name),
        )
        .here(format!("this is {}", label.words()));
        if let Some(site) = &env.call_site {
            diagnostic = diagnostic.also(site.span, format!("needs a `{}` label", name.name));
        }
        diagnostic = match (actual, name.name.as_str()) {
            ("number", "category") => {
                diagnostic.help("for numbers use `regression`; if these are classes, declare the column as `category`")
            }
            ("category", "number") => diagnostic.help(
                "for classes use `classification` or `binary`; if these are numbers, declare the column as `number`",
            ),
            ("labels", "category") => diagnostic.help(
                "for a task per column, name the columns behind the task, `task NAME[a, b]: …`, and the data set as its label, \
                 `label: data`; for one task with all of them as answers use `multilabel`",
            ),
            ("number", "labels") => diagnostic.help(
                "columns of 0 and 1 are a set of labels if they are declared as `category(\"0\", \"1\")`; one column of classes \
                 in a cell, such as `red|round`, is `labels`",
            ),
            ("mask", "category") => diagnostic.help("for a class for each pixel use `segmentation`"),
            ("category" | "labels", "mask") => {
                diagnostic.help("`segmentation` answers with a class for each pixel, as a column of kind `mask` has them")
            }
            ("text", "category") => diagnostic.help("if the texts are classes, declare the column as `category`"),
            _ => diagnostic,
        };
        self.sink.push(diagnostic);
        false
    }

    /// Checks a template that no task uses, with symbols for what the label would bring.
    pub(in crate::check) fn check_template(&mut self, block: &Block, name: &str, mut env: Env) {
        let what = format!("template `{name}`");
        self.validate_fields(block, &what, FIELDS, &env);
        let kind = block.field("label").and_then(|field| field.value.as_ref()).and_then(|value| value.as_name());
        let Some(kind) = kind else {
            let diagnostic =
                Diagnostic::new(&codes::MISSING_PART, block.span, format!("{what} does not say what label it learns"))
                    .here("no `label`")
                    .help("write the kind of the label: `label: category`");
            self.report(diagnostic, &env);
            return;
        };
        let rows = Axis::new("rows", Dim::rows(name));
        let classes = Dim::symbol(format!("{name}.classes"));
        let width = Dim::symbol(format!("{name}.width"));
        let ty = match kind.name.as_str() {
            "category" => Type::new(Kind::Category { classes }, vec![rows.clone()]),
            // The picture that flows into a template on its own is called by the template's name too.
            "mask" => {
                let size = |axis: &'static str| Axis::new(axis, Dim::symbol(format!("{name}.{axis}")));
                let axes = vec![rows.clone(), size(Axis::HEIGHT), size(Axis::WIDTH)];
                Type::new(Kind::Category { classes }, axes)
            }
            "labels" => Type::features(Kind::Labels, rows.clone(), classes),
            "boxes" | "instances" | "tracks" => {
                let objects = Axis::new(Axis::OBJECTS, Dim::extent(format!("objects({name})")));
                let found = match kind.name.as_str() {
                    "boxes" => Kind::Boxes { classes },
                    "instances" => Kind::Instances { classes },
                    _ => Kind::Tracks { classes },
                };
                Type::new(found, vec![rows.clone(), objects])
            }
            "keypoints" => {
                let points = Axis::new(Axis::PLACES, classes.clone());
                Type::new(Kind::Keypoints { classes }, vec![rows.clone(), points])
            }
            "text" => Type::new(Kind::Text, vec![rows.clone()]),
            _ => Type::real(rows.clone(), [width]),
        };
        if crate::catalog::kinds::find(&kind.name).is_none() {
            self.report(no_kind(kind), &env);
            return;
        }
        env.label = Some(LabelSizes { ..Self::label_sizes(&ty) });
        let fields = Fields { own: None, template: Some((block, &env)) };
        self.template_body(&fields, name, &ty, rows, block.span);
    }
}

/// Whether a task has everything that a task needs, in words for the message.
pub(in crate::check) fn missing(fields: &Fields<'_>, decl: &Decl) -> Option<String> {
    let needed: &[&str] = &["label", "head", "loss", "predict", "metrics"];
    let lacking: Vec<&str> = needed.iter().copied().filter(|name| fields.get(name).is_none()).collect();
    if lacking.is_empty() {
        return None;
    }
    let name = decl.name.as_ref().map_or("", |name| name.name.as_str());
    Some(format!("task `{name}` does not say its {}", list(lacking)))
}
