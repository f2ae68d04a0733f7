//! The files of one compilation.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FileId, LineIndex, Position, Span};

/// One file: its name for messages, its path if it has one on disk, its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As shown to people: the path as they wrote it, or `std/tasks.mtl` for an embedded file.
    pub name: String,
    /// Where it lies on disk; `None` for embedded and in-memory files.
    pub path: Option<PathBuf>,
    pub text: Arc<str>,
    pub lines: LineIndex,
}

/// Every file that a compilation has seen, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, path: Option<&Path>, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let lines = LineIndex::new(&text);
        self.files.push(SourceFile { name: name.into(), path: path.map(Path::to_path_buf), text, lines });
        FileId(self.files.len() as u32 - 1)
    }

    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The text a span covers; empty if the span does not fit its file.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a span's start.
    pub fn position(&self, span: Span) -> Position {
        let file = self.get(span.file);
        file.lines.position(&file.text, span.start as usize)
    }

    /// Line and column of a span's end.
    pub fn end_position(&self, span: Span) -> Position {
        let file = self.get(span.file);
        file.lines.position(&file.text, span.end as usize)
    }
}
