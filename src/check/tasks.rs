//! Elaborates tasks: label, target, head, loss, prediction, metrics.

use std::collections::HashMap;
use std::rc::Rc;

use super::bind::CallRef;
use super::checker::Progress;
use super::elaborate::{Flow, Place};
use super::env::{CallSite, Env};
use super::pipeline::{ClassWeights, Input, Label, LossTerm, NodeId, Obligation, Owner, StepUse, Task};
use super::program::{DeclId, list};
use super::template::{FIELDS, Fields, Written};
use super::{Checker, codes};
use crate::catalog::decoders::{Decoded, DecoderDef, Role};
use crate::catalog::metrics::{Direction, MetricDef};
use crate::catalog::{ArgValue, Axis, Dim, Kind, ParamKind, Type, Undecided, decoders, losses, metrics};
use crate::diag::{Diagnostic, Sink, suggest};
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Block, Decl, EntryKind, Expr, ExprKind};

/// What a task's fields come to, apart from its label and what flows in.
pub(super) struct TaskBody {
    target: Vec<StepUse>,
    target_type: Type,
    outputs: Vec<(String, NodeId)>,
    loss: Vec<LossTerm>,
    predict: Vec<DecoderDef>,
    prediction: Decoded,
    metrics: Vec<MetricDef>,
    select: usize,
    class_weights: ClassWeights,
}

impl Checker<'_> {
    pub(super) fn task_decl(&mut self, id: DeclId) -> Option<usize> {
        match self.tasks_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.tasks_of.insert(id, Progress::Open);
        self.open.push(id);
        let decl = self.decl(id);
        let index = self.task(&decl, self.module_of(id));
        self.open.pop();
        self.tasks_of.insert(id, Progress::Done(index));
        index
    }

    fn task(&mut self, decl: &Decl, module: usize) -> Option<usize> {
        let name = decl.name.as_ref()?;
        let mut own_env = Env::of_module(module);
        let what = format!("task `{}`", name.name);
        if let Some(block) = &decl.block {
            self.validate_fields(block, &what, &FIELDS, &own_env);
        }
        // The template with its parameters.
        let mut good = true;
        let mut template: Option<(Rc<Decl>, Env)> = None;
        if let Some(kind) = &decl.kind {
            match self.template_named(kind, &own_env) {
                Some(id) => {
                    let template_decl = self.decl(id);
                    let template_name = template_decl.name.as_ref().map_or("", |name| name.name.as_str()).to_string();
                    let args = CallRef::of(kind).map_or(&[][..], |call| call.args);
                    let template_module = self.module_of(id);
                    let parameters = template_decl.params.as_deref().unwrap_or(&[]);
                    let constants =
                        self.bind_parameters(&template_name, parameters, args, kind.span, template_module, &own_env);
                    good &= constants.is_some();
                    let constants = constants.unwrap_or_default();
                    for parameter in parameters {
                        if let Some(constant) = constants.get(&parameter.name.name) {
                            let given = constant.span.file == kind.span.file;
                            let path = format!("{}.{}", name.name, parameter.name.name);
                            self.setting(path, constant.value.show(), !given);
                        }
                    }
                    own_env.constants = constants.clone();
                    let env = Env {
                        module: template_module,
                        constants,
                        locals: HashMap::new(),
                        label: None,
                        call_site: Some(Rc::new(CallSite {
                            span: kind.span,
                            what: format!("template `{template_name}`"),
                        })),
                    };
                    template = Some((template_decl, env));
                }
                None => good = false,
            }
        }
        // What flows in, and the task's own layers.
        let mut place = Place::new(name.name.clone(), Owner::Task(usize::MAX));
        let (source, chain) = decl.from.as_ref()?.stages().split_first()?;
        let first_node = self.nodes.len();
        let mut input = self.flow(source, &own_env, &mut place);
        for stage in chain {
            input = self.stage(stage, input, &own_env, &mut place);
        }
        // The label.
        let label_field = decl.block.as_ref().and_then(|block| block.field("label"));
        let label = match label_field {
            Some(field) => {
                let value = self.field_value(field, &own_env);
                value.and_then(|value| self.label(value, &own_env))
            }
            None => {
                if decl.block.as_ref().is_some_and(|block| !self.written_wrongly(block, "label", &FIELDS)) {
                    let diagnostic = Diagnostic::new(
                        &codes::MISSING_PART,
                        decl.keyword_span.to(name.span),
                        format!("{what} does not say what it learns"),
                    )
                    .here("no `label`")
                    .help("name the column: `label: data.column`");
                    self.sink.push(diagnostic);
                }
                None
            }
        };
        if let Some(label) = &label {
            own_env.label = Some(Self::label_sizes(&label.ty));
        }
        if let Some((template_decl, env)) = &mut template {
            env.label = own_env.label.clone();
            if let (Some(block), Some(label)) = (&template_decl.block, &label)
                && let Some(wanted) = block.field("label")
            {
                good &= self.label_fits_template(wanted, &label.ty, label.span, env);
            }
        }
        let fields = Fields {
            own: decl.block.as_ref().map(|block| (block, &own_env)),
            template: template.as_ref().and_then(|(decl, env)| Some((decl.block.as_ref()?, env))),
        };
        let lost = decl.block.as_ref().is_some_and(|block| self.broken_within(block.span));
        if good && let Some(message) = super::template::missing(&fields, decl) {
            good = false;
            if lost {
                return None;
            }
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, decl.keyword_span.to(name.span), message)
                .here("incomplete")
                .help(format!(
                    "write the fields, or start from a template: `task {}: classification from …` ({} are in `std.tasks`)",
                    name.name,
                    list(super::std_tasks::names())
                ));
            self.sink.push(diagnostic);
        }
        let label = label?;
        if !good {
            return None;
        }
        let body = self.task_body(&fields, &name.name, &label.ty, input, &mut place)?;
        if !self.classes_exist(&body.target, &label, decl.kind.as_ref().map_or(name.span, |kind| kind.span)) {
            return None;
        }
        self.rows_meet_label(&name.name, &body, label.data, label.span, input);
        let index = self.tasks.len();
        for node in &mut self.nodes[first_node..] {
            if node.owner == Owner::Task(usize::MAX) {
                node.owner = Owner::Task(index);
            }
        }
        self.tasks.push(Task {
            name: name.name.clone(),
            doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            template: template.as_ref().and_then(|(decl, _)| decl.name.as_ref().map(|name| name.name.clone())),
            label,
            target: body.target,
            target_type: body.target_type,
            from: input?,
            outputs: body.outputs,
            loss: body.loss,
            predict: body.predict,
            prediction: body.prediction,
            metrics: body.metrics,
            select: body.select,
            class_weights: body.class_weights,
            span: name.span,
        });
        Some(index)
    }

    /// A class that a target's step names must be one of the label's, if the spec writes these down.
    /// `call` is where a step that stands in a template is shown.
    fn classes_exist(&mut self, target: &[StepUse], label: &Label, call: Span) -> bool {
        let file = label.span.file;
        let Some(label) = label.columns.first() else { return true };
        let column = &self.data[label.data].columns[label.column];
        let (declared, at) = (column.kind.declared_classes().map(<[String]>::to_vec), column.span);
        let Some(declared) = declared else { return true };
        for step in target {
            let Some(class) = step.def.names_class() else { continue };
            if declared.iter().any(|other| other == class) {
                continue;
            }
            let place = if step.span.file == file { step.span } else { call };
            let mut diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, place, format!("the label has no class \"{class}\""))
                    .here("unknown class")
                    .also(at, format!("its classes are {}", list(declared.iter().map(String::as_str))));
            if let Some(close) = suggest::closest(class, declared.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean \"{close}\"?"));
            }
            self.sink.push(diagnostic);
            return false;
        }
        true
    }

    /// The label must belong to rows that reach the head.
    fn rows_meet_label(&mut self, name: &str, body: &TaskBody, data: usize, label: Span, input: Flow) {
        for (_, output) in &body.outputs {
            let node = self.node(*output).clone();
            if !node.rows.contains(&data) {
                let reads: Vec<String> = node.rows.iter().map(|data| self.data[*data].name.clone()).collect();
                self.sink.push(
                    Diagnostic::new(
                        &codes::SHAPE,
                        label,
                        format!(
                            "task `{name}` reads rows of {}, and its label is in `{}`",
                            list(reads.iter().map(String::as_str)),
                            self.data[data].name
                        ),
                    )
                    .here(format!("rows of `{}`", self.data[data].name))
                    .also(
                        input.map_or(node.span, |input| self.node(input).span),
                        format!("rows of {}", list(reads.iter().map(String::as_str))),
                    )
                    .help("take the label from the data that flows in, or stack the inputs of both with `union`"),
                );
                return;
            }
        }
    }

    /// A template on its own: with symbols for the label and for what flows in. A head may be made for rows of numbers or
    /// for pictures; the first that fits will do.
    pub(super) fn template_body(&mut self, fields: &Fields<'_>, name: &str, label: &Type, rows: Axis, _span: Span) {
        let symbol = |part: &str| Dim::symbol(format!("{name}.{part}"));
        let shapes = [
            vec![symbol("features")],
            vec![symbol("channels"), symbol("height"), symbol("width")],
            vec![symbol("length"), symbol("features")],
        ];
        let outside = std::mem::take(self.sink);
        let (nodes, obligations, settings) = (self.nodes.len(), self.obligations.len(), self.settings.len());
        let mut first: Option<Sink> = None;
        for shape in shapes {
            let ty = Type::real(rows.clone(), shape);
            self.inputs.push(Input {
                name: name.to_string(),
                doc: String::new(),
                rows: Vec::new(),
                columns: Vec::new(),
                steps: Vec::new(),
                raw: ty.clone(),
                ty,
                span: rows_span(fields),
            });
            let input = self.input_node(self.inputs.len() - 1, format!("{name}.in"));
            let mut place = Place::new(name, Owner::Value);
            self.task_body(fields, name, label, Some(input), &mut place);
            self.inputs.pop();
            let said = std::mem::take(self.sink);
            let clean = !said.has_errors();
            if clean || first.is_none() {
                first = Some(said);
            }
            if clean {
                break;
            }
        }
        self.nodes.truncate(nodes);
        self.obligations.truncate(obligations);
        self.settings.truncate(settings);
        *self.sink = outside;
        for diagnostic in first.into_iter().flat_map(Sink::finish) {
            self.sink.push(diagnostic);
        }
    }

    fn task_body(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        label: &Type,
        input: Flow,
        place: &mut Place,
    ) -> Option<TaskBody> {
        // Target: steps from the label to what the loss compares with.
        let mut target = Vec::new();
        let mut target_type = Some(label.clone());
        if let Some(Written { field, env }) = fields.get("target")
            && let Some(value) = self.field_value(field, env)
        {
            let setting = format!("{name}.target");
            (target, target_type) = self.steps(value.stages(), Some(label.clone()), name, &setting, env);
        }
        let outputs = fields.get("head").and_then(|written| self.head(written, input, place));
        let loss = fields.get("loss").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let mut terms = Vec::new();
            let above = fields.beneath("loss");
            let task = LossContext { name, outputs: outputs.as_deref(), target: target_type.as_ref(), fields: &above };
            self.loss_terms(value, 1.0, written.env, &task, &mut terms).then_some(terms)
        });
        let predicted = fields.get("predict").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let (_, output) = outputs.as_ref()?.first()?;
            let raw = Decoded { role: Role::Raw, ty: self.node(*output).ty.clone() };
            self.decoders(value.stages(), raw, &target, name, written.env)
        });
        let prediction = predicted.as_ref().map(|(_, prediction)| prediction.clone());
        let metrics = fields.get("metrics").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let mut metrics = Vec::new();
            let above = fields.beneath("metrics");
            let good = self.metric_list(value, written.env, &above, prediction.as_ref(), label, &mut metrics);
            good.then_some(metrics)
        });
        let metrics = metrics?;
        let select = self.select(fields, &metrics, name)?;
        let class_weights = self.class_weights(fields, label, name)?;
        let (predict, prediction) = predicted?;
        Some(TaskBody {
            target,
            target_type: target_type?,
            outputs: outputs?,
            loss: loss?,
            predict,
            prediction,
            metrics,
            select,
            class_weights,
        })
    }

    /// `head: chain`, or `head { heat: chain, size: chain }`.
    fn head(&mut self, written: Written<'_>, input: Flow, place: &Place) -> Option<Vec<(String, NodeId)>> {
        let Written { field, env } = written;
        if let Some(block) = &field.block {
            return self.named_heads(block, env, input, place);
        }
        let value = self.field_value(field, env)?;
        let mut inside = place.inside("head");
        let mut flow = input;
        for stage in value.stages() {
            flow = self.stage(stage, flow, env, &mut inside);
        }
        Some(vec![("out".to_string(), flow?)])
    }

    fn named_heads(&mut self, block: &Block, env: &Env, input: Flow, place: &Place) -> Option<Vec<(String, NodeId)>> {
        let mut outputs: Vec<(String, NodeId)> = Vec::new();
        let mut good = !block.entries.is_empty();
        for entry in &block.entries {
            let EntryKind::Field(field) = &entry.kind else {
                let diagnostic =
                    Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a head's outputs are written with `:`")
                        .here("`=` does not belong here")
                        .help("write `name: layer -> layer`");
                self.report(diagnostic, env);
                good = false;
                continue;
            };
            if outputs.iter().any(|(other, _)| *other == field.name.name) {
                self.report(super::program::duplicate_field(&field.name.name, field.name.span, block.span), env);
                good = false;
                continue;
            }
            let Some(value) = self.field_value(field, env) else {
                good = false;
                continue;
            };
            let mut inside = place.inside("head").inside(&field.name.name);
            let mut flow = input;
            for stage in value.stages() {
                flow = self.stage(stage, flow, env, &mut inside);
            }
            match flow {
                Some(node) => outputs.push((field.name.name.clone(), node)),
                None => good = false,
            }
        }
        if block.entries.is_empty() {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, "the head has no output")
                .here("empty")
                .help("write `head: dense(label.width)`");
            self.report(diagnostic, env);
        }
        good.then_some(outputs)
    }

    // --------------------------------------------------------------------------------------- loss

    /// Collects the terms of a loss: `a(x) + 0.1 * b(y)`. False after an error.
    fn loss_terms(
        &mut self,
        expr: &Expr,
        weight: f64,
        env: &Env,
        task: &LossContext<'_>,
        terms: &mut Vec<LossTerm>,
    ) -> bool {
        match &expr.bare().kind {
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                let left = self.loss_terms(left, weight, env, task, terms);
                let right = self.loss_terms(right, weight, env, task, terms);
                left && right
            }
            ExprKind::Binary { op: BinaryOp::Multiply, left, right, .. } => {
                let (factor, term) = if is_arithmetic(left) { (left, right) } else { (right, left) };
                let what = "the weight of a loss term";
                match self.constant(factor, &ParamKind::Number, env, what) {
                    Some(ArgValue::Number(value)) if value >= 0.0 => {
                        self.loss_terms(term, weight * value, env, task, terms)
                    }
                    Some(_) => {
                        let diagnostic = Diagnostic::new(
                            &codes::ARGUMENT_RANGE,
                            factor.span,
                            "the weight of a loss term must be at least 0",
                        )
                        .here("must be at least 0");
                        self.report(diagnostic, env);
                        false
                    }
                    None => false,
                }
            }
            ExprKind::Path(path) if path.text() == "inherited" => match task.fields.inherited("loss") {
                Some(Written { field, env }) => match &field.value {
                    Some(value) => {
                        let nothing = Fields { own: None, template: None };
                        self.loss_terms(value, weight, env, &LossContext { fields: &nothing, ..*task }, terms)
                    }
                    None => false,
                },
                None => {
                    self.nothing_inherited(expr.span, "loss", env);
                    false
                }
            },
            _ => self.loss_term(expr, weight, env, task, terms),
        }
    }

    fn loss_term(
        &mut self,
        expr: &Expr,
        weight: f64,
        env: &Env,
        task: &LossContext<'_>,
        terms: &mut Vec<LossTerm>,
    ) -> bool {
        let Some(call) = CallRef::of(expr) else {
            if !matches!(expr.bare().kind, ExprKind::Broken) {
                let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, "a loss is expected here")
                    .here("not a loss")
                    .help("write a sum of losses: `cross_entropy + 0.1 * mae`");
                self.report(diagnostic, env);
            }
            return false;
        };
        // Positional operands are names of outputs; parameters are named.
        let named: Vec<_> = call.args.iter().filter(|arg| arg.name.is_some()).cloned().collect();
        let setting = format!("{}.loss.{}", task.name, call.name());
        let typed = CallRef { path: call.path, args: &named, span: call.span };
        let Some(bound) = self.bind_call_in(losses::ENTRIES, "loss", typed, env, &setting) else { return false };
        let Some(outputs) = task.outputs else { return false };
        let mut operands = Vec::new();
        for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
            let name = arg.value.as_name().map_or("", |name| name.name.as_str());
            match outputs.iter().position(|(other, _)| other == name) {
                Some(index) => operands.push(index),
                None => {
                    let diagnostic = Diagnostic::new(
                        &codes::UNKNOWN_NAME,
                        arg.span,
                        format!("the head has no output `{}`", self.source_text(arg.value.span)),
                    )
                    .here("not an output")
                    .note(format!("it has {}", list(outputs.iter().map(|(name, _)| name.as_str()))))
                    .did_you_mean(name, outputs.iter().map(|(name, _)| name.as_str()));
                    self.report(diagnostic, env);
                    return false;
                }
            }
        }
        if operands.is_empty() {
            if outputs.len() > 1 {
                let diagnostic = Diagnostic::new(
                    &codes::MISSING_ARGUMENT,
                    expr.span,
                    "the head has several outputs, and the loss must name one",
                )
                .here("of which output?")
                .help(format!("write `{}({})`", call.name(), outputs[0].0));
                self.report(diagnostic, env);
                return false;
            }
            operands.push(0);
        }
        let Some(target) = task.target else { return false };
        for operand in &operands {
            let output = self.node(outputs[*operand].1).clone();
            let mut undecided = Undecided::default();
            if let Err(error) = bound.def.check(&output.ty, target, &mut undecided) {
                let mut diagnostic = Diagnostic::new(&codes::LOSS_MISMATCH, expr.span, error.message)
                    .here("cannot compare these")
                    .also(output.span, format!("the output is {}", output.ty));
                if let Some(help) = error.help {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic, env);
                return false;
            }
            let span = env.call_site.as_ref().map_or(expr.span, |site| site.span);
            for (left, right, why) in undecided.0 {
                self.obligations.push(Obligation { left, right, why, span });
            }
        }
        terms.push(LossTerm { weight, def: bound.def, operands, span: expr.span });
        true
    }

    fn nothing_inherited(&mut self, span: Span, field: &str, env: &Env) {
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no `{field}` to inherit"))
            .here("nothing inherited")
            .help("`inherited` stands for what the task's template says");
        self.report(diagnostic, env);
    }

    // ---------------------------------------------------------------------------- predict, metrics

    fn decoders(
        &mut self,
        exprs: &[Expr],
        raw: Decoded,
        target: &[StepUse],
        name: &str,
        env: &Env,
    ) -> Option<(Vec<DecoderDef>, Decoded)> {
        let mut decoded = Some(raw);
        let mut chain = Vec::new();
        for expr in exprs {
            let path = CallRef::of(expr).map_or(String::new(), |call| format!("{name}.predict.{}", call.name()));
            let Some(bound) = self.bind_in(decoders::ENTRIES, "decoder", expr, env, &path) else {
                decoded = None;
                continue;
            };
            if bound.def.inverts_target()
                && let Some(step) = target.iter().find(|step| !step.def.invertible())
            {
                let diagnostic = Diagnostic::new(
                    &codes::NO_INVERSE,
                    expr.span,
                    format!("the target's step `{}` cannot be undone", step.def.name()),
                )
                .here("needs every step to have an inverse")
                .also(step.span, "has none");
                self.report(diagnostic, env);
                decoded = None;
                continue;
            }
            let Some(before) = decoded.take() else { continue };
            match bound.def.infer(&before) {
                Ok(after) => {
                    chain.push(bound.def);
                    decoded = Some(after);
                }
                Err(error) => {
                    let mut diagnostic =
                        Diagnostic::new(&codes::WRONG_KIND, expr.span, error.message).here("does not fit here");
                    if let Some(help) = error.help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic, env);
                }
            }
        }
        Some((chain, decoded?))
    }

    fn metric_list(
        &mut self,
        expr: &Expr,
        env: &Env,
        fields: &Fields<'_>,
        prediction: Option<&Decoded>,
        label: &Type,
        found: &mut Vec<MetricDef>,
    ) -> bool {
        match &expr.bare().kind {
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                let left = self.metric_list(left, env, fields, prediction, label, found);
                let right = self.metric_list(right, env, fields, prediction, label, found);
                left && right
            }
            ExprKind::Path(path) if path.text() == "inherited" => match fields.inherited("metrics") {
                Some(Written { field, env }) => match &field.value {
                    Some(value) => {
                        let nothing = Fields { own: None, template: None };
                        self.metric_list(value, env, &nothing, prediction, label, found)
                    }
                    None => false,
                },
                None => {
                    self.nothing_inherited(expr.span, "metrics", env);
                    false
                }
            },
            ExprKind::List(members) => {
                let mut good = true;
                for member in members {
                    good &= self.metric(member, env, prediction, label, found);
                }
                good
            }
            _ => self.metric(expr, env, prediction, label, found),
        }
    }

    fn metric(
        &mut self,
        expr: &Expr,
        env: &Env,
        prediction: Option<&Decoded>,
        label: &Type,
        found: &mut Vec<MetricDef>,
    ) -> bool {
        let Some(bound) = self.bind_in(metrics::ENTRIES, "metric", expr, env, "") else { return false };
        if let Some(prediction) = prediction
            && let Err(error) = bound.def.check(prediction, label)
        {
            let mut diagnostic =
                Diagnostic::new(&codes::METRIC_MISMATCH, expr.span, error.message).here("does not fit the task");
            if let Some(help) = error.help {
                diagnostic = diagnostic.help(help);
            }
            self.report(diagnostic, env);
            return false;
        }
        if !found.iter().any(|other| other.key() == bound.def.key()) {
            found.push(bound.def);
        }
        true
    }

    /// Which metric chooses the best model.
    fn select(&mut self, fields: &Fields<'_>, metrics: &[MetricDef], name: &str) -> Option<usize> {
        let Some(Written { field, env }) = fields.get("select") else {
            let first = metrics.iter().position(|metric| metric.direction() != Direction::NotAScore);
            if let Some(index) = first {
                self.setting(format!("{name}.select"), metrics[index].key(), true);
                return Some(index);
            }
            let span = rows_span(fields);
            self.sink.push(
                Diagnostic::new(
                    &codes::MISSING_PART,
                    span,
                    format!("task `{name}` has no metric to choose the best model by"),
                )
                .here("no score among its metrics")
                .help("add one: `metrics: inherited + [accuracy]`"),
            );
            return None;
        };
        let value = self.field_value(field, env)?;
        let call = CallRef::of(value)?;
        let named = call.path.text();
        let wanted = if call.args.is_empty() {
            None
        } else {
            Some(self.bind_in(metrics::ENTRIES, "metric", value, env, "")?.def)
        };
        let found = metrics.iter().position(|metric| match &wanted {
            Some(wanted) => metric == wanted,
            None => metric.name() == named || metric.key() == named,
        });
        let Some(index) = found else {
            let keys: Vec<String> = metrics.iter().map(MetricDef::show_call).collect();
            let mut diagnostic = Diagnostic::new(
                &codes::UNKNOWN_NAME,
                value.span,
                format!("`{}` is none of the metrics of task `{name}`", self.source_text(value.span)),
            )
            .here("not among its metrics")
            .note(format!("its metrics are {}", list(keys.iter().map(String::as_str))))
            .did_you_mean(&named, keys.iter().map(String::as_str));
            if metrics::find(&named).is_some() {
                let other = metrics.iter().find(|metric| metric.direction() != Direction::NotAScore);
                let other = other
                    .map_or(String::new(), |metric| format!(", or choose by another: `select: {}`", metric.name()));
                diagnostic = diagnostic.help(format!("add it: `metrics: inherited + [{named}]`{other}"));
            }
            self.report(diagnostic, env);
            return None;
        };
        if metrics[index].direction() == Direction::NotAScore {
            let diagnostic = Diagnostic::new(
                &codes::METRIC_MISMATCH,
                value.span,
                format!("`{}` is no score, so the best model cannot be chosen by it", metrics[index].name()),
            )
            .here("not a score");
            self.report(diagnostic, env);
            return None;
        }
        Some(index)
    }

    fn class_weights(&mut self, fields: &Fields<'_>, label: &Type, name: &str) -> Option<ClassWeights> {
        let Some(Written { field, env }) = fields.get("class_weights") else {
            self.setting(format!("{name}.class_weights"), "none", true);
            return Some(ClassWeights::None);
        };
        let value = self.field_value(field, env)?;
        let Kind::Category { classes } = &label.kind else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_LABEL,
                field.span,
                format!("class weights need a label with classes, and this label is {}", label.kind.words()),
            )
            .here("no classes to weigh");
            self.report(diagnostic, env);
            return None;
        };
        if let Some(word) = value.as_name() {
            match word.name.as_str() {
                "balanced" => return Some(ClassWeights::Balanced),
                "none" => return Some(ClassWeights::None),
                _ => {}
            }
        }
        if !matches!(value.bare().kind, ExprKind::List(_)) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                value.span,
                "`class_weights` is `balanced`, `none` or a list of one number per class",
            )
            .here("none of these")
            .did_you_mean(&self.source_text(value.span), ["balanced", "none"]);
            self.report(diagnostic, env);
            return None;
        }
        let kind = ParamKind::List(Box::new(ParamKind::Number));
        let ArgValue::List(members) = self.constant(value, &kind, env, "`class_weights`")? else { return None };
        let numbers: Vec<f64> = members
            .iter()
            .filter_map(|member| match member {
                ArgValue::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        if numbers.iter().any(|number| !number.is_finite() || *number < 0.0)
            || numbers.iter().all(|number| *number == 0.0)
        {
            let diagnostic =
                Diagnostic::new(&codes::ARGUMENT_RANGE, value.span, "class weights are at least 0, and one is above 0")
                    .here("out of range");
            self.report(diagnostic, env);
            return None;
        }
        let given = Dim::int(numbers.len() as i64);
        match given.equality(classes) {
            crate::catalog::Equality::Proven => {}
            crate::catalog::Equality::Refuted => {
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    value.span,
                    format!("the label has {classes} classes, and {given} weights are given"),
                )
                .here(format!("{given} weights"));
                self.report(diagnostic, env);
                return None;
            }
            crate::catalog::Equality::DependsOnData => self.obligations.push(Obligation {
                left: given,
                right: classes.clone(),
                why: "there is one class weight per class".into(),
                span: value.span,
            }),
        }
        Some(ClassWeights::Given(numbers))
    }
}

struct LossContext<'a> {
    name: &'a str,
    outputs: Option<&'a [(String, NodeId)]>,
    target: Option<&'a Type>,
    fields: &'a Fields<'a>,
}

/// Whether an expression is a constant rather than a call of a loss.
fn is_arithmetic(expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Number(_) | ExprKind::Negate(_) => true,
        ExprKind::Path(path) => losses::find(&path.text()).is_none(),
        ExprKind::Binary { left, right, .. } => is_arithmetic(left) && is_arithmetic(right),
        _ => false,
    }
}

/// The place of a task's block, for problems that no field carries.
fn rows_span(fields: &Fields<'_>) -> Span {
    fields.own.or(fields.template).map_or(Span::default(), |(block, _)| block.span)
}

impl MetricDef {
    /// As written in a list of metrics: `accuracy`, `f1(average: macro)`.
    fn show_call(&self) -> String {
        self.name().to_string()
    }
}
