//! Maps beside pictures that show less or more than their files (`crop`, `pad`, `resize` with other proportions): something for each place, which
//! lies in the file's picture as a label, and in the picture that the model is given as what it learns and what it answers.
//!
//! Each place of the one is what lies at its middle in the other, so that nothing is mixed. What the model is shown beyond the edges of the file's picture has no
//! label, and counts nowhere while it learns; what it is not shown of the file's picture has no answer, and is not judged.

use super::batch::{HostTensor, HostValues, PlaceWeights};
use super::fitting::Fitting;
use super::mixing::Mix;
use super::moved::origin;
use super::pictures::Frame;
use super::portions::Making;
use super::prepare::Prepared;
use crate::catalog::{Axis, Type};
use crate::pipeline::Task;

/// In a target on its way, a place that has no class. Of numbers it is none (`NAN`).
const NO_CLASS: i64 = -1;

/// As near as this to an edge is at it, however it was computed.
const NEAR: f64 = 1e-9;

/// How high and wide a map is in the file's picture, and in that which the model is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapSizes {
    pub file: (usize, usize),
    pub given: (usize, usize),
}

impl Fitting<'_> {
    /// Of a task whose maps lie in such pictures. Where nobody has the label, answers are as large as those that were learnt from.
    pub(super) fn map_sizes(&mut self, task: &Task) -> Option<MapSizes> {
        let size = |ty: &Type| {
            let ty = ty.resolve(&self.facts);
            let of = |name| usize::try_from(ty.axes[ty.axis(name)?].size.value()?).ok();
            Some((of(Axis::HEIGHT)?, of(Axis::WIDTH)?))
        };
        let given = size(&self.pipeline.inputs[task.lies_in?].ty)?;
        let before = self.saved.as_ref().and_then(|saved| saved.map_sizes.get(&task.name).copied());
        let file = size(&task.label.ty).or(before)?;
        self.fitted.map_sizes.insert(task.name.clone(), file);
        Some(MapSizes { file, given })
    }
}

impl MapSizes {
    /// Of each place in the picture that the model is given, which place of the file's lies there; `None` where none does.
    pub fn shown(&self, frame: &Frame) -> Vec<Option<usize>> {
        let back = frame.way_back();
        looked_up((self.given, frame.to), (self.file, frame.from), |place| {
            Some(back(place)).filter(|place| frame.keeps(*place))
        })
    }

    /// Of each place in the file's picture, where the model is shown it; `None` if it is not.
    pub fn answered(&self, frame: &Frame) -> Vec<Option<usize>> {
        looked_up((self.file, frame.from), (self.given, frame.to), |place| {
            frame.keeps(place).then(|| frame.point(place))
        })
    }
}

/// Of each place of a map of a picture of some size, in which place of another map of another picture its middle lies; `to` says where places go.
fn looked_up(
    ((high, wide), (height, width)): ((usize, usize), (usize, usize)),
    ((other_high, other_wide), (other_height, other_width)): ((usize, usize), (usize, usize)),
    to: impl Fn([f64; 2]) -> Option<[f64; 2]>,
) -> Vec<Option<usize>> {
    let middle = |place: usize, places: usize, size: usize| (place as f64 + 0.5) * size as f64 / places as f64;
    // What lies between two places is the second, to rounding.
    let place = |at: f64, size: usize, places: usize| {
        let at = (at * places as f64 / size as f64 + NEAR).floor();
        (at >= 0.0 && at < places as f64).then_some(at as usize)
    };
    // A row without a picture shows nothing.
    if height * width * other_height * other_width == 0 {
        return vec![None; high * wide];
    }
    let of = |row: usize, column: usize| {
        let [x, y] = to([middle(column, wide, width), middle(row, high, height)])?;
        let (row, column) = place(y, other_height, other_high).zip(place(x, other_width, other_wide))?;
        Some(row * other_wide + column)
    };
    (0..high).flat_map(|row| (0..wide).map(move |column| (row, column))).map(|(row, column)| of(row, column)).collect()
}

/// Maps of rows by what each place is: of which row, and which place of its map; what has none is of no class, or no number.
fn taken(of: &HostTensor, given: (usize, usize), place: &dyn Fn(usize, usize) -> Option<(usize, usize)>) -> HostTensor {
    let [rows, ref between @ .., height, width] = of.shape[..] else { return of.clone() };
    let channels: usize = between.iter().product();
    let (from, to) = (height * width, given.0 * given.1);
    fn each<T: Copy>(
        values: &[T],
        (rows, channels): (usize, usize),
        (from, to): (usize, usize),
        nothing: T,
        place: &dyn Fn(usize, usize) -> Option<(usize, usize)>,
    ) -> Vec<T> {
        let mut taken = Vec::with_capacity(rows * channels * to);
        for row in 0..rows {
            let places: Vec<Option<(usize, usize)>> = (0..to).map(|at| place(row, at)).collect();
            for channel in 0..channels {
                let value = |(row, at): (usize, usize)| values[(row * channels + channel) * from + at];
                taken.extend(places.iter().map(|place| place.map_or(nothing, value)));
            }
        }
        taken
    }
    let values = match &of.values {
        HostValues::F32(values) => HostValues::F32(each(values, (rows, channels), (from, to), f32::NAN, place)),
        HostValues::I64(values) => HostValues::I64(each(values, (rows, channels), (from, to), NO_CLASS, place)),
    };
    let shape = [rows].into_iter().chain(between.iter().copied()).chain([given.0, given.1]).collect();
    HostTensor { shape, values, lengths: Vec::new() }
}

/// Maps of the files' pictures where the model is shown them, given where the places of the picture of each row have come to.
pub(super) fn laid_in(of: &HostTensor, sizes: MapSizes, frames: &[Frame]) -> HostTensor {
    // A label that nobody has may be of any size.
    let known = of.shape.ends_with(&[sizes.file.0, sizes.file.1]);
    let frames = if known { frames } else { &[] };
    let places: Vec<Vec<Option<usize>>> = frames.iter().map(|frame| sizes.shown(frame)).collect();
    taken(of, sizes.given, &|row, at| Some((row, places.get(row)?[at]?)))
}

/// The same of rows whose pictures are put together of pieces.
pub(super) fn pieces_laid_in(of: &HostTensor, sizes: MapSizes, frames: &[Frame], mix: &Mix) -> HostTensor {
    let place = |row: usize, at: usize| origin(mix.of(row), frames.get(row)?, (sizes.given, sizes.file), at, false);
    taken(of, sizes.given, &place)
}

/// How much each number counts: those that are none nothing, and they become 0.
pub(super) fn known(of: &mut HostTensor) -> Option<PlaceWeights> {
    let width: usize = of.shape.iter().skip(1).product();
    let values = match &mut of.values {
        HostValues::F32(values) => values,
        // Of labels that nobody has: else they are weighed by their classes.
        HostValues::I64(classes) => {
            classes.iter_mut().for_each(|class| *class = (*class).max(0));
            return None;
        }
    };
    let mut places = PlaceWeights { weights: Vec::with_capacity(values.len()), counted: Vec::new() };
    for row in values.chunks_mut(width.max(1)) {
        places.counted.push(row.iter().filter(|value| !value.is_nan()).count());
        for value in row {
            places.weights.push(f32::from(u8::from(!value.is_nan())));
            *value = if value.is_nan() { 0.0 } else { *value };
        }
    }
    Some(places)
}

/// So many rows of the training part say what the others are like.
const LOOKED_AT: usize = 64;

impl Prepared {
    /// How the maps of a task lie in its pictures; `None` if these show what their files show.
    pub fn map_sizes(&self, task: usize) -> Option<MapSizes> {
        self.tasks[task].map_sizes
    }

    /// Of the pixels of the files' pictures, the share that the model is shown where nothing is drawn; `None` if there is nothing to say of that.
    pub fn share_shown(&self, task: usize) -> Option<f64> {
        self.tasks[task].share_shown
    }

    /// With how many places of maps a row of the training part has where the model is shown it, and how much of its picture that is, on average of some rows.
    pub(super) fn with_places_counted(mut self) -> Self {
        for index in 0..self.tasks.len() {
            if let Some((counts, share)) = self.places_shown(index) {
                self.tasks[index].share_shown = Some(share);
                self.tasks[index].targets.iter_mut().zip(counts).for_each(|(target, count)| target.places = count);
            }
        }
        self
    }

    fn places_shown(&self, index: usize) -> Option<(Vec<f64>, f64)> {
        let task = &self.tasks[index];
        let (input, sizes) = task.follows.zip(task.map_sizes)?;
        let train = self.parts.0[task.data].train.both(&task.present);
        let every = train.len().div_ceil(LOOKED_AT).max(1);
        let mut rows = vec![Vec::new(); self.rows.len()];
        rows[task.data] = train.iter().step_by(every).collect();
        if rows[task.data].is_empty() {
            return None;
        }
        let mut frames = vec![Vec::new(); self.inputs.len()];
        let making = Making::own(rows.clone());
        frames[input] = self.inputs[input].gather(&making, None, &mut Vec::new()).2.0;
        if frames[input].is_empty() {
            return None;
        }
        let batch = self.targets_of(task, &rows, &frames, None, None);
        let mean =
            |of: &dyn Fn(usize) -> f64| (0..batch.present.len()).map(of).sum::<f64>() / batch.present.len() as f64;
        let counts = (0..task.targets.len()).map(|target| mean(&|row| batch.places(target, row) as f64)).collect();
        let share = mean(&|row| {
            let answered = sizes.answered(&batch.frames[row]);
            answered.iter().flatten().count() as f64 / answered.len() as f64
        });
        Some((counts, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Window;

    const SIZES: MapSizes = MapSizes { file: (2, 4), given: (2, 2) };

    fn classes(values: &[i64], shape: &[usize]) -> HostTensor {
        HostTensor { shape: shape.to_vec(), values: HostValues::I64(values.to_vec()), lengths: Vec::new() }
    }

    #[test]
    fn a_part_of_a_picture_has_a_part_of_its_map() {
        // Of 2 × 4 pixels the two columns in the middle.
        let frame = Frame::whole(2, 4).cut(Window { left: 1, ..Window::whole(2, 2) });
        let map = classes(&[1, 2, 3, 4, 5, 6, 7, 8], &[1, 2, 4]);
        assert_eq!(laid_in(&map, SIZES, &[frame]), classes(&[2, 3, 6, 7], &[1, 2, 2]));
        // What was cut off has no answer.
        let answered = [None, Some(0), Some(1), None, None, Some(2), Some(3), None];
        assert_eq!(SIZES.answered(&frame), answered);
        // Mirrored, the part is the other way round, and comes back.
        let mirrored = frame.cut(Window { mirrored: true, ..Window::whole(2, 2) });
        assert_eq!(laid_in(&map, SIZES, &[mirrored]), classes(&[3, 2, 7, 6], &[1, 2, 2]));
        assert_eq!(SIZES.answered(&mirrored)[..4], [None, Some(1), Some(0), None]);
    }

    #[test]
    fn a_margin_counts_nowhere() {
        // A pixel of margin on each side, and all of it mirrored.
        let frame = Frame::whole(1, 2).cut(Window { top: -1, left: -1, ..Window::whole(3, 4) });
        let frame = frame.cut(Window { mirrored: true, ..Window::whole(3, 4) });
        let sizes = MapSizes { file: (1, 2), given: (3, 4) };
        let laid = laid_in(&classes(&[5, 6], &[1, 1, 2]), sizes, &[frame]);
        assert_eq!(laid, classes(&[-1, -1, -1, -1, -1, 6, 5, -1, -1, -1, -1, -1], &[1, 3, 4]));
        assert_eq!(sizes.answered(&frame), [Some(6), Some(5)]);
        // Numbers in two channels: what lies in the margin is none, and counts as nothing.
        let values = HostValues::F32(vec![1.0, 2.0, 3.0, 4.0]);
        let numbers = HostTensor { shape: vec![1, 2, 1, 2], values, lengths: Vec::new() };
        let mut laid = laid_in(&numbers, sizes, &[frame]);
        let places = known(&mut laid).expect("numbers");
        let HostValues::F32(values) = &laid.values else { panic!("numbers") };
        assert_eq!(
            (laid.shape.as_slice(), values[5..7].to_vec(), values[17..19].to_vec()),
            (&[1, 2, 3, 4][..], vec![2.0, 1.0], vec![4.0, 3.0])
        );
        assert_eq!(
            (places.counted, places.weights.iter().sum::<f32>(), values.iter().sum::<f32>()),
            (vec![4], 4.0, 10.0)
        );
    }

    #[test]
    fn a_margin_shows_nothing_of_what_was_cut_off() {
        // The two columns in the middle, and a margin where the others were.
        let frame = Frame::whole(1, 4).cut(Window { left: 1, ..Window::whole(1, 2) });
        let frame = frame.cut(Window { left: -1, ..Window::whole(1, 4) });
        let sizes = MapSizes { file: (1, 4), given: (1, 4) };
        let map = classes(&[1, 2, 3, 4], &[1, 1, 4]);
        assert_eq!(laid_in(&map, sizes, &[frame]), classes(&[-1, 2, 3, -1], &[1, 1, 4]));
        assert_eq!(sizes.answered(&frame), [None, Some(1), Some(2), None]);
    }

    #[test]
    fn maps_of_other_sizes_lie_where_their_pictures_lie() {
        // A picture of 4 × 8, of which a mask says one class for 2 × 2 pixels, made 3 × 6 in the middle of 6 × 6.
        let frame = Frame::whole(4, 8).stretched((3, 6)).cut(Window { top: -1, ..Window::whole(6, 6) });
        let sizes = MapSizes { file: (2, 4), given: (6, 6) };
        let laid = laid_in(&classes(&[1, 2, 3, 4, 5, 6, 7, 8], &[1, 2, 4]), sizes, &[frame]);
        let HostValues::I64(laid) = laid.values else { panic!("classes") };
        // Middles of the six columns lie at 2/3, 2, 10/3, 14/3, 6 and 22/3 of eight; of the three lines at 2/3, 2 and 10/3 of four.
        let (line, beyond) = ([1, 2, 2, 3, 4, 4], [-1; 6]);
        let below = [5, 6, 6, 7, 8, 8];
        assert_eq!(laid, [beyond, line, below, below, beyond, beyond].concat());
        // A row without a picture has nothing.
        assert_eq!(sizes.answered(&Frame::whole(0, 0)), [None; 8]);
    }
}
