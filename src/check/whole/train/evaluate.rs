//! Elaborates `evaluate`: which parts are reported, and what a gain is measured against.

use crate::catalog::{ArgValue, ParamKind};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Control, Evaluate, Part};
use crate::syntax::tree::{Block, Keyword};

/// The fields of `evaluate`.
pub(in crate::check) const FIELDS: [&str; 7] =
    ["batch", "parts", "baseline", "seeds", "control", "bootstrap", "importance"];

impl Checker<'_> {
    pub(in crate::check) fn evaluate(&mut self) -> Evaluate {
        let decl = self.root_decl(Keyword::Evaluate);
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let env = Env::of_module(0);
        if let Some(block) = block {
            self.validate_fields(block, "`evaluate`", &FIELDS, &env);
        }
        let batch = self.evaluate_count(block, "batch", 1, &env);
        self.setting(
            "evaluate.batch",
            batch.map_or("as train.batch".into(), |batch| batch.to_string()),
            batch.is_none(),
        );
        let parts = self.parts(block, &env);
        let baseline = self.evaluate_word(block, "baseline", &["none", "single_task"], &env);
        let control = self.evaluate_word(block, "control", &["none", "shuffled_labels"], &env);
        let seeds = self.evaluate_count(block, "seeds", 1, &env);
        self.setting("evaluate.seeds", seeds.unwrap_or(1).to_string(), seeds.is_none());
        let bootstrap = self.evaluate_count(block, "bootstrap", 0, &env);
        self.setting("evaluate.bootstrap", bootstrap.unwrap_or(0).to_string(), bootstrap.is_none());
        Evaluate {
            batch: batch.unwrap_or(0),
            parts,
            baseline: baseline == "single_task",
            seeds: seeds.unwrap_or(1),
            control: (control == "shuffled_labels").then_some(Control::ShuffledLabels),
            bootstrap: bootstrap.unwrap_or(0),
            importance: self.importance(block, &env),
        }
    }

    fn importance(&mut self, block: Option<&Block>, env: &Env) -> bool {
        let field = block.and_then(|block| block.field("importance"));
        let value = field
            .and_then(|field| self.field_value(field, env))
            .and_then(|value| self.constant(value, &ParamKind::Bool, env, "`importance` of `evaluate`"));
        let asked = value == Some(ArgValue::Bool(true));
        self.setting("evaluate.importance", asked.to_string(), field.is_none());
        asked
    }

    fn parts(&mut self, block: Option<&Block>, env: &Env) -> Vec<Part> {
        let field = block.and_then(|block| block.field("parts"));
        let value = field.and_then(|field| self.field_value(field, env));
        let kind = ParamKind::List(Box::new(ParamKind::Word(&["train", "valid", "test"])));
        let members = value.and_then(|value| self.constant(value, &kind, env, "`parts` of `evaluate`"));
        let parts: Vec<Part> = match members {
            Some(ArgValue::List(members)) => Part::ALL
                .into_iter()
                .filter(|part| members.contains(&ArgValue::Word(part.name().to_string())))
                .collect(),
            _ => Part::ALL.to_vec(),
        };
        let shown: Vec<&str> = parts.iter().map(|part| part.name()).collect();
        self.setting("evaluate.parts", format!("[{}]", shown.join(", ")), field.is_none());
        parts
    }

    /// A whole number of at least `least`, if it is written and right.
    fn evaluate_count(&mut self, block: Option<&Block>, name: &str, least: i64, env: &Env) -> Option<usize> {
        let value = self.field_value(block?.field(name)?, env)?;
        let what = format!("`{name}` of `evaluate`");
        match self.constant(value, &ParamKind::Integer, env, &what)? {
            ArgValue::Integer(count) if count >= least => usize::try_from(count).ok(),
            _ => {
                let diagnostic =
                    Diagnostic::new(&codes::ARGUMENT_RANGE, value.span, format!("{what} must be at least {least}"))
                        .here(format!("must be at least {least}"));
                self.report(diagnostic, env);
                None
            }
        }
    }

    /// One of these words; the first is the default.
    fn evaluate_word(
        &mut self,
        block: Option<&Block>,
        name: &str,
        words: &'static [&'static str],
        env: &Env,
    ) -> &'static str {
        let field = block.and_then(|block| block.field(name));
        let value = field
            .and_then(|field| self.field_value(field, env))
            .and_then(|value| self.constant(value, &ParamKind::Word(words), env, &format!("`{name}` of `evaluate`")));
        let word = words.iter().copied().find(|word| value == Some(ArgValue::Word((*word).into())));
        self.setting(format!("evaluate.{name}"), word.unwrap_or(words[0]), field.is_none());
        word.unwrap_or(words[0])
    }
}
