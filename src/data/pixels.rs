//! How much each pixel of a label counts: nothing where its class is not known, else as much as the weight of its class says.

use super::batch::{HostTensor, HostValues, PlaceWeights};
use super::fitting::Fitting;
use super::labels::LabelColumn;
use super::row_set::RowSet;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{ClassWeights, Task};

/// The weights of the classes of a label that has one for each pixel. Numbers behind them are of no class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PixelWeights {
    weights: Vec<f32>,
    /// How many pixels of a labelled row of the training part count, on average.
    pub counted: f64,
}

/// So many masks are looked at together.
const TOGETHER: usize = 64;

impl Fitting<'_> {
    /// `None` if all pixels of the label count alike. A problem if none does.
    pub(super) fn pixel_weights(&mut self, task: &Task, label: &LabelColumn, train: &RowSet) -> Option<PixelWeights> {
        let ignores = self.pipeline.column(*task.label.columns.first()?).kind.ignores();
        let weighs = task.class_weights != ClassWeights::None;
        // Beyond the edges of a picture nothing has a class.
        let beyond = task.lies_in.is_some();
        let (shape, _) = label.values.indices(&[]).filter(|_| ignores || weighs || beyond)?;
        let classes = task.label.ty.classes_of_pixels()?.value().and_then(|classes| usize::try_from(classes).ok())?;
        let mut counts = vec![0u64; classes];
        for rows in train.chunks(TOGETHER) {
            for class in label.values.indices(&rows).into_iter().flat_map(|(_, found)| found) {
                if let Some(count) = usize::try_from(class).ok().and_then(|class| counts.get_mut(class)) {
                    *count += 1;
                }
            }
        }
        let all: u64 = counts.iter().sum();
        if all == 0 && !train.is_empty() {
            let name = self.pipeline.column_name(task.label.columns[0]);
            let message = format!(
                "task `{}` has no label in the training part: every pixel of `{name}` there is ignored",
                task.name
            );
            self.problems.push(
                Diagnostic::new(&codes::NO_LABELS, task.label.span, message)
                    .here("nothing to learn from")
                    .also(self.pipeline.column(task.label.columns[0]).span, "says what is ignored"),
            );
        }
        let saved = self.saved.as_ref().and_then(|saved| saved.class_weights.get(&task.name).cloned());
        let weights = match (&task.class_weights, saved) {
            (ClassWeights::None, _) => vec![1.0; classes],
            (_, Some(saved)) => saved,
            (ClassWeights::Given(given), None) => given.clone(),
            (ClassWeights::Balanced, None) => balanced(&counts),
        };
        let counted = match train.len() {
            0 => shape.iter().product::<usize>() as f64,
            rows => all as f64 / rows as f64,
        };
        let of_classes = PixelWeights { weights: weights.iter().map(|weight| *weight as f32).collect(), counted };
        if weighs {
            self.fitted.class_weights.insert(task.name.clone(), weights);
        }
        Some(of_classes)
    }
}

/// A class with n of N counted units has the weight N / (classes · n), where classes without any do not count; these weigh 1, for nothing is known of
/// them.
pub(super) fn balanced(counts: &[u64]) -> Vec<f64> {
    let all: u64 = counts.iter().sum();
    let present = counts.iter().filter(|count| **count > 0).count() as u64;
    counts.iter().map(|count| if *count == 0 { 1.0 } else { all as f64 / (present * count) as f64 }).collect()
}

impl PixelWeights {
    /// What each place of a batch counts. One of no class becomes the first, which is any.
    pub fn weigh(&self, target: &mut HostTensor) -> Option<PlaceWeights> {
        let width: usize = target.shape.iter().skip(1).product();
        let HostValues::I64(values) = &mut target.values else { return None };
        let mut places = PlaceWeights { weights: Vec::with_capacity(values.len()), counted: Vec::new() };
        for row in values.chunks_mut(width.max(1)) {
            let mut counted = 0;
            for class in row {
                let weight = usize::try_from(*class).ok().and_then(|class| self.weights.get(class));
                counted += usize::from(weight.is_some());
                places.weights.push(weight.copied().unwrap_or(0.0));
                if weight.is_none() {
                    *class = 0;
                }
            }
            places.counted.push(counted);
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_of_no_class_count_nowhere() {
        let weights = PixelWeights { weights: vec![1.0, 3.0], counted: 2.0 };
        let mut target =
            HostTensor { shape: vec![2, 1, 3], values: HostValues::I64(vec![0, 1, 255, 255, 255, 1]), lengths: vec![] };
        let places = weights.weigh(&mut target).expect("indices");
        assert_eq!(places, PlaceWeights { weights: vec![1.0, 3.0, 0.0, 0.0, 0.0, 3.0], counted: vec![2, 1] });
        assert_eq!(target.values, HostValues::I64(vec![0, 1, 0, 0, 0, 1]));
    }

    #[test]
    fn balanced_classes_weigh_alike_together() {
        assert_eq!(balanced(&[6, 2, 0]), [8.0 / 12.0, 2.0, 1.0]);
    }
}
