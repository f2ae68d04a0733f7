//! The standard task templates: `.mtl` files of `std-tasks/`, embedded, and overridable from disk.

use std::path::Path;

use crate::source::Loader;

/// Name and text of each embedded template; `build.rs` lists the folder.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/std_tasks.rs"));

/// The names of the standard templates.
pub fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

/// The file name (as shown) and text of a template: from the folder that the loader names, if it
/// holds one of that name, else the embedded one.
pub fn find(loader: &dyn Loader, name: &str) -> Option<(String, String)> {
    if let Some(folder) = loader.std_folder() {
        let path = Path::new(&folder).join(format!("{name}.mtl"));
        if let Ok(text) = loader.read(&path) {
            return Some((path.display().to_string(), text));
        }
    }
    EMBEDDED
        .iter()
        .find(|(other, _)| *other == name)
        .map(|(name, text)| (format!("std-tasks/{name}.mtl"), (*text).to_string()))
}
