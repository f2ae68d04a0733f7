//! The files of one compilation.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

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

    /// A file. A handle of other files leads to an empty one without a name: what is said of a place that is not here is still said.
    pub fn get(&self, id: FileId) -> &SourceFile {
        static NOWHERE: LazyLock<SourceFile> = LazyLock::new(|| SourceFile {
            name: String::new(),
            path: None,
            text: Arc::from(""),
            lines: LineIndex::new(""),
        });
        self.files.get(id.0 as usize).unwrap_or(&NOWHERE)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_another_compilation_is_nowhere_and_ends_nothing() {
        let mut sources = Sources::default();
        let file = sources.add("a.mtl", None, "let x = 1");
        assert_eq!(sources.text(Span::new(file, 4, 5)), "x");
        let strange = Span::new(FileId(7), 4, 5);
        assert_eq!((sources.text(strange), sources.get(strange.file).name.as_str()), ("", ""));
        assert_eq!((sources.position(strange).line, sources.end_position(strange).column), (1, 1));
    }
}
