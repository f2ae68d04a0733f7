//! `dropout`: zeros at random.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::dropout::Dropout;
use crate::lower::standing::STRIDE;
use crate::lower::{Real, Value};

impl Compute for Dropout {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        if !call.training || self.rate == 0.0 {
            return Value::Real(call.x().clone());
        }
        let x = call.x();
        // Four draws of 16 bits from each 64: a rate is met to within 1/65536.
        let threshold = (self.rate * 65536.0).round() as u64;
        let scale = (1.0 / (1.0 - self.rate)) as f32;
        let mut mask = Vec::with_capacity(x.elements() + 3);
        let mut draw = |start: u64, before: usize, count: usize| {
            let end = mask.len() + count;
            let mut skipped = before % 4;
            for place in before / 4..(before + count).div_ceil(4) {
                let mut bits = call.draw.bits(start.wrapping_add(place as u64)) >> (16 * skipped);
                for _ in skipped..4 {
                    mask.push(if bits & 0xffff < threshold { 0.0 } else { scale });
                    bits >>= 16;
                }
                skipped = 0;
            }
            mask.truncate(end);
        };
        let (rows, width) = (call.row_numbers(), x.elements() / x.rows().max(1));
        match x.extents().axes().max() {
            // Rows that are places draw as places do.
            None if call.among_places().is_some() => {
                rows.iter().for_each(|row| draw(row.wrapping_mul(STRIDE), 0, width));
            }
            // As one stream over all rows: a row goes on where the one before it ends.
            None => rows.iter().for_each(|row| draw(0, *row as usize * width, width)),
            // What a place draws depends on where it stands in its row, and not on how long other rows are.
            Some(last) => {
                let (outer, inner) = x.shape().split_at(last + 1);
                let width = inner.iter().product::<usize>();
                for place in 0..outer.iter().product::<usize>() {
                    let mut rest = place;
                    let at = outer.iter().enumerate().rev().fold(0u64, |at, (axis, size)| {
                        let own = rest % size;
                        rest /= size;
                        at.wrapping_mul(STRIDE).wrapping_add(if axis == 0 { rows[own] } else { own as u64 })
                    });
                    draw(at.wrapping_mul(STRIDE), 0, width);
                }
            }
        }
        let mask = Real::from_host(mask, x.shape().to_vec(), call.device);
        let output = x.zip(&mask, |x, mask| x * mask);
        call.kept = vec![Value::Real(mask)];
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Dropout {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(match call.kept.first() {
            Some(mask) => cotangent.zip(mask.real(), |grad, mask| grad * mask),
            None => cotangent.clone(),
        })
    }
}
