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
    /// What is left of it, in its own pixels: the left, the upper, the right and the lower edge. What a step has cut off no later one brings back, even where it makes room for it; of a part that was
    /// cut out of a turned picture, what bounds it.
    pub within: [f64; 4],
}

/// As near as this to an edge is at it, however it was computed.
const NEAR: f64 = 1e-9;

impl Frame {
    /// Of a picture to which nothing was done.
    pub fn whole(height: usize, width: usize) -> Self {
        let within = [0.0, 0.0, width as f64, height as f64];
        Self { from: (height, width), to: (height, width), matrix: SAME, within }
    }

    /// With something more that was done: where the places have come to, and the new height and width.
    pub fn then(self, map: [f64; 6], to: (usize, usize)) -> Self {
        let matrix = after(map, self.matrix);
        let [left, top, right, bottom] = bounds(inverse(matrix), [0.0, 0.0, to.1 as f64, to.0 as f64]);
        let own = self.within;
        let within = [own[0].max(left), own[1].max(top), own[2].min(right), own[3].min(bottom)];
        Self { from: self.from, to, matrix, within }
    }

    /// Whether what lies at a place of the file's picture is left. What lies at an edge is beyond it, on the right and below.
    pub fn keeps(&self, [x, y]: [f64; 2]) -> bool {
        let [left, top, right, bottom] = self.within;
        let inside = |at: f64, from: f64, to: f64| at >= from - NEAR && at < to - NEAR;
        inside(x, left, right) && inside(y, top, bottom)
    }

    /// Where what is left of it has come to, no further than the picture reaches: the left, the upper, the right and the lower edge. The rest of the picture is margin. Of what is turned,
    /// what bounds it.
    pub fn left_over(&self) -> [f64; 4] {
        let [left, top, right, bottom] = self.within;
        if left >= right || top >= bottom {
            return [0.0; 4];
        }
        let [left, top, right, bottom] = self.edges(self.within);
        let (height, width) = (self.to.0 as f64, self.to.1 as f64);
        [left.clamp(0.0, width), top.clamp(0.0, height), right.clamp(0.0, width), bottom.clamp(0.0, height)]
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
        self.way_back()(place)
    }

    /// Where places were, for many of them: the way is found once.
    pub fn way_back(&self) -> impl Fn([f64; 2]) -> [f64; 2] + use<> {
        let way = inverse(self.matrix);
        move |place| moved(way, place)
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
        assert_eq!(part.left_over(), [0.0, 0.0, 7.0, 5.0]);
        // Two pixels of margin around it bring nothing back.
        let margin = part.cut(Window { top: -2, left: -2, ..Window::whole(9, 11) });
        assert_eq!(
            (margin.edges([1.0, 2.0, 3.0, 3.0]), margin.left_over()),
            ([7.0, 4.0, 11.0, 6.0], [2.0, 2.0, 9.0, 7.0])
        );
        let gone = part.cut(Window { left: 7, ..Window::whole(5, 7) }).cut(Window { left: -7, ..Window::whole(5, 7) });
        assert_eq!(gone.left_over(), [0.0; 4]);
    }

    #[test]
    fn what_was_cut_off_does_not_come_back() {
        // The middle of a picture of 4 × 6, with a margin as wide as what was cut off.
        let part = Frame::whole(4, 6).cut(Window { top: 1, left: 2, ..Window::whole(2, 2) });
        let again = part.cut(Window { top: -1, left: -2, ..Window::whole(4, 6) });
        assert_eq!((again.matrix, again.within), (SAME, [2.0, 1.0, 4.0, 3.0]));
        let kept = |x: f64, y: f64| again.keeps([x, y]);
        assert!(kept(2.5, 1.5) && kept(3.5, 2.5) && !kept(1.5, 1.5) && !kept(2.5, 3.5));
        // An edge belongs to what begins there, to rounding.
        assert!(kept(2.0 - 1e-12, 1.0) && !kept(4.0 - 1e-12, 1.0));
        // What is moved beyond an edge and back again is gone.
        let moved = |left: isize| Window { left, ..Window::whole(4, 6) };
        assert_eq!(Frame::whole(4, 6).cut(moved(2)).cut(moved(-2)).within, [2.0, 0.0, 6.0, 4.0]);
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
