//! A part of a picture, perhaps beyond its edges, perhaps mirrored: what drawn steps that move things come to. A label that says something
//! of each place is cut by the same window.

/// Where the places of the new picture lie in the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub top: isize,
    pub left: isize,
    pub height: usize,
    pub width: usize,
    /// Left and right change places.
    pub mirrored: bool,
    /// Top and bottom change places.
    pub upside_down: bool,
}

impl Window {
    /// All of a picture as it is.
    pub fn whole(height: usize, width: usize) -> Self {
        Self { top: 0, left: 0, height, width, mirrored: false, upside_down: false }
    }

    /// The window's places, row by row, out of places of so many values each; beyond an edge stands what stands at the edge, or, if
    /// something is given for that, this.
    pub fn cut<T: Copy>(self, from: &[T], (height, width): (usize, usize), each: usize, beyond: Option<T>) -> Vec<T> {
        let mut cut = Vec::with_capacity(self.height * self.width * each);
        let inside = |place: isize, size: usize| (place >= 0 && place < size as isize).then_some(place as usize);
        let nearest = |place: isize, size: usize| place.clamp(0, size as isize - 1) as usize;
        for row in 0..self.height {
            let row = if self.upside_down { self.height - 1 - row } else { row };
            let y = self.top + row as isize;
            for column in 0..self.width {
                let column = if self.mirrored { self.width - 1 - column } else { column };
                let x = self.left + column as isize;
                let place = match beyond {
                    None => Some((nearest(y, height), nearest(x, width))),
                    Some(_) => inside(y, height).zip(inside(x, width)),
                };
                match (place, beyond) {
                    (Some((y, x)), _) => cut.extend_from_slice(&from[(y * width + x) * each..][..each]),
                    (None, beyond) => cut.extend(beyond.iter().flat_map(|beyond| std::iter::repeat_n(*beyond, each))),
                }
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn windows_move_and_mirror() {
        let picture = [1, 2, 3, 4, 5, 6];
        let whole = Window::whole(2, 3);
        assert_eq!(whole.cut(&picture, (2, 3), 1, None), picture);
        assert_eq!(Window { mirrored: true, ..whole }.cut(&picture, (2, 3), 1, None), [3, 2, 1, 6, 5, 4]);
        assert_eq!(Window { upside_down: true, ..whole }.cut(&picture, (2, 3), 1, None), [4, 5, 6, 1, 2, 3]);
        let moved = Window { top: -1, left: 1, ..whole };
        assert_eq!(moved.cut(&picture, (2, 3), 1, None), [2, 3, 3, 2, 3, 3]);
        assert_eq!(moved.cut(&picture, (2, 3), 1, Some(0)), [0, 0, 0, 2, 3, 0]);
        let part = Window { top: 1, left: 0, height: 1, width: 2, ..whole };
        assert_eq!(part.cut(&[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], (2, 3), 2, None), [4, 4, 5, 5]);
    }
}
