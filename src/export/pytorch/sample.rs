//! Rows as a module is given them: what the steps of the spec have made of inputs and of labels, where these are there.

use super::Asked;
use crate::catalog::Type;
use crate::data::{Batch, HostTensor, HostValues};
use crate::export::Array;

/// Inputs of some rows of a data set, and the targets of all tasks that are asked of these rows. Where there are several data sets, names begin with
/// that of theirs.
pub fn of_rows(asked: &Asked<'_>, data: usize, rows: &[usize]) -> Vec<Array> {
    let pipeline = &asked.session.pipeline;
    let mut of_sets = vec![Vec::new(); pipeline.data.len()];
    of_sets[data] = rows.to_vec();
    let batch = asked.session.prepared.batch(&of_sets);
    let mut arrays = Vec::new();
    for (index, input) in pipeline.inputs.iter().enumerate().filter(|(_, input)| input.rows.contains(&data)) {
        put(&mut arrays, &input.name, &batch.inputs[index]);
        if input.missing.is_some() {
            let HostTensor { shape, values, .. } = batch.presence(index);
            arrays.push(Array { name: format!("{}.present", input.name), shape, values });
        }
    }
    let of_rows = |task: usize| {
        let steps = &asked.model.steps;
        asked.model.heads[task].iter().any(|output| steps[*output].rows.contains(&data))
    };
    for task in (0..pipeline.tasks.len()).filter(|task| of_rows(*task)) {
        targets(&mut arrays, asked, &batch, task);
    }
    if pipeline.data.len() > 1 {
        let set = &pipeline.data[data].name;
        arrays.iter_mut().for_each(|array| array.name = format!("{set}/{}", array.name));
    }
    arrays
}

fn put(arrays: &mut Vec<Array>, name: &str, tensor: &HostTensor) {
    let HostTensor { shape, values, lengths } = tensor;
    arrays.push(Array { name: name.into(), shape: shape.clone(), values: values.clone() });
    if let Some((_, lengths)) = lengths.first() {
        let values = HostValues::I64(lengths.iter().map(|length| *length as i64).collect());
        arrays.push(Array { name: format!("{name}.lengths"), shape: vec![tensor.rows()], values });
    }
}

fn targets(arrays: &mut Vec<Array>, asked: &Asked<'_>, batch: &Batch, index: usize) {
    let (task, own) = (&asked.session.pipeline.tasks[index], &batch.targets[index]);
    let rows = own.present.len();
    for (place, target) in task.targets.iter().enumerate() {
        let name = format!("{}.{}", task.name, target.name);
        // What stands along an input has its places, also where its longest row lacks the label.
        let along = asked.session.pipeline.inputs.iter().position(|input| along(&input.ty, &target.ty));
        let wide = along.and_then(|input| own.values[place].widened(batch.inputs[input].shape.get(1).copied()?));
        let tensor = wide.as_ref().unwrap_or(&own.values[place]);
        put(arrays, &name, tensor);
        let HostTensor { shape, lengths, .. } = tensor;
        let has = (0..rows).map(|row| i64::from(own.has(place, row))).collect();
        arrays.push(Array { name: format!("{name}.has"), shape: vec![rows], values: HostValues::I64(has) });
        let places = match (own.place_weights.get(place), lengths.as_slice()) {
            (Some(Some(places)), _) => {
                let own: usize = own.values[place].shape.iter().skip(1).product();
                let wide: usize = shape.iter().skip(1).product();
                let of_row = |row: &[f32]| [row, &vec![0.0; wide - own]].concat();
                Some(places.weights.chunks(own.max(1)).flat_map(of_row).collect())
            }
            (_, [(1, lengths)]) if shape.len() == 2 => {
                let real =
                    lengths.iter().flat_map(|length| (0..shape[1]).map(move |at| f32::from(u8::from(at < *length))));
                Some(real.collect())
            }
            _ => None,
        };
        if let Some(places) = places.filter(|places: &Vec<f32>| places.len() == shape.iter().product::<usize>()) {
            arrays.push(Array {
                name: format!("{name}.places"),
                shape: shape.clone(),
                values: HostValues::F32(places),
            });
        }
    }
    if !own.row_weights.is_empty() && own.row_weights.iter().any(|weight| *weight != 1.0) {
        let values = HostValues::F32(own.row_weights.clone());
        arrays.push(Array { name: format!("{}.weights", task.name), shape: vec![rows], values });
    }
}

/// Whether rows of a target are as long as those of an input, whatever their length.
fn along(input: &Type, target: &Type) -> bool {
    let size = |ty: &Type| ty.axes.get(1).filter(|axis| axis.varies()).map(|axis| axis.size.clone());
    size(target).is_some() && size(input) == size(target)
}
