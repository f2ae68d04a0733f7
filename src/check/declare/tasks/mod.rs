//! Elaborates tasks: label, target, head, loss, prediction, metrics.

mod beside;
mod body;
mod gain;
mod head;
mod loss;
mod maps;
mod per_class;
mod predict;
mod rows;
mod sample;
mod targets;
mod threshold;
mod writes;

use std::collections::HashMap;
use std::rc::Rc;

use self::body::TaskBody;
use crate::catalog::Dim;
use crate::check::constants::bind::CallRef;
use crate::check::declare::template::{Fields, TASK_FIELDS};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::{CallSite, Env};
use crate::check::resolve::program::{DeclId, list};
use crate::check::resolve::progress::Progress;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Owner, Task};
use crate::source::Span;
use crate::syntax::tree::Decl;

impl Checker<'_> {
    pub(in crate::check) fn task_decl(&mut self, id: DeclId) -> Option<usize> {
        match self.declared.tasks_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.declared.tasks_of.insert(id, Progress::Open);
        self.names.open.push(id);
        let decl = self.decl(id);
        let index = self.task(&decl, self.module_of(id));
        self.names.open.pop();
        self.declared.tasks_of.insert(id, Progress::Done(index));
        index
    }

    fn task(&mut self, decl: &Decl, module: usize) -> Option<usize> {
        let name = decl.name.as_ref()?;
        let mut own_env = Env::of_module(module);
        let what = format!("task `{}`", name.name);
        if let Some(block) = &decl.block {
            self.validate_fields(block, &what, &TASK_FIELDS, &own_env);
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
                    let label = decl.block.as_ref().and_then(|block| block.field("label"));
                    let label = label.and_then(|field| field.value.as_ref());
                    let classes = label.and_then(|label| self.classes_of(label, module));
                    let constants = self.bind_parameters(
                        &template_name,
                        parameters,
                        args,
                        kind.span,
                        template_module,
                        classes.as_deref(),
                        &own_env,
                    );
                    if let (None, None, [], [only]) = (&constants, &classes, args, parameters)
                        && let Some(label) = label
                    {
                        self.ask_for_a_class(label, &template_name, only, kind.span, module);
                    }
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
                        targets: None,
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
        let first_node = self.flowing.nodes.len();
        let mut input = self.flow(source, &own_env, &mut place);
        for stage in chain {
            input = self.stage(stage, input, &own_env, &mut place);
        }
        if let (Some((template, env)), Some(kind)) = (&mut template, &decl.kind) {
            let parameters = template.params.as_deref().unwrap_or(&[]);
            let args = CallRef::of(kind).map_or(&[][..], |call| call.args);
            let owner = template.name.as_ref().map_or("", |name| name.name.as_str());
            env.locals = self.bind_values(owner, parameters, args, kind.span, &own_env, &place);
            good &= env.locals.values().all(Option::is_some);
        }
        // The label.
        let label_field = decl.block.as_ref().and_then(|block| block.field("label"));
        let label = match label_field {
            Some(field) => {
                let value = self.field_value(field, &own_env);
                value.and_then(|value| self.label(value, &own_env))
            }
            None => {
                if decl.block.as_ref().is_some_and(|block| !self.written_wrongly(block, "label", &TASK_FIELDS)) {
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
        let lost = self.broken_within(decl.span);
        if good && let Some(message) = crate::check::declare::template::missing(&fields, decl) {
            good = false;
            if lost {
                return None;
            }
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, decl.keyword_span.to(name.span), message)
                .here("incomplete")
                .help(format!(
                    "write the fields, or start from a template: `task {}: classification from …` ({} are in `std.tasks`)",
                    name.name,
                    list(crate::check::resolve::standard::tasks())
                ));
            self.sink.push(diagnostic);
        }
        let label = label?;
        let own = |name: &str| decl.block.as_ref().and_then(|block| block.field(name));
        let weight = own("weight").map(|field| self.row_weight(field, &name.name, label.data, &own_env));
        let sample_space = own("where").map(|field| self.sample_space(field, &name.name, label.data, &own_env));
        if !good {
            return None;
        }
        let body = self.task_body(&fields, &name.name, &label.ty, &[label.data], input, &mut place)?;
        if !self.classes_exist(&body.targets, &label, decl.kind.as_ref().map_or(name.span, |kind| kind.span)) {
            return None;
        }
        self.rows_meet_label(&name.name, &body, label.data, label.span, input);
        if let (Some(field), true) = (own("weight"), body.loss.iter().any(|term| term.def.contrasts())) {
            let message = "rows cannot count differently where each is compared with the others of its batch";
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, field.name.span, message)
                .here("weighs rows")
                .help("leave rows out by `where`, or let the table hold some of them more often");
            self.sink.push(diagnostic);
            return None;
        }
        if weight == Some(None) || sample_space.as_ref().is_some_and(Option::is_none) {
            return None;
        }
        let family = self.family_of(&name.name);
        let index = self.declared.tasks.len();
        for node in &mut self.flowing.nodes[first_node..] {
            if node.owner == Owner::Task(usize::MAX) {
                node.owner = Owner::Task(index);
            }
        }
        let members = body.outputs.iter().map(|(_, output)| {
            let members = self.node(*output).ty.members().and_then(Dim::value);
            members.and_then(|members| usize::try_from(members).ok()).unwrap_or(1)
        });
        let members = members.collect();
        self.declared.tasks.push(Task {
            name: name.name.clone(),
            doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            family,
            template: template.as_ref().and_then(|(decl, _)| decl.name.as_ref().map(|name| name.name.clone())),
            label,
            targets: body.targets,
            lies_in: body.lies_in,
            from: input?,
            outputs: body.outputs,
            writes: body.writes,
            members,
            loss: body.loss,
            predict: body.predict,
            prediction: body.prediction,
            metrics: body.metrics,
            select: body.select,
            gain: body.gain,
            chooses: body.chooses,
            threshold: body.threshold,
            class_weights: body.class_weights,
            weight: weight.flatten(),
            sample_space: sample_space.flatten().unwrap_or_default(),
            resample: body.resample,
            stop: body.stop,
            reads: Vec::new(),
            span: name.span,
        });
        Some(index)
    }

    /// The label must belong to rows that reach the head.
    fn rows_meet_label(&mut self, name: &str, body: &TaskBody, data: usize, label: Span, input: Flow) {
        for (_, output) in &body.outputs {
            let node = self.node(*output).clone();
            if !node.rows.contains(&data) {
                let reads: Vec<String> = node.rows.iter().map(|data| self.declared.data[*data].name.clone()).collect();
                self.sink.push(
                    Diagnostic::new(
                        &codes::SHAPE,
                        label,
                        format!(
                            "task `{name}` reads rows of {}, and its label is in `{}`",
                            list(reads.iter().map(String::as_str)),
                            self.declared.data[data].name
                        ),
                    )
                    .here(format!("rows of `{}`", self.declared.data[data].name))
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
}

/// The place of a task's block, for problems that no field carries.
fn rows_span(fields: &Fields<'_>) -> Span {
    fields.own.or(fields.template).map_or(Span::default(), |(block, _)| block.span)
}
