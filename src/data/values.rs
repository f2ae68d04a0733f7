//! Values on the host between a column and a batch: what steps take and give.

use super::boxes::Placed;
use super::pictures::Pictures;
use super::sounds::{Series, Sounds};
use super::tracks;
use super::{instances, keypoints};
use crate::answers::Boxes;
use crate::catalog::kinds::boxes::NUMBERS;

/// The values of an input or a target over some rows, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; a missing one is NaN. `shape` is that of a row.
    Real {
        shape: Vec<usize>,
        values: Vec<f64>,
    },
    /// Indices into classes. An input's index may also be `classes.len()` (*unknown*) and `classes.len() + 1` (*missing*),
    /// counted in `size`; a label that is missing is −1.
    Category {
        classes: Vec<String>,
        size: usize,
        codes: Vec<i64>,
    },
    /// Such indices of several columns side by side; `sizes` says how many each has.
    Categories {
        sizes: Vec<usize>,
        codes: Vec<i64>,
    },
    /// Sets of classes as truth values, `classes.len()` per row.
    Sets {
        classes: Vec<String>,
        members: Vec<bool>,
    },
    /// Texts; a missing one is empty.
    Text(Vec<String>),
    /// Indices into a vocabulary; row `i` is `tokens[starts[i]..starts[i + 1]]`.
    Tokens {
        vocabulary: usize,
        starts: Vec<usize>,
        tokens: Vec<i64>,
    },
    Pictures(Pictures),
    Sounds(Sounds),
    /// Numbers at places, of which rows have different counts; a step for numbers is given the places as rows of [`Values::Real`].
    Series(Series),
    /// Boxes of a label, in the pictures that a model is given.
    Boxes(Placed),
    /// The same with their pixels.
    Instances(instances::Placed),
    /// Named points in pictures.
    Keypoints(keypoints::Placed),
    /// Boxes in the frames of clips.
    Tracks(tracks::Placed),
    /// Numbers of four bytes, of which pictures make many; a step is given them as [`Values::Real`].
    Single {
        shape: Vec<usize>,
        values: Vec<f32>,
    },
}

impl Values {
    /// Numbers per row; 1 for texts and tokens.
    pub fn width(&self) -> usize {
        match self {
            Values::Real { shape, .. } | Values::Single { shape, .. } => shape.iter().product(),
            Values::Pictures(pictures) => pictures.row_shape().iter().product(),
            Values::Boxes(_) => NUMBERS,
            Values::Instances(placed) => placed.size().0 * placed.size().1,
            Values::Keypoints(placed) => placed.points.mirrors.len() * crate::catalog::kinds::keypoints::NUMBERS,
            Values::Tracks(_) => crate::catalog::kinds::tracks::NUMBERS,
            Values::Categories { sizes, .. } => sizes.len(),
            Values::Sets { classes, .. } => classes.len(),
            Values::Series(series) => series.width,
            Values::Category { .. } | Values::Text(_) | Values::Tokens { .. } | Values::Sounds(_) => 1,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        let width = self.width().max(1);
        match self {
            Values::Real { values, .. } => values.len() / width,
            Values::Single { values, .. } => values.len() / width,
            Values::Pictures(pictures) => pictures.all.len() / pictures.each(),
            Values::Boxes(placed) => placed.sizes.len(),
            Values::Instances(placed) => placed.maps.len(),
            Values::Keypoints(placed) => placed.sizes.len(),
            Values::Tracks(placed) => placed.sizes.len(),
            Values::Category { codes, .. } | Values::Categories { codes, .. } => codes.len() / width,
            Values::Sets { members, .. } => members.len() / width,
            Values::Text(texts) => texts.len(),
            Values::Sounds(sounds) => sounds.all.len(),
            Values::Series(series) => series.rows(),
            Values::Tokens { starts, .. } => starts.len().saturating_sub(1),
        }
    }

    /// Of each row, whether no number of it is missing; of marks, whether there is one.
    pub fn whole_rows(&self) -> Vec<bool> {
        fn whole<T: Copy + Into<f64>>(values: &[T], width: usize) -> Vec<bool> {
            values.chunks(width.max(1)).map(|row| !row.iter().any(|one| (*one).into().is_nan())).collect()
        }
        match self {
            Values::Real { values, .. } => whole(values, self.width()),
            Values::Single { values, .. } => whole(values, self.width()),
            Values::Tokens { starts, tokens, .. } => {
                starts.windows(2).map(|row| tokens[row[0]..row[1]].iter().any(|token| *token != 0)).collect()
            }
            other => vec![true; other.rows()],
        }
    }

    /// Some of the rows, in the order asked for.
    pub fn taken(&self, rows: &[usize]) -> Values {
        fn take<T: Clone>(all: &[T], width: usize, rows: &[usize]) -> Vec<T> {
            let mut taken = Vec::with_capacity(rows.len() * width);
            rows.iter().for_each(|row| taken.extend_from_slice(&all[row * width..(row + 1) * width]));
            taken
        }
        let width = self.width();
        match self {
            Values::Real { shape, values } => Values::Real { shape: shape.clone(), values: take(values, width, rows) },
            Values::Single { shape, values } => {
                Values::Single { shape: shape.clone(), values: take(values, width, rows) }
            }
            Values::Pictures(pictures) => {
                Values::Pictures(Pictures { all: take(&pictures.all, pictures.each(), rows), ..pictures.clone() })
            }
            Values::Sounds(sounds) => Values::Sounds(Sounds { rate: sounds.rate, all: take(&sounds.all, 1, rows) }),
            Values::Series(series) => Values::Series(series.taken(rows)),
            Values::Boxes(placed) => Values::Boxes(Placed {
                classes: placed.classes,
                boxes: Boxes::of_rows(rows.iter().map(|row| placed.boxes.row(*row).to_vec())),
                sizes: take(&placed.sizes, 1, rows),
            }),
            Values::Instances(placed) => Values::Instances(placed.taken(rows)),
            Values::Keypoints(placed) => Values::Keypoints(placed.taken(rows)),
            Values::Tracks(placed) => Values::Tracks(placed.taken(rows)),
            Values::Category { classes, size, codes } => {
                Values::Category { classes: classes.clone(), size: *size, codes: take(codes, width, rows) }
            }
            Values::Categories { sizes, codes } => {
                Values::Categories { sizes: sizes.clone(), codes: take(codes, width, rows) }
            }
            Values::Sets { classes, members } => {
                Values::Sets { classes: classes.clone(), members: take(members, width, rows) }
            }
            Values::Text(texts) => Values::Text(take(texts, 1, rows)),
            Values::Tokens { vocabulary, starts, tokens } => {
                let mut taken = (vec![0], Vec::new());
                for row in rows {
                    taken.1.extend_from_slice(&tokens[starts[*row]..starts[row + 1]]);
                    taken.0.push(taken.1.len());
                }
                Values::Tokens { vocabulary: *vocabulary, starts: taken.0, tokens: taken.1 }
            }
        }
    }

    /// The categories of several columns side by side; `None` if one is no category.
    pub fn beside(columns: Vec<Values>) -> Option<Values> {
        let parts: Option<Vec<(usize, Vec<i64>)>> = columns
            .into_iter()
            .map(|values| match values {
                Values::Category { size, codes, .. } => Some((size, codes)),
                _ => None,
            })
            .collect();
        let parts = parts?;
        let rows = parts.first().map_or(0, |(_, codes)| codes.len());
        let codes = (0..rows).flat_map(|row| parts.iter().map(move |(_, codes)| codes[row])).collect();
        Some(Values::Categories { sizes: parts.iter().map(|(size, _)| *size).collect(), codes })
    }

    /// Takes classes for unknown that the training part had no row of.
    pub fn forget(&mut self, unseen: &[String]) {
        match self {
            Values::Category { classes, codes, .. } => {
                let unknown = classes.len() as i64;
                let is_unseen: Vec<bool> = classes.iter().map(|class| unseen.contains(class)).collect();
                for code in codes.iter_mut() {
                    if usize::try_from(*code).ok().and_then(|code| is_unseen.get(code)) == Some(&true) {
                        *code = unknown;
                    }
                }
            }
            Values::Sets { classes, members } => {
                let width = classes.len().max(1);
                let is_unseen: Vec<bool> = classes.iter().map(|class| unseen.contains(class)).collect();
                members.iter_mut().enumerate().for_each(|(place, member)| *member &= !is_unseen[place % width]);
            }
            _ => {}
        }
    }

    /// Takes the values of a label from the rows that a task is not about, which no step shall judge.
    pub fn keep(&mut self, rows: &[bool]) {
        let width = self.width().max(1);
        match self {
            Values::Real { values, .. } => {
                values
                    .iter_mut()
                    .enumerate()
                    .filter(|(place, _)| !rows[place / width])
                    .for_each(|(_, value)| *value = f64::NAN);
            }
            Values::Category { codes, .. } => {
                codes.iter_mut().enumerate().filter(|(place, _)| !rows[place / width]).for_each(|(_, code)| *code = -1);
            }
            _ => {}
        }
    }

    /// Puts the rows of another data set below these; false if they are of another sort.
    pub fn append(&mut self, other: Values) -> bool {
        match (self, other) {
            (Values::Real { shape, values }, Values::Real { shape: other, values: more }) if *shape == other => {
                values.extend(more);
            }
            (Values::Category { codes, .. }, Values::Category { codes: more, .. }) => codes.extend(more),
            (Values::Categories { sizes, codes }, Values::Categories { sizes: other, codes: more })
                if *sizes == other =>
            {
                codes.extend(more);
            }
            (Values::Sets { members, .. }, Values::Sets { members: more, .. }) => members.extend(more),
            (Values::Text(texts), Values::Text(more)) => texts.extend(more),
            (Values::Pictures(pictures), Values::Pictures(more))
                if (pictures.channels, pictures.frames) == (more.channels, more.frames) =>
            {
                pictures.all.extend(more.all);
            }
            (Values::Sounds(sounds), Values::Sounds(more)) if sounds.rate == more.rate => sounds.all.extend(more.all),
            (Values::Series(series), Values::Series(more)) if series.width == more.width => series.append(&more),
            (Values::Boxes(placed), Values::Boxes(more)) if placed.classes == more.classes => {
                (0..more.sizes.len()).for_each(|row| placed.boxes.push(more.boxes.row(row).to_vec()));
                placed.sizes.extend(more.sizes);
            }
            (Values::Keypoints(placed), Values::Keypoints(more)) if placed.points.mirrors == more.points.mirrors => {
                placed.points.points.extend(more.points.points);
                placed.points.areas.extend(more.points.areas);
                placed.sizes.extend(more.sizes);
            }
            (Values::Tracks(placed), Values::Tracks(more)) if placed.classes == more.classes => {
                (0..more.sizes.len()).for_each(|row| placed.tracks.push(more.tracks.row(row).to_vec()));
                placed.sizes.extend(more.sizes);
            }
            (Values::Instances(placed), Values::Instances(more)) if placed.boxes.classes == more.boxes.classes => {
                (0..more.maps.len()).for_each(|row| placed.boxes.boxes.push(more.boxes.boxes.row(row).to_vec()));
                placed.boxes.sizes.extend(more.boxes.sizes);
                placed.maps.extend(more.maps);
            }
            (Values::Single { shape, values }, Values::Single { shape: other, values: more }) if *shape == other => {
                values.extend(more);
            }
            _ => return false,
        }
        true
    }

    /// The sizes after the rows that are the same for every row.
    pub fn row_shape(&self) -> Vec<usize> {
        match self {
            Values::Real { shape, .. } | Values::Single { shape, .. } => shape.clone(),
            Values::Pictures(pictures) => pictures.row_shape(),
            Values::Category { .. } | Values::Text(_) => Vec::new(),
            Values::Sounds(sounds) => vec![sounds.longest()],
            Values::Series(series) => vec![series.longest(), series.width],
            Values::Categories { sizes, .. } => vec![sizes.len()],
            Values::Sets { classes, .. } => vec![classes.len()],
            Values::Boxes(placed) => vec![placed.most(), NUMBERS],
            Values::Instances(placed) => vec![placed.size().0, placed.size().1],
            Values::Keypoints(placed) => vec![placed.points.mirrors.len(), crate::catalog::kinds::keypoints::NUMBERS],
            Values::Tracks(placed) => vec![placed.most(), crate::catalog::kinds::tracks::NUMBERS],
            Values::Tokens { starts, .. } => {
                vec![starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)]
            }
        }
    }

    /// With numbers of eight bytes in place of four; of a series its places as rows.
    pub fn doubled(self) -> Values {
        match self {
            Values::Single { shape, values } => {
                Values::Real { shape, values: values.into_iter().map(f64::from).collect() }
            }
            Values::Series(series) => {
                let values = series.values.into_iter().map(f64::from).collect();
                Values::Real { shape: vec![series.width], values }
            }
            other => other,
        }
    }
}
