//! A metric on a common scale: 0 is the trivial predictor, 1 is perfect.

use super::{Figure, Scored, Trivial};
use crate::catalog::metrics::{Direction, MetricDef};
use crate::train::metrics::compute;

/// How far the model is from the trivial predictor (0) to perfect (1), clamped to [−1, 1]; `Err` says why this cannot
/// be told, to complete "left out: …".
pub fn skill(metric: &MetricDef, scored: &Scored, trivial: &Trivial) -> Result<f64, String> {
    let start = trivial_score(metric, scored, trivial)?;
    match compute(metric, scored) {
        Figure::Number(value) => scale(metric.direction(), value, start),
        Figure::Undefined(why) => Err(why),
        Figure::Matrix(_) => Err(format!("`{}` is not a score", metric.name())),
    }
}

/// What the trivial predictor reaches on these rows. It depends on the labels alone, so a loop can keep it.
pub fn trivial_score(metric: &MetricDef, scored: &Scored, trivial: &Trivial) -> Result<f64, String> {
    scored.verify()?;
    if let Some(why) = scored.label.constant() {
        return Err(why.into());
    }
    match trivial.instead(scored, |scored| compute(metric, scored))? {
        Figure::Number(value) => Ok(value),
        Figure::Undefined(why) => Err(why),
        Figure::Matrix(_) => Err(format!("`{}` is not a score", metric.name())),
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
