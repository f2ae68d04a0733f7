//! Where the places of a picture have come to: what steps have done to it, as one map of places. Labels that lie in the picture go the
//! same way, and what a model finds in it goes back.

use super::Window;

/// How places of a picture as its file has it (upright) have become places of what the steps made of it.
///
/// Places are measured in pixels from the left upper corner: the first pixel lies between 0 and 1. Steps turn, stretch, shear, mirror and
/// move, so that the map is affine: `x' = m[0]·x + m[1]·y + m[2]` and `y' = m[3]·x + m[4]·y + m[5]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Height and width of the picture as its file has it.
    pub from: (usize, usize),
    /// Height and width of what has become of it.
    pub to: (usize, usize),
    pub matrix: [f64; 6],
}

impl Frame {
    /// Of a picture to which nothing was done.
    pub fn whole(height: usize, width: usize) -> Self {
        Self { from: (height, width), to: (height, width), matrix: SAME }
    }

    /// With something more that was done: where the places have come to, and the new height and width.
    pub fn then(self, map: [f64; 6], to: (usize, usize)) -> Self {
        Self { matrix: after(map, self.matrix), to, ..self }
    }

    /// Stretched to a height and width.
    pub fn stretched(self, to: (usize, usize)) -> Self {
        let by = |to: usize, from: usize| to as f64 / from.max(1) as f64;
        self.then([by(to.1, self.to.1), 0.0, 0.0, 0.0, by(to.0, self.to.0), 0.0], to)
    }

    /// Cut by a window.
    pub fn cut(self, window: Window) -> Self {
        let one = |mirrored: bool, start: isize, size: usize| match mirrored {
            false => (1.0, -start as f64),
            true => (-1.0, (start + size as isize) as f64),
        };
        let (x, right) = one(window.mirrored, window.left, window.width);
        let (y, down) = one(window.upside_down, window.top, window.height);
        self.then([x, 0.0, right, 0.0, y, down], (window.height, window.width))
    }

    /// Where a place has come to.
    pub fn point(&self, place: [f64; 2]) -> [f64; 2] {
        moved(self.matrix, place)
    }

    /// Where a place was.
    pub fn back(&self, place: [f64; 2]) -> [f64; 2] {
        moved(inverse(self.matrix), place)
    }

    /// Where the edges of a box have come to: the left, the upper, the right and the lower one. What is turned takes more room.
    pub fn edges(&self, edges: [f64; 4]) -> [f64; 4] {
        bounds(self.matrix, edges)
    }

    /// Where the edges of a box were.
    pub fn edges_back(&self, edges: [f64; 4]) -> [f64; 4] {
        bounds(inverse(self.matrix), edges)
    }
}

/// Nothing moves.
pub const SAME: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

/// What comes of one map after another.
pub fn after(second: [f64; 6], first: [f64; 6]) -> [f64; 6] {
    let [a, b, c, d, e, f] = second;
    let [g, h, i, j, k, l] = first;
    [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f]
}

/// The way back. No step makes a line of a picture.
pub fn inverse(map: [f64; 6]) -> [f64; 6] {
    let [a, b, c, d, e, f] = map;
    let all = a * e - b * d;
    let (a, b, d, e) = (e / all, -b / all, -d / all, a / all);
    [a, b, -(a * c + b * f), d, e, -(d * c + e * f)]
}

pub fn moved(map: [f64; 6], [x, y]: [f64; 2]) -> [f64; 2] {
    [map[0] * x + map[1] * y + map[2], map[3] * x + map[4] * y + map[5]]
}

fn bounds(map: [f64; 6], [left, top, right, bottom]: [f64; 4]) -> [f64; 4] {
    let corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(|corner| moved(map, corner));
    let least = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::INFINITY, f64::min);
    let most = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::NEG_INFINITY, f64::max);
    [least(0), least(1), most(0), most(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_go_where_their_pixels_go() {
        // A picture of 4 × 6 pixels, twice as large, mirrored, and a part of it.
        let whole = Frame::whole(4, 6).stretched((8, 12));
        let mirrored = whole.cut(Window { mirrored: true, ..Window::whole(8, 12) });
        let part = mirrored.cut(Window { top: 2, left: 1, ..Window::whole(5, 7) });
        assert_eq!((part.from, part.to), ((4, 6), (5, 7)));
        // Left and right edge 1 and 3: 2 and 6, then 12 − 6 and 12 − 2, then one less.
        assert_eq!(part.edges([1.0, 2.0, 3.0, 3.0]), [5.0, 2.0, 9.0, 4.0]);
        assert_eq!(part.edges_back([5.0, 2.0, 9.0, 4.0]), [1.0, 2.0, 3.0, 3.0]);
        assert_eq!(part.back(part.point([0.5, 3.25])), [0.5, 3.25]);
    }

    #[test]
    fn what_is_turned_is_bounded_again() {
        // A quarter to the right about the corner: (x, y) comes to (−y, x).
        let turned = Frame::whole(2, 2).then([0.0, -1.0, 0.0, 1.0, 0.0, 0.0], (2, 2));
        assert_eq!(turned.edges([0.0, 0.0, 2.0, 1.0]), [-1.0, 0.0, 0.0, 2.0]);
        assert_eq!(turned.edges_back([-1.0, 0.0, 0.0, 2.0]), [0.0, 0.0, 2.0, 1.0]);
        let same = after(turned.matrix, inverse(turned.matrix));
        assert!(same.iter().zip(SAME).all(|(one, other)| (one - other).abs() < 1e-12), "{same:?}");
    }
}
