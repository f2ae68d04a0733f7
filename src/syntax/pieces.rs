//! Declarations that have been read before. After a stroke in an editor all but one stand there as they did, a little further on perhaps,
//! and to read them again would be most of the work.
//!
//! A declaration without a mistake depends on its own text alone, and on what the scanner has made of it.

use std::collections::HashMap;
use std::rc::Rc;

use super::moved::{Move, Moved};
use super::tree::Decl;
use crate::source::FileId;

/// The declarations of some files, each as it was when its file was last read.
#[derive(Debug, Default)]
pub struct Pieces {
    files: HashMap<String, HashMap<String, Piece>>,
}

#[derive(Debug)]
pub(super) struct Piece {
    /// Its text as the grammar was given it.
    copy: String,
    /// Without its own docs, which stand before it.
    decl: Rc<Decl>,
    /// Where inside it, from its beginning on, the doc comments of its entries stand.
    docs: Vec<u32>,
}

/// Those of one file, while it is read.
pub(super) struct Reading<'p> {
    pieces: &'p mut Pieces,
    name: &'p str,
    before: HashMap<String, Piece>,
    now: HashMap<String, Piece>,
}

impl Pieces {
    pub(super) fn reading<'p>(&'p mut self, name: &'p str) -> Reading<'p> {
        let before = self.files.remove(name).unwrap_or_default();
        Reading { pieces: self, name, before, now: HashMap::new() }
    }
}

impl Reading<'_> {
    /// The declaration of a text, if it was there before, at its new place; and where its entries have docs.
    pub fn known(&mut self, text: &str, copy: &str, file: FileId, start: usize) -> Option<(Rc<Decl>, Vec<u32>)> {
        let (key, mut piece) = self.before.remove_entry(text).filter(|(_, piece)| piece.copy == copy)?;
        let to = Move { file, by: start as i64 - i64::from(piece.decl.span.start) };
        if to.by != 0 || file != piece.decl.span.file {
            // Who had the text as it was has let go of it, as a rule, so that nothing is copied.
            Rc::make_mut(&mut piece.decl).moved(to);
        }
        let found = (piece.decl.clone(), piece.docs.clone());
        self.now.insert(key, piece);
        Some(found)
    }

    /// Keeps a declaration that had no mistake.
    pub fn keep(&mut self, text: &str, copy: &str, decl: &Rc<Decl>, docs: Vec<u32>) {
        self.now.insert(text.to_string(), Piece { copy: copy.to_string(), decl: decl.clone(), docs });
    }

    /// What the file has now.
    pub fn finish(self) {
        self.pieces.files.insert(self.name.to_string(), self.now);
    }
}
