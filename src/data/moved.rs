//! Labels that hold something for each place of a picture, moved as drawn steps move the picture: the same draws, the same window.

use super::batch::{HostTensor, HostValues, TargetBatch};
use super::draws::Drawing;
use super::fitting::Fitting;
use super::pictures::Window;
use super::prepare::{Held, PreparedInput, PreparedTarget};
use crate::catalog::{Axis, Type};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{StepUse, Task, inputs_behind};

/// Whether a target has a value for each place of a picture.
fn is_map(ty: &Type) -> bool {
    ty.names().eq([Axis::HEIGHT, Axis::WIDTH])
}

impl Fitting<'_> {
    /// The input whose pictures are moved in training, if labels of a task must be moved with them. A problem if they cannot be.
    pub(super) fn moved_by(&mut self, task: &Task, targets: &[PreparedTarget]) -> Option<usize> {
        let maps: Vec<&PreparedTarget> =
            task.targets.iter().zip(targets).filter(|(target, _)| is_map(&target.ty)).map(|(_, map)| map).collect();
        let first = maps.first()?;
        let moving = |input: &usize| self.pipeline.inputs[*input].steps.iter().any(|step| step.def.moves());
        let inputs: Vec<usize> = inputs_behind(&self.pipeline.nodes, task).into_iter().filter(moving).collect();
        let input = *inputs.first()?;
        let steps = &self.pipeline.inputs[input].steps;
        let step = steps.iter().find(|step| step.def.moves())?;
        let size = first.host.row_shape();
        let what = match steps.iter().find(|step| step.def.moves() && !fits(step, size)) {
            _ if inputs.len() > 1 => "two inputs of it move their pictures each in its own way".to_string(),
            Some(step) if step.def.name() == "crop" => "`crop` makes the pictures smaller than its labels".to_string(),
            Some(step) => format!(
                "its labels have {} × {} places, and `{}` moves pictures of another size",
                size[0],
                size[1],
                step.def.name()
            ),
            None => return Some(input),
        };
        let message = format!("labels of task `{}` cannot be moved along with the pictures: {what}", task.name);
        let diagnostic = Diagnostic::new(&codes::STEP_VALUE, task.label.span, message);
        self.problems.push(
            diagnostic.here("has a class for each place").also(step.span, "moves the pictures").help(
                "let one input move its pictures, by `flip`, or by `shift` once they have the size of the labels",
            ),
        );
        None
    }
}

/// Whether what a step does to pictures can be done to labels of this size.
fn fits(step: &StepUse, size: &[usize]) -> bool {
    let of = |name: &str| step.ty.axis(name).and_then(|axis| step.ty.axes[axis].size.value());
    let same = [Axis::HEIGHT, Axis::WIDTH].iter().zip(size).all(|(name, size)| of(name) == Some(*size as i64));
    match step.def.name() {
        "flip" => true,
        "crop" => false,
        _ => same,
    }
}

impl PreparedInput {
    /// Moves the labels of a batch as the pictures of its rows, which are told by data set and number, have been moved.
    pub(super) fn move_along(&self, batch: &mut TargetBatch, rows: &[(usize, usize)], drawing: Drawing) {
        let Held::Computed(computed) = &self.held else { return };
        for target in batch.values.iter_mut().filter(|target| target.shape.len() == 3) {
            let size = (target.shape[1], target.shape[2]);
            let windows = computed.windows(rows, drawing, size);
            cut(target, size, &windows);
        }
    }
}

fn cut(target: &mut HostTensor, size: (usize, usize), windows: &[Vec<Window>]) {
    fn each<T: Copy>(values: &mut [T], size: (usize, usize), windows: &[Vec<Window>]) {
        for (row, windows) in values.chunks_mut((size.0 * size.1).max(1)).zip(windows) {
            for window in windows.iter().filter(|window| **window != Window::whole(size.0, size.1)) {
                let moved = window.cut(row, size, 1, None);
                row.copy_from_slice(&moved);
            }
        }
    }
    match &mut target.values {
        HostValues::F32(values) => each(values, size, windows),
        HostValues::I64(values) => each(values, size, windows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_windows_of_its_own() {
        let whole = Window::whole(1, 3);
        let values = HostValues::I64(vec![1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut target = HostTensor { shape: vec![3, 1, 3], values, lengths: Vec::new() };
        let mirrored = Window { mirrored: true, ..whole };
        cut(&mut target, (1, 3), &[vec![mirrored], vec![whole], vec![mirrored, Window { left: 1, ..whole }]]);
        assert_eq!(target.values, HostValues::I64(vec![3, 2, 1, 4, 5, 6, 8, 7, 7]));
    }
}
