//! A folder of a test's own.

use std::path::PathBuf;

/// A folder that nobody else has, and that goes with the test, however that ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        // A name that begins otherwise would be that of a hidden folder.
        let made = tempfile::Builder::new().prefix("mtlc-").tempdir();
        let path = made.expect("a folder can be made").keep();
        // Where the folder of temporary files is a link, what names a file by its place names another.
        Self(std::fs::canonicalize(path).expect("it is there"))
    }

    /// Writes a file of it, in folders that are made where there are none.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("the folder can be made");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("it can be read")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
