//! Answers that are files of their own: one folder holds the table of predictions, and beside it a folder per task with a file
//! per row.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::answers::Cell;
use crate::cli::stopped::Stopped;
use crate::score::predictions::TABLE;
use crate::source;

/// Whether a folder may be written into: a new one, an empty one, or with `--force` one that an earlier call has made.
///
/// # Errors
/// If it holds something else; nothing in it is touched.
pub fn may_write(folder: &Path, force: bool) -> Result<(), Stopped> {
    let shown = folder.display();
    let names = match std::fs::read_dir(folder) {
        Ok(entries) => {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("cannot write into `{shown}`: {error}").into()),
    };
    if names.is_empty() {
        return Ok(());
    }
    let ours = names.iter().any(|name| name.rsplit_once('.').is_some_and(|(stem, _)| stem == TABLE));
    match (ours, force) {
        (true, true) => Ok(()),
        (true, false) => Err(Stopped::exists(folder)),
        (false, _) => {
            let message = format!("`{shown}` holds something else than predictions: nothing in it was touched");
            Err(Stopped::Message(message, Some("choose another name for `--out`".into())))
        }
    }
}

/// Writes files as they come.
pub struct Files {
    folder: PathBuf,
    /// Column by column: its folder and the ending of its files.
    columns: Vec<Option<(String, &'static str)>>,
    used: HashSet<PathBuf>,
}

impl Files {
    /// `columns` says of each column of the table whether it is of files, and how these end.
    pub fn new(folder: &Path, columns: impl Iterator<Item = (String, Option<&'static str>)>) -> Self {
        let columns = columns.map(|(name, ending)| Some((safe(&name), ending?))).collect();
        Self { folder: folder.to_path_buf(), columns, used: HashSet::new() }
    }

    /// Writes the files of some rows, and puts their paths into the cells. `key` is the place of what tells rows apart, `data` the name of
    /// their data set if there are several.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn put(&mut self, cells: &mut [Vec<Cell>], key: usize, data: Option<&str>) -> Result<(), Stopped> {
        for (place, of_column) in self.columns.iter().enumerate() {
            let Some((name, ending)) = of_column else { continue };
            let inside = data.map_or_else(|| PathBuf::from(name), |data| Path::new(name).join(safe(data)));
            std::fs::create_dir_all(self.folder.join(&inside))
                .map_err(|error| cannot(&self.folder.join(&inside), &error))?;
            for row in cells.iter_mut() {
                let plain = spelled(&row[key]);
                let Cell::File(bytes) = std::mem::replace(&mut row[place], Cell::Nothing) else { continue };
                let path = |count: usize| match count {
                    0 if !plain.is_empty() => inside.join(format!("{plain}.{ending}")),
                    count => inside.join(format!("{plain}.{}.{ending}", count + 1)),
                };
                // Ids may be given twice, and two may be one file name.
                let free = (0..).map(path).find(|path| !self.used.contains(path)).unwrap_or_default();
                source::replace(&self.folder.join(&free), &bytes)?;
                row[place] = Cell::Text(free.to_string_lossy().replace('\\', "/"));
                self.used.insert(free);
            }
        }
        Ok(())
    }
}

/// What tells a row apart, as a part of a file's name.
pub fn spelled(key: &Cell) -> String {
    match key {
        Cell::Text(id) => safe(id),
        Cell::Whole(number) => number.to_string(),
        _ => String::new(),
    }
}

pub fn cannot(path: &Path, error: &std::io::Error) -> Stopped {
    format!("cannot write `{}`: {error}", path.display()).into()
}

/// A name that every file system takes.
pub fn safe(name: &str) -> String {
    let letter = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    name.trim_start_matches('.').chars().map(letter).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_file_of_its_own_whatever_its_id() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        let mut files = Files::new(folder, [("id".into(), None), ("re/gions".into(), Some("png"))].into_iter());
        let row = |id: &str, byte: u8| vec![Cell::Text(id.into()), Cell::File(vec![byte])];
        let mut cells = vec![row("a", 1), row("a", 2), row("../x", 3), row("..", 4), row("", 5)];
        files.put(&mut cells, 0, None).unwrap_or_else(|_| panic!("it can be written"));
        let path = |row: usize| match &cells[row][1] {
            Cell::Text(path) => path.clone(),
            other => panic!("{other:?}"),
        };
        let paths: Vec<String> = (0..5).map(path).collect();
        assert_eq!(paths[..3], ["re-gions/a.png", "re-gions/a.2.png", "re-gions/-x.png"]);
        for (path, byte) in paths.iter().zip(1..) {
            assert_eq!(std::fs::read(folder.join(path)).expect("a file"), [byte], "{path}");
        }
        assert!(may_write(folder, true).is_err(), "there is no table of predictions in it");
        std::fs::write(folder.join("predictions.csv"), "").expect("it can be written");
        assert!(may_write(folder, true).is_ok() && may_write(folder, false).is_err());
    }
}
