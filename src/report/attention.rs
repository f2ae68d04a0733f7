//! Who looks at whom in the texts of some rows, by the layers of a task that attend.

use super::pictures::Attention;
use crate::catalog::Dim;
use crate::data::HostValues;
use crate::lower::Model;
use crate::lower::reports::{Looks, looks};
use crate::lower::trace::Mode;
use crate::train::session::Session;

/// So many layers are shown, the last ones.
const LAYERS: usize = 4;

/// Longer texts are not shown.
const LONGEST: usize = 200;

/// What the layers of a task look at in a row of the data set of its label. Layers that look at no text are left out.
pub fn of_row(session: &Session, model: &Model, task: usize, row: usize) -> Vec<Attention> {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let data = pipeline.tasks[task].label.data;
    let only = |other: usize| if other == data { vec![row] } else { Vec::new() };
    let batch = prepared.batch(&(0..pipeline.data.len()).map(only).collect::<Vec<_>>());
    let found = looks(model, &mut model.forward(&batch, Mode::EVALUATE, false), task);
    // The tokens that so many places stand for: those of an input, or of a target that is written.
    let tokens = |places: &Dim| -> Option<Vec<String>> {
        let input =
            pipeline.inputs.iter().position(|input| input.ty.axes.get(1).is_some_and(|axis| axis.size == *places));
        if let Some(input) = input {
            return prepared.tokens_of(pipeline, input, data, row);
        }
        let mut targets = pipeline.tasks[task].targets.iter();
        let target = targets.position(|target| target.ty.axes.get(1).is_some_and(|axis| axis.size == *places))?;
        let values = batch.targets[task].values.get(target)?;
        let HostValues::I64(tokens) = &values.values else { return None };
        let own = values.places(0).min(tokens.len());
        Some(tokens[..own].iter().map(|token| prepared.spell(task, target, &[*token])).collect())
    };
    let of_layer = |looks: Looks| {
        let seen = tokens(&looks.seen)?;
        let asking = match &looks.asking {
            Some(places) => tokens(places)?,
            None => vec![String::new()],
        };
        let fits = looks.weights.len() == asking.len() && looks.weights.iter().all(|row| row.len() == seen.len());
        let round = |weight: f64| (weight * 1e4).round() / 1e4;
        (fits && !seen.is_empty() && seen.len() <= LONGEST).then(|| Attention {
            row: prepared.row_name(data, row),
            node: looks.node,
            asking,
            seen,
            weights: looks.weights.into_iter().map(|row| row.into_iter().map(round).collect()).collect(),
        })
    };
    let mut shown: Vec<Attention> = found.into_iter().filter_map(of_layer).collect();
    shown.drain(..shown.len().saturating_sub(LAYERS));
    shown
}
