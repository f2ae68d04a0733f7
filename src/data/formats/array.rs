//! An array as NumPy writes it: shape, item type and bytes, decoded item by item.

use std::io::Read;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, FixedSizeListArray, Float32Array, Float64Array, Int64Array, NullArray, StringArray, UInt8Array,
    UInt64Array,
};
use arrow_schema::Field;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar};

/// More bytes than this in one array are not read: a header can claim any size.
const MOST_BYTES: u64 = 1 << 36;

/// An array in row-major order.
pub struct HostArray {
    pub shape: Vec<usize>,
    kind: TypeChar,
    /// Bytes of one item.
    size: usize,
    big: bool,
    bytes: Vec<u8>,
}

impl HostArray {
    /// Reads an `.npy` stream; the reason if it is none.
    pub fn read(mut stream: impl Read) -> Result<Self, String> {
        let header = NpyHeader::from_reader(&mut stream).map_err(|error| format!("is no NumPy array: {error}"))?;
        if header.uses_pickled_array() {
            return Err("holds Python objects; save numbers or texts instead (`array.astype(float)`)".into());
        }
        let DType::Plain(ty) = header.dtype() else {
            return Err("holds records of several fields; save one array per field".into());
        };
        let shape: Vec<usize> = header.shape().iter().map(|size| *size as usize).collect();
        let size = ty.num_bytes().ok_or("holds items of an unknown size")?;
        let items = shape.iter().try_fold(1u64, |product, size| product.checked_mul(*size as u64));
        let total = items
            .and_then(|items| items.checked_mul(size as u64))
            .filter(|total| *total <= MOST_BYTES)
            .ok_or("claims to be larger than any file that can be read")?;
        let mut bytes = Vec::new();
        stream.take(total).read_to_end(&mut bytes).map_err(|error| format!("is damaged: {error}"))?;
        if (bytes.len() as u64) < total {
            return Err(format!("is cut short: {} of {total} bytes", bytes.len()));
        }
        let array = Self { shape, kind: ty.type_char(), size, big: ty.endianness() == Endianness::Big, bytes };
        let readable = match array.kind {
            TypeChar::Bool | TypeChar::Int | TypeChar::Uint => matches!(size, 1 | 2 | 4 | 8),
            TypeChar::Float => matches!(size, 2 | 4 | 8),
            TypeChar::ByteStr | TypeChar::UnicodeStr => true,
            _ => false,
        };
        if !readable {
            return Err(format!("holds items of type `{ty}`, which is not read; save numbers, truth values or texts"));
        }
        Ok(if header.order() == Order::Fortran { array.row_major() } else { array })
    }

    /// From column-major to row-major order.
    fn row_major(mut self) -> Self {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut place = vec![0usize; self.shape.len()];
        for _ in 0..self.items() {
            let offset = place.iter().zip(&self.shape).rev().fold(0, |offset, (at, size)| offset * size + at);
            bytes.extend(&self.bytes[offset * self.size..(offset + 1) * self.size]);
            for axis in (0..place.len()).rev() {
                place[axis] += 1;
                if place[axis] < self.shape[axis] {
                    break;
                }
                place[axis] = 0;
            }
        }
        self.bytes = bytes;
        self
    }

    pub fn items(&self) -> usize {
        self.shape.iter().product()
    }

    /// The first axis.
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
        match self.kind {
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
        let mut column: ArrayRef = match (self.kind, self.size) {
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
        &self.bytes[index * self.size..(index + 1) * self.size]
    }

    /// An item as an unsigned integer of its bytes.
    fn bits(&self, index: usize) -> u64 {
        let fold = |bits: u64, byte: &u8| (bits << 8) | u64::from(*byte);
        match self.big {
            true => self.item(index).iter().fold(0, fold),
            false => self.item(index).iter().rev().fold(0, fold),
        }
    }

    fn signed(&self, index: usize) -> i64 {
        let unused = 64 - 8 * self.size as u32;
        ((self.bits(index) << unused) as i64) >> unused
    }

    /// An item as a number; `None` for texts.
    pub fn number(&self, index: usize) -> Option<f64> {
        Some(match (self.kind, self.size) {
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
        match self.kind {
            TypeChar::Bool | TypeChar::Uint => self.bits(index).to_string(),
            TypeChar::Int => self.signed(index).to_string(),
            TypeChar::Float => match self.number(index) {
                Some(number) if number.is_nan() => String::new(),
                number => number.unwrap_or_default().to_string(),
            },
            TypeChar::UnicodeStr => {
                let letters = self.item(index).chunks_exact(4).map(|bytes| {
                    let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
                    if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
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
