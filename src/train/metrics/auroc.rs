//! `auroc`: by ranks; for several classes or labels, the mean of one against the rest over those for which it is defined.

use super::{Compute, Prepared};
use crate::catalog::metrics::auroc::Auroc;
use crate::train::scoring::{Figure, Labels, Prediction, Ranking, RowWeights, Scored};

impl Compute for Auroc {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let rankings = rankings(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let areas: Vec<f64> = rankings.iter().filter_map(|ranking| ranking.area(weights)).collect();
            if areas.is_empty() {
                return Figure::Undefined("all rows have one class".into());
            }
            Figure::Number(areas.iter().sum::<f64>() / areas.len() as f64)
        }))
    }
}

/// One ranking per question of "this class or another".
fn rankings(scored: &Scored) -> Result<Vec<Ranking>, String> {
    let column = |values: &[f64], width: usize, class: usize, positive: &dyn Fn(usize) -> bool| {
        Ranking::new(values.iter().skip(class).step_by(width).copied(), positive)
    };
    match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            Ok(vec![column(given, 1, 0, &|row| values[row])])
        }
        (Labels::Classes { classes: 2, values }, Prediction::Probabilities { width: 1, values: given }) => {
            Ok(vec![column(given, 1, 0, &|row| values[row] == 1)])
        }
        // Of two classes that share the whole probability, each says the same.
        (Labels::Classes { classes: 2, values }, Prediction::Distribution { classes: 2, values: given }) => {
            Ok(vec![column(given, 2, 1, &|row| values[row] == 1)])
        }
        (
            Labels::Classes { classes, values },
            Prediction::Distribution { classes: width, values: given }
            | Prediction::Probabilities { width, values: given },
        ) if classes == width => {
            Ok((0..classes).map(|class| column(given, width, class, &|row| values[row] as usize == class)).collect())
        }
        (
            Labels::Sets { width, values },
            Prediction::Probabilities { width: other, values: given }
            | Prediction::Distribution { classes: other, values: given },
        ) if width == other => {
            Ok((0..width).map(|label| column(given, width, label, &|row| values[row * width + label])).collect())
        }
        _ => Err("the predictions are not probabilities of the label's classes".into()),
    }
}
