//! Files that are mapped into memory, to be read only.

use std::fs::File;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arrow_buffer::Buffer;
use memmap2::Mmap;

/// All that are in use.
static MAPPED: Mutex<Vec<Weak<Mmap>>> = Mutex::new(Vec::new());

/// The bytes of a file. Nobody may write to it any more, nor make it shorter: files of the store are written once, and then
/// renamed or removed at most.
pub fn map(file: &File) -> Result<Buffer, String> {
    if file.metadata().map_err(|error| error.to_string())?.len() == 0 {
        return Ok(Buffer::from_vec(Vec::<u64>::new()));
    }
    // SAFETY: the file is one of the store's own, which nobody changes once it is complete.
    let mapped = unsafe { Mmap::map(file) }.map_err(|error| format!("it cannot be mapped: {error}"))?;
    let mapped = Arc::new(mapped);
    let mut all = MAPPED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|one| one.strong_count() > 0);
    all.push(Arc::downgrade(&mapped));
    let start = NonNull::new(mapped.as_ptr().cast_mut()).ok_or("it is mapped to nowhere")?;
    let length = mapped.len();
    // SAFETY: the bytes live as long as the mapping, which the buffer owns.
    Ok(unsafe { Buffer::from_custom_allocation(start, length, mapped) })
}

/// Gives back the memory of all pages that have been touched; they are read again when they are asked for.
pub fn release() {
    let all: Vec<Arc<Mmap>> = {
        let all = MAPPED.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter_map(Weak::upgrade).collect()
    };
    #[cfg(unix)]
    for mapped in &all {
        // SAFETY: the mapping is shared and backed by a file that does not change, so that what is read again is the same.
        let _ = unsafe { mapped.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }
    drop(all);
}
