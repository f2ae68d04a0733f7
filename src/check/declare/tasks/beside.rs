//! Metrics that look at the answers of another task too: whether there is such a task, and whether both are about the same pictures.

use crate::catalog::Type;
use crate::catalog::metrics::MetricDef;
use crate::check::constants::bind::CallRef;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::resolve::progress::Progress;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::syntax::tree::{Expr, Keyword};

impl Checker<'_> {
    /// False after an error; `others` are the metrics before it.
    pub(super) fn task_beside(
        &mut self,
        metric: &MetricDef,
        others: &[MetricDef],
        expr: &Expr,
        label: &Type,
        env: &Env,
    ) -> bool {
        let Some(name) = metric.beside() else { return true };
        let called = |value: &&Expr| value.as_name().is_some_and(|word| word.name == name);
        let named = CallRef::of(expr).and_then(|call| call.args.iter().map(|arg| &arg.value).find(called));
        let span = named.map_or(expr.span, |named| named.span);
        let module = &self.names.program.modules[env.module];
        let is_task = |keyword: Keyword| keyword == Keyword::Task;
        let id = module.values.get(name).copied().filter(|id| is_task(self.names.program.decls[id.0].decl.keyword));
        let Some(id) = id else {
            let module = &self.names.program.modules[env.module];
            let tasks = module.values.iter().filter(|(_, id)| is_task(self.names.program.decls[id.0].decl.keyword));
            let mut tasks: Vec<&str> = tasks.map(|(name, _)| name.as_str()).collect();
            tasks.sort_unstable();
            let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no task `{name}`"))
                .here("not a task")
                .note(format!("the tasks are {}", list(tasks.iter().copied())))
                .did_you_mean(name, tasks.iter().copied());
            self.report(diagnostic, env);
            return false;
        };
        self.use_at(id, span);
        let open = matches!(self.declared.tasks_of.get(&id), Some(Progress::Open));
        // One that has an error of its own is silent here.
        let Some(other) = self.task_decl(id).map(|task| self.declared.tasks[task].label.clone()) else {
            if open {
                let message =
                    format!("`{}` looks at task `{name}`, which is not done before this one is", metric.name());
                self.report(
                    Diagnostic::new(&codes::CYCLE, span, message).here("this task itself, or one that looks at it"),
                    env,
                );
            }
            return !open;
        };
        let what = match other.ty.classes_of_pixels() {
            None => format!("says of each pixel its class, and the label of task `{name}` is {}", other.ty.words()),
            Some(_) if other.ty.rows() != label.rows() => {
                format!("is about the same rows, and task `{name}` has its label in another data set")
            }
            Some(_) if others.iter().filter_map(|before| before.beside()).any(|before| before != name) => {
                let message = format!("`{}` looks at task `{name}`, and a metric before it at another", metric.name());
                let diagnostic = Diagnostic::new(&codes::METRIC_MISMATCH, span, message).here("one task too many");
                self.report(diagnostic.help("name one task in all metrics of this one"), env);
                return false;
            }
            Some(_) => return true,
        };
        let message = format!("`{}` looks at a task that {what}", metric.name());
        let diagnostic =
            Diagnostic::new(&codes::METRIC_MISMATCH, span, message).here("does not fit").also(other.span, "its label");
        self.report(diagnostic.help("name a task such as `segmentation`, with a label of kind `mask`"), env);
        false
    }
}
