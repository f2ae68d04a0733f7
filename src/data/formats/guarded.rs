//! A library's reader of untrusted bytes: what it panics over is damage, and is said as such.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What a reader gives; if it panics, that the file is damaged. Nothing is printed then.
pub fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(outer);
    read.unwrap_or_else(|_| Err("its bytes contradict each other".into()))
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_damage() {
        assert_eq!(guarded(|| Ok(1)), Ok(1));
        let broken: Vec<u8> = Vec::new();
        assert!(guarded(|| Ok(broken[3])).is_err());
    }
}
