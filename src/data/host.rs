//! Prepared values of all rows, from which a batch is gathered by copying.

use std::sync::Arc;

use super::batch::{HostTensor, HostValues};
use super::boxes::{Following, Placed};
use super::lost::lost;
use super::mixing::{Mix, Part};
use super::pictures::Frame;
use super::sounds::Series;
use super::store::rows::{RowFile, RowWriter};
use super::tracks;
use super::values::Values;
use super::{instances, keypoints};
use crate::answers::{Boxes, Column, Instances, Keypoints, Located, Tracks};
use crate::catalog::{Kind, Type};

#[derive(Debug)]
pub struct Host {
    /// The sizes after the rows.
    shape: Vec<usize>,
    data: HostData,
}

#[derive(Debug)]
enum HostData {
    F32(Vec<f32>),
    I64(Vec<i64>),
    /// Row `i` is `values[starts[i]..starts[i + 1]]`.
    Ragged {
        starts: Vec<usize>,
        values: Vec<i64>,
    },
    /// Numbers at places, of which rows have different counts.
    Series(Series),
    /// Labels that are what a loss compares with, asked for each batch.
    Labels(Arc<dyn Column>),
    /// What lies in pictures, taken along for each batch to where these have come; and what steps make of it there.
    Following(Followers),
    /// Too many for memory: singles, or else indices.
    Stored {
        file: RowFile,
        real: bool,
    },
}

/// A label of boxes, or of instances, that is a target.
#[derive(Clone, Debug)]
pub struct Followers {
    pub labels: Arc<dyn Column>,
    pub classes: usize,
    pub following: Following,
}

/// Puts rows together as they come, in memory or on disk.
pub struct HostWriter {
    to_disk: bool,
    /// In memory, all so far; on disk, what they are like.
    host: Option<Host>,
    file: Option<RowWriter>,
    /// Why rows could not be written; nothing is added after that.
    failed: Option<String>,
}

impl HostWriter {
    pub fn new(to_disk: bool) -> Self {
        Self { to_disk, host: None, file: None, failed: None }
    }

    /// Adds some rows.
    pub fn push(&mut self, more: Host) {
        if self.failed.is_none() {
            self.failed = self.add(more).err();
        }
    }

    fn add(&mut self, more: Host) -> Result<(), String> {
        if !self.to_disk {
            match &mut self.host {
                Some(host) => host.append(more),
                None => self.host = Some(more),
            }
            return Ok(());
        }
        let each = if matches!(more.data, HostData::F32(_)) { 4 } else { 8 };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(RowWriter::new(more.width() * each)?),
        };
        let kind = match more.data {
            HostData::F32(all) => {
                file.push(&all, f32::to_ne_bytes)?;
                HostData::F32(Vec::new())
            }
            HostData::I64(all) => {
                file.push(&all, i64::to_ne_bytes)?;
                HostData::I64(Vec::new())
            }
            _ => return Err("rows of different lengths have no place on disk".into()),
        };
        self.host = Some(Host { shape: more.shape, data: kind });
        Ok(())
    }

    /// All of them; `None` if there were none. The reason if they could not be written.
    pub fn finish(self) -> Result<Option<Host>, String> {
        if let Some(reason) = self.failed {
            return Err(reason);
        }
        let Some(file) = self.file else { return Ok(self.host) };
        let file = file.finish()?;
        Ok(self.host.map(|host| Host {
            data: HostData::Stored { file, real: matches!(host.data, HostData::F32(_)) },
            shape: host.shape,
        }))
    }
}

impl Host {
    /// Numbers of labels, of which some are missing and stay so (`NAN`).
    pub fn with_gaps(values: Values) -> Self {
        let shape = values.row_shape();
        let data = match values {
            Values::Real { values, .. } => HostData::F32(values.into_iter().map(|value| value as f32).collect()),
            Values::Single { values, .. } => HostData::F32(values),
            whole => return Self::new(whole),
        };
        Self { shape, data }
    }

    /// What is missing becomes 0.
    pub fn new(values: Values) -> Self {
        let shape = values.row_shape();
        let data = match values {
            // A missing target is not read; zero is a number that no loss stumbles over.
            Values::Real { values, .. } => {
                HostData::F32(values.into_iter().map(|value| if value.is_nan() { 0.0 } else { value as f32 }).collect())
            }
            Values::Single { mut values, .. } => {
                values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
                HostData::F32(values)
            }
            Values::Pictures(pictures) => HostData::F32(pictures.numbers()),
            // Of boxes an array is made for each batch: `boxes`.
            Values::Boxes(placed) => return Self::of_array(placed.array()),
            Values::Instances(placed) => return Self::of_array(placed.array()),
            Values::Keypoints(placed) => return Self::of_array(placed.array()),
            Values::Tracks(placed) => return Self::of_array(placed.array()),
            Values::Category { codes, .. } | Values::Categories { codes, .. } => {
                HostData::I64(codes.into_iter().map(|code| code.max(0)).collect())
            }
            Values::Sets { members, .. } => {
                HostData::F32(members.into_iter().map(|member| f32::from(u8::from(member))).collect())
            }
            // No layer takes raw text; it has a place in the batch all the same.
            Values::Text(texts) => HostData::I64(vec![0; texts.len()]),
            Values::Tokens { starts, tokens, .. } => HostData::Ragged { starts, values: tokens },
            // Nor raw sound.
            Values::Sounds(sounds) => HostData::I64(vec![0; sounds.all.len()]),
            Values::Series(series) => HostData::Series(series),
        };
        Self { shape, data }
    }

    /// Rows of one shape.
    fn of_array(array: HostTensor) -> Self {
        let data = match array.values {
            HostValues::F32(values) => HostData::F32(values),
            HostValues::I64(values) => HostData::I64(values),
        };
        Self { shape: array.shape.into_iter().skip(1).collect(), data }
    }

    /// What follows its pictures; `shape` is that of what steps make of it.
    pub fn of_followers(shape: Vec<usize>, target: Followers) -> Self {
        Self { shape, data: HostData::Following(target) }
    }

    /// What lies in the pictures of rows, where the steps of the input have taken these, if these are such.
    pub fn followed(&self, rows: &[Option<usize>], frames: &[Frame]) -> Option<Values> {
        let HostData::Following(followers) = &self.data else { return None };
        followers.followed(rows, frames)
    }

    /// The boxes, or the things, of rows whose pictures are put together of pieces, as [`Host::followed`] has them: those of each piece, where they are seen in the whole.
    pub fn put_together(&self, rows: &[Option<usize>], frames: &[Frame], mix: &Mix) -> Option<Values> {
        let HostData::Following(Followers { labels, classes, following }) = &self.data else { return None };
        if let Some(all) = labels.of::<Instances>() {
            let placed = instances::Placed::put_together(*classes, all, (rows, frames), mix, *following);
            return Some(Values::Instances(placed));
        }
        let all = labels.of::<Boxes>()?;
        let of_row = |place: usize| {
            let of_part = |part: &Part| {
                let own = rows[part.of].map_or(&[][..], |row| all.row(row));
                match part.piece {
                    Some(piece) => following.in_piece(own, &piece, frames.get(place)),
                    None => following.follow(own, frames.get(place)),
                }
            };
            mix.of(place).iter().flat_map(of_part).collect::<Vec<Located>>()
        };
        let sizes = (0..rows.len()).map(|place| frames.get(place).map_or((0, 0), |frame| frame.to)).collect();
        let boxes = Boxes::of_rows((0..rows.len()).map(of_row));
        Some(Values::Boxes(Placed { classes: *classes, boxes, sizes }))
    }

    /// Labels as they are, of this shape.
    pub fn of_labels(shape: Vec<usize>, labels: Arc<dyn Column>) -> Self {
        Self { shape, data: HostData::Labels(labels) }
    }

    /// Whether these are labels as they are, of which no step has made anything.
    pub fn is_of_labels(&self) -> bool {
        matches!(self.data, HostData::Labels(_))
    }

    /// Values that no row has: targets whose label is not in the file.
    pub fn empty(ty: &Type, facts: &crate::catalog::Facts) -> Self {
        let ty = ty.resolve(facts);
        let shape = ty.axes.iter().skip(1).map(|axis| axis.size.value().unwrap_or(1).max(0) as usize).collect();
        let data = match ty.kind {
            Kind::Category { .. } | Kind::Categories { .. } | Kind::Text => HostData::I64(Vec::new()),
            Kind::Tokens { .. } => HostData::Ragged { starts: vec![0], values: Vec::new() },
            _ => HostData::F32(Vec::new()),
        };
        Self { shape, data }
    }

    /// How many tokens, or places, a row has; `None` if all have as many.
    pub fn length(&self, row: usize) -> Option<usize> {
        match &self.data {
            HostData::Ragged { starts, .. } => Some(starts.get(row + 1)? - starts[row]),
            HostData::Series(series) => (row < series.rows()).then(|| series.length(row)),
            _ => None,
        }
    }

    /// How many bytes lie in memory, and how many on disk.
    pub fn bytes(&self) -> (u64, u64) {
        match &self.data {
            HostData::F32(all) => (4 * all.len() as u64, 0),
            HostData::I64(all) => (8 * all.len() as u64, 0),
            HostData::Ragged { starts, values } => (8 * (starts.len() + values.len()) as u64, 0),
            HostData::Series(series) => ((8 * series.starts.len() + 4 * series.values.len()) as u64, 0),
            HostData::Labels(_) | HostData::Following(_) => (0, 0),
            HostData::Stored { file, .. } => (0, file.bytes()),
        }
    }

    /// Numbers per row.
    pub fn width(&self) -> usize {
        self.shape.iter().product()
    }

    /// Puts more rows below.
    pub fn append(&mut self, other: Host) {
        match (&mut self.data, other.data) {
            (HostData::F32(all), HostData::F32(more)) => all.extend(more),
            (HostData::I64(all), HostData::I64(more)) => all.extend(more),
            (HostData::Ragged { starts, values }, HostData::Ragged { starts: more_starts, values: more }) => {
                let base = values.len();
                starts.extend(more_starts.into_iter().skip(1).map(|start| base + start));
                values.extend(more);
                self.shape = self.shape.iter().zip(&other.shape).map(|(one, other)| *one.max(other)).collect();
            }
            (HostData::Series(series), HostData::Series(more)) => {
                series.append(&more);
                self.shape = vec![series.longest(), series.width];
            }
            _ => {}
        }
    }

    /// All rows, `rows` of them, in their order.
    pub fn whole(self, rows: usize) -> HostTensor {
        let values = match self.data {
            HostData::F32(values) => HostValues::F32(values),
            HostData::I64(values) => HostValues::I64(values),
            HostData::Ragged { .. }
            | HostData::Series(_)
            | HostData::Labels(_)
            | HostData::Following(_)
            | HostData::Stored { .. } => {
                return self.gather(&(0..rows).map(Some).collect::<Vec<_>>());
            }
        };
        HostTensor { shape: std::iter::once(rows).chain(self.shape).collect(), values, lengths: Vec::new() }
    }

    /// The rows asked for, in that order; `None` gives zeros.
    pub fn gather(&self, rows: &[Option<usize>]) -> HostTensor {
        let width = self.width();
        let (values, lengths, shape) = match &self.data {
            HostData::F32(all) => (HostValues::F32(copy(all, width, rows)), Vec::new(), self.shape.clone()),
            HostData::I64(all) => (HostValues::I64(copy(all, width, rows)), Vec::new(), self.shape.clone()),
            HostData::Labels(labels) => {
                let known: Vec<usize> = rows.iter().flatten().copied().collect();
                let (_, found) = labels.indices(&known).unwrap_or_default();
                // What each row that is asked for is among those that there are.
                let mut next = 0..;
                let places: Vec<Option<usize>> = rows.iter().map(|row| row.and_then(|_| next.next())).collect();
                (HostValues::I64(copy(&found, width, &places)), Vec::new(), self.shape.clone())
            }
            HostData::Following(_) => {
                let values = self.followed(rows, &[]).unwrap_or(Values::Boxes(Placed::default()));
                return Host::new(values).whole(rows.len());
            }
            HostData::Stored { file, real } => {
                let values = match real {
                    true => HostValues::F32(read(file, width, rows, f32::from_ne_bytes)),
                    false => HostValues::I64(read(file, width, rows, i64::from_ne_bytes)),
                };
                (values, Vec::new(), self.shape.clone())
            }
            HostData::Ragged { starts, values } => {
                let span = |row: &Option<usize>| row.map_or(0..0, |row| starts[row]..starts[row + 1]);
                let lengths: Vec<usize> = rows.iter().map(|row| span(row).len()).collect();
                // At least one place, so that no layer meets an empty axis.
                let longest = lengths.iter().copied().max().unwrap_or(0).max(1);
                let mut padded = vec![0; rows.len() * longest];
                for (index, row) in rows.iter().enumerate() {
                    padded[index * longest..index * longest + lengths[index]].copy_from_slice(&values[span(row)]);
                }
                (HostValues::I64(padded), vec![(1, lengths)], vec![longest])
            }
            HostData::Series(series) => {
                let lengths: Vec<usize> = rows.iter().map(|row| row.map_or(0, |row| series.length(row))).collect();
                let longest = lengths.iter().copied().max().unwrap_or(0).max(1);
                let each = longest * series.width;
                let mut padded = vec![0.0; rows.len() * each];
                for (place, row) in rows.iter().enumerate() {
                    let own = row.map_or(&[][..], |row| series.row(row));
                    padded[place * each..place * each + own.len()].copy_from_slice(own);
                }
                (HostValues::F32(padded), vec![(1, lengths)], vec![longest, series.width])
            }
        };
        let shape = std::iter::once(rows.len()).chain(shape).collect();
        HostTensor { shape, values, lengths }
    }
}

impl Followers {
    /// What lies in the pictures of rows, where steps have taken these.
    pub fn followed(&self, rows: &[Option<usize>], frames: &[Frame]) -> Option<Values> {
        let Followers { labels, classes, following } = self;
        if let Some(all) = labels.of::<Instances>() {
            let each = rows.iter().map(|row| row.map(|row| (all, row)));
            return Some(Values::Instances(instances::Placed::followed(*classes, each, frames, *following)));
        }
        if let Some(all) = labels.of::<Keypoints>() {
            return Some(Values::Keypoints(keypoints::Placed::followed(all, rows, frames)));
        }
        if let Some(all) = labels.of::<Tracks>() {
            return Some(Values::Tracks(tracks::Placed::followed(*classes, all, rows, frames, *following)));
        }
        let all = labels.of::<Boxes>();
        let of_row = |(place, row): (usize, &Option<usize>)| {
            let own: &[Located] = row.zip(all).map_or(&[], |(row, all)| all.row(row));
            following.follow(own, frames.get(place))
        };
        let sizes = (0..rows.len()).map(|place| frames.get(place).map_or((0, 0), |frame| frame.to)).collect();
        let boxes = Boxes::of_rows(rows.iter().enumerate().map(of_row));
        Some(Values::Boxes(Placed { classes: *classes, boxes, sizes }))
    }
}

fn copy<T: Copy + Default>(all: &[T], width: usize, rows: &[Option<usize>]) -> Vec<T> {
    let mut copied = Vec::with_capacity(rows.len() * width);
    for row in rows {
        match row {
            Some(row) => copied.extend_from_slice(&all[row * width..(row + 1) * width]),
            None => copied.resize(copied.len() + width, T::default()),
        }
    }
    copied
}

/// Rows from disk; those that are asked for and cannot be read end the command.
fn read<T: Copy + Default, const N: usize>(
    file: &RowFile,
    width: usize,
    rows: &[Option<usize>],
    number: impl Fn([u8; N]) -> T,
) -> Vec<T> {
    let mut numbers = Vec::with_capacity(rows.len() * width);
    let mut bytes = vec![0; width * N];
    for row in rows {
        match row {
            Some(row) => {
                file.read(*row, &mut bytes).unwrap_or_else(|reason| lost(reason));
                let of_row = bytes.chunks_exact(N).filter_map(|bytes| bytes.first_chunk::<N>());
                numbers.extend(of_row.map(|bytes| number(*bytes)));
            }
            None => numbers.resize(numbers.len() + width, T::default()),
        }
    }
    numbers
}
