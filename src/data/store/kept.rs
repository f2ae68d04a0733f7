//! Tables in the cache: written while a file is read that does not fit into memory, and found again by what they were made from.
//!
//! An entry is a folder whose name is a hash of the spec's columns, the format and this version of mtlc, and the hash of the file. It is
//! made in a folder of the process and renamed when it is complete, so that nobody sees half of one. What is damaged or cut off is made
//! anew. One process makes an entry at a time; others that want it wait. What nobody reads may go when there is too much.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::ArrayRef;
use serde::{Deserialize, Serialize};

use super::columns::{ColumnWriter, Output, StoredColumn};
use super::fixed::Fixed;
use super::folder::{Scratch, cannot, rows};
use super::mapped::map;
use crate::data::cache::{self, entries};
use crate::data::formats::Chunk;
use crate::data::source::sha256;
use crate::data::table::{RowHash, Table, Unit};

/// Grows when an entry is laid out in another way.
const VERSION: u32 = 1;
const ABOUT: &str = "table.json";
const TABLE: &str = "table";

/// What is known of a table beside its columns.
#[derive(Serialize, Deserialize)]
struct About {
    version: u32,
    rows: usize,
    header: Vec<String>,
    unit: Unit,
    undeclared_names: Vec<String>,
    spelled_missing: Vec<std::collections::BTreeMap<String, usize>>,
    columns: Vec<Option<StoredColumn>>,
    /// How long the files of content hashes, hashes of undeclared columns and lines are.
    beside: [u64; 3],
}

/// The place of a table in the cache.
pub struct Place {
    folder: PathBuf,
    /// Held while an entry is made.
    _lock: Option<File>,
}

/// What the name of an entry begins with, whatever the file holds. `words` say all that the table depends on.
pub fn prefix(words: &str) -> String {
    sha256(format!("{VERSION}\n{}\n{words}", env!("CARGO_PKG_VERSION")).as_bytes())[..24].to_string()
}

/// Whether the cache has a table that was made in this way, of whichever file.
pub fn any(prefix: &str) -> bool {
    let mut entries = rows().ok().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
}

impl Place {
    /// Of a file with this hash. Waits if another process is about to make it.
    pub fn new(prefix: &str, sha256: &str) -> Result<Self, String> {
        let parent = rows()?;
        let folder = parent.join(format!("{prefix}-{}", &sha256[..32.min(sha256.len())]));
        let lock = std::fs::create_dir_all(&parent).and_then(|()| File::create(folder.with_extension("lock")));
        // Where files cannot be locked, two processes make it twice, and one of them wins.
        let lock = lock.ok().filter(|file| file.lock().is_ok());
        Ok(Self { folder, _lock: lock })
    }

    /// The table; `None` if it is not there, or not whole: then it is taken away.
    pub fn open(&self) -> Option<Table> {
        if !self.folder.exists() {
            return None;
        }
        entries::using(&self.folder);
        let table = open(&self.folder).ok();
        if table.is_none() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
        table
    }
}

/// Writes a table, some rows at a time.
pub struct TableWriter {
    scratch: Scratch,
    folder: PathBuf,
    columns: Vec<Option<ColumnWriter>>,
    beside: [Output; 3],
}

const BESIDE: [&str; 3] = ["content", "undeclared", "lines"];

impl TableWriter {
    pub fn new(columns: usize) -> Result<Self, String> {
        let scratch = Scratch::new()?;
        let folder = scratch.path().join(TABLE);
        std::fs::create_dir(&folder).map_err(|error| cannot(&folder, &error))?;
        let [content, undeclared, lines] = BESIDE.map(|name| Output::new(folder.join(name)));
        let columns = (0..columns).map(|_| None).collect();
        Ok(Self { beside: [content?, undeclared?, lines?], scratch, folder, columns })
    }

    /// Adds what rows are known by. The columns of the same rows may come later.
    pub fn beside(&mut self, chunk: &Chunk) -> Result<(), String> {
        let none = if chunk.content.is_empty() { chunk.rows } else { 0 };
        (0..none).try_for_each(|_| self.beside[0].write(&RowHash::default()))?;
        chunk.content.iter().try_for_each(|hash| self.beside[0].write(hash))?;
        chunk.undeclared.iter().try_for_each(|hash| self.beside[1].write(&hash.to_le_bytes()))?;
        chunk.lines.iter().try_for_each(|line| self.beside[2].write(&line.to_le_bytes()))
    }

    /// Adds rows of a column.
    pub fn push(&mut self, column: usize, array: &ArrayRef) -> Result<(), String> {
        let start = self.folder.join(format!("column{column}"));
        self.columns[column].get_or_insert_with(|| ColumnWriter::new(start)).push(array)
    }

    /// Adds all rows of a table, in memory or mapped.
    pub fn append(&mut self, table: &Table) -> Result<(), String> {
        const AT_ONCE: usize = 1 << 16;
        for (index, column) in table.columns.iter().enumerate() {
            let Some(column) = column else { continue };
            for start in (0..table.rows).step_by(AT_ONCE) {
                self.push(index, &column.slice(start, AT_ONCE.min(table.rows - start)))?;
                super::release();
            }
        }
        table.content.iter().try_for_each(|hash| self.beside[0].write(&hash))?;
        table.undeclared.iter().try_for_each(|hash| self.beside[1].write(&hash))?;
        table.lines.iter().try_for_each(|line| self.beside[2].write(&line))
    }

    /// The table as it lies on disk, with what `of` says beside its columns; at a place in the cache, if it has one.
    pub fn finish(self, of: &Table, place: Option<&Place>) -> Result<Table, String> {
        let finished = |writer: Option<ColumnWriter>| writer.map(ColumnWriter::finish).transpose();
        let columns = self.columns.into_iter().map(finished).collect::<Result<Vec<_>, _>>()?;
        let [content, undeclared, lines] = self.beside;
        let about = About {
            version: VERSION,
            rows: of.rows,
            header: of.header.clone(),
            unit: of.unit,
            undeclared_names: of.undeclared_names.clone(),
            spelled_missing: of.spelled_missing.clone(),
            columns,
            beside: [content.finish()?, undeclared.finish()?, lines.finish()?],
        };
        let text = serde_json::to_vec(&about).map_err(|error| error.to_string())?;
        let path = self.folder.join(ABOUT);
        std::fs::write(&path, text).map_err(|error| cannot(&path, &error))?;
        let kept = place.filter(|place| std::fs::rename(&self.folder, &place.folder).is_ok());
        if let Some(place) = kept {
            entries::using(&place.folder);
            cache::keep_within_bound();
        }
        let table = open(kept.map_or(&self.folder, |place| &place.folder));
        // Its files are mapped, and live without their names.
        drop(self.scratch);
        table.map_err(|reason| format!("what was written to the cache cannot be read: {reason}"))
    }
}

fn open(folder: &Path) -> Result<Table, String> {
    let text = std::fs::read(folder.join(ABOUT)).map_err(|error| error.to_string())?;
    let about: About = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if about.version != VERSION {
        return Err("it is of another version".into());
    }
    let mut columns = Vec::new();
    for (index, column) in about.columns.iter().enumerate() {
        let start = folder.join(format!("column{index}"));
        match column {
            Some(column) if column.rows != about.rows => return Err("its columns differ in length".into()),
            Some(column) => columns.push(Some(column.open(&start)?)),
            None => columns.push(None),
        }
    }
    let mut beside = Vec::new();
    for (name, bytes) in BESIDE.iter().zip(about.beside) {
        let mapped = map(&File::open(folder.join(name)).map_err(|error| error.to_string())?)?;
        if mapped.len() as u64 != bytes {
            return Err(format!("`{name}` is cut short"));
        }
        beside.push(mapped);
    }
    let mut beside = beside.into_iter();
    let mut next = || beside.next().unwrap_or_default();
    let table = Table {
        rows: about.rows,
        header: about.header,
        columns,
        content: Fixed::Mapped(next()),
        undeclared: Fixed::Mapped(next()),
        lines: Fixed::Mapped(next()),
        undeclared_names: about.undeclared_names,
        spelled_missing: about.spelled_missing,
        unit: about.unit,
        stored: true,
        ..Table::default()
    };
    super::release();
    if table.content.len() == table.rows { Ok(table) } else { Err("it has lost rows".into()) }
}
