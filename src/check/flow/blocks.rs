//! Expands blocks at each use, and instances, whose weights are shared by their uses.

use std::collections::HashMap;
use std::rc::Rc;

use crate::catalog::{Axis, ParamKind};
use crate::check::constants::bind::CallRef;
use crate::check::constants::params::takes_value;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::{CallSite, Constant, Env};
use crate::check::resolve::program::{DeclId, duplicate_name, list};
use crate::check::resolve::standard::BLOCKS;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::NodeId;
use crate::source::Span;
use crate::syntax::tree::{Arg, Block, EntryKind, Keyword, Parameter};

/// Blocks may call blocks, but not this deep.
const MOST_BLOCK_DEPTH: usize = 32;

impl Checker<'_> {
    /// One turn of a block in a chain.
    pub(in crate::check) fn block_call(
        &mut self,
        id: DeclId,
        call: CallRef<'_>,
        value: Flow,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        self.use_at(id, call.path.span);
        let decl = self.decl(id);
        let name = decl.name.as_ref().map_or(String::new(), |name| name.name.clone());
        if decl.keyword != Keyword::Block {
            let diagnostic = Diagnostic::new(
                &codes::NOT_A_LAYER,
                call.path.span,
                format!("`{name}` is a task template, and a layer is expected here"),
            )
            .here("not a layer")
            .help(format!("templates stand after a task's name: `task question: {name} from …`"));
            self.report(diagnostic, env);
            return None;
        }
        let mut turn = place.turn(&name);
        let parameters = decl.params.as_deref().unwrap_or(&[]);
        let values = self.bind_values(&name, parameters, call.args, call.span, env, &turn);
        self.expand(id, call.args, call.span, value, values, env, &mut turn)
    }

    /// A use of an instance: its weights are the same at every use.
    pub(in crate::check) fn instance_call(
        &mut self,
        id: DeclId,
        call: CallRef<'_>,
        value: Flow,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let decl = self.decl(id);
        let name = decl.name.as_ref()?.name.clone();
        let block = decl.kind.as_ref().and_then(CallRef::of).map(|call| call.name());
        let scope = &self.names.program.modules[self.module_of(id)];
        let block = block.and_then(|block| scope.callables.get(block)).copied();
        // What flows into it beside its value is another at each use.
        let parameters = block.map(|block| self.decl(block).params.clone().unwrap_or_default()).unwrap_or_default();
        let takes: Vec<Parameter> = parameters.into_iter().filter(takes_value).collect();
        let of_use = |arg: &Arg| match &arg.name {
            Some(name) => takes.iter().any(|parameter| parameter.name.name == name.name),
            None => true,
        };
        if !call.args.iter().all(of_use) || call.args.len() > takes.len() {
            if let Some(block) = block {
                self.mark_used(block);
            }
            let values: Vec<&str> = takes.iter().map(|parameter| parameter.name.name.as_str()).collect();
            let (message, here, right) = match values.join(", ") {
                none if none.is_empty() => {
                    ("whose arguments are given where it is declared", "takes no arguments", name.clone())
                }
                values => (
                    "whose constants are given where it is declared",
                    "takes the values that flow into it, and nothing else",
                    format!("{name}({values})"),
                ),
            };
            let diagnostic =
                Diagnostic::new(&codes::WRONG_ARGUMENT, call.span, format!("`{name}` is an instance, {message}"))
                    .here(here)
                    .also(decl.span, "declared here")
                    .help(format!("write `-> {right}`"));
            self.report(diagnostic, env);
            return None;
        }
        let kind = decl.kind.as_ref()?;
        let Some(inner) = CallRef::of(kind) else {
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, kind.span, "the name of a block is expected here")
                .here("not a block");
            let diagnostic = self.instead_of_a_template(diagnostic, kind);
            self.sink.push(diagnostic);
            return None;
        };
        let module = self.module_of(id);
        let block_name = inner.name();
        let block = self.names.program.modules[module].callables.get(block_name).copied();
        let Some(block) = block.filter(|id| self.decl(*id).keyword == Keyword::Block) else {
            let blocks: Vec<String> = self.names.program.modules[module]
                .callables
                .iter()
                .filter(|(_, id)| self.names.program.decls[id.0].decl.keyword == Keyword::Block)
                .map(|(name, _)| name.clone())
                .collect();
            if self.names.program.modules[module].lost.contains(block_name) {
                return None;
            }
            let diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, inner.path.span, format!("there is no block `{block_name}`"))
                    .here("unknown block");
            let diagnostic = match BLOCKS.names().any(|block| block == block_name) {
                true => self.in_library(diagnostic, &BLOCKS, block_name, module),
                false => diagnostic
                    .help("an instance is made of a `block`")
                    .did_you_mean(block_name, blocks.iter().map(String::as_str)),
            };
            self.mark_meant(&diagnostic, module);
            self.sink.push(diagnostic);
            return None;
        };
        self.use_at(block, inner.path.span);
        let mut turn = place.turn(&name);
        turn.weights = name.clone();
        let outer = Env::of_module(module);
        let values = match call.args {
            [] => {
                let parameters = self.decl(block).params.clone().unwrap_or_default();
                self.bind_values(inner.name(), &parameters, inner.args, call.span, &outer, &turn)
            }
            args => self.bind_values(&name, &takes, args, call.span, env, &turn),
        };
        let flowing = values.iter().map(|(parameter, value)| (format!("{name}.{parameter}"), *value));
        let mut flowing: Vec<(String, Flow)> = std::iter::once((name.clone(), value)).chain(flowing).collect();
        flowing.sort();
        for (key, value) in flowing {
            if let Some(value) = value {
                self.fits_instance(&name, key, value, call.span, env)?;
            }
        }
        self.expand(block, inner.args, call.span, value, values, &outer, &mut turn)
    }

    /// The type of the first use fixes the sizes of the weights; later uses must have the same. `key` is the instance, or what it is given
    /// beside what flows in.
    fn fits_instance(&mut self, name: &str, key: String, value: NodeId, at: Span, env: &Env) -> Option<()> {
        let Some(first) = self.flowing.instances.get(&key).copied() else {
            self.flowing.instances.insert(key, value);
            return Some(());
        };
        let (now, before) = (self.node(value).ty.clone(), self.node(first).ty.clone());
        // No weight depends on a length that differs from row to row.
        let alike = |(one, other): (&Axis, &Axis)| {
            one.name == other.name && (one.size == other.size || one.varies() && other.varies())
        };
        let same = now.kind == before.kind
            && now.rank() == before.rank()
            && now.axes.iter().zip(&before.axes).skip(1).all(alike);
        if same {
            return Some(());
        }
        let first_span = self.node(first).span;
        let diagnostic = Diagnostic::new(
            &codes::SHAPE,
            at,
            format!("`{name}` has one set of weights, and its uses get different shapes: {before} and {now}"),
        )
        .here(format!("{now} here"))
        .also(first_span, format!("{before} at another use"))
        .help("bring both to one shape, or use the block itself, which has weights of its own at each use");
        self.report(diagnostic, env);
        None
    }

    /// The body of a block with its parameters bound and `in` standing for the value.
    #[expect(clippy::too_many_arguments, reason = "who calls what, where, with what, and what flows in")]
    fn expand(
        &mut self,
        id: DeclId,
        args: &[Arg],
        at: Span,
        value: Flow,
        values: HashMap<String, Flow>,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let decl = self.decl(id);
        let name = decl.name.as_ref().map_or(String::new(), |name| name.name.clone());
        if self.flowing.open_blocks.len() >= MOST_BLOCK_DEPTH && !self.flowing.open_blocks.contains(&id) {
            let message = format!("blocks contain blocks more than {MOST_BLOCK_DEPTH} deep here");
            self.report(Diagnostic::new(&codes::TOO_COMPLEX, at, message).here("too deep"), env);
            return None;
        }
        if self.flowing.open_blocks.contains(&id) {
            let diagnostic = Diagnostic::new(&codes::CYCLE, at, format!("block `{name}` contains itself"))
                .here("expands without end")
                .also(decl.name.as_ref().map_or(decl.span, |name| name.span), "the block");
            self.report(diagnostic, env);
            return None;
        }
        let module = self.module_of(id);
        let parameters = decl.params.as_deref().unwrap_or(&[]);
        let constants = self.bind_parameters(&name, parameters, args, at, module, None, env)?;
        let call_site = env.call_site.clone().or(Some(Rc::new(CallSite { span: at, what: format!("block `{name}`") })));
        let mut inner = Env { module, constants, locals: values, label: None, targets: None, call_site };
        inner.locals.insert("in".into(), value);
        self.flowing.open_blocks.push(id);
        let result = match &decl.block {
            Some(block) => self.body(block, &mut inner, place, &format!("block `{name}`")).0,
            None => None,
        };
        self.flowing.open_blocks.pop();
        result
    }

    /// The lines of a block body: named values, then `out`. Gives the output and every named value.
    pub(in crate::check) fn body(
        &mut self,
        block: &Block,
        env: &mut Env,
        place: &mut Place,
        what: &str,
    ) -> (Flow, Vec<(String, Flow)>) {
        let mut named: Vec<(String, Flow)> = Vec::new();
        let mut spans: HashMap<String, Span> = HashMap::new();
        let mut out: Option<Flow> = None;
        // Lines may stand in any order: each is elaborated once all it reads has been.
        let mut lines: Vec<(&crate::syntax::tree::Ident, &crate::syntax::tree::Expr)> = Vec::new();
        let mut out_line = None;
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Assign { name, value } => {
                    if let Some(first) = spans.insert(name.name.clone(), name.span) {
                        self.report(duplicate_name(&name.name, name.span, first), env);
                        continue;
                    }
                    lines.push((name, value));
                }
                EntryKind::Field(field) if field.name.name == "out" && field.value.is_some() => {
                    if let Some(first) = spans.insert("out".into(), field.name.span) {
                        self.report(duplicate_name("out", field.name.span, first), env);
                        continue;
                    }
                    out_line = field.value.as_ref();
                }
                EntryKind::Join(join) => self.join_elsewhere(join.span, env),
                EntryKind::Field(field) => {
                    let written =
                        field.value.as_ref().map_or(String::from("…"), |value| self.source_text(value.span));
                    let diagnostic = Diagnostic::new(
                        &codes::UNKNOWN_KEY,
                        field.name.span,
                        format!("{what} has no field `{}`", field.name.name),
                    )
                    .here("unknown field")
                    .help(format!(
                        "a named value is written with `=`: `{} = {written}`; the result is `out: …`",
                        field.name.name
                    ));
                    self.report(diagnostic, env);
                }
            }
        }
        let names: HashMap<&str, usize> =
            lines.iter().enumerate().map(|(index, (name, _))| (name.name.as_str(), index)).collect();
        let order = order_of(&lines, &names);
        for index in order.sorted {
            let (name, value) = lines[index];
            let mut inside = place.inside(&name.name);
            let flow = self.flow(value, env, &mut inside);
            env.locals.insert(name.name.clone(), flow);
            named.push((name.name.clone(), flow));
        }
        if let Some(index) = order.circular {
            let name = lines[index].0;
            let diagnostic =
                Diagnostic::new(&codes::CYCLE, name.span, format!("`{}` reads itself, directly or not", name.name))
                    .here("part of a circle");
            self.report(diagnostic, env);
            for (name, _) in &lines {
                env.locals.entry(name.name.clone()).or_insert(None);
            }
        }
        if let Some(value) = out_line {
            out = Some(self.flow(value, env, place));
        }
        if out.is_none() && !self.broken_within(block.span) {
            let last = named.last().map_or("y", |(name, _)| name.as_str());
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, format!("{what} has no `out`"))
                .here("no `out`")
                .help(format!("say what the result is: `out: {last}`"));
            self.report(diagnostic, env);
        }
        (out.flatten(), named)
    }

    /// Arguments of a block or a template as constants. `classes` are those of the label, to name one where it is missing.
    #[expect(clippy::too_many_arguments, reason = "who calls what, where, with which arguments")]
    pub(in crate::check) fn bind_parameters(
        &mut self,
        owner: &str,
        parameters: &[Parameter],
        args: &[Arg],
        at: Span,
        module: usize,
        classes: Option<&[String]>,
        env: &Env,
    ) -> Option<HashMap<String, Constant>> {
        let mut constants = HashMap::new();
        let mut good = true;
        let mut positional = parameters.iter();
        let mut given: HashMap<&str, &Arg> = HashMap::new();
        for arg in args {
            let parameter = match &arg.name {
                Some(name) => match parameters.iter().find(|parameter| parameter.name.name == name.name) {
                    Some(parameter) => parameter,
                    None => {
                        good = false;
                        let mut diagnostic = Diagnostic::new(
                            &codes::UNKNOWN_KEY,
                            name.span,
                            format!("`{owner}` has no parameter `{}`", name.name),
                        )
                        .here("unknown parameter")
                        .surely_meant(crate::check::resolve::synonyms::meant(
                            &name.name,
                            parameters.iter().map(|parameter| parameter.name.name.as_str()),
                        ));
                        if !parameters.is_empty() {
                            diagnostic = diagnostic.note(format!(
                                "it has {}",
                                list(parameters.iter().map(|parameter| parameter.name.name.as_str()))
                            ));
                        }
                        self.report(diagnostic, env);
                        continue;
                    }
                },
                None => match positional.next() {
                    Some(parameter) => parameter,
                    None => {
                        good = false;
                        let diagnostic = Diagnostic::new(
                            &codes::WRONG_ARGUMENT,
                            arg.span,
                            format!("`{owner}` takes {} arguments, and this is one more", parameters.len()),
                        )
                        .here("one too many");
                        self.report(diagnostic, env);
                        continue;
                    }
                },
            };
            if let Some(first) = given.insert(&parameter.name.name, arg) {
                good = false;
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    arg.span,
                    format!("`{}` of `{owner}` is given twice", parameter.name.name),
                )
                .here("again here")
                .also(first.span, "first here");
                self.report(diagnostic, env);
            }
        }
        for parameter in parameters.iter().filter(|parameter| !takes_value(parameter)) {
            let name = &parameter.name.name;
            let own = Env::of_module(module);
            let Some(kind) = self.param_kind(parameter.kind.as_ref(), parameter.name.span, name, &own) else {
                good = false;
                continue;
            };
            let value = match (given.get(name.as_str()), &parameter.default) {
                (Some(arg), _) => {
                    let value = self.constant(&arg.value, &kind, env, &format!("`{name}` of `{owner}`"));
                    value.map(|value| Constant { value, span: arg.value.span })
                }
                (None, Some(default)) => self
                    .constant(default, &kind, &own, &format!("the default of `{name}`"))
                    .map(|value| Constant { value, span: default.span }),
                (None, None)
                    if args.iter().filter_map(|arg| arg.name.as_ref()).any(|written| {
                        let known = || parameters.iter().map(|parameter| parameter.name.name.as_str());
                        known().all(|known| known != written.name)
                            && crate::check::resolve::synonyms::meant(&written.name, known()) == Some(name.as_str())
                    }) =>
                {
                    None
                }
                (None, None) => {
                    let diagnostic = Diagnostic::new(&codes::MISSING_ARGUMENT, at, format!("`{owner}` needs `{name}`"))
                        .here(format!("`{name}` is missing"))
                        .also(parameter.span, "declared here");
                    let text = matches!(kind, ParamKind::Text);
                    let example = |class: &String| format!("`{owner}({name}: {class:?})`");
                    let diagnostic = match classes.filter(|classes| text && !classes.is_empty()) {
                        Some(classes) => {
                            let written: Vec<String> = classes.iter().take(6).map(example).collect();
                            diagnostic.help(format!("write {}", written.join(" or ")))
                        }
                        None if text => diagnostic.help(format!(
                            "write `{owner}({name}: \"…\")` with one of the label's classes; `mtlc check --data` names them"
                        )),
                        None => diagnostic.help(format!("write `{owner}({name}: …)`")),
                    };
                    self.report(diagnostic, env);
                    None
                }
            };
            match value {
                Some(value) => {
                    constants.insert(name.clone(), value);
                }
                None => good = false,
            }
        }
        good.then_some(constants)
    }
}

pub(in crate::check) struct Order {
    pub sorted: Vec<usize>,
    /// A line that waits for itself.
    pub circular: Option<usize>,
}

/// An order in which each line comes after the lines it reads (ties in the order of the file).
pub(in crate::check) fn order_of(
    lines: &[(&crate::syntax::tree::Ident, &crate::syntax::tree::Expr)],
    names: &HashMap<&str, usize>,
) -> Order {
    let reads: Vec<Vec<usize>> = lines
        .iter()
        .map(|(_, value)| {
            let mut found = Vec::new();
            crate::check::resolve::lookup::names_in(value, &mut |name| found.extend(names.get(name).copied()));
            found
        })
        .collect();
    let mut state = vec![0u8; lines.len()];
    let mut order = Order { sorted: Vec::new(), circular: None };
    for start in 0..lines.len() {
        // Depth first without recursion: (line, next of its reads).
        let mut stack = vec![(start, 0)];
        while let Some((line, next)) = stack.pop() {
            if next == 0 && state[line] != 0 {
                if state[line] == 1 {
                    order.circular = order.circular.or(Some(line));
                }
                continue;
            }
            state[line] = 1;
            match reads[line].get(next) {
                Some(read) => {
                    stack.push((line, next + 1));
                    stack.push((*read, 0));
                }
                None => {
                    state[line] = 2;
                    order.sorted.push(line);
                }
            }
        }
    }
    if order.circular.is_some() {
        order.sorted.clear();
    }
    order
}
