//! The other half of `catalog/steps/`: what a step learns from the training part, and what it computes.
//!
//! A step is of one of three sorts, which its catalog half tells ([`sort`](crate::catalog::steps::Step::sort)) and `mtlc plan` shows:
//!
//! - *fitted*: [`fit`](StepHalf::fit) learns from the training rows, which [`Training`] gives some at a time; then `apply` is a
//!   function of a row;
//! - *cached*: nothing is learnt, and `apply` is a function of a row alone. What such steps give is computed once and kept, where
//!   that pays, or computed for each batch;
//! - *drawn*: [`draw`](StepHalf::draw) changes training rows anew in every epoch, by [`Draws`] that are a function of seed, epoch
//!   and row; rows that are not trained on go through `apply`, which mostly changes nothing. From the first drawn step on, a chain
//!   is computed for each batch, on the threads that run ahead of the training ([`Prefetch`](crate::data::Prefetch)).
//!
//! Whatever the sort, a step sees some rows and never knows which: `apply` of a hundred rows is a hundred times `apply` of one. A drawn step whose catalog half
//! says that it mixes rows is given those of a batch by [`mix`](StepHalf::mix), and says what each is made of ([`Part`](crate::data::mixing::Part)), by which labels
//! are mixed: see [`mixup`].
//!
//! To add a step, write its catalog half, then a file here with `impl StepHalf`, and its word in the list below. A drawn step is
//! one whose catalog half says `Sort::Drawn`: see [`noise`]. If it moves what stands in a picture, it says so in the picture's
//! [`Frame`](crate::data::pictures::Frame), by which labels that lie in the picture are taken along.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::draws::{Draws, RowDraws};
use super::mixing::{Mix, Neighbours};
use super::pictures::Window;
use super::sounds::Series;
use super::training::Training;
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

/// Where a token stands in its text, in bytes; a mark that stands for no part of it has no place.
pub type Piece = Option<Range<usize>>;

/// What a step computes.
pub trait StepHalf: Clone + Debug + Send + Sync + 'static {
    /// What it learns; `()` if nothing.
    type State: Serialize + DeserializeOwned + Debug + Send + Sync;

    /// Learns from the training rows, to the same bits however they are cut into chunks.
    fn fit(&self, training: &Training<'_>) -> Result<Self::State, Refusal>;

    /// What it makes of some rows; each by itself.
    fn apply(&self, state: &Self::State, values: Values) -> Result<Values, Refusal>;

    /// What a drawn step makes of training rows in one epoch, in place of `apply`; one draw for each row.
    fn draw(&self, state: &Self::State, values: Values, _draws: &Draws) -> Result<Values, Refusal> {
        self.apply(state, values)
    }

    /// How many places before a row those stand, at most, that it is mixed with.
    fn reach(&self) -> usize {
        0
    }

    /// What a step that mixes rows makes of those of a training batch, in place of `draw`, and of what each is made.
    fn mix(
        &self,
        state: &Self::State,
        values: Values,
        draws: &Draws,
        neighbours: &Neighbours,
    ) -> Result<(Values, Mix), Refusal> {
        Ok((self.draw(state, values, draws)?, Mix::none(neighbours.rows())))
    }

    /// Where in a text each of its tokens stands, in bytes, of a step that makes tokens of text; marks that stand for no part of it have none. `None`
    /// if it is no such step, or cannot say.
    fn pieces(&self, _state: &Self::State, _text: &str) -> Option<Vec<Piece>> {
        None
    }

    /// Where tokens stand in the text after this step, of one that changes which tokens there are.
    fn moved(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        pieces
    }

    /// The texts among which is chosen, of a step that keeps them.
    fn candidates<'s>(&self, _state: &'s Self::State) -> &'s [String] {
        &[]
    }

    /// How many of some texts it shortens.
    fn cuts(&self, _values: &Values) -> usize {
        0
    }

    /// How it moves what stands in a picture of this height and width, if a window says that; with draws for training rows, without for
    /// all others. `None`: it moves nothing.
    fn window(&self, _draws: Option<RowDraws>, _size: (usize, usize)) -> Option<Window> {
        None
    }

    /// The text that tokens spell, of a step that makes tokens of text; what stands behind the end mark is left out.
    fn spell(&self, _state: &Self::State, _tokens: &[i64]) -> Option<String> {
        None
    }

    /// The token that marks the end of a text, of a step that puts one there.
    fn end(&self, _state: &Self::State) -> Option<i64> {
        None
    }

    /// Undoes it in place on row-major numbers; only asked of steps that the catalog calls invertible.
    fn invert(&self, _state: &Self::State, _values: &mut [f64], _width: usize) {}
}

/// A step with what it has learnt.
pub trait FittedStep: Debug + Send + Sync {
    fn state(&self) -> serde_json::Value;
    fn apply(&self, values: Values) -> Result<Values, Refusal>;
    fn draw(&self, values: Values, draws: &Draws) -> Result<Values, Refusal>;
    fn reach(&self) -> usize;
    fn mix(&self, values: Values, draws: &Draws, neighbours: &Neighbours) -> Result<(Values, Mix), Refusal>;
    fn cuts(&self, values: &Values) -> usize;
    fn pieces(&self, text: &str) -> Option<Vec<Piece>>;
    fn moved(&self, pieces: Vec<Piece>) -> Vec<Piece>;
    fn candidates(&self) -> &[String];
    fn spell(&self, tokens: &[i64]) -> Option<String>;
    fn end(&self) -> Option<i64>;
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
        at_places(values, |values, _| self.step.apply(&self.state, values))
    }

    fn draw(&self, values: Values, draws: &Draws) -> Result<Values, Refusal> {
        at_places(values, |values, starts| match starts {
            Some(starts) => self.step.draw(&self.state, values, &draws.of_places(starts)),
            None => self.step.draw(&self.state, values, draws),
        })
    }

    fn reach(&self) -> usize {
        self.step.reach()
    }

    fn mix(&self, values: Values, draws: &Draws, neighbours: &Neighbours) -> Result<(Values, Mix), Refusal> {
        self.step.mix(&self.state, values, draws, neighbours)
    }

    fn cuts(&self, values: &Values) -> usize {
        self.step.cuts(values)
    }

    fn pieces(&self, text: &str) -> Option<Vec<Piece>> {
        self.step.pieces(&self.state, text)
    }

    fn moved(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        self.step.moved(pieces)
    }

    fn candidates(&self) -> &[String] {
        self.step.candidates(&self.state)
    }

    fn spell(&self, tokens: &[i64]) -> Option<String> {
        self.step.spell(&self.state, tokens)
    }

    fn end(&self) -> Option<i64> {
        self.step.end(&self.state)
    }

    fn invert(&self, values: &mut [f64], width: usize) {
        self.step.invert(&self.state, values, width.max(1));
    }
}

/// What is made of values whose numbers have eight bytes. The places of a series are given as rows, with where each row of it begins among them, and are
/// a series again behind that.
fn at_places(
    values: Values,
    change: impl FnOnce(Values, Option<&[usize]>) -> Result<Values, Refusal>,
) -> Result<Values, Refusal> {
    let Values::Series(series) = values else { return change(values.doubled(), None) };
    let places = Series { width: series.width, starts: series.starts.clone(), values: Vec::new() };
    let changed = change(Values::Series(series).doubled(), Some(&places.starts)).map_err(|mut refusal| {
        refusal.rows.iter_mut().for_each(|row| *row = places.row_of(*row));
        refusal.rows.dedup();
        refusal
    })?;
    let Values::Real { shape, values } = changed else {
        return Err(Refusal::new("does not take a series whose length differs from row to row"));
    };
    let values = values.into_iter().map(|value| value as f32).collect();
    Ok(Values::Series(Series { width: shape.iter().product(), values, ..places }))
}

fn fit_one<S: StepHalf>(step: &S, training: &Training<'_>) -> Result<Arc<dyn FittedStep>, Refusal> {
    Ok(Arc::new(Fitted { step: step.clone(), state: step.fit(training)? }))
}

fn load_one<S: StepHalf>(step: &S, state: &serde_json::Value) -> Result<Arc<dyn FittedStep>, String> {
    let state = serde_json::from_value(state.clone()).map_err(|error| error.to_string())?;
    Ok(Arc::new(Fitted { step: step.clone(), state }))
}

crate::mirror! {
    StepDef {
        above::Above,
        affine::Affine,
        blur::Blur,
        bpe::Bpe,
        bytes::Bytes,
        calendar::Calendar,
        candidates::Candidates,
        centers::Centers,
        characters::Characters,
        clip::Clip,
        color_jitter::ColorJitter,
        crop::Crop,
        cutmix::Cutmix,
        cutout::Cutout,
        drop_input::DropInput,
        flip::Flip,
        grayscale::Grayscale,
        grouping::Grouping,
        hash::Hash,
        heat_maps::HeatMaps,
        impute::Impute,
        is::Is,
        keep_above::KeepAbove,
        locate::Locate,
        log::Log,
        log_mel::LogMel,
        lowercase::Lowercase,
        min_max::MinMax,
        mixup::Mixup,
        mosaic::Mosaic,
        moving_centers::MovingCenters,
        multi_hot::MultiHot,
        noise::Noise,
        normalize::Normalize,
        normalize_text::NormalizeText,
        one_hot::OneHot,
        pad::Pad,
        pca::Pca,
        piecewise_linear::PiecewiseLinear,
        quantile::Quantile,
        randaugment::Randaugment,
        resize::Resize,
        robust_scale::RobustScale,
        rotate::Rotate,
        savitzky_golay::SavitzkyGolay,
        scale::Scale,
        shift::Shift,
        smooth_clip::SmoothClip,
        snv::Snv,
        special::Special,
        standardize::Standardize,
        tags::Tags,
        tf_idf::TfIdf,
        tokenizer::Tokenizer,
        truncate::Truncate,
        unigram::Unigram,
        wordpiece::Wordpiece,
        words::Words,
        zoom::Zoom,
    }
    /// Fits a step on the training rows.
    pub fn fit(training: &Training<'_>) -> Result<Arc<dyn FittedStep>, Refusal> = fit_one;
    /// A step with a state that was saved.
    pub fn load(state: &serde_json::Value) -> Result<Arc<dyn FittedStep>, String> = load_one;
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
