//! A first spec from a table: kinds are guessed and said, tasks suggested, and the result is ready to run.
//!
//! [`profile`] notes what each column holds, [`reading`] how its numbers are written, [`units`] what they carry, [`times`] how
//! dates are written, [`settle`] what is in the way of numbers,
//! [`columns`] what each column is, [`tasks`] which could be asked, [`relations`] which would give an answer away. [`spec`]
//! writes the data, [`inputs`] what is read together, and [`model`] the rest. What comes out is checked against the table
//! itself by [`verify`], and what it complains of is left out.

mod arrays;
mod columns;
mod dialect;
mod inputs;
mod model;
mod names;
mod no_guess;
mod parts;
mod pictures;
mod profile;
mod reading;
mod recipe;
mod relations;
mod rows;
mod settle;
mod spec;
mod tasks;
mod times;
mod units;
mod verify;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use columns::{Guessed, Kind};
pub use no_guess::{NoGuess, NotATask};
use profile::Profile;
use relations::Sample;
use settle::Settled;
use tasks::Suggested;

/// A first spec, and what was thought on the way.
pub struct Guess {
    pub spec: String,
    /// One line per decision.
    pub reasons: Vec<String>,
    /// What is still wrong with it, if anything is.
    pub problems: Vec<String>,
}

/// What a person asks for, by names of columns.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub tasks: Vec<String>,
    pub drop: Vec<String>,
    pub id: Option<String>,
}

/// What is asked for, and what has been learnt not to work, by places of columns.
#[derive(Clone, Debug, Default)]
struct Wishes {
    tasks: Vec<usize>,
    drop: Vec<usize>,
    id: Option<usize>,
    /// Columns that no input may read, and why.
    not_input: HashMap<usize, String>,
    not_task: HashSet<usize>,
    /// Counters and codes are read too: without them too little is left.
    relaxed: bool,
    one_part: bool,
}

/// A spec that was written with its complaints is written anew so often.
const MOST_ROUNDS: usize = 12;
/// What is said of a file whose first line is data.
const NO_HEADER: &str = "its first line is data and no line of names, so columns go by their places (`header: false`)";
/// Tables of more columns are described by ranges where many are alike.
const MANY_COLUMNS: usize = 30;

/// Guesses a spec for a file, to be written to `out`. `written` is the path as the spec will name it, `name` what its data set
/// may be called.
///
/// # Errors
/// If there is nothing to make a spec of.
pub fn guess(file: &Path, out: &Path, written: &str, name: &str, ask: &Ask) -> Result<Guess, NoGuess> {
    let mut table = profile::read(&super::source::Source::open(file)?)?;
    let settled = settle::settle(&mut table);
    let mut wishes = ask.resolve(&table)?;
    let mut round = 0;
    let mut opened = verify::Opened::default();
    loop {
        let (columns, tasks) = decide(&table, &settled, &mut wishes)?;
        let spec = spec::write(&table, &columns, &tasks, written, name, &wishes);
        let complaints = verify::complaints(&spec, out, &mut opened);
        round += 1;
        if complaints.is_empty() || round > MOST_ROUNDS || !heed(&complaints, &columns, &tasks, &mut wishes) {
            let mut reasons = reasons(&columns, &tasks);
            if !table.headed {
                reasons.insert(0, NO_HEADER.to_string());
            }
            return Ok(Guess { spec, reasons, problems: complaints.into_iter().map(|one| one.message).collect() });
        }
    }
}

impl Ask {
    /// Names as places of columns; a name is that in the file or that in a spec.
    fn resolve(&self, table: &Profile) -> Result<Wishes, NoGuess> {
        let written: Vec<String> = (0..table.columns.len()).map(|index| columns::called(table, index)).collect();
        let find = |name: &String| {
            let headers = table.columns.iter().position(|column| column.header == *name);
            headers.or_else(|| written.iter().position(|word| word == name)).ok_or_else(|| {
                let known: Vec<&str> = if table.headed {
                    table.columns.iter().map(|column| column.header.as_str()).collect()
                } else {
                    written.iter().map(String::as_str).collect()
                };
                NoGuess::NoColumn {
                    name: name.clone(),
                    close: crate::diag::suggest::closest(name, known.iter().copied()).map(str::to_string),
                    known: known.iter().take(20).map(|name| name.to_string()).collect(),
                }
            })
        };
        let mut tasks = self.tasks.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        tasks.retain(|task| seen.insert(*task));
        Ok(Wishes {
            tasks,
            drop: self.drop.iter().map(find).collect::<Result<_, _>>()?,
            id: self.id.as_ref().map(find).transpose()?,
            ..Wishes::default()
        })
    }
}

/// Columns and tasks; with counters and codes if nothing is left without.
fn decide(table: &Profile, settled: &Settled, wishes: &mut Wishes) -> Result<(Vec<Guessed>, Vec<Suggested>), NoGuess> {
    let mut columns = columns::guess(table, settled, wishes);
    pictures::mark(table, &mut columns);
    let tasks = match tasks::suggest(&columns, &Sample::new(table, &columns), table.rows, wishes) {
        Ok(tasks) => tasks,
        Err(reason) if wishes.relaxed || table.rows == 0 => return Err(reason),
        Err(reason) => {
            wishes.relaxed = true;
            return decide(table, settled, wishes)
                .map_err(|other| if wishes.tasks.is_empty() { other } else { reason });
        }
    };
    let tasks = related(table, &mut columns, tasks, wishes);
    Ok((columns, tasks))
}

/// Leaves out what gives a label away; what the name joins to a label becomes a task of its own.
fn related(table: &Profile, columns: &mut [Guessed], mut tasks: Vec<Suggested>, wishes: &Wishes) -> Vec<Suggested> {
    let labels = |tasks: &[Suggested]| -> Vec<usize> {
        tasks.iter().filter(|task| task.chosen).map(|task| task.column).collect()
    };
    let first = labels(&tasks);
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let sample = Sample::new(table, columns);
    for index in inputs::readable(columns, &first) {
        let reason = first.iter().find_map(|label| Some((*label, sample.gives_away(index, *label)?)));
        found.extend(reason.map(|(label, reason)| (index, label, reason)));
    }
    for label in &first {
        let readable = inputs::readable(columns, &first);
        if let Some((one, other)) = sample.adds_up(&readable, *label)
            && readable.len() > found.len() + 2
        {
            for (part, beside) in [(one, other), (other, one)] {
                let reason = format!("with `{}` it makes up `{}`", columns[beside].header, columns[*label].header);
                found.push((part, *label, reason));
            }
        }
    }
    if found.len() >= inputs::readable(columns, &first).len() {
        return tasks;
    }
    for (index, label, reason) in found {
        let joined = names::goes_on(&columns[index].header, &columns[label].header) && wishes.tasks.is_empty();
        match tasks.iter_mut().find(|task| task.column == index) {
            Some(task) if joined => task.chosen = true,
            _ => columns[index].unread = Some(reason),
        }
    }
    tasks
}

/// Takes complaints to heart; false if there is nothing that could be changed.
fn heed(complaints: &[verify::Complaint], columns: &[Guessed], tasks: &[Suggested], wishes: &mut Wishes) -> bool {
    let mut changed = false;
    for complaint in complaints {
        if complaint.parts {
            changed |= !std::mem::replace(&mut wishes.one_part, true);
            continue;
        }
        let place = |source: &String| columns.iter().position(|column| column.source == *source && column.declared);
        let asked = |index: &usize| tasks.iter().any(|task| task.chosen && task.column == *index);
        // What is read can be left out; what is asked only if it is the trouble itself.
        let (labels, read): (Vec<usize>, Vec<usize>) = complaint.columns.iter().filter_map(place).partition(asked);
        let mut left_out = false;
        for index in read {
            left_out |= wishes.not_input.insert(index, complaint.message.clone()).is_none();
        }
        if !left_out && wishes.tasks.is_empty() {
            for index in labels {
                left_out |= wishes.not_task.insert(index);
            }
        }
        changed |= left_out;
    }
    changed
}

/// What a person should know: what each column is taken for, and the tasks.
fn reasons(columns: &[Guessed], tasks: &[Suggested]) -> Vec<String> {
    let labels: Vec<usize> = tasks.iter().filter(|task| task.chosen).map(|task| task.column).collect();
    let unread = |index: usize| columns[index].unread.as_deref().filter(|_| !labels.contains(&index));
    let alike = |one: usize, other: usize| {
        columns[one].kind.word() == columns[other].kind.word()
            && columns[one].note.is_none()
            && columns[other].note.is_none()
            && unread(one) == unread(other)
            && ![one, other].iter().any(|index| labels.contains(index))
    };
    let mut reasons = Vec::new();
    let mut start = 0;
    while start < columns.len() {
        let mut end = start + 1;
        while columns.len() > MANY_COLUMNS && end < columns.len() && alike(start, end) {
            end += 1;
        }
        let column = &columns[start];
        let left = unread(start).filter(|_| column.kind != Kind::Id);
        let left = left.map_or(String::new(), |reason| format!("; not read: {reason}"));
        let header = if column.header.is_empty() { "(no name)" } else { column.header.as_str() };
        if end - start >= 4 {
            reasons.push(format!(
                "{header} … {}: {} columns, {}{left}",
                columns[end - 1].header,
                end - start,
                column.kind.word()
            ));
            start = end;
            continue;
        }
        let note = column.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
        reasons.push(format!("{header}: {}, {}{note}{left}", column.kind.word(), column.why));
        start += 1;
    }
    reasons.extend(tasks.iter().filter(|task| task.chosen).map(|task| format!("task {}: {}", task.name, task.why)));
    reasons.iter_mut().for_each(|reason| *reason = spec::one_line(reason));
    reasons
}
