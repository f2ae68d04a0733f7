//! The files of an export: every one of them is looked at before the first is written.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use crate::cli::output::print;
use crate::cli::predict::in_its_place;
use crate::cli::stopped::Stopped;
use crate::data::archives::Archive;
use crate::data::{HostValues, Overrides};
use crate::export::Array;
use crate::project::kept::Kept;
use crate::project::same::same_file;
use crate::source::replace;

/// Whether an export may be called so, before anything is computed; `name` is what it is called by default.
///
/// # Errors
/// If it is a folder, standard output, or a module of PyTorch that no program would take for one.
pub fn may_be_named(out: &Path, is_module: bool, name: &str) -> Result<(), Stopped> {
    let shown = out.display();
    if out == Path::new("-") {
        let message = "`-` is standard output, and an export is a file";
        return Err(Stopped::with(&message, &format!("name it: --out {name}")));
    }
    if out.is_dir() {
        let message = format!("`{shown}` is a folder, and an export is a file");
        return Err(Stopped::with(&message, &format!("name the file in it: --out {}", out.join(name).display())));
    }
    if is_module && !out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("py")) {
        let message = format!("`{shown}` does not end in `.py`, and a module of PyTorch is a file of Python");
        let help = format!("name it like `--out {name}`; its weights go beside it, as .safetensors");
        return Err(Stopped::with(&message, &help));
    }
    Ok(())
}

/// What will be written, and what is said of it then.
#[derive(Default)]
pub struct Files {
    files: Vec<(PathBuf, Vec<u8>)>,
    said: String,
}

impl Files {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn add(&mut self, path: &Path, bytes: Vec<u8>, said: String) {
        self.files.push((path.to_path_buf(), bytes));
        self.said += &said;
    }

    /// Arrays as one file; `what` they are.
    ///
    /// # Errors
    /// If they cannot be put together.
    pub fn add_arrays(&mut self, path: &Path, arrays: &[Array], what: &str) -> Result<(), Stopped> {
        let bytes = packed(arrays).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        self.add(path, bytes, format!("wrote `{}`: {what}\n", path.display()));
        Ok(())
    }

    pub fn say(&mut self, words: &str) {
        self.said += words;
    }

    /// Writes all of them, or none.
    ///
    /// # Errors
    /// If one would take the place of something that is not to be lost, or cannot be written.
    pub fn write(self, kept: &Kept, overrides: &Overrides, force: bool) -> Result<(), Stopped> {
        let paths: Vec<&Path> = self.files.iter().map(|(path, _)| path.as_path()).collect();
        for path in &paths {
            if let Some(owned) = kept.owns(path, overrides) {
                return Err(in_its_place(path, &owned));
            }
        }
        are_free(&paths, force)?;
        for (path, bytes) in &self.files {
            replace(path, bytes).map_err(|cannot| Stopped::from(cannot.to_string()))?;
        }
        print(&self.said);
        Ok(())
    }
}

/// Whether nothing is where files go, or may go, and no two are one.
fn are_free(paths: &[&Path], force: bool) -> Result<(), Stopped> {
    for (place, path) in paths.iter().enumerate() {
        let shown = path.display();
        if path.is_dir() {
            let message = format!("`{shown}` is a folder, and a file would be written there");
            return Err(Stopped::with(&message, "choose another name for `--out`"));
        }
        if path.exists() && !force {
            return Err(Stopped::exists(path));
        }
        if paths[..place].iter().any(|other| same_file(other, path)) {
            let message = format!("two files of the export would both be `{shown}`");
            return Err(Stopped::with(&message, "choose another name for `--out`"));
        }
    }
    Ok(())
}

fn packed(arrays: &[Array]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut archive = Archive::new(Cursor::new(&mut bytes), None);
    for Array { name, shape, values } in arrays {
        match values {
            HostValues::F32(values) => archive.add(name, shape, values),
            HostValues::I64(values) => archive.add(name, shape, values),
        }?;
    }
    archive.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(refused: Result<(), Stopped>) -> String {
        match refused {
            Err(Stopped::Message(message, _)) => message,
            _ => String::new(),
        }
    }

    #[test]
    fn no_file_is_written_where_one_of_them_cannot_be() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        std::fs::create_dir_all(folder.join("inside")).expect("a folder");
        let (module, weights) = (folder.join("m.py"), folder.join("m.safetensors"));
        std::fs::write(&weights, "precious").expect("it can be written");
        assert!(message(are_free(&[&module, &weights], false)).contains("m.safetensors` exists"));
        assert!(are_free(&[&module, &weights], true).is_ok());
        assert!(message(are_free(&[&folder.join("inside")], true)).contains("is a folder"));
        let twice = folder.join("inside/../m.npz");
        assert!(message(are_free(&[&folder.join("m.npz"), &twice], true)).contains("would both be"));
        for (out, why) in [
            ("-", "standard output"),
            ("inside", "is a folder"),
            ("w.safetensors", "does not end in `.py`"),
            (".py", "does not end in `.py`"),
            ("m.py", ""),
        ] {
            let out = if out == "-" { PathBuf::from(out) } else { folder.join(out) };
            let message = message(may_be_named(&out, true, "digits.py"));
            assert!(message.contains(why) && message.is_empty() == why.is_empty(), "{message}");
        }
        assert!(may_be_named(&folder.join("model"), false, "digits.onnx").is_ok(), "ONNX may be called anything");
    }
}
