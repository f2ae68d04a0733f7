//! What layers that let a window walk over pictures have in common.

use crate::export::onnx::messages::AttributeProto;

/// Edges, step and margin of a window of so many axes.
pub fn window(axes: usize, kernel: usize, stride: usize, margin: usize) -> Vec<AttributeProto> {
    vec![
        AttributeProto::ints("kernel_shape", &vec![kernel; axes]),
        AttributeProto::ints("strides", &vec![stride; axes]),
        AttributeProto::ints("pads", &vec![margin; 2 * axes]),
    ]
}
