//! The tasks of a search as columns of a table: one for each, or, of many, the mean, the worst and the best of each metric.
//! The terminal and the page show the same ones.

use super::{MANY, OfTask, over_tasks};
use crate::score::Ordered;

/// What the tasks are called, and by which metric each is shown.
pub struct TaskColumns {
    /// (task, key of its metric)
    pub tasks: Vec<(String, String)>,
    /// A column for each, however many they are.
    pub all: bool,
}

impl TaskColumns {
    pub fn summed_up(&self) -> bool {
        self.tasks.len() >= MANY && !self.all
    }

    /// The same with a column for each.
    pub fn of_each(&self) -> TaskColumns {
        TaskColumns { tasks: self.tasks.clone(), all: true }
    }

    /// Without a summary a column for each task, with one three for each metric.
    pub fn header(&self) -> Vec<String> {
        if !self.summed_up() {
            return self.tasks.iter().map(|(task, _)| task.clone()).collect();
        }
        self.metrics().into_iter().flat_map(|key| [format!("{key}, mean"), "worst".into(), "best".into()]).collect()
    }

    fn metrics(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        self.tasks.iter().map(|(_, key)| key.as_str()).filter(|key| seen.insert(*key)).collect()
    }

    /// The cells below the header, of one figure per task.
    pub fn cells(&self, figures: &Ordered<f64>, number: impl Fn(f64) -> String) -> Vec<String> {
        let none = || "–".to_string();
        if !self.summed_up() {
            return self.tasks.iter().map(|(task, _)| figures.get(task).map_or_else(none, |of| number(*of))).collect();
        }
        let known =
            self.tasks.iter().filter_map(|(task, key)| Some((task.as_str(), key.as_str(), *figures.get(task)?)));
        let over = over_tasks(known);
        let cells = |key: &str| match over.get(key) {
            Some(over) => {
                let end = |one: &OfTask| format!("{} {}", one.task, number(one.value));
                [number(over.mean), end(&over.worst), end(&over.best)]
            }
            None => [none(), none(), none()],
        };
        self.metrics().into_iter().flat_map(cells).collect()
    }
}
