//! A finished run that is asked again and again about rows at hand, as who holds a conversation or serves answers does: its model is lowered and
//! loaded once, the steps of its preparation are made once, what it chooses answers among is brought to vectors once, and no file is
//! opened for a question.
//!
//! Rows go the way of a file's: the readers of formats, kinds and steps check them and complain of them in the same words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::directory::RunDirectory;
use super::kept::Kept;
use super::model::NoModel;
use super::pack;
use crate::answers::{Cell, CellType};
use crate::catalog::formats::{self, FormatDef};
use crate::data::parallel::as_worker;
use crate::data::{self, Need, Overrides, Parts, Prepared, RowSet, Source, Table, Tables, UnseenClasses};
use crate::diag::Diagnostic;
use crate::lower::{Backend, Model};
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::score::judge::TaskAnswers;
use crate::score::predictions::{self, Unanswered};
use crate::train::embed::{Embedded, embedded};
use crate::train::find::Known;
use crate::train::session::Session;
use crate::train::{evaluate, plan, session};

/// Rows of so many bytes are few.
const FEW: usize = 1 << 16;

/// So many digits of a hash tell models from one another.
const TOLD: usize = 12;

/// A run with its model.
pub struct Opened {
    kept: Kept,
    model: Model,
    /// The same, as it answers.
    answering: Model,
    /// What answers are chosen among.
    known: Mutex<Known>,
    /// The beginning of the hash of the model's file: runs that differ only in how long they were trained have one identity.
    weights: String,
    /// The columns of the answers, for each data set about whose rows it answers.
    columns: Vec<(usize, Vec<(String, CellType)>)>,
    /// The tables of earlier answers, by data set and whether its rows have ids: to make one costs as much as a row.
    tables: Mutex<BTreeMap<(usize, bool), predictions::Table>>,
}

/// What a run or a pack is, as far as its files tell from outside: of another one it is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(Vec<(PathBuf, u64, SystemTime)>);

impl State {
    /// `None` if there is no finished run.
    pub fn of(path: &Path) -> Option<Self> {
        let files = match pack::is_one(path) {
            true => vec![path.to_path_buf()],
            false => {
                let (run, _) = RunDirectory::open(path).ok()?;
                if !run.is_finished() {
                    return None;
                }
                vec![run.model(), run.file("run.json"), run.file("preprocessing.json")]
            }
        };
        let of = |file: PathBuf| {
            let metadata = std::fs::metadata(&file).ok()?;
            Some((file, metadata.len(), metadata.modified().ok()?))
        };
        files.into_iter().map(of).collect::<Option<Vec<_>>>().map(Self)
    }
}

/// Why a run cannot be asked.
pub enum NotOpened {
    /// Its preparation does not go together with its spec.
    Wrong(Box<Kept>, Vec<Diagnostic>),
    NoModel(NoModel),
}

/// Rows as the run's steps have prepared them.
pub struct Asked {
    pub prepared: Arc<Prepared>,
    tables: Tables,
    data: usize,
}

/// What is answered about some rows.
pub struct Answered {
    pub columns: Arc<Vec<(String, CellType)>>,
    /// The cells of each row, in the order of the rows.
    pub rows: Vec<Vec<Cell>>,
    /// What the rows hold that the model has not learnt, a line per column.
    pub notes: Vec<String>,
}

impl Opened {
    /// # Errors
    /// If the model cannot be had.
    pub fn open(kept: Kept, backend: Backend) -> Result<Self, NotOpened> {
        let session = match session_without_rows(&kept) {
            Ok(session) => session,
            Err(problems) => return Err(NotOpened::Wrong(Box::new(kept), problems)),
        };
        let model = kept.model(&session, backend).map_err(NotOpened::NoModel)?;
        let pipeline = &kept.pipeline;
        let used = (0..pipeline.data.len()).filter(|data| plan::is_used(pipeline, *data));
        let of = |data| (data, predictions::Table::new(pipeline, &session.prepared, &[data], false).columns);
        let columns = used.map(of).map(|(data, columns)| (data, Arc::unwrap_or_clone(columns))).collect();
        let answering = model.folded().into_owned();
        // What cannot be read once more is told apart by nothing.
        let hash = Source::open(&kept.run.model()).and_then(Source::sha256).unwrap_or_default();
        let weights = hash.chars().take(TOLD).collect();
        Ok(Self { kept, model, answering, weights, known: Mutex::default(), columns, tables: Mutex::default() })
    }

    /// The columns of the answers, for each data set about whose rows it answers.
    pub fn columns(&self) -> &[(usize, Vec<(String, CellType)>)] {
        &self.columns
    }

    /// What tells its weights from others: the beginning of a hash of them.
    pub fn weights(&self) -> &str {
        &self.weights
    }

    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    pub fn pipeline(&self) -> &Pipeline {
        &self.kept.pipeline
    }

    /// Rows of a data set, as a file of some format would have them.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(&self, data: usize, format: FormatDef, bytes: Arc<[u8]>) -> Result<Table, Vec<Diagnostic>> {
        let few = bytes.len() <= FEW;
        let mut overrides = Overrides { unhashed: true, ..Overrides::default() };
        overrides.put(data, format, bytes);
        let open = || data::open(&self.kept.pipeline, &overrides, Need::Inputs);
        // To start threads for a few rows would cost more than they do.
        let tables = if few { as_worker(open) } else { open() };
        Ok(tables?.sets.swap_remove(data))
    }

    /// What the model answers about rows of a data set that have been read. Those of several pieces are asked about together, and numbered from
    /// 1 on in each: `pieces` says how many each has.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn answer(&self, data: usize, rows: Table, pieces: &[usize]) -> Result<Answered, Vec<Diagnostic>> {
        let pipeline = &self.kept.pipeline;
        let mut cells = Vec::with_capacity(rows.rows);
        let asked = self.prepare(data, rows)?;
        let Asked { prepared, tables, .. } = &asked;
        let key = (data, prepared.ids(data).is_some());
        let kept = || self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = kept().remove(&key);
        let table = match earlier {
            Some(table) => table.of_rows(pipeline, prepared, data),
            None => predictions::Table::new(pipeline, prepared, &[data], false),
        };
        let mut unanswered = Unanswered::default();
        self.batches(&asked, |rows, answers| {
            unanswered.add(&answers);
            let batch: Vec<(usize, Option<Part>)> = rows.iter().map(|row| (*row, None)).collect();
            cells.extend(table.cells(data, &batch, &answers));
        });
        if prepared.ids(data).is_none() {
            let (place, _) = table.key(data);
            let numbers = pieces.iter().flat_map(|rows| 1..=*rows);
            cells.iter_mut().zip(numbers).for_each(|(row, number)| row[place] = Cell::Whole(number as u64));
        }
        let unseen = prepared.unseen_classes(&[Part::Test]);
        let lacking = prepared.lacking_in_words(pipeline, tables);
        let notes = unseen.iter().map(UnseenClasses::words).chain(lacking).chain(unanswered.words(pipeline)).collect();
        let columns = table.columns.clone();
        kept().insert(key, table);
        Ok(Answered { columns, rows: cells, notes })
    }

    /// Prepares rows, each an object of cells by the names of the file's columns.
    ///
    /// # Errors
    /// If the model reads something of a row that it does not have, or cannot read what it has.
    pub fn ask(&self, data: usize, rows: &[serde_json::Value]) -> Result<Asked, Vec<Diagnostic>> {
        let mut overrides = Overrides::default();
        put(rows, data, &mut overrides);
        let (format, rows) = (overrides.formats.remove(&data), overrides.at_hand.remove(&data));
        let (Some(format), Some(rows)) = (format, rows) else { return Err(Vec::new()) };
        let table = self.read(data, format, rows)?;
        self.prepare(data, table)
    }

    /// What the model answers about rows that have been prepared, task by task and batch by batch.
    pub fn tasks(&self, asked: &Asked, mut take: impl FnMut(TaskAnswers)) {
        self.batches(asked, |_, answers| answers.into_iter().for_each(&mut take));
    }

    /// The rows of each batch, and what is answered about them.
    fn batches(&self, asked: &Asked, mut take: impl FnMut(&[usize], Vec<TaskAnswers>)) {
        let Asked { prepared, data, tables } = asked;
        let pipeline = &self.kept.pipeline;
        if plan::is_used(pipeline, *data) {
            let plan = plan::of_rows(pipeline, prepared, *data, RowSet::all(tables.sets[*data].rows));
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            evaluate::at_once(pipeline, &self.answering, prepared, plan, &mut known, |rows, answers| {
                take(&rows[*data], answers)
            });
        }
    }

    /// The nodes of the model by their paths, in the order in which they are computed.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        self.model.steps.iter().map(|step| step.path.as_str())
    }

    /// The value of a node for each of some rows; `None` if rows of this data set do not have it.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn embed(&self, data: usize, rows: Table, node: usize) -> Result<Option<Embedded>, Vec<Diagnostic>> {
        let count = rows.rows;
        let Asked { prepared, .. } = self.prepare(data, rows)?;
        let plan = plan::of_rows(&self.kept.pipeline, &prepared, data, RowSet::all(count));
        Ok(embedded(&self.model, &prepared, &plan, node))
    }

    fn prepare(&self, data: usize, rows: Table) -> Result<Asked, Vec<Diagnostic>> {
        let pipeline = &self.kept.pipeline;
        let mut tables = without_rows(pipeline);
        tables.sets[data] = rows;
        let parts = Parts::all_in(Part::Test, &tables);
        let prepared = Prepared::apply(pipeline, &tables, parts, self.kept.fitted.clone(), Need::Inputs)?;
        session::fits(pipeline, &prepared)?;
        Ok(Asked { prepared: Arc::new(prepared), tables, data })
    }
}

/// What a model is lowered and written by where nobody asks about rows.
///
/// # Errors
/// If the preparation of the run does not go together with its spec.
pub fn session_without_rows(kept: &Kept) -> Result<Session, Vec<Diagnostic>> {
    let tables = without_rows(&kept.pipeline);
    kept.session(&tables, Parts::all_in(Part::Test, &tables), Need::Inputs)
}

/// Puts rows, each an object of cells, in the place of those of a data set.
pub fn put(rows: &[serde_json::Value], data: usize, overrides: &mut Overrides) {
    let lines: String = rows.iter().map(|row| row.to_string() + "\n").collect();
    if let Some(format) = formats::plain("jsonl", "") {
        overrides.put(data, format, lines.into_bytes());
    }
}

fn without_rows(pipeline: &Pipeline) -> Tables {
    Tables { sets: (0..pipeline.data.len()).map(|data| data::without_rows(pipeline, data)).collect() }
}
