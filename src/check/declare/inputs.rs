//! Elaborates `input` declarations: columns, then steps, then layers.

use crate::catalog::kinds::{ColumnRead, Reading};
use crate::catalog::{Axis, Dim, Kind, Type, layers, steps};
use crate::check::constants::bind::CallRef;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{ColumnRef, Input, Node, NodeId, Op, Owner, StepUse};
use crate::source::Span;
use crate::syntax::tree::{Decl, Expr, ExprKind};

/// What is made of a label that is a class.
const ONE_CLASS: &str = "a class needs no target; whether it is a certain one is asked by `is(\"CLASS\")`";

impl Checker<'_> {
    /// A node that stands for what an input gives.
    pub(in crate::check) fn input_node(&mut self, index: usize, path: String) -> NodeId {
        let input = &self.declared.inputs[index];
        let node = Node {
            path,
            op: Op::Input(index),
            inputs: Vec::new(),
            ty: input.ty.clone(),
            rows: input.rows.clone(),
            owner: Owner::Input(index),
            span: input.span,
        };
        let steps = input.steps.iter().map(|step| step.def.clone()).collect();
        let id = self.add_node(node);
        self.flowing.steps.insert(id, steps);
        id
    }

    pub(in crate::check) fn input_decl(&mut self, decl: &Decl, env: &Env) -> Flow {
        let name = decl.name.as_ref()?;
        let from = decl.from.as_ref()?;
        let (source, chain) = from.stages().split_first()?;
        let read = self.input_source(source, env);
        let raw = read.as_ref().and_then(|(rows, columns)| self.read_type(rows, columns, Reading::Input, source.span));
        // Steps as long as there are any; the first layer ends them.
        let first_layer = chain.iter().position(|stage| !self.is_step(stage, env.module)).unwrap_or(chain.len());
        let (step_exprs, layer_exprs) = chain.split_at(first_layer);
        let known_by = self.input_name(&name.name);
        let (steps, ty) =
            self.steps((step_exprs, Reading::Input), raw.clone(), &known_by, &format!("{known_by}.steps"), env);
        let mut place = Place::new(known_by.clone(), Owner::Input(self.declared.inputs.len()));
        let lacking = self.lacking(decl, &known_by, env);
        self.dropped_for_nothing(decl, &steps, env);
        let dropped = steps.iter().any(|step| step.def.drops().is_some());
        let never = match (&read, lacking) {
            (Some((_, columns)), Some(lacking)) if !dropped => self.never_lacking(lacking, columns, env),
            _ => false,
        };
        let lacking = lacking.filter(|_| !never);
        let value = match (read, raw, ty) {
            (Some((rows, columns)), Some(raw), Some(ty)) => {
                self.declared.inputs.push(Input {
                    name: known_by.clone(),
                    doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
                    rows,
                    columns,
                    steps,
                    raw,
                    ty,
                    missing: lacking.map(|lacking| lacking.by),
                    span: name.span,
                });
                Some(self.input_node(self.declared.inputs.len() - 1, known_by))
            }
            _ => None,
        };
        let start = value;
        let mut value = value;
        for stage in layer_exprs {
            value = self.stage(stage, value, env, &mut place);
        }
        match (start, value, lacking) {
            (Some(start), Some(value), Some(lacking)) => self.or_substitute(value, start, lacking, env, &mut place),
            _ => value,
        }
    }

    /// What an input, its weights, its vocabulary and its length are known by: its name, and a number if an input of another
    /// file has that name too.
    fn input_name(&self, name: &str) -> String {
        let taken = |candidate: &str| self.declared.inputs.iter().any(|input| input.name == candidate);
        let numbered = (2..).map(|number| format!("{name}.{number}"));
        std::iter::once(name.to_string()).chain(numbered).find(|candidate| !taken(candidate)).unwrap_or_default()
    }

    /// Whether a member of an input's chain is a step, or was meant to be one: then what follows it may be steps as well.
    fn is_step(&self, stage: &Expr, module: usize) -> bool {
        let name = CallRef::of(stage).map_or("", |call| call.name());
        layers::find(name).is_none() && (steps::find(name).is_some() || self.meant_step(name, module))
    }

    /// A chain of steps of an input or a target; `ty` is the type before it. Gives the steps and the type after them.
    pub(in crate::check) fn steps(
        &mut self,
        (exprs, reading): (&[Expr], Reading),
        ty: Option<Type>,
        owner: &str,
        setting: &str,
        env: &Env,
    ) -> (Vec<StepUse>, Option<Type>) {
        let mut ty = ty;
        let mut uses = Vec::new();
        for expr in exprs {
            let path = CallRef::of(expr).map_or(String::new(), |call| format!("{setting}.{}", call.name()));
            let Some(bound) = self.bind_in(steps::ENTRIES, "step", expr, env, &path) else {
                ty = None;
                continue;
            };
            let Some(before) = ty.take() else { continue };
            match bound.def.infer(&before, owner) {
                Ok(after) => {
                    self.learns_with_others(&bound.def, expr.span, env);
                    uses.push(StepUse { def: bound.def, ty: after.clone(), span: expr.span });
                    ty = Some(after);
                }
                Err(error) => {
                    let mut diagnostic =
                        Diagnostic::new(&codes::WRONG_KIND, expr.span, error.message).here(format!("gets {before}"));
                    let help = match (reading, &before.kind) {
                        (Reading::Label, Kind::Category { .. }) if before.rank() == 1 => Some(ONE_CLASS.to_string()),
                        _ => error.help,
                    };
                    if let Some(help) = help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic, env);
                }
            }
        }
        (uses, ty)
    }

    /// Steps that learn one vocabulary must be of one sort.
    fn learns_with_others(&mut self, def: &steps::StepDef, span: Span, env: &Env) {
        let Some((name, what)) = def.shared() else { return };
        let (first, at) = self.declared.vocabularies.entry(name.to_string()).or_insert((what.clone(), span)).clone();
        if first != what {
            let message = format!(
                "the vocabulary `{name}` is learnt by steps that cut texts in one way, and these are {first} and {what}"
            );
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, message)
                .here("another one here")
                .also(at, "one here")
                .help("write the same step in both; `max` and `end` may differ");
            self.report(diagnostic, env);
        }
    }

    /// The columns an input reads: of one data set, or of several stacked by `union`.
    fn input_source(&mut self, source: &Expr, env: &Env) -> Option<(Vec<usize>, Vec<ColumnRef>)> {
        if let Some(read) = self.columns_read(source, Reading::Input, env) {
            return read.map(|(data, columns)| (vec![data], columns));
        }
        if let ExprKind::Call(call) = &source.bare().kind
            && call.callee.text() == "union"
        {
            let mut rows = Vec::new();
            let mut columns = Vec::new();
            let mut width = None;
            for arg in &call.args {
                let (data, read) = match self.columns_read(&arg.value, Reading::Input, env) {
                    Some(read) => read?,
                    None => {
                        self.not_columns(&arg.value, env);
                        return None;
                    }
                };
                if rows.contains(&data) {
                    self.sink.push(
                        Diagnostic::new(&codes::SHAPE, arg.span, "`union` stacks rows of different data sets")
                            .here("this data set stands in the union already")
                            .help("columns of one data set stand side by side: `data[a, b]`"),
                    );
                    return None;
                }
                if *width.get_or_insert(read.len()) != read.len() {
                    self.sink.push(
                        Diagnostic::new(
                            &codes::SHAPE,
                            arg.span,
                            format!(
                                "`union` stacks values of one shape, and these are {} columns, not {}",
                                read.len(),
                                width.unwrap_or(0)
                            ),
                        )
                        .here("another number of columns"),
                    );
                    return None;
                }
                rows.push(data);
                columns.extend(read);
            }
            if rows.len() < 2 {
                self.sink.push(
                    Diagnostic::new(&codes::MISSING_ARGUMENT, call.span, "`union` stacks at least two data sets")
                        .here("too few values")
                        .help("write `union(a.text, b.text)`"),
                );
                return None;
            }
            return Some((rows, columns));
        }
        self.not_columns(source, env);
        None
    }

    fn not_columns(&mut self, expr: &Expr, env: &Env) {
        if matches!(expr.bare().kind, ExprKind::Broken) {
            return;
        }
        // A name alone: an unknown data set, or something that is no data.
        let diagnostic = match expr.as_path().map(|path| (path, path.parts.as_slice())) {
            Some((_, [only])) if self.data_named(env.module, only).is_some() => {
                Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, format!("`{}` is a whole data set", only.name))
                    .here("which columns?")
                    .help(format!("name them: `{0}.column` or `{0}[a, b]`", only.name))
            }
            Some((path, parts)) => {
                let data = self.data_names(env.module);
                let declared = self.names.program.modules[env.module].values.contains_key(&parts[0].name);
                let diagnostic = if declared {
                    if let Some(id) = self.names.program.modules[env.module].values.get(&parts[0].name).copied() {
                        self.use_at(id, parts[0].span);
                    }
                    Diagnostic::new(&codes::WRONG_ARGUMENT, path.span, format!("`{}` is no data set", parts[0].name))
                        .here("an input reads columns of a `data` declaration")
                        .help(format!("name what is made of it with `let`: `let NAME = {} -> …`", path.text()))
                } else {
                    Diagnostic::new(
                        &codes::UNKNOWN_NAME,
                        parts[0].span,
                        format!("there is no data `{}`", parts[0].name),
                    )
                    .here("unknown data")
                    .did_you_mean(&parts[0].name, data.iter().map(String::as_str))
                };
                self.mark_meant(&diagnostic, env.module);
                if diagnostic.help.is_none() && !declared && parts.len() == 1 {
                    diagnostic.help("an input reads columns: `input name from data.column`")
                } else {
                    diagnostic
                }
            }
            None => Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, "an input reads columns of a data set")
                .here("not columns")
                .help("write `data.column` or `data[a, b]`; values are joined in `shared` and `let`"),
        };
        let diagnostic = self.unquoted(diagnostic, expr);
        self.report(diagnostic, env);
    }

    /// The names of data sets, to suggest one; none once enough has been suggested.
    pub(in crate::check) fn data_names(&mut self, module: usize) -> Vec<String> {
        if !self.may_suggest() {
            return Vec::new();
        }
        self.names.program.modules[module]
            .values
            .iter()
            .filter(|(_, id)| self.names.program.decls[id.0].decl.keyword == crate::syntax::tree::Keyword::Data)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The type of columns read together.
    pub(in crate::check) fn read_type(
        &mut self,
        rows: &[usize],
        columns: &[ColumnRef],
        reading: Reading,
        span: Span,
    ) -> Option<Type> {
        let first = self.declared.data[columns.first()?.data].columns[columns[0].column].clone();
        // Side by side stand the columns of one data set; those of the next ones are stacked below them, one by one.
        let width = columns.iter().take_while(|column| column.data == columns[0].data).count();
        for (index, reference) in columns.iter().enumerate().skip(1) {
            let other = &self.declared.data[reference.data].columns[reference.column];
            let above = &self.declared.data[columns[0].data].columns[columns[index % width].column];
            let (one, problem) = if other.kind.name() != first.kind.name() {
                let (one, two) = (first.kind.name(), other.kind.name());
                (&first, format!("`{}` is `{one}` and `{}` is `{two}`", first.name, other.name))
            } else if (other.sizes(), other.layout().map(|layout| layout.axes))
                != (above.sizes(), above.layout().map(|layout| layout.axes))
                || (!other.shape.is_empty() && width > 1)
            {
                let what = "are arrays, which cannot be read side by side";
                (&first, format!("`{}` and `{}` {what}", first.name, other.name))
            } else if index >= width && other.kind.declared_classes() != above.kind.declared_classes() {
                let what = "need the same declared classes to be stacked";
                (above, format!("`{}` and `{}` {what}", above.name, other.name))
            } else {
                continue;
            };
            let help = match reading {
                Reading::Input => "read them as inputs of their own and join these with `concat`",
                Reading::Label => "give each of them a task of its own",
            };
            let message = format!("columns read together must be of one kind: {problem}");
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, span, message)
                .here("of different kinds")
                .also(one.span, "one kind here")
                .also(other.span, "another here")
                .help(help);
            self.sink.push(diagnostic);
            return None;
        }
        if reading == Reading::Input && first.kind.is_only_a_label() {
            let kind = first.kind.name();
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, span, format!("a `{kind}` is a label, and no input"))
                .here("only tasks read it")
                .also(first.span, format!("declared as `{kind}`"))
                .help("a picture that a model looks at is declared as `image`");
            self.sink.push(diagnostic);
            return None;
        }
        let set = &self.declared.data[columns[0].data];
        let types: Vec<(&str, Type)> = columns[..width]
            .iter()
            .map(|reference| {
                let column = &set.columns[reference.column];
                let name = format!("{}.{}", set.name, column.name);
                let rows = self.rows_axis(rows);
                let layout = column.layout();
                let read = ColumnRead { rows, column: &name, shape: &column.shape, layout: layout.as_ref(), reading };
                (column.name.as_str(), column.kind.value_type(&read))
            })
            .collect();
        // Texts that are read are put behind one another; a text that is asked for is one of them.
        let alike = |ty: &Type| reading == Reading::Input || width == 1 || ty.kind != Kind::Text;
        let together = Type::beside(&types).filter(alike);
        if together.is_none() {
            let kind = first.kind.name();
            let diagnostic =
                Diagnostic::new(&codes::WRONG_KIND, span, format!("columns of `{kind}` cannot be read side by side"))
                    .here(format!("{width} columns of `{kind}`"))
                    .also(first.span, format!("declared as `{kind}`"))
                    .help(match reading {
                        Reading::Input => "read them as inputs of their own and join these with `concat`",
                        Reading::Label => "give each of them a task of its own",
                    });
            self.sink.push(diagnostic);
        }
        together
    }

    /// The rows axis of data sets stacked in this order.
    pub(in crate::check) fn rows_axis(&self, rows: &[usize]) -> Axis {
        let size = rows
            .iter()
            .map(|data| Dim::rows(&self.declared.data[*data].name))
            .reduce(|sum, next| sum + next)
            .unwrap_or_default();
        Axis::new("rows", size)
    }
}
