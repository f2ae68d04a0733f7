//! The type of a value: its kind and its named axes.

use std::fmt;
use std::sync::Arc;

use super::{Dim, Facts};

/// What the elements of a value are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers; what layers compute on.
    Real,
    /// One of `classes` classes as an index. An input's index has two more values, *unknown* and *missing*,
    /// already counted in `classes`; a label's has not.
    Category { classes: Dim },
    /// Several such categories side by side along the last axis, each with classes of its own.
    Categories { columns: Vec<CategoryColumn> },
    /// A set of classes per row, as 0/1 along the last axis.
    Labels,
    /// Raw text, before a step turns it into tokens.
    Text,
    /// Indices into a vocabulary along a variable axis.
    Tokens { vocabulary: Dim },
    /// A point in time, in seconds.
    Time,
    /// Pictures, before a step turns them into numbers.
    Image,
    /// Sound, of so many samples a second along a variable axis, before a step turns it into numbers.
    Sound { rate: usize },
    /// Objects of classes along a variable axis, each with its edges.
    Boxes { classes: Dim },
    /// Objects of classes along a variable axis, each with its pixels.
    Instances { classes: Dim },
    /// Named points, each with its place and whether it is known.
    Keypoints { classes: Dim },
    /// Objects of classes along a variable axis, each with its edges, its frame and its track.
    Tracks { classes: Dim },
}

/// One of several categories that are read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryColumn {
    /// The column's name, by which its weights are known.
    pub name: Arc<str>,
    /// How many indices it has, *unknown* and *missing* among them.
    pub classes: Dim,
}

impl Kind {
    /// As shown in types: `f32`, `category(3)`, `text`.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Real => "f32",
            Kind::Category { .. } => "category",
            Kind::Categories { .. } => "categories",
            Kind::Labels => "labels",
            Kind::Text => "text",
            Kind::Tokens { .. } => "tokens",
            Kind::Time => "time",
            Kind::Image => "image",
            Kind::Sound { .. } => "sound",
            Kind::Boxes { .. } => "boxes",
            Kind::Instances { .. } => "instances",
            Kind::Keypoints { .. } => "keypoints",
            Kind::Tracks { .. } => "tracks",
        }
    }

    /// In words: "numbers", "a category".
    pub fn words(&self) -> &'static str {
        match self {
            Kind::Real => "numbers",
            Kind::Category { .. } => "a category",
            Kind::Categories { .. } => "several categories",
            Kind::Labels => "a set of labels",
            Kind::Text => "text",
            Kind::Tokens { .. } => "tokens",
            Kind::Time => "times",
            Kind::Image => "pictures",
            Kind::Sound { .. } => "sound",
            Kind::Boxes { .. } => "boxes",
            Kind::Instances { .. } => "instances",
            Kind::Keypoints { .. } => "points",
            Kind::Tracks { .. } => "tracks",
        }
    }
}

/// One dimension of a value. Layers find theirs by its name, never by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// `rows`, `time`, `features`, …; empty where no name fits.
    pub name: &'static str,
    /// An extent, such as `length(mails)`, if it differs from row to row: the value then owns the lengths of its rows.
    pub size: Dim,
}

impl Axis {
    /// The first axis of every value.
    pub const ROWS: &'static str = "rows";
    /// The first axis inside `each`: the places of all rows, one below the other.
    pub const PLACES: &'static str = "places";
    /// What sequence layers walk along.
    pub const TIME: &'static str = "time";
    /// What a vector has.
    pub const FEATURES: &'static str = "features";
    /// What pictures have, at each place.
    pub const CHANNELS: &'static str = "channels";
    pub const HEIGHT: &'static str = "height";
    pub const WIDTH: &'static str = "width";
    /// The things in a picture that a label names.
    pub const OBJECTS: &'static str = "objects";

    pub fn new(name: &'static str, size: Dim) -> Self {
        Self { name, size }
    }

    /// Whether the size differs from row to row.
    pub fn varies(&self) -> bool {
        self.size.varies()
    }
}

/// The names of an array's axes, by how many it has: a vector, a series of vectors, a picture, a clip.
fn usual_names(count: usize) -> Vec<&'static str> {
    use Axis as A;
    match count {
        1 => vec![A::FEATURES],
        2 => vec![A::TIME, A::FEATURES],
        3 => vec![A::CHANNELS, A::HEIGHT, A::WIDTH],
        4 => vec![A::TIME, A::CHANNELS, A::HEIGHT, A::WIDTH],
        _ => {
            let mut names = vec![""; count];
            names.last_mut().into_iter().for_each(|last| *last = A::FEATURES);
            names
        }
    }
}

/// The type of a value. The first axis is its rows, and its size, `rows(data)`, names the row space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    pub kind: Kind,
    pub axes: Vec<Axis>,
}

impl Type {
    /// The name of the axis along which an ensemble's members stand, the second.
    pub const MEMBERS: &'static str = "members";

    pub fn new(kind: Kind, axes: Vec<Axis>) -> Self {
        Self { kind, axes }
    }

    /// Numbers of the given sizes after the rows axis, with the names that so many sizes have: `features` of one, `time` and
    /// `features` of two, `channels`, `height` and `width` of three, and of four these over `time`.
    pub fn real(rows: Axis, sizes: impl IntoIterator<Item = Dim>) -> Self {
        let sizes: Vec<Dim> = sizes.into_iter().collect();
        let names = usual_names(sizes.len());
        let after = names.into_iter().zip(sizes).map(|(name, size)| Axis::new(name, size));
        Self { kind: Kind::Real, axes: std::iter::once(rows).chain(after).collect() }
    }

    /// One value per row for each of `count` columns, classes or the like.
    pub fn features(kind: Kind, rows: Axis, count: Dim) -> Self {
        Self { kind, axes: vec![rows, Axis::new(Axis::FEATURES, count)] }
    }

    /// The type of columns of one data set read side by side, each with its name; `None` if such cannot be.
    pub fn beside(columns: &[(&str, Type)]) -> Option<Type> {
        let (_, first) = columns.first()?;
        if columns.len() == 1 {
            return Some(first.clone());
        }
        let rows = first.rows().clone();
        let count = Dim::int(columns.len() as i64);
        match &first.kind {
            Kind::Real if first.rank() == 2 => Some(Type::real(rows, [count])),
            Kind::Time => Some(Type::features(Kind::Time, rows, count)),
            // One text, in which a separator stands between them.
            Kind::Text => Some(first.clone()),
            Kind::Category { .. } => {
                let of = |(name, ty): &(&str, Type)| match &ty.kind {
                    Kind::Category { classes } => {
                        Some(CategoryColumn { name: (*name).into(), classes: classes.clone() })
                    }
                    _ => None,
                };
                let columns = columns.iter().map(of).collect::<Option<Vec<_>>>()?;
                Some(Type::features(Kind::Categories { columns }, rows, count))
            }
            _ => None,
        }
    }

    /// The classes, if each row has one of them.
    pub fn classes_of_rows(&self) -> Option<&Dim> {
        match &self.kind {
            Kind::Category { classes } if self.rank() == 1 => Some(classes),
            _ => None,
        }
    }

    /// The classes, if each pixel of a row has one of them.
    pub fn classes_of_pixels(&self) -> Option<&Dim> {
        match &self.kind {
            Kind::Category { classes } if self.names().eq([Axis::HEIGHT, Axis::WIDTH]) => Some(classes),
            _ => None,
        }
    }

    /// In words: "numbers", "a category", "a class for each pixel".
    pub fn words(&self) -> &'static str {
        match self.kind {
            Kind::Category { .. } if self.classes_of_pixels().is_some() => "a class for each pixel",
            _ => self.kind.words(),
        }
    }

    pub fn is_real(&self) -> bool {
        self.kind == Kind::Real
    }

    /// The rows axis.
    pub fn rows(&self) -> &Axis {
        &self.axes[0]
    }

    /// How many axes there are, rows included.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// The last axis.
    pub fn last(&self) -> &Axis {
        &self.axes[self.axes.len() - 1]
    }

    /// The place of the axis of this name.
    pub fn axis(&self, name: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.name == name)
    }

    /// The names of the axes after the rows.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.axes.iter().skip(1).map(|axis| axis.name)
    }

    /// Whether it is pictures and nothing more: `[rows, channels, height, width]`.
    pub fn is_picture(&self) -> bool {
        self.names().eq([Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH])
    }

    /// Whether it has a value, or several numbers, for each place of a picture: a map that goes where the picture goes.
    pub fn is_of_pixels(&self) -> bool {
        self.names().eq([Axis::HEIGHT, Axis::WIDTH]) || (self.is_real() && self.is_picture())
    }

    /// The same, as high and wide as another type, if both are.
    pub fn as_large_as(&self, other: &Type) -> Type {
        let mut result = self.clone();
        for name in [Axis::HEIGHT, Axis::WIDTH] {
            if let (Some(own), Some(place)) = (self.axis(name), other.axis(name)) {
                result.axes[own].size = other.axes[place].size.clone();
            }
        }
        result
    }

    /// Whether it is clips and nothing more: `[rows, time, channels, height, width]`.
    pub fn is_clip(&self) -> bool {
        self.names().eq([Axis::TIME, Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH])
    }

    /// Whether it is sequences of vectors: `[rows, time, features]`.
    pub fn is_sequence(&self) -> bool {
        self.names().eq([Axis::TIME, Axis::FEATURES])
    }

    /// Whether it is one vector per row: `[rows, features]`.
    pub fn is_vector(&self) -> bool {
        self.names().eq([Axis::FEATURES])
    }

    /// The axis along which values stand side by side: channels of pictures, features of all else.
    pub fn feature_axis(&self) -> Option<usize> {
        self.axis(Axis::CHANNELS).or_else(|| self.axis(Axis::FEATURES))
    }

    /// Whether each of its rows is a place of a row of the data, inside `each`.
    pub fn is_of_places(&self) -> bool {
        self.rows().name == Axis::PLACES
    }

    /// How many members of an ensemble computed the value, if several did.
    pub fn members(&self) -> Option<&Dim> {
        self.axes.get(1).filter(|axis| axis.name == Self::MEMBERS).map(|axis| &axis.size)
    }

    /// The type of one member's value.
    pub fn of_one_member(&self) -> Type {
        let axes = self.axes.iter().filter(|axis| axis.name != Self::MEMBERS).cloned().collect();
        Type { kind: self.kind.clone(), axes }
    }

    /// The same type with another last size.
    pub fn with_last(&self, size: Dim) -> Type {
        let mut result = self.clone();
        if let Some(last) = result.axes.last_mut() {
            last.size = size;
        }
        result
    }

    pub fn with_kind(&self, kind: Kind) -> Type {
        Type { kind, axes: self.axes.clone() }
    }

    /// True if an axis differs from row to row, so that the value owns the lengths of its rows.
    pub fn is_variable(&self) -> bool {
        self.axes.iter().skip(1).any(Axis::varies)
    }

    /// The number of elements per row.
    pub fn elements_per_row(&self) -> Dim {
        self.axes[1..].iter().fold(Dim::int(1), |product, axis| product * axis.size.clone())
    }

    /// Replaces every symbol that `facts` knows.
    pub fn resolve(&self, facts: &Facts) -> Type {
        let kind = match &self.kind {
            Kind::Category { classes } => Kind::Category { classes: classes.resolve(facts) },
            Kind::Categories { columns } => {
                let resolved = |column: &CategoryColumn| CategoryColumn {
                    name: column.name.clone(),
                    classes: column.classes.resolve(facts),
                };
                Kind::Categories { columns: columns.iter().map(resolved).collect() }
            }
            Kind::Tokens { vocabulary } => Kind::Tokens { vocabulary: vocabulary.resolve(facts) },
            Kind::Boxes { classes } => Kind::Boxes { classes: classes.resolve(facts) },
            Kind::Instances { classes } => Kind::Instances { classes: classes.resolve(facts) },
            Kind::Keypoints { classes } => Kind::Keypoints { classes: classes.resolve(facts) },
            Kind::Tracks { classes } => Kind::Tracks { classes: classes.resolve(facts) },
            other => other.clone(),
        };
        let axes = self.axes.iter().map(|axis| Axis { size: axis.size.resolve(facts), ..axis.clone() }).collect();
        Type { kind, axes }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        match &self.kind {
            Kind::Category { classes } => write!(f, "({classes})")?,
            Kind::Categories { columns } => {
                let shown: Vec<String> = columns.iter().take(3).map(|column| column.classes.to_string()).collect();
                write!(f, "({}{})", shown.join(", "), if columns.len() > 3 { ", …" } else { "" })?;
            }
            Kind::Tokens { vocabulary } => write!(f, "({vocabulary})")?,
            Kind::Boxes { classes }
            | Kind::Instances { classes }
            | Kind::Keypoints { classes }
            | Kind::Tracks { classes } => write!(f, "({classes})")?,
            _ => {}
        }
        f.write_str("[")?;
        for (index, axis) in self.axes.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            // The row space is named in full, `rows(penguins)`, and so is an extent: `length(mails)`.
            f.write_str(&axis.size.short())?;
        }
        f.write_str("]")
    }
}
