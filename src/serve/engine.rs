//! The thread that asks the models. Questions wait in one queue; those about one model that have come while it computed are answered together.
//!
//! Rows of each question are read and checked by themselves, so that what is wrong with one is no matter of another. Only then are they put
//! together, and if the model cannot be asked about all, it is asked about each.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use tokio::sync::oneshot;

use super::metrics::Metrics;
use super::refusal::Refusal;
use super::request::{self, Form};
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

/// A question whose rows have been read.
struct Read {
    model: Arc<Opened>,
    data: usize,
    table: Table,
    reply: oneshot::Sender<Result<Rows, Refusal>>,
}

impl Read {
    /// Whether two can be asked about together: the model reads the same columns of both.
    fn is_like(&self, other: &Self) -> bool {
        let columns = |read: &Self| read.table.columns.iter().map(Option::is_some).collect::<Vec<_>>();
        Arc::ptr_eq(&self.model, &other.model) && self.data == other.data && columns(self) == columns(other)
    }
}

fn work(waiting: Receiver<Job>, gathering: Gathering, metrics: &Metrics) {
    let mut next: VecDeque<Read> = VecDeque::new();
    loop {
        if next.is_empty() {
            let Ok(job) = waiting.recv() else { return };
            next.extend(read(job));
        }
        let until = Instant::now() + gathering.wait;
        let mut rows: usize = next.iter().map(|read| read.table.rows).sum();
        while rows < gathering.rows {
            let job = match waiting.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            };
            if let Some(read) = read(job) {
                rows += read.table.rows;
                next.push_back(read);
            }
        }
        let Some(first) = next.pop_front() else { continue };
        let (mut together, mut rows, mut rest) = (vec![first], 0, VecDeque::new());
        for read in next.drain(..) {
            rows += read.table.rows;
            if rows <= gathering.rows && read.is_like(&together[0]) {
                together.push(read);
            } else {
                rest.push_back(read);
            }
        }
        next = rest;
        answer(together, metrics);
    }
}

/// Reads the rows of a question; one that cannot be read is answered here, and one that nobody waits for any more is dropped.
fn read(job: Job) -> Option<Read> {
    let Job { model, data, form, body, most_rows, reply } = job;
    if reply.is_closed() {
        return None;
    }
    let table = guarded(|| {
        let (format, bytes) = request::rows(&form, body, most_rows)?;
        let table = model.read(data, format, bytes).map_err(Refusal::of_rows)?;
        request::fits(&table, most_rows)?;
        Ok(table)
    });
    match table {
        Ok(table) => Some(Read { model, data, table, reply }),
        Err(refusal) => {
            let _ = reply.send(Err(refusal));
            None
        }
    }
}

fn answer(asked: Vec<Read>, metrics: &Metrics) {
    metrics.gathered(asked.len(), asked.iter().map(|read| read.table.rows).sum());
    if let [_] = asked.as_slice() {
        asked.into_iter().for_each(alone);
        return;
    }
    let (model, data) = (asked[0].model.clone(), asked[0].data);
    let pieces: Vec<usize> = asked.iter().map(|read| read.table.rows).collect();
    let tables: Vec<Table> = asked.iter().map(|read| read.table.clone()).collect();
    let all = guarded(|| {
        let table = Table::of_files(tables, usize::MAX).map_err(|why| Refusal::new(StatusCode::BAD_REQUEST, why))?;
        model.answer(data, table, &pieces).map_err(Refusal::of_rows)
    });
    match all {
        // What is to be noted is told of the rows that it is true of.
        Ok(Answered { columns, rows, notes }) if notes.is_empty() => {
            let (columns, mut rows) = (Arc::new(columns), rows.into_iter());
            for (read, piece) in asked.into_iter().zip(pieces) {
                let rows = rows.by_ref().take(piece).collect();
                let _ = read.reply.send(Ok(Rows { columns: columns.clone(), rows, notes: Vec::new() }));
            }
        }
        _ => asked.into_iter().for_each(alone),
    }
}

fn alone(read: Read) {
    let Read { model, data, table, reply } = read;
    let rows = table.rows;
    let answered = guarded(|| {
        let Answered { columns, rows, notes } = model.answer(data, table, &[rows]).map_err(Refusal::of_rows)?;
        Ok(Rows { columns: Arc::new(columns), rows, notes })
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
