//! Words of a command that is to be typed into a shell.

use std::path::Path;

/// A word as a shell reads it.
pub fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.,:/=%+".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The same of a path.
pub fn path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quoted("weights.a=0.3"), "weights.a=0.3");
        assert_eq!(quoted("table=\"it's.csv\""), "'table=\"it'\\''s.csv\"'");
        assert_eq!(path(Path::new("runs/a b/1")), "'runs/a b/1'");
    }
}
