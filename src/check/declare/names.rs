//! What a name reads where a value flows: a local value, an input, a node, another task's output.

use crate::catalog::layers;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::DeclId;
use crate::check::resolve::progress::Progress;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Owner;
use crate::source::Span;
use crate::syntax::tree::{Ident, Keyword, Path};

impl Checker<'_> {
    /// Whether a value of the spec could not be elaborated, which has been reported.
    pub(in crate::check) fn has_failed(&self, name: &str) -> bool {
        let Some(id) = self.names.program.modules[0].values.get(name) else { return false };
        matches!(self.declared.nodes_of.get(id), Some(Progress::Done(None)))
            || matches!(self.declared.shared_of.get(id), Some(Progress::Done(None)))
            || matches!(self.declared.tasks_of.get(id), Some(Progress::Done(None)))
    }

    /// What a name reads: a local value, an input, a node, another task's output.
    pub(in crate::check) fn read_path(&mut self, path: &Path, env: &Env) -> Flow {
        let first = &path.parts[0];
        if let (Some(local), None) = (env.locals.get(&first.name), path.parts.get(1)) {
            return *local;
        }
        if self.names.program.modules[env.module].lost.contains(&first.name) {
            return None;
        }
        let Some(id) = self.names.program.modules[env.module].values.get(&first.name).copied() else {
            let diagnostic = self.unknown_value(first, env);
            self.report(diagnostic, env);
            return None;
        };
        let decl = self.decl(id);
        self.use_at(id, first.span);
        match (decl.keyword, path.parts.as_slice()) {
            (Keyword::Input | Keyword::Let, [_]) => self.read_node(id, path.span),
            (Keyword::Shared, parts) => {
                let index = self.read_shared(id, path.span)?;
                let name = match parts {
                    [] | [_] => "out",
                    [_, output] => output.name.as_str(),
                    [_, _, surplus, ..] => {
                        let diagnostic = self.no_member(surplus, &[], env);
                        self.report(diagnostic, env);
                        return None;
                    }
                };
                let outputs = self.declared.shared[index].outputs.clone();
                match outputs.iter().find(|(other, _)| other == name) {
                    Some((_, node)) => Some(*node),
                    None if parts.len() == 1 => None,
                    None => {
                        let known: Vec<&str> = outputs.iter().map(|(name, _)| name.as_str()).collect();
                        let diagnostic = self.no_member(&parts[1], &known, env);
                        self.report(diagnostic, env);
                        None
                    }
                }
            }
            (Keyword::Task, parts) => self.read_task(id, parts, path.span, env),
            (Keyword::Data, _) => {
                let text = path.text();
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{text}` is data, which only an `input` reads"),
                )
                .here("data")
                .help(format!("declare an input and read that: `input name from {text}`"));
                self.report(diagnostic, env);
                None
            }
            (Keyword::Param, _) => {
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{}` is a param, a constant; it is no value that flows", path.text()),
                )
                .here("a constant")
                .also(decl.span, "declared here");
                self.report(diagnostic, env);
                None
            }
            (Keyword::Instance, _) => {
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{}` is an instance of a block, which needs a value to work on", path.text()),
                )
                .here("needs an input")
                .help(format!("write `value -> {}`", path.text()));
                self.report(diagnostic, env);
                None
            }
            (_, [_, member, ..]) => {
                let diagnostic = self.no_member(member, &[], env);
                self.report(diagnostic, env);
                None
            }
            _ => None,
        }
    }

    fn read_task(&mut self, id: DeclId, parts: &[Ident], span: Span, env: &Env) -> Flow {
        if let Some(Progress::Open) = self.declared.tasks_of.get(&id) {
            self.cycle(id, span);
            return None;
        }
        let task = self.task_decl(id)?;
        let outputs = self.declared.tasks[task].outputs.clone();
        if self.declared.tasks[task].writes.iter().any(Option::is_some) {
            let name = &self.declared.tasks[task].name;
            let diagnostic = Diagnostic::new(
                &codes::NOT_A_VALUE,
                span,
                format!("task `{name}` writes its answer token by token, and nothing else can read it meanwhile"),
            )
            .here("no value of the whole answer")
            .help("read what the task itself reads");
            self.report(diagnostic, env);
            return None;
        }
        match (parts, outputs.as_slice()) {
            ([_], [(_, only)]) => Some(*only),
            ([name], many) => {
                let names: Vec<String> = many.iter().map(|(output, _)| format!("`{}.{output}`", name.name)).collect();
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    span,
                    format!("task `{}` has several outputs, and one must be named", name.name),
                )
                .here("which output?")
                .help(format!("read one of {}", names.join(", ")));
                self.report(diagnostic, env);
                None
            }
            ([_, output, ..], many) => match many.iter().find(|(other, _)| *other == output.name) {
                Some((_, node)) => Some(*node),
                None => {
                    let known: Vec<&str> = many.iter().map(|(name, _)| name.as_str()).collect();
                    let diagnostic = self.no_member(output, &known, env);
                    self.report(diagnostic, env);
                    None
                }
            },
            ([], _) => None,
        }
    }

    fn no_member(&mut self, member: &Ident, known: &[&str], _env: &Env) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, member.span, format!("there is no `{}` in it", member.name))
                .here("unknown")
                .did_you_mean(&member.name, known.iter().copied());
        if !known.is_empty() {
            diagnostic =
                diagnostic.note(format!("it has {}", crate::check::resolve::program::list(known.iter().copied())));
        }
        diagnostic
    }

    fn unknown_value(&mut self, name: &Ident, env: &Env) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("nothing is called `{}`", name.name))
                .here("unknown name");
        if let Some(family) = self.declared.families.iter().find(|family| family.name == name.name) {
            let members = family.members.iter().take(5).map(String::as_str);
            return diagnostic
                .help(format!("`{}` is a family of tasks: read one of them", name.name))
                .note(format!("its first tasks are {}", crate::check::resolve::program::list(members)));
        }
        if layers::find(&name.name).is_some() {
            return diagnostic
                .help(format!("`{}` is a layer; it stands after a value: `value -> {}`", name.name, name.name));
        }
        if self.may_suggest() {
            let mut known: Vec<String> = env.locals.keys().cloned().collect();
            known.extend(
                self.names.program.modules[env.module]
                    .values
                    .iter()
                    .filter(|(_, id)| {
                        let keyword = self.names.program.decls[id.0].decl.keyword;
                        matches!(keyword, Keyword::Input | Keyword::Let | Keyword::Shared | Keyword::Task)
                    })
                    .map(|(name, _)| name.clone()),
            );
            known.sort();
            diagnostic = diagnostic.did_you_mean(&name.name, known.iter().map(String::as_str));
            self.mark_meant(&diagnostic, env.module);
            if diagnostic.help.is_none() && !known.is_empty() && known.len() <= 12 {
                diagnostic = diagnostic.note(format!(
                    "known here: {}",
                    crate::check::resolve::program::list(known.iter().map(String::as_str))
                ));
            }
        }
        diagnostic
    }

    /// The node of an `input` or a `let`.
    fn read_node(&mut self, id: DeclId, at: Span) -> Flow {
        if let Some(Progress::Open) = self.declared.nodes_of.get(&id) {
            self.cycle(id, at);
            return None;
        }
        self.node_decl(id)
    }

    /// Elaborates an `input` or a `let` once.
    pub(in crate::check) fn node_decl(&mut self, id: DeclId) -> Flow {
        match self.declared.nodes_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.declared.nodes_of.insert(id, Progress::Open);
        self.names.open.push(id);
        let decl = self.decl(id);
        let env = Env::of_module(self.module_of(id));
        let node = match (decl.keyword, &decl.name, &decl.value) {
            (Keyword::Input, _, _) => self.input_decl(&decl, &env),
            (_, Some(name), Some(value)) => {
                let mut place = Place::new(name.name.clone(), Owner::Value);
                self.flow(value, &env, &mut place)
            }
            _ => None,
        };
        self.names.open.pop();
        self.declared.nodes_of.insert(id, Progress::Done(node));
        node
    }
}
