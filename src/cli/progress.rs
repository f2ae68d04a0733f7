//! How training is going: a bar on a terminal, plain lines elsewhere; and the lines of `metrics.jsonl`.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::followed::Follower;
use super::interrupt;
use super::output::complain;
use crate::catalog::show_number;
use crate::lower::{Backend, Model};
use crate::pipeline::Pipeline;
use crate::project::directory::RunDirectory;
use crate::report::mlflow::Status;
use crate::report::{MANY, over_tasks};
use crate::score::Ordered;
use crate::score::judge::TaskFigures;
use crate::source::Cannot;
use crate::train::fit::{Epoch, Tick, Watch};
use crate::train::records::{EpochRecord, Record, TaskRecord};
use crate::train::session::Session;

pub struct Progress<'a> {
    pipeline: &'a Pipeline,
    run: &'a RunDirectory,
    quiet: bool,
    /// For each task, the training rows that have its label.
    labelled: Vec<usize>,
    bar: Option<ProgressBar>,
    last: Instant,
    drawn: Instant,
    /// Another program that is told of every epoch.
    pub follower: Option<Follower>,
}

impl<'a> Progress<'a> {
    pub fn new(session: &'a Session, run: &'a RunDirectory, quiet: bool) -> Self {
        let (pipeline, prepared) = (&session.pipeline, &session.prepared);
        let labelled = |(index, task): (usize, &crate::pipeline::Task)| {
            let present = prepared.takes_part(index);
            prepared.parts().0[task.label.data].train.both(present).len()
        };
        let labelled = pipeline.tasks.iter().enumerate().map(labelled).collect();
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(pipeline.train.epochs as u64 * 1000);
            let style = ProgressStyle::with_template("{bar:24.cyan/dim} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        let long_ago = Instant::now().checked_sub(Duration::from_secs(60)).unwrap_or_else(Instant::now);
        Self { pipeline, run, quiet, labelled, bar, last: long_ago, drawn: long_ago, follower: None }
    }

    pub fn followed_by(self, follower: Option<Follower>) -> Self {
        Self { follower, ..self }
    }

    /// Tells whoever follows how a run without a result has ended.
    pub fn ended(&mut self, status: Status) {
        if let Some(follower) = &mut self.follower {
            follower.ended(status);
        }
    }

    /// What is about to be trained, on what.
    pub fn start(&self, model: &Model, backend: Backend, session: &Session) {
        if self.quiet {
            return;
        }
        let rows: usize = session.prepared.parts().0.iter().map(|part| part.train.len()).sum();
        let tasks = self.pipeline.tasks.len();
        let learn: usize = (0..model.weights.slots.len())
            .filter(|slot| model.is_trained(*slot))
            .map(|slot| model.weights.slots[slot].elements())
            .sum();
        let all = model.weights.parameters();
        complain(&format!(
            "Training {} on {backend}: {all} parameters{}, {tasks} task{}, {rows} training rows",
            self.pipeline.name,
            if learn < all { format!(" ({learn} of them learn at the start)") } else { String::new() },
            if tasks == 1 { "" } else { "s" },
        ));
        session.prepared.lost_of_texts(self.pipeline).iter().for_each(|said| complain(said));
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn losses(&self, losses: &[Option<f64>]) -> String {
        let tasks = self.pipeline.tasks.iter().zip(losses);
        if losses.len() >= MANY {
            let known = tasks.filter_map(|(task, loss)| Some((task.name.as_str(), "loss", (*loss)?)));
            return over_tasks(known).get("loss").map_or(String::new(), |all| {
                let (mean, worst) = (all.mean, &all.worst);
                format!("mean loss {mean:.4} over {} tasks, worst {} {:.4}", all.tasks, worst.task, worst.value)
            });
        }
        let one = |(task, loss): (&crate::pipeline::Task, &Option<f64>)| match loss {
            Some(loss) => format!("{} {loss:.4}", task.name),
            None => format!("{} –", task.name),
        };
        let shown: Vec<String> = self.pipeline.tasks.iter().zip(losses).take(6).map(one).collect();
        let more = if losses.len() > 6 { format!(" and {} more", losses.len() - 6) } else { String::new() };
        shown.join("  ") + &more
    }

    fn records(&self, epoch: &Epoch) -> Vec<Record> {
        let tasks = &self.pipeline.tasks;
        let step = usize::try_from(epoch.updates).unwrap_or(usize::MAX);
        let mut records = Vec::new();
        for (index, task) in tasks.iter().enumerate() {
            records.push(Record::Task(TaskRecord {
                epoch: epoch.number,
                step,
                task: task.name.clone(),
                part: "train".into(),
                rows: self.labelled[index],
                loss: epoch.losses[index],
                ..TaskRecord::default()
            }));
            if let Some(figures) = epoch.valid.get(index) {
                records.push(Record::Task(self.valid_record(index, figures, epoch.number, step)));
            }
        }
        let lambda = &self.pipeline.weights.lambda;
        let total = |losses: &mut dyn Iterator<Item = Option<f64>>| -> Option<f64> {
            let weighted: Vec<f64> = losses.zip(lambda).filter_map(|(loss, lambda)| Some(loss? * lambda)).collect();
            (!weighted.is_empty()).then(|| weighted.iter().sum())
        };
        let mut loss = Ordered::default();
        loss.insert("train", total(&mut epoch.losses.iter().copied()));
        if !epoch.valid.is_empty() {
            loss.insert("valid", total(&mut epoch.valid.iter().map(|figures| figures.loss)));
        }
        let weights =
            tasks.iter().zip(&epoch.weights).filter_map(|(task, weight)| Some((task.name.clone(), (*weight)?)));
        records.push(Record::Epoch(EpochRecord {
            epoch: epoch.number,
            step,
            seconds: epoch.seconds,
            lr: epoch.learning_rate,
            loss,
            score: epoch.score,
            best: epoch.is_best,
            weights: weights.collect(),
            conflicts: epoch.conflicts.clone(),
        }));
        records
    }

    fn valid_record(&self, index: usize, figures: &TaskFigures, epoch: usize, step: usize) -> TaskRecord {
        let task = &self.pipeline.tasks[index];
        let numbers = task.metrics.iter().zip(&figures.metrics);
        let numbers = numbers
            .filter(|(metric, _)| metric.direction() != crate::catalog::metrics::Direction::NotAScore)
            .map(|(metric, figure)| (metric.key(), figure.number()));
        TaskRecord {
            epoch,
            step,
            task: task.name.clone(),
            part: "valid".into(),
            rows: figures.rows,
            loss: figures.loss,
            metrics: numbers.collect(),
            skill: figures.skill.as_ref().ok().copied(),
        }
    }
}

impl Watch for Progress<'_> {
    fn note(&mut self, text: &str) {
        if !self.quiet {
            complain(&format!("Note: {text}"));
        }
    }

    fn tick(&mut self, tick: &Tick<'_>) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.elapsed() < Duration::from_millis(80) {
            return;
        }
        self.drawn = Instant::now();
        let epochs = self.pipeline.train.epochs;
        let done = (tick.epoch - 1) as f64 + tick.step as f64 / tick.steps.max(1) as f64;
        let first = tick.first_epoch as f64;
        let rate = tick.examples as f64 / tick.seconds.max(1e-9);
        let left = tick.seconds / (done - first).max(1e-9) * (epochs as f64 - done);
        bar.set_position((done * 1000.0) as u64);
        bar.set_message(format!(
            "epoch {}/{epochs}  {}  {rate:.0} examples/s  {} left",
            tick.epoch,
            self.losses(tick.losses),
            duration(left)
        ));
    }

    fn epoch(&mut self, epoch: &Epoch) -> Result<(), Cannot> {
        let records = self.records(epoch);
        self.run.append(&records)?;
        if let Some(follower) = &mut self.follower {
            follower.epoch(&records);
        }
        let last = epoch.number == self.pipeline.train.epochs;
        let due = self.last.elapsed() >= Duration::from_secs(5) || last;
        if self.bar.is_none() && !self.quiet && due {
            self.last = Instant::now();
            let score = epoch.score.map_or(String::new(), |score| format!("  score {score:.4}"));
            complain(&format!(
                "epoch {}/{}  {}{score}  lr {}",
                epoch.number,
                self.pipeline.train.epochs,
                self.losses(&epoch.losses),
                show_number((epoch.learning_rate * 1e9).round() / 1e9),
            ));
        }
        Ok(())
    }

    fn interrupted(&self) -> bool {
        interrupt::asked()
    }
}

/// `3 s`, `2 min 10 s`, `1 h 5 min`.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}
