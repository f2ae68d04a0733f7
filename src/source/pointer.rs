//! A name for a folder beside it: a link, or a file that holds the folder's name where links cannot be made.

use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::own::own_place_beside;
use super::{Cannot, replace};

/// The longest file that is taken for a pointer.
const MOST: u64 = 1024;

/// Makes `pointer` name the folder `name` beside it, in one step: whoever reads it meanwhile, and several who do this at
/// once, find one folder or another, and never none.
///
/// # Errors
/// If something else has the name.
pub fn point(pointer: &Path, name: &str) -> Result<(), Cannot> {
    if link(pointer, name) {
        return Ok(());
    }
    replace(pointer, format!("{name}\n").as_bytes())
}

#[cfg(unix)]
fn link(pointer: &Path, name: &str) -> bool {
    let beside = own_place_beside(pointer);
    let linked = std::os::unix::fs::symlink(name, &beside).and_then(|()| std::fs::rename(&beside, pointer)).is_ok();
    if !linked {
        let _ = std::fs::remove_file(&beside);
    }
    linked
}

#[cfg(not(unix))]
fn link(_pointer: &Path, _name: &str) -> bool {
    false
}

/// The folder that a path leads to: what a pointer names; any other path is itself.
pub fn pointed(path: &Path) -> PathBuf {
    let is_small_file = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= MOST);
    let text = if is_small_file { std::fs::read_to_string(path).unwrap_or_default() } else { String::new() };
    let name = text.trim();
    let folder = path.with_file_name(name);
    // One name, and no way out of the folder that the pointer lies in.
    let single = Path::new(name).components().count() == 1 && Path::new(name).file_name().is_some();
    if single && folder.is_dir() { folder } else { path.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_followed_whatever_it_is_made_of() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        for name in ["one", "other"] {
            std::fs::create_dir_all(folder.join(name)).expect("a folder can be made");
            std::fs::write(folder.join(name).join("name"), name).expect("a file can be written");
        }
        let pointer = folder.join("latest");
        let read = || std::fs::read_to_string(pointed(&pointer).join("name")).ok();
        for name in ["one", "other", "one"] {
            assert!(point(&pointer, name).is_ok());
            assert_eq!(read().as_deref(), Some(name));
        }
        // A file, as where there are no links; and files that only look like one.
        std::fs::remove_file(&pointer).expect("it is there");
        for (text, leads) in
            [("other\n", true), ("other", true), ("nosuch", false), ("../x", false), ("..", false), ("", false)]
        {
            std::fs::write(&pointer, text).expect("a file can be written");
            assert_eq!(pointed(&pointer) != pointer, leads, "{text}");
        }
        // What a person has put there stays.
        std::fs::remove_file(&pointer).expect("it is there");
        std::fs::create_dir_all(pointer.join("mine")).expect("a folder can be made");
        assert!(point(&pointer, "one").is_err() && pointer.join("mine").is_dir());
        assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 3, "nothing is left behind");
    }

    #[test]
    fn many_at_once_leave_one() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        for name in ["a", "b"] {
            std::fs::create_dir_all(folder.join(name)).expect("a folder can be made");
        }
        let pointer = folder.join("latest");
        point(&pointer, "a").expect("it can be made");
        let seen = pointer.clone();
        let reader = std::thread::spawn(move || (0..500).all(|_| pointed(&seen).is_dir()));
        (0..500).for_each(|turn| point(&pointer, ["a", "b"][turn % 2]).expect("it can be made"));
        assert!(reader.join().expect("it ends"), "a moment without a folder");
    }
}
