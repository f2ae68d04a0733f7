//! What moves in clips on its way from cells to a batch: taken along for each batch to where the frames of its row have come.
//!
//! The label, in its own unit, is a column of [`Tracks`](crate::answers::Tracks). A target without steps is an array, `f32[rows, most, 7]`, frame by frame: the number of the class, the left,
//! the upper, the right and the lower edge, in pixels of the frames that the model is given, the frame and the track; behind those of a row stand zeros, and `lengths` of axis 1 says how many are
//! real. A step of the target is given [`Values::Tracks`](super::values::Values::Tracks), for each batch anew. What is seen behind the frames that are read is not among it.

use super::batch::{HostTensor, HostValues};
use super::boxes::Following;
use super::pictures::Frame;
use crate::answers::{Located, Seen, Tracks};
use crate::catalog::classes::Classes;
use crate::catalog::kinds::tracks::NUMBERS;

/// A box in a frame as a column keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptSeen {
    pub class: String,
    pub frame: u32,
    pub track: u32,
    pub edges: [f64; 4],
    pub passed_over: bool,
}

/// A row as text.
pub fn written(row: &[KeptSeen]) -> String {
    let one = |kept: &KeptSeen| serde_json::json!([kept.class, kept.frame, kept.track, kept.edges, kept.passed_over]);
    serde_json::Value::Array(row.iter().map(one).collect()).to_string()
}

/// What is seen, of such a text.
pub fn read(text: &str) -> Vec<KeptSeen> {
    let rows: Vec<(String, u32, u32, [f64; 4], bool)> = serde_json::from_str(text).unwrap_or_default();
    let one = |(class, frame, track, edges, passed_over)| KeptSeen { class, frame, track, edges, passed_over };
    rows.into_iter().map(one).collect()
}

/// The label of such rows.
pub fn column<'t>(rows: impl Iterator<Item = Option<&'t str>>, classes: &[String]) -> Tracks {
    let known = Classes::new(classes);
    let seen = |kept: KeptSeen| {
        let at = Located::label(known.index(&kept.class)? as u32, kept.edges.map(|edge| edge as f32));
        Some(Seen { frame: kept.frame, track: kept.track, at: Located { passed_over: kept.passed_over, ..at } })
    };
    Tracks::of_rows(rows.map(|text| text.map(read).unwrap_or_default().into_iter().filter_map(seen).collect()))
}

/// What is seen in the clips of some rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    pub classes: usize,
    pub tracks: Tracks,
    /// Height and width of the frames of each row; zeros where it has none.
    pub sizes: Vec<(usize, usize)>,
}

impl Placed {
    /// As the column has it.
    pub fn in_own_unit(classes: usize, tracks: Tracks) -> Self {
        let sizes = vec![(0, 0); tracks.starts.len() - 1];
        Self { classes, tracks, sizes }
    }

    /// What is seen in rows where the steps have taken it, in the frames that are read.
    pub fn followed(
        classes: usize,
        all: &Tracks,
        rows: &[Option<usize>],
        frames: &[Frame],
        following: Following,
    ) -> Self {
        let of_row = |(place, row): (usize, &Option<usize>)| {
            let own: &[Seen] = row.map_or(&[], |row| all.row(row));
            let moved = |one: &Seen| {
                let at = following.follow(std::slice::from_ref(&one.at), frames.get(place));
                at.first().map(|at| Seen { at: *at, ..*one })
            };
            let read = |one: &&Seen| following.frames.is_none_or(|frames| (one.frame as usize) < frames);
            own.iter().filter(read).filter_map(moved).collect()
        };
        let sizes = (0..rows.len()).map(|place| frames.get(place).map_or((0, 0), |frame| frame.to)).collect();
        Self { classes, tracks: Tracks::of_rows(rows.iter().enumerate().map(of_row)), sizes }
    }

    /// The most that a row has, at least 1: no layer meets an empty axis.
    pub fn most(&self) -> usize {
        self.tracks.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0).max(1)
    }

    /// As an array, padded with zeros.
    pub fn array(&self) -> HostTensor {
        let (rows, most) = (self.sizes.len(), self.most());
        let mut values = vec![0.0; rows * most * NUMBERS];
        let mut lengths = Vec::with_capacity(rows);
        for row in 0..rows {
            let seen = self.tracks.row(row);
            lengths.push(seen.len());
            for (one, numbers) in seen.iter().zip(values[row * most * NUMBERS..].chunks_mut(NUMBERS)) {
                numbers[0] = one.at.class as f32;
                numbers[1..5].copy_from_slice(&one.at.edges);
                (numbers[5], numbers[6]) = (one.frame as f32, one.track as f32);
            }
        }
        HostTensor { shape: vec![rows, most, NUMBERS], values: HostValues::F32(values), lengths: vec![(1, lengths)] }
    }

    /// Some of the rows.
    pub fn taken(&self, rows: &[usize]) -> Self {
        let tracks = Tracks::of_rows(rows.iter().map(|row| self.tracks.row(*row).to_vec()));
        Self { classes: self.classes, tracks, sizes: rows.iter().map(|row| self.sizes[*row]).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Window;

    #[test]
    fn tracks_go_with_their_clips() {
        let kept = |frame, track, edges| KeptSeen { class: "a".into(), frame, track, edges, passed_over: track == 9 };
        let row =
            vec![kept(0, 1, [0.0, 0.0, 2.0, 2.0]), kept(1, 1, [6.0, 0.0, 8.0, 2.0]), kept(1, 9, [0.0, 0.0, 1.0, 1.0])];
        assert_eq!(read(&written(&row)), row);
        let all = column([Some(written(&row).as_str()), None].into_iter(), &["a".into()]);
        // The left half of the mirrored clip: what was on the right.
        let frame = Frame::whole(4, 8).cut(Window { mirrored: true, ..Window::whole(4, 8) }).cut(Window::whole(4, 4));
        let following = Following { relative: false, visible: 0.5, frames: Some(2) };
        let placed = Placed::followed(1, &all, &[Some(0), Some(1), None], &[frame; 3], following);
        let array = placed.array();
        assert_eq!((array.shape, array.lengths), (vec![3, 1, 7], vec![(1, vec![1, 0, 0])]));
        let HostValues::F32(values) = array.values else { panic!("numbers") };
        assert_eq!(values[..7], [0.0, 0.0, 0.0, 2.0, 2.0, 1.0, 1.0]);
        assert_eq!(placed.taken(&[2, 0]).tracks.row(1).len(), 1);
    }
}
