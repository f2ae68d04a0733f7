//! The standard library: task templates and blocks of layers, `.mtl` files of `std-tasks/` and `std-blocks/`, embedded, and overridable from
//! disk.

use std::path::Path;

use crate::source::Loader;

/// One part of the library.
pub struct Library {
    /// As `use` names it.
    pub name: &'static str,
    /// What it has, in the singular.
    pub holds: &'static str,
    folder: &'static str,
    /// Name and text of each embedded file; `build.rs` lists the folder.
    embedded: &'static [(&'static str, &'static str)],
}

/// What tasks are made of.
pub static TASKS: Library = Library {
    name: "std.tasks",
    holds: "template",
    folder: "std-tasks",
    embedded: include!(concat!(env!("OUT_DIR"), "/std-tasks.rs")),
};

/// What chains are made of.
pub static BLOCKS: Library = Library {
    name: "std.blocks",
    holds: "block",
    folder: "std-blocks",
    embedded: include!(concat!(env!("OUT_DIR"), "/std-blocks.rs")),
};

/// All parts.
pub static LIBRARIES: [&Library; 2] = [&BLOCKS, &TASKS];

impl Library {
    /// The part that `use` names.
    pub fn of(name: &str) -> Option<&'static Library> {
        LIBRARIES.into_iter().find(|library| library.name == name)
    }

    /// The names of what it has.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.embedded.iter().map(|(name, _)| *name)
    }

    /// The file name (as shown) and text of what has a name: from the folder that the loader names, if it holds one of that name, else the
    /// embedded one.
    pub fn find(&self, loader: &dyn Loader, name: &str) -> Option<(String, String)> {
        if let Some(folder) = loader.std_folder() {
            let path = Path::new(&folder).join(format!("{name}.mtl"));
            if let Ok(text) = loader.read(&path) {
                return Some((path.display().to_string(), text));
            }
        }
        self.embedded
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(name, text)| (format!("{}/{name}.mtl", self.folder), (*text).to_string()))
    }
}

/// The names of the standard task templates.
pub fn tasks() -> impl Iterator<Item = &'static str> {
    TASKS.names()
}
