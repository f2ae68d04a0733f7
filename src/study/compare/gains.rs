//! Δm of trials: each run beside the baselines of its own seed, with the interval over resampled rows.

use std::collections::BTreeMap;
use std::fmt;

use super::Lost;
use super::answers::NotAlike;
use super::trial::{TaskTrial, Trial};
use crate::catalog::metrics::GainOn;
use crate::lower::Draw;
use crate::pipeline::Task;
use crate::score::Ordered;
use crate::score::metrics;
use crate::score::statistics::{DeltaM, Interval, TaskGain, delta_m_over_seeds, quantile, relative_gain};
use crate::score::{Figure, RowWeights, scale};

/// A task trained by itself, over the seeds, as far as it could be.
pub struct Alone {
    pub task: String,
    pub trials: Result<Vec<Trial>, Lost>,
}

/// Why there is no gain of a task.
#[derive(Clone, Debug, PartialEq)]
enum NoGain {
    /// Nobody trained it alone.
    NoBaseline,
    /// It could not be trained alone.
    Alone(Lost),
    NotAlike(NotAlike),
    /// The figure is no number, as its metric says.
    Undefined(String),
    /// The figure of this name is no score.
    NotAScore(String),
    /// What is trivial cannot be told, and skill is measured from there.
    NoTrivial,
}

impl fmt::Display for NoGain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoGain::NoBaseline => f.write_str("the first spec has no such task to train alone"),
            NoGain::Alone(lost) => write!(f, "trained alone, {lost}"),
            NoGain::NotAlike(not_alike) => not_alike.fmt(f),
            NoGain::Undefined(why) => f.write_str(why),
            NoGain::NotAScore(figure) => write!(f, "`{figure}` is not a score"),
            NoGain::NoTrivial => f.write_str("what is trivial cannot be told"),
        }
    }
}

/// What the gain of a task is taken on, as people read it.
pub fn figure_of(task: &Task) -> String {
    task.gain.on.show(&task.metrics[task.gain.metric].key())
}

/// Computes a figure for weights of the judged rows.
type Ready<'a> = Box<dyn Fn(RowWeights) -> Result<f64, NoGain> + 'a>;

/// A task in a trial, made ready; `trivial` is where skill is measured from.
fn ready<'a>(task: &Task, of: &'a TaskTrial, trivial: Option<f64>) -> Result<Ready<'a>, NoGain> {
    let metric = &task.metrics[task.gain.metric];
    let on = task.gain.on;
    let (direction, figure) = (metric.direction(), figure_of(task));
    let prepared = metrics::prepare(metric, &of.answers.scored()).map_err(NoGain::Undefined)?;
    Ok(Box::new(move |weights: RowWeights| -> Result<f64, NoGain> {
        match prepared(weights) {
            Figure::Number(value) if on == GainOn::Skill => {
                scale(direction, value, trivial.ok_or(NoGain::NoTrivial)?).map_err(NoGain::Undefined)
            }
            Figure::Number(value) => Ok(on.figure(value)),
            Figure::Undefined(why) => Err(NoGain::Undefined(why)),
            Figure::Matrix(_) | Figure::PerClass(_) => Err(NoGain::NotAScore(figure.clone())),
        }
    }))
}

/// A run of a task, and the baseline of the same seed.
struct Pair<'a> {
    task: &'a Task,
    together: &'a TaskTrial,
    alone: &'a TaskTrial,
}

impl<'a> Pair<'a> {
    /// `Err` says why the two cannot be compared; `None` if there is no baseline of the task at all.
    fn of(task: &'a Task, seed: usize, run: &'a Trial, singles: &'a [Alone]) -> Option<Result<Self, NoGain>> {
        let single = singles.iter().find(|single| single.task == task.name)?;
        let alone = match &single.trials {
            Ok(trials) => trials.get(seed)?.tasks.get(&task.name)?,
            Err(lost) => return Some(Err(NoGain::Alone(lost.clone()))),
        };
        let together = run.tasks.get(&task.name)?;
        let same = together.answers.same_labels(&alone.answers);
        Some(same.map(|()| Pair { task, together, alone }).map_err(NoGain::NotAlike))
    }

    /// Together and alone.
    fn ready(&self) -> (Result<Ready<'a>, NoGain>, Result<Ready<'a>, NoGain>) {
        let trivial = self.together.trivial;
        (ready(self.task, self.together, trivial), ready(self.task, self.alone, trivial))
    }

    fn gain(&self, together: Result<f64, NoGain>, alone: Result<f64, NoGain>) -> TaskGain {
        let metric = &self.task.metrics[self.task.gain.metric];
        TaskGain {
            task: self.task.name.clone(),
            figure: figure_of(self.task),
            direction: self.task.gain.on.direction(metric.direction()),
            together: together.map_err(|why| why.to_string()),
            alone: alone.map_err(|why| why.to_string()),
        }
    }
}

/// Δm over seeds; with `only`, of these tasks. Tasks without a baseline are named among those that are left out.
pub fn gains(tasks: &[Task], runs: &[Trial], singles: &[Alone], only: Option<&[usize]>) -> DeltaM {
    let none = |task: &Task, why: NoGain| TaskGain {
        task: task.name.clone(),
        figure: figure_of(task),
        direction: task.metrics[task.gain.metric].direction(),
        together: Err(why.to_string()),
        alone: Err(why.to_string()),
    };
    let value = |ready: Result<Ready<'_>, NoGain>| (ready?)(RowWeights::Equal);
    let of_seed = |seed: usize| {
        let mut gains = Vec::new();
        for (_, task) in tasks.iter().enumerate().filter(|(index, _)| only.is_none_or(|only| only.contains(index))) {
            gains.push(match Pair::of(task, seed, &runs[seed], singles) {
                Some(Ok(pair)) => {
                    let (together, alone) = pair.ready();
                    pair.gain(value(together), value(alone))
                }
                Some(Err(why)) => none(task, why),
                None => none(task, NoGain::NoBaseline),
            });
        }
        gains
    };
    delta_m_over_seeds(&(0..runs.len()).map(of_seed).collect::<Vec<_>>())
}

/// Where gains lie in 95% of resamples of the judged rows, seeds held fixed.
#[derive(Default)]
pub struct OverRows {
    pub total: Option<Interval>,
    pub tasks: Ordered<Interval>,
}

/// Resamples the judged rows of each data set, and takes the same resample for all tasks on it, both models of each, and
/// all seeds that are judged on the same rows: what a task's luck with its rows has in common with another's stays.
pub fn over_rows(tasks: &[Task], runs: &[Trial], singles: &[Alone], delta: &DeltaM, resamples: usize) -> OverRows {
    let mut pairs: Vec<(usize, Pair<'_>, Ready<'_>, Ready<'_>)> = Vec::new();
    for (seed, run) in runs.iter().enumerate() {
        for task in tasks.iter().filter(|task| delta.tasks.iter().any(|of| of.task == task.name)) {
            let Some(Ok(pair)) = Pair::of(task, seed, run, singles) else { continue };
            if let (Ok(together), Ok(alone)) = pair.ready() {
                pairs.push((seed, pair, together, alone));
            }
        }
    }
    if resamples == 0 || pairs.is_empty() {
        return OverRows::default();
    }
    // What is drawn from: the rows of a data set that some task is judged on, by seed where a seed has its own split.
    let mut pools: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (seed, pair, ..) in &pairs {
        let answers = &pair.together.answers;
        pools.entry((answers.data, *seed)).or_default().extend(answers.rows());
    }
    for rows in pools.values_mut() {
        rows.sort_unstable();
        rows.dedup();
    }
    // Seeds that have the same rows have the same resamples: those of the first of them.
    let first_alike = |data: usize, seed: usize| {
        let rows = &pools[&(data, seed)];
        (0..=seed).find(|other| pools.get(&(data, *other)) == Some(rows)).unwrap_or(seed)
    };
    let draws: Vec<(usize, usize)> = pairs
        .iter()
        .map(|(seed, pair, ..)| (pair.together.answers.data, first_alike(pair.together.answers.data, *seed)))
        .collect();
    let places: Vec<Vec<usize>> = pairs
        .iter()
        .zip(&draws)
        .map(|((_, pair, ..), draw)| {
            let pool = &pools[draw];
            pair.together.answers.rows().iter().map(|row| pool.binary_search(row).unwrap_or(0)).collect()
        })
        .collect();
    let draw = Draw::new(0, "bootstrap", "delta_m");
    let names: Vec<&str> = delta.tasks.iter().map(|task| task.task.as_str()).collect();
    let mut totals: Vec<f64> = Vec::with_capacity(resamples);
    let mut of_tasks: Vec<Vec<f64>> = vec![Vec::with_capacity(resamples); names.len()];
    for resample in 0..resamples as u64 {
        let mut counts: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
        let mut sums = vec![(0.0, 0usize); names.len()];
        for ((place, (_, pair, together, alone)), from) in pairs.iter().enumerate().zip(&draws) {
            let counts = counts.entry(*from).or_insert_with(|| {
                let stream = draw.at(resample).at(from.0 as u64).at(from.1 as u64);
                drawn(stream, pools[from].len())
            });
            let weights: Vec<f64> = places[place].iter().map(|row| counts[*row]).collect();
            let weights = RowWeights::Given(&weights);
            let Ok(gain) = relative_gain(&pair.gain(together(weights), alone(weights))) else { continue };
            if let Some(task) = names.iter().position(|name| *name == pair.task.name) {
                sums[task] = (sums[task].0 + gain, sums[task].1 + 1);
            }
        }
        let means: Vec<Option<f64>> =
            sums.iter().map(|(sum, count)| (*count > 0).then(|| sum / *count as f64)).collect();
        for (mean, of_task) in means.iter().zip(&mut of_tasks) {
            of_task.extend(mean);
        }
        let defined: Vec<f64> = means.into_iter().flatten().collect();
        if !defined.is_empty() {
            totals.push(defined.iter().sum::<f64>() / defined.len() as f64);
        }
    }
    let interval = |values: Vec<f64>| middle(values, resamples);
    let of_tasks =
        names.iter().zip(of_tasks).filter_map(|(name, values)| Some(((*name).to_string(), interval(values)?)));
    OverRows { tasks: of_tasks.collect(), total: interval(totals) }
}

/// How often each row is in a resample as large as the rows are many.
fn drawn(stream: Draw, rows: usize) -> Vec<f64> {
    let mut counts = vec![0.0; rows];
    for place in 0..rows as u64 {
        counts[(stream.uniform(place) * rows as f64) as usize] += 1.0;
    }
    counts
}

/// The middle 95%; `None` if less than half of the resamples have a value.
fn middle(mut values: Vec<f64>, resamples: usize) -> Option<Interval> {
    if values.is_empty() || values.len() * 2 < resamples {
        return None;
    }
    values.sort_by(f64::total_cmp);
    Some(Interval { low: quantile(&values, 0.025), high: quantile(&values, 0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::compare::answers::{Answers, Form, Kept, Numbers};
    use crate::train::fit::Failure;
    use crate::train::tests::{penguins, session_of};

    /// Classes given for rows of data set 0, of which the label is 0 everywhere.
    fn answers(rows: &[i64], given: &[f64]) -> Answers {
        let form = Form {
            data: 0,
            predictions: "classes".into(),
            width: 1,
            labels: "classes".into(),
            label_width: 1,
            classes: 2,
            thresholds: Vec::new(),
        };
        let labels = Kept::Numbers(vec![0.0; rows.len()]);
        let numbers = Numbers { form, rows: rows.to_vec(), predictions: Kept::Numbers(given.to_vec()), labels };
        numbers.answers().expect("they fit")
    }

    fn trial(tasks: &[(&str, Answers)]) -> Trial {
        let task = |(name, answers): &(&str, Answers)| {
            ((*name).to_string(), TaskTrial { answers: answers.clone(), ..TaskTrial::default() })
        };
        Trial { tasks: tasks.iter().map(task).collect(), ..Trial::default() }
    }

    fn alone(task: &str, answers: &Answers) -> Alone {
        Alone { task: task.into(), trials: Ok(vec![trial(&[(task, answers.clone())])]) }
    }

    /// Species, judged by accuracy, under these names.
    fn tasks(names: &[&str]) -> Vec<Task> {
        let session = session_of(&penguins("shared trunk from concat(body, island) -> dense(4) -> relu", "by static"));
        let named = |name: &&str| Task { name: (*name).to_string(), ..session.pipeline.tasks[0].clone() };
        names.iter().map(named).collect()
    }

    #[test]
    fn tasks_of_one_data_set_are_resampled_by_the_same_rows() {
        let rows: Vec<i64> = (100..140).collect();
        let wrong = |every: usize| (0..40).map(|row| f64::from(u8::from(row % every == 0))).collect::<Vec<f64>>();
        let (together, by_itself) = (answers(&rows, &wrong(8)), answers(&rows, &wrong(4)));
        // Two tasks that are alike: with rows of their own their mean would vary less than each.
        let tasks = tasks(&["a", "b"]);
        let runs = [trial(&[("a", together.clone()), ("b", together)])];
        let singles = [alone("a", &by_itself), alone("b", &by_itself)];
        let delta = gains(&tasks, &runs, &singles, None);
        // 35 of 40 against 30 of 40.
        assert!((delta.total.expect("a gain") - 5.0 / 30.0).abs() < 1e-12);
        assert_eq!(delta.tasks[0].figure, "accuracy");
        let over = over_rows(&tasks, &runs, &singles, &delta, 200);
        let total = over.total.expect("an interval");
        assert_eq!((over.tasks.get("a"), over.tasks.get("b")), (Some(&total), Some(&total)));
        assert!(total.low < 5.0 / 30.0 && total.high > 5.0 / 30.0 && total.high - total.low > 0.1, "{total:?}");
        assert!(over_rows(&tasks, &runs, &singles, &delta, 0).total.is_none());
    }

    #[test]
    fn what_cannot_be_compared_is_named() {
        let (here, there) = (answers(&[1, 2, 3], &[0.0, 0.0, 1.0]), answers(&[1, 2, 4], &[0.0, 0.0, 1.0]));
        let tasks = tasks(&["a", "b", "c", "d"]);
        let runs = [trial(&["a", "b", "c", "d"].map(|task| (task, here.clone())))];
        let all_wrong = answers(&[1, 2, 3], &[1.0, 1.0, 1.0]);
        let failure = Failure::Diverged { task: "d".into(), epoch: 1, step: 1 };
        let lost = Lost { failure, seed: 0 };
        let lost = Alone { task: "d".into(), trials: Err(lost) };
        let delta = gains(&tasks, &runs, &[alone("a", &there), alone("b", &all_wrong), lost], None);
        let why: Vec<&str> = delta.left_out.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(
            why,
            [
                "it is judged on other rows than its baseline: the data or the split is another",
                "trained alone its accuracy is 0, and a gain is a share of that",
                "the first spec has no such task to train alone",
                "trained alone, `d` diverged in epoch 1 with seed 0",
            ]
        );
        assert_eq!(delta.total, None);
    }

    #[test]
    fn answers_are_kept_as_numbers() {
        let kept = answers(&[3, 5], &[1.0, 0.0]);
        let again = kept.numbers().answers().expect("they fit");
        assert_eq!((again, kept.rows()), (kept.clone(), &[3, 5][..]));
        let mut cut = kept.numbers();
        cut.predictions = Kept::Numbers(vec![1.0]);
        assert_eq!(cut.answers(), None);
    }
}
