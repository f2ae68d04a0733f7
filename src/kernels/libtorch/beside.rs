//! Calls of libtorch that its Rust binding lacks: what `beside.cpp` says to it.
//!
//! They panic with libtorch's own words where it refuses, as the binding's own calls do: nobody asks for what cannot be.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use tch::Tensor;
use torch_sys::C_tensor;

/// Where a call says what went wrong.
#[repr(C)]
struct Message {
    text: *mut c_char,
    room: usize,
}

/// How filters walk over pictures; pairs are height and width.
#[repr(C)]
pub struct Walk {
    pub stride: [i64; 2],
    pub margin: [i64; 2],
    pub dilation: [i64; 2],
    /// What is added at the far end of a transposed one's outputs.
    pub rest: [i64; 2],
    pub groups: i64,
    pub transposed: bool,
}

unsafe extern "C" {
    fn mtlc_gradients(
        output: *const C_tensor,
        cotangent: *const C_tensor,
        inputs: *const *const C_tensor,
        count: usize,
        found: *mut *mut C_tensor,
        message: Message,
    ) -> bool;

    fn mtlc_convolution_gradients(
        gradient: *const C_tensor,
        pictures: *const C_tensor,
        filters: *const C_tensor,
        walk: *const Walk,
        wanted: *const bool,
        found: *mut *mut C_tensor,
        message: Message,
    ) -> bool;
}

/// Makes a call that may say what went wrong.
fn said(call: impl FnOnce(Message) -> bool) {
    let mut text = [0; 1024];
    let fine = call(Message { text: text.as_mut_ptr(), room: text.len() });
    // SAFETY: it began as zeros, and what was written into it ends with one.
    assert!(fine, "{}", unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy());
}

/// A tensor that a call has handed out, if there is one.
fn owned(found: *mut C_tensor) -> Option<Tensor> {
    // SAFETY: what is not null was made for the caller, who gives it to one owner.
    (!found.is_null()).then(|| unsafe { Tensor::from_ptr(found) })
}

/// The gradients of ⟨cotangent, output⟩ at these leaves of its record.
pub fn gradients<'a>(output: &Tensor, cotangent: &Tensor, leaves: impl IntoIterator<Item = &'a Tensor>) -> Vec<Tensor> {
    let leaves: Vec<&Tensor> = leaves.into_iter().collect();
    if leaves.is_empty() {
        return Vec::new();
    }
    let inputs: Vec<*const C_tensor> = leaves.iter().map(|leaf| leaf.as_ptr()).collect();
    let mut found = vec![null_mut(); inputs.len()];
    let (asked, into) = (inputs.as_ptr(), found.as_mut_ptr());
    // SAFETY: every pointer is of a tensor that outlives the call, and both lists are as long as is said.
    said(|message| unsafe { mtlc_gradients(output.as_ptr(), cotangent.as_ptr(), asked, inputs.len(), into, message) });
    let nothing = |leaf: &Tensor| leaf.detach().zeros_like();
    found.into_iter().zip(leaves).map(|(found, leaf)| owned(found).unwrap_or_else(|| nothing(leaf))).collect()
}

/// The gradients of pictures, filters and bias of a convolution, those that are wanted.
pub fn convolution_gradients(
    gradient: &Tensor,
    [pictures, filters]: [&Tensor; 2],
    walk: &Walk,
    wanted: [bool; 3],
) -> [Option<Tensor>; 3] {
    let mut found = [null_mut(); 3];
    let into = found.as_mut_ptr();
    // SAFETY: as above; there is room for three.
    said(|message| unsafe {
        let (pictures, filters) = (pictures.as_ptr(), filters.as_ptr());
        mtlc_convolution_gradients(gradient.as_ptr(), pictures, filters, walk, wanted.as_ptr(), into, message)
    });
    found.map(owned)
}
