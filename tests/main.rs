//! The one integration binary, so that linking happens once. One module per stage.

mod format;
mod house;
mod robust;
mod syntax;
