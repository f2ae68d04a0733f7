//! Heads that write: what of a head depends on its own label while training, and proof that nothing of what comes later does.

use std::collections::{HashMap, HashSet};

use super::predict::PredictContext;
use super::targets::Made;
use crate::catalog::along_time::AlongTime;
use crate::catalog::decoders::{DecoderDef, Finds};
use crate::catalog::kinds::KindDef;
use crate::catalog::{Dim, Kind};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::diag::suggest::closest;
use crate::pipeline::{Input, LossTerm, NodeId, Op, Predict, inputs_of, root};
use crate::source::Span;
use crate::syntax::tree::Expr;

impl Checker<'_> {
    /// Of each output of a head, the target that it reads as far as it is written; none of one that reads none. `None` after an error:
    /// where a layer lets a place know of later ones. The nodes of the task begin at `first`.
    pub(super) fn written(
        &mut self,
        task: &str,
        outputs: &[(String, NodeId)],
        first: usize,
    ) -> Option<Vec<Option<usize>>> {
        // Of each node of the task that depends on what is written: which target, and where that is read.
        let mut behind: HashMap<NodeId, (usize, NodeId)> = HashMap::new();
        let mut problem = None;
        let nodes = self.flowing.nodes.iter().enumerate().skip(first);
        for (index, node) in nodes.filter(|(_, node)| root(&node.path) == task) {
            let id = NodeId(index);
            let read = match &node.op {
                Op::Previous { target } => Some((*target, id)),
                _ => node.inputs.iter().find_map(|input| behind.get(input).copied()),
            };
            let Some(read) = read else { continue };
            let other = node.inputs.iter().filter_map(|input| behind.get(input)).find(|(target, _)| *target != read.0);
            // Of what is read beside what is written, a layer may see all.
            let sees = matches!(&node.op, Op::Layer { def, .. } if node.inputs.iter().enumerate()
                .any(|(place, input)| behind.contains_key(input) && def.along_time_of(place) == AlongTime::All));
            if sees || other.is_some() {
                problem = Some((id, read.1, other.map(|(_, node)| *node)));
                break;
            }
            behind.insert(id, read);
        }
        if let Some((at, read, other)) = problem {
            let (node, read) = (self.node(at), self.node(read));
            let Op::Layer { def, .. } = &node.op else { return None };
            let diagnostic = match other {
                Some(other) => Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    node.span,
                    format!("`{}` joins two targets that are written one after the other", def.name()),
                )
                .here("reads both")
                .also(read.span, "one here")
                .also(self.node(other).span, "the other here")
                .help("give each of them a chain of its own in the head"),
                None => Diagnostic::new(
                    &codes::FUTURE_LEAK,
                    node.span,
                    format!("`{}` lets the head know what comes later in its own answer", def.name()),
                )
                .here("looks at all places of what is written")
                .also(read.span, "what is written so far is read here")
                .help(
                    "between it and an output stand layers that look back alone: `embed`, `concat`, `dense`, `gru`, `conv1d` with `padding: causal`, `layer_norm`, `dropout` \
                     and activations; `cross_attention(written, read)` sees all that was read",
                ),
            };
            self.sink.push(diagnostic);
            return None;
        }
        Some(outputs.iter().map(|(_, output)| behind.get(output).map(|(target, _)| *target)).collect())
    }

    /// Reports a head that reads its own answer as a whole where the loss does not compare it with those of other rows: it would have nothing to
    /// learn. The nodes of the task begin at `first`.
    pub(super) fn reads_its_answer(&mut self, task: &str, first: usize, loss: &[LossTerm], predict: &Predict) -> bool {
        let nodes = self.flowing.nodes.iter().skip(first);
        let mut whole = nodes.filter(|node| root(&node.path) == task && matches!(node.op, Op::Whole { .. }));
        let Some(span) = whole.next().map(|node| node.span) else { return false };
        let nearest = matches!(predict.finder(), Some((_, Finds::Nearest { .. }, _)));
        if nearest && loss.iter().all(|term| term.def.contrasts()) {
            return false;
        }
        let diagnostic =
            Diagnostic::new(&codes::FUTURE_LEAK, span, "`whole` lets the head read the answer that it is asked for")
                .here("reads the whole answer")
                .help(
                    "only a head that tells its own answer from others may: `loss: contrastive` and `predict: nearest(5)`; one that writes reads \
                     `previous(target)`",
                );
        self.sink.push(diagnostic);
        true
    }

    /// Reports a task that is to remember what it was asked, and reads something else than one text.
    pub(super) fn forgets(&mut self, predict: &Predict, outputs: &[(String, NodeId)], span: Span, env: &Env) -> bool {
        let remembers = matches!(predict.finder(), Some((_, Finds::Nearest { memory, .. }, _)) if memory > 0.0);
        if !remembers {
            return false;
        }
        let behind = inputs_of(&self.flowing.nodes, outputs);
        let inputs = behind.iter().map(|input| &self.declared.inputs[*input]);
        let text = |input: &Input| {
            input
                .columns
                .iter()
                .all(|column| matches!(self.declared.data[column.data].columns[column.column].kind, KindDef::Text(_)))
        };
        if behind.len() == 1 && inputs.clone().all(text) {
            return false;
        }
        let names: Vec<String> = inputs.map(|input| format!("`{}`", input.name)).collect();
        let message =
            format!("`nearest` is to remember the texts that were asked, and the task reads {}", names.join(", "));
        let diagnostic = Diagnostic::new(&codes::WRONG_KIND, span, message)
            .here("remembers what was asked")
            .help("let the head read one input of texts (two texts of a row can be one: `talk[before, says]`), or leave `memory` out");
        self.report(diagnostic, env);
        true
    }

    /// Which target a decoder writes, if it writes; reports one that writes where the head does not read what is written, and the other
    /// way round. `None` after an error.
    pub(super) fn target_written(
        &mut self,
        decoder: &DecoderDef,
        output: Option<usize>,
        expr: &Expr,
        task: &PredictContext<'_>,
        env: &Env,
    ) -> Option<Option<usize>> {
        let written = output.and_then(|output| task.writes[output]);
        let name = decoder.name();
        let (message, here, help) = match (decoder.writes(), written) {
            (None, None) => return Some(None),
            (Some(_), Some(target)) => {
                return self.can_be_written(decoder, target, output?, expr, task, env).then_some(written);
            }
            (Some(_), None) => (
                format!(
                    "`{name}` asks the head for one token after another, and the head does not read what it has written"
                ),
                "nothing to go on from",
                "let the head read it: `head: concat(previous(target) -> embed(16), in) -> gru(64) -> dense(label.vocabulary)`",
            ),
            (None, Some(_)) => (
                format!("`{name}` reads an answer as a whole, and this head writes it token by token"),
                "nothing is written yet",
                "let it be written first: `predict: greedy(max: 64) -> inverse(target)`",
            ),
        };
        self.report(Diagnostic::new(&codes::WRONG_KIND, expr.span, message).here(here).help(help), env);
        None
    }

    fn can_be_written(
        &mut self,
        decoder: &DecoderDef,
        target: usize,
        output: usize,
        expr: &Expr,
        task: &PredictContext<'_>,
        env: &Env,
    ) -> bool {
        let Some(made) = task.targets.and_then(|targets| targets.get(target)) else { return false };
        if !made.steps.iter().any(|step| step.def.marks_end()) {
            let message =
                format!("`{}` stops where the text ends, and the target does not say where that is", decoder.name());
            let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, expr.span, message).here("would never stop");
            if let Some(step) = made.steps.last() {
                diagnostic = diagnostic.also(step.span, "no end is marked here");
            }
            self.report(diagnostic.help("mark the end: `target: characters(end: true)`"), env);
            return false;
        }
        let Some(Kind::Tokens { vocabulary }) = made.ty.as_ref().map(|ty| &ty.kind) else { return false };
        let vocabulary = vocabulary.clone();
        if !self.can_go_on(decoder, &vocabulary, task.outputs[output].1, expr, env)
            || !self.has_room(decoder, task.outputs[output].1, expr, env)
        {
            return false;
        }
        let found = self.node(task.outputs[output].1).ty.last().size.clone();
        if found == vocabulary {
            return true;
        }
        let message =
            format!("`{}` chooses among the tokens of the target, and the output has {found} numbers", decoder.name());
        let diagnostic = Diagnostic::new(&codes::SHAPE, expr.span, message)
            .here("needs one number per token")
            .help("write `dense(label.vocabulary)`");
        self.report(diagnostic, env);
        false
    }
}

impl Checker<'_> {
    /// Whether what an answer begins with is an input of the target's tokens, of the same rows; reports one that is not.
    fn can_go_on(&mut self, decoder: &DecoderDef, vocabulary: &Dim, output: NodeId, expr: &Expr, env: &Env) -> bool {
        // A template that is told of no input lets it begin with nothing.
        let Some(name) = decoder.goes_on_from().filter(|name| !name.is_empty()) else { return true };
        let rows = &self.flowing.nodes[output.0].rows;
        let (message, help) = match self.declared.inputs.iter().find(|input| input.name == name) {
            None => {
                let names: Vec<&str> = self.declared.inputs.iter().map(|input| input.name.as_str()).collect();
                let help = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `after: {near:?}`?"),
                    None => format!("inputs are {}", names.join(", ")),
                };
                (format!("an answer cannot begin with `{name}`: there is no such input"), help)
            }
            Some(input) if !matches!(&input.ty.kind, Kind::Tokens { vocabulary: own } if own == vocabulary) => (
                format!("an answer cannot begin with the input `{name}`: its tokens are not those of the target"),
                "let both learn one vocabulary: `characters(shared: \"letters\")` in the input, and `characters(end: true, shared: \"letters\")` as the target"
                    .to_string(),
            ),
            Some(input) if input.rows != *rows => (
                format!("an answer cannot begin with the input `{name}`: it is of other rows than the answers"),
                "name an input of the table that the head reads".to_string(),
            ),
            Some(_) => return true,
        };
        let diagnostic = Diagnostic::new(&codes::WRONG_KIND, expr.span, message).here("nothing to go on from");
        self.report(diagnostic.help(help), env);
        false
    }
}

impl Checker<'_> {
    /// Whether every layer through which an output depends on what is written knows as many places as a decoder may write; reports one that does not.
    fn has_room(&mut self, decoder: &DecoderDef, output: NodeId, expr: &Expr, env: &Env) -> bool {
        let Some(max) = decoder.writes().map(|writes| writes.max) else { return true };
        let (mut open, mut written) = (vec![output], HashSet::new());
        while let Some(id) = open.pop() {
            if written.insert(id) {
                open.extend(self.node(id).inputs.iter().copied());
            }
        }
        // Of what the output reads, that which begins with what is written.
        let mut all: Vec<NodeId> = written.into_iter().collect();
        all.sort_by_key(|id| id.0);
        let mut behind = HashSet::new();
        let mut short = None;
        for id in all {
            let node = self.node(id);
            if matches!(node.op, Op::Previous { .. }) || node.inputs.iter().any(|input| behind.contains(input)) {
                behind.insert(id);
                let most = if let Op::Layer { def, .. } = &node.op { def.most_places() } else { None };
                short = short.or(most.filter(|most| *most < max).map(|most| (id, most)));
            }
        }
        let Some((id, most)) = short else { return true };
        let node = self.node(id);
        let name = if let Op::Layer { def, .. } = &node.op { def.name() } else { "" };
        let message = format!("`{}` writes up to {max} tokens, and `{name}` knows {most} places", decoder.name());
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, message)
            .here("longer than it has places for")
            .also(node.span, "so many places")
            .help(format!("write `{}(max: {most})`, or `{name}(max: {max})`", decoder.name()));
        self.report(diagnostic, env);
        false
    }
}

/// The size that `label.vocabulary` stands for: that of the one target that is tokens.
pub(super) fn vocabulary(targets: &[Made]) -> Option<Dim> {
    let mut found = targets.iter().filter_map(|target| match target.ty.as_ref().map(|ty| &ty.kind) {
        Some(Kind::Tokens { vocabulary }) => Some(vocabulary.clone()),
        _ => None,
    });
    found.next().filter(|_| found.next().is_none())
}
