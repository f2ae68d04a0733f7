//! A value of so many bytes for each row: hashes, lines. In memory, or in a mapped file.

use arrow_buffer::Buffer;

/// One value per row.
#[derive(Clone, Debug)]
pub enum Fixed<const N: usize> {
    Memory(Vec<[u8; N]>),
    Mapped(Buffer),
}

impl<const N: usize> Default for Fixed<N> {
    fn default() -> Self {
        Fixed::Memory(Vec::new())
    }
}

impl<const N: usize> Fixed<N> {
    pub fn len(&self) -> usize {
        match self {
            Fixed::Memory(all) => all.len(),
            Fixed::Mapped(bytes) => bytes.len() / N,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, row: usize) -> Option<[u8; N]> {
        match self {
            Fixed::Memory(all) => all.get(row).copied(),
            Fixed::Mapped(bytes) => bytes.get(row * N..(row + 1) * N)?.first_chunk().copied(),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = [u8; N]> + '_ {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// Those of some rows.
    pub fn taken(&self, rows: &[usize]) -> Self {
        Fixed::Memory(rows.iter().filter_map(|row| self.get(*row)).collect())
    }

    /// Values in memory, of which more can be added.
    pub fn extend(&mut self, more: impl IntoIterator<Item = [u8; N]>) {
        if let Fixed::Memory(all) = self {
            all.extend(more);
        }
    }
}
