//! Binds the arguments of a call to the parameters of a catalog entry.

use std::collections::HashMap;

use crate::catalog::{ArgValue, Args, EntryInfo, ParamKind, ParamSpec, Range};
use crate::check::resolve::env::Env;
use crate::check::resolve::not_built;
use crate::check::resolve::synonyms::{self, meant};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Arg, Call, Expr, ExprKind, Path};

/// What a catalog name is called with: `relu`, `dense(64)`.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct CallRef<'a> {
    pub path: &'a Path,
    pub args: &'a [Arg],
    pub span: Span,
}

impl<'a> CallRef<'a> {
    /// A call, or a bare name.
    pub fn of(expr: &'a Expr) -> Option<Self> {
        match &expr.bare().kind {
            ExprKind::Call(call) => Some(Self::of_call(call)),
            ExprKind::Path(path) => Some(Self { path, args: &[], span: expr.span }),
            _ => None,
        }
    }

    pub fn of_call(call: &'a Call) -> Self {
        Self { path: &call.callee, args: &call.args, span: call.span }
    }

    pub fn name(&self) -> &'a str {
        self.path.single().map_or("", |name| name.name.as_str())
    }
}

/// A typed entry with the places of its arguments.
#[derive(Clone, Debug)]
pub(in crate::check) struct Bound<T> {
    pub def: T,
    /// Where each argument that was given stands.
    pub spans: HashMap<&'static str, Span>,
}

impl Checker<'_> {
    /// Makes a typed catalog entry of a call; every problem of the arguments is reported.
    /// `setting` is the path under which the values are listed by `--show-defaults`; empty to list none.
    pub(in crate::check) fn bind<T>(
        &mut self,
        info: &EntryInfo<T>,
        call: CallRef<'_>,
        env: &Env,
        setting: &str,
    ) -> Option<Bound<T>> {
        let specs = (info.params)();
        let (args, spans) = self.bind_args(info.name, &specs, call.args, call.span, env)?;
        if !setting.is_empty() {
            self.settings_of(setting, &specs, &args, &spans);
        }
        let def = (info.from_args)(&args);
        if def.is_none() {
            let diagnostic = refused(info, &specs, &args, &spans, call.span);
            self.report(diagnostic, env);
        }
        Some(Bound { def: def?, spans })
    }

    /// Finds an entry by name in a folder of the catalog, or reports it with suggestions, then binds it.
    pub(in crate::check) fn bind_in<T>(
        &mut self,
        entries: &'static [EntryInfo<T>],
        what: &str,
        expr: &Expr,
        env: &Env,
        setting: &str,
    ) -> Option<Bound<T>> {
        if matches!(expr.bare().kind, ExprKind::Broken) {
            return None;
        }
        let Some(call) = CallRef::of(expr) else {
            let diagnostic = self.not_an_entry(entries, what, expr);
            self.report(diagnostic, env);
            return None;
        };
        self.bind_call_in(entries, what, call, env, setting)
    }

    pub(in crate::check) fn bind_call_in<T>(
        &mut self,
        entries: &'static [EntryInfo<T>],
        what: &str,
        call: CallRef<'_>,
        env: &Env,
        setting: &str,
    ) -> Option<Bound<T>> {
        let name = call.path.text();
        let Some(info) = entries.iter().find(|entry| entry.name == name) else {
            if what == "decoder"
                && let Some(diagnostic) = not_built::answer(&name, call.path.span)
            {
                self.report(diagnostic, env);
                return None;
            }
            let mut diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, call.path.span, format!("there is no {what} `{name}`"))
                    .here(format!("unknown {what}"));
            // What a list of metrics may begin with.
            let inherited = Some("inherited").filter(|_| matches!(what, "metric" | "loss"));
            let known = || entries.iter().map(|entry| entry.name).chain(inherited);
            diagnostic = diagnostic.surely_meant(synonyms::of(what, &name, known()));
            if diagnostic.help.is_none() && self.may_suggest() {
                diagnostic = diagnostic.did_you_mean(&name, known());
            }
            if diagnostic.help.is_none() {
                let known: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
                diagnostic = diagnostic.note(format!("known: {}", known.join(", ")));
            }
            self.report(diagnostic, env);
            return None;
        };
        // Where the path does not end in the name, the name is a setting of its own: `train.optimizer` is `adamw`.
        if !setting.is_empty() && setting != name && !setting.ends_with(&format!(".{name}")) {
            self.setting(setting, info.name, false);
        }
        self.bind(info, call, env, setting)
    }

    /// The values of all parameters, given or default; `None` if one is missing or wrong.
    fn bind_args(
        &mut self,
        owner: &str,
        specs: &[ParamSpec],
        args: &[Arg],
        call: Span,
        env: &Env,
    ) -> Option<(Args, HashMap<&'static str, Span>)> {
        let mut values: HashMap<&'static str, (Option<ArgValue>, Span)> = HashMap::new();
        let mut positional = specs.iter().filter(|spec| spec.positional).peekable();
        let mut good = true;
        for arg in args {
            let spec = match &arg.name {
                Some(name) => match specs.iter().find(|spec| spec.name == name.name) {
                    Some(spec) => spec,
                    None => {
                        good = false;
                        self.unknown_argument(owner, specs, name, arg, args, call, env);
                        continue;
                    }
                },
                None => match positional.peek().copied() {
                    Some(spec) => {
                        // A trailing list takes all that follow: `category("female", "male")`.
                        if !matches!(spec.kind, ParamKind::List(_)) {
                            positional.next();
                        }
                        spec
                    }
                    None => {
                        good = false;
                        self.surplus_argument(owner, specs, arg, env);
                        continue;
                    }
                },
            };
            let what = format!("`{}` of `{owner}`", spec.name);
            self.constants.inherited = match (&spec.default, spec.name) {
                (Some(ArgValue::List(default)), _) => Some(default.clone()),
                (_, "missing") => Some(self.constants.missing_of_data.clone()),
                _ => None,
            };
            let value = match &arg.value.kind {
                ExprKind::Between { from, to } => self.classes_between(spec, arg, [from, to], env),
                ExprKind::Range { .. } if spec.name == "classes" && arg.name.is_none() => self.words_between(arg, env),
                _ => self.constant(&arg.value, &spec.kind, env, &what),
            };
            self.constants.inherited = None;
            good &= value.is_some();
            if let Some(value) = &value {
                good &= self.in_range(value, spec, owner, arg.value.span, env);
            }
            match values.get_mut(spec.name) {
                None => {
                    values.insert(spec.name, (value, arg.span));
                }
                Some((Some(ArgValue::List(members)), span)) if arg.name.is_none() => {
                    if let Some(ArgValue::List(more)) = value {
                        members.extend(more);
                        *span = span.to(arg.span);
                    }
                }
                Some((None, _)) => {}
                Some((_, first)) => {
                    good = false;
                    let diagnostic = Diagnostic::new(
                        &codes::WRONG_ARGUMENT,
                        arg.span,
                        format!("`{}` of `{owner}` is given twice", spec.name),
                    )
                    .here("again here")
                    .also(*first, "first here");
                    self.report(diagnostic, env);
                }
            }
        }
        // A parameter that was meant by a misspelt name is not missing as well.
        let misspelt = |name: &str| {
            args.iter().filter_map(|arg| arg.name.as_ref()).any(|written| {
                specs.iter().all(|spec| spec.name != written.name)
                    && meant(&written.name, specs.iter().map(|spec| spec.name)) == Some(name)
            })
        };
        let mut bound = Args::default();
        let mut spans = HashMap::new();
        for spec in specs {
            match (values.remove(spec.name), &spec.default) {
                (Some((Some(value), span)), _) => {
                    spans.insert(spec.name, span);
                    bound.values.push((spec.name, value));
                }
                (Some((None, _)), _) => good = false,
                (None, Some(default)) if *default == ArgValue::Word("none".into()) => {}
                (None, Some(default)) => bound.values.push((spec.name, default.clone())),
                (None, None) if misspelt(spec.name) || self.broken_within(call) => good = false,
                (None, None) => {
                    good = false;
                    let example =
                        if spec.positional { format!("{owner}(…)") } else { format!("{owner}({}: …)", spec.name) };
                    let diagnostic =
                        Diagnostic::new(&codes::MISSING_ARGUMENT, call, format!("`{owner}` needs `{}`", spec.name))
                            .here(format!("`{}` is missing", spec.name))
                            .help(format!("write `{example}`: {}", spec.doc.trim().trim_end_matches('.')));
                    self.report(diagnostic, env);
                }
            }
        }
        good.then_some((bound, spans))
    }

    fn in_range(&mut self, value: &ArgValue, spec: &ParamSpec, owner: &str, span: Span, env: &Env) -> bool {
        let numbers: Vec<f64> = match value {
            ArgValue::Number(value) | ArgValue::Share(value) | ArgValue::Factor(value) => vec![*value],
            ArgValue::Integer(value) => vec![*value as f64],
            ArgValue::Dim(dim) => dim.value().map(|value| value as f64).into_iter().collect(),
            ArgValue::List(values) => {
                return values.iter().all(|value| self.in_range(value, spec, owner, span, env));
            }
            _ => Vec::new(),
        };
        for number in numbers {
            if !spec.range.contains(number) {
                let diagnostic = Diagnostic::new(
                    &codes::ARGUMENT_RANGE,
                    span,
                    format!(
                        "`{}` of `{owner}` must be {}, and is {}",
                        spec.name,
                        spec.range.words(),
                        crate::catalog::show_number(number)
                    ),
                )
                .here(format!("must be {}", spec.range.words()));
                let diagnostic = match nearest(spec, number) {
                    Some(nearest) => diagnostic.proposal(format!("write `{nearest}`"), span, nearest),
                    None => diagnostic,
                };
                self.report(diagnostic, env);
                return false;
            }
        }
        true
    }

    #[expect(clippy::too_many_arguments, reason = "what to write depends on the whole call")]
    fn unknown_argument(
        &mut self,
        owner: &str,
        specs: &[ParamSpec],
        name: &crate::syntax::tree::Ident,
        arg: &Arg,
        args: &[Arg],
        call: Span,
        env: &Env,
    ) {
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_KEY, name.span, format!("`{owner}` has no parameter `{}`", name.name))
                .here("unknown parameter");
        let known = || specs.iter().map(|spec| spec.name);
        diagnostic = diagnostic.surely_meant(synonyms::name(&name.name, known()));
        let value = self.source_text(arg.value.span);
        if diagnostic.help.is_none()
            && let Some(help) = synonyms::argument(&name.name, &value)
        {
            let rest: Vec<String> =
                args.iter().filter(|other| other.span != arg.span).map(|other| self.source_text(other.span)).collect();
            let alone = if rest.is_empty() { owner.to_string() } else { format!("{owner}({})", rest.join(", ")) };
            diagnostic = match synonyms::layer_of_argument(&name.name, &value) {
                Some(layer) => {
                    let right = format!("{alone} -> {layer}");
                    diagnostic.help(format!("{help}: write `{right}`")).fix(format!("write `{right}`"), call, right)
                }
                None => diagnostic.help(help),
            };
        }
        if diagnostic.help.is_none() && self.may_suggest() {
            diagnostic = diagnostic.did_you_mean(&name.name, known());
        }
        if specs.is_empty() {
            diagnostic = diagnostic.note(format!("`{owner}` takes no arguments"));
        } else if diagnostic.help.is_none() {
            diagnostic = diagnostic.note(format!("it has {}", crate::check::resolve::program::list(known())));
        }
        self.report(diagnostic, env);
    }

    fn surplus_argument(&mut self, owner: &str, specs: &[ParamSpec], arg: &Arg, env: &Env) {
        let named: Vec<&str> = specs.iter().filter(|spec| !spec.positional).map(|spec| spec.name).collect();
        let written = self.source_text(arg.value.span);
        let mut diagnostic =
            Diagnostic::new(&codes::WRONG_ARGUMENT, arg.span, format!("`{owner}` does not take this argument"))
                .here("one too many");
        diagnostic = match named.as_slice() {
            [] if specs.is_empty() => diagnostic.help(format!("write `{owner}` alone")),
            [] => diagnostic,
            [only] => diagnostic.help(format!("other arguments are named: `{only}: {written}`")).fix(
                format!("write `{only}: {written}`"),
                arg.span,
                format!("{only}: {written}"),
            ),
            many => diagnostic.help(format!(
                "other arguments are named: {}",
                crate::check::resolve::program::list(many.iter().copied())
            )),
        };
        self.report(diagnostic, env);
    }
}

/// A value of the right kind that the entry's own type refuses, by its name and what it takes: that without which the entry could be made, or else
/// the ones that were given.
fn refused<T>(
    info: &EntryInfo<T>,
    specs: &[ParamSpec],
    args: &Args,
    spans: &HashMap<&'static str, Span>,
    call: Span,
) -> Diagnostic {
    let given = |spec: &&ParamSpec| spans.contains_key(spec.name);
    let can_do_without = |spec: &&ParamSpec| {
        let usual = spec.default.clone().filter(|usual| *usual != ArgValue::Word("none".into()));
        let others = args.values.iter().filter(|(name, _)| *name != spec.name).cloned();
        let values = others.chain(usual.map(|usual| (spec.name, usual))).collect();
        (info.from_args)(&Args { values }).is_some()
    };
    let alone = specs.iter().filter(given).find(can_do_without);
    let takes = |spec: &ParamSpec| match spec.range == Range::ANY {
        true => format!("`{}` is {}", spec.name, spec.kind.words()),
        false => format!("`{}` is {}, {}", spec.name, spec.kind.words(), spec.range.words()),
    };
    let (span, message, help) = match alone {
        Some(spec) => {
            let value = args.get(spec.name).map_or(String::new(), ArgValue::show);
            let message = format!("`{}` of `{}` cannot be `{value}`", spec.name, info.name);
            (spans[spec.name], message, takes(spec))
        }
        None => {
            let message = format!("`{}` cannot take these arguments", info.name);
            (call, message, specs.iter().filter(given).map(takes).collect::<Vec<_>>().join("; "))
        }
    };
    let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, message).here("cannot be taken");
    match help.is_empty() {
        true => diagnostic.help(format!("`mtlc explain {}` lists the parameters", info.name)),
        false => diagnostic.help(help),
    }
}

/// The end of a range that a number lies behind, as it is written; `None` if the end itself is excluded.
fn nearest(spec: &ParamSpec, number: f64) -> Option<String> {
    let range = &spec.range;
    let end = if number < range.min {
        Some(range.min).filter(|_| !range.above_min)
    } else {
        Some(range.max).filter(|_| number > range.max && !range.below_max)
    }?;
    let shown = crate::catalog::show_number;
    Some(match spec.kind {
        ParamKind::Share => format!("{}%", shown(end * 100.0)),
        ParamKind::Factor => format!("{}x", shown(end)),
        ParamKind::List(_) => return None,
        _ => shown(end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::kinds;
    use crate::source::FileId;

    #[test]
    fn what_an_entry_refuses_is_named_with_what_it_takes() {
        let mask = kinds::find("mask").expect("a kind");
        let specs = (mask.params)();
        let at = |place: usize| Span::new(FileId::default(), place, place + 1);
        let classes = ArgValue::List(vec![ArgValue::Text("a".into())]);
        let spans = HashMap::from([("classes", at(1)), ("ignore", at(2))]);
        let args = Args { values: vec![("classes", classes.clone()), ("ignore", ArgValue::Integer(-1))] };
        let said = refused(mask, &specs, &args, &spans, at(0));
        assert_eq!((said.message.as_str(), said.span), ("`ignore` of `mask` cannot be `-1`", at(2)));
        assert_eq!(said.help.as_deref(), Some("`ignore` is a whole number, at least 0"));
        // What must be given: each of those that were.
        let args = Args { values: vec![("classes", ArgValue::Integer(3)), ("ignore", ArgValue::Integer(255))] };
        let said = refused(mask, &specs, &args, &spans, at(0));
        assert_eq!(said.span, at(0));
        assert!(said.help.is_some_and(|help| help.contains("`classes` is a list") && help.contains("`ignore` is")));
    }

    #[test]
    fn whole_numbers_that_count_are_not_negative() {
        for (name, parameter) in [("mask", "ignore"), ("mask", "size"), ("video", "frames")] {
            let specs = (kinds::find(name).expect("a kind").params)();
            let spec = specs.iter().find(|spec| spec.name == parameter).expect("a parameter");
            assert!(!spec.range.contains(-1.0) && spec.range.contains(255.0), "{name} {parameter}");
        }
    }
}
