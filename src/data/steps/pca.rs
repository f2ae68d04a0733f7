//! `pca`: coordinates along the principal components of the training part.

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::pca::Pca;
use crate::data::symmetric::eigen;
use crate::data::values::Values;

#[derive(Debug, Serialize, Deserialize)]
pub struct Components {
    mean: Vec<f64>,
    /// A direction of length 1 per component.
    directions: Vec<Vec<f64>>,
}

impl StepHalf for Pca {
    type State = Components;

    fn fit(&self, training: &Training<'_>) -> Result<Components, Refusal> {
        let width = training.numbers();
        let each_whole = |take: &mut dyn FnMut(&[f64])| {
            training.each_row(&mut |row| {
                if row.iter().all(|value| value.is_finite()) {
                    take(row);
                }
            })
        };
        let mut rows = 0usize;
        each_whole(&mut |_| rows += 1)?;
        let most = width.min(rows.saturating_sub(1));
        if self.components > most {
            let why = format!(
                "can find {most} components in {width} columns and the {rows} training rows without a gap; write `pca({most})`"
            );
            let too_few = format!("finds {rows} training rows without a gap; put `-> impute(median)` before it");
            return Err(Refusal::new(if most == 0 { too_few } else { why }));
        }
        let mut mean = vec![0.0; width];
        each_whole(&mut |row| mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / rows as f64))?;
        let directions = if rows < width {
            let mut centred = Vec::with_capacity(rows * width);
            each_whole(&mut |row| centred.extend(row.iter().zip(&mean).map(|(value, mean)| value - mean)))?;
            of_rows(&centred, width)
        } else {
            let (mut products, mut centred) = (vec![0.0; width * width], vec![0.0; width]);
            each_whole(&mut |row| {
                centred.iter_mut().zip(row).zip(&mean).for_each(|((own, value), mean)| *own = value - mean);
                add_products(&centred, &mut products);
            })?;
            eigen(products, width).into_iter().map(|(_, direction)| direction).collect()
        };
        Ok(Components { mean, directions: directions.into_iter().take(self.components).map(positive).collect() })
    }

    fn apply(&self, state: &Components, values: Values) -> Result<Values, Refusal> {
        let Values::Real { values, .. } = values else { return Ok(values) };
        let along = |row: &[f64], direction: &[f64]| -> f64 {
            row.iter().zip(&state.mean).zip(direction).map(|((value, mean), part)| (value - mean) * part).sum()
        };
        let rows = values.chunks(state.mean.len().max(1));
        let values = rows.flat_map(|row| state.directions.iter().map(move |direction| along(row, direction))).collect();
        Ok(Values::Real { shape: vec![state.directions.len()], values })
    }
}

/// Adds the products of the columns with each other in one row.
fn add_products(row: &[f64], products: &mut [f64]) {
    for (value, products) in row.iter().zip(products.chunks_mut(row.len().max(1))) {
        if *value != 0.0 {
            products.iter_mut().zip(row).for_each(|(product, other)| *product += value * other);
        }
    }
}

/// From the products of the rows with each other, of which there are fewer: Xᵀ·u is a direction if u is an eigenvector of X·Xᵀ.
fn of_rows(centred: &[f64], width: usize) -> Vec<Vec<f64>> {
    let rows: Vec<&[f64]> = centred.chunks(width).collect();
    let product = |one: &[f64], other: &[f64]| -> f64 { one.iter().zip(other).map(|(a, b)| a * b).sum() };
    let products = rows.iter().flat_map(|one| rows.iter().map(move |other| product(one, other))).collect();
    let pairs = eigen(products, rows.len());
    let widest = pairs.first().map_or(0.0, |(value, _)| value.sqrt());
    let directions = pairs.into_iter().map(|(_, weights)| {
        let mut direction = vec![0.0; width];
        for (row, weight) in rows.iter().zip(weights) {
            direction.iter_mut().zip(*row).for_each(|(sum, value)| *sum += weight * value);
        }
        let length = product(&direction, &direction).sqrt();
        // Along what is left after the last real direction there is nothing but rounding.
        let factor = if length > widest * 1e-7 { 1.0 / length } else { 0.0 };
        direction.iter_mut().for_each(|value| *value *= factor);
        direction
    });
    directions.collect()
}

/// A direction and its opposite are the same component: the largest loading is made positive.
fn positive(mut direction: Vec<f64>) -> Vec<f64> {
    let largest =
        direction.iter().copied().fold(0.0, |best: f64, value| if value.abs() > best.abs() { value } else { best });
    if largest < 0.0 {
        direction.iter_mut().for_each(|value| *value = -*value);
    }
    direction
}
