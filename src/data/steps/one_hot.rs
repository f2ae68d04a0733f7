//! `one_hot`: 1 at the row's class, in each column; the mean of the known classes where the training part had no such row.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::one_hot::OneHot;
use crate::data::values::Values;

impl StepHalf for OneHot {
    /// For each place, column by column, whether a training row had it; none for a label, and in models that were trained
    /// before this was asked.
    type State = Option<Vec<bool>>;

    fn fit(&self, training: &Training<'_>) -> Result<Self::State, Refusal> {
        let sizes = match training.like() {
            Values::Category { classes, size, .. } if *size > classes.len() => vec![*size],
            Values::Categories { sizes, .. } => sizes.clone(),
            // A label has no places besides its classes.
            _ => return Ok(None),
        };
        let mut seen = vec![false; sizes.iter().sum()];
        training.each(&mut |values| {
            let (Values::Category { codes, .. } | Values::Categories { codes, .. }) = values else { return };
            for row in codes.chunks(sizes.len().max(1)) {
                let mut start = 0;
                for (code, size) in row.iter().zip(&sizes) {
                    if let Some(place) = usize::try_from(*code).ok().and_then(|code| seen.get_mut(start + code)) {
                        *place = true;
                    }
                    start += size;
                }
            }
        })?;
        Ok(Some(seen))
    }

    fn apply(&self, state: &Self::State, values: Values) -> Result<Values, Refusal> {
        let (sizes, codes) = match values {
            Values::Category { size, codes, .. } => (vec![size], codes),
            Values::Categories { sizes, codes } => (sizes, codes),
            other => return Ok(other),
        };
        let width: usize = sizes.iter().sum();
        let seen = |place: usize| state.as_ref().is_none_or(|seen| seen.get(place).copied().unwrap_or(false));
        // Of each column, where its places begin and which of its classes training had.
        let mut columns = Vec::new();
        let mut start = 0;
        for size in &sizes {
            // *Unknown* and *missing* are the last two.
            let classes = start..start + size.saturating_sub(2);
            columns.push((start, *size, classes.filter(|place| seen(*place)).collect::<Vec<usize>>()));
            start += size;
        }
        let mut hot = vec![0.0; codes.len() / sizes.len().max(1) * width];
        for (codes, hot) in codes.chunks(sizes.len().max(1)).zip(hot.chunks_mut(width.max(1))) {
            for (code, (start, size, known)) in codes.iter().zip(&columns) {
                match usize::try_from(*code) {
                    Ok(code) if code < *size && seen(start + code) => hot[start + code] = 1.0,
                    Ok(code) if code < *size => known.iter().for_each(|place| hot[*place] = 1.0 / known.len() as f64),
                    // A label that is missing.
                    _ => hot[*start..start + size].fill(f64::NAN),
                }
            }
        }
        Ok(Values::Real { shape: vec![width], values: hot })
    }
}
