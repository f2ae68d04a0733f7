//! Metrics over a part that comes in batches.

use super::{Prepared, RowWeights, half, no_rows};
use crate::answers::Column;
use crate::catalog::metrics::MetricDef;
use crate::score::{Classed, Figure, Scored, Tally};

/// What a metric keeps of the batches that it has seen.
pub(crate) trait Batches {
    /// `batch` has been verified and has rows. `Err` says why there is no figure.
    fn add(&mut self, batch: &Scored) -> Result<(), String>;

    fn finish(&self) -> Figure;
}

/// A metric at work.
pub struct Running {
    batches: Box<dyn Batches>,
    rows: usize,
    problem: Option<String>,
}

/// A metric that has seen nothing yet.
pub fn begin(metric: &MetricDef) -> Running {
    let batches = half(metric).begin().unwrap_or_else(|| Box::new(Kept::new(metric.clone())));
    Running { batches, rows: 0, problem: None }
}

impl Running {
    /// Takes a batch; one without rows is nothing.
    pub fn add(&mut self, batch: &Scored) {
        match batch.verify() {
            _ if batch.rows() == 0 || self.problem.is_some() => {}
            Ok(()) => self.take(batch),
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Takes a batch that has been verified.
    pub(crate) fn take(&mut self, batch: &Scored) {
        if self.problem.is_none() {
            self.rows += batch.rows();
            self.problem = self.batches.add(batch).err();
        }
    }

    /// The figure of all rows that came.
    pub fn finish(&self) -> Figure {
        match &self.problem {
            Some(why) => Figure::Undefined(why.clone()),
            None if self.rows == 0 => no_rows(),
            None => self.batches.finish(),
        }
    }
}

/// The mean of a figure per row.
pub(crate) struct MeanOfRows {
    rows: fn(&Scored) -> Result<Vec<f64>, String>,
    sum: f64,
    total: f64,
}

impl MeanOfRows {
    pub fn begin(rows: fn(&Scored) -> Result<Vec<f64>, String>) -> Option<Box<dyn Batches>> {
        Some(Box::new(Self { rows, sum: 0.0, total: 0.0 }))
    }

    pub fn prepare<'a>(rows: fn(&Scored) -> Result<Vec<f64>, String>, scored: &Scored) -> Result<Prepared<'a>, String> {
        let rows = rows(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let mut mean = Self { rows: |_| Ok(Vec::new()), sum: 0.0, total: 0.0 };
            mean.take(&rows, weights);
            mean.finish()
        }))
    }

    fn take(&mut self, rows: &[f64], weights: RowWeights) {
        // A row of which nothing is judged has no figure.
        for (row, value) in rows.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            let weight = weights.at(row);
            self.sum += weight * value;
            self.total += weight;
        }
    }
}

impl Batches for MeanOfRows {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        let rows = (self.rows)(batch)?;
        self.take(&rows, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        if self.total > 0.0 { Figure::Number(self.sum / self.total) } else { no_rows() }
    }
}

/// The numbers of each row.
type OfRows<const N: usize> = dyn Fn(&Scored) -> Result<Vec<[f64; N]>, String>;

/// A figure of sums over rows of `N` numbers each.
pub(crate) struct Sums<const N: usize> {
    rows: Box<OfRows<N>>,
    figure: fn(&[f64; N]) -> Figure,
    sums: [f64; N],
}

impl<const N: usize> Sums<N> {
    pub fn begin(
        rows: impl Fn(&Scored) -> Result<Vec<[f64; N]>, String> + 'static,
        figure: fn(&[f64; N]) -> Figure,
    ) -> Option<Box<dyn Batches>> {
        Some(Box::new(Self { rows: Box::new(rows), figure, sums: [0.0; N] }))
    }

    pub fn prepare<'a>(
        rows: impl Fn(&Scored) -> Result<Vec<[f64; N]>, String>,
        figure: fn(&[f64; N]) -> Figure,
        scored: &Scored,
    ) -> Result<Prepared<'a>, String> {
        let rows = rows(scored)?;
        Ok(Box::new(move |weights: RowWeights| {
            let mut sums = [0.0; N];
            add_up(&mut sums, &rows, weights);
            figure(&sums)
        }))
    }
}

fn add_up<const N: usize>(sums: &mut [f64; N], rows: &[[f64; N]], weights: RowWeights) {
    for (place, row) in rows.iter().enumerate() {
        let weight = weights.at(place);
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
    }
}

impl<const N: usize> Batches for Sums<N> {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        add_up(&mut self.sums, &(self.rows)(batch)?, batch.row_weights());
        Ok(())
    }

    fn finish(&self) -> Figure {
        (self.figure)(&self.sums)
    }
}

/// A figure of the counts per class.
pub(crate) struct Tallies<F> {
    figure: F,
    tally: Option<Tally>,
}

impl<F: Fn(&Tally) -> Figure + 'static> Tallies<F> {
    pub fn begin(figure: F) -> Option<Box<dyn Batches>> {
        Some(Box::new(Self { figure, tally: None }))
    }

    pub fn prepare<'a>(figure: F, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let classed = Classed::of(scored)?;
        Ok(Box::new(move |weights: RowWeights| of_tally(&figure, &Tally::of(&classed, weights))))
    }
}

fn of_tally(figure: &impl Fn(&Tally) -> Figure, tally: &Tally) -> Figure {
    if tally.total > 0.0 { figure(tally) } else { no_rows() }
}

impl<F: Fn(&Tally) -> Figure + 'static> Batches for Tallies<F> {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        let classed = Classed::of(batch)?;
        match &mut self.tally {
            Some(tally) => tally.add(&classed, batch.row_weights()),
            None => self.tally = Some(Tally::of(&classed, batch.row_weights())),
        }
        Ok(())
    }

    fn finish(&self) -> Figure {
        self.tally.as_ref().map_or_else(no_rows, |tally| of_tally(&self.figure, tally))
    }
}

/// Labels and predictions of all rows, for figures that no sum tells.
pub(crate) struct Kept {
    metric: MetricDef,
    columns: Option<(Box<dyn Column>, Box<dyn Column>)>,
    thresholds: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Kept {
    fn new(metric: MetricDef) -> Self {
        Self { metric, columns: None, thresholds: Vec::new(), weights: None }
    }
}

impl Batches for Kept {
    fn add(&mut self, batch: &Scored) -> Result<(), String> {
        let (label, prediction) = batch.columns();
        if let Some(weights) = batch.weights {
            self.weights.get_or_insert_default().extend_from_slice(weights);
        }
        self.thresholds = batch.thresholds.to_vec();
        match &mut self.columns {
            Some((labels, predictions)) => {
                labels.append(label.as_ref());
                predictions.append(prediction.as_ref());
            }
            None => self.columns = Some((label, prediction)),
        }
        Ok(())
    }

    fn finish(&self) -> Figure {
        let Some((label, prediction)) = &self.columns else { return no_rows() };
        let weights = self.weights.as_deref();
        super::compute(
            &self.metric,
            &Scored { weights, ..Scored::of(label.as_ref(), prediction.as_ref(), &self.thresholds) },
        )
    }
}
