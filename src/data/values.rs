//! Values on the host between a column and a batch: what steps take and give.

/// The values of an input or a target over all rows, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; a missing one is NaN. `shape` is that of a row.
    Real { shape: Vec<usize>, values: Vec<f64> },
    /// Indices into classes. An input's index may also be `classes.len()` (*unknown*) and `classes.len() + 1` (*missing*),
    /// counted in `size`; a label that is missing is −1.
    Category { width: usize, classes: Vec<String>, size: usize, codes: Vec<i64> },
    /// Sets of classes as truth values, `classes.len()` per row.
    Sets { classes: Vec<String>, members: Vec<bool> },
    /// Texts; a missing one is empty.
    Text(Vec<String>),
    /// Indices into a vocabulary; row `i` is `tokens[starts[i]..starts[i + 1]]`.
    Tokens { vocabulary: usize, starts: Vec<usize>, tokens: Vec<i64> },
}

impl Values {
    /// Numbers per row; 1 for texts and tokens.
    pub fn width(&self) -> usize {
        match self {
            Values::Real { shape, .. } => shape.iter().product(),
            Values::Category { width, .. } => *width,
            Values::Sets { classes, .. } => classes.len(),
            Values::Text(_) | Values::Tokens { .. } => 1,
        }
    }

    /// Puts the rows of another data set below these; false if they are of another sort.
    pub fn append(&mut self, other: Values) -> bool {
        match (self, other) {
            (Values::Real { shape, values }, Values::Real { shape: other, values: more }) if *shape == other => {
                values.extend(more);
            }
            (Values::Category { width, codes, .. }, Values::Category { width: other, codes: more, .. })
                if *width == other =>
            {
                codes.extend(more);
            }
            (Values::Sets { members, .. }, Values::Sets { members: more, .. }) => members.extend(more),
            (Values::Text(texts), Values::Text(more)) => texts.extend(more),
            _ => return false,
        }
        true
    }

    /// The sizes after the rows that are the same for every row.
    pub fn row_shape(&self) -> Vec<usize> {
        match self {
            Values::Real { shape, .. } => shape.clone(),
            Values::Category { width: 1, .. } | Values::Text(_) => Vec::new(),
            Values::Category { width, .. } => vec![*width],
            Values::Sets { classes, .. } => vec![classes.len()],
            Values::Tokens { starts, .. } => {
                vec![starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)]
            }
        }
    }
}
