//! `folder`: one row per file of a folder: its path, and its class: the folder that it lies in.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, StringArray};

use super::{CHUNK_ROWS, Chunk, Chunks, Filled, FormatHalf, Found, Raw, Request, hashes::RowHasher};
use crate::catalog::formats::folder::Folder;
use crate::data::files::walk;
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// The columns that there are.
const COLUMNS: [&str; 2] = ["path", "class"];
/// So many endings of other files are named.
const MOST_ENDINGS: usize = 4;

impl FormatHalf for Folder {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let Some(folder) = source.folder() else {
            return Err(unreadable("it is a file, and `folder` reads the files of a folder".into()));
        };
        let fits = |file: &PathBuf| {
            let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
            let ends = |ending: &String| name.ends_with(&format!(".{}", ending.trim_start_matches('.').to_lowercase()));
            self.endings.is_empty() || self.endings.iter().any(ends)
        };
        let mut files = Vec::new();
        let all = walk(folder);
        for file in all.iter().filter(|file| fits(file)) {
            let path = file.strip_prefix(folder).unwrap_or(file);
            let Some(path) = path.to_str() else {
                return Err(unreadable(format!("the name of `{}` is no text", path.display())));
            };
            files.push(path.replace('\\', "/"));
        }
        if files.is_empty() {
            return Err(unreadable(self.no_files(&all)));
        }
        let class = request
            .set
            .columns
            .iter()
            .zip(request.needed)
            .find(|(column, needed)| **needed && column.source.trim() == COLUMNS[1]);
        if let Some((column, _)) = class.filter(|_| files.iter().all(|file| !file.contains('/'))) {
            let name = request.name;
            let message = format!("no file of `{name}` lies in a folder inside it, which would be its class");
            return Err(vec![
                Diagnostic::new(&codes::MISSING_COLUMN, column.span, message).here("there are no classes").help(format!(
                    "sort the files into a folder for each class, such as `{name}/cat/{}`; or join a table that has the classes by the path",
                    files[0]
                )),
            ]);
        }
        // By their paths, whatever the system thinks of upper case.
        files.sort_unstable();
        Ok(Box::new(Files { files, asked: Vec::new(), next: 0 }))
    }

    fn recognizes(&self, source: &Source, _ends: &[u8]) -> bool {
        source.folder().is_some()
    }
}

impl Folder {
    /// Why none of these files is read.
    fn no_files(&self, all: &[PathBuf]) -> String {
        let listed =
            |endings: Vec<String>| endings.iter().map(|ending| format!("`{ending}`")).collect::<Vec<_>>().join(" or ");
        if self.endings.is_empty() || all.is_empty() {
            return "it has no files".into();
        }
        let mut others: Vec<String> =
            all.iter().filter_map(|file| Some(file.extension()?.to_string_lossy().into_owned())).collect();
        others.sort();
        others.dedup();
        others.truncate(MOST_ENDINGS);
        let instead = if others.is_empty() { String::new() } else { format!("; there are some in {}", listed(others)) };
        format!("it has no files that end in {}{instead}", listed(self.endings.clone()))
    }
}

struct Files {
    files: Vec<String>,
    asked: Vec<usize>,
    next: usize,
}

impl Chunks for Files {
    fn header(&self) -> Vec<String> {
        COLUMNS.map(String::from).to_vec()
    }

    fn find(&self, source: &str) -> Found {
        COLUMNS.iter().position(|column| *column == source).map_or(Found::No, Found::At)
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let files = &self.files[self.next..self.files.len().min(self.next + CHUNK_ROWS)];
        self.next += files.len();
        let paths: ArrayRef = Arc::new(StringArray::from_iter_values(files));
        let mut classes = StringBuilder::new();
        // A file that lies in no folder of the folder has no class.
        files.iter().for_each(|file| classes.append_option(file.split_once('/').map(|(class, _)| class)));
        let columns = [paths.clone(), Arc::new(classes.finish())];
        let mut content = RowHasher::new(files.len());
        content.add(&paths);
        let chunk = Chunk {
            rows: files.len(),
            columns: self.asked.iter().map(|place| Filled::Array(columns[*place].clone())).collect(),
            content: content.finish(),
            undeclared: vec![0; files.len()],
            ..Chunk::default()
        };
        Ok((chunk.rows > 0).then(|| Box::new(|| Ok(chunk)) as Raw))
    }

    fn undeclared(&self) -> Vec<String> {
        Vec::new()
    }
}
