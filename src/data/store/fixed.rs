//! A value of so many bytes for each row: hashes, lines. In memory, or in a mapped file.

use arrow_buffer::Buffer;

/// One value per row.
#[derive(Clone, Debug)]
pub enum Fixed<const N: usize> {
    /// So many zeros, which nobody has asked for, and what stands behind them.
    Memory(usize, Vec<[u8; N]>),
    Mapped(Buffer),
}

impl<const N: usize> Default for Fixed<N> {
    fn default() -> Self {
        Fixed::Memory(0, Vec::new())
    }
}

impl<const N: usize> Fixed<N> {
    pub fn len(&self) -> usize {
        match self {
            Fixed::Memory(zeros, all) => zeros + all.len(),
            Fixed::Mapped(bytes) => bytes.len() / N,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, row: usize) -> Option<[u8; N]> {
        match self {
            Fixed::Memory(zeros, _) if row < *zeros => Some([0; N]),
            Fixed::Memory(zeros, all) => all.get(row - zeros).copied(),
            Fixed::Mapped(bytes) => bytes.get(row * N..(row + 1) * N)?.first_chunk().copied(),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = [u8; N]> + '_ {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// Those of some rows.
    pub fn taken(&self, rows: &[usize]) -> Self {
        Fixed::Memory(0, rows.iter().filter_map(|row| self.get(*row)).collect())
    }

    /// Values in memory, of which more can be added.
    pub fn extend(&mut self, more: impl IntoIterator<Item = [u8; N]>) {
        if let Fixed::Memory(_, all) = self {
            all.extend(more);
        }
    }

    /// The same with so many zeros, which take no room before anything else has come.
    pub fn extend_with_zeros(&mut self, count: usize) {
        if let Fixed::Memory(zeros, all) = self {
            match all.is_empty() {
                true => *zeros += count,
                false => all.resize(all.len() + count, [0; N]),
            }
        }
    }

    /// Puts those of another one behind.
    pub fn append(&mut self, other: &Self) {
        match other {
            Fixed::Memory(zeros, all) => {
                self.extend_with_zeros(*zeros);
                self.extend(all.iter().copied());
            }
            mapped @ Fixed::Mapped(_) => self.extend(mapped.iter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fixed;

    #[test]
    fn zeros_count_and_take_no_room() {
        let mut all: Fixed<2> = Fixed::default();
        all.extend_with_zeros(3);
        assert!(matches!(&all, Fixed::Memory(3, rest) if rest.is_empty()));
        all.extend([[1, 2], [3, 4]]);
        all.extend_with_zeros(1);
        let mut twice: Fixed<2> = Fixed::default();
        twice.append(&all);
        twice.append(&all);
        let values: Vec<[u8; 2]> = all.iter().collect();
        assert_eq!(values, [[0, 0], [0, 0], [0, 0], [1, 2], [3, 4], [0, 0]]);
        assert_eq!(twice.iter().collect::<Vec<_>>(), [values.clone(), values].concat());
        assert_eq!((all.len(), all.get(3), all.get(6)), (6, Some([1, 2]), None));
        assert_eq!(all.taken(&[4, 0]).iter().collect::<Vec<_>>(), [[3, 4], [0, 0]]);
    }
}
