//! The page of `mtlc tune`: what was tried, and what came of it.

use super::svg::{Mark, ScatterChart, Share, Ternary};
use super::text::{duration, escape, number};
use super::{Section, card, folded_away, page};
use crate::pipeline::Space;
use crate::report::TaskColumns;
use crate::report::settings::{SettingColumns, in_words};
use crate::study::tune::space::{Axis, SearchSpace, number_of, weight_name};
use crate::study::tune::trials::Trial;

/// What the page is made of.
pub struct TunePage<'a> {
    pub name: &'a str,
    pub method: &'a str,
    /// How trials are scored: "5 folds", "validation".
    pub scored_by: &'a str,
    pub space: &'a SearchSpace,
    pub trials: &'a [Trial],
    pub best: Option<&'a Trial>,
    /// Of a full training.
    pub epochs: usize,
    /// The command that trains the best.
    pub command: &'a str,
    /// What is shown of the tasks.
    pub columns: &'a TaskColumns,
}

/// Charts of more tasks than this say nothing more.
const MOST_WEIGHTS: usize = 12;

pub fn tune_page(input: &TunePage) -> String {
    let header = format!(
        "<header><h1>{} <small>what was tried: {} search, scored by {}</small></h1></header>",
        escape(input.name),
        escape(input.method),
        escape(input.scored_by)
    );
    let sections: Vec<Section> =
        [best(input), course(input), settings(input), trials(input)].into_iter().flatten().collect();
    page(input.name, &header, &sections, env!("CARGO_PKG_VERSION"))
}

fn best(input: &TunePage) -> Option<Section> {
    let best = input.best?;
    let written = input.trials.iter().find(|trial| trial.number == 0).and_then(|trial| trial.score);
    let score = best.score.map_or("–".into(), number);
    let note = if best.number == 0 {
        format!("Nothing that was tried beat the spec as written: multi-task score {score}.")
    } else {
        let against = written.map_or(String::new(), |score| format!(", the spec as written {}", number(score)));
        let number = best.number;
        format!(
            "Trial {number}: multi-task score {score}{against}. The best of many is partly luck, so expect a little less on \
             test."
        )
    };
    Some(Section {
        id: "best",
        title: "Best",
        note,
        body: format!("<pre class=\"command\">{}</pre>", escape(input.command)),
    })
}

fn title(trial: &Trial) -> String {
    let score = trial.score.map_or("failed".into(), number);
    format!("trial {}: {score}, {}", trial.number, in_words(&trial.set, number))
}

impl TunePage<'_> {
    fn is_best(&self, trial: &Trial) -> bool {
        self.best.is_some_and(|best| best.number == trial.number)
    }

    fn class(&self, trial: &Trial) -> &'static str {
        if self.is_best(trial) {
            "tried best"
        } else if trial.epochs < self.epochs {
            "dot c8"
        } else {
            "tried"
        }
    }

    /// A mark per trial that has a score and this figure.
    fn marks(&self, x: impl Fn(&Trial) -> Option<f64>) -> Vec<Mark> {
        let mark =
            |trial: &Trial| Some(Mark { x: x(trial)?, y: trial.score?, class: self.class(trial), title: title(trial) });
        self.trials.iter().filter_map(mark).collect()
    }

    /// Trials with a score of a full training.
    fn full(&self) -> impl Iterator<Item = (&Trial, f64)> {
        self.trials.iter().filter(|trial| trial.epochs == self.epochs).filter_map(|trial| Some((trial, trial.score?)))
    }
}

fn course(input: &TunePage) -> Option<Section> {
    let marks = input.marks(|trial| Some(trial.number as f64));
    if marks.is_empty() {
        return None;
    }
    let mut so_far = f64::NEG_INFINITY;
    let line: Vec<(f64, f64)> = input
        .full()
        .map(|(trial, score)| {
            so_far = so_far.max(score);
            (trial.number as f64, so_far)
        })
        .collect();
    let chart = ScatterChart {
        label: "score of each trial",
        marks,
        line,
        range: None,
        log: false,
        whole: true,
        words: ("trial", "score"),
    };
    Some(Section {
        id: "course",
        title: "Course of the search",
        note: "Each trial's score, and the best so far; trial 0 is the spec as written. Hollow: fewer epochs than a full training.".into(),
        body: format!("<div class=\"grid\">{}</div>", card("score by trial", &chart.svg())),
    })
}

fn settings(input: &TunePage) -> Option<Section> {
    input.full().next()?;
    let cards: String = input.space.axes.iter().map(|axis| axis_cards(input, axis)).collect();
    Some(Section {
        id: "settings",
        title: "Score by setting",
        note: "What each setting was where a score was reached; the others differ too. The best trial is orange."
            .into(),
        body: format!("<div class=\"grid\">{cards}</div>"),
    })
}

fn axis_cards(input: &TunePage, axis: &Axis) -> String {
    let of = |name: &str, trial: &Trial| -> Option<String> {
        trial.set.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    let scatter = |name: &str, range: (f64, f64), log: bool| {
        let chart = ScatterChart {
            label: &format!("score by {name}"),
            marks: input.marks(|trial| number_of(&of(name, trial)?)),
            line: Vec::new(),
            range: Some(range),
            log,
            whole: false,
            words: (name, "score"),
        };
        card(&escape(name), &chart.svg())
    };
    match axis {
        Axis::Param { name, space: Space::Choices(choices), .. } => {
            let row = |choice: String| {
                let scores: Vec<f64> = input
                    .full()
                    .filter(|(trial, _)| of(name, trial).as_ref() == Some(&choice))
                    .map(|(_, score)| score)
                    .collect();
                let count = scores.len();
                let mean = if count > 0 { number(scores.iter().sum::<f64>() / count as f64) } else { "–".into() };
                let best = scores.iter().copied().reduce(f64::max).map_or("–".into(), number);
                format!("<tr><td>{}</td><td>{count}</td><td>{mean}</td><td>{best}</td></tr>", escape(&choice))
            };
            let rows: String = choices.iter().map(|choice| row(choice.show())).collect();
            let head = "<thead><tr><th>value</th><th>trials</th><th>mean</th><th>best</th></tr></thead>";
            card(&escape(name), &format!("<table>{head}<tbody>{rows}</tbody></table>"))
        }
        Axis::Param { name, space: space @ Space::Range { log, .. }, .. } => {
            let end = |place: f64| number_of(&space.at(place)).unwrap_or(place);
            scatter(name, (end(0.0), end(1.0)), *log)
        }
        Axis::Weights { tasks, .. } if tasks.len() == 3 => ternary(input, tasks),
        Axis::Weights { tasks, .. } => {
            let shown = if tasks.len() == 2 { 1 } else { tasks.len().min(MOST_WEIGHTS) };
            tasks[..shown].iter().map(|task| scatter(&weight_name(task), (0.0, 1.0), false)).collect()
        }
    }
}

fn ternary(input: &TunePage, tasks: &[String]) -> String {
    let scores: Vec<f64> = input.full().map(|(_, score)| score).collect();
    let (low, high) =
        scores.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| (low.min(*s), high.max(*s)));
    let share = |(trial, score): (&Trial, f64)| {
        let weight = |place: usize| {
            let name = weight_name(&tasks[place]);
            trial.set.iter().find(|(other, _)| *other == name).and_then(|(_, value)| number_of(value))
        };
        Some(Share {
            shares: [weight(0)?, weight(1)?, weight(2)?],
            strength: if high > low { 0.08 + 0.92 * (score - low) / (high - low) } else { 1.0 },
            best: input.is_best(trial),
            title: title(trial),
        })
    };
    let chart = Ternary {
        label: "score by task weights",
        names: [&tasks[0], &tasks[1], &tasks[2]],
        points: input.full().filter_map(share).collect(),
    };
    card("task weights <small>a corner is all weight on one task; the darker, the better</small>", &chart.svg())
}

fn trials(input: &TunePage) -> Option<Section> {
    input.trials.first()?;
    let mut body = table(input, input.columns);
    let mut note = String::from("Best first. ");
    if input.columns.summed_up() {
        note += "Of the metric that chooses, at the kept epoch: its mean over tasks, and the worst and the best task.";
        body += &folded_away("Each task", &table(input, &input.columns.of_each()));
    } else {
        note += "A task's column is the metric that chooses, at the kept epoch.";
    }
    Some(Section { id: "trials", title: "Trials", note, body })
}

/// A row per trial, with what was set and what the tasks reached.
fn table(input: &TunePage, tasks: &TaskColumns) -> String {
    let settings = SettingColumns { summed_up: tasks.summed_up(), number };
    let set = input.trials.first().map(|first| settings.header(&first.set)).unwrap_or_default();
    let names = ["trial", "score"].map(String::from).into_iter().chain(set).chain(tasks.header());
    let names = names.chain(["epochs", "kept", "time"].map(String::from));
    let head: String = names.map(|name| format!("<th>{}</th>", escape(&name))).collect();
    let mut ranked: Vec<&Trial> = input.trials.iter().collect();
    ranked.sort_by(|a, b| {
        let rank = |trial: &Trial| (trial.epochs == input.epochs, trial.score.unwrap_or(f64::NEG_INFINITY));
        let ((a_full, a_score), (b_full, b_score)) = (rank(a), rank(b));
        b_full.cmp(&a_full).then(b_score.total_cmp(&a_score)).then(a.number.cmp(&b.number))
    });
    let row = |trial: &&Trial| {
        let class = if input.is_best(trial) { " class=\"selected\"" } else { "" };
        let score = match (&trial.score, &trial.failed) {
            (Some(score), _) => number(*score),
            (None, failed) => format!("<span title=\"{}\">failed</span>", escape(failed.as_deref().unwrap_or(""))),
        };
        let cells = settings.cells(&trial.set).into_iter().chain(tasks.cells(&trial.tasks, number));
        let cells: String = cells.map(|cell| format!("<td>{}</td>", escape(&cell))).collect();
        format!(
            "<tr{class}><td>{}</td><td>{score}</td>{cells}<td>{}</td><td>{:.0}</td><td>{}</td></tr>",
            trial.number,
            trial.epochs,
            trial.kept_epoch,
            duration(trial.seconds)
        )
    };
    let rows: String = ranked.iter().map(row).collect();
    format!("<div class=\"table\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")
}
