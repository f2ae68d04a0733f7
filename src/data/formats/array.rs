//! An array as NumPy writes it: its description, and some of its rows, decoded item by item.

use std::io::Read;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, FixedSizeListArray, Float32Array, Float64Array, Int64Array, NullArray, StringArray, UInt8Array,
    UInt64Array,
};
use arrow_schema::Field;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar};

use super::guarded::guarded;

/// More bytes than this in one array are not read: a description can claim any size.
const MOST_BYTES: usize = 1 << 36;
/// An item is a number, or a text of less than this.
const MOST_OF_AN_ITEM: usize = 1 << 24;
/// What a description may claim of itself, and how deep its brackets may go.
const MOST_OF_A_DESCRIPTION: usize = 1 << 16;
const DEEPEST: usize = 32;

/// What the items of an array are.
#[derive(Clone, Copy, Debug)]
struct Items {
    kind: TypeChar,
    /// Bytes of one item.
    size: usize,
    big: bool,
}

/// What an array says of itself.
#[derive(Clone, Debug)]
pub struct ArrayHead {
    pub shape: Vec<usize>,
    items: Items,
    /// Whether its first axis, that of the rows, runs fastest.
    pub columns_first: bool,
}

impl ArrayHead {
    /// Reads the beginning of an `.npy` stream; the reason if it is none, or one that is not read.
    pub fn read(stream: &mut impl Read) -> Result<Self, String> {
        let description = description(stream).map_err(|error| format!("is no NumPy array: {error}"))?;
        // A library that multiplies what is claimed.
        let header = guarded(|| NpyHeader::from_reader(description.as_slice()).map_err(|error| error.to_string()))
            .map_err(|error| format!("is no NumPy array: {error}"))?;
        if header.uses_pickled_array() {
            return Err("holds Python objects; save numbers or texts instead (`array.astype(float)`)".into());
        }
        let DType::Plain(ty) = header.dtype() else {
            return Err("holds records of several fields; save one array per field".into());
        };
        let size = ty.num_bytes().ok_or("holds items of an unknown size")?;
        let readable = match ty.type_char() {
            TypeChar::Bool | TypeChar::Int | TypeChar::Uint => matches!(size, 1 | 2 | 4 | 8),
            TypeChar::Float => matches!(size, 2 | 4 | 8),
            TypeChar::ByteStr | TypeChar::UnicodeStr => true,
            _ => false,
        };
        if !readable {
            return Err(format!("holds items of type `{ty}`, which is not read; save numbers, truth values or texts"));
        }
        if size > MOST_OF_AN_ITEM {
            return Err(format!("claims to hold texts of {} MB each, which are not read", size >> 20));
        }
        // No product of the sizes can overflow after this, whichever of them are 0.
        let sizes = header.shape().iter().map(|size| usize::try_from(*size).ok());
        let shape: Option<Vec<usize>> = sizes.collect();
        let product =
            |shape: &Vec<usize>| shape.iter().try_fold(size.max(1), |all, size| all.checked_mul((*size).max(1)));
        let shape = shape.filter(|shape| product(shape).is_some_and(|bytes| bytes <= MOST_BYTES));
        let shape = shape.ok_or("claims to be larger than any file that can be read")?;
        let items = Items { kind: ty.type_char(), size, big: ty.endianness() == Endianness::Big };
        let columns_first = header.order() == Order::Fortran && shape.len() > 1;
        Ok(Self { shape, items, columns_first })
    }

    /// The first axis.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// How many items a row has.
    pub fn items_of_a_row(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// How many bytes an item has, and a row.
    pub fn item_bytes(&self) -> usize {
        self.items.size
    }

    pub fn row_bytes(&self) -> usize {
        self.items_of_a_row() * self.items.size
    }

    /// Some rows of the array, of their bytes in row-major order.
    pub fn of(&self, rows: usize, bytes: Vec<u8>) -> HostArray {
        let shape = std::iter::once(rows).chain(self.shape.iter().skip(1).copied()).collect();
        HostArray { shape, items: self.items, bytes }
    }
}

/// The description that an `.npy` stream begins with, as it stands there.
fn description(stream: &mut impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; 8];
    stream.read_exact(&mut bytes).map_err(|_| "it does not begin as one")?;
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err("it does not begin as one".into());
    }
    // The first version has lengths of two bytes, all others of four.
    let mut length = [0; 4];
    let wide = if bytes[6] == 1 { 2 } else { 4 };
    stream.read_exact(&mut length[..wide]).map_err(|_| "it is cut short")?;
    bytes.extend(&length[..wide]);
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST_OF_A_DESCRIPTION {
        return Err(format!("its description claims to have {length} bytes"));
    }
    let begin = bytes.len();
    stream.take(length as u64).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let mut deep = 0usize;
    for byte in &bytes[begin..] {
        match byte {
            b'(' | b'[' | b'{' => deep += 1,
            b')' | b']' | b'}' => deep = deep.saturating_sub(1),
            _ => {}
        }
        if deep > DEEPEST {
            return Err("its description has brackets in brackets in brackets".into());
        }
    }
    Ok(bytes)
}

/// Some rows of an array, in row-major order.
pub struct HostArray {
    pub shape: Vec<usize>,
    items: Items,
    bytes: Vec<u8>,
}

impl HostArray {
    pub fn items(&self) -> usize {
        self.shape.iter().product()
    }

    /// How many rows these are.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// The bytes of a row, for its hash.
    pub fn row_bytes(&self, row: usize) -> &[u8] {
        let width = self.bytes.len().checked_div(self.rows()).unwrap_or(0);
        &self.bytes[row * width..(row + 1) * width]
    }

    /// What the items are, in words.
    pub fn what(&self) -> &'static str {
        match self.items.kind {
            TypeChar::Bool => "truth values",
            TypeChar::Int | TypeChar::Uint => "whole numbers",
            TypeChar::Float => "numbers",
            _ => "texts",
        }
    }

    /// As an Arrow column: arrays in arrays are lists of one length.
    pub fn column(&self) -> ArrayRef {
        if self.shape.contains(&0) {
            return Arc::new(NullArray::new(self.rows()));
        }
        let all = 0..self.items();
        let number = |index| self.number(index).unwrap_or(f64::NAN);
        let mut column: ArrayRef = match (self.items.kind, self.items.size) {
            (TypeChar::Bool | TypeChar::Uint, 1) => Arc::new(UInt8Array::from(self.bytes.clone())),
            (TypeChar::Bool | TypeChar::Uint, _) => {
                Arc::new(UInt64Array::from_iter_values(all.map(|index| self.bits(index))))
            }
            (TypeChar::Int, _) => Arc::new(Int64Array::from_iter_values(all.map(|index| self.signed(index)))),
            // One value per row is written out with all digits of its double.
            (TypeChar::Float, 2 | 4) if self.shape.len() > 1 => {
                Arc::new(Float32Array::from_iter_values(all.map(|index| number(index) as f32)))
            }
            (TypeChar::Float, _) => Arc::new(Float64Array::from_iter_values(all.map(number))),
            _ => Arc::new(StringArray::from_iter_values(all.map(|index| self.text(index)))),
        };
        for size in self.shape.iter().skip(1).rev() {
            let field = Arc::new(Field::new_list_field(column.data_type().clone(), true));
            column = match FixedSizeListArray::try_new(field, *size as i32, column, None) {
                Ok(list) => Arc::new(list),
                Err(_) => return Arc::new(NullArray::new(self.rows())),
            };
        }
        column
    }

    fn item(&self, index: usize) -> &[u8] {
        &self.bytes[index * self.items.size..(index + 1) * self.items.size]
    }

    /// An item as an unsigned integer of its bytes.
    fn bits(&self, index: usize) -> u64 {
        let fold = |bits: u64, byte: &u8| (bits << 8) | u64::from(*byte);
        match self.items.big {
            true => self.item(index).iter().fold(0, fold),
            false => self.item(index).iter().rev().fold(0, fold),
        }
    }

    fn signed(&self, index: usize) -> i64 {
        let unused = 64 - 8 * self.items.size as u32;
        ((self.bits(index) << unused) as i64) >> unused
    }

    /// An item as a number; `None` for texts.
    pub fn number(&self, index: usize) -> Option<f64> {
        Some(match (self.items.kind, self.items.size) {
            (TypeChar::Bool | TypeChar::Uint, _) => self.bits(index) as f64,
            (TypeChar::Int, _) => self.signed(index) as f64,
            (TypeChar::Float, 8) => f64::from_bits(self.bits(index)),
            (TypeChar::Float, 4) => f64::from(f32::from_bits(self.bits(index) as u32)),
            (TypeChar::Float, 2) => half(self.bits(index) as u16),
            _ => return None,
        })
    }

    /// An item written out; empty for NaN, which is how NumPy writes a missing value.
    pub fn text(&self, index: usize) -> String {
        match self.items.kind {
            TypeChar::Bool | TypeChar::Uint => self.bits(index).to_string(),
            TypeChar::Int => self.signed(index).to_string(),
            TypeChar::Float => match self.number(index) {
                Some(number) if number.is_nan() => String::new(),
                number => number.unwrap_or_default().to_string(),
            },
            TypeChar::UnicodeStr => {
                let letters = self.item(index).chunks_exact(4).map(|bytes| {
                    let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
                    if self.items.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
                });
                letters
                    .take_while(|letter| *letter != 0)
                    .map(|letter| char::from_u32(letter).unwrap_or('\u{fffd}'))
                    .collect()
            }
            _ => {
                let bytes = self.item(index);
                let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                String::from_utf8_lossy(&bytes[..end]).into_owned()
            }
        }
    }
}

/// IEEE 754 half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from((bits >> 10) & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_is_decoded() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x3555, 0.333_251_953_125),
        ] {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan() && half(0x7c00).is_infinite());
    }
}
