//! Elaborates `gain`: the figure of a task on which a gain of learning together (Δm) is taken.

use crate::catalog::metrics::{Direction, GainOn, MetricDef};
use crate::check::constants::bind::CallRef;
use crate::check::declare::template::{Fields, Written};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Gain;

impl Checker<'_> {
    /// What is written: a metric for its own figure, or `error(METRIC)` and the like; else that of the metric which chooses.
    pub(super) fn gain(
        &mut self,
        fields: &Fields<'_>,
        metrics: &[MetricDef],
        select: usize,
        name: &str,
    ) -> Option<Gain> {
        let setting = format!("{name}.gain");
        let Some(Written { field, env }) = fields.get("gain") else {
            let gain = Gain { metric: select, on: metrics[select].gain() };
            self.setting(setting, gain.written(metrics), true);
            return Some(gain);
        };
        let value = self.field_value(field, env)?;
        let call = CallRef::of(value);
        let on = call.and_then(|call| GainOn::ALL.into_iter().find(|on| on.word() == call.name()));
        let (metric, on) = match (on, call) {
            (Some(on), Some(call)) => {
                let [argument] = call.args else {
                    let example = metrics.iter().find(|metric| metric.direction() == Direction::HigherIsBetter);
                    let example = example.map_or("accuracy", MetricDef::name);
                    let message = format!("`{}` takes one metric of task `{name}`", on.word());
                    let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, value.span, message)
                        .here(if call.args.is_empty() { "of which metric?" } else { "more than one" })
                        .help(format!("write `gain: {}({example})`", on.word()));
                    self.report(diagnostic, env);
                    return None;
                };
                (self.score_among(metrics, &argument.value, env, name, "take it on", "gain")?, Some(on))
            }
            _ => (self.score_among(metrics, value, env, name, "take it on", "gain")?, None),
        };
        let def = &metrics[metric];
        let on = on.unwrap_or_else(|| def.gain());
        if matches!(on, GainOn::Error | GainOn::RootError) && def.direction() == Direction::LowerIsBetter {
            let message = format!("`{}` is an error already, and 1 minus it means nothing", def.name());
            let diagnostic = Diagnostic::new(&codes::METRIC_MISMATCH, value.span, message)
                .here("less of it is better")
                .help(format!("write `gain: {}`", def.name()))
                .fix(format!("write `{}`", def.name()), value.span, def.name());
            self.report(diagnostic, env);
            return None;
        }
        let gain = Gain { metric, on };
        self.setting(setting, gain.written(metrics), false);
        Some(gain)
    }
}
