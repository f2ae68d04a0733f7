//! What a row holds, as a hash: to order rows by and to find copies, whatever order the columns stand in.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use super::items::{Item, item};
use crate::data::table::RowHash;

/// The hash of a row's cells, each with its length in front, so that `ab|c` is not `a|bc`.
pub fn content_hash<C: AsRef<str>>(cells: impl Iterator<Item = C>, buffer: &mut Vec<u8>) -> RowHash {
    buffer.clear();
    for cell in cells {
        let cell = cell.as_ref().as_bytes();
        buffer.extend_from_slice(&(cell.len() as u32).to_le_bytes());
        buffer.extend_from_slice(cell);
    }
    half_of_sha256(buffer)
}

/// A quick hash of some cells.
pub fn hash_of<C: AsRef<str>>(cells: impl Iterator<Item = C>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in cells {
        let cell = cell.as_ref().as_bytes();
        hasher.write_usize(cell.len());
        hasher.write(cell);
    }
    hasher.finish()
}

/// What SHA-256 begins with.
const BEGIN: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Half of the SHA-256 of some bytes. What fits into one block, as most keys do, needs no more than one round of it: there are as
/// many keys as rows.
pub fn half_of_sha256(bytes: &[u8]) -> RowHash {
    let mut block = [0; 64];
    // Behind the bytes stand a mark and, in the last eight, how many bits there are.
    if bytes.len() > 55 {
        return first_half(&Sha256::digest(bytes));
    }
    block[..bytes.len()].copy_from_slice(bytes);
    block[bytes.len()] = 0x80;
    block[56..].copy_from_slice(&(8 * bytes.len() as u64).to_be_bytes());
    let mut state = BEGIN;
    compress256(&mut state, &[block]);
    let mut hash = [0; 16];
    hash.chunks_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
    hash
}

/// Half of a SHA-256 is enough to tell rows apart.
pub fn first_half(digest: &[u8]) -> RowHash {
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest[..16]);
    hash
}

/// The hashes of some rows, column by column: that of a number depends on its value and not on its width, and the same rows
/// in other chunks have the same.
pub struct RowHasher {
    one: Vec<u64>,
    two: Vec<u64>,
}

impl RowHasher {
    pub fn new(rows: usize) -> Self {
        Self { one: vec![0x243f_6a88_85a3_08d3; rows], two: vec![0x1319_8a2e_0370_7344; rows] }
    }

    /// Adds a column; the order in which columns are added counts.
    pub fn add(&mut self, column: &ArrayRef) {
        if self.add_numbers(column) {
            return;
        }
        for row in 0..column.len().min(self.one.len()) {
            self.add_item(row, &item(column, row));
        }
    }

    /// The same of numbers without gaps, as most columns are; false if it is none of those.
    fn add_numbers(&mut self, column: &ArrayRef) -> bool {
        if column.null_count() > 0 {
            return false;
        }
        macro_rules! all {
            ($type:ty) => {{
                for (row, value) in column.as_primitive::<$type>().values().iter().enumerate() {
                    self.mix(row, (f64::from(*value) + 0.0).to_bits(), NUMBER);
                }
            }};
        }
        match column.data_type() {
            DataType::Float64 => all!(Float64Type),
            DataType::Float32 => all!(Float32Type),
            DataType::Int32 => all!(Int32Type),
            _ => return false,
        }
        true
    }

    fn add_item(&mut self, row: usize, item: &Item<'_>) {
        match item {
            Item::Missing => self.mix(row, 0x9e37, 1),
            Item::Text(text) => {
                let bytes = text.as_bytes();
                self.mix(row, bytes.len() as u64, 2);
                for part in bytes.chunks(8) {
                    let mut word = [0; 8];
                    word[..part.len()].copy_from_slice(part);
                    self.mix(row, u64::from_le_bytes(word), 3);
                }
            }
            Item::List(items) => {
                self.mix(row, items.len() as u64, 4);
                for place in 0..items.len() {
                    self.add_item(row, &super::items::item(items, place));
                }
            }
            Item::Group(members) => {
                for member in members {
                    self.add_item(row, &super::items::item(member, 0));
                }
            }
            // Whole numbers of which two would be one double keep their own digits.
            Item::Whole(value) if value.unsigned_abs() >= 1 << 53 => {
                self.mix(row, *value as u64, 5);
                self.mix(row, (*value >> 64) as u64, 5);
            }
            other => self.mix(row, (other.number().unwrap_or(f64::NAN) + 0.0).to_bits(), NUMBER),
        }
    }

    fn mix(&mut self, row: usize, value: u64, what: u64) {
        self.one[row] = fold(self.one[row] ^ value, 0x9fb2_1c65_1e98_df25 ^ what);
        self.two[row] = fold(self.two[row].rotate_left(29) ^ value, 0xd6e8_feb8_6659_fd93 ^ (what << 32));
    }

    /// The hash of each row.
    pub fn finish(self) -> Vec<RowHash> {
        let whole = |(one, two): (u64, u64)| {
            let mut hash = [0; 16];
            hash[..8].copy_from_slice(&fold(one ^ two, 0xa076_1d64_78bd_642f).to_le_bytes());
            hash[8..].copy_from_slice(&fold(two.wrapping_add(one), 0xe703_7ed1_a0b4_28db).to_le_bytes());
            hash
        };
        self.one.into_iter().zip(self.two).map(whole).collect()
    }

    /// Half of it.
    pub fn finish_short(self) -> Vec<u64> {
        self.one
    }
}

/// What a number is marked by.
const NUMBER: u64 = 6;

/// A hash with a value more in it.
pub fn mixed(hash: u64, value: u64) -> u64 {
    fold(hash.rotate_left(29) ^ value, 0x9fb2_1c65_1e98_df25)
}

/// Both halves of a product, folded into one: every bit of it depends on all bits of both.
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other | 1);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, Int32Array, Int64Array, StringArray};

    use super::*;

    fn hashes(columns: &[ArrayRef]) -> Vec<RowHash> {
        let mut hasher = RowHasher::new(columns[0].len());
        columns.iter().for_each(|column| hasher.add(column));
        hasher.finish()
    }

    #[test]
    fn a_hash_of_one_block_is_the_hash() {
        for length in [0, 1, 8, 24, 54, 55, 56, 63, 64, 65, 200] {
            let bytes: Vec<u8> = (0..length).map(|byte| (byte * 7 + 3) as u8).collect();
            assert_eq!(half_of_sha256(&bytes), first_half(&Sha256::digest(&bytes)), "{length} bytes");
        }
    }

    #[test]
    fn rows_are_told_apart_and_widths_are_not() {
        let whole: ArrayRef = Arc::new(Int64Array::from((0..20_000).collect::<Vec<_>>()));
        let narrow: ArrayRef = Arc::new(Int32Array::from((0..20_000).collect::<Vec<_>>()));
        let real: ArrayRef = Arc::new(Float64Array::from((0..20_000).map(f64::from).collect::<Vec<_>>()));
        let found = hashes(&[whole.clone(), real.clone()]);
        assert_eq!(found, hashes(&[narrow, whole]));
        let different: std::collections::HashSet<_> = found.iter().collect();
        assert_eq!(different.len(), 20_000);
        // Every bit is set in about half of the rows.
        for bit in 0..128 {
            let set = found.iter().filter(|hash| hash[bit / 8] >> (bit % 8) & 1 == 1).count();
            assert!((9_400..10_600).contains(&set), "bit {bit}: {set}");
        }
        let texts = |all: &[&str]| Arc::new(StringArray::from(all.to_vec())) as ArrayRef;
        assert_ne!(hashes(&[texts(&["ab"]), texts(&["c"])]), hashes(&[texts(&["a"]), texts(&["bc"])]));
        assert_ne!(hashes(&[texts(&["a", "a\0"])])[0], hashes(&[texts(&["a", "a\0"])])[1]);
    }
}
