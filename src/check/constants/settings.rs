//! The settings of a spec: what is listed for `--show-defaults`, and what `--set` and variants override.

use std::collections::HashMap;

use crate::catalog::{Args, ParamSpec};
use crate::check::resolve::fields::TRAIN_FIELDS;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Setting;
use crate::source::Span;
use crate::syntax::tree::{Expr, Keyword};

impl Checker<'_> {
    /// Lists an entry's arguments among the settings.
    pub fn settings_of(&mut self, path: &str, specs: &[ParamSpec], args: &Args, given: &HashMap<&'static str, Span>) {
        for spec in specs {
            if let Some(value) = args.get(spec.name) {
                self.constants.settings.push(Setting {
                    path: format!("{path}.{}", spec.name),
                    value: value.show(),
                    is_default: !given.contains_key(spec.name),
                });
            }
        }
    }

    pub fn setting(&mut self, path: impl Into<String>, value: impl Into<String>, is_default: bool) {
        self.constants.settings.push(Setting { path: path.into(), value: value.into(), is_default });
    }

    // ---------------------------------------------------------------------------------- overrides

    /// What `--set`, else the variant, says of a setting; the last one counts. `None` inside if it cannot be read, which
    /// has been reported.
    pub(in crate::check) fn override_of(&mut self, name: &str) -> Option<Option<Expr>> {
        let given = self.options.set.iter().rev().find(|(other, _)| other == name);
        if let Some((_, text)) = given.cloned() {
            let file = self.sources.add(format!("--set {name}"), None, text.as_str());
            return Some(crate::syntax::parse_expr(file, &text, self.sink));
        }
        self.constants.variant.iter().find(|(other, _)| other == name).map(|(_, expr)| Some(expr.clone()))
    }

    pub(in crate::check) fn is_overridden(&self, name: &str) -> bool {
        self.options.set.iter().any(|(other, _)| other == name)
            || self.constants.variant.iter().any(|(other, _)| other == name)
    }

    /// Whether something declares a setting of this name.
    pub(in crate::check) fn is_setting(&self, name: &str) -> bool {
        let values = &self.names.program.modules[0].values;
        let keyword = |name: &str| values.get(name).map(|id| self.names.program.decls[id.0].decl.keyword);
        match name.split_once('.') {
            None => keyword(name) == Some(Keyword::Param),
            Some(("weights", "by")) => true,
            Some(("weights", task)) => {
                keyword(task) == Some(Keyword::Task) || self.declared.families.iter().any(|family| family.name == task)
            }
            Some(("train", field)) => TRAIN_FIELDS.contains(&field),
            Some((node, "by")) => keyword(node) == Some(Keyword::Shared),
            Some(_) => false,
        }
    }

    /// A problem with the name of a setting that nothing declares.
    pub(in crate::check) fn unknown_setting(
        &mut self,
        name: &str,
        value: &str,
        span: Span,
        what: &str,
        on_command_line: bool,
    ) -> Diagnostic {
        let lacks = match name.split_once('.') {
            None => "the spec has no param of this name".to_string(),
            Some(("weights", task)) => format!("the spec has no task `{task}`"),
            Some(("train", field)) => format!("`train` has no field `{field}`"),
            Some((node, "by")) => format!("the spec has no shared node `{node}`"),
            Some(_) => "there is no such setting".to_string(),
        };
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_SETTING, span, format!("{what}: {lacks}")).here("unknown").note(
                "what can be set: params, `weights.TASK`, `weights.by`, `NODE.by` of a shared node and `train.FIELD`",
            );
        if let Some(right) = self.setting_by_another_name(name, value) {
            let written = if on_command_line {
                format!("--set {}", quoted_pair(&right))
            } else {
                format!("{}: {}", right.0, right.1)
            };
            diagnostic = diagnostic.help(format!("write `{written}`"));
            return diagnostic;
        }
        if !self.may_suggest() {
            return diagnostic;
        }
        let mut candidates: Vec<String> = self.param_names(0);
        candidates.extend(TRAIN_FIELDS.iter().map(|field| format!("train.{field}")));
        candidates.push("weights.by".into());
        candidates.extend(self.declared.families.iter().map(|family| format!("weights.{}", family.name)));
        for (name, id) in &self.names.program.modules[0].values {
            match self.names.program.decls[id.0].decl.keyword {
                Keyword::Shared => candidates.push(format!("{name}.by")),
                Keyword::Task => candidates.push(format!("weights.{name}")),
                _ => {}
            }
        }
        candidates.sort();
        diagnostic.did_you_mean(name, candidates.iter().map(String::as_str))
    }

    /// What a setting is called here, with the value that it then gets.
    fn setting_by_another_name(&self, name: &str, value: &str) -> Option<(String, String)> {
        let field = name.strip_prefix("train.").unwrap_or(name);
        let alone = field.rsplit('.').next().unwrap_or(field);
        let fields = TRAIN_FIELDS;
        let of_optimizer =
            [("lr", "lr"), ("learning_rate", "lr"), ("weight_decay", "weight_decay"), ("momentum", "momentum")];
        if let Some((_, parameter)) = of_optimizer.iter().find(|(other, _)| *other == alone) {
            return Some(("train.optimizer".into(), self.optimizer_with(parameter, value)));
        }
        if field == "patience" || field == "stop.patience" {
            return Some(("train.stop".into(), format!("early(patience: {value})")));
        }
        if name == field && fields.contains(&field) {
            return Some((format!("train.{field}"), value.to_string()));
        }
        let ours = crate::check::resolve::synonyms::name(field, fields)?;
        Some((format!("train.{ours}"), value.to_string()))
    }

    /// The optimizer as the spec has it, but for one argument.
    fn optimizer_with(&self, parameter: &str, value: &str) -> String {
        let decl = self.root_decl(Keyword::Train);
        let field = decl.as_ref().and_then(|decl| decl.block.as_ref()?.field("optimizer"));
        let written = field.and_then(|field| field.value.as_ref());
        let call = written.and_then(crate::check::constants::bind::CallRef::of);
        let name = match call {
            Some(call) => call.name(),
            None if parameter == "momentum" => "sgd",
            None => "adamw",
        };
        let mut args = vec![format!("{parameter}: {value}")];
        let others = call.map_or(&[][..], |call| call.args);
        let other = |arg: &&crate::syntax::tree::Arg| match &arg.name {
            Some(name) => name.name != parameter,
            // The first parameter may stand without its name.
            None => parameter != "lr",
        };
        args.extend(others.iter().filter(other).map(|arg| self.source_text(arg.span)));
        format!("{name}({})", args.join(", "))
    }

    /// Reports `--set` names that nothing declares.
    pub(in crate::check) fn overrides(&mut self) {
        for (name, text) in self.options.set.clone() {
            if !self.is_setting(&name) {
                let file = self.sources.add("--set", None, format!("{name}={text}"));
                let span = Span::new(file, 0, name.len());
                let diagnostic = self.unknown_setting(&name, &text, span, &format!("`--set {name}`"), true);
                self.sink.push(diagnostic);
            }
        }
    }
}

/// A setting as a shell takes it.
fn quoted_pair((name, value): &(String, String)) -> String {
    let plain = value.chars().all(|letter| letter.is_alphanumeric() || "._-+%".contains(letter));
    if plain { format!("{name}={value}") } else { format!("'{name}={value}'") }
}
