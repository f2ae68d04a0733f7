//! `member_scale`: a factor and a shift for each member.

use super::{Call, Value, Write};
use crate::catalog::layers::member_scale::MemberScale;

impl Write for MemberScale {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let ([factor, shift], x) = ([0, 1].map(|place| call.parameter(place)), call.x());
        Some(call.whole(format!("{x} * {factor} + {shift}")))
    }
}
