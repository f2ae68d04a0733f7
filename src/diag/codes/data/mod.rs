//! Codes of the data: what the files hold, against what the spec says of them.
//!
//! The examples of these pages are a spec and two tables for its `d.csv`: one that raises the code, one that does not.

pub mod columns;
pub mod files;
pub mod rows;

pub use columns::{
    AMBIGUOUS_NUMBERS, DUPLICATE_COLUMN, MISSING_CLASS, MISSING_COLUMN, MISSING_INPUT, RAGGED_ROW, STEP_VALUE,
    UNKNOWN_CLASS, WRONG_VALUE,
};
pub use files::{
    BROKEN_BOX, BROKEN_PICTURE, BROKEN_SOUND, OTHER_FILE, OTHER_SIZE, SKIPPED_BOX, SKIPPED_CELL, SKIPPED_PICTURE,
    SKIPPED_SOUND, TINY_BOXES, UNREADABLE_DATA,
};
pub use rows::{
    ABSENT_CLASS, CONSTANT_COLUMN, DUPLICATE_ROWS, EMPTY_PART, LABEL_COPY, NO_LABELS, NO_ROWS, ONE_CLASS, REPEATED_ID,
    STALE_FACTS, UNUSED_ROWS,
};

use crate::diag::Code;

/// Every code of the data, in the order of their pages.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [files::CODES, columns::CODES, rows::CODES].into_iter().flatten().copied()
}
