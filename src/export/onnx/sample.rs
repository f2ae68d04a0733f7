//! Some rows as a file is given them, of the inputs that are prepared outside: to try a file by, and whoever prepares in our place.

use super::Asked;
use crate::data::{HostTensor, HostValues};
use crate::export::Array;
use crate::export::onnx::Described;
use crate::lower::model::StepOp;

/// Of rows of the data set that is asked about, everything that is prepared outside; columns of a table are not.
pub fn of_rows(asked: &Asked<'_>, inputs: &[Described], rows: &[usize]) -> Vec<Array> {
    let session = asked.session;
    let mut of_sets = vec![Vec::new(); session.pipeline.data.len()];
    of_sets[asked.data] = rows.to_vec();
    let batch = session.prepared.batch(&of_sets);
    let mut arrays = Vec::new();
    let put = |arrays: &mut Vec<Array>, name: &str, tensor: &HostTensor| {
        arrays.push(Array { name: name.into(), shape: tensor.shape.clone(), values: tensor.values.clone() });
        if let Some((_, lengths)) = tensor.lengths.first() {
            let values = HostValues::I64(lengths.iter().map(|length| *length as i64).collect());
            arrays.push(Array { name: format!("{name}.lengths"), shape: vec![rows.len()], values });
        }
    };
    for (index, input) in session.pipeline.inputs.iter().enumerate() {
        let is_given = |name: &str| inputs.iter().any(|given| given.name == name);
        if inputs.iter().any(|given| given.name == input.name && given.prepared) {
            put(&mut arrays, &input.name, &batch.inputs[index]);
        }
        let present = format!("{}.present", input.name);
        if is_given(&present) {
            let HostTensor { shape, values, .. } = batch.presence(index);
            arrays.push(Array { name: present, shape, values });
        }
    }
    // The rows' own answers, where one is brought to a row.
    if let Some(task) = asked.alone {
        let name = format!("{}.answer", session.pipeline.tasks[task].name);
        let whole = asked.model.steps.iter().find_map(|step| match step.op {
            StepOp::Whole { task: of, target } if of == task => Some(target),
            _ => None,
        });
        if let Some(target) = whole {
            put(&mut arrays, &name, &batch.targets[task].values[target]);
        }
    }
    arrays
}
