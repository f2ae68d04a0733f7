//! Which parts and fields a declaration may have; unknown ones are errors with a suggestion.

use crate::check::resolve::env::Env;
use crate::check::resolve::program::{DeclId, is_callable, list};
use crate::check::resolve::synonyms;
use crate::check::resolve::synonyms::meant;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Block, Decl, EntryKind, ExprKind, Field, Keyword};

/// What a keyword's declaration may and must have.
struct Parts {
    params: bool,
    kind: Need,
    by: bool,
    from: Need,
    value: Need,
    over: bool,
    block: Need,
    /// How a right one looks.
    example: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Need {
    No,
    May,
    Must,
}

fn parts(decl: &Decl) -> Parts {
    use Need::{May, Must, No};
    let none = Parts { params: false, kind: No, by: false, from: No, value: No, over: false, block: No, example: "" };
    match decl.keyword {
        Keyword::Data => {
            Parts {
                kind: Must, block: Must, example: "data penguins: csv(\"penguins.csv\") { columns { … } }", ..none
            }
        }
        Keyword::Input => {
            Parts { from: Must, block: May, example: "input body from penguins.body_mass_g -> standardize", ..none }
        }
        Keyword::Let => Parts { value: Must, example: "let both = concat(body, island)", ..none },
        Keyword::Instance => Parts { kind: Must, example: "instance tower: residual(64)", ..none },
        Keyword::Shared => {
            Parts { by: true, from: Must, block: May, example: "shared trunk from body -> dense(64) -> relu", ..none }
        }
        Keyword::Block => Parts {
            params: true,
            block: Must,
            example: "block residual(width: int) { out: in -> dense(width) }",
            ..none
        },
        Keyword::Param => Parts { kind: Must, value: May, over: true, example: "param width: int = 128", ..none },
        Keyword::Task if is_callable(decl) => Parts {
            params: true,
            block: Must,
            example: "task regression(delta: number = 1.0) { label: number … }",
            ..none
        },
        Keyword::Task => Parts {
            kind: May,
            from: Must,
            block: Must,
            example: "task species: classification from trunk { label: penguins.species }",
            ..none
        },
        Keyword::Weights => Parts { by: true, block: May, example: "weights { species: 0.7, rest: 0.3 }", ..none },
        Keyword::Train => Parts { block: Must, example: "train { epochs: 100, batch: 32 }", ..none },
        Keyword::Transfer => {
            Parts { block: Must, example: "transfer { trunk { init: \"runs/digits/last\", freeze: true } }", ..none }
        }
        Keyword::Variant => Parts { block: Must, example: "variant wide { width: 256, train.epochs: 50 }", ..none },
        Keyword::Evaluate => Parts { block: Must, example: "evaluate { parts: [test] }", ..none },
    }
}

/// The fields of `train`.
pub(in crate::check) const TRAIN_FIELDS: [&str; 16] = [
    "epochs",
    "batch",
    "bucket",
    "accumulate",
    "optimizer",
    "schedule",
    "stop",
    "clip",
    "sampling",
    "batches",
    "epoch",
    "average",
    "precision",
    "checkpointing",
    "deterministic",
    "seed",
];

impl Checker<'_> {
    /// Reports parts that the keyword does not take or lacks.
    pub(in crate::check) fn validate_parts(&mut self, id: DeclId) {
        let decl = self.decl(id);
        let parts = parts(&decl);
        let keyword = decl.keyword.text();
        let article = if keyword.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let mut checks: Vec<(&str, Option<Span>, Need)> = vec![
            ("a `:` and what follows it", decl.kind.as_ref().map(|part| part.span), parts.kind),
            ("a `from`", decl.from.as_ref().map(|part| part.span), parts.from),
            ("an `=`", decl.value.as_ref().map(|part| part.span), parts.value),
            ("a block `{ … }`", decl.block.as_ref().map(|part| part.span), parts.block),
        ];
        let may = |yes: bool| if yes { Need::May } else { Need::No };
        checks.push(("a `by`", decl.by.as_ref().map(|part| part.span), may(parts.by)));
        checks.push(("an `over`", decl.over.as_ref().map(|part| part.span), may(parts.over)));
        // Only tasks come in families.
        let family = decl.keyword == Keyword::Task && !is_callable(&decl);
        checks.push(("members in `[ ]`", decl.members.as_ref().map(|members| members.span), may(family)));
        let params_span = decl.params.as_ref().map(|params| {
            params.iter().map(|param| param.span).reduce(Span::to).or(decl.name.as_ref().map(|name| name.span))
        });
        checks.push(("parameters", params_span.map(|span| span.unwrap_or(decl.keyword_span)), may(parts.params)));
        if let (Keyword::Let, Some(kind), None) = (decl.keyword, &decl.kind, &decl.value) {
            let diagnostic = Diagnostic::new(
                &codes::SURPLUS_PART,
                kind.span,
                "a `let` names a value; weights to be used in several places are an `instance`",
            )
            .here("a block, and not a value")
            .help("write `instance` for `let`")
            .fix("write `instance`", decl.keyword_span, "instance");
            self.sink.push(diagnostic);
            return;
        }
        if let (false, Some(name)) = (decl.keyword.named(), &decl.name) {
            let diagnostic =
                Diagnostic::new(&codes::SURPLUS_PART, name.span, format!("{article} `{keyword}` block has no name"))
                    .here("does not belong here")
                    .help(format!("write it like `{}`", parts.example));
            self.sink.push(diagnostic);
        }
        if let Some(diagnostic) = self.another_joint(&decl) {
            self.sink.push(diagnostic);
            return;
        }
        for (part, present, need) in checks {
            let head = decl.name.as_ref().map_or(decl.keyword_span, |name| decl.keyword_span.to(name.span));
            let diagnostic = match (present, need) {
                (Some(span), Need::No) => Diagnostic::new(
                    &codes::SURPLUS_PART,
                    span,
                    format!("{article} `{keyword}` has no place for {part}"),
                )
                .here("does not belong here"),
                // The parser has said so already.
                (None, Need::Must) if self.broken_within(decl.span) => continue,
                (None, Need::Must) => {
                    Diagnostic::new(&codes::MISSING_PART, head, format!("this `{keyword}` lacks {part}"))
                        .here(format!("{part} is missing"))
                }
                _ => continue,
            };
            let example = match part {
                "a `from`" => self.with_a_source(&decl),
                "a block `{ … }`" => self.with_a_label(&decl),
                _ => None,
            };
            let example = example.unwrap_or_else(|| parts.example.to_string());
            self.sink.push(diagnostic.help(format!("write it like `{example}`")));
        }
        let unique = matches!(decl.keyword, Keyword::Weights | Keyword::Train | Keyword::Evaluate | Keyword::Transfer);
        if unique {
            let first = self.names.program.modules[0]
                .decls
                .iter()
                .find(|other| self.names.program.decls[other.0].decl.keyword == decl.keyword);
            if let Some(first) = first.copied()
                && first != id
            {
                let first = self.decl(first).keyword_span;
                self.sink.push(
                    Diagnostic::new(
                        &codes::DUPLICATE_NAME,
                        decl.keyword_span,
                        format!("a spec has one `{keyword}` block, and this is another"),
                    )
                    .here("again here")
                    .also(first, "first here")
                    .help("merge the two"),
                );
            }
        }
    }

    /// A `:` or `=` where a `from` belongs: `input x: d.x -> standardize`.
    fn another_joint(&self, decl: &Decl) -> Option<Diagnostic> {
        let name = decl.name.as_ref()?;
        let (value, written) = match (&decl.kind, &decl.value) {
            (Some(kind), None) => (kind, ":"),
            (None, Some(value)) => (value, "="),
            _ => return None,
        };
        if !matches!(decl.keyword, Keyword::Input | Keyword::Shared) || decl.from.is_some() {
            return None;
        }
        let gap = Span { start: name.span.end, end: value.span.start, ..name.span };
        let head = format!("{} {} from", decl.keyword.text(), name.name);
        Some(
            Diagnostic::new(
                &codes::SURPLUS_PART,
                gap,
                format!("what `{}` reads stands behind `from`, not behind `{written}`", name.name),
            )
            .here("expected `from`")
            .help(format!("write `{head} {}`", self.source_text(value.span)))
            .fix("write `from`", gap, " from "),
        )
    }

    /// A task as it is written, with a block.
    fn with_a_label(&self, decl: &Decl) -> Option<String> {
        let (name, kind, from) = (decl.name.as_ref()?, decl.kind.as_ref()?, decl.from.as_ref()?);
        let root = self.names.program.modules[0].decls.iter().map(|id| &self.names.program.decls[id.0].decl);
        let data = root.clone().rfind(|decl| decl.keyword == Keyword::Data)?.name.as_ref()?.name.clone();
        let (kind, from) = (self.source_text(kind.span), self.source_text(from.span));
        (decl.keyword == Keyword::Task)
            .then(|| format!("task {}: {kind} from {from} {{ label: {data}.COLUMN }}", name.name))
    }

    /// A task as it is written, with a source that the spec has.
    fn with_a_source(&self, decl: &Decl) -> Option<String> {
        let (name, kind) = (decl.name.as_ref()?, decl.kind.as_ref()?);
        if decl.keyword != Keyword::Task {
            return None;
        }
        let root = self.names.program.modules[0].decls.iter().map(|id| &self.names.program.decls[id.0].decl);
        let source = |keyword: Keyword| root.clone().rfind(|decl| decl.keyword == keyword)?.name.clone();
        let source =
            source(Keyword::Shared).or_else(|| source(Keyword::Input)).map_or("VALUE".into(), |name| name.name);
        let label = decl.block.as_ref().and_then(|block| block.field("label"));
        let label = label.map_or("label: data.column".to_string(), |label| self.source_text(label.span));
        Some(format!("task {}: {} from {source} {{ {label} }}", name.name, self.source_text(kind.span)))
    }

    /// Whether the parser lost something inside this place: then what seems to be missing may well be written.
    pub(in crate::check) fn broken_within(&self, span: Span) -> bool {
        self.sink.lost_within(span)
    }

    /// Whether a field that seems to be missing stands in the block under a misspelt name, or was lost by the parser.
    pub(in crate::check) fn written_wrongly(&self, block: &Block, name: &str, known: &[&str]) -> bool {
        let misspelt = |written: &str| !known.contains(&written) && meant(written, known.iter().copied()) == Some(name);
        self.broken_within(block.span)
            || block.entries.iter().any(|entry| match &entry.kind {
                EntryKind::Field(field) => misspelt(&field.name.name),
                EntryKind::Assign { name: written, .. } => written.name == name || misspelt(&written.name),
                EntryKind::Join(_) => false,
            })
    }

    /// Reports fields that a block does not know, fields written twice and lines that are no fields.
    pub(in crate::check) fn validate_fields(&mut self, block: &Block, what: &str, known: &[&str], env: &Env) {
        let mut seen: std::collections::HashMap<&str, Span> = std::collections::HashMap::new();
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Field(field) => {
                    let name = field.name.name.as_str();
                    if !known.contains(&name) {
                        let mut diagnostic = Diagnostic::new(
                            &codes::UNKNOWN_KEY,
                            field.name.span,
                            format!("{what} has no field `{name}`"),
                        )
                        .here("unknown field");
                        let value = field.value.as_ref().map_or(String::new(), |value| self.source_text(value.span));
                        diagnostic = diagnostic.surely_meant(synonyms::name(name, known.iter().copied()));
                        if diagnostic.help.is_none()
                            && let Some(help) = synonyms::field(name, &value)
                        {
                            diagnostic = diagnostic.help(help);
                        }
                        if diagnostic.help.is_none() && self.may_suggest() {
                            diagnostic = diagnostic.did_you_mean(name, known.iter().copied());
                        }
                        // Behind a brace that was lost, nothing stands where it belongs.
                        if diagnostic.help.is_none() && self.broken_within(block.span) {
                            continue;
                        }
                        diagnostic = diagnostic.note(format!("the fields are {}", list(known.iter().copied())));
                        self.report(diagnostic, env);
                    } else if let Some(first) = seen.insert(name, field.name.span) {
                        self.report(crate::check::resolve::program::duplicate_field(name, field.name.span, first), env);
                    } else {
                        self.surplus_of_field(field, env);
                    }
                }
                EntryKind::Join(_) if known.contains(&"columns") => {}
                EntryKind::Join(join) => self.join_elsewhere(join.span, env),
                EntryKind::Assign { name, value } => {
                    let text = self.source_text(value.span);
                    let diagnostic = Diagnostic::new(
                        &codes::SURPLUS_PART,
                        entry.span,
                        format!("{what} has fields, which are written with `:`"),
                    )
                    .here("`=` names a value inside a block of layers")
                    .fix(format!("write `{}: {text}`", name.name), entry.span, format!("{}: {text}", name.name))
                    .help(format!("write `{}: {text}`", name.name));
                    self.report(diagnostic, env);
                }
            }
        }
    }

    /// Reports a second table where there is no first.
    pub(in crate::check) fn join_elsewhere(&mut self, span: Span, env: &Env) {
        let diagnostic =
            Diagnostic::new(&codes::SURPLUS_PART, span, "a table is joined to a `data` set, and this is none")
                .here("does not belong here")
                .help("move it into the block of the `data` that it belongs to");
        self.report(diagnostic, env);
    }

    /// Reports what only columns have, and braces behind a value that takes none.
    fn surplus_of_field(&mut self, field: &Field, env: &Env) {
        let name = &field.name.name;
        let surplus = match (&field.to, &field.rename, &field.block) {
            _ if field.map.is_some() => field.map.as_ref().map(|map| (map.span, "a `map`")),
            _ if field.derived.is_some() => field.derived.as_ref().map(|made| (made.span, "an `=`")),
            (Some(to), ..) => Some((to.span, "a range of names")),
            (_, Some((_, span)), _) => Some((*span, "an `as`")),
            // Shares stand in the braces of `sampling: shares { … }`.
            (.., Some(block)) if name != "sampling" => match &field.value {
                Some(value) if !matches!(value.kind, ExprKind::Broken) => Some((block.span, "braces")),
                _ => None,
            },
            _ => None,
        };
        if let Some((span, what)) = surplus {
            let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, span, format!("`{name}` has no place for {what}"))
                .here("does not belong here")
                .help(format!("write `{name}: …`"));
            self.report(diagnostic, env);
        }
    }

    /// The value of a field, or a report that it has none.
    pub(in crate::check) fn field_value<'f>(
        &mut self,
        field: &'f Field,
        env: &Env,
    ) -> Option<&'f crate::syntax::tree::Expr> {
        if let Some(value) = &field.value {
            return Some(value);
        }
        let diagnostic =
            Diagnostic::new(&codes::MISSING_PART, field.name.span, format!("`{}` has no value", field.name.name))
                .here("no value")
                .help(format!("write `{}: …`", field.name.name));
        self.report(diagnostic, env);
        None
    }
}
