//! The one integration binary, so that linking happens once. One module per stage.

#[cfg(feature = "data")]
mod generate;
mod readme;
mod syntax;
