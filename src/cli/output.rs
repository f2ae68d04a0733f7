//! Writing to the terminal: a closed pipe is no panic, and colour only where it is wanted.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::diag::render::Style;

/// Whether another process of the same command speaks for this one.
static QUIET: AtomicBool = AtomicBool::new(false);
/// What this one would have said since.
static HELD: Mutex<String> = Mutex::new(String::new());

/// Leaves speaking to another process from now on.
#[cfg(feature = "mpi")]
pub fn leave_to_another() {
    QUIET.store(true, Ordering::SeqCst);
}

/// What has not been said.
#[cfg(feature = "run")]
pub fn take_held() -> String {
    std::mem::take(&mut HELD.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Writes to standard output; a reader that has gone (`mtlc … | head`) is fine.
pub fn print(text: &str) {
    if !QUIET.load(Ordering::SeqCst) {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }
}

/// Writes a line to standard error.
pub fn complain(text: &str) {
    if QUIET.load(Ordering::SeqCst) {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        held.push_str(text);
        held.push('\n');
        return;
    }
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error that stopped a command: `error: …`, and what to do about it.
pub fn fail(message: &str, help: Option<&str>) {
    complain(&format!("error: {message}"));
    if let Some(help) = help {
        complain(&format!("  help: {help}"));
    }
}

/// Colour and width for standard output, by NO_COLOR, CLICOLOR_FORCE and whether it is a terminal.
pub fn stdout_style() -> Style {
    style(std::io::stdout().is_terminal())
}

/// Colour and width for standard error.
pub fn stderr_style() -> Style {
    style(std::io::stderr().is_terminal())
}

fn style(terminal: bool) -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let color = !set("NO_COLOR") && (terminal || set("CLICOLOR_FORCE"));
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(110);
    Style { color, width }
}
