//! The one integration binary, so that linking happens once. One module per stage.

mod syntax;
#[cfg(feature = "run")]
mod train;
