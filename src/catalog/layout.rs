//! How an array lies: the axes that a file has in each row, in its order, and those that layers find, in theirs.
//!
//! A spec may name the axes of an array, `number[height: 32, width: 32, channels: 3]`. Layers want them in one order (`time`, then
//! `channels`, `height`, `width`, or `features` last), in which rows are put while they are read; and what no file writes, since it would be
//! of size 1, is added: the channels of a grey picture, the features of a series of numbers.

use super::{Axis, Dim, Kind, Type};

/// The names that axes of an array may have.
pub const NAMES: [&str; 5] = [Axis::TIME, Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH, Axis::FEATURES];

/// The axes of an array as layers have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Each with its size.
    pub axes: Vec<(&'static str, usize)>,
    /// Which axis of the file each is, by its place; none has one that was added.
    order: Vec<Option<usize>>,
}

impl Layout {
    /// Of axes as a file has them.
    ///
    /// # Errors
    /// Why they make nothing that layers know; completes "these axes …".
    pub fn of(file: &[(&'static str, usize)]) -> Result<Self, &'static str> {
        let has = |name: &str| file.iter().any(|(other, _)| *other == name);
        let picture = has(Axis::HEIGHT) || has(Axis::WIDTH);
        if picture && !(has(Axis::HEIGHT) && has(Axis::WIDTH)) {
            return Err("have one side of a picture, and not the other");
        }
        if has(Axis::CHANNELS) && has(Axis::FEATURES) {
            return Err("have `channels` and `features`, which are one and the same");
        }
        // What stands at each place has one name in pictures and another in all else.
        let at_each = if picture { Axis::CHANNELS } else { Axis::FEATURES };
        let wanted: &[&'static str] = match (has(Axis::TIME), picture) {
            (false, false) => &[Axis::FEATURES],
            (true, false) => &[Axis::TIME, Axis::FEATURES],
            (false, true) => &[Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH],
            (true, true) => &[Axis::TIME, Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH],
        };
        let in_file = |wanted: &'static str| {
            let is =
                |name: &str| name == wanted || (wanted == at_each && matches!(name, Axis::CHANNELS | Axis::FEATURES));
            file.iter().position(|(name, _)| is(name))
        };
        let order: Vec<Option<usize>> = wanted.iter().map(|name| in_file(name)).collect();
        let axes = wanted.iter().zip(&order).map(|(name, place)| (*name, place.map_or(1, |place| file[place].1)));
        Ok(Self { axes: axes.collect(), order })
    }

    pub fn sizes(&self) -> Vec<usize> {
        self.axes.iter().map(|(_, size)| *size).collect()
    }

    /// Numbers with these axes.
    pub fn ty(&self, rows: Axis) -> Type {
        let axes = self.axes.iter().map(|(name, size)| Axis::new(name, Dim::int(*size as i64)));
        Type::new(Kind::Real, std::iter::once(rows).chain(axes).collect())
    }

    /// Of each number of a row as layers have it, its place in the row of a file with these sizes; `None` if nothing moves.
    pub fn places(&self, file: &[usize]) -> Option<Vec<usize>> {
        let order: Vec<usize> = self.order.iter().flatten().copied().collect();
        if order.is_sorted() {
            return None;
        }
        let step = |axis: usize| file[axis + 1..].iter().product::<usize>();
        let mut places = vec![0];
        for axis in order {
            let along = |place: usize| (0..file[axis]).map(move |at| place + at * step(axis));
            places = places.into_iter().flat_map(along).collect();
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_put_in_the_order_of_layers() {
        // A picture of 2 by 3 places with 2 channels, channels last: 10 × (row, column) + channel.
        let layout = Layout::of(&[("height", 2), ("width", 3), ("channels", 2)]).expect("a picture");
        assert_eq!(layout.axes, [("channels", 2), ("height", 2), ("width", 3)]);
        assert_eq!(layout.places(&[2, 3, 2]), Some(vec![0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]));
        let turned = Layout::of(&[("width", 3), ("height", 2)]).expect("a grey picture");
        assert_eq!(turned.axes, [("channels", 1), ("height", 2), ("width", 3)]);
        assert_eq!(turned.places(&[3, 2]), Some(vec![0, 2, 4, 1, 3, 5]));
        let series = Layout::of(&[("channels", 2), ("time", 3)]).expect("a series");
        assert_eq!(series.axes, [("time", 3), ("features", 2)]);
        assert_eq!(series.places(&[2, 3]), Some(vec![0, 3, 1, 4, 2, 5]));
        for (axes, wanted) in [
            (vec![("time", 5)], vec![("time", 5), ("features", 1)]),
            (vec![("channels", 5)], vec![("features", 5)]),
            (vec![("time", 4), ("features", 2)], vec![("time", 4), ("features", 2)]),
            (
                vec![("time", 4), ("height", 2), ("width", 2)],
                vec![("time", 4), ("channels", 1), ("height", 2), ("width", 2)],
            ),
        ] {
            let layout = Layout::of(&axes).expect("known");
            assert_eq!(layout.axes, wanted);
            assert_eq!(layout.places(&axes.iter().map(|(_, size)| *size).collect::<Vec<_>>()), None);
        }
        assert!(Layout::of(&[("height", 2)]).is_err() && Layout::of(&[("channels", 2), ("features", 3)]).is_err());
    }
}
