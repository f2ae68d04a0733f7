//! A frozen prefix: what frozen layers give is computed once for each row that is trained on or validated, and every
//! later batch gets it from there.
//!
//! The results are those of a run that computes it anew each time, to the last bit. A device might add up in another
//! order for another batch, so a few batches are computed both ways first, and nothing is kept if they differ.

use std::path::Path;
use std::sync::Arc;

use super::engine::Engine;
use super::fit::{Settings, Watch};
use super::plan::{self, BatchRows};
use crate::data::{BatchPlan, Prefetch, Prepared};
use crate::lower::kept_values::{KeptValues, NotStored};
use crate::lower::model::Model;
use crate::lower::trace::{Keeps, Mode};
use crate::lower::value::Value;
use crate::pipeline::Part;
use crate::pipeline::Pipeline;

/// Up to so many bytes of frozen layers' values are kept in memory; more lie in a file.
pub const MEMORY: u64 = 1 << 30;

/// The rows of each data set that training sees again and again.
pub fn rows(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Vec<usize>> {
    let of = |data: usize| {
        let parts = &prepared.parts().0[data];
        parts.train.either(&parts.valid).to_vec()
    };
    (0..pipeline.data.len()).map(of).collect()
}

/// What frozen layers give for every row, as the weights stand; `None` if nothing is frozen from the inputs on, or if it
/// cannot be kept, which the watcher is told.
pub fn kept(
    engine: &Engine<'_>,
    prepared: &Arc<Prepared>,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Option<Arc<KeptValues>> {
    let temporary = std::env::temp_dir();
    let folder = settings.checkpoint.as_ref().and_then(|path| path.parent()).unwrap_or(&temporary);
    let Engine { pipeline, model, .. } = engine;
    let why = match computed(pipeline, model, prepared, settings.memory_for_frozen, folder) {
        Ok(None) => return None,
        Ok(Some(values)) if agree(&values, pipeline, model, prepared, settings.seed) => return Some(Arc::new(values)),
        Ok(Some(_)) => "on this device the last bits depend on the batch".to_string(),
        Err(not_stored) => not_stored.to_string(),
    };
    watch.note(&format!("frozen layers are computed anew for every batch: {why}"));
    None
}

fn computed(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    memory: u64,
    folder: &Path,
) -> Result<Option<KeptValues>, NotStored> {
    let rows = rows(pipeline, prepared);
    let Some(mut values) = KeptValues::room(model, &rows, memory, folder)? else { return Ok(None) };
    for (data, rows) in rows.iter().enumerate() {
        let only = |rows: &[usize]| -> BatchRows {
            (0..pipeline.data.len()).map(|other| if other == data { rows.to_vec() } else { Vec::new() }).collect()
        };
        let plan: Vec<BatchRows> = rows.chunks(prepared.rows_per_batch(pipeline)).map(only).collect();
        for batch in Prefetch::start(prepared.clone(), plan, 2) {
            let trace = model.forward_from(&batch, Mode::EVALUATE, Keeps::Values, Some(values.nothing_known(model)));
            values.put(data, &batch.rows[data], &trace.values)?;
        }
    }
    Ok(Some(values))
}

/// Whether batches as training has them give the same bits as what is kept: the first of each size.
fn agree(values: &KeptValues, pipeline: &Pipeline, model: &Model, prepared: &Arc<Prepared>, seed: u64) -> bool {
    let training = plan::epoch(pipeline, prepared, seed, 0);
    let training = (0..training.batches()).map(|batch| training.batch(batch).rows);
    let valid = plan::evaluation(pipeline, prepared, Part::Valid);
    let mut sizes: Vec<Vec<usize>> = Vec::new();
    let mut batches: Vec<BatchRows> = Vec::new();
    for rows in training.chain((0..valid.batches()).map(|batch| valid.rows(batch))) {
        let size = rows.iter().map(Vec::len).collect();
        if !sizes.contains(&size) && batches.len() < 8 {
            sizes.push(size);
            batches.push(rows);
        }
    }
    batches.into_iter().all(|rows| {
        let batch = prepared.batch(&rows);
        let Some(known) = values.of_batch(&batch, &model.device) else { return false };
        let trace = model.forward_from(&batch, Mode::EVALUATE, Keeps::Values, Some(values.nothing_known(model)));
        values.steps().all(|step| bits(known.values[step].as_ref()) == bits(trace.values[step].as_ref()))
    })
}

fn bits(value: Option<&Value>) -> Option<Vec<u32>> {
    match value {
        Some(Value::Real(real)) => Some(real.to_host().into_iter().map(f32::to_bits).collect()),
        _ => None,
    }
}
