//! The other half of `catalog/steps/`: what a step learns from the training part, and what it computes.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::values::Values;
use crate::catalog::steps::StepDef;

/// Why a step cannot compute.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Completes "`log` …".
    pub reason: String,
    /// The rows that are to blame, if it is rows; stacked numbering.
    pub rows: Vec<usize>,
    /// A class that is not known, and those that are; boxed, so that results stay small.
    pub unknown: Option<Box<(String, Vec<String>)>>,
    /// The column that is to blame, of how many, if it is one.
    pub column: Option<(usize, usize)>,
}

impl Refusal {
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), rows: Vec::new(), unknown: None, column: None }
    }
}

/// What a step computes.
pub trait StepHalf: Clone + Debug + Send + Sync + 'static {
    /// What it learns; `()` if nothing.
    type State: Serialize + DeserializeOwned + Debug + Send + Sync;

    /// Learns from the training rows.
    fn fit(&self, values: &Values, train: &[usize]) -> Result<Self::State, Refusal>;

    fn apply(&self, state: &Self::State, values: Values) -> Result<Values, Refusal>;

    /// Undoes it in place on row-major numbers; only asked of steps that the catalog calls invertible.
    fn invert(&self, _state: &Self::State, _values: &mut [f64], _width: usize) {}
}

/// A step with what it has learnt.
pub trait FittedStep: Debug + Send + Sync {
    fn state(&self) -> serde_json::Value;
    fn apply(&self, values: Values) -> Result<Values, Refusal>;
    fn invert(&self, values: &mut [f64], width: usize);
}

#[derive(Debug)]
struct Fitted<S: StepHalf> {
    step: S,
    state: S::State,
}

impl<S: StepHalf> FittedStep for Fitted<S> {
    fn state(&self) -> serde_json::Value {
        serde_json::to_value(&self.state).unwrap_or_default()
    }

    fn apply(&self, values: Values) -> Result<Values, Refusal> {
        self.step.apply(&self.state, values)
    }

    fn invert(&self, values: &mut [f64], width: usize) {
        self.step.invert(&self.state, values, width.max(1));
    }
}

fn fit_one<S: StepHalf>(step: &S, values: &Values, train: &[usize]) -> Result<Box<dyn FittedStep>, Refusal> {
    Ok(Box::new(Fitted { step: step.clone(), state: step.fit(values, train)? }))
}

fn load_one<S: StepHalf>(step: &S, state: &serde_json::Value) -> Result<Box<dyn FittedStep>, String> {
    let state = serde_json::from_value(state.clone()).map_err(|error| error.to_string())?;
    Ok(Box::new(Fitted { step: step.clone(), state }))
}

/// One list; a step without its half here does not compile.
macro_rules! halves {
    ($($module:ident :: $entry:ident),* $(,)?) => {
        $(mod $module;)*

        /// Fits a step on the training rows.
        pub fn fit(step: &StepDef, values: &Values, train: &[usize]) -> Result<Box<dyn FittedStep>, Refusal> {
            match step { $(StepDef::$entry(entry) => fit_one(entry, values, train)),* }
        }

        /// A step with a state that was saved.
        pub fn load(step: &StepDef, state: &serde_json::Value) -> Result<Box<dyn FittedStep>, String> {
            match step { $(StepDef::$entry(entry) => load_one(entry, state)),* }
        }
    };
}

halves! {
    above::Above,
    calendar::Calendar,
    characters::Characters,
    clip::Clip,
    impute::Impute,
    is::Is,
    log::Log,
    lowercase::Lowercase,
    min_max::MinMax,
    multi_hot::MultiHot,
    one_hot::OneHot,
    pca::Pca,
    piecewise_linear::PiecewiseLinear,
    quantile::Quantile,
    robust_scale::RobustScale,
    savitzky_golay::SavitzkyGolay,
    scale::Scale,
    smooth_clip::SmoothClip,
    snv::Snv,
    standardize::Standardize,
}

// ------------------------------------------------------------------------- shared by several steps

/// Applies a function to every number, by its column.
fn map_columns(values: Values, change: impl Fn(usize, f64) -> f64) -> Values {
    match values {
        Values::Real { shape, mut values } => {
            change_columns(&mut values, shape.iter().product(), change);
            Values::Real { shape, values }
        }
        other => other,
    }
}

fn change_columns(values: &mut [f64], width: usize, change: impl Fn(usize, f64) -> f64) {
    for row in values.chunks_mut(width.max(1)) {
        for (column, value) in row.iter_mut().enumerate() {
            *value = change(column, *value);
        }
    }
}

/// The numbers that the training rows have in each column, missing ones left out, in the order of the rows.
fn train_columns(values: &Values, train: &[usize]) -> Vec<Vec<f64>> {
    let Values::Real { values: numbers, .. } = values else { return Vec::new() };
    let width = values.width();
    let mut columns = vec![Vec::with_capacity(train.len()); width];
    for row in train {
        for (column, value) in columns.iter_mut().zip(&numbers[row * width..(row + 1) * width]) {
            if !value.is_nan() {
                column.push(*value);
            }
        }
    }
    columns
}

/// The training numbers of each column, each of which must have some.
fn some_columns(values: &Values, train: &[usize]) -> Result<Vec<Vec<f64>>, Refusal> {
    let columns = train_columns(values, train);
    match columns.iter().position(Vec::is_empty) {
        Some(empty) => {
            Err(Refusal { column: Some((empty, columns.len())), ..Refusal::new("finds no value in the training part") })
        }
        None => Ok(columns),
    }
}

/// A quantile of sorted numbers, of which there are some: on a straight line between the two around it.
fn sorted_quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    // A place that is whole but for rounding is one of the numbers, and not something beside it.
    let place = if (place - place.round()).abs() < 1e-9 { place.round() } else { place };
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (sorted[below], sorted[above]);
    if low == high { low } else { low + (high - low) * (place - place.floor()) }
}
