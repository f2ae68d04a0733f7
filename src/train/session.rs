//! From a checked pipeline to something that can be trained: data opened, split and prepared, the graph built.

use std::fmt;
use std::sync::Arc;

use burn::tensor::{DType, Device};

use super::engine::Engine;
use super::evaluate;
use super::fit::{Failure, Settings, Trained, Watch, fit};
use super::plan;
use super::transfer;
use super::transfer::load::{Loaded, NotLoaded};
use crate::check::obligations;
use crate::data::{Learnt, Need, Parts, Prepared, Starts, Tables, longer_than_known};
use crate::diag::Diagnostic;
use crate::graph::{self, ModelGraph};
use crate::lower::{self, Model, NotLowered};
use crate::pipeline::Pipeline;
use crate::pipeline::{Part, Precision};
use crate::score::judge::{Judge, Judged, Keep, TaskAnswers};

/// A pipeline with its data and its graph.
pub struct Session {
    pub pipeline: Pipeline,
    pub prepared: Arc<Prepared>,
    pub graph: ModelGraph,
    /// What weights start from in place of draws, of a session that trains.
    pub starts: Starts,
}

/// Why there is nothing to train or to ask.
#[derive(Clone, Debug, PartialEq)]
pub enum NoEngine {
    NotLowered(NotLowered),
    /// The device does not multiply in bfloat16, which the spec wants.
    NoHalf,
    NotLoaded(NotLoaded),
}

impl Session {
    /// Prepares for training: everything is fitted on the training part.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn fitted(
        pipeline: Pipeline,
        tables: &Tables,
        parts: Parts,
        without: &[String],
    ) -> Result<Self, Vec<Diagnostic>> {
        let prepared = Prepared::fit(&pipeline, tables, parts)?;
        let starts = Starts::open(&pipeline, &prepared)?;
        Ok(Self { starts, ..Self::new(pipeline, prepared, without)? })
    }

    /// Prepares with what a run has fitted; every row is in the test part.
    ///
    /// # Errors
    /// Everything that is wrong with the data.
    pub fn applied(
        pipeline: Pipeline,
        tables: &Tables,
        parts: Parts,
        learnt: impl Into<Arc<Learnt>>,
        need: Need,
        without: &[String],
    ) -> Result<Self, Vec<Diagnostic>> {
        let prepared = Prepared::apply(&pipeline, tables, parts, learnt, need)?;
        Self::new(pipeline, prepared, without)
    }

    fn new(pipeline: Pipeline, prepared: Prepared, without: &[String]) -> Result<Self, Vec<Diagnostic>> {
        fits(&pipeline, &prepared)?;
        let mut graph = graph::build(&pipeline);
        graph::passes::optimize(&mut graph, without);
        Ok(Self { pipeline, prepared: Arc::new(prepared), graph, starts: Starts::default() })
    }

    /// The model with its initial weights.
    ///
    /// # Errors
    /// If a size is not known, or the device cannot multiply as the spec wants.
    pub fn model(&self, seed: u64, device: &Device) -> Result<Model, NoEngine> {
        let facts = self.prepared.facts();
        let mut model = Model::lower(&self.graph, facts, seed, device).map_err(NoEngine::NotLowered)?;
        let train = &self.pipeline.train;
        model.checkpointing = train.checkpointing;
        model.half = train.precision == Precision::Bf16;
        lower::deterministic(train.deterministic);
        if model.half && !device.supports_dtype(DType::BF16) {
            return Err(NoEngine::NoHalf);
        }
        Ok(model)
    }

    /// An engine for training, with the initial weights that `transfer` wants, and what was loaded.
    ///
    /// # Errors
    /// As [`Session::model`], and if weights cannot be loaded or do not fit.
    pub fn engine_loaded(&self, seed: u64, device: &Device) -> Result<(Engine<'_>, Vec<Loaded>), NoEngine> {
        let mut model = self.model(seed, device)?;
        if !self.starts.is_empty() {
            transfer::load::start(&self.starts, &mut model).map_err(NoEngine::NotLoaded)?;
        }
        let loaded = transfer::load::load(&self.pipeline, &mut model).map_err(NoEngine::NotLoaded)?;
        Ok((self.engine_of(model, seed), loaded))
    }

    /// An engine that goes on from a checkpoint, which has every weight: what `transfer` starts from is not needed.
    ///
    /// # Errors
    /// As [`Session::model`].
    pub fn engine_to_resume(&self, seed: u64, device: &Device) -> Result<Engine<'_>, NoEngine> {
        Ok(self.engine_of(self.model(seed, device)?, seed))
    }

    fn engine_of(&self, mut model: Model, seed: u64) -> Engine<'_> {
        transfer::apply(&self.pipeline, &mut model, 0);
        Engine::new(&self.pipeline, model, plan::labelled(&self.pipeline, &self.prepared), seed)
    }

    /// [`Session::engine_loaded`], for those who do not tell.
    ///
    /// # Errors
    /// As there.
    pub fn engine(&self, seed: u64, device: &Device) -> Result<Engine<'_>, NoEngine> {
        Ok(self.engine_loaded(seed, device)?.0)
    }

    /// Trains; the engine's model then holds the kept weights.
    ///
    /// # Errors
    /// If a task diverges or something cannot be written.
    pub fn train(
        &self,
        engine: &mut Engine<'_>,
        settings: &Settings,
        watch: &mut dyn Watch,
    ) -> Result<Trained, Failure> {
        fit(engine, &self.prepared, settings, watch)
    }

    /// What a model answers for a part, batch by batch.
    pub fn answers(&self, model: &Model, part: Part, take: impl FnMut(TaskAnswers)) {
        let plan = plan::evaluation(&self.pipeline, &self.prepared, part);
        evaluate::each(&self.pipeline, model, &self.prepared, plan, take);
    }

    /// Judges what a model answers for a part, task by task.
    pub fn judged(&self, judge: &Judge, model: &Model, part: Part, keep: Keep) -> Vec<Judged> {
        let mut judging = judge.begin(&self.pipeline, &self.prepared, keep);
        self.answers(model, part, |answers| judging.add(&answers));
        judging.finish()
    }
}

/// Whether prepared rows are what the spec needs.
///
/// # Errors
/// Everything about their sizes that it cannot take.
pub fn fits(pipeline: &Pipeline, prepared: &Prepared) -> Result<(), Vec<Diagnostic>> {
    let refuted = pipeline.obligations.iter().filter_map(|one| obligations::verdict(one, prepared.facts()).1);
    let refuted: Vec<Diagnostic> = refuted.chain(longer_than_known(pipeline, prepared)).collect();
    if refuted.is_empty() { Ok(()) } else { Err(refuted) }
}

impl fmt::Display for NoEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoEngine::NotLowered(not_lowered) => not_lowered.fmt(f),
            NoEngine::NoHalf => f.write_str(
                "this device cannot multiply in bfloat16: write `precision: f32` in `train`, or train on another device",
            ),
            NoEngine::NotLoaded(not_loaded) => not_loaded.fmt(f),
        }
    }
}

impl std::error::Error for NoEngine {}
