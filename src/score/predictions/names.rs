//! The names of the columns in a file of predictions. No two are the same, and a name differs from the plain one only where
//! two would be.
//!
//! They depend on the spec and the classes of the run alone, not on the rows that are asked about, so that two files of
//! answers of one run always fit together. Who has a name first keeps it: the id (a join needs it), then a task's answer,
//! then what belongs to an answer, and last the columns that are ours.

use std::collections::HashSet;

/// What a task writes.
#[derive(Clone, Debug, Default)]
pub struct TaskParts {
    pub name: String,
    /// Whether it has one answer, in a column of its name.
    pub answers: bool,
    /// What else it says: a probability per class, a number per component.
    pub parts: Vec<String>,
}

/// The names of a task's columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskNames {
    pub answer: Option<String>,
    /// In the order of [`TaskParts::parts`].
    pub parts: Vec<String>,
}

/// The names of all columns, whether or not they are written this time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub tasks: Vec<TaskNames>,
    /// Of which data set a row is.
    pub data: String,
    /// In which part of the run's own data it is.
    pub part: String,
    /// Its number, counted from 1, where there is no id.
    pub row: String,
}

/// Gives every column its name. `ids` are the id columns of the data sets; two of one name are one column.
pub fn names(ids: &[&str], tasks: &[TaskParts]) -> Names {
    let mut taken = Taken(ids.iter().map(|id| id.to_string()).collect());
    // First everything that can have its plain name, then what has to give way.
    let answers: Vec<Option<String>> =
        tasks.iter().map(|task| if task.answers { taken.take(task.name.clone()) } else { None }).collect();
    let parts: Vec<Vec<Option<String>>> =
        tasks.iter().map(|task| task.parts.iter().map(|part| taken.take(task.plain(part))).collect()).collect();
    let named = tasks.iter().zip(answers).zip(parts).map(|((task, answer), parts)| TaskNames {
        answer: match answer {
            None if task.answers => Some(taken.another(&task.plain("predicted"))),
            answer => answer,
        },
        parts: parts
            .into_iter()
            .zip(&task.parts)
            .map(|(name, part)| name.unwrap_or_else(|| taken.another(&task.plain(part))))
            .collect(),
    });
    let tasks = named.collect();
    let mut ours = |plain: &str, long: &str| taken.take(plain.to_string()).unwrap_or_else(|| taken.another(long));
    Names { tasks, data: ours("data", "data_set"), part: ours("part", "part_of_run"), row: ours("row", "row_number") }
}

impl TaskParts {
    fn plain(&self, part: &str) -> String {
        format!("{}.{part}", self.name)
    }
}

/// The names that are given away.
struct Taken(HashSet<String>);

impl Taken {
    /// The name, if it is free.
    fn take(&mut self, name: String) -> Option<String> {
        self.0.insert(name.clone()).then_some(name)
    }

    /// The name, or the first free one of `NAME_2`, `NAME_3`, …
    fn another(&mut self, name: &str) -> String {
        let mut numbered = std::iter::once(name.to_string()).chain((2..).map(|count| format!("{name}_{count}")));
        numbered.find_map(|name| self.take(name)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, parts: &[&str]) -> TaskParts {
        TaskParts { name: name.into(), answers: true, parts: parts.iter().map(|part| part.to_string()).collect() }
    }

    fn all(ids: &[&str], tasks: &[TaskParts]) -> Vec<String> {
        let names = names(ids, tasks);
        let of_tasks = names.tasks.into_iter().flat_map(|task| task.answer.into_iter().chain(task.parts));
        let all: Vec<String> =
            ids.iter().map(|id| id.to_string()).chain(of_tasks).chain([names.data, names.part, names.row]).collect();
        let distinct: HashSet<&String> = all.iter().collect();
        let shared = ids.len() - ids.iter().collect::<HashSet<_>>().len();
        assert_eq!(distinct.len() + shared, all.len(), "{all:?}");
        all
    }

    #[test]
    fn plain_names_stay() {
        let names = all(&["key"], &[task("kind", &["a", "b"]), task("price", &[])]);
        assert_eq!(names, ["key", "kind", "kind.a", "kind.b", "price", "data", "part", "row"]);
    }

    #[test]
    fn only_what_collides_has_another_name() {
        let names = all(&["row"], &[task("row", &["a", "b"]), task("other", &["a"])]);
        assert_eq!(names, ["row", "row.predicted", "row.a", "row.b", "other", "other.a", "data", "part", "row_number"]);
        // What is ours gives way to what a person has named.
        let names = all(&["key"], &[task("row", &["1"]), task("data", &[]), task("part", &[])]);
        assert_eq!(names, ["key", "row", "row.1", "data", "part", "data_set", "part_of_run", "row_number"]);
    }

    #[test]
    fn whatever_names_there_are() {
        // A class that is called as the way out, an id that is called as a probability, parts of one name, no name at all.
        for ids in [&["id"][..], &["id", "id"], &["id", "key"], &["id.predicted"], &["id_2", "id"], &["data"], &[""]] {
            for parts in
                [&["predicted"][..], &["predicted", "predicted_2"], &["x", "x", "x_2"], &["", ".", "_2", "x.y"]]
            {
                let tasks = ["id", "id_2", "id.predicted", "data", "part", "row", "row_number", "data_set"];
                all(ids, &tasks.map(|name| task(name, parts)));
            }
        }
        // `a` with `b_c` and `a_b` with `c`; `a` with `b.c` and a task `a.b` with `c`.
        let names = all(&["key"], &[task("a", &["b_c", "b.c"]), task("a_b", &["c"]), task("a.b", &["c"])]);
        assert_eq!(names[2..4], ["a.b_c", "a.b.c"]);
        assert_eq!(names[6..8], ["a.b", "a.b.c_2"]);
    }
}
