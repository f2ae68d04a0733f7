//! A finished run that is asked again and again about rows at hand: its model is lowered and loaded once, and no file is opened for a question.
//!
//! Rows go the way of a file's: the readers of formats, kinds and steps check them and complain of them in the same words.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::directory::RunDirectory;
use super::kept::Kept;
use super::model::NoModel;
use super::pack;
use crate::answers::{Cell, CellType};
use crate::catalog::formats::FormatDef;
use crate::data::{self, Need, Overrides, Parts, Prepared, RowSet, Table, Tables, UnseenClasses};
use crate::diag::Diagnostic;
use crate::lower::{Backend, Model};
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::score::predictions;
use crate::train::embed::{Embedded, embedded};
use crate::train::find::Known;
use crate::train::session::Session;
use crate::train::{evaluate, plan, session};

/// A run with its model.
pub struct Opened {
    kept: Kept,
    model: Model,
    /// What answers are chosen among.
    known: Mutex<Known>,
    /// The columns of the answers, for each data set about whose rows it answers.
    columns: Vec<(usize, Vec<(String, CellType)>)>,
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

/// What is answered about some rows.
pub struct Answered {
    pub columns: Vec<(String, CellType)>,
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
        let columns = used.map(of).collect();
        Ok(Self { kept, model, known: Mutex::default(), columns })
    }

    /// The columns of the answers, for each data set about whose rows it answers.
    pub fn columns(&self) -> &[(usize, Vec<(String, CellType)>)] {
        &self.columns
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
        let mut overrides = Overrides { unhashed: true, ..Overrides::default() };
        overrides.put(data, format, bytes);
        Ok(data::open(&self.kept.pipeline, &overrides, Need::Inputs)?.sets.swap_remove(data))
    }

    /// What the model answers about rows of a data set that have been read. Those of several pieces are asked about together, and numbered from
    /// 1 on in each: `pieces` says how many each has.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn answer(&self, data: usize, rows: Table, pieces: &[usize]) -> Result<Answered, Vec<Diagnostic>> {
        let pipeline = &self.kept.pipeline;
        let count = rows.rows;
        let (tables, prepared) = self.prepared(data, rows)?;
        let table = predictions::Table::new(pipeline, &prepared, &[data], false);
        let mut cells = Vec::with_capacity(count);
        if plan::is_used(pipeline, data) {
            let plan = plan::of_rows(pipeline, &prepared, data, RowSet::all(count));
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            evaluate::at_once(pipeline, &self.model, &prepared, plan, &mut known, |rows, answers| {
                let batch: Vec<(usize, Option<Part>)> = rows[data].iter().map(|row| (*row, None)).collect();
                cells.extend(table.cells(data, &batch, &answers));
            });
        }
        if prepared.ids(data).is_none() {
            let (key, _) = table.key(data);
            let numbers = pieces.iter().flat_map(|rows| 1..=*rows);
            cells.iter_mut().zip(numbers).for_each(|(row, number)| row[key] = Cell::Whole(number as u64));
        }
        let unseen = prepared.unseen_classes(&[Part::Test]);
        let lacking = prepared.lacking_in_words(pipeline, &tables);
        let notes = unseen.iter().map(UnseenClasses::words).chain(lacking).collect();
        Ok(Answered { columns: table.columns, rows: cells, notes })
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
        let (_, prepared) = self.prepared(data, rows)?;
        let plan = plan::of_rows(&self.kept.pipeline, &prepared, data, RowSet::all(count));
        Ok(embedded(&self.model, &prepared, &plan, node))
    }

    fn prepared(&self, data: usize, rows: Table) -> Result<(Tables, Arc<Prepared>), Vec<Diagnostic>> {
        let pipeline = &self.kept.pipeline;
        let mut tables = without_rows(pipeline);
        tables.sets[data] = rows;
        let parts = Parts::all_in(Part::Test, &tables);
        let prepared = Prepared::apply(pipeline, &tables, parts, self.kept.fitted.clone(), Need::Inputs)?;
        session::fits(pipeline, &prepared)?;
        Ok((tables, Arc::new(prepared)))
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

fn without_rows(pipeline: &Pipeline) -> Tables {
    Tables { sets: (0..pipeline.data.len()).map(|data| data::without_rows(pipeline, data)).collect() }
}
