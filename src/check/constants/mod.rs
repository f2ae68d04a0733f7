//! What does not flow: constant expressions, params and what overrides them, and the arguments of calls.

pub(in crate::check) mod bind;
pub(in crate::check) mod choices;
pub(in crate::check) mod evaluate;
pub(in crate::check) mod params;
pub(in crate::check) mod settings;
pub(in crate::check) mod space;
pub(in crate::check) mod variants;
pub(in crate::check) mod whole_classes;
