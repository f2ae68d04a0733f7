//! What columns have in common whose rows are so many values each, one row after the other.

/// Some of the rows.
pub(super) fn gather<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    rows.iter().flat_map(|row| &values[row * width..][..width]).copied().collect()
}

/// How many rows there are.
pub(super) fn count(values: usize, width: usize) -> usize {
    values.checked_div(width).unwrap_or(0)
}

/// Whether two rows hold the same; what is no number (`NAN`) is the same as what is none.
pub(super) fn alike<T: PartialOrd>(one: &[T], other: &[T]) -> bool {
    let none = |value: &T| value.partial_cmp(value).is_none();
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other || (none(one) && none(other)))
}

/// The methods of a column of `values`, so many per row as a method `width` says; its other fields are the same for every row.
macro_rules! rows {
    ($ty:ident { $($field:ident),* }) => {
        fn rows(&self) -> usize {
            $crate::answers::rows::count(self.values.len(), self.width())
        }

        fn gather(&self, rows: &[usize]) -> Box<dyn Column> {
            let values = $crate::answers::rows::gather(&self.values, self.width(), rows);
            Box::new($ty { $($field: self.$field,)* values })
        }

        fn append(&mut self, other: &dyn Column) {
            match other.of::<$ty>().filter(|other| other.width() == self.width()) {
                Some(other) => self.values.extend_from_slice(&other.values),
                None => unreachable!("columns of two forms are never one"),
            }
        }

        fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool {
            let width = self.width();
            let same = |other: &$ty| {
                let (own, theirs) = (&self.values[row * width..][..width], &other.values[other_row * width..][..width]);
                $crate::answers::rows::alike(own, theirs)
            };
            other.of::<$ty>().filter(|other| other.width() == width).is_some_and(same)
        }

        fn copy(&self) -> Box<dyn Column> {
            Box::new(self.clone())
        }
    };
}
pub(super) use rows;
