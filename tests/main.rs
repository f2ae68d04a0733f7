//! The one integration binary, so that linking happens once. One module per stage.

mod sharing;
mod syntax;
