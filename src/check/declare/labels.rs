//! Labels: the columns a task learns from, and which tasks read one another.

use std::collections::BTreeSet;

use crate::catalog::kinds::Reading;
use crate::catalog::{Dim, Kind, Type};
use crate::check::constants::yes_class::yes_class;
use crate::check::resolve::env::{Env, LabelSizes};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{ColumnRef, Label, NodeId};
use crate::syntax::tree::{Expr, ExprKind};

impl Checker<'_> {
    /// The label of a task: `label: penguins.species`, `label: people[weight, waist]`.
    pub(in crate::check) fn label(&mut self, expr: &Expr, env: &Env) -> Option<Label> {
        match self.columns_read(expr, Reading::Label, env) {
            Some(read) => {
                let (data, columns) = read?;
                let mut ty = self.read_type(&[data], &columns, Reading::Label, expr.span)?;
                let mut yes = Vec::new();
                if matches!(ty.kind, Kind::Categories { .. }) {
                    yes = self.yes_classes(&columns, expr, env)?;
                    ty = Type::features(Kind::Labels, ty.rows().clone(), Dim::int(columns.len() as i64));
                } else if columns.len() > 1 && !matches!(ty.kind, Kind::Real) {
                    let diagnostic = Diagnostic::new(
                        &codes::WRONG_LABEL,
                        expr.span,
                        format!("a label of several columns is a vector of numbers, and these are {}", ty.kind.words()),
                    )
                    .here("several columns")
                    .help("give each of them a task of its own");
                    self.report(diagnostic, env);
                    return None;
                }
                Some(Label { data, columns, yes, ty, span: expr.span })
            }
            None => {
                if matches!(expr.bare().kind, ExprKind::Broken) {
                    return None;
                }
                let data = self.data_names(env.module);
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_LABEL, expr.span, "a label is a column of a data set".to_string())
                        .here("not a column");
                if let ExprKind::String(text) = &expr.bare().kind {
                    let (text, bare) = (text.clone(), text.rsplit('.').next().unwrap_or(text).to_string());
                    let owner = self.declared.columns_by_name.iter().position(|columns| columns.contains_key(&bare));
                    let full = owner.map_or(text, |owner| format!("{}.{bare}", self.declared.data[owner].name));
                    diagnostic = diagnostic.help(format!("write it without quotes: `{full}`"));
                    if owner.is_some() {
                        diagnostic = diagnostic.fix(format!("write `{full}`"), expr.span, full);
                    }
                } else if let Some(path) = expr.as_path()
                    && let [only] = path.parts.as_slice()
                {
                    let owner =
                        self.declared.columns_by_name.iter().position(|columns| columns.contains_key(&only.name));
                    diagnostic = match owner {
                        Some(owner) => {
                            let full = format!("{}.{}", self.declared.data[owner].name, only.name);
                            diagnostic.help(format!("write `{full}`")).fix(format!("write `{full}`"), expr.span, full)
                        }
                        None => diagnostic.help("write `label: data.column`"),
                    };
                } else if let Some(path) = expr.as_path() {
                    let first = &path.parts[0];
                    diagnostic =
                        Diagnostic::new(&codes::UNKNOWN_NAME, first.span, format!("there is no data `{}`", first.name))
                            .here("unknown data")
                            .did_you_mean(&first.name, data.iter().map(String::as_str));
                    self.mark_meant(&diagnostic, env.module);
                }
                self.report(diagnostic, env);
                None
            }
        }
    }

    /// For several yes-or-no columns, which are one set of labels together: the class that means yes in each.
    fn yes_classes(&mut self, columns: &[ColumnRef], expr: &Expr, env: &Env) -> Option<Vec<String>> {
        let mut yes = Vec::new();
        for reference in columns {
            let column = &self.declared.data[reference.data].columns[reference.column];
            let classes = column.kind.declared_classes();
            if let Some(class) = classes.and_then(yes_class) {
                yes.push(class.to_string());
                continue;
            }
            let family = match expr.bare().kind {
                ExprKind::Index { ref base, .. } => self.source_text(base.span),
                _ => String::new(),
            };
            let list = self.source_text(expr.span).trim_start_matches(&family).to_string();
            let (what, help) = match classes {
                Some([one, two]) => (
                    format!("and of {one:?} and {two:?} in `{}` none means yes", column.name),
                    format!("say which does: `category(\"no\", \"yes\") map {{ {one:?}: \"no\", {two:?}: \"yes\" }}`"),
                ),
                _ => (
                    format!("and `{}` is not declared to be one", column.name),
                    format!("declare it: `{}: category(\"no\", \"yes\")`, with the two texts of the file", column.name),
                ),
            };
            let message = format!("several categories are one label if each is yes or no, {what}");
            let diagnostic = Diagnostic::new(&codes::WRONG_LABEL, expr.span, message)
                .here("several categories")
                .also(column.span, format!("`{}` is declared here", column.name))
                .help(format!("{help}; or make a task of each column: `task NAME{list}: …` with `label: {family}`"));
            self.report(diagnostic, env);
            return None;
        }
        Some(yes)
    }

    /// What `label.classes` and `label.width` are for a label of this type.
    pub(in crate::check) fn label_sizes(ty: &Type) -> LabelSizes {
        let (classes, width) = match &ty.kind {
            Kind::Category { classes } => (Some(classes.clone()), None),
            Kind::Labels => (Some(ty.last().size.clone()), Some(ty.last().size.clone())),
            Kind::Boxes { classes }
            | Kind::Instances { classes }
            | Kind::Keypoints { classes }
            | Kind::Tracks { classes } => (Some(classes.clone()), None),
            Kind::Real => (None, Some(ty.last().size.clone())),
            _ => (None, None),
        };
        LabelSizes { classes, width, vocabulary: None, kind: ty.kind.words() }
    }

    /// Which tasks' outputs each task reads.
    pub(in crate::check) fn task_reads(&mut self) {
        let owners: std::collections::HashMap<NodeId, usize> = self
            .declared
            .tasks
            .iter()
            .enumerate()
            .flat_map(|(index, task)| task.outputs.iter().map(move |(_, node)| (*node, index)))
            .collect();
        // Nodes come after what they read. Only those that depend on some task's output are walked, so that a thousand
        // tasks on one trunk cost no thousand walks through it.
        let mut depends = vec![false; self.flowing.nodes.len()];
        for index in 0..self.flowing.nodes.len() {
            depends[index] = owners.contains_key(&NodeId(index))
                || self.flowing.nodes[index].inputs.iter().any(|input| depends.get(input.0).copied().unwrap_or(false));
        }
        for index in 0..self.declared.tasks.len() {
            let mut open: Vec<NodeId> = self.declared.tasks[index].outputs.iter().map(|(_, node)| *node).collect();
            let mut seen = BTreeSet::new();
            let mut reads = BTreeSet::new();
            while let Some(node) = open.pop() {
                if !seen.insert(node) {
                    continue;
                }
                reads.extend(owners.get(&node).copied().filter(|owner| *owner != index));
                open.extend(self.node(node).inputs.iter().copied().filter(|input| depends[input.0]));
            }
            self.declared.tasks[index].reads = reads.into_iter().collect();
        }
    }
}
