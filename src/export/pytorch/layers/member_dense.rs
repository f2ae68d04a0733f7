//! `member_dense`: one product per member.

use super::{Call, Value, Write};
use crate::catalog::layers::member_dense::MemberDense;

impl Write for MemberDense {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let ([weight, bias], x) = ([0, 1].map(|place| call.parameter(place)), call.x());
        Some(call.whole(format!("torch.einsum(\"rmi,mio->rmo\", {x}, {weight}) + {bias}")))
    }
}
