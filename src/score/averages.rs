//! How the classes' precision, recall or F1 become one figure.

use super::{Classed, Figure, RowWeights, Scored, Tally};
use crate::catalog::metrics::Average;
use crate::score::metrics::Prepared;

/// A metric of one class: from the weight of the rows that are given it and have it, are given it, have it.
pub(crate) type OfClass = fn(both: f64, given: f64, truth: f64) -> f64;

/// Makes a metric of one class ready; `average` unless written is `binary` for yes-or-no tasks and `macro` for others.
pub(crate) fn averaged<'a>(
    scored: &Scored<'a>,
    average: Option<Average>,
    of_class: OfClass,
) -> Result<Prepared<'a>, String> {
    let classed = Classed::of(scored)?;
    let (yes_or_no, two) = match &classed {
        Classed::One { classes, yes_or_no, .. } => (*yes_or_no, *classes == 2),
        Classed::Sets { .. } => (false, false),
    };
    let average = average.unwrap_or(if yes_or_no { Average::Binary } else { Average::Macro });
    if average == Average::Binary && !two {
        return Err("`average: binary` is for two classes, of which the second is the positive one".into());
    }
    Ok(Box::new(move |weights: RowWeights| {
        let tally = Tally::of(&classed, weights);
        if tally.total <= 0.0 {
            return Figure::Undefined("no row has the label".into());
        }
        let class = |class: usize| of_class(tally.both[class], tally.given[class], tally.truth[class]);
        Figure::Number(match average {
            Average::Binary => class(1),
            Average::Macro => {
                let figures: Vec<f64> = tally.present().map(class).collect();
                figures.iter().sum::<f64>() / figures.len() as f64
            }
            Average::Micro => {
                let sum = |values: &[f64]| values.iter().sum::<f64>();
                of_class(sum(&tally.both), sum(&tally.given), sum(&tally.truth))
            }
            Average::Weighted => {
                let support: f64 = tally.truth.iter().sum();
                let figures = tally.present().map(|index| tally.truth[index] * class(index)).sum::<f64>();
                ratio(figures, support)
            }
        })
    }))
}

/// 0 where scikit-learn's `zero_division` comes in.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
