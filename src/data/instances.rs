//! Things with their pixels on their way from cells to a batch: taken along for each batch to where the pictures of their rows have come.
//!
//! # What a task is given
//!
//! The label, in its own unit, is a column of [`Instances`](crate::answers::Instances): of each row things with class, bounds and [`Outline`], in pixels of the picture
//! as its file has it. A target without steps is an array of numbers of things, `[rows, height, width]` of the picture that the model is given, 0 for none; a step of the target
//! is given [`Values::Instances`](super::values::Values::Instances), for each batch anew: of each row the classes and bounds of its things, and such a map, in which the first
//! thing is 1. Things that are passed over, and those of which too little is left in the picture, are not among them. The way back is
//! [`TargetBatch::frames`](super::TargetBatch::frames).

use serde_json::{Value, json};

use super::batch::{HostTensor, HostValues};
use super::boxes::{self, Following};
use super::mixing::{Mix, Part, Piece};
use super::pictures::Frame;
use crate::answers::{Boxes, Instances, Located, Outline, Runs, bounds};
use crate::catalog::classes::Classes;

/// A thing as a column keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptThing {
    pub class: String,
    pub outline: Outline,
    pub passed_over: bool,
}

/// A row as text: of each thing its class, its outline, and whether it is passed over.
pub fn written(row: &[KeptThing]) -> String {
    let one = |kept: &KeptThing| {
        let outline = match &kept.outline {
            Outline::Polygons(polygons) => json!(polygons.iter().map(|one| one.concat()).collect::<Vec<_>>()),
            Outline::Runs(runs) => json!([[runs.height, runs.width], runs.counts]),
        };
        let is_runs = matches!(kept.outline, Outline::Runs(_));
        json!([kept.class, is_runs, outline, kept.passed_over])
    };
    Value::Array(row.iter().map(one).collect()).to_string()
}

/// The things of such a text.
pub fn read(text: &str) -> Vec<KeptThing> {
    let rows: Vec<(String, bool, Value, bool)> = serde_json::from_str(text).unwrap_or_default();
    let one = |(class, is_runs, outline, passed_over): (String, bool, Value, bool)| {
        let outline = match is_runs {
            true => {
                let (size, counts): ([usize; 2], Vec<u32>) = serde_json::from_value(outline).ok()?;
                Outline::Runs(Runs { height: size[0], width: size[1], counts })
            }
            false => {
                let polygons: Vec<Vec<f32>> = serde_json::from_value(outline).ok()?;
                Outline::Polygons(polygons.iter().map(|one| one.as_chunks::<2>().0.to_vec()).collect())
            }
        };
        Some(KeptThing { class, outline, passed_over })
    };
    rows.into_iter().filter_map(one).collect()
}

/// The label of such rows.
pub fn column<'t>(rows: impl Iterator<Item = Option<&'t str>>, classes: &[String]) -> Instances {
    let known = Classes::new(classes);
    let mut all = Instances::default();
    for text in rows {
        let located = |kept: KeptThing| {
            let class = known.index(&kept.class)? as u32;
            let one = Located::label(class, kept.outline.edges()?);
            Some((Located { passed_over: kept.passed_over, ..one }, kept.outline))
        };
        all.push(text.map(read).unwrap_or_default().into_iter().filter_map(located));
    }
    all
}

/// Things of some rows in the pictures that a model is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    /// Classes and bounds.
    pub boxes: boxes::Placed,
    /// Of each row, for each pixel of its picture the number of its thing among those of the row, from 1 on; 0 where there is none.
    pub maps: Vec<Vec<u16>>,
}

impl Placed {
    /// Classes and bounds as the column has them.
    pub fn without_pixels(classes: usize, all: &Instances) -> Self {
        let rows = all.boxes.starts.len() - 1;
        let boxes = boxes::Placed { classes, boxes: all.boxes.clone(), sizes: vec![(0, 0); rows] };
        Self { boxes, maps: vec![Vec::new(); rows] }
    }

    /// The things of rows where the steps have taken them. Without a frame there is no picture, and nothing in it.
    pub fn followed<'r>(
        classes: usize,
        rows: impl Iterator<Item = Option<(&'r Instances, usize)>>,
        frames: &[Frame],
        following: Following,
    ) -> Self {
        let mut placed = Self { boxes: boxes::Placed { classes, ..boxes::Placed::default() }, maps: Vec::new() };
        for (place, row) in rows.enumerate() {
            let frame = frames.get(place).copied().unwrap_or(Frame::whole(0, 0));
            let (boxes, map) = follow(row, &frame, following);
            placed.boxes.boxes.push(boxes);
            placed.boxes.sizes.push(frame.to);
            placed.maps.push(map);
        }
        placed
    }

    /// The things of rows whose pictures are put together of pieces: those of each piece, where they are seen in the whole.
    pub fn put_together(
        classes: usize,
        all: &Instances,
        (rows, frames): (&[Option<usize>], &[Frame]),
        mix: &Mix,
        following: Following,
    ) -> Self {
        let mut placed = Self { boxes: boxes::Placed { classes, ..boxes::Placed::default() }, maps: Vec::new() };
        for place in 0..rows.len() {
            let frame = frames.get(place).copied().unwrap_or(Frame::whole(0, 0));
            let parts = mix.of(place).iter().map(|part| (rows[part.of].map(|row| (all, row)), part));
            let (boxes, map) = of_pieces(parts, &frame, following);
            placed.boxes.boxes.push(boxes);
            placed.boxes.sizes.push(frame.to);
            placed.maps.push(map);
        }
        placed
    }

    /// The height and the width of all pictures; those of the largest, if they differ.
    pub fn size(&self) -> (usize, usize) {
        let most =
            |(high, wide): (usize, usize), (height, width): &(usize, usize)| (high.max(*height), wide.max(*width));
        self.boxes.sizes.iter().fold((1, 1), most)
    }

    /// The maps as an array; what is beyond a smaller picture has no thing.
    pub fn array(&self) -> HostTensor {
        let (height, width) = self.size();
        let mut values = vec![0; self.maps.len() * height * width];
        for ((map, size), target) in self.maps.iter().zip(&self.boxes.sizes).zip(values.chunks_mut(height * width)) {
            for (row, target) in map.chunks(size.1.max(1)).zip(target.chunks_mut(width)) {
                row.iter().zip(target).for_each(|(number, target)| *target = i64::from(*number));
            }
        }
        HostTensor { shape: vec![self.maps.len(), height, width], values: HostValues::I64(values), lengths: Vec::new() }
    }
}

/// The things of a row in a picture that has been moved: classes and bounds, and the map of their numbers.
fn follow(row: Option<(&Instances, usize)>, frame: &Frame, following: Following) -> (Vec<Located>, Vec<u16>) {
    let (height, width) = frame.to;
    let (mut boxes, mut map) = (Vec::new(), vec![0_u16; height * width]);
    // A pixel of the file's picture becomes so many.
    let [a, b, _, d, e, _] = frame.matrix;
    let larger = (a * e - b * d).abs();
    for (one, outline) in row.into_iter().flat_map(|(all, row)| all.row(row)).filter(|(one, _)| !one.passed_over) {
        let own = outline.mask(frame.from);
        let whole = own.iter().filter(|pixel| **pixel).count() as f64 * larger;
        let mask = match outline {
            // Corners go where they go, to a part of a pixel.
            Outline::Polygons(polygons) => {
                let corner = |[x, y]: &[f32; 2]| frame.point([f64::from(*x), f64::from(*y)]).map(|place| place as f32);
                let moved = polygons.iter().map(|polygon| polygon.iter().map(corner).collect()).collect();
                let mut mask = Outline::Polygons(moved).mask(frame.to);
                hide_margins(&mut mask, frame);
                mask
            }
            Outline::Runs(_) => moved(&own, frame),
        };
        let left = mask.iter().filter(|pixel| **pixel).count() as f64;
        let number = u16::try_from(boxes.len() + 1).ok().filter(|_| left > 0.0 && left >= following.visible * whole);
        let (Some(number), Some(edges)) = (number, bounds(&mask, width)) else { continue };
        boxes.push(Located { edges, ..*one });
        map.iter_mut().zip(&mask).filter(|(_, pixel)| **pixel).for_each(|(place, _)| *place = number);
    }
    (boxes, map)
}

/// The things of a picture that is put together of parts, where steps behind have taken that.
fn of_pieces<'r>(
    parts: impl Iterator<Item = (Option<(&'r Instances, usize)>, &'r Part)>,
    frame: &Frame,
    following: Following,
) -> (Vec<Located>, Vec<u16>) {
    let (high, wide) = frame.from;
    let (mut things, mut whole) = (Vec::new(), vec![0_u16; high * wide]);
    for (row, part) in parts {
        // What is not put together is whole in itself.
        let Some(Piece { frame: own, top, left }) = part.piece else { return follow(row, frame, following) };
        let before = things.len();
        let (seen, map) = follow(row, &own, following);
        things.extend(seen.into_iter().take(usize::from(u16::MAX) - before));
        for (line, numbers) in map.chunks(own.to.1.max(1)).enumerate() {
            let start = (top + line) * wide + left;
            for (target, number) in whole[start..start + numbers.len()].iter_mut().zip(numbers) {
                let number = if *number > 0 { before + usize::from(*number) } else { 0 };
                *target = if number <= things.len() { number as u16 } else { 0 };
            }
        }
    }
    let [a, b, _, d, e, _] = frame.matrix;
    let larger = (a * e - b * d).abs();
    let map = sampled(&whole, frame, 0);
    let count = |map: &[u16]| {
        let mut counts = vec![0.0_f64; things.len()];
        map.iter().filter(|number| **number > 0).for_each(|number| counts[usize::from(*number) - 1] += 1.0);
        counts
    };
    let (all, left) = (count(&whole), count(&map));
    let (mut kept, mut numbers) = (Vec::new(), vec![0_u16; things.len() + 1]);
    for (place, one) in things.iter().enumerate() {
        let mask: Vec<bool> = map.iter().map(|number| usize::from(*number) == place + 1).collect();
        if left[place] > 0.0
            && left[place] >= following.visible * all[place] * larger
            && let Some(edges) = bounds(&mask, frame.to.1)
        {
            kept.push(Located { edges, ..*one });
            numbers[place + 1] = kept.len() as u16;
        }
    }
    (kept, map.into_iter().map(|number| numbers[usize::from(number)]).collect())
}

/// Leaves nothing of what was cut off where a later step has made room for it.
fn hide_margins(mask: &mut [bool], frame: &Frame) {
    let width = frame.to.1;
    let back = frame.way_back();
    let middle = |place: usize| [(place % width) as f64 + 0.5, (place / width) as f64 + 0.5];
    for (place, pixel) in mask.iter_mut().enumerate().filter(|(_, pixel)| **pixel) {
        *pixel = frame.keeps(back(middle(place)));
    }
}

/// Which pixels of a moved picture are those of a mask of the picture that it was; beyond its edges none is.
fn moved(mask: &[bool], frame: &Frame) -> Vec<bool> {
    sampled(mask, frame, false)
}

/// What lies in the middle of each pixel of a moved picture; beyond the edges of what it was, what is said.
fn sampled<T: Copy>(all: &[T], frame: &Frame, beyond: T) -> Vec<T> {
    let ((high, wide), (height, width)) = (frame.from, frame.to);
    let back = frame.way_back();
    let place = |row: usize, column: usize| {
        let [x, y] = back([column as f64 + 0.5, row as f64 + 0.5]);
        // To rounding, an edge of the picture is kept too; beyond it there is no pixel.
        let inside = x >= 0.0 && y >= 0.0 && x < wide as f64 && y < high as f64;
        if inside && frame.keeps([x, y]) { all[y as usize * wide + x as usize] } else { beyond }
    };
    (0..height).flat_map(|row| (0..width).map(move |column| place(row, column))).collect()
}

impl Placed {
    /// Some of the rows.
    pub fn taken(&self, rows: &[usize]) -> Self {
        let boxes = Boxes::of_rows(rows.iter().map(|row| self.boxes.boxes.row(*row).to_vec()));
        let sizes = rows.iter().map(|row| self.boxes.sizes[*row]).collect();
        let maps = rows.iter().map(|row| self.maps[*row].clone()).collect();
        Self { boxes: boxes::Placed { classes: self.boxes.classes, boxes, sizes }, maps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Column;
    use crate::data::pictures::Window;

    const FOLLOWING: Following = Following { relative: false, visible: 0.5, frames: None };

    fn thing(class: &str, outline: Outline) -> KeptThing {
        KeptThing { class: class.into(), outline, passed_over: false }
    }

    #[test]
    fn things_go_with_their_picture() {
        // Of 4 × 6 pixels: a block of 2 × 2 as runs, and one of 1 × 3 as a polygon that lies above.
        let mut block = vec![false; 24];
        [7, 8, 13, 14].iter().for_each(|place| block[*place] = true);
        let polygon = vec![[2.0, 1.0], [5.0, 1.0], [5.0, 2.0], [2.0, 2.0]];
        let row = [
            thing("b", Outline::Runs(Runs::of(&block, (4, 6)))),
            thing("a", Outline::Polygons(vec![polygon])),
            KeptThing { passed_over: true, ..thing("a", Outline::Runs(Runs::of(&[true; 24], (4, 6)))) },
        ];
        assert_eq!(read(&written(&row)), row);
        let all = column([Some(written(&row).as_str()), None].into_iter(), &["a".into(), "b".into()]);
        assert_eq!(all.boxes.row(0)[0].edges, [1.0, 1.0, 3.0, 3.0]);
        let mirrored = Frame::whole(4, 6).cut(Window { mirrored: true, ..Window::whole(4, 6) });
        let rows = || [Some((&all, 0)), Some((&all, 1)), None].into_iter();
        let placed = Placed::followed(2, rows(), &[mirrored; 3], FOLLOWING);
        let wanted = [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(placed.maps[0], wanted);
        let found: Vec<(u32, [f32; 4])> = placed.boxes.boxes.row(0).iter().map(|one| (one.class, one.edges)).collect();
        assert_eq!(found, [(1, [3.0, 1.0, 5.0, 3.0]), (0, [1.0, 1.0, 4.0, 2.0])]);
        assert_eq!((placed.boxes.boxes.rows(), placed.maps[1].iter().max()), (3, Some(&0)));
        assert_eq!(placed.array().shape, [3, 4, 6]);
        // The left half, twice as large: all of the block, and less than half of the other.
        let half = Frame::whole(4, 6).cut(Window::whole(4, 3)).stretched((8, 6));
        let placed = Placed::followed(2, rows(), &[half; 3], FOLLOWING);
        assert_eq!(placed.boxes.boxes.row(0).iter().map(|one| one.edges).collect::<Vec<_>>(), [[2.0, 2.0, 6.0, 6.0]]);
        assert_eq!(placed.maps[0].iter().filter(|number| **number == 1).count(), 16);
        // A margin does not bring the rest of the other back, nor of what is drawn as runs.
        let margin = half.cut(Window { top: -1, ..Window::whole(9, 12) });
        let placed = Placed::followed(2, rows(), &[margin; 3], Following { visible: 0.01, ..FOLLOWING });
        let edges: Vec<[f32; 4]> = placed.boxes.boxes.row(0).iter().map(|one| one.edges).collect();
        assert_eq!(edges, [[2.0, 3.0, 6.0, 7.0], [4.0, 3.0, 6.0, 5.0]]);
        let narrow = Frame::whole(4, 6).cut(Window::whole(4, 2)).cut(Window::whole(4, 6));
        let placed = Placed::followed(2, rows(), &[narrow; 3], FOLLOWING);
        assert_eq!(placed.boxes.boxes.row(0).iter().map(|one| one.edges).collect::<Vec<_>>(), [[1.0, 1.0, 2.0, 3.0]]);
    }
}
