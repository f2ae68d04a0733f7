//! Rows that cannot be given any more once training runs: a file that has changed or gone, a row that no step can take.
//!
//! Batches are made on threads of their own, far from anybody who could tell. Nothing can go on without them, so the reason is
//! carried up as a panic that says nothing itself, and the command ends with it ([`Lost`]).

/// Why a batch cannot be made, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost(pub String);

/// Ends whatever needs the batch.
pub fn lost(reason: String) -> ! {
    std::panic::resume_unwind(Box::new(Lost(reason)))
}
