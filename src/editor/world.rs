//! What an editor has open, and what a check finds out of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use lsp_server::ErrorCode;
use lsp_types::{Location, Range, TextDocumentContentChangeEvent, TextDocumentPositionParams, Uri};

use super::paths;
use super::positions::Encoding;
use super::snapshot::Snapshot;
use crate::source::{DiskLoader, LineIndex, LoadError, Loader, Sources, Span};
use crate::syntax::Pieces;

/// What an editor can do, as far as it matters here.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub encoding: Encoding,
    /// Whether completion may have places to fill in.
    pub snippets: bool,
    /// Whether it can watch files for us.
    pub watches: bool,
    /// Commands that it runs itself (`mtlc.run`, `mtlc.plan`), of its own setting `commands`.
    pub commands: Vec<String>,
}

/// A file that is open: its text is the editor's, whatever lies on disk.
#[derive(Clone, Debug)]
pub struct Document {
    pub uri: Uri,
    pub version: i32,
    pub text: Arc<str>,
}

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub code: ErrorCode,
    pub message: String,
}

impl Refusal {
    pub fn failed(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::RequestFailed, message: message.into() }
    }
}

#[derive(Default)]
pub struct World {
    pub client: Client,
    /// The folders that the editor has open.
    pub roots: Vec<PathBuf>,
    documents: BTreeMap<PathBuf, Document>,
    checked: RefCell<HashMap<PathBuf, Rc<Snapshot>>>,
    /// What has been read of the files.
    pieces: Rc<RefCell<Pieces>>,
}

/// The files that are open, before those on disk.
pub struct OpenFiles<'a> {
    documents: &'a BTreeMap<PathBuf, Document>,
    pub disk: DiskLoader,
}

impl Loader for OpenFiles<'_> {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        match self.documents.get(path).or_else(|| self.documents.get(&self.disk.canonical(path))) {
            Some(document) => Ok(document.text.to_string()),
            None => self.disk.read(path),
        }
    }

    fn canonical(&self, path: &Path) -> PathBuf {
        self.disk.canonical(path)
    }

    fn std_folder(&self) -> Option<PathBuf> {
        self.disk.std_folder()
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.disk.is_folder(path)
    }

    /// Tables are files too, which are not read for that.
    fn is_file(&self, path: &Path) -> bool {
        self.documents.contains_key(path) || self.disk.is_file(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.disk.names(folder)
    }

    fn siblings(&self, folder: &Path) -> Vec<String> {
        self.disk.siblings(folder)
    }
}

impl World {
    pub fn loader(&self) -> OpenFiles<'_> {
        OpenFiles { documents: &self.documents, disk: DiskLoader::default() }
    }

    /// The name by which a file is known here, however it is addressed.
    pub fn key(&self, uri: &Uri) -> PathBuf {
        let path = paths::path_of(uri);
        self.loader().canonical(&path)
    }

    pub fn open(&mut self, uri: Uri, version: i32, text: String) -> PathBuf {
        let key = self.key(&uri);
        self.documents.insert(key.clone(), Document { uri, version, text: text.into() });
        self.forget(&key);
        key
    }

    /// Changes what has changed; `None` if the file is not open.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) -> Option<PathBuf> {
        let key = self.key(uri);
        let encoding = self.client.encoding;
        let document = self.documents.get_mut(&key)?;
        let mut text = document.text.to_string();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let lines = LineIndex::new(&text);
                    let start = encoding.offset(&text, &lines, range.start);
                    let end = encoding.offset(&text, &lines, range.end).max(start);
                    text.replace_range(start..end, &change.text);
                }
            }
        }
        document.text = text.into();
        document.version = version;
        self.forget(&key);
        Some(key)
    }

    pub fn close(&mut self, uri: &Uri) -> PathBuf {
        let key = self.key(uri);
        self.documents.remove(&key);
        self.forget(&key);
        key
    }

    /// A file has another text: whatever has read it is to be checked again.
    pub fn forget(&mut self, path: &Path) {
        self.checked.get_mut().retain(|key, snapshot| key != path && !snapshot.has_read(path));
    }

    /// Files have come, gone or changed: nothing is known of any any more.
    pub fn forget_all(&mut self) {
        self.checked.get_mut().clear();
    }

    /// A check has ended half-way: what it has left of the files that it was reading may be half of it.
    pub fn forget_pieces(&mut self) {
        self.pieces = Rc::default();
    }

    pub fn is_current(&self, path: &Path) -> bool {
        self.checked.borrow().contains_key(path)
    }

    pub fn documents(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.documents.iter()
    }

    /// What a check finds out of a file that is open.
    pub fn snapshot(&self, uri: &Uri) -> Result<Rc<Snapshot>, Refusal> {
        let key = self.key(uri);
        self.snapshot_of(&key).ok_or_else(|| Refusal::failed(format!("`{}` is not open", uri.as_str())))
    }

    pub fn snapshot_of(&self, key: &Path) -> Option<Rc<Snapshot>> {
        if let Some(known) = self.checked.borrow().get(key) {
            return Some(known.clone());
        }
        let text = self.documents.get(key)?.text.clone();
        let snapshot = Rc::new(Snapshot::of(key, text, self.loader(), self.pieces.clone()));
        self.checked.borrow_mut().insert(key.to_path_buf(), snapshot.clone());
        Some(snapshot)
    }

    /// What a check finds out of the text of a file, open or not.
    pub fn checked(&self, path: &Path) -> Option<Rc<Snapshot>> {
        if let Some(open) = self.snapshot_of(path) {
            return Some(open);
        }
        let text = self.loader().read(path).ok()?;
        Some(Rc::new(Snapshot::of(path, text.into(), self.loader(), self.pieces.clone())))
    }

    /// A file that is open, and a place in it.
    pub fn at(&self, place: &TextDocumentPositionParams) -> Result<(Rc<Snapshot>, usize), Refusal> {
        let snapshot = self.snapshot(&place.text_document.uri)?;
        let source = snapshot.source();
        let offset = self.client.encoding.offset(&source.text, &source.lines, place.position);
        Ok((snapshot, offset))
    }

    pub fn range(&self, sources: &Sources, span: Span) -> Range {
        self.client.encoding.range(sources, span)
    }

    /// The address of a file, as the editor has it.
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        let key = self.loader().canonical(path);
        self.documents.get(&key).map(|document| document.uri.clone()).or_else(|| paths::uri_of(&key))
    }

    /// Where something stands; `None` for what lies in no file, as the standard library.
    pub fn location(&self, sources: &Sources, span: Span) -> Option<Location> {
        let path = sources.get(span.file).path.as_deref()?;
        Some(Location::new(self.uri(path)?, self.range(sources, span)))
    }

    /// Every spec that is open or lies in a folder of the editor. Folders are looked into so deep, and so many files, as a
    /// person could have written.
    pub fn specs(&self) -> Vec<PathBuf> {
        const MOST: usize = 2000;
        const DEEPEST: usize = 12;
        let loader = self.loader();
        let mut found: std::collections::BTreeSet<PathBuf> = self.documents.keys().cloned().collect();
        let mut open: Vec<(PathBuf, usize)> = self.roots.iter().map(|root| (loader.canonical(root), 0)).collect();
        while let Some((folder, depth)) = open.pop() {
            for name in loader.names(&folder) {
                let path = folder.join(&name);
                if name.ends_with(".mtl") {
                    found.insert(loader.canonical(&path));
                } else if depth < DEEPEST
                    && !name.starts_with('.')
                    && !["target", "node_modules", "runs"].contains(&name.as_str())
                    && loader.is_folder(&path)
                {
                    open.push((path, depth + 1));
                }
            }
            if found.len() > MOST {
                break;
            }
        }
        found.into_iter().collect()
    }
}
