//! Which vectors the built-in backend computes with on this machine: measured once, and the answer kept beside the [cache](crate::data::cache), so that
//! the same seed gives the same bytes from one run to the next.

use std::path::Path;
use std::sync::Once;
use std::{fs, io};

use mtlc_kernels::processor::{Vectors, choose, has_both, measured};
use serde::{Deserialize, Serialize};

use crate::data::cache;
use crate::source::replace;

/// For the whole process. Calling it again changes nothing; nor does it where there is nothing to choose, or no place to keep the answer in.
pub fn settle() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if !has_both() {
            return;
        }
        let answer = cache::folder().map_err(io::Error::other).and_then(|cache| kept(&cache, &name(), measured));
        choose(answer.unwrap_or(Vectors::Widest));
    });
}

/// What was found on a processor.
#[derive(Serialize, Deserialize)]
struct Answer {
    processor: String,
    avx2_is_faster: bool,
}

/// The answer that stands in a folder for a processor, or a new one, which is then kept there.
fn kept(folder: &Path, processor: &str, measure: impl FnOnce() -> Vectors) -> io::Result<Vectors> {
    let file = folder.join("processor.json");
    let read = || -> Option<Answer> { serde_json::from_slice(&fs::read(&file).ok()?).ok() };
    let of = |answer: Answer| if answer.avx2_is_faster { Vectors::Avx2 } else { Vectors::Widest };
    // One of another processor is of another machine that shares the folder, or of this one before.
    if let Some(answer) = read().filter(|answer| answer.processor == processor) {
        return Ok(of(answer));
    }
    let avx2_is_faster = measure() == Vectors::Avx2;
    fs::create_dir_all(folder)?;
    // Whole or not at all, for other processes may do the same.
    let text = serde_json::to_vec(&Answer { processor: processor.to_owned(), avx2_is_faster })?;
    replace(&file, &text).map_err(io::Error::other)?;
    // Whoever was the last to write is right for all.
    read().filter(|answer| answer.processor == processor).map(of).ok_or_else(|| io::Error::other("it was written over"))
}

/// What the processor calls itself.
#[cfg(target_arch = "x86_64")]
fn name() -> String {
    use std::arch::x86_64::__cpuid;
    let leaves = (0x8000_0002_u32..=0x8000_0004).map(__cpuid);
    let bytes = leaves.flat_map(|leaf| [leaf.eax, leaf.ebx, leaf.ecx, leaf.edx]).flat_map(u32::to_le_bytes);
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).trim_matches(['\0', ' ']).to_owned()
}

#[cfg(not(target_arch = "x86_64"))]
fn name() -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_measured_once() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        let never = || unreachable!("the answer is kept");
        assert_eq!(kept(folder, "one", || Vectors::Avx2).expect("a folder"), Vectors::Avx2);
        assert_eq!(kept(folder, "one", never).expect("a folder"), Vectors::Avx2);
        assert_eq!(kept(folder, "other", || Vectors::Widest).expect("a folder"), Vectors::Widest);
        assert_eq!(kept(folder, "other", never).expect("a folder"), Vectors::Widest);
        fs::write(folder.join("processor.json"), "{").expect("a folder");
        assert_eq!(
            kept(folder, "other", || Vectors::Avx2).expect("a folder"),
            Vectors::Avx2,
            "what is broken is no answer"
        );
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_processor_has_a_name() {
        assert!(name().chars().filter(char::is_ascii_alphanumeric).count() > 3, "{}", name());
    }
}
