//! `member_dense`: one product per member.

use super::{Call, Value, Write};
use crate::catalog::layers::member_dense::MemberDense;

impl Write for MemberDense {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let members = call.transpose(&call.x(), &[1, 0, 2]);
        let weight = call.weight(0);
        let product = call.node("MatMul", &[&members, &weight]);
        let back = call.transpose(&product, &[1, 0, 2]);
        let bias = call.weight(1);
        Some(Value::whole(call.node("Add", &[&back, &bias])))
    }
}
