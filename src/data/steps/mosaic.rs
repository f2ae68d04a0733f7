//! `mosaic`: four pictures of a batch in one, with what lies in them.

use std::ops::Range;
use std::sync::Arc;

use super::{Mix, Neighbours, Refusal, StepHalf, Training};
use crate::catalog::steps::mosaic::Mosaic;
use crate::data::draws::{Draws, RowDraws};
use crate::data::mixing::{Part, Piece};
use crate::data::pictures::{Picture, Window, resized, with_others};
use crate::data::values::Values;

/// A quarter for each of so many pictures.
const PICTURES: usize = 4;

impl StepHalf for Mosaic {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn reach(&self) -> usize {
        PICTURES - 1
    }

    fn mix(
        &self,
        _state: &(),
        values: Values,
        draws: &Draws,
        neighbours: &Neighbours,
    ) -> Result<(Values, Mix), Refusal> {
        Ok(with_others(values, neighbours.rows(), &|row, of_row| {
            let drawn = draws.row(row);
            if drawn.uniform(0) >= self.share.0 {
                return None;
            }
            // Which of them comes first is drawn, so that a row stands in any quarter.
            let turn = (drawn.uniform(3) * PICTURES as f64) as usize;
            let rows = (0..PICTURES).map(|number| neighbours.before(row, (number + turn) % PICTURES));
            let of = |row: Option<usize>| Some((row?, of_row(row?)?.first()?.clone()));
            let pictures: Option<Vec<(usize, Arc<Picture>)>> = rows.map(of).collect();
            let (whole, parts) = self.put_together(&pictures?, drawn);
            Some((vec![Arc::new(whole)], parts))
        }))
    }
}

impl Mosaic {
    fn put_together(&self, pictures: &[(usize, Arc<Picture>)], drawn: RowDraws) -> (Picture, Vec<Part>) {
        let first = &pictures[0].1;
        let (height, width, channels) = (first.height, first.width, first.channels);
        let cut = |number: usize, size: usize| {
            let at = self.margin.0 + drawn.uniform(number) * (1.0 - 2.0 * self.margin.0);
            (at * size as f64).round() as usize
        };
        let (row, column) = (cut(1, height), cut(2, width));
        let (rows, columns) = ([0..row, row..height], [0..column, column..width]);
        let mut whole = Picture::new(height, width, channels, vec![0; height * width * channels.count()]);
        let mut parts = Vec::with_capacity(PICTURES);
        for (number, (of, picture)) in pictures.iter().enumerate() {
            let (rows, columns) = (&rows[number / 2], &columns[number % 2]);
            if rows.is_empty() || columns.is_empty() {
                continue;
            }
            let part = self.part(picture, (rows.len(), columns.len()), drawn, 4 + 3 * number);
            put(&mut whole, &part, rows, columns.start);
            let piece = Piece { frame: part.frame, top: rows.start, left: columns.start };
            parts.push(Part { of: *of, share: 1.0, piece: Some(piece) });
        }
        (whole, parts)
    }

    /// Some part of a picture, made smaller, of this height and width; by the draws from a number on.
    fn part(&self, picture: &Picture, (height, width): (usize, usize), drawn: RowDraws, number: usize) -> Picture {
        let size = self.size.0 + drawn.uniform(number) * (1.0 - self.size.0);
        let smaller = |whole: usize, least: usize| ((whole as f64 * size).round() as usize).max(least);
        // One size for both, so that nothing is stretched, and no smaller than what is to be filled.
        let least = (height as f64 / picture.height as f64).max(width as f64 / picture.width as f64);
        let (high, wide) = match size < least {
            true => {
                let filled = |whole: usize, own: usize| ((whole as f64 * least).round() as usize).max(own);
                (filled(picture.height, height), filled(picture.width, width))
            }
            false => (smaller(picture.height, height), smaller(picture.width, width)),
        };
        let at = |number: usize, room: usize| (drawn.uniform(number) * (room + 1) as f64) as isize;
        let (top, left) = (at(number + 1, high - height), at(number + 2, wide - width));
        resized(picture, high, wide).cut(Window { top, left, ..Window::whole(height, width) }, None)
    }
}

/// Puts a part into a picture: in these rows, from a column on.
fn put(whole: &mut Picture, part: &Picture, rows: &Range<usize>, left: usize) {
    let (channels, width) = (whole.channels.count(), whole.width);
    for (row, line) in rows.clone().zip(part.pixels.chunks_exact(part.width * channels)) {
        let start = (row * width + left) * channels;
        whole.pixels[start..start + line.len()].copy_from_slice(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Instances, Located, Outline, Runs, bounds};
    use crate::catalog::Share;
    use crate::data::batch::{HostTensor, HostValues};
    use crate::data::boxes::Following;
    use crate::data::draws::Drawing;
    use crate::data::instances;
    use crate::data::moved::maps_put_together;
    use crate::data::pictures::{Channels, Frame, Pictures};

    const SIZE: (usize, usize) = (40, 60);

    /// A black picture with a square of its own brightness, and the square's edges.
    fn square(at: usize) -> (Picture, Located) {
        let (top, left, side) = (5 + 4 * at, 10 + 9 * at, 12);
        let bright = 60 * (at as u8 + 1);
        let inside =
            |row: usize, column: usize| (top..top + side).contains(&row) && (left..left + side).contains(&column);
        let pixels = (0..SIZE.0 * SIZE.1).map(|place| if inside(place / SIZE.1, place % SIZE.1) { bright } else { 0 });
        let edges = [left, top, left + side, top + side].map(|edge| edge as f32);
        (Picture::new(SIZE.0, SIZE.1, Channels::Gray, pixels.collect()), Located::label(at as u32, edges))
    }

    #[test]
    fn boxes_lie_around_what_is_seen_of_their_squares() {
        let squares: Vec<(Picture, Located)> = (0..4).map(square).collect();
        let all = squares.iter().map(|(picture, _)| Some(Arc::new(picture.clone()))).collect();
        let pictures = Values::Pictures(Pictures { channels: Channels::Gray, frames: None, size: Some(SIZE), all });
        let following = Following { relative: false, visible: 0.25, frames: None };
        let step = Mosaic { share: Share(1.0), margin: Share(0.25), size: Share(0.5) };
        let neighbours = Neighbours::new(std::iter::once(4));
        let (mut seen, mut gone) = (0, 0);
        for epoch in 0..30 {
            let draws = Draws::new(Drawing { seed: 1, epoch }, "x", 0, (0..4).map(|row| (0, row)));
            let (values, mix) = step.mix(&(), pictures.clone(), &draws, &neighbours).expect("pictures");
            let Values::Pictures(mixed) = values else { panic!("pictures") };
            for row in 0..4 {
                let picture = mixed.all[row].as_ref().expect("a picture");
                assert_eq!(picture.frame, Frame::whole(SIZE.0, SIZE.1));
                assert_eq!(mix.of(row).iter().filter(|part| part.of == row).count(), 1);
                for part in mix.of(row) {
                    let (piece, own) = (part.piece.expect("a piece"), squares[part.of].1);
                    // What is bright in the piece, pixel by pixel: bright is at least half of the square's own brightness.
                    let bright = 30 * (part.of as u8 + 1);
                    let (rows, columns) =
                        (piece.top..piece.top + piece.frame.to.0, piece.left..piece.left + piece.frame.to.1);
                    let lit = rows.flat_map(|y| columns.clone().map(move |x| (y, x)));
                    let lit: Vec<(usize, usize)> =
                        lit.filter(|(y, x)| picture.pixels[y * SIZE.1 + x] >= bright).collect();
                    let found = following.in_piece(&[own], &piece, Some(&picture.frame));
                    let Some(found) = found.first() else {
                        // Less than a fourth of it is left, and of it some pixels' edges.
                        assert!(lit.len() <= 60, "{} pixels of a box that is gone", lit.len());
                        gone += 1;
                        continue;
                    };
                    seen += 1;
                    let least = |values: &mut dyn Iterator<Item = usize>| values.min().expect("some are lit") as f32;
                    let most =
                        |values: &mut dyn Iterator<Item = usize>| values.max().expect("some are lit") as f32 + 1.0;
                    let around = [
                        least(&mut lit.iter().map(|(_, x)| *x)),
                        least(&mut lit.iter().map(|(y, _)| *y)),
                        most(&mut lit.iter().map(|(_, x)| *x)),
                        most(&mut lit.iter().map(|(y, _)| *y)),
                    ];
                    for (edge, lit) in found.edges.iter().zip(around) {
                        assert!((edge - lit).abs() <= 0.75, "{:?} around {around:?}", found.edges);
                    }
                }
            }
        }
        assert!(seen > 200 && gone > 20, "{seen} are seen, {gone} are gone");
    }

    #[test]
    fn maps_and_things_lie_where_their_squares_are_seen() {
        let squares: Vec<(Picture, Located)> = (0..4).map(square).collect();
        let all = squares.iter().map(|(picture, _)| Some(Arc::new(picture.clone()))).collect();
        let pictures = Values::Pictures(Pictures { channels: Channels::Gray, frames: None, size: Some(SIZE), all });
        // A square is as bright as sixty times its class.
        let class = |bright: &u8| i64::from((f64::from(*bright) / 60.0).round() as u8);
        let values = squares.iter().flat_map(|(picture, _)| picture.pixels.iter().map(class)).collect();
        let maps = HostTensor { shape: vec![4, SIZE.0, SIZE.1], values: HostValues::I64(values), lengths: Vec::new() };
        let mut things = Instances::default();
        for (picture, located) in &squares {
            let mask: Vec<bool> = picture.pixels.iter().map(|bright| *bright > 0).collect();
            things.push(std::iter::once((*located, Outline::Runs(Runs::of(&mask, SIZE)))));
        }
        let following = Following { relative: false, visible: 0.0, frames: None };
        let neighbours = Neighbours::new(std::iter::once(4));
        let picked: Vec<Option<usize>> = (0..4).map(Some).collect();
        let mirror = Window { mirrored: true, ..Window::whole(SIZE.0, SIZE.1) };
        let mut seen = 0;
        // What is cut alone keeps every pixel; what is made smaller is blurred along the sides of its four squares, which are 12 pixels long, by two pixels.
        for (size, most) in [(1.0, 0), (0.5, 4 * 4 * 12 * 2)] {
            let step = Mosaic { share: Share(1.0), margin: Share(0.2), size: Share(size) };
            for epoch in 0..20 {
                let draws = Draws::new(Drawing { seed: 3, epoch }, "x", 0, (0..4).map(|row| (0, row)));
                let (values, mix) = step.mix(&(), pictures.clone(), &draws, &neighbours).expect("pictures");
                let Values::Pictures(mixed) = values else { panic!("pictures") };
                // A step behind mirrors them.
                let mixed: Vec<Picture> =
                    mixed.all.iter().map(|picture| picture.as_ref().expect("a picture").cut(mirror, None)).collect();
                let frames: Vec<Frame> = mixed.iter().map(|picture| picture.frame).collect();
                let HostValues::I64(map) = maps_put_together(&maps, &frames, &mix).values else { panic!("classes") };
                let placed = instances::Placed::put_together(4, &things, (&picked, &frames), &mix, following);
                for (row, picture) in mixed.iter().enumerate() {
                    let found = &map[row * SIZE.0 * SIZE.1..][..SIZE.0 * SIZE.1];
                    let other = |(class_found, bright): &(&i64, &u8)| **class_found != class(bright);
                    let wrong = found.iter().zip(&picture.pixels).filter(other).count();
                    assert!(wrong <= most, "{wrong} pixels of a map are not those of its picture");
                    // The things cover what the map says, each with its class and around its pixels.
                    let own = placed.boxes.boxes.row(row);
                    for (place, number) in placed.maps[row].iter().enumerate() {
                        let of = number.checked_sub(1).map_or(0, |thing| i64::from(own[usize::from(thing)].class) + 1);
                        assert_eq!(of, found[place]);
                    }
                    for (thing, located) in own.iter().enumerate() {
                        let mask: Vec<bool> =
                            placed.maps[row].iter().map(|number| usize::from(*number) == thing + 1).collect();
                        assert_eq!(bounds(&mask, SIZE.1), Some(located.edges));
                    }
                    seen += own.len();
                }
            }
        }
        assert!(seen > 150, "{seen} things are seen");
    }
}
