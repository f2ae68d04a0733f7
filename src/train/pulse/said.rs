//! What a process says every now and then: how often it has begun to wait for the others, and how often that has come to its end.

/// What a process says: its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub begun: u64,
    pub ended: u64,
}

impl Said {
    /// What it says instead when it leaves.
    pub(super) const FAREWELL: Self = Self { begun: u64::MAX, ended: u64::MAX };
    pub(super) const BYTES: usize = 16;

    pub(super) fn waits(self) -> bool {
        self.begun > self.ended
    }

    pub(super) fn bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.begun.to_le_bytes());
        bytes[8..].copy_from_slice(&self.ended.to_le_bytes());
        bytes
    }

    pub(super) fn read(bytes: &[u8; Self::BYTES]) -> Self {
        let number = |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Self { begun: number(0), ended: number(8) }
    }
}
