//! Values of frozen steps, computed once for each row and given to every batch that has the row.
//!
//! They lie in one block of numbers, in memory or, if there are too many, in a file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use burn::tensor::Device;

use super::model::Model;
use super::value::{Real, Value};
use crate::data::Batch;
use crate::source::{Cannot, Wanted, own_name};

/// Why values of frozen steps are not kept.
#[derive(Debug)]
pub enum NotStored {
    Cannot(Cannot),
    /// Another batch writes them.
    InUse,
    /// A step gave something else than numbers.
    NoNumbers,
    /// There is no room for a row, since nobody asked for it.
    NotAsked,
    /// A step gave another number of rows than it was given.
    OtherRows,
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotStored::Cannot(cannot) => cannot.fmt(f),
            NotStored::InUse => f.write_str("the file of frozen values is in use"),
            NotStored::NoNumbers => f.write_str("a frozen layer gave no numbers"),
            NotStored::NotAsked => f.write_str("a row was not asked for"),
            NotStored::OtherRows => f.write_str("a frozen layer gave another number of rows than it was given"),
        }
    }
}

/// What is known of a model's steps before a batch is evaluated.
pub struct Known {
    /// The values that are known and wanted.
    pub values: Vec<Option<Value>>,
    /// Which steps need not be computed: their value is known, or nobody wants it.
    pub settled: Arc<[bool]>,
}

#[derive(Debug)]
pub struct KeptValues {
    settled: Arc<[bool]>,
    steps: Vec<KeptStep>,
    /// For each data set, the place of each row among those that are kept.
    places: Vec<Vec<Option<u32>>>,
    store: Store,
}

#[derive(Debug)]
struct KeptStep {
    step: usize,
    sizes: Vec<usize>,
    /// Numbers per row.
    width: usize,
    /// Data set and start in the store, for each block of stacked rows.
    blocks: Vec<(usize, usize)>,
}

impl KeptStep {
    /// Where each block of a data set starts.
    fn starts(&self, data: usize) -> Vec<usize> {
        self.blocks.iter().filter(|(of, _)| *of == data).map(|(_, start)| *start).collect()
    }
}

impl KeptValues {
    /// Room for the steps that a pass has found worth keeping, for these rows of each data set; `None` if there are no
    /// such steps. Up to `memory` bytes are kept in memory, more in a file in `folder`.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn room(model: &Model, rows: &[Vec<usize>], memory: u64, folder: &Path) -> Result<Option<Self>, NotStored> {
        let mut steps = Vec::new();
        let mut numbers = 0;
        for (index, step) in model.steps.iter().enumerate().filter(|(_, step)| step.cached) {
            let width = step.sizes.iter().product();
            let mut blocks = Vec::with_capacity(step.rows.len());
            for data in &step.rows {
                blocks.push((*data, numbers));
                numbers += width * rows[*data].len();
            }
            steps.push(KeptStep { step: index, sizes: step.sizes.clone(), width, blocks });
        }
        if steps.is_empty() || numbers == 0 {
            return Ok(None);
        }
        let places = rows
            .iter()
            .map(|rows| {
                let mut places = vec![None; rows.iter().max().map_or(0, |last| last + 1)];
                rows.iter().zip(0u32..).for_each(|(row, place)| places[*row] = Some(place));
                places
            })
            .collect();
        let store = if numbers as u64 * 4 <= memory { Store::memory(numbers) } else { Store::file(folder)? };
        Ok(Some(Self { settled: settled(model), steps, places, store }))
    }

    /// Everything unknown, and only what leads to the kept steps wanted.
    pub fn nothing_known(&self, model: &Model) -> Known {
        let mut wanted = vec![false; model.steps.len()];
        self.steps.iter().for_each(|kept| wanted[kept.step] = true);
        for index in (0..model.steps.len()).rev() {
            if wanted[index] {
                model.steps[index].inputs.iter().for_each(|input| wanted[*input] = true);
            }
        }
        Known { values: vec![None; model.steps.len()], settled: wanted.into_iter().map(|wanted| !wanted).collect() }
    }

    /// Puts down what the kept steps gave for a batch of one data set.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn put(&mut self, data: usize, rows: &[usize], values: &[Option<Value>]) -> Result<(), NotStored> {
        for kept in &self.steps {
            let starts = kept.starts(data);
            if starts.is_empty() {
                continue;
            }
            let Some(Value::Real(value)) = &values[kept.step] else {
                return Err(NotStored::NoNumbers);
            };
            let numbers = value.to_host();
            if numbers.len() != starts.len() * rows.len() * kept.width {
                return Err(NotStored::OtherRows);
            }
            for (block, start) in starts.into_iter().enumerate() {
                let block = &numbers[block * rows.len() * kept.width..][..rows.len() * kept.width];
                for (row, numbers) in rows.iter().zip(block.chunks(kept.width.max(1))) {
                    let place = self.places[data].get(*row).copied().flatten().ok_or(NotStored::NotAsked)?;
                    self.store.write(start + place as usize * kept.width, numbers)?;
                }
            }
        }
        Ok(())
    }

    /// What is known of a batch; `None` if it has a row that was not computed before, or the file cannot be read.
    pub fn of_batch(&self, batch: &Batch, device: &Device) -> Option<Known> {
        let mut values = vec![None; self.settled.len()];
        for kept in &self.steps {
            let count: usize = kept.blocks.iter().map(|(data, _)| batch.rows[*data].len()).sum();
            let mut numbers = vec![0.0; count * kept.width];
            let mut into = numbers.chunks_mut(kept.width.max(1));
            for (data, start) in &kept.blocks {
                for row in &batch.rows[*data] {
                    let place = self.places[*data].get(*row).copied().flatten()?;
                    self.store.read(start + place as usize * kept.width, into.next()?)?;
                }
            }
            let shape = std::iter::once(count).chain(kept.sizes.iter().copied()).collect();
            values[kept.step] = (count > 0).then(|| Value::Real(Real::from_host(numbers, shape, device)));
        }
        Some(Known { values, settled: self.settled.clone() })
    }

    /// The steps that are kept.
    pub fn steps(&self) -> impl Iterator<Item = usize> + '_ {
        self.steps.iter().map(|kept| kept.step)
    }

    /// Whether the numbers lie in a file.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.store, Store::File { .. })
    }
}

/// Which steps need not be computed when the cached ones are known: these, and what only they read.
fn settled(model: &Model) -> Arc<[bool]> {
    let mut readers = vec![(0, 0); model.steps.len()];
    let mut settled = vec![false; model.steps.len()];
    let heads: std::collections::HashSet<usize> = model.heads.iter().flatten().copied().collect();
    for index in (0..model.steps.len()).rev() {
        let (all, done) = readers[index];
        let step = &model.steps[index];
        settled[index] = step.cached || (all > 0 && all == done && !heads.contains(&index));
        for input in &step.inputs {
            readers[*input].0 += 1;
            readers[*input].1 += usize::from(settled[index]);
        }
    }
    settled.into()
}

/// Where the numbers lie.
#[derive(Debug)]
enum Store {
    Memory(Vec<f32>),
    File { file: Mutex<File>, path: PathBuf },
}

impl Store {
    fn memory(numbers: usize) -> Self {
        Store::Memory(vec![0.0; numbers])
    }

    fn file(folder: &Path) -> Result<Self, NotStored> {
        let path = folder.join(format!("frozen-{}.values", own_name()));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(Cannot::of(Wanted::Write, &path)).map_err(NotStored::Cannot)?;
        // Where a file may be removed while it is open, it goes with the process, however that ends.
        let _ = std::fs::remove_file(&path);
        Ok(Store::File { file: Mutex::new(file), path })
    }

    fn write(&mut self, start: usize, numbers: &[f32]) -> Result<(), NotStored> {
        match self {
            Store::Memory(all) => {
                all[start..start + numbers.len()].copy_from_slice(numbers);
                Ok(())
            }
            Store::File { file, path } => {
                let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
                let file = file.get_mut().map_err(|_| NotStored::InUse)?;
                file.seek(SeekFrom::Start(start as u64 * 4))
                    .and_then(|_| file.write_all(&bytes))
                    .map_err(Cannot::of(Wanted::Write, path))
                    .map_err(NotStored::Cannot)
            }
        }
    }

    fn read(&self, start: usize, into: &mut [f32]) -> Option<()> {
        match self {
            Store::Memory(all) => into.copy_from_slice(&all[start..start + into.len()]),
            Store::File { file, .. } => {
                let mut bytes = vec![0; into.len() * 4];
                let mut file = file.lock().ok()?;
                file.seek(SeekFrom::Start(start as u64 * 4)).ok()?;
                file.read_exact(&mut bytes).ok()?;
                for (number, bytes) in into.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *number = f32::from_le_bytes(*bytes);
                }
            }
        }
        Some(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Store::File { path, .. } = self {
            let _ = std::fs::remove_file(path);
        }
    }
}
