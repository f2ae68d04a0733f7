//! Elaborates the fields of a task, or of a template on its own.

use super::loss::LossContext;
use super::maps;
use super::predict::PredictContext;
use super::rows_span;
use super::targets::Made;
use super::writes::vocabulary;
use crate::catalog::decoders::Decoded;
use crate::catalog::metrics::MetricDef;
use crate::catalog::{Axis, Dim, Type};
use crate::check::Checker;
use crate::check::declare::template::{Fields, Written};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::HeadTargets;
use crate::diag::Sink;
use crate::pipeline::{ClassWeights, Gain, Input, LossTerm, NodeId, Owner, Predict, Resample, Stop, Target, Threshold};
use crate::source::Span;

/// What a task's fields come to, apart from its label and what flows in.
pub(super) struct TaskBody {
    pub targets: Vec<Target>,
    pub lies_in: Option<usize>,
    pub outputs: Vec<(String, NodeId)>,
    pub writes: Vec<Option<usize>>,
    pub loss: Vec<LossTerm>,
    pub predict: Predict,
    pub prediction: Decoded,
    pub metrics: Vec<MetricDef>,
    pub select: usize,
    pub gain: Gain,
    pub chooses: bool,
    pub threshold: Threshold,
    pub class_weights: ClassWeights,
    pub resample: Resample,
    pub stop: Stop,
}

impl Checker<'_> {
    /// A template on its own: with symbols for the label and for what flows in. A head may be made for rows of numbers or
    /// for pictures; the first that fits will do.
    pub(in crate::check) fn template_body(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        label: &Type,
        rows: Axis,
        _span: Span,
    ) {
        let symbol = |part: &str| Dim::symbol(format!("{name}.{part}"));
        let shapes = [
            vec![symbol("features")],
            vec![symbol("channels"), symbol("height"), symbol("width")],
            vec![symbol("length"), symbol("features")],
            vec![symbol("length"), symbol("channels"), symbol("height"), symbol("width")],
            // The places of an input that an argument names, which nobody has given yet.
            vec![Dim::extent("length()"), symbol("features")],
        ];
        let outside = std::mem::take(self.sink);
        let (nodes, obligations, settings) =
            (self.flowing.nodes.len(), self.flowing.obligations.len(), self.constants.settings.len());
        let mut first: Option<Sink> = None;
        for shape in shapes {
            // Numbers beside a picture may be a picture too, as high and wide.
            let label = match &shape[..] {
                [_, height, width] if label.is_real() => {
                    &Type::real(rows.clone(), [symbol("width"), height.clone(), width.clone()])
                }
                _ => label,
            };
            let ty = Type::real(rows.clone(), shape);
            self.declared.inputs.push(Input {
                name: name.to_string(),
                doc: String::new(),
                rows: Vec::new(),
                columns: Vec::new(),
                steps: Vec::new(),
                raw: ty.clone(),
                ty,
                missing: None,
                span: rows_span(fields),
            });
            let input = self.input_node(self.declared.inputs.len() - 1, format!("{name}.in"));
            let mut place = Place::new(name, Owner::Value);
            self.task_body(fields, name, label, &[], Some(input), &mut place);
            self.declared.inputs.pop();
            let said = std::mem::take(self.sink);
            let clean = !said.has_errors();
            if clean || first.is_none() {
                first = Some(said);
            }
            if clean {
                break;
            }
        }
        self.forget_nodes(nodes);
        // What names of the template read is gone with its nodes.
        self.flowing.read.retain(|_, node| node.0 < nodes);
        self.flowing.obligations.truncate(obligations);
        self.constants.settings.truncate(settings);
        *self.sink = outside;
        for diagnostic in first.into_iter().flat_map(Sink::finish) {
            self.sink.push(diagnostic);
        }
    }

    pub(super) fn task_body(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        label: &Type,
        rows: &[usize],
        input: Flow,
        place: &mut Place,
    ) -> Option<TaskBody> {
        let mut targets = self.targets(fields, name, label);
        let lies_in = targets.as_deref_mut().and_then(|targets| self.lay_in_pictures(targets, label, input, rows));
        let readable = targets.as_ref().map(|targets| HeadTargets {
            rows: rows.to_vec(),
            of: targets.iter().map(|target| (target.name.clone(), target.ty.clone())).collect(),
        });
        let vocabulary = targets.as_deref().and_then(vocabulary);
        let head = fields.get("head");
        let first = self.flowing.nodes.len();
        let outputs = head.and_then(|written| self.head(written, input, readable.as_ref(), vocabulary, place));
        let writes = outputs.as_ref().and_then(|outputs| self.written(name, outputs, first));
        let loss = fields.get("loss").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let mut terms = Vec::new();
            let above = fields.beneath("loss");
            let task = LossContext { name, outputs: outputs.as_deref(), targets: targets.as_deref(), fields: &above };
            self.loss_terms(value, 1.0, written.env, &task, &mut terms).then_some(terms)
        });
        let predicted = fields.get("predict").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let (outputs, writes) = (outputs.as_deref()?, writes.as_deref()?);
            let task = PredictContext { name, outputs, writes, targets: targets.as_deref() };
            self.predict(value, &task, written.env)
        });
        let predicted = predicted.map(|(predict, prediction)| match lies_in {
            Some(_) => (predict, maps::of_file(prediction, label)),
            None => (predict, prediction),
        });
        if let (Some(loss), Some((predict, _))) = (&loss, &predicted)
            && self.reads_its_answer(name, first, loss, predict)
        {
            return None;
        }
        if let (Some((predict, _)), Some(outputs), Some(written)) = (&predicted, &outputs, fields.get("predict"))
            && self.forgets(predict, outputs, written.field.span, written.env)
        {
            return None;
        }
        let metrics = fields.get("metrics").and_then(|written| {
            let value = self.field_value(written.field, written.env)?;
            let mut metrics = Vec::new();
            let above = fields.beneath("metrics");
            let good = self.metric_list(value, written.env, &above, predicted.as_ref(), label, &mut metrics);
            good.then_some(metrics)
        });
        let metrics = metrics?;
        let (select, chooses) = self.select(fields, &metrics, name)?;
        let gain = self.gain(fields, &metrics, select, name)?;
        let class_weights = self.class_weights(fields, label, name)?;
        let resample = self.resample(fields, label, name)?;
        let stop = fields.get("stop").and_then(|Written { field, env }| Some((self.field_value(field, env)?, env)));
        let stop = match stop {
            Some((value, env)) => self.stop_rule(Some(value), &format!("{name}.stop"), env),
            None => {
                self.setting(format!("{name}.stop"), "never", true);
                Stop::Never
            }
        };
        let loss = loss?;
        if !self.class_weights_count(fields, &class_weights, &loss) {
            return None;
        }
        let (predict, prediction) = predicted?;
        let threshold = self.threshold(fields, &prediction, label, name)?;
        Some(TaskBody {
            targets: Made::finish(targets?)?,
            lies_in,
            outputs: outputs?,
            writes: writes?,
            loss,
            predict,
            prediction,
            metrics,
            select,
            gain,
            chooses,
            threshold,
            class_weights,
            resample,
            stop,
        })
    }
}
