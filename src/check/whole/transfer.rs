//! Elaborates `transfer`: which parts start from other weights, are frozen, learn slower or get adapters.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{ArgValue, ParamKind, Range};
use crate::check::constants::choices::choices;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Freeze, Init, Lora, NodeId, Op, Transfer, Unfreeze};
use crate::source::Span;
use crate::syntax::tree::{Block, EntryKind, Expr, ExprKind, Field, Keyword};

/// What can be said of a part.
pub(in crate::check) const FIELDS: [&str; 6] = ["init", "name", "freeze", "lr", "decay", "adapter"];

crate::entry! {
    /// Frozen until an epoch.
    pub struct Until = "until" {
        /// How many epochs are trained without it.
        epoch: usize, in Range::AT_LEAST_ONE;
    }
}

crate::entry! {
    /// Low-rank adapters beside the dense layers (Hu et al. 2021, arXiv:2106.09685).
    pub struct LoraDef = "lora" {
        /// The rank of the update.
        rank: usize = 8, in Range::AT_LEAST_ONE;
        /// The update is scaled by alpha / rank.
        alpha: f64 = 16.0, in Range::POSITIVE;
    }
}

crate::entry! {
    /// One frozen part more thaws after every so many epochs, from the output backwards (Howard and Ruder 2018,
    /// arXiv:1801.06146).
    pub struct Gradual = "gradual" {
        /// How many epochs between two.
        every: usize = 1, in Range::AT_LEAST_ONE;
    }
}

choices! {
    /// What `freeze:` may be, besides `true` and `false`.
    FREEZES: FreezeDef { Until }
}

choices! {
    /// What `adapter:` may be.
    ADAPTERS: AdapterDef { LoraDef }
}

choices! {
    /// What `unfreeze:` may be.
    UNFREEZES: UnfreezeDef { Gradual }
}

/// A part as written: what it does not say, the part around it says.
struct Part {
    path: String,
    nodes: Vec<NodeId>,
    init: Option<Init>,
    freeze: Option<(Freeze, Span)>,
    lr: Option<(f64, Span)>,
    /// How much slower a layer learns than the one above it.
    decay: Option<(f64, Span)>,
    lora: Option<Lora>,
    span: Span,
}

impl Checker<'_> {
    pub(in crate::check) fn transfer(&mut self) -> (Vec<Transfer>, Option<Unfreeze>) {
        let decl = self.root_decl(Keyword::Transfer);
        let Some(block) = decl.as_ref().and_then(|decl| decl.block.as_ref()) else { return (Vec::new(), None) };
        let env = Env::of_module(0);
        let mut parts: BTreeMap<String, Part> = BTreeMap::new();
        let mut unfreeze = None;
        let known = self.parts_with_weights();
        // The parts of whole families: a task that has an entry of its own goes by that.
        let mut families: Vec<(Vec<String>, &Field)> = Vec::new();
        for entry in &block.entries {
            let EntryKind::Field(field) = &entry.kind else {
                let diagnostic =
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a part is written with braces, not with `=`")
                        .here("`=` does not belong here")
                        .help("write `trunk { freeze: true }`");
                self.report(diagnostic, &env);
                continue;
            };
            if field.name.name == "unfreeze" && field.value.is_some() {
                let value = self.field_value(field, &env).cloned();
                let bound = value
                    .and_then(|value| self.bind_in(UNFREEZES, "rule of unfreezing", &value, &env, "transfer.unfreeze"));
                unfreeze = bound.map(|bound| {
                    let UnfreezeDef::Gradual(gradual) = bound.def;
                    (Unfreeze { every: gradual.every }, field.span)
                });
                continue;
            }
            if let Some(members) = self.parts_of_family(&field.name.name) {
                families.push((members, field));
                continue;
            }
            if let Some(first) = parts.get(&field.name.name) {
                let first = first.span;
                self.report(
                    crate::check::resolve::program::duplicate_name(&field.name.name, field.name.span, first),
                    &env,
                );
                continue;
            }
            if let Some(part) = self.transfer_part(field, &known, &env) {
                parts.insert(part.path.clone(), part);
            }
        }
        for (members, field) in families {
            for path in members {
                if parts.contains_key(&path) {
                    continue;
                }
                let mut of_member = field.clone();
                of_member.name.name.clone_from(&path);
                // What is wrong with one is wrong with all.
                let Some(part) = self.transfer_part(&of_member, &known, &env) else { break };
                parts.insert(path, part);
            }
        }
        for part in parts.values().filter(|part| part.decay.is_some()).map(|part| part.path.clone()).collect::<Vec<_>>()
        {
            self.slower_below(&part, &mut parts, &known, &env);
        }
        let parts = inherited(parts);
        if let Some((_, span)) = &unfreeze
            && !parts.iter().any(|part| part.freeze == Freeze::Always)
            && !self.sink.has_errors()
        {
            let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, *span, "nothing is frozen that could thaw")
                .here("has no effect")
                .help("freeze the parts that are to thaw one after another: `trunk { freeze: true }`");
            self.report(diagnostic, &env);
        }
        let unfreeze = unfreeze.map(|(unfreeze, _)| unfreeze);
        if unfreeze.is_none() {
            self.something_learns(&parts, block.span, &env);
        }
        (parts, unfreeze)
    }

    /// The parts that a path through a family stands for: `assay_a.head` and so on for `assay.head`.
    fn parts_of_family(&self, path: &str) -> Option<Vec<String>> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let family = self.declared.families.iter().find(|family| family.name == first)?;
        let part = |member: &String| rest.map_or(member.clone(), |rest| format!("{member}.{rest}"));
        Some(family.members.iter().map(part).collect())
    }

    /// Every path under which weights can be found, by all the ways to shorten it.
    fn parts_with_weights(&self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for node in &self.flowing.nodes {
            let Op::Layer { instance, weights, .. } = &node.op else { continue };
            if weights.is_empty() {
                continue;
            }
            for path in [&node.path, instance] {
                // `trunk.dense` alone is no part: layers are counted, `trunk.dense.2`.
                let counted = |dot: usize| path[dot + 1..].starts_with(|next: char| next.is_ascii_digit());
                let dots = path.match_indices('.').map(|(dot, _)| dot).filter(|dot| !counted(*dot));
                known.extend(dots.map(|dot| path[..dot].to_string()));
                known.insert(path.clone());
            }
        }
        known
    }

    fn transfer_part(&mut self, field: &Field, known: &BTreeSet<String>, env: &Env) -> Option<Part> {
        let path = &field.name.name;
        let Some(block) = field.block.as_ref().filter(|_| field.value.is_none()) else {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, field.span, format!("`{path}` needs braces"))
                .here("expected `{ … }`")
                .help(format!("write `{path} {{ freeze: true }}`"));
            self.report(diagnostic, env);
            return None;
        };
        self.validate_fields(block, &format!("`{path}` of `transfer`"), &FIELDS, env);
        if !known.contains(path) {
            self.unknown_part(path, field.name.span, known, env);
            return None;
        }
        let mut part = Part {
            path: path.clone(),
            nodes: Vec::new(),
            init: self.init(block, env),
            freeze: self.freeze(block, path, env),
            lr: self.factor(block, "lr", env),
            decay: self.factor(block, "decay", env),
            lora: None,
            span: field.name.span,
        };
        part.nodes = self.nodes_of(path);
        part.lora = self.adapter(block, path, &part.nodes, env);
        if let (Some((Freeze::Always, frozen)), Some((_, lr))) = (&part.freeze, &part.lr) {
            let diagnostic =
                Diagnostic::new(&codes::SURPLUS_PART, *lr, format!("`{path}` is frozen, and has no learning rate"))
                    .here("has no effect")
                    .also(*frozen, "frozen here")
                    .help("leave one of them out; `freeze: until(epoch: 5)` and `lr` go together");
            self.report(diagnostic, env);
        }
        if block.entries.is_empty() {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, format!("nothing is said of `{path}`"))
                .here("empty")
                .help(format!("write `{path} {{ init: \"runs/name/last\", freeze: true }}`"));
            self.report(diagnostic, env);
        }
        Some(part)
    }

    /// Makes parts of the layers of a pretrained model, each of which learns slower than the one above it, and of what lies before them. What has an entry of
    /// its own goes by that.
    fn slower_below(&mut self, path: &str, parts: &mut BTreeMap<String, Part>, known: &BTreeSet<String>, env: &Env) {
        let Some(part) = parts.get(path) else { return };
        let (Some((decay, at)), lr, span) = (part.decay, part.lr.map_or(1.0, |(lr, _)| lr), part.span) else { return };
        let below = |other: &str, around: &str| other.strip_prefix(around).is_some_and(|rest| rest.starts_with('.'));
        let first = known.iter().filter_map(|other| other.strip_suffix(".layer.1"));
        let stacks: Vec<String> =
            first.filter(|stack| *stack == path || below(stack, path)).map(String::from).collect();
        if stacks.is_empty() {
            let message = format!("`{path}` has no layers one of which could learn slower than another");
            let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, at, message)
                .here("has no effect")
                .help("`decay` is for the layers of a pretrained model, `bert(…)` and its kin; `lr` is for any part");
            self.report(diagnostic, env);
        }
        for stack in stacks {
            let layers = (1..).take_while(|layer| known.contains(&format!("{stack}.layer.{layer}"))).count() as i32;
            let mut slower = |checker: &Self, path: String, steps: i32| {
                let nodes = checker.nodes_of(&path);
                parts.entry(path.clone()).or_insert(Part {
                    path,
                    nodes,
                    init: None,
                    freeze: None,
                    lr: Some((lr * decay.powi(steps), at)),
                    decay: None,
                    lora: None,
                    span,
                });
            };
            let start = self.nodes_of(&format!("{stack}.layer.1")).first().copied();
            for other in known.iter().filter(|other| below(other, &stack) && !below(other, &format!("{stack}.layer"))) {
                if self.nodes_of(other).last().copied() < start {
                    slower(self, other.clone(), layers);
                }
            }
            (1..=layers).for_each(|layer| slower(self, format!("{stack}.layer.{layer}"), layers - layer));
        }
    }

    /// The layers with weights that lie below a path.
    fn nodes_of(&self, path: &str) -> Vec<NodeId> {
        let covers =
            |other: &str| other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let own = |id: &NodeId| match &self.node(*id).op {
            Op::Layer { instance, weights, .. } => {
                !weights.is_empty() && (covers(instance) || covers(&self.node(*id).path))
            }
            _ => false,
        };
        (0..self.flowing.nodes.len()).map(NodeId).filter(own).collect()
    }

    fn unknown_part(&mut self, path: &str, span: Span, known: &BTreeSet<String>, env: &Env) {
        let first = path.split('.').next().unwrap_or(path);
        // A part that has an error of its own has been reported.
        if self.has_failed(first) {
            return;
        }
        let node = self.flowing.nodes.iter().any(|node| node.path == path)
            || self.declared.shared.iter().flat_map(|shared| &shared.stages).any(|stage| stage.path == path);
        let diagnostic = if node {
            Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{path}` has no weights"))
                .here("nothing to load, freeze or train")
        } else {
            let diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("no part of the model is called `{path}`"))
                    .here("unknown part");
            // Below a right node its own parts, else every node and task.
            let below: Vec<&str> = known
                .iter()
                .map(String::as_str)
                .filter(|other| match path.contains('.') && known.contains(first) {
                    true => other.strip_prefix(first).is_some_and(|rest| rest.starts_with('.')),
                    false => !other.contains('.'),
                })
                .collect();
            let mut diagnostic =
                if self.may_suggest() { diagnostic.did_you_mean(path, below.iter().copied()) } else { diagnostic };
            if !below.is_empty() && below.len() <= 12 {
                let what =
                    if path.contains('.') { format!("`{first}` has") } else { "parts with weights:".to_string() };
                diagnostic = diagnostic.note(format!("{what} {}", crate::check::resolve::program::list(below)));
            }
            diagnostic
        };
        self.report(diagnostic, env);
    }

    fn init(&mut self, block: &Block, env: &Env) -> Option<Init> {
        let source = self.text_of(block, "name", env);
        let Some(field) = block.field("init") else {
            if let Some((_, span)) = source {
                let diagnostic =
                    Diagnostic::new(&codes::MISSING_PART, span, "a `name` in another model needs the model: `init`")
                        .here("of which model?")
                        .help("write `init: \"runs/name/last\", name: \"encoder\"`");
                self.report(diagnostic, env);
            }
            return None;
        };
        let (file, _) = self.text_of(block, "init", env)?;
        let span = field.value.as_ref().map_or(field.span, |value| value.span);
        if file.trim().is_empty() {
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, "`init` names a run or a file")
                .here("empty")
                .help("write `init: \"runs/name/last\"` or `init: \"encoder.safetensors\"`");
            self.report(diagnostic, env);
            return None;
        }
        Some(Init { file, source: source.map(|(source, _)| source), span })
    }

    fn text_of(&mut self, block: &Block, name: &str, env: &Env) -> Option<(String, Span)> {
        let field = block.field(name)?;
        let value = self.field_value(field, env)?;
        match self.constant(value, &ParamKind::Text, env, &format!("`{name}` of `transfer`"))? {
            ArgValue::Text(text) => Some((text, field.span)),
            _ => None,
        }
    }

    fn freeze(&mut self, block: &Block, path: &str, env: &Env) -> Option<(Freeze, Span)> {
        let field = block.field("freeze")?;
        let value = self.field_value(field, env)?;
        let is_call = |expr: &Expr| {
            matches!(expr.bare().kind, ExprKind::Call(_)) || expr.as_name().is_some_and(|name| name.name == "until")
        };
        let freeze = if is_call(value) {
            let FreezeDef::Until(until) = self.bind_in(FREEZES, "way to freeze", value, env, "")?.def;
            Freeze::Until { epoch: until.epoch }
        } else {
            match self.constant(value, &ParamKind::Bool, env, "`freeze` of `transfer`")? {
                ArgValue::Bool(true) => Freeze::Always,
                _ => Freeze::No,
            }
        };
        self.setting(format!("transfer.{path}.freeze"), self.source_text(value.span), false);
        Some((freeze, field.span))
    }

    fn factor(&mut self, block: &Block, name: &str, env: &Env) -> Option<(f64, Span)> {
        let field = block.field(name)?;
        let value = self.field_value(field, env)?;
        match self.constant(value, &ParamKind::Factor, env, &format!("`{name}` of `transfer`"))? {
            ArgValue::Factor(factor) if factor > 0.0 && factor.is_finite() => Some((factor, field.span)),
            _ => {
                let diagnostic = Diagnostic::new(
                    &codes::ARGUMENT_RANGE,
                    value.span,
                    format!("`{name}`, a factor of the learning rate, must be above 0"),
                )
                .here("must be above 0")
                .help("a part that is not to learn is frozen: `freeze: true`");
                self.report(diagnostic, env);
                None
            }
        }
    }

    fn adapter(&mut self, block: &Block, path: &str, nodes: &[NodeId], env: &Env) -> Option<Lora> {
        let value = self.field_value(block.field("adapter")?, env)?;
        let setting = format!("transfer.{path}.adapter");
        let AdapterDef::LoraDef(lora) = self.bind_in(ADAPTERS, "adapter", value, env, &setting)?.def;
        // A layer that is narrower than the rank gains nothing from an adapter, and loses nothing.
        let mut widest = None;
        for id in nodes {
            let Op::Layer { def, weights, .. } = &self.node(*id).op else { continue };
            if def.capabilities().low_rank {
                let width = weights.first().and_then(|weight| weight.shape.iter().filter_map(|dim| dim.value()).min());
                // A width that only the data can tell may be any.
                widest = widest.max(Some((width.unwrap_or(i64::MAX), *id)));
            }
        }
        let Some((width, id)) = widest else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                value.span,
                format!("`{path}` has no layer beside which a low-rank adapter can stand"),
            )
            .here("needs a `dense` layer");
            self.report(diagnostic, env);
            return None;
        };
        if lora.rank as i64 > width {
            let (layer, span) = (self.node(id).path.clone(), self.node(id).span);
            let diagnostic = Diagnostic::new(
                &codes::ARGUMENT_RANGE,
                value.span,
                format!("a rank of {} is more than `{layer}` has: its matrix is {width} wide", lora.rank),
            )
            .here("rank too high")
            .also(span, format!("{width} wide"));
            self.report(diagnostic, env);
            return None;
        }
        Some(Lora { rank: lora.rank, alpha: lora.alpha })
    }

    /// Reports a spec in which every weight is frozen for good.
    fn something_learns(&mut self, parts: &[Transfer], span: Span, env: &Env) {
        let frozen: BTreeSet<NodeId> = parts
            .iter()
            .flat_map(|part| &part.nodes)
            .copied()
            .filter(|id| {
                let most = parts.iter().filter(|part| part.nodes.contains(id)).max_by_key(|part| part.path.len());
                most.is_some_and(|part| part.freeze == Freeze::Always && part.lora.is_none())
            })
            .collect();
        let mut trainable = (0..self.flowing.nodes.len()).map(NodeId).filter(|id| match &self.node(*id).op {
            Op::Layer { weights, .. } => weights.iter().any(|weight| weight.trainable),
            _ => false,
        });
        if frozen.is_empty() || trainable.any(|id| !frozen.contains(&id)) || self.sink.has_errors() {
            return;
        }
        let diagnostic = Diagnostic::new(&codes::NOTHING_LEARNS, span, "everything is frozen, so nothing can learn")
            .here("freezes every weight")
            .help("leave the heads free, let parts thaw with `unfreeze: gradual(every: 2)`, or only evaluate: `mtlc eval`");
        self.report(diagnostic, env);
    }
}

/// What a part does not say is taken from the part around it.
fn inherited(parts: BTreeMap<String, Part>) -> Vec<Transfer> {
    // In the order of the map, a part comes after the one around it.
    let mut done: Vec<Transfer> = Vec::new();
    let mut said: Vec<(Option<Freeze>, Option<f64>)> = Vec::new();
    for part in parts.into_values() {
        let around =
            (0..done.len()).filter(|index| done[*index].covers(&part.path)).max_by_key(|index| done[*index].path.len());
        let (freeze, lr) = (
            part.freeze.map(|(freeze, _)| freeze).or(around.and_then(|around| said[around].0)),
            part.lr.map(|(lr, _)| lr).or(around.and_then(|around| said[around].1)),
        );
        let lora = part.lora.or(around.and_then(|around| done[around].lora.clone()));
        said.push((freeze, lr));
        done.push(Transfer {
            path: part.path,
            nodes: part.nodes,
            init: part.init,
            freeze: freeze.unwrap_or(Freeze::No),
            lr_factor: lr.unwrap_or(1.0),
            lora,
            span: part.span,
        });
    }
    done
}
