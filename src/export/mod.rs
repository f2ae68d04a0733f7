//! A trained model as other programs read it. Nothing here trains or answers: what a format cannot say is said to whoever asked.

pub mod onnx;
