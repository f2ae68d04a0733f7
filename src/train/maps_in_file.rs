//! Maps, brought back from the picture that a model was given to that of the file: a class, or numbers, for each place. What the model was not shown has none.

use crate::answers::Maps;
use crate::data::parallel::in_order;
use crate::data::{Frame, MapSizes};
use crate::score::decode::Output;

/// A class for each place of the files' pictures.
pub fn classes_in_file(maps: &Maps, sizes: MapSizes, frames: &[Frame]) -> Maps {
    let own = (maps.height * maps.width).max(1);
    let of_row = |row: usize| -> Vec<u8> {
        let map = &maps.values[row * own..][..own];
        let back = |place: &Option<usize>| place.map_or(Maps::NO_CLASS, |place| map[place]);
        sizes.answered(&frames[row]).iter().map(back).collect()
    };
    let rows = frames.len().min(maps.values.len() / own);
    let (height, width) = sizes.file;
    Maps { classes: maps.classes, height, width, values: in_order(rows, &of_row).concat() }
}

/// What a head gave for each place, where that lies in the files' pictures, of each member and channel; no number (`NAN`) of what it was not shown. A head that gives none
/// itself has gone astray, which is not the same.
pub fn numbers_in_file(output: Output, sizes: MapSizes, frames: &[Frame]) -> Output {
    let (height, width) = sizes.given;
    if !output.shape.ends_with(&[height, width]) {
        return output;
    }
    let own = height * width;
    let maps = (output.members * output.shape.iter().product::<usize>() / own.max(1)).max(1);
    let of_row = |row: usize| -> Vec<f64> {
        let back = sizes.answered(&frames[row]);
        let of_map = |map: usize| {
            let map = &output.values[(row * maps + map) * own..][..own];
            let astray = |value: f64| if value.is_nan() { f64::INFINITY } else { value };
            back.iter().map(move |place| place.map_or(f64::NAN, |place| astray(map[place])))
        };
        (0..maps).flat_map(of_map).collect()
    };
    let rows = frames.len().min(output.values.len() / (maps * own).max(1));
    let channels = output.shape.iter().rev().skip(2).rev().copied();
    let shape = channels.chain([sizes.file.0, sizes.file.1]).collect();
    Output { shape, values: in_order(rows, &of_row).concat(), ..output }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three of four columns of a picture of one line.
    fn cut() -> (MapSizes, [Frame; 2]) {
        // Moved by one to the left, so that the last of the file's columns is shown, and the first is not; and as far to the right.
        let part = |left: f64| Frame::whole(1, 4).then([1.0, 0.0, left, 0.0, 1.0, 0.0], (1, 3));
        (MapSizes { file: (1, 4), given: (1, 3) }, [part(-1.0), part(1.0)])
    }

    #[test]
    fn what_was_not_shown_has_no_answer() {
        let (sizes, frames) = cut();
        let maps = Maps { classes: 9, height: 1, width: 3, values: vec![1, 2, 3, 4, 5, 6] };
        let back = classes_in_file(&maps, sizes, &frames);
        assert_eq!((back.classes, back.height, back.width), (9, 1, 4));
        assert_eq!(back.values, [255, 1, 2, 3, 5, 6, 255, 255]);
    }

    #[test]
    fn every_member_and_channel_comes_back() {
        let (sizes, frames) = cut();
        // Two rows, of two members with one channel each.
        let values = (1..=12).map(f64::from).collect();
        let output = Output { members: 2, shape: vec![1, 1, 3], values, written: None };
        let back = numbers_in_file(output, sizes, &frames);
        assert_eq!(back.shape, [1, 1, 4]);
        let known: Vec<f64> = back.values.iter().map(|value| if value.is_nan() { -1.0 } else { *value }).collect();
        assert_eq!(known, [-1.0, 1.0, 2.0, 3.0, -1.0, 4.0, 5.0, 6.0, 8.0, 9.0, -1.0, -1.0, 11.0, 12.0, -1.0, -1.0]);
    }
}
