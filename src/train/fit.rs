//! The training loop: epochs of steps, what is measured after each, when to stop, which model is kept.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Tensor;

use super::average;
use super::checkpoint::{Best, Progress, Snapshot};
use super::choice::{Choice, smoothed};
use super::conflicts;
use super::engine::{Engine, Moment, NoStep};
use super::evaluate;
pub use super::failure::{Failure, Refused};
use super::plan;
use super::prefix;
use super::records::Conflict;
use super::task_stop::TaskStops;
use super::transfer;
pub use super::watch::{Epoch, Silent, Tick, Watch};
use crate::catalog::schedules;
use crate::data::{Batch, Drawing, Prefetch, Prepared};
use crate::lower::value::Real;
use crate::lower::world::{Alone, World};
use crate::pipeline::Pipeline;
use crate::pipeline::{Part, Stop, Threshold};
use crate::score::Candidate;
use crate::score::judge::{Judge, Keep, TaskFigures};

/// What a run is given besides the pipeline and its data.
#[derive(Clone, Debug)]
pub struct Settings {
    pub seed: u64,
    /// Where checkpoints are written; `None` for runs that keep none (trials, baselines).
    pub checkpoint: Option<PathBuf>,
    /// How often at most.
    pub checkpoint_every: Duration,
    /// What the run is of; see [`Progress::identity`].
    pub identity: String,
    /// Whether to measure now and then how the tasks' gradients agree.
    pub measure_conflicts: bool,
    /// Where an interrupted run stood.
    pub resume: Option<Snapshot>,
    /// The processes that train together.
    pub world: Arc<dyn World>,
    /// How many bytes of what frozen layers give may lie in memory; more lie in a file.
    pub memory_for_frozen: u64,
}

impl Settings {
    /// A run of which only the model is wanted.
    pub fn silent(seed: u64) -> Self {
        Self {
            seed,
            checkpoint: None,
            checkpoint_every: Duration::ZERO,
            identity: String::new(),
            measure_conflicts: false,
            resume: None,
            world: Arc::new(Alone),
            memory_for_frozen: prefix::MEMORY,
        }
    }
}

/// How training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    AllEpochs,
    EarlyStop,
    Interrupted,
}

#[derive(Clone, Debug)]
pub struct Trained {
    pub ending: Ending,
    /// Epochs finished.
    pub epochs: usize,
    pub best: Best,
    pub seconds: f64,
    pub examples: u64,
    pub updates: u64,
}

/// Trains the engine's model; afterwards it holds the kept weights.
///
/// # Errors
/// If a task diverges or something cannot be written.
pub fn fit(
    engine: &mut Engine<'_>,
    prepared: &Arc<Prepared>,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Result<Trained, Failure> {
    engine.join(settings.world.clone());
    let trained = fit_epochs(engine, prepared, settings, watch);
    // The values are those of the rows of this run.
    engine.model.kept = None;
    trained
}

fn fit_epochs(
    engine: &mut Engine<'_>,
    prepared: &Arc<Prepared>,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Result<Trained, Failure> {
    let pipeline = engine.pipeline;
    let mut judge = Judge::new(pipeline, prepared);
    let choice = Choice::of(pipeline);
    let valid_plan = plan::evaluation(pipeline, prepared, Part::Valid);
    let steps_per_epoch = plan::epoch(pipeline, prepared, settings.seed, 0).updates() as u64;
    let total_steps = steps_per_epoch * pipeline.train.epochs as u64;
    let mut run = Loop::start(engine, settings);
    run.engine.model.kept = prefix::kept(run.engine, prepared, settings, watch);
    let started = Instant::now();
    let (seconds_before, examples_before) = (run.progress.seconds, run.progress.examples);
    let first_epoch = run.progress.epoch;
    let mut last_checkpoint = Instant::now();
    let mut ending = Ending::AllEpochs;

    'epochs: while run.progress.epoch < pipeline.train.epochs {
        let epoch = run.progress.epoch;
        if run.is_stale(pipeline) {
            ending = Ending::EarlyStop;
            break;
        }
        transfer::apply(pipeline, &mut run.engine.model, epoch);
        let plan = Arc::new(plan::epoch(pipeline, prepared, settings.seed, epoch));
        let steps = plan.updates();
        let skip = run.progress.steps_in_epoch;
        let ahead = plan::From::new(plan.clone(), skip, &*settings.world);
        let drawing = Drawing { seed: settings.seed, epoch: epoch as u64 };
        let mut batches = Prefetch::training(prepared.clone(), ahead, 4, drawing);
        let mut learning_rate = 0.0;
        for step in skip..steps {
            let planned = plan.batches_of_update(step);
            let update: Vec<Batch> = batches.by_ref().take(planned.len()).collect();
            let only: Vec<Option<usize>> = planned.map(|batch| plan.only(batch)).collect();
            let factor = schedules::factor_with_scores(
                &pipeline.train.schedule,
                run.progress.updates,
                total_steps,
                steps_per_epoch,
                &run.progress.scores,
            );
            learning_rate = pipeline.train.optimizer.learning_rate() * factor;
            let moment = Moment { step: run.progress.updates, epoch, learning_rate };
            if step == 0 && settings.measure_conflicts && conflicts::is_due(epoch, steps) {
                run.conflicts =
                    update.first().map_or(Vec::new(), |batch| conflicts::measure(run.engine, batch, moment.step));
            }
            watch.before_step(run.engine, &update, moment);
            run.engine.asked = watch.interrupted();
            let outcome = match run.engine.step(&update, &only, moment) {
                Ok(outcome) => outcome,
                Err(NoStep::NotSummed(not_summed)) => return Err(Failure::Refused(Refused::NotSummed(not_summed))),
                Err(NoStep::Diverged(diverged)) => {
                    // What was good before is kept: the last checkpoint stays, and the best weights with it.
                    run.write(settings)?;
                    let task = pipeline.tasks[diverged.task].name.clone();
                    return Err(Failure::Diverged { task, epoch: epoch + 1, step: diverged.step + 1 });
                }
            };
            run.count(&outcome, &update);
            run.average = average::blend(
                &pipeline.train.average,
                run.average.take(),
                &run.engine.model.weights.trained,
                run.progress.updates - 1,
                total_steps,
                steps_per_epoch,
            );
            run.progress.seconds = seconds_before + started.elapsed().as_secs_f64();
            let losses = run.mean_losses();
            watch.tick(&Tick {
                epoch: epoch + 1,
                step: step + 1,
                steps,
                first_epoch,
                examples: run.progress.examples - examples_before,
                seconds: started.elapsed().as_secs_f64(),
                losses: &losses,
            });
            let asked = if settings.world.is_alone() { watch.interrupted() } else { outcome.asked };
            if asked && step + 1 < steps {
                ending = Ending::Interrupted;
                run.keep_snapshot(settings);
                break 'epochs;
            }
        }
        if epoch == 0 {
            run.say_what_is_out_of_reach(watch);
        }
        let report = run.end_epoch(prepared, &mut judge, &choice, &valid_plan, learning_rate);
        let first = || (plan.batches() > 0).then(|| prepared.batch(&plan.batch(0).rows));
        if let Some(task) = run.diverged(&report.valid, first) {
            run.write(settings)?;
            let task = pipeline.tasks[task].name.clone();
            return Err(Failure::Diverged { task, epoch: epoch + 1, step: run.progress.updates });
        }
        run.progress.seconds = seconds_before + started.elapsed().as_secs_f64();
        run.keep_snapshot(settings);
        watch.epoch(&report)?;
        if last_checkpoint.elapsed() >= settings.checkpoint_every {
            run.write(settings)?;
            last_checkpoint = Instant::now();
        }
        run.engine.hold_together(epoch)?;
        if settings.world.any(watch.interrupted()) {
            ending = Ending::Interrupted;
            break;
        }
    }
    if ending == Ending::AllEpochs && run.progress.epoch < pipeline.train.epochs {
        ending = Ending::EarlyStop;
    }
    run.write(settings)?;
    let mut trained = run.finish(ending);
    let fitted = pipeline.tasks.iter().any(|task| matches!(task.threshold, Threshold::Fitted(_)));
    if fitted && valid_plan.is_empty() {
        // Better on rows that were learned from than not at all.
        let plan = plan::evaluation(pipeline, prepared, Part::Train);
        let mut judging = judge.begin(pipeline, prepared, Keep::ToFit);
        evaluate::each(pipeline, &engine.model, prepared, plan, |answers| judging.add(&answers));
        judging.fit(&mut judge);
        trained.best.thresholds = judge.thresholds().to_vec();
    }
    Ok(trained)
}

/// The loop's state.
struct Loop<'e, 'p> {
    engine: &'e mut Engine<'p>,
    progress: Progress,
    /// The best epoch's weights and states.
    best: Option<(Tensor<1>, Vec<Real>)>,
    /// The average of the weights over time, if the spec wants one.
    average: Option<Tensor<1>>,
    stops: TaskStops,
    /// Measured in the epoch under way.
    conflicts: Vec<Conflict>,
    /// For each task, the sum of the balancer's weights in the epoch under way, and how many.
    weights: Vec<(f64, usize)>,
    /// For each task, how many rows its loss has left out in the epoch under way.
    out_of_reach: Vec<usize>,
    /// What would be written as a checkpoint.
    snapshot: Option<Snapshot>,
}

impl<'e, 'p> Loop<'e, 'p> {
    fn start(engine: &'e mut Engine<'p>, settings: &Settings) -> Self {
        let tasks = engine.pipeline.tasks.len();
        let mut progress = Progress {
            version: 1,
            identity: settings.identity.clone(),
            seed: settings.seed,
            losses: vec![(0.0, 0); tasks],
            ..Progress::default()
        };
        let mut best = None;
        let mut average = None;
        let mut stops = TaskStops::new(tasks);
        let mut conflicts = Vec::new();
        let mut weights = vec![(0.0, 0); tasks];
        let mut out_of_reach = vec![0; tasks];
        if let Some(snapshot) = &settings.resume {
            engine.model.weights.trained = snapshot.trained.clone();
            engine.model.weights.states = snapshot.states.clone();
            engine.optimizer = snapshot.optimizer.clone();
            progress = snapshot.progress.clone();
            // A balancer refuses only the state of another balancer, and the identity has been compared.
            let _ = engine.balancer.load(&progress.balancer);
            best = snapshot
                .more
                .get("best")
                .map(|trained| (trained.clone(), snapshot.more_states.get("best").cloned().unwrap_or_default()));
            average = snapshot.more.get("average").cloned();
            stops = extra(&progress, "stops").unwrap_or(stops);
            conflicts = extra(&progress, "conflicts").unwrap_or(conflicts);
            weights = extra(&progress, "weights").unwrap_or(weights);
            out_of_reach = extra(&progress, "out_of_reach").unwrap_or(out_of_reach);
        }
        engine.stopped = stops.stopped.clone();
        Self { engine, progress, best, average, stops, conflicts, weights, out_of_reach, snapshot: None }
    }

    fn is_stale(&self, pipeline: &Pipeline) -> bool {
        matches!(pipeline.train.stop, Stop::Early { patience, .. } if self.progress.stale >= patience.max(1))
    }

    fn count(&mut self, outcome: &super::engine::Outcome, update: &[Batch]) {
        self.progress.updates += 1;
        self.progress.steps_in_epoch += 1;
        let rows = |batch: &Batch| match &batch.whole {
            Some(whole) => whole.iter().sum::<usize>() as u64,
            None => batch.rows.iter().map(|rows| rows.len() as u64).sum(),
        };
        self.progress.examples += update.iter().map(rows).sum::<u64>();
        for (sum, loss) in self.progress.losses.iter_mut().zip(&outcome.losses) {
            if let Some(loss) = loss {
                *sum = (sum.0 + loss, sum.1 + 1);
            }
        }
        self.out_of_reach.iter_mut().zip(&outcome.out_of_reach).for_each(|(sum, rows)| *sum += rows);
        for (sum, weight) in self.weights.iter_mut().zip(&outcome.weights) {
            if let Some(weight) = weight {
                *sum = (sum.0 + weight, sum.1 + 1);
            }
        }
    }

    /// Rows that teach nothing, which no figure would tell.
    fn say_what_is_out_of_reach(&self, watch: &mut dyn Watch) {
        for (task, rows) in self.engine.pipeline.tasks.iter().zip(&self.out_of_reach).filter(|(_, rows)| **rows > 0) {
            let (labels, they) = if *rows == 1 { ("label", "it teaches") } else { ("labels", "they teach") };
            watch.note(&format!(
                "task `{}`: {rows} {labels} of the training part need more places than the head has for them, and {they} nothing: strides and pools \
                 before it take places away",
                task.name
            ));
        }
    }

    fn mean_losses(&self) -> Vec<Option<f64>> {
        means(&self.progress.losses)
    }

    fn end_epoch(
        &mut self,
        prepared: &Arc<Prepared>,
        judge: &mut Judge,
        choice: &Choice<'_>,
        valid_plan: &plan::Evaluation,
        learning_rate: f64,
    ) -> Epoch {
        let pipeline = self.engine.pipeline;
        let losses = self.mean_losses();
        let weights = means(&self.weights);
        self.engine.balancer.end_epoch();
        self.progress.epoch += 1;
        self.progress.steps_in_epoch = 0;
        self.progress.losses.iter_mut().for_each(|sum| *sum = (0.0, 0));
        self.weights.iter_mut().for_each(|sum| *sum = (0.0, 0));
        // An average is what is judged and kept; training goes on with the weights of the moment.
        let live = self.engine.model.weights.trained.clone();
        if let Some(average) = &self.average {
            self.engine.model.weights.trained = average.clone();
        }
        let valid: Vec<TaskFigures> = if valid_plan.is_empty() {
            Vec::new()
        } else {
            let mut judging = judge.begin(pipeline, prepared, Keep::ToFit);
            evaluate::each(pipeline, &self.engine.model, prepared, valid_plan.clone(), |answers| judging.add(&answers));
            judging.fit(judge);
            judging.finish().into_iter().map(|judged| judged.figures).collect()
        };
        let score = choice.score(&valid);
        self.progress.smoothed = smoothed(self.progress.smoothed, score.value);
        self.progress.scores.extend(self.progress.smoothed);
        let is_best = self.judge_epoch(score.value, choice.loss(&valid), judge.thresholds());
        self.engine.model.weights.trained = live;
        self.stops.end_epoch(pipeline, &valid);
        self.engine.stopped = self.stops.stopped.clone();
        Epoch {
            number: self.progress.epoch,
            updates: self.progress.updates,
            learning_rate,
            seconds: self.progress.seconds,
            losses,
            weights,
            valid,
            score: score.value,
            left_out: score.left_out,
            is_best,
            conflicts: std::mem::take(&mut self.conflicts),
        }
    }

    /// A task whose loss is no number after the epoch's last step, which no further step would tell. `batch` is one to
    /// look at where there is no validation part.
    fn diverged(&self, valid: &[TaskFigures], batch: impl FnOnce() -> Option<Batch>) -> Option<usize> {
        let on_valid = valid.iter().position(|figures| figures.loss.is_some_and(|loss| !loss.is_finite()));
        let finite = || {
            let zeros = self.engine.model.weights.trained.clone() * 0.0;
            crate::lower::value::to_host(zeros.sum()).iter().all(|zero| zero.is_finite())
        };
        if on_valid.is_some() || (!valid.is_empty() && finite()) {
            return on_valid;
        }
        let losses = batch().map_or(Vec::new(), |batch| self.engine.losses_on(&batch, self.progress.updates));
        let found = losses.iter().find(|(_, loss)| !loss.is_finite()).map(|(task, _)| *task);
        found.or_else(|| (!finite()).then_some(0))
    }

    /// Keeps the weights if this is the best epoch so far. Where no task that chooses can be judged the last epoch is.
    fn judge_epoch(&mut self, score: Option<f64>, loss: Option<f64>, thresholds: &[Vec<f64>]) -> bool {
        let smoothed = self.progress.smoothed;
        let judged = smoothed.is_some() || loss.is_some();
        let min_delta = match self.engine.pipeline.train.stop {
            Stop::Early { min_delta, .. } => min_delta,
            Stop::Never => 0.0,
        };
        let candidate = Candidate { score: smoothed, valid_loss: loss.unwrap_or(f64::MAX), epoch: self.progress.epoch };
        let before = self.progress.best.as_ref().map(|best| Candidate {
            score: best.smoothed,
            valid_loss: best.loss,
            epoch: best.epoch,
        });
        let is_best = !judged || before.is_none_or(|before| candidate.beats(&before));
        let grew = !judged || before.is_none_or(|before| candidate.exceeds(&before, min_delta));
        self.progress.stale = if grew { 0 } else { self.progress.stale + 1 };
        if is_best {
            let weights = &self.engine.model.weights;
            self.best = Some((weights.trained.clone(), weights.states.clone()));
            self.progress.best = Some(Best {
                epoch: self.progress.epoch,
                score,
                smoothed,
                loss: candidate.valid_loss,
                thresholds: thresholds.to_vec(),
            });
        }
        is_best
    }

    fn keep_snapshot(&mut self, settings: &Settings) {
        if settings.checkpoint.is_none() {
            return;
        }
        self.progress.balancer = self.engine.balancer.save();
        for (name, value) in [
            ("stops", serde_json::to_value(&self.stops)),
            ("conflicts", serde_json::to_value(&self.conflicts)),
            ("weights", serde_json::to_value(&self.weights)),
            ("out_of_reach", serde_json::to_value(&self.out_of_reach)),
        ] {
            self.progress.extra.insert(name.into(), value.unwrap_or_default());
        }
        let weights = &self.engine.model.weights;
        let best = self.best.as_ref();
        let average = self.average.as_ref().map(|average| ("average".to_string(), average.clone()));
        self.snapshot = Some(Snapshot {
            trained: weights.trained.clone(),
            states: weights.states.clone(),
            optimizer: self.engine.optimizer.clone(),
            more: best.map(|(trained, _)| ("best".to_string(), trained.clone())).into_iter().chain(average).collect(),
            more_states: best.map(|(_, states)| ("best".to_string(), states.clone())).into_iter().collect(),
            progress: self.progress.clone(),
        });
    }

    fn write(&self, settings: &Settings) -> Result<(), Failure> {
        match (&settings.checkpoint, &self.snapshot) {
            (Some(path), Some(snapshot)) => Ok(snapshot.write(path)?),
            _ => Ok(()),
        }
    }

    fn finish(self, ending: Ending) -> Trained {
        if let Some((trained, states)) = self.best {
            self.engine.model.weights.trained = trained;
            self.engine.model.weights.states = states;
        }
        Trained {
            ending,
            epochs: self.progress.epoch,
            best: self.progress.best.unwrap_or_default(),
            seconds: self.progress.seconds,
            examples: self.progress.examples,
            updates: self.progress.updates,
        }
    }
}

/// A part of the loop's state that a checkpoint holds as JSON.
fn extra<T: serde::de::DeserializeOwned>(progress: &Progress, name: &str) -> Option<T> {
    serde_json::from_value(progress.extra.get(name)?.clone()).ok()
}

fn means(sums: &[(f64, usize)]) -> Vec<Option<f64>> {
    sums.iter().map(|(sum, count)| (*count > 0).then(|| sum / *count as f64)).collect()
}
