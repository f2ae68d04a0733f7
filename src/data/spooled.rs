//! What comes as a stream and is wanted at any place: in memory while there is little of it, else in a file of the process in the cache.

use std::io::{Read, Write};
use std::sync::Arc;

use super::source::Random;
use super::store::folder::{Scratch, cannot};

/// How much of a stream lies in memory, if rows may have more.
const IN_MEMORY: usize = 32 << 20;
const BLOCK: usize = 1 << 16;

/// All bytes of a stream. Its file goes with it.
pub struct Spooled {
    bytes: Random,
    _scratch: Option<Scratch>,
}

impl Spooled {
    /// Reads a stream to its end; `memory` is what rows may have.
    pub fn of(mut stream: impl Read, memory: usize) -> Result<Self, String> {
        let most = memory.min(IN_MEMORY);
        let mut begins = Vec::new();
        stream.by_ref().take(most as u64 + 1).read_to_end(&mut begins).map_err(|error| error.to_string())?;
        if begins.len() <= most {
            return Ok(Self { bytes: Random::Memory(begins.into()), _scratch: None });
        }
        let scratch = Scratch::new()?;
        let mut file = scratch.file("stream")?;
        let mut length = begins.len() as u64;
        let mut write = |bytes: &[u8]| file.write_all(bytes).map_err(|error| cannot(scratch.path(), &error));
        write(&begins)?;
        drop(begins);
        let mut block = vec![0; BLOCK];
        loop {
            match stream.read(&mut block) {
                Ok(0) => break,
                Ok(read) => {
                    write(&block[..read])?;
                    length += read as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(Self { bytes: Random::File(Arc::new(file), length), _scratch: Some(scratch) })
    }

    /// Bytes that are in memory.
    pub fn at_hand(bytes: Arc<[u8]>) -> Self {
        Self { bytes: Random::Memory(bytes), _scratch: None }
    }

    pub fn bytes(&self) -> &Random {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_lies_in_a_file_and_reads_the_same() {
        let bytes: Vec<u8> = (0..200_000u32).map(|byte| (byte % 251) as u8).collect();
        for memory in [usize::MAX, 200_000, 199_999, 10] {
            let spooled = Spooled::of(bytes.as_slice(), memory).expect("it is kept");
            assert_eq!(spooled.bytes().length(), 200_000);
            assert_eq!(matches!(spooled.bytes(), Random::File(..)), memory < 200_000);
            let mut read = Vec::new();
            spooled.bytes().from(77).read_to_end(&mut read).expect("it is read");
            assert_eq!(read, bytes[77..]);
        }
    }
}
