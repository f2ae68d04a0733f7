//! A metric on a common scale: 0 is the trivial predictor, 1 is perfect.

use super::{Figure, Scored, Trivial};
use crate::catalog::metrics::{Direction, MetricDef};
use crate::score::metrics::compute;

/// What the trivial predictor reaches on these rows. It depends on the labels alone, so a loop can keep it.
pub fn trivial_score(metric: &MetricDef, scored: &Scored, trivial: &Trivial) -> Result<f64, String> {
    beside_trivial(metric, scored, trivial, |_, value| value)
}

/// Runs `then` on what the trivial predictor answers for these rows, and what it reaches: with the training part's most
/// frequent class (or its shares of the classes, where a metric takes probabilities), or its mean. Where a threshold was
/// chosen, always answering yes is as easy, and the better of the two counts.
pub fn beside_trivial<T>(
    metric: &MetricDef,
    scored: &Scored,
    trivial: &Trivial,
    then: impl FnOnce(&Scored, f64) -> T,
) -> Result<T, String> {
    scored.verify()?;
    if let Some(why) = scored.label.constant() {
        return Err(why.into());
    }
    let answers = trivial.answers(scored)?;
    let blind = Trivial::instead(scored, answers.as_ref());
    let value = match compute(metric, &blind) {
        Figure::Number(value) => value,
        Figure::Undefined(why) => return Err(why),
        Figure::Matrix(_) | Figure::PerClass(_) => return Err(format!("`{}` is not a score", metric.name())),
    };
    let yes = Trivial::always_yes(scored);
    let yes = yes.as_ref().map(|answers| Trivial::instead(scored, answers.as_ref()));
    let better = yes.as_ref().and_then(|yes| Some((yes, compute(metric, yes).number()?)));
    match better.filter(|(_, figure)| is_better(metric.direction(), *figure, value)) {
        Some((yes, figure)) => Ok(then(yes, figure)),
        None => Ok(then(&blind, value)),
    }
}

/// Whether one figure is better than another.
pub fn is_better(direction: Direction, one: f64, other: f64) -> bool {
    match direction {
        Direction::LowerIsBetter => one < other,
        Direction::HigherIsBetter | Direction::NotAScore => one > other,
    }
}

/// Puts a figure on the scale from the trivial predictor's figure to a perfect one.
pub fn scale(direction: Direction, value: f64, trivial: f64) -> Result<f64, String> {
    let perfect = match direction {
        Direction::HigherIsBetter => 1.0,
        Direction::LowerIsBetter => 0.0,
        Direction::NotAScore => return Err("it is not a score".into()),
    };
    if !value.is_finite() || !trivial.is_finite() {
        return Err("the figure is not a finite number".into());
    }
    if (perfect - trivial).abs() < 1e-12 {
        return Err("answering without looking is already perfect".into());
    }
    Ok(((value - trivial) / (perfect - trivial)).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::metrics::find;
    use crate::score::{Labels, Prediction};

    /// How far the model is from the trivial predictor (0) to perfect (1), clamped to [−1, 1]; `Err` says why this cannot
    /// be told, to complete "left out: …".
    fn skill(metric: &MetricDef, scored: &Scored, trivial: &Trivial) -> Result<f64, String> {
        let start = trivial_score(metric, scored, trivial)?;
        match compute(metric, scored) {
            Figure::Number(value) => scale(metric.direction(), value, start),
            Figure::Undefined(why) => Err(why),
            Figure::Matrix(_) | Figure::PerClass(_) => Err(format!("`{}` is not a score", metric.name())),
        }
    }

    fn metric(name: &str) -> MetricDef {
        find(name).and_then(|entry| (entry.from_args)(&Default::default())).expect("the catalog has it")
    }

    #[test]
    fn the_majority_class_is_zero_and_all_right_is_one() {
        // Train: class 1 in 3 of 4 rows. Valid: 2 of 4 rows are 1, so the trivial accuracy is a half.
        let trivial = Trivial::fit(&Labels::Classes { classes: 3, values: &[1, 1, 0, 1] }).expect("there are rows");
        let of = |given: &[u32]| {
            let label = Labels::Classes { classes: 3, values: &[0, 1, 1, 2] };
            let scored = Scored { prediction: Prediction::Classes(given), label, weights: None, thresholds: &[] };
            skill(&metric("accuracy"), &scored, &trivial)
        };
        assert_eq!(of(&[1, 1, 1, 1]), Ok(0.0));
        assert_eq!(of(&[0, 1, 1, 2]), Ok(1.0));
        assert_eq!(of(&[0, 1, 1, 1]), Ok(0.5));
        assert_eq!(of(&[2, 2, 2, 0]), Ok(-1.0));
    }

    #[test]
    fn an_error_is_scaled_from_the_training_mean() {
        // Train mean 2; valid 1 and 5: trivial MAE (1 + 3)/2 = 2.
        let trivial = Trivial::fit(&Labels::Numbers { width: 1, values: &[1.0, 3.0] }).expect("there are rows");
        let of = |name: &str, given: &[f64]| {
            let label = Labels::Numbers { width: 1, values: &[1.0, 5.0] };
            let scored = Scored {
                prediction: Prediction::Numbers { width: 1, values: given },
                label,
                weights: None,
                thresholds: &[],
            };
            skill(&metric(name), &scored, &trivial)
        };
        assert_eq!(of("mae", &[1.5, 4.5]), Ok(0.75));
        assert_eq!(of("mae", &[100.0, 5.0]), Ok(-1.0), "clamped");
        // Trivial R² is 1 − (1 + 9)/8 = −0.25; exact is 1.
        assert_eq!(of("r2", &[2.0, 2.0]), Ok(0.0));
        assert_eq!(of("r2", &[1.0, 5.0]), Ok(1.0));
        assert!(of("mae", &[f64::NAN, 1.0]).is_err());
    }

    #[test]
    fn probabilities_start_from_the_class_shares() {
        let trivial = Trivial::fit(&Labels::Binary { values: &[true, true, true, false] }).expect("there are rows");
        let scored = |label: &'static [bool]| Scored {
            prediction: Prediction::Probabilities { width: 1, values: &[0.9, 0.2] },
            label: Labels::Binary { values: label },
            weights: None,
            thresholds: &[],
        };
        assert_eq!(trivial_score(&metric("auroc"), &scored(&[true, false]), &trivial), Ok(0.5));
        let loss = -(0.75_f64.ln() + 0.25_f64.ln()) / 2.0;
        let start = trivial_score(&metric("log_loss"), &scored(&[true, false]), &trivial).expect("it is defined");
        assert!((start - loss).abs() < 1e-12);
        assert_eq!(skill(&metric("accuracy"), &scored(&[true, true]), &trivial), Err("all rows have one class".into()));
        assert!(skill(&metric("confusion"), &scored(&[true, false]), &trivial).is_err());
    }

    #[test]
    fn a_label_that_does_not_vary_or_no_rows_cannot_be_judged() {
        let trivial = Trivial::fit(&Labels::Numbers { width: 1, values: &[1.0] }).expect("there is a row");
        let of = |values: &[f64]| {
            let label = Labels::Numbers { width: 1, values };
            skill(
                &metric("r2"),
                &Scored { prediction: Prediction::Numbers { width: 1, values }, label, weights: None, thresholds: &[] },
                &trivial,
            )
        };
        assert_eq!(of(&[2.0, 2.0]), Err("all rows have the same label".into()));
        assert_eq!(of(&[]), Err("no row has the label".into()));
        assert!(Trivial::fit(&Labels::Numbers { width: 1, values: &[] }).is_none());
    }
}
