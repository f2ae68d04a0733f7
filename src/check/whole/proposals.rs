//! Changes that are offered for problems: what is unused goes, what adds up to something else is scaled, a setting without effect is left out.
//!
//! Who finds a problem offers the change himself where he knows it better. What is offered here is read off the text, and is to be looked
//! at by a person, unless it changes nothing that is computed.

use crate::catalog::{show_number, steps};
use crate::check::resolve::program::Program;
use crate::diag::fixes::Safety;
use crate::diag::{Diagnostic, Edit, Sink};
use crate::source::{Sources, Span};
use crate::syntax::tree::{Block, Decl, EntryKind, ExprKind, Field, Keyword, Unit};

/// A change, with what it is called.
type Change = (String, Safety, Vec<Edit>);

type Offer = fn(&Look<'_>, &Diagnostic) -> Option<Change>;

/// By code, in sorted order.
const RULES: [(&str, Offer); 28] = [
    ("balanced-twice", |look, at| look.without_field(at, Keyword::Task, "resample")),
    ("batch-of-one", |look, _| look.with_value(Keyword::Train, "batch", "32")),
    ("duplicate-name", |look, at| look.another_name(at).or_else(|| look.without_entry(at))),
    ("early-stop-without-valid", |look, at| {
        look.without_field(at, Keyword::Train, "stop").or_else(|| look.without_field(at, Keyword::Task, "stop"))
    }),
    ("frozen-at-random", |look, at| look.thawed(at)),
    ("missing-weight", |look, at| look.with_rest(at)),
    ("not-comparable-there", |look, at| look.without_strategy(at)),
    ("nothing-chooses", |look, at| look.without_field(at, Keyword::Task, "select")),
    ("one-task-per-batch", |look, _| look.with_value(Keyword::Train, "batches", "mixed")),
    ("resampled-twice", |look, at| look.without_field(at, Keyword::Task, "resample")),
    ("sampling-without-choice", |look, at| {
        // It changes nothing.
        let (title, _, edits) = look.without_field(at, Keyword::Train, "sampling")?;
        Some((title, Safety::Safe, edits))
    }),
    ("shape", |look, at| look.as_numbers(at)),
    ("shares-sum", |look, at| look.in_proportion(at, 100.0, Unit::Percent)),
    ("sharing-mismatch", |look, at| look.without_strategy(at)),
    ("split-sum", |look, at| look.in_proportion(at, 100.0, Unit::Percent)),
    ("step-after-layer", |look, at| look.steps_first(at)),
    ("too-few-tasks", |look, at| look.without_strategy(at)),
    ("unequal-weights", |look, at| look.without_weights(at)),
    ("unscaled-target", |look, at| look.in_standard_units(at)),
    ("unused-block", |look, at| look.without_declaration(at)),
    ("unused-data", |look, at| look.without_declaration(at)),
    ("unused-import", |_, at| Some(("take it out of the `use`".into(), Safety::Safe, vec![Edit::removal(at.span)]))),
    ("unused-input", |look, at| look.without_declaration(at)),
    ("unused-param", |look, at| look.without_declaration(at)),
    ("unused-parameter", |look, at| look.without_parameter(at)),
    ("unused-shared", |look, at| look.without_declaration(at)),
    ("unused-target", |look, at| look.without_target(at)),
    ("unused-value", |look, at| look.without_declaration(at)),
];

/// Offers changes for what has been found.
pub(in crate::check) fn add(program: &Program, sources: &Sources, sink: &mut Sink) {
    let look = Look { decls: program.decls.iter().map(|entry| &*entry.decl).collect(), sources };
    sink.revise(|problems| {
        let offered = problems.into_iter().map(|problem| {
            if !problem.fixes.is_empty() {
                return problem;
            }
            let rule = RULES.iter().find(|(code, _)| *code == problem.code.name);
            match rule.and_then(|(_, rule)| rule(&look, &problem)) {
                // A template of the standard library is not the person's to change.
                Some((title, safety, edits)) if edits.iter().all(|edit| look.can_change(edit.span)) => {
                    problem.change(title, safety, edits)
                }
                _ => problem,
            }
        });
        offered.collect()
    });
}

/// Where changes are read off.
struct Look<'a> {
    decls: Vec<&'a Decl>,
    sources: &'a Sources,
}

fn may(title: impl Into<String>, edits: Vec<Edit>) -> Option<Change> {
    Some((title.into(), Safety::Unsafe, edits))
}

impl<'a> Look<'a> {
    fn can_change(&self, span: Span) -> bool {
        self.sources.get(span.file).path.is_some()
    }

    fn named(&self, span: Span) -> Option<&'a Decl> {
        self.decls.iter().copied().find(|decl| decl.name.as_ref().is_some_and(|name| name.span == span))
    }

    /// The declaration of a keyword that a place stands in.
    fn around(&self, span: Span, keyword: Keyword) -> Option<&'a Decl> {
        self.decls.iter().copied().find(|decl| decl.keyword == keyword && decl.span.contains(span))
    }

    fn only(&self, keyword: Keyword) -> Option<&'a Decl> {
        self.decls.iter().copied().find(|decl| decl.keyword == keyword)
    }

    /// A declaration with its documentation.
    fn without_declaration(&self, at: &Diagnostic) -> Option<Change> {
        let decl = self.named(at.span)?;
        let whole = decl.docs.first().map_or(decl.span, |doc| doc.span.to(decl.span));
        may("take it out", vec![Edit::removal(whole)])
    }

    fn without_parameter(&self, at: &Diagnostic) -> Option<Change> {
        self.decls.iter().find_map(|decl| {
            let (parameters, name) = (decl.params.as_ref()?, decl.name.as_ref()?);
            let parameter = parameters.iter().find(|parameter| parameter.name.span == at.span)?;
            if parameters.len() > 1 {
                return may("take it out", vec![Edit::removal(parameter.span)]);
            }
            // Nothing stands between parentheses: they go too.
            let text = &self.sources.get(at.span.file).text;
            let closing = text.get(parameter.span.end as usize..)?.find(')')? as u32 + 1;
            let span = Span { start: name.span.end, end: parameter.span.end + closing, ..at.span };
            may("take it out", vec![Edit::new(span, "")])
        })
    }

    fn without_field(&self, at: &Diagnostic, keyword: Keyword, name: &str) -> Option<Change> {
        let field = self.around(at.span, keyword)?.block.as_ref()?.field(name)?;
        may(format!("leave `{name}` out"), vec![Edit::removal(field.span)])
    }

    fn with_value(&self, keyword: Keyword, name: &str, value: &str) -> Option<Change> {
        let written = self.only(keyword)?.block.as_ref()?.field(name)?.value.as_ref()?;
        may(format!("write `{name}: {value}`"), vec![Edit::new(written.span, value)])
    }

    /// A second declaration of a name gets one that is free.
    fn another_name(&self, at: &Diagnostic) -> Option<Change> {
        let name = self.named(at.span)?.name.as_ref()?;
        let taken = |name: &str| self.decls.iter().any(|decl| decl.name.as_ref().is_some_and(|one| one.name == name));
        let free = (2..100).map(|number| format!("{}_{number}", name.name)).find(|name| !taken(name))?;
        may(format!("call it `{free}`"), vec![Edit::new(at.span, free)])
    }

    /// A field that is written again.
    fn without_entry(&self, at: &Diagnostic) -> Option<Change> {
        let field = self.fields().find(|field| field.name.span == at.span && field.more.is_empty())?;
        may("take the second one out", vec![Edit::removal(field.span)])
    }

    /// Every field, of blocks inside blocks too.
    fn fields(&self) -> impl Iterator<Item = &'a Field> {
        let mut open: Vec<&'a Block> = self.decls.iter().filter_map(|decl| decl.block.as_ref()).collect();
        let mut found = Vec::new();
        while let Some(block) = open.pop() {
            for entry in &block.entries {
                if let EntryKind::Field(field) = &entry.kind {
                    open.extend(&field.block);
                    found.push(field);
                }
            }
        }
        found.into_iter()
    }

    fn thawed(&self, at: &Diagnostic) -> Option<Change> {
        let block = self.around(at.span, Keyword::Transfer)?.block.as_ref()?;
        let part = block.fields().find(|field| field.span.contains(at.span))?;
        let freeze = part.block.as_ref()?.field("freeze")?;
        may("let it learn: leave `freeze` out", vec![Edit::removal(freeze.span)])
    }

    fn without_strategy(&self, at: &Diagnostic) -> Option<Change> {
        let decl = self.decls.iter().find(|decl| decl.by.as_ref().is_some_and(|by| by.span.contains(at.span)))?;
        let by = decl.by.as_ref()?;
        let before = decl.name.as_ref().map_or(decl.keyword_span, |name| name.span);
        let span = Span { start: before.end, ..by.span };
        may(format!("leave `by {}` out", by.callee.text()), vec![Edit::new(span, "")])
    }

    fn without_weights(&self, at: &Diagnostic) -> Option<Change> {
        let decl = self.around(at.span, Keyword::Weights)?;
        let (by, block) = (decl.by.as_ref()?, decl.block.as_ref()?);
        let span = Span { start: by.span.end, ..block.span };
        may("leave the block out", vec![Edit::new(span, "")])
    }

    /// What the tasks without a weight share.
    fn with_rest(&self, at: &Diagnostic) -> Option<Change> {
        let block = self.around(at.span, Keyword::Weights)?.block.as_ref()?;
        let numbers: Option<Vec<f64>> = block.fields().map(|field| number(field, Unit::None)).collect();
        let rest = 1.0 - numbers?.iter().sum::<f64>();
        let last = block.fields().last().filter(|_| rest > 1e-6)?;
        let rest = format!("rest: {}", show_number((rest * 1e6).round() / 1e6));
        may(format!("write `{rest}`"), vec![Edit::new(last.span.after(), format!(", {rest}"))])
    }

    /// Shares in the same proportion that add up to a whole.
    fn in_proportion(&self, at: &Diagnostic, whole: f64, unit: Unit) -> Option<Change> {
        let is_it = |block: &&Block| block.span == at.span || block.span.contains(at.span);
        let mut blocks: Vec<&Block> = self.fields().filter_map(|field| field.block.as_ref()).filter(is_it).collect();
        blocks.sort_by_key(|block| block.span.len());
        let fields: Vec<(&Field, f64)> =
            blocks.first()?.fields().filter_map(|field| Some((field, number(field, unit)?))).collect();
        let sum: f64 = fields.iter().map(|(_, value)| value).sum();
        // Those that do add up have something else wrong with them.
        if sum <= 0.0 || (sum - whole).abs() < 1e-6 {
            return None;
        }
        let mut scaled: Vec<f64> = fields.iter().map(|(_, value)| (value * whole / sum).round()).collect();
        // What rounding leaves goes to the largest.
        let left = whole - scaled.iter().sum::<f64>();
        let largest = scaled.iter_mut().max_by(|one, other| one.total_cmp(other))?;
        *largest += left;
        let edits = fields.iter().zip(&scaled).filter_map(|((field, _), value)| {
            Some(Edit::new(field.value.as_ref()?.span, format!("{}%", show_number(*value))))
        });
        may("in the same proportion", edits.collect())
    }

    /// The steps of an input in front of its layers.
    fn steps_first(&self, at: &Diagnostic) -> Option<Change> {
        let from = self.around(at.span, Keyword::Input)?.from.as_ref()?;
        let [source, stages @ ..] = from.stages() else { return None };
        let is_step = |span: Span| {
            let text = self.sources.text(span);
            let name = text.split(|one: char| !one.is_alphanumeric() && one != '_').next().unwrap_or_default();
            steps::find(name).is_some()
        };
        let (first, then): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| is_step(stage.span));
        let chain = std::iter::once(source).chain(first).chain(then);
        let text: Vec<&str> = chain.map(|stage| self.sources.text(stage.span)).collect();
        may("put the steps in front of the layers", vec![Edit::new(from.span, text.join(" -> "))])
    }

    fn in_standard_units(&self, at: &Diagnostic) -> Option<Change> {
        let block = self.around(at.span, Keyword::Task)?.block.as_ref()?;
        let label = block.field("label")?;
        if block.field("target").is_some() {
            return None;
        }
        let predict = if block.field("predict").is_some() { "" } else { ", predict: inverse(target)" };
        may(
            "learn it in standard units",
            vec![Edit::new(label.span.after(), format!(", target: standardize{predict}"))],
        )
    }

    /// A category that a layer wants as numbers.
    fn as_numbers(&self, at: &Diagnostic) -> Option<Change> {
        at.help.as_ref().filter(|help| help.contains("one_hot") && !at.message.contains("several"))?;
        let inputs = self.decls.iter().filter(|decl| decl.keyword == Keyword::Input);
        let meant = |decl: &&&Decl| {
            let name = decl.name.as_ref().map(|name| name.span);
            at.labels.iter().any(|label| Some(label.span) == name || decl.span.contains(label.span))
        };
        let from = inputs.clone().find(meant)?.from.as_ref()?;
        may("write `-> one_hot`", vec![Edit::new(from.span.after(), " -> one_hot")])
    }

    fn without_target(&self, at: &Diagnostic) -> Option<Change> {
        let block = self.around(at.span, Keyword::Task)?.block.as_ref()?;
        let targets = block.field("target")?.block.as_ref()?;
        let target = targets.fields().find(|field| field.span.contains(at.span) || at.span.contains(field.span))?;
        may("take the target out", vec![Edit::removal(target.span)])
    }
}

/// A plain number of a unit.
fn number(field: &Field, unit: Unit) -> Option<f64> {
    match &field.value.as_ref()?.kind {
        ExprKind::Number(number) if number.unit == unit => Some(number.value),
        _ => None,
    }
}
