//! What a layer lets a place of a sequence know of the other places: the ground on which `check` proves that a head which reads its own
//! label while training learns nothing that it will not know when it writes.

/// Which places of its inputs a place of a layer's output, along time, depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlongTime {
    /// On the same place alone.
    Place,
    /// On this place and those before it: the layer is causal, and keeps what it needs of them as a state.
    Past,
    /// On any.
    All,
}
