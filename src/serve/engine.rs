//! The thread that asks the models. Questions wait in one queue; those about one model that have come while it computed are answered together.
//!
//! What is wrong with one is no matter of another: if rows that were put together cannot be read, or the model cannot be asked about all of them,
//! each question is read and asked by itself, so that together there is never said anything but answers. A few rows of the same names
//! are put together as they came, since to begin a table costs more than its rows; others are read first.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use tokio::sync::oneshot;

use super::metrics::Metrics;
use super::refusal::Refusal;
use super::request::{self, Flat, Form};
use crate::answers::{Cell, CellType};
use crate::data::Table;
use crate::lower::on_pool;
use crate::project::opened::{Answered, Opened};

/// A question.
pub struct Job {
    pub model: Arc<Opened>,
    pub data: usize,
    pub form: Form,
    pub body: Vec<u8>,
    pub most_rows: usize,
    pub reply: oneshot::Sender<Result<Rows, Refusal>>,
}

/// What a question is answered with.
pub struct Rows {
    pub columns: Arc<Vec<(String, CellType)>>,
    pub rows: Vec<Vec<Cell>>,
    pub notes: Vec<String>,
}

/// How questions are gathered.
#[derive(Clone, Copy, Debug)]
pub struct Gathering {
    /// How long a question may wait for others.
    pub wait: Duration,
    /// So many rows at most are asked about together.
    pub rows: usize,
}

/// The thread, and the way to it.
pub struct Engine {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl Engine {
    pub fn start(gathering: Gathering, metrics: Arc<Metrics>) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        let work = move || on_pool(|| work(waiting, gathering, &metrics));
        let thread = std::thread::Builder::new().name("engine".into()).spawn(work)?;
        Ok(Self { jobs, thread })
    }

    /// The way to it; it ends when all of them are gone.
    pub fn jobs(&self) -> Sender<Job> {
        self.jobs.clone()
    }

    /// Waits until every question has its answer.
    pub fn end(self) {
        drop(self.jobs);
        let _ = self.thread.join();
    }
}

/// A question that has been taken from the queue.
struct Asked {
    model: Arc<Opened>,
    data: usize,
    rows: Came,
    most_rows: usize,
    reply: oneshot::Sender<Result<Rows, Refusal>>,
}

/// Its rows.
enum Came {
    /// As they came, since they can be read together with those of others.
    Written(request::Rows, Flat),
    Read(Box<Table>),
}

impl Asked {
    /// How many rows it has.
    fn count(&self) -> usize {
        match &self.rows {
            Came::Written(_, flat) => flat.rows,
            Came::Read(table) => table.rows,
        }
    }

    /// Whether two can be asked about together: the model reads the same columns of both.
    fn is_like(&self, other: &Self) -> bool {
        let columns = |table: &Table| table.columns.iter().map(Option::is_some).collect::<Vec<_>>();
        Arc::ptr_eq(&self.model, &other.model)
            && self.data == other.data
            && match (&self.rows, &other.rows) {
                (Came::Written(_, own), Came::Written(_, other)) => own.names == other.names,
                (Came::Read(own), Came::Read(other)) => columns(own) == columns(other),
                _ => false,
            }
    }
}

fn work(waiting: Receiver<Job>, gathering: Gathering, metrics: &Metrics) {
    let mut next: VecDeque<Asked> = VecDeque::new();
    loop {
        if next.is_empty() {
            let Ok(job) = waiting.recv() else { return };
            next.extend(taken(job));
            // Where both threads share a processor, this one was woken by the first of several questions that lie in sockets already: the other
            // goes on until there are no more. Where each has its own, nothing happens.
            std::thread::yield_now();
        }
        let until = (!gathering.wait.is_zero()).then(|| Instant::now() + gathering.wait);
        let mut rows: usize = next.iter().map(Asked::count).sum();
        while rows < gathering.rows {
            let job = match until {
                Some(until) => waiting.recv_timeout(until.saturating_duration_since(Instant::now())).ok(),
                None => waiting.try_recv().ok(),
            };
            let Some(job) = job else { break };
            if let Some(asked) = taken(job) {
                rows += asked.count();
                next.push_back(asked);
            }
        }
        let Some(first) = next.pop_front() else { continue };
        let (mut rows, mut together, mut rest) = (first.count(), vec![first], VecDeque::new());
        for asked in next.drain(..) {
            if rows + asked.count() <= gathering.rows && asked.is_like(&together[0]) {
                rows += asked.count();
                together.push(asked);
            } else {
                rest.push_back(asked);
            }
        }
        next = rest;
        answer(together, metrics);
    }
}

/// Takes a question: one whose rows cannot be read is answered here, and one that nobody waits for any more is dropped.
fn taken(job: Job) -> Option<Asked> {
    let Job { model, data, form, body, most_rows, reply } = job;
    if reply.is_closed() {
        return None;
    }
    let rows = guarded(|| {
        let mut rows = request::Rows::of(form, body, most_rows)?;
        match rows.flat.take() {
            Some(flat) => Ok(Came::Written(rows, flat)),
            None => read(&model, data, rows, most_rows).map(|table| Came::Read(Box::new(table))),
        }
    });
    match rows {
        Ok(rows) => Some(Asked { model, data, rows, most_rows, reply }),
        Err(refusal) => {
            let _ = reply.send(Err(refusal));
            None
        }
    }
}

fn read(model: &Opened, data: usize, rows: request::Rows, most_rows: usize) -> Result<Table, Refusal> {
    let format = rows.format()?;
    let table = model.read(data, format, rows.bytes.into()).map_err(Refusal::of_rows)?;
    request::fits(&table, most_rows)?;
    Ok(table)
}

fn answer(asked: Vec<Asked>, metrics: &Metrics) {
    let pieces: Vec<usize> = asked.iter().map(Asked::count).collect();
    metrics.gathered(asked.len(), pieces.iter().sum());
    if let [_] = asked.as_slice() {
        asked.into_iter().for_each(alone);
        return;
    }
    match guarded(|| together(&asked, &pieces)) {
        // What is to be noted is told of the rows that it is true of.
        Ok(Answered { columns, rows, notes }) if notes.is_empty() => {
            let mut rows = rows.into_iter();
            for (asked, piece) in asked.into_iter().zip(pieces) {
                let rows = rows.by_ref().take(piece).collect();
                let _ = asked.reply.send(Ok(Rows { columns: columns.clone(), rows, notes: Vec::new() }));
            }
        }
        _ => asked.into_iter().for_each(alone),
    }
}

/// What is answered about the rows of several questions.
fn together(asked: &[Asked], pieces: &[usize]) -> Result<Answered, Refusal> {
    let (model, data) = (&asked[0].model, asked[0].data);
    let (mut written, mut tables) = (None::<request::Rows>, Vec::new());
    for one in asked {
        match (&one.rows, &mut written) {
            (Came::Read(table), _) => tables.push(Table::clone(table)),
            (Came::Written(rows, _), Some(all)) => all.bytes.extend_from_slice(&rows.bytes),
            (Came::Written(rows, _), none) => *none = Some(rows.clone()),
        }
    }
    let other = |why: String| Refusal::new(StatusCode::BAD_REQUEST, why);
    let table = match written {
        Some(rows) => read(model, data, rows, usize::MAX)?,
        None => Table::of_files(tables, usize::MAX).map_err(other)?,
    };
    if table.rows != pieces.iter().sum::<usize>() {
        return Err(other(format!("there are not {} rows, but {}", pieces.iter().sum::<usize>(), table.rows)));
    }
    model.answer(data, table, pieces).map_err(Refusal::of_rows)
}

fn alone(asked: Asked) {
    let Asked { model, data, rows, most_rows, reply } = asked;
    let answered = guarded(|| {
        let table = match rows {
            Came::Read(table) => *table,
            Came::Written(rows, _) => read(&model, data, rows, most_rows)?,
        };
        let count = table.rows;
        let Answered { columns, rows, notes } = model.answer(data, table, &[count]).map_err(Refusal::of_rows)?;
        Ok(Rows { columns, rows, notes })
    });
    let _ = reply.send(answered);
}

/// A panic is one question's answer, and the end of nothing.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default();
        let message = format!("the model could not be asked about these rows: {said}");
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
    })
}
