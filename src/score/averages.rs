//! How the classes' precision, recall or F1 become one figure.

use super::{Classed, Figure, RowWeights, Scored, Tally};
use crate::catalog::metrics::Average;
use crate::score::metrics::{Batches, Prepared};

/// A metric of one class: from the weight of the rows that are given it and have it, are given it, have it.
pub(crate) type OfClass = fn(both: f64, given: f64, truth: f64) -> f64;

/// How the classes come together for these rows; `average` unless written is `binary` for yes-or-no tasks and `macro` for others.
fn settled(classed: &Classed, average: Option<Average>) -> Result<Average, String> {
    let (yes_or_no, two) = match classed {
        Classed::One { classes, yes_or_no, .. } => (*yes_or_no, *classes == 2),
        Classed::Sets { .. } => (false, false),
    };
    let average = average.unwrap_or(if yes_or_no { Average::Binary } else { Average::Macro });
    if average == Average::Binary && !two {
        return Err("`average: binary` is for two classes, of which the second is the positive one".into());
    }
    Ok(average)
}

/// Makes a metric of one class ready.
pub(crate) fn prepare<'a>(
    scored: &Scored<'a>,
    average: Option<Average>,
    of_class: OfClass,
) -> Result<Prepared<'a>, String> {
    let classed = Classed::of(scored)?;
    let average = settled(&classed, average)?;
    Ok(Box::new(move |weights: RowWeights| figure(&Tally::of(&classed, weights), average, of_class)))
}

/// The same for rows that come in batches.
pub(crate) fn begin(average: Option<Average>, of_class: OfClass) -> Option<Box<dyn Batches>> {
    Some(Box::new(Averaged { average, of_class, tally: None }))
}

struct Averaged {
    average: Option<Average>,
    of_class: OfClass,
    tally: Option<(Average, Tally)>,
}

impl Batches for Averaged {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        let classed = Classed::of(batch)?;
        match &mut self.tally {
            Some((_, tally)) => tally.add(&classed, batch.row_weights()),
            None => {
                let average = settled(&classed, self.average)?;
                self.tally = Some((average, Tally::of(&classed, batch.row_weights())));
            }
        }
        Ok(())
    }

    fn finish(&self) -> Figure {
        let nothing = || Figure::Undefined("no row has the label".into());
        self.tally.as_ref().map_or_else(nothing, |(average, tally)| figure(tally, *average, self.of_class))
    }
}

fn figure(tally: &Tally, average: Average, of_class: OfClass) -> Figure {
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
}

/// 0 where scikit-learn's `zero_division` comes in.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
