//! `adaptive_avg_pool`: of fixed sizes, along each axis a product with the shares of the places.

use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::catalog::layers::windows::part;

impl Write for AdaptiveAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (mut x, mut sizes) = (call.x(), fixed(call)?);
        for (axis, parts) in self.parts().along(call.types[0]) {
            let places = sizes[axis];
            let mut shares = vec![0.0_f32; parts * places];
            for index in 0..parts {
                let (from, to) = part(places, parts, index);
                shares[index * places + from..index * places + to].fill(1.0 / (to - from) as f32);
            }
            let shares = call.graph.floats(&[parts, places], &shares);
            // All before the axis, and all behind it, are one axis each.
            let [between, behind] = [&sizes[1..axis], &sizes[axis + 1..]].map(|sizes| sizes.iter().product::<usize>());
            let lines = call.reshape(&x, &[between, places, behind]);
            let means = call.node("MatMul", &[&shares, &lines]);
            sizes[axis] = parts;
            x = call.reshape(&means, &sizes[1..]);
        }
        Some(Value::whole(x))
    }
}

/// The sizes of the input, of which that of the rows is none; `None` if rows differ in one.
pub(super) fn fixed(call: &Call<'_>) -> Option<Vec<usize>> {
    if call.lengths().is_some() {
        return None;
    }
    let known = call.types[0].axes[1..].iter().map(|axis| axis.size.value().map(|size| size as usize));
    std::iter::once(Some(0)).chain(known).collect()
}
