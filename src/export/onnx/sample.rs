//! Some rows as a file is given them, of the inputs that are prepared outside: to try a file by, and whoever prepares in our place.

use super::Asked;
use crate::data::{HostTensor, HostValues};
use crate::export::Array;
use crate::export::onnx::Described;

/// Of rows of the data set that is asked about, everything that is prepared outside; columns of a table are not.
pub fn of_rows(asked: &Asked<'_>, inputs: &[Described], rows: &[usize]) -> Vec<Array> {
    let session = asked.session;
    let mut of_sets = vec![Vec::new(); session.pipeline.data.len()];
    of_sets[asked.data] = rows.to_vec();
    let batch = session.prepared.batch(&of_sets);
    let mut arrays = Vec::new();
    for (index, input) in session.pipeline.inputs.iter().enumerate() {
        let is_given = |name: &str| inputs.iter().any(|given| given.name == name);
        let HostTensor { shape, values, lengths } = &batch.inputs[index];
        if inputs.iter().any(|given| given.name == input.name && given.prepared) {
            arrays.push(Array { name: input.name.clone(), shape: shape.clone(), values: values.clone() });
            if let Some((_, lengths)) = lengths.first() {
                let values = HostValues::I64(lengths.iter().map(|length| *length as i64).collect());
                arrays.push(Array { name: format!("{}.lengths", input.name), shape: vec![rows.len()], values });
            }
        }
        let present = format!("{}.present", input.name);
        if is_given(&present) {
            let HostTensor { shape, values, .. } = batch.presence(index);
            arrays.push(Array { name: present, shape, values });
        }
    }
    arrays
}
