//! What a model finds in pictures and clips, row by row: boxes, things, tracks, points and the classes of pixels. It is read where the numbers of the output lie, and
//! brought back to the picture as its file has it, where labels and metrics are.

use super::in_file::in_file;
use crate::answers::{Boxes, Column, Instances, Keypoints, Located, Maps, Point, Seen, Tracks};
use crate::catalog::decoders::DecoderDef;
use crate::data::parallel::in_order;
use crate::data::{Frame, Prepared};
use crate::lower::Real;
use crate::score::decode::decoder;

/// What is found in the picture of each row, boxes, things with their pixels or named points, or what moves in its clip, in the unit of the label.
pub fn located(
    prepared: &Prepared,
    output: &Real,
    by: &DecoderDef,
    (task, frames): (usize, &[Frame]),
) -> Option<Box<dyn Column>> {
    let following = prepared.following(task)?;
    let (shape, values) = (&output.shape()[1..], output.on_host());
    let all = values.chunks(shape.iter().product::<usize>().max(1));
    let rows: Vec<(&[f32], &Frame)> =
        all.enumerate().map(|(row, all)| Some((all, frames.get(row)?))).collect::<Option<_>>()?;
    // A decoder finds one sort of things; rows have nothing to do with each other.
    let by = decoder(by);
    let things = |row: usize| Some(in_file(&by.things(rows[row].0, shape)?, rows[row].1));
    if let Some(things) = of_each(rows.len(), &things) {
        let mut all = Instances::default();
        things.into_iter().for_each(|row| all.push(row));
        return Some(Box::new(all));
    }
    let tracks = |row: usize| -> Option<Vec<Seen>> {
        let (values, frame) = rows[row];
        let seen = by.tracks(values, shape, frame.to)?.into_iter();
        Some(seen.filter_map(|one| Some(Seen { at: following.own_unit(&one.at, frame)?, ..one })).collect())
    };
    if let Some(tracks) = of_each(rows.len(), &tracks) {
        return Some(Box::new(Tracks::of_rows(tracks.into_iter())));
    }
    let points = |row: usize| -> Option<Vec<Point>> {
        let (values, frame) = rows[row];
        // No picture is mirrored here, for that is drawn for training rows: what is left stays left.
        let back = |point: Point| Point { at: frame.back(point.at.map(f64::from)).map(|place| place as f32), ..point };
        Some(by.points(values, shape, frame.to)?.into_iter().map(back).collect())
    };
    if let Some(points) = of_each(rows.len(), &points) {
        let mut all = Keypoints::of((0..points.first().map_or(0, Vec::len)).collect());
        points.iter().for_each(|row| all.push(row, None));
        return Some(Box::new(all));
    }
    let boxes = |row: usize| -> Vec<Located> {
        let (values, frame) = rows[row];
        by.boxes(values, shape, frame.to).iter().filter_map(|one| following.own_unit(one, frame)).collect()
    };
    Some(Box::new(Boxes::of_rows(in_order(rows.len(), &boxes).into_iter())))
}

/// The class of each pixel of each row; `None` if there is no row, or the decoder tells none of such an output.
pub fn mapped(output: &Real, by: &DecoderDef) -> Option<Maps> {
    let [rows, classes, height, width] = *output.shape() else { return None };
    let (shape, values, by) = ([classes, height, width], output.on_host(), decoder(by));
    let block = classes * height * width;
    let of_row = |row: usize| by.pixels(&values[row * block..][..block], &shape);
    let values = of_each(rows, &of_row).filter(|_| rows > 0)?.concat();
    Some(Maps { classes, height, width, values })
}

/// What a decoder makes of each row, if it makes such of the first one.
fn of_each<T: Send>(rows: usize, of_row: &(dyn Fn(usize) -> Option<T> + Sync)) -> Option<Vec<T>> {
    // Asked before threads are started.
    let first = if rows > 0 { Some(of_row(0)?) } else { None };
    let others = in_order(rows.saturating_sub(1), &|row| of_row(row + 1));
    first.into_iter().map(Some).chain(others).collect()
}
