//! Inputs whose values are computed for each batch: what is drawn anew in every epoch, or too large to be prepared.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::batch::{HostTensor, HostValues};
use super::draws::{Drawing, Draws};
use super::host::Host;
use super::kept::Kept;
use super::lost::lost;
use super::mixing::{Mix, Neighbours};
use super::pictures::{Frame, Picture};
use super::portions::Making;
use super::reader::RowReader;
use super::steps::FittedStep;
use super::values::Values;
use crate::catalog::Kind;
use crate::catalog::kinds::KindDef;
use crate::catalog::kinds::video::Short;
use crate::pipeline::{Input, StepUse};

#[derive(Debug)]
pub(super) struct Computed {
    /// The input, in whose name is drawn.
    name: String,
    reader: RowReader,
    steps: Vec<ComputedStep>,
    /// Pictures after so many steps are kept.
    settled: usize,
    /// How many pictures a row has, at most.
    each: usize,
    /// If its clips differ in length, how many frames each row has, by data set; 0 as long as nobody has looked.
    lengths: Option<Vec<Vec<AtomicUsize>>>,
    kept: Kept,
}

/// What steps have done to the pictures of some rows: where their places have come to, and, if rows have been mixed, what each is made of. Without pictures nothing.
pub(super) type Done = (Vec<Frame>, Option<Mix>);

#[derive(Debug)]
struct ComputedStep {
    /// As the spec calls it.
    name: &'static str,
    drawn: bool,
    /// Whether it mixes rows that are trained on.
    mixes: bool,
    /// Whether it leaves pictures pictures.
    keeps_pictures: bool,
    step: Arc<dyn FittedStep>,
}

/// So many rows are read before it is known how large their pictures are.
const FIRST: usize = 8;
/// Pictures that are read at a time take so many bytes, about, before steps make them smaller.
const ROOM: usize = 256 << 20;

/// How many rows are read at a time whose pictures are as large as these.
fn room_for(values: &Values) -> usize {
    let Values::Pictures(pictures) = values else { return usize::MAX };
    let sizes = pictures.all.chunks(pictures.each()).map(|row| row.iter().flatten().map(|one| one.pixels.len()).sum());
    ROOM / sizes.max().unwrap_or(0).max(ROOM / 4096)
}

impl Computed {
    pub fn new(input: &Input, reader: RowReader, steps: Vec<Arc<dyn FittedStep>>) -> Self {
        let steps = input.steps.iter().zip(steps);
        let steps = steps.map(|(of, step)| ComputedStep {
            name: of.def.name(),
            drawn: of.def.draws_values(),
            mixes: of.def.mixes().is_some(),
            keeps_pictures: of.ty.kind == Kind::Image,
            step,
        });
        let still = |of: &&StepUse| !of.def.draws_values() && of.ty.kind == Kind::Image;
        let settled = input.steps.iter().take_while(still).count();
        let (each, padded) = match &reader.kind {
            KindDef::Video(video) => (video.frames, video.short == Short::Pad),
            _ => (1, false),
        };
        let unknown = |rows: usize| (0..rows).map(|_| AtomicUsize::new(0)).collect();
        let lengths = padded.then(|| reader.sets.iter().map(|set| unknown(set.rows)).collect());
        let kept = Kept::new(reader.sets.iter().map(|set| if settled > 0 { set.rows * each } else { 0 }));
        Self { name: input.name.clone(), steps: steps.collect(), reader, settled, each, lengths, kept }
    }

    /// How many places before a row those stand, at most, that are mixed into it by all steps together.
    pub fn reach(&self) -> usize {
        self.steps.iter().map(|step| step.step.reach()).sum()
    }

    /// The values of the rows of each data set, and what was done to them, if they are pictures; drawn steps draw for training rows alone. Of each row, data set by data set, `picked` says
    /// whether it has the input, and its place among the rows of all data sets that have it.
    pub fn batch(&self, making: &Making, picked: &[Option<usize>], drawing: Option<Drawing>) -> (HostTensor, Done) {
        let (values, (mut frames, mix), lengths) = self.computed(making, picked, drawing, false);
        let count = values.rows();
        let host = Host::new(values);
        if count == picked.len() {
            return (as_long_as(host.whole(count), lengths), (frames, mix));
        }
        let mut next = 0..;
        let places: Vec<Option<usize>> = picked.iter().map(|place| place.and_then(|_| next.next())).collect();
        let lengths =
            lengths.map(|lengths| places.iter().map(|place| place.map_or(0, |place| lengths[place])).collect());
        if !frames.is_empty() {
            frames = places.iter().map(|place| place.map_or(Frame::whole(0, 0), |place| frames[place])).collect();
        }
        (as_long_as(host.gather(&places), lengths), (frames, mix.map(|mix| mix.spread(&places))))
    }

    /// The pictures of these rows before they become numbers, those of a clip together; `None` if they are none. Rows that lack the input have
    /// none, and no place.
    pub fn pictures(
        &self,
        rows: &[Vec<usize>],
        picked: &[Option<usize>],
        drawing: Option<Drawing>,
    ) -> Option<Vec<Vec<Arc<Picture>>>> {
        let making = Making::own(rows.to_vec());
        let (Values::Pictures(pictures), ..) = self.computed(&making, picked, drawing, true) else { return None };
        Some(pictures.all.chunks(self.each).map(|of_row| of_row.iter().flatten().cloned().collect()).collect())
    }

    /// What the steps make of these rows, all of them or those that leave pictures pictures; what that has done to them; and how many frames each has, if its clips differ in length.
    fn computed(
        &self,
        making: &Making,
        picked: &[Option<usize>],
        drawing: Option<Drawing>,
        pictures_only: bool,
    ) -> (Values, Done, Option<Vec<usize>>) {
        let rows = &making.rows;
        let mut whole: Option<Values> = None;
        let mut given = Vec::with_capacity(self.reader.sets.len());
        let (mut start, mut base) = (0, 0);
        for (set, stacked) in self.reader.sets.iter().enumerate() {
            let of_set = &picked[start..start + rows[stacked.data].len()];
            let places: Vec<usize> = of_set.iter().flatten().map(|place| place - base).collect();
            start += of_set.len();
            base += stacked.rows;
            given.push(places.len());
            let values = self.settled(set, &places);
            match &mut whole {
                None => whole = Some(values),
                Some(whole) => _ = whole.append(values),
            }
        }
        let mut values = whole.unwrap_or(Values::Text(Vec::new()));
        let lengths = match &values {
            Values::Pictures(pictures) => self.lengths.as_ref().map(|_| pictures.lengths()),
            // None of the rows is there.
            _ => self.lengths.as_ref().map(|_| Vec::new()),
        };
        let (mut frames, mut mix) = (Vec::new(), None::<Mix>);
        for (number, step) in self.steps.iter().enumerate().skip(self.settled) {
            if let Values::Pictures(pictures) = &values {
                frames = pictures.places();
                if pictures_only && !step.keeps_pictures {
                    break;
                }
            }
            let done = match drawing.filter(|_| step.drawn) {
                Some(drawing) => {
                    let each =
                        self.reader.sets.iter().flat_map(|set| rows[set.data].iter().map(|row| (set.data, *row)));
                    let own = each.zip(picked).filter(|(_, place)| place.is_some()).map(|(row, _)| row);
                    let draws = Draws::new(drawing, &self.name, number, own);
                    if step.mixes {
                        let all = || Neighbours::new(given.iter().copied());
                        let neighbours = making.neighbours.clone().unwrap_or_else(all);
                        step.step.mix(values, &draws, &neighbours).map(|(values, then)| {
                            mix = Some(match &mix {
                                Some(first) => then.after(first),
                                None => then,
                            });
                            values
                        })
                    } else {
                        step.step.draw(values, &draws)
                    }
                }
                None => step.step.apply(values),
            };
            values = done.unwrap_or_else(|refusal| {
                lost(format!("input `{}`: `{}` {}, after what was drawn", self.name, step.name, refusal.reason))
            });
        }
        if let Values::Pictures(pictures) = &values {
            frames = pictures.places();
        }
        (values, (frames, mix), lengths)
    }

    /// Rows of a data set, by their places among those that have the input, after the steps whose pictures are kept.
    fn settled(&self, set: usize, rows: &[usize]) -> Values {
        let each = self.each;
        // Of a clip all frames, or none.
        let kept: Vec<Option<Vec<Arc<Picture>>>> = (rows.iter())
            .map(|row| {
                let frames = self.frames_of(set, *row)?;
                (row * each..row * each + frames).map(|place| self.kept.get(set, place)).collect()
            })
            .collect();
        let missing = || rows.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(row, _)| *row);
        let mut values = self.made_of(set, &missing().collect::<Vec<_>>());
        let Values::Pictures(pictures) = &mut values else { return values };
        if let Some(lengths) = &self.lengths {
            let found = missing().zip(pictures.lengths());
            found.for_each(|(row, frames)| lengths[set][row].store(frames, Ordering::Relaxed));
        }
        let places = missing().flat_map(|row| row * each..(row + 1) * each);
        places.zip(&pictures.all).for_each(|(place, picture)| {
            picture.iter().for_each(|picture| self.kept.put(set, place, picture));
        });
        let mut made = std::mem::take(&mut pictures.all).into_iter();
        let all = kept.into_iter().flat_map(|kept| match kept {
            Some(frames) => frames.into_iter().map(Some).chain(std::iter::repeat(None)).take(each).collect(),
            None => made.by_ref().take(each).collect::<Vec<_>>(),
        });
        pictures.all = all.collect();
        values
    }

    /// Rows of a data set, read, and after the steps whose pictures are kept: some at a time, since pictures may be far larger before than behind these.
    fn made_of(&self, set: usize, rows: &[usize]) -> Values {
        let (mut whole, mut rest) = (None::<Values>, rows);
        let mut together = if self.settled > 0 { FIRST } else { rows.len() };
        loop {
            let (now, later) = rest.split_at(together.min(rest.len()));
            let read = self.reader.rows(set, now);
            let mut values = read.unwrap_or_else(|| lost(format!("the rows of input `{}` cannot be read", self.name)));
            together = room_for(&values);
            for step in &self.steps[..self.settled] {
                values = step.step.apply(values).unwrap_or_else(|refusal| {
                    lost(format!("input `{}`: `{}` {}", self.name, step.name, refusal.reason))
                });
            }
            match &mut whole {
                None => whole = Some(values),
                Some(whole) => _ = whole.append(values),
            }
            rest = later;
            if rest.is_empty() {
                return whole.unwrap_or(Values::Text(Vec::new()));
            }
        }
    }

    /// How many frames a row has; `None` as long as nobody has looked.
    fn frames_of(&self, set: usize, row: usize) -> Option<usize> {
        let Some(lengths) = &self.lengths else { return Some(self.each) };
        Some(lengths.get(set)?.get(row)?.load(Ordering::Relaxed)).filter(|frames| *frames > 0)
    }
}

/// Clips that differ in length: no longer than the longest of them, and with how many frames of each are real.
fn as_long_as(values: HostTensor, lengths: Option<Vec<usize>>) -> HostTensor {
    let (Some(lengths), [rows, places, ..]) = (lengths, &values.shape[..]) else { return values };
    // At least one, so that no layer meets an empty axis.
    let longest = lengths.iter().copied().max().unwrap_or(0).clamp(1, *places);
    let (each, rows) = (values.shape[2..].iter().product::<usize>(), *rows);
    fn cut<T: Copy>(all: &[T], (rows, width, own): (usize, usize, usize)) -> Vec<T> {
        (0..rows).flat_map(|row| &all[row * width..row * width + own]).copied().collect()
    }
    let sizes = (rows, places * each, longest * each);
    let mut shape = values.shape.clone();
    shape[1] = longest;
    let values = match values.values {
        HostValues::F32(all) => HostValues::F32(cut(&all, sizes)),
        HostValues::I64(all) => HostValues::I64(cut(&all, sizes)),
    };
    HostTensor { shape, values, lengths: vec![(1, lengths)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::kinds::image::Channels;
    use crate::data::pictures::Pictures;

    #[test]
    fn large_pictures_are_read_few_at_a_time() {
        let of = |height: usize, width: usize, frames: Option<usize>| {
            let picture = Arc::new(Picture::new(height, width, Channels::Gray, vec![0; height * width]));
            let all = vec![Some(picture); 2 * frames.unwrap_or(1)];
            room_for(&Values::Pictures(Pictures { channels: Channels::Gray, frames, size: None, all }))
        };
        assert_eq!(of(8192, 8192, None), 4);
        assert_eq!(of(8192, 8192, Some(2)), 2);
        assert_eq!(of(1024, 1024, None), 256);
        // One of which nothing is known yet may be large.
        assert_eq!(of(0, 0, None), 4096);
        assert_eq!(room_for(&Values::Text(Vec::new())), usize::MAX);
    }

    #[test]
    fn clips_are_as_long_as_the_longest_of_them() {
        let values = HostValues::F32((0..12).map(|number| number as f32).collect());
        let clips = HostTensor { shape: vec![2, 3, 2], values, lengths: Vec::new() };
        let cut = as_long_as(clips.clone(), Some(vec![1, 2]));
        let values = HostValues::F32([0, 1, 2, 3, 6, 7, 8, 9].map(|number| number as f32).to_vec());
        assert_eq!(cut, HostTensor { shape: vec![2, 2, 2], values, lengths: vec![(1, vec![1, 2])] });
        assert_eq!(as_long_as(clips.clone(), None), clips);
    }
}
